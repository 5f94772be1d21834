"""The checklists of filled cases, of the newest ones alone.

A case of debt advice is given some 70 requirements: of 100,000 cases that would be seven million rows and three
gigabytes. So it is as in a centre that began to keep checklists two months ago: six cases in a hundred have them,
whole ones, and what was opened before has none.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from random import Random

from cma_graphql.core.clock import today
from cma_graphql.core.ids import new_id
from cma_graphql.demo.filling.caseload import FilledCase
from cma_graphql.demo.filling.centre import FilledCentre
from cma_graphql.demo.filling.rows import Rows, tracked
from cma_graphql.domain.compliance.deadlines import deadline, has_begun
from cma_graphql.domain.compliance.models import (
    CaseCompliance,
    ComplianceItem,
    EvidenceKind,
    ItemState,
    Mandatory,
)
from cma_graphql.domain.compliance.progress import ItemFacts, progress_of
from cma_graphql.persistence.reads import Record

SINCE_DAYS = 60
_SHARES_DONE = (0.0, 0.3, 0.7, 1.0)
_RARELY = 1 / 100


def fill_compliance(rows: Rows, centre: FilledCentre, random: Random, cases: Sequence[FilledCase]) -> None:
    """Gather the checklists that the types of new cases ask for, some way done, with what follows from their items."""
    first = today() - timedelta(days=SINCE_DAYS)
    for case in cases:
        if case.opened_at.date() >= first:
            asked = centre.requirements.get(case.case_type_id, ())
            for _, group in groupby(asked, key=lambda row: row["checklist_id"]):
                _add(rows, centre, random, case, list(group))


def _add(rows: Rows, centre: FilledCentre, random: Random, case: FilledCase, asked: Sequence[Record]) -> None:
    checklist_id, day = new_id(), case.opened_at.date()
    share = random.choice(_SHARES_DONE) if case.at_work else 1.0
    said = [_said(random, case, row, day, share) for row in asked]
    stamps = tracked(case.opened_at, case.advisor_id)
    progress = progress_of([_facts(row, item) for row, item in zip(asked, said, strict=True)])
    rows.add(
        CaseCompliance,
        centre_id=centre.centre_id,
        id=checklist_id,
        case_id=case.case_id,
        client_id=case.client_id,
        framework_id=asked[0]["framework_id"],
        checklist_id=asked[0]["checklist_id"],
        begun_on=day,
        **progress.columns(),
        **stamps,
    )
    for row, item in zip(asked, said, strict=True):
        rows.add(
            ComplianceItem,
            centre_id=centre.centre_id,
            id=new_id(),
            case_id=case.case_id,
            case_compliance_id=checklist_id,
            requirement_id=row["requirement_id"],
            **item,
            **stamps,
        )


def _said(random: Random, case: FilledCase, row: Record, day: date, share: float) -> dict[str, object]:
    """Answer what became of one requirement."""
    binding = row["mandatory"] == Mandatory.YES
    due = deadline(day, row["deadline_days"]) if has_begun(row["gate_stage"], case.stage) else None
    checked = {"checked_on": day, "checked_by": case.advisor_id}
    item = {"state": ItemState.OPEN.value, "binding": binding, "deadline_on": due}
    if not case.at_work and binding and random.random() < 1 / 2:
        return {**item, "state": ItemState.WAIVED.value, "reason": "The client did not come back.", **checked}
    if not binding:
        aside = {"state": ItemState.NOT_APPLICABLE.value, "reason": "Not so in this case.", **checked}
        return {**item, **aside} if random.random() < share / 2 else item
    if random.random() < _RARELY:
        remedy = {"remedial_action": "Write to the client with what was left out.", **checked}
        return {**item, "state": ItemState.FAILED.value, "deadline_on": today() + timedelta(days=30), **remedy}
    if random.random() < _RARELY:
        return {**item, "state": ItemState.WAIVED.value, "reason": "Met by the agency that referred them.", **checked}
    by_paper = row["evidence_kind"] == EvidenceKind.DOCUMENT
    if random.random() >= share or (by_paper and not case.papers):
        return item
    shown = (
        {"evidence_document_id": random.choice(case.papers)}
        if by_paper
        else {"evidence_note": "Recorded in the notes."}
    )
    return {**item, "state": ItemState.DONE.value, **shown, **checked}


def _facts(row: Record, item: dict[str, object]) -> ItemFacts:
    due = item["deadline_on"]
    return ItemFacts(
        state=str(item["state"]),
        mandatory=row["mandatory"],
        binding=bool(item["binding"]),
        weight=row["weight"],
        deadline_on=due if isinstance(due, date) else None,
    )
