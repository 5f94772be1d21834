"""Ends a case without completion."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.casework.closures import require_not_for_two
from cma_graphql.domain.casework.ending import end_what_is_open
from cma_graphql.domain.casework.guards import require_step_is_open
from cma_graphql.domain.casework.reading import read_reason
from cma_graphql.domain.casework.taking import take
from cma_graphql.domain.workflow.services.ending import end_with_case
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def cancel_case(uow: UnitOfWork, *, case_id: UUID, version: int, reason: str) -> UUID:
    """Cancel a case for a reason: managers do.

    By then the client is in no solution of the law, no debt in a breathing space or a solution, no approval pending and
    no referral under way: such a case is closed instead. Appointments to come are called off with it, and open tasks
    cancelled. A vulnerable client's case of high risk is not cancelled: its closing is proposed (closures.py).

    Raises Forbidden, ApprovalRequired, NotFound, Conflict, TransitionRefused, Invalid, InvalidInput.
    """
    case = await take(uow, Permission.CASE_CANCEL, case_id, version)
    await require_step_is_open(uow, case, CaseStatus.CANCELLED)
    await require_not_for_two(uow, case)
    why = read_reason(reason)
    await cases.change_status(uow, case, CaseStatus.CANCELLED, reason=why, cancellation_reason=why)
    await end_with_case(uow, case, reason=why)
    await end_what_is_open(uow, case, reason="The case was cancelled.")
    return case.id
