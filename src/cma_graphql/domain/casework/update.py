"""Changes what a case says of itself."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid, TransitionRefused
from cma_graphql.core.faults import Faults
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import (
    BillingMethod,
    Case,
    CaseCategory,
    CaseStage,
    CaseStatus,
    Level,
    Priority,
)
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.domain.cases.type_models import CaseType
from cma_graphql.domain.casework.reading import (
    check_value,
    read_amount,
    read_case_tags,
    read_description,
    read_review,
    read_satisfaction,
    read_summary,
    read_title,
)
from cma_graphql.domain.casework.stages import require_stage_is_reached
from cma_graphql.domain.casework.taking import take
from cma_graphql.domain.compliance.services.begin import realign_to_type, set_deadlines
from cma_graphql.persistence.unit_of_work import UnitOfWork


class CaseEdits(TypedDict, total=False):
    """The fields that an update states: an absent one stays as it is, None empties it."""

    title: str
    description: str
    summary: str | None
    tags: Sequence[str]
    category: CaseCategory
    case_type_id: UUID
    priority: Priority
    complexity: Level
    risk_level: Level
    estimated_value: Decimal | None
    actual_cost: Decimal | None
    billing_method: BillingMethod
    review_on: date | None
    satisfaction: int | None


class LegalEdits(TypedDict, total=False):
    """The fields that settle which reviews a case needs."""

    compliance_required: bool
    legal_review_required: bool


_CHOICES = ("category", "priority", "complexity", "risk_level", "billing_method")
_READERS: Mapping[str, Callable[[Faults, Any], object]] = {
    "title": read_title,
    "description": read_description,
    "summary": read_summary,
    "tags": read_case_tags,
    "satisfaction": read_satisfaction,
}
_VALUE = ("estimated_value", "actual_cost", "billing_method")


async def update_case(uow: UnitOfWork, *, case_id: UUID, version: int, edits: CaseEdits) -> UUID:
    """Change the stated fields of a case; a new type brings its checklists.

    Raises Forbidden, NotFound, Conflict, Invalid, InvalidInput.
    """
    case = await take(uow, Permission.CASE_UPDATE, case_id, version)
    faults = Faults()
    columns = _read(faults, case, edits)
    faults.raise_any()
    if "case_type_id" in edits and edits["case_type_id"] != case.case_type_id:
        kind = await uow.get(CaseType, edits["case_type_id"], field="case_type_id")
        if not kind.active:
            raise Invalid("case_type_id", "inactive", "Cases do not become of this type any more.")
    former = case.case_type_id
    await cases.update_case(uow, case, **columns)
    if case.case_type_id != former:
        await realign_to_type(uow, case, former)
    return case.id


async def update_case_legal(uow: UnitOfWork, *, case_id: UUID, version: int, edits: LegalEdits) -> UUID:
    """Settle which reviews a case needs: managers and compliance officers. Raises Forbidden, NotFound, Conflict."""
    case = await take(uow, Permission.CASE_UPDATE_LEGAL, case_id, version)
    await cases.update_case(uow, case, **edits)
    return case.id


async def change_case_stage(uow: UnitOfWork, *, case_id: UUID, version: int, stage: CaseStage) -> UUID:
    """Put a case elsewhere in the course of advice; stages may be revisited, while there is work.

    Requirements whose stage begins, or has been passed over, fall due (domain reference 4.2); those of the stage
    that is left do not hold the case there. Where the case runs by a workflow, that brings it forward; by hand it
    goes back, and up to where the workflow stands.

    Raises Forbidden, NotFound, Conflict, TransitionRefused (the present stage), Invalid (a case at its end).
    """
    case = await take(uow, Permission.CASE_CHANGE_STATUS, case_id, version)
    if case.status not in {*OPEN, CaseStatus.RESOLVED}:
        raise Invalid("stage", "case-ended", "A case at its end stays at its stage.", status=case.status)
    if case.stage == stage:
        others = [other.value for other in CaseStage if other is not stage]
        raise TransitionRefused(source=case.stage, target=stage.value, allowed=others)
    await require_stage_is_reached(uow, case, stage)
    await cases.change_stage(uow, case, stage)
    await set_deadlines(uow, case)
    return case.id


def _read(faults: Faults, case: Case, edits: CaseEdits) -> Mapping[str, object]:
    """Answer the columns that the stated fields set."""
    columns: dict[str, object] = {name: edits[name].value for name in _CHOICES if name in edits}  # type: ignore[literal-required]
    columns.update({name: read(faults, edits[name]) for name, read in _READERS.items() if name in edits})  # type: ignore[literal-required]
    if "case_type_id" in edits:
        columns["case_type_id"] = edits["case_type_id"]
    if "review_on" in edits:
        columns["next_review_at"] = _read_review(faults, case, edits["review_on"])
    if "estimated_value" in edits:
        columns["estimated_value"] = read_amount(faults, "estimated_value", edits["estimated_value"])
    if "actual_cost" in edits:
        columns["actual_cost"] = read_amount(faults, "actual_cost", edits["actual_cost"])
    if any(name in edits for name in _VALUE):
        check_value(
            faults,
            estimated_value=edits.get("estimated_value", case.estimated_value),
            actual_cost=edits.get("actual_cost", case.actual_cost),
            billing_method=edits.get("billing_method", case.billing_method),
        )
    return columns


def _read_review(faults: Faults, case: Case, review_on: date | None) -> object:
    if review_on is not None:
        return read_review(faults, review_on)
    if case.status == CaseStatus.ON_HOLD:
        faults.add("review_on", "required", "A case on hold has a day for looking at it again.")
    return None
