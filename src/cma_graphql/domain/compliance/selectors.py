"""Every select of what cases did of their checklists; framework_selectors.py has the checklists themselves."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Text, Uuid, and_, bindparam, case, exists, func, literal, or_, select, true
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.clients.sight import keys_on_cases_seen, looked_up
from cma_graphql.domain.compliance.framework_selectors import REQUIREMENT_COLUMNS
from cma_graphql.domain.compliance.models import (
    BaseStatus,
    CaseCompliance,
    ComplianceChecklist,
    ComplianceFramework,
    ComplianceItem,
    ComplianceRequirement,
    ComplianceStatus,
    ItemState,
    Mandatory,
)
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.listing import Filters, Listing, Order
from cma_graphql.persistence.narrowing import Rare
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, aligned, grouped, live, statement

CASE_COMPLIANCE_COLUMNS = (
    CaseCompliance.id.label("key"),
    CaseCompliance.case_id,
    CaseCompliance.client_id,
    CaseCompliance.framework_id,
    CaseCompliance.checklist_id,
    CaseCompliance.begun_on,
    CaseCompliance.base_status,
    CaseCompliance.completion,
    CaseCompliance.done_weight,
    CaseCompliance.applicable_weight,
    CaseCompliance.due_on.label("due_day"),
    CaseCompliance.updated_at,
    CaseCompliance.version,
)
ITEM_COLUMNS = (
    ComplianceItem.id.label("key"),
    ComplianceItem.case_id,
    ComplianceItem.case_compliance_id,
    ComplianceItem.requirement_id,
    ComplianceItem.state,
    ComplianceItem.binding,
    ComplianceItem.reason,
    ComplianceItem.evidence_document_id,
    ComplianceItem.evidence_note,
    ComplianceItem.checked_on,
    ComplianceItem.checked_by.label("checked_by_id"),
    ComplianceItem.notes,
    ComplianceItem.remedial_action,
    ComplianceItem.deadline_on,
    ComplianceItem.updated_at,
    ComplianceItem.version,
    CaseCompliance.client_id,
    *REQUIREMENT_COLUMNS,
)
_ITEM_ORDER = (ComplianceItem.case_compliance_id, ComplianceRequirement.position, ComplianceRequirement.code)

_OF_VULNERABLE_CLIENTS = "FCA-VULN"
"""The code of the framework whose conditions are circumstances of vulnerable clients (domain reference 4.2)."""
_TODAY = bindparam("today", type_=Date())
_LATE_IS_OVERDUE = or_(
    CaseCompliance.base_status == BaseStatus.PENDING.value, CaseCompliance.base_status == BaseStatus.IN_PROGRESS.value
)
_STATUS = case(
    (and_(CaseCompliance.due_on < _TODAY, _LATE_IS_OVERDUE), literal(ComplianceStatus.OVERDUE.value, Text())),
    else_=CaseCompliance.base_status,
)
"""progress.status_on, in SQL: a test holds the two together."""


def _of_case(condition: Any) -> Any:
    """Match the checklists of live cases of which something holds; their sight is the listing's own rule."""
    return looked_up(
        Case.centre_id == ACTOR_CENTRE, Case.id == CaseCompliance.case_id, Case.deleted_at.is_(None), condition
    )


_ADVISOR = Case.advisor_id == any_(bindparam("advisor", type_=ARRAY(Uuid())))
_OF_ADVISOR = exists().where(
    Case.centre_id == ACTOR_CENTRE, Case.id == CaseCompliance.case_id, Case.deleted_at.is_(None), _ADVISOR
)
"""The same as the condition, in words that let the advisor's cases be read first."""
_CONDITIONS = {
    "today": true(),  # the day that the conditions below count from
    "status": any_(bindparam("status", type_=ARRAY(Text()))) == _STATUS,
    "base_status": CaseCompliance.base_status == any_(bindparam("base_status", type_=ARRAY(Text()))),
    "framework": CaseCompliance.framework_id == any_(bindparam("framework", type_=ARRAY(Uuid()))),
    "checklist": CaseCompliance.checklist_id == any_(bindparam("checklist", type_=ARRAY(Uuid()))),
    "advisor": _of_case(_ADVISOR),
    "team": _of_case(Case.team_id == any_(bindparam("team", type_=ARRAY(Uuid())))),
    "overdue": CaseCompliance.due_on < _TODAY,
    "due_before": CaseCompliance.due_on < bindparam("due_before", type_=Date()),
}
CASE_COMPLIANCES = Listing(
    CaseCompliance,
    columns=CASE_COMPLIANCE_COLUMNS,
    orders={"DUE_ON_ASC": Order((CaseCompliance.due_on,))},
    conditions=_CONDITIONS,
    source=keys_on_cases_seen(CaseCompliance),
    rare={"advisor": Rare(_OF_ADVISOR)},
    merged={
        "base_status": CaseCompliance.base_status,
        "checklist": CaseCompliance.checklist_id,
        "framework": CaseCompliance.framework_id,
    },
)


def of_status(statuses: Sequence[str]) -> dict[str, object]:
    """Answer the conditions of having one of today's statuses: beside them the kept ones, by which an index finds it.

    What is overdue today is kept as pending or in progress.
    """
    late = (BaseStatus.PENDING, BaseStatus.IN_PROGRESS) if ComplianceStatus.OVERDUE in statuses else ()
    bases = [base.value for base in BaseStatus if base in late or base.value in statuses]
    return {"status": list(statuses), "base_status": bases}


@statement
def compliance_counts(sight: Sight, filters: tuple[str, ...]) -> AnySelect:
    """Count the case checklists under these filters by today's status."""
    status = _STATUS.label("status")
    return (
        select(status, func.count().label("total"))
        .where(live(CaseCompliance, sight), *(CASE_COMPLIANCES.conditions[name] for name in filters))
        .group_by(status)
    )


@statement
def case_compliances_by_key(sight: Sight) -> AnySelect:
    """Select these checklists of cases."""
    return select(*CASE_COMPLIANCE_COLUMNS).where(live(CaseCompliance, sight), CaseCompliance.id == any_(KEYS))


@statement
def case_compliances_by_case(sight: Sight) -> AnySelect:
    """Select the checklists of these cases, in the order of their frameworks."""
    return (
        select(*CASE_COMPLIANCE_COLUMNS)
        .join(
            ComplianceChecklist,
            (ComplianceChecklist.centre_id == CaseCompliance.centre_id)
            & (ComplianceChecklist.id == CaseCompliance.checklist_id),
        )
        .where(live(CaseCompliance, sight), live(ComplianceChecklist, sight), CaseCompliance.case_id == any_(KEYS))
        .order_by(ComplianceChecklist.position, ComplianceChecklist.code, CaseCompliance.id)
    )


def _items(sight: Sight, *conditions: Any) -> AnySelect:
    return (
        select(*ITEM_COLUMNS)
        .join(
            CaseCompliance,
            (CaseCompliance.centre_id == ComplianceItem.centre_id)
            & (CaseCompliance.id == ComplianceItem.case_compliance_id),
        )
        .join(
            ComplianceRequirement,
            (ComplianceRequirement.centre_id == ComplianceItem.centre_id)
            & (ComplianceRequirement.id == ComplianceItem.requirement_id),
        )
        .where(
            live(ComplianceItem, sight), live(CaseCompliance, sight), live(ComplianceRequirement, sight), *conditions
        )
        .order_by(*_ITEM_ORDER)
    )


@statement
def items_by_key(sight: Sight) -> AnySelect:
    """Select these items."""
    return _items(sight, ComplianceItem.id == any_(KEYS))


@statement
def items_by_case_compliance(sight: Sight) -> AnySelect:
    """Select the items of these checklists of cases, in their order."""
    return _items(sight, ComplianceItem.case_compliance_id == any_(KEYS))


@statement
def items_by_case(sight: Sight) -> AnySelect:
    """Select all items of these cases."""
    return _items(sight, ComplianceItem.case_id == any_(KEYS))


@statement
def items_by_document(sight: Sight) -> AnySelect:
    """Select the items that these documents are evidence of: all of one case's, each document's."""
    return _items(sight, ComplianceItem.evidence_document_id == any_(KEYS))


@statement
def open_mandatory_items(sight: Sight, parent: str) -> AnySelect:
    """Select what is still owed on the mandatory checklists under these cases, or these checklists of cases."""
    mandatory = exists().where(
        ComplianceChecklist.centre_id == ACTOR_CENTRE,
        ComplianceChecklist.id == CaseCompliance.checklist_id,
        ComplianceChecklist.mandatory,
    )
    owed = or_(
        ComplianceItem.state == ItemState.FAILED.value,
        and_(ComplianceItem.state == ItemState.OPEN.value, ComplianceItem.binding),
    )
    return _items(sight, mandatory, owed, getattr(ComplianceItem, parent) == any_(KEYS))


@statement
def vulnerable_cases(sight: Sight) -> AnySelect:
    """Select those of these cases of which somebody said that a condition about vulnerable clients holds."""
    framework = exists().where(
        ComplianceFramework.centre_id == ACTOR_CENTRE,
        ComplianceFramework.id == CaseCompliance.framework_id,
        ComplianceFramework.code == _OF_VULNERABLE_CLIENTS,
    )
    return (
        select(ComplianceItem.case_id.label("key"))
        .join(
            CaseCompliance,
            (CaseCompliance.centre_id == ComplianceItem.centre_id)
            & (CaseCompliance.id == ComplianceItem.case_compliance_id),
        )
        .join(
            ComplianceRequirement,
            (ComplianceRequirement.centre_id == ComplianceItem.centre_id)
            & (ComplianceRequirement.id == ComplianceItem.requirement_id),
        )
        .where(
            live(ComplianceItem, sight),
            live(CaseCompliance, sight),
            live(ComplianceRequirement, sight),
            ComplianceItem.case_id == any_(KEYS),
            ComplianceRequirement.mandatory == Mandatory.CONDITIONAL.value,
            ComplianceItem.binding,
            ComplianceItem.state != ItemState.NOT_APPLICABLE.value,
            framework,
        )
        .distinct()
    )


async def case_compliances_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these checklists of cases, in their order, None for those the actor does not see."""
    return await aligned(reads, case_compliances_by_key, keys)


async def case_compliances_of_cases(reads: Reads, case_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer each case's checklists."""
    return await grouped(reads, case_compliances_by_case, case_ids, by="case_id")


async def items_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these items, in their order, None for those the actor does not see."""
    return await aligned(reads, items_by_key, keys)


async def items_of_case_compliances(reads: Reads, keys: Sequence[UUID]) -> list[list[Record]]:
    """Answer the items of each checklist of a case."""
    return await grouped(reads, items_by_case_compliance, keys, by="case_compliance_id")


async def items_of_documents(reads: Reads, keys: Sequence[UUID]) -> list[list[Record]]:
    """Answer the items that each document is evidence of."""
    return await grouped(reads, items_by_document, keys, by="evidence_document_id")


async def items_of_case(reads: Reads, case_id: UUID) -> Sequence[Record]:
    """Answer all items of one case."""
    return await reads.all(items_by_case, keys=[case_id])


async def owed_by(reads: Reads, parent: str, keys: Sequence[UUID]) -> list[list[Record]]:
    """Answer what is owed on mandatory checklists, under each `case_id` or each `case_compliance_id`."""
    wanted = list(dict.fromkeys(keys))
    found: dict[UUID, list[Record]] = {key: [] for key in wanted}
    for row in await reads.all(open_mandatory_items, parent, keys=wanted) if wanted else []:
        found[row[parent]].append(row)
    return [found[key] for key in keys]


async def says_vulnerable(reads: Reads, case_id: UUID) -> bool:
    """Tell whether somebody said of a case that one of the circumstances of vulnerable clients holds."""
    return bool(await reads.all(vulnerable_cases, keys=[case_id]))


async def counts_by_status(reads: Reads, filters: Filters) -> Mapping[str, int]:
    """Answer how many case checklists under these filters, `today` among them, have each status."""
    rows = await reads.all(compliance_counts, tuple(sorted(filters)), **filters)
    return {row["status"]: row["total"] for row in rows}
