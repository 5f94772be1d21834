"""Closes a case: nothing is left to do."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.models import CaseStatus, ClosureReason
from cma_graphql.domain.casework.closures import require_not_for_two
from cma_graphql.domain.casework.conclude import shut
from cma_graphql.domain.casework.ending import has_no_appointments_to_come
from cma_graphql.domain.casework.guards import require_step_is_open
from cma_graphql.domain.casework.reading import read_optional_reason
from cma_graphql.domain.casework.taking import take
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def close_case(
    uow: UnitOfWork,
    *,
    case_id: UUID,
    version: int,
    reason: ClosureReason,
    note: str | None = None,
    call_off_appointments: bool = False,
) -> UUID:
    """Close a case for a reason, resolved before or not; an advisor an own one, while trainees propose it.

    What compliance requires has been met or waived by then, no required stage is open and no approval pending, unless
    the reason leaves nothing to do. No appointment is to come, unless those that are shall be called off with it. Open
    tasks are cancelled. A vulnerable client's case of high risk nobody closes alone, managers neither: it is proposed,
    and somebody else approves (closures.py).

    Raises Forbidden, ApprovalRequired, NotFound, Conflict, TransitionRefused, Invalid.
    """
    case = await take(uow, Permission.CASE_CONCLUDE, case_id, version, target=CaseStatus.CLOSED)
    besides = (has_no_appointments_to_come,) if call_off_appointments else ()
    await require_step_is_open(uow, case, CaseStatus.CLOSED, reason=reason, besides=besides)
    await require_not_for_two(uow, case, reason)
    said = read_optional_reason(note, field="note")
    await shut(uow, case, reason=reason, note=said)
    return case.id
