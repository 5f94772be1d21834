"""Checklists of demonstration cases, worked on by the acts that settle requirements, so that every status is shown."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from random import Random
from uuid import UUID

from cma_graphql.core.clock import today
from cma_graphql.domain.compliance.models import EvidenceKind, ItemState
from cma_graphql.domain.compliance.selectors import (
    case_compliances_of_cases,
    items_of_case_compliances,
    owed_by,
)
from cma_graphql.domain.compliance.services.items import (
    complete_item,
    fail_item,
    mark_item_not_applicable,
    set_item_deadline,
    waive_item,
)
from cma_graphql.domain.compliance.services.waiving import waive_checklist
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

_NOTES = (
    "Done at the first appointment.",
    "Explained on the telephone; the client repeated it in their own words.",
    "Recorded in the case notes.",
)
_REMEDIES = (
    "Write to the client with what was left out, and note their answer.",
    "Go through the budget again with the client before anything is sent.",
)
_MOST_TICKED = 6


class Course(StrEnum):
    """What happened to a case's checklists."""

    UNTOUCHED = "UNTOUCHED"
    BEGUN = "BEGUN"
    DONE = "DONE"
    """One checklist is met altogether, others are begun."""
    FAILED = "FAILED"
    LATE = "LATE"
    WAIVED = "WAIVED"
    """One checklist is set aside altogether, and a requirement of another."""


async def work_on(uow: UnitOfWork, random: Random, case_id: UUID, papers: Sequence[UUID], course: Course) -> None:
    """Work on a case's checklists as far as a course says, its papers being the evidence; as the centre's manager."""
    if course is Course.UNTOUCHED:
        return
    (owed,) = await owed_by(uow, "case_id", [case_id])
    of_list: dict[UUID, list[Record]] = defaultdict(list)
    for item in owed:
        of_list[item["case_compliance_id"]].append(item)
    smallest_first = sorted(of_list.values(), key=len)
    if not smallest_first:
        return
    settled: set[UUID] = set()
    if course is Course.WAIVED:
        await _set_aside(uow, smallest_first[0][0]["case_compliance_id"])
        settled |= {item["key"] for item in smallest_first[0]}
    elif course is Course.DONE:
        wanted = next((items for items in smallest_first if all(_shown(item, papers) for item in items)), [])
        for item in wanted:
            await _complete(uow, random, item, papers)
        settled |= {item["key"] for item in wanted}
    left = [item for item in owed if item["key"] not in settled]
    random.shuffle(left)
    if course in {Course.FAILED, Course.LATE, Course.WAIVED} and left:
        await _single(uow, random, left.pop(), course)
    possible = [item for item in left if _shown(item, papers)]
    for item in possible[: random.randint(1, _MOST_TICKED)]:
        await _complete(uow, random, item, papers)


async def waive_the_rest(uow: UnitOfWork, case_id: UUID) -> None:
    """Waive what a case still owes, before it is closed; as the centre's manager."""
    (checklists,) = await case_compliances_of_cases(uow, [case_id])
    (owed,) = await owed_by(uow, "case_id", [case_id])
    owing = {item["case_compliance_id"] for item in owed}
    for checklist in checklists:
        if checklist["key"] in owing:
            await waive_checklist(
                uow,
                case_compliance_id=checklist["key"],
                version=checklist["version"],
                reason="An old case, closed before its checklists were kept here.",
            )


async def _single(uow: UnitOfWork, random: Random, item: Record, course: Course) -> None:
    """Let one requirement fail, fall due, or be waived."""
    given = {"item_id": item["key"], "version": item["version"]}
    if course is Course.FAILED:
        due = today() + timedelta(days=random.randint(30, 60))
        await fail_item(uow, remedial_action=random.choice(_REMEDIES), deadline_on=due, **given)
    elif course is Course.LATE:
        await set_item_deadline(uow, deadline_on=today() + timedelta(days=random.randint(2, 9)), **given)
    else:
        await waive_item(uow, reason="The client was advised elsewhere on this, and showed the letter.", **given)


async def _set_aside(uow: UnitOfWork, checklist_id: UUID) -> None:
    """Waive what is owed on a checklist, and say of the rest that it does not apply."""
    (items,) = await items_of_case_compliances(uow, [checklist_id])
    for item in items:
        given = {"item_id": item["key"], "version": item["version"]}
        if item["state"] == ItemState.OPEN and item["binding"]:
            await waive_item(uow, reason="Met by the agency that referred the client.", **given)
        elif item["state"] == ItemState.OPEN:
            await mark_item_not_applicable(uow, reason="Not so in this case.", **given)


def _shown(item: Record, papers: Sequence[UUID]) -> bool:
    """Tell whether there is evidence for a requirement."""
    return bool(papers) or item["evidence_kind"] != EvidenceKind.DOCUMENT


async def _complete(uow: UnitOfWork, random: Random, item: Record, papers: Sequence[UUID]) -> None:
    by_paper = item["evidence_kind"] == EvidenceKind.DOCUMENT
    await complete_item(
        uow,
        item_id=item["key"],
        version=item["version"],
        evidence_document_id=random.choice(papers) if by_paper else None,
        evidence_note=None if by_paper else random.choice(_NOTES),
    )
