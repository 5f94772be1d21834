"""Gives a case its checklists, and keeps them in step with its type and its stage."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, literal
from sqlalchemy.sql import any_

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now, today
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.core.events import Change, Changes, Publicity
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of, tell_audience, tell_of_part
from cma_graphql.domain.cases.services import audience_of_new
from cma_graphql.domain.compliance.applicable import asked_for, lacking
from cma_graphql.domain.compliance.deadlines import deadline, has_begun
from cma_graphql.domain.compliance.events import ComplianceBegun, ComplianceRealigned
from cma_graphql.domain.compliance.models import (
    CaseCompliance,
    ComplianceChecklist,
    ComplianceItem,
    ItemState,
    Mandatory,
)
from cma_graphql.domain.compliance.progress import ItemFacts, progress_of
from cma_graphql.domain.compliance.recount import facts_of, recount
from cma_graphql.domain.compliance.selectors import case_compliances_of_cases, items_of_case
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_CHECKLISTS = 100
"""A case's checklists are a plain list, so they have a bound (decision 17)."""

OTHER_TYPE = "The case is not of a type that asks for this any more."
"""Why untouched requirements do not apply after a change of the case's type."""


async def begin_checklists(uow: UnitOfWork, case: Case) -> None:
    """Give a locked or new case the checklists that its type asks for and it lacks, in their present revisions.

    One event tells of all of them; none where nothing was lacking.
    """
    await _begin(uow, case, await lacking(uow, case, today()))


async def begin_new_cases(uow: UnitOfWork, cases: Sequence[Case]) -> None:
    """Give cases that were just added the checklists that their types ask for, by two statements and one a type."""
    wanted: dict[UUID, Sequence[Record]] = {}
    for case in cases:
        if case.case_type_id not in wanted:
            wanted[case.case_type_id] = await lacking(uow, case, today())
    asked = [(case, wanted[case.case_type_id]) for case in cases if wanted[case.case_type_id]]
    for (case, _), changes in zip(asked, await _add(uow, asked), strict=True):
        tell_audience(
            uow, audience_of_new(case), ComplianceBegun, case, changes, case_id=case.id, client_id=case.client_id
        )


async def begin_by_hand(uow: UnitOfWork, *, case_id: UUID, checklist_id: UUID | None = None) -> UUID:
    """Give a case one more checklist, whatever its type, or, where none is named, those that its type asks for.

    A case that was there before its centre had checklists comes by them so. Raises Forbidden, NotFound, Invalid,
    LimitReached.
    """
    case = await take_case_of(uow, Permission.COMPLIANCE_TICK, case_id)
    (present,) = await case_compliances_of_cases(uow, [case.id])
    if len(present) >= MOST_CHECKLISTS:
        raise LimitReached("case-checklists", MOST_CHECKLISTS, f"A case has at most {MOST_CHECKLISTS} checklists.")
    if checklist_id is None:
        await begin_checklists(uow, case)
        return case.id
    checklist = await uow.get(ComplianceChecklist, checklist_id, field="checklist_id")
    if not checklist.active:
        raise Invalid("checklist_id", "retired", "New cases are not given this checklist any more.")
    wanted = await lacking(uow, case, today(), named=[checklist_id])
    if not wanted:
        if any(row["checklist_id"] == checklist_id for row in present):
            raise Invalid("checklist_id", "already-begun", "The case has this checklist already.")
        raise Invalid(
            "checklist_id",
            "nothing-applies",
            "Nothing of this checklist is to be begun: the case has another revision of it, its framework is not in "
            "force, or none of its requirements is for cases of this type.",
        )
    await _begin(uow, case, wanted)
    return case.id


async def realign_to_type(uow: UnitOfWork, case: Case, former_type_id: UUID) -> None:
    """Bring a locked case's checklists in line with its new type.

    What it lacks begins. What its former type asked for and its new one does not stays; of that, requirements
    nobody has touched do not apply any more. What did not apply for that reason and is asked for again is open
    again. What was begun by hand is not looked at.
    """
    asked = await asked_for(uow, case, case.case_type_id)
    dropped = await asked_for(uow, case, former_type_id) - asked
    items = await items_of_case(uow, case.id)
    beside = [item for item in items if item["case_compliance_id"] in dropped and facts_of(item).untouched]
    again = [
        item
        for item in items
        if item["case_compliance_id"] in asked
        and (item["state"], item["reason"], item["checked_by_id"]) == (ItemState.NOT_APPLICABLE, OTHER_TYPE, None)
    ]
    await _set_states(uow, beside, ItemState.NOT_APPLICABLE, reason=OTHER_TYPE)
    await _set_states(uow, again, ItemState.OPEN, reason=None)
    if beside or again:
        await recount(uow, {item["case_compliance_id"] for item in (*beside, *again)})
        await _tell_of_realigning(uow, case, not_applicable=len(beside), applicable_again=len(again))
    await begin_checklists(uow, case)
    if again:
        await set_deadlines(uow, case)


async def set_deadlines(uow: UnitOfWork, case: Case) -> None:
    """Let open requirements fall due whose stage, or a later one, a locked case has come to.

    One that has a deadline keeps it: stages may be revisited. Tells of it where there was any.
    """
    day = today()
    due = [
        item
        for item in await items_of_case(uow, case.id)
        if item["state"] == ItemState.OPEN
        and item["deadline_on"] is None
        and item["deadline_days"] is not None
        and has_begun(item["gate_stage"], case.stage)
    ]
    for days, group in groupby(sorted(due, key=_days), key=_days):
        await _update_items(uow, [item["key"] for item in group], deadline_on=deadline(day, days))
    if due:
        await recount(uow, {item["case_compliance_id"] for item in due})
        await _tell_of_realigning(uow, case, due=len(due))


def _days(item: Record) -> int:
    days: int = item["deadline_days"]
    return days


async def _begin(uow: UnitOfWork, case: Case, wanted: Sequence[Record]) -> None:
    """Add checklists and their items, and tell of them once."""
    if not wanted:
        return
    (changes,) = await _add(uow, [(case, wanted)])
    await tell_of_part(uow, ComplianceBegun, case, case, changes)


async def _add(uow: UnitOfWork, wanted: Sequence[tuple[Case, Sequence[Record]]]) -> list[Changes]:
    """Add what cases lack, by two statements whatever their number; answer what each case's event says."""
    day = today()
    checklists: list[CaseCompliance] = []
    items: list[ComplianceItem] = []
    told: list[Changes] = []
    for case, requirements in wanted:
        groups = [list(rows) for _, rows in groupby(requirements, key=lambda row: row["checklist_id"])]
        for rows in groups:
            checklist = _checklist(case, rows, day)
            checklists.append(checklist)
            items += _items(case, checklist, rows, day)
        codes = [rows[0]["checklist_code"] for rows in groups]
        told.append(
            {
                "checklists": Change(None, codes, Publicity.OPEN),
                "items": Change(None, len(requirements), Publicity.OPEN),
            }
        )
    uow.add_lines(checklists)
    await uow.flush()
    uow.add_lines(items)
    return told


def _checklist(case: Case, rows: Sequence[Record], day: date) -> CaseCompliance:
    progress = progress_of([_facts_at_first(case, row, day) for row in rows])
    return CaseCompliance(
        id=new_id(),
        case_id=case.id,
        client_id=case.client_id,
        framework_id=rows[0]["framework_id"],
        checklist_id=rows[0]["checklist_id"],
        begun_on=day,
        **progress.columns(),
    )


def _first_deadline(case: Case, row: Record, day: date) -> date | None:
    return deadline(day, row["deadline_days"]) if has_begun(row["gate_stage"], case.stage) else None


def _facts_at_first(case: Case, row: Record, day: date) -> ItemFacts:
    return ItemFacts(
        state=ItemState.OPEN,
        mandatory=row["mandatory"],
        binding=row["mandatory"] == Mandatory.YES,
        weight=row["weight"],
        deadline_on=_first_deadline(case, row, day),
    )


def _items(case: Case, checklist: CaseCompliance, rows: Iterable[Record], day: date) -> list[ComplianceItem]:
    return [
        ComplianceItem(
            id=new_id(),
            case_id=case.id,
            case_compliance_id=checklist.id,
            requirement_id=row["requirement_id"],
            state=ItemState.OPEN.value,
            binding=row["mandatory"] == Mandatory.YES,
            deadline_on=_first_deadline(case, row, day),
        )
        for row in rows
    ]


async def _set_states(uow: UnitOfWork, items: Sequence[Record], state: ItemState, *, reason: str | None) -> None:
    await _update_items(uow, [item["key"] for item in items], state=state.value, reason=reason)


async def _update_items(uow: UnitOfWork, keys: Sequence[UUID], **values: object) -> None:
    """Change items of a locked case at once, their versions counted up."""
    if keys:
        await uow.run_update(
            ComplianceItem,
            ComplianceItem.id == any_(literal(list(keys), ARRAY(Uuid()))),
            version=ComplianceItem.version + 1,
            updated_at=now(),
            updated_by=uow.actor.user_id,
            **values,
        )


async def _tell_of_realigning(uow: UnitOfWork, case: Case, **numbers: int) -> None:
    changes = {name: Change(None, number, Publicity.OPEN) for name, number in numbers.items() if number}
    await tell_of_part(uow, ComplianceRealigned, case, case, changes)
