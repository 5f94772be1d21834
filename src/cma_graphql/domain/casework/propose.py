"""Proposes to resolve or to close a case: what a trainee does instead of doing it (decision 26)."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.cases.models import CaseStatus, ClosureReason, ResolutionType
from cma_graphql.domain.casework.closures import approval_of_ending
from cma_graphql.domain.casework.guards import require_step_is_open
from cma_graphql.domain.casework.reading import SUMMARY_LENGTH, read_optional_reason, read_satisfaction
from cma_graphql.domain.casework.taking import take
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.services.asking import ask
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def propose_resolution(
    uow: UnitOfWork,
    *,
    case_id: UUID,
    version: int,
    resolution_type: ResolutionType,
    summary: str,
    satisfaction: int | None = None,
) -> UUID:
    """Ask to have a case resolved so, by a manager or whoever its template says; answer the approval.

    The step is open already, as it is for who takes it.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid, InvalidInput.
    """
    case = await take(uow, Permission.CASE_CHANGE_STATUS, case_id, version)
    await require_step_is_open(uow, case, CaseStatus.RESOLVED)
    faults = Faults()
    result = faults.read("summary", multiline, summary, max_length=SUMMARY_LENGTH)
    rating = read_satisfaction(faults, satisfaction)
    faults.raise_any()
    return await ask(
        uow,
        case,
        await approval_of_ending(uow, case),
        ApprovalSubject.CASE_RESOLUTION,
        note=None,
        assignee_id=case.advisor_id,
        resolution_type=resolution_type.value,
        proposal=result,
        satisfaction=rating,
    )


async def propose_closure(
    uow: UnitOfWork, *, case_id: UUID, version: int, reason: ClosureReason, note: str | None = None
) -> UUID:
    """Ask to have a case closed for a reason, by a manager or whoever its template says; answer the approval.

    Raises like `propose_resolution`.
    """
    case = await take(uow, Permission.CASE_CHANGE_STATUS, case_id, version)
    await require_step_is_open(uow, case, CaseStatus.CLOSED, reason=reason)
    said = read_optional_reason(note, field="note")
    return await ask(
        uow,
        case,
        await approval_of_ending(uow, case, reason),
        ApprovalSubject.CASE_CLOSURE,
        note=None,
        assignee_id=case.advisor_id,
        closure_reason=reason.value,
        proposal=said,
    )
