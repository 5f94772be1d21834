"""Moves a case to another column of a board: one door to every intent that changes its state."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.cases import policy
from cma_graphql.domain.cases.models import Case, CaseStatus, ClosureReason, ResolutionType
from cma_graphql.domain.cases.transitions import require_step
from cma_graphql.domain.casework.assign import assign_case
from cma_graphql.domain.casework.cancel import cancel_case
from cma_graphql.domain.casework.close import close_case
from cma_graphql.domain.casework.hold import hold_case
from cma_graphql.domain.casework.refer import refer_case
from cma_graphql.domain.casework.reopen import reopen_case
from cma_graphql.domain.casework.resolve import resolve_case
from cma_graphql.domain.casework.start import start_case
from cma_graphql.domain.casework.taking import require_no_mere_proposal
from cma_graphql.persistence.unit_of_work import UnitOfWork

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What was said about a move; each target needs a part of it."""

    case_id: UUID
    version: int
    reason: str | None = None
    review_on: date | None = None
    resolution_type: ResolutionType | None = None
    summary: str | None = None
    closure_reason: ClosureReason | None = None
    note: str | None = None
    call_off_appointments: bool = False
    referral_id: UUID | None = None
    advisor_id: UUID | None = None
    override_capacity_reason: str | None = None


def _needed(field: str, value: T | None, target: CaseStatus) -> T:
    if value is None:
        raise Invalid(field, "required", f"A case that becomes {target.value} needs this.", status=target.value)
    return value


async def _assign(uow: UnitOfWork, move: Move) -> UUID:
    return await assign_case(
        uow,
        case_id=move.case_id,
        version=move.version,
        advisor_id=_needed("advisor_id", move.advisor_id, CaseStatus.ASSIGNED),
        reason=_needed("reason", move.reason, CaseStatus.ASSIGNED),
        override_capacity_reason=move.override_capacity_reason,
    )


async def _start(uow: UnitOfWork, move: Move) -> UUID:
    return await start_case(uow, case_id=move.case_id, version=move.version)


async def _hold(uow: UnitOfWork, move: Move) -> UUID:
    return await hold_case(
        uow,
        case_id=move.case_id,
        version=move.version,
        reason=_needed("reason", move.reason, CaseStatus.ON_HOLD),
        review_on=_needed("review_on", move.review_on, CaseStatus.ON_HOLD),
    )


async def _resolve(uow: UnitOfWork, move: Move) -> UUID:
    return await resolve_case(
        uow,
        case_id=move.case_id,
        version=move.version,
        resolution_type=_needed("resolution_type", move.resolution_type, CaseStatus.RESOLVED),
        summary=_needed("summary", move.summary, CaseStatus.RESOLVED),
    )


async def _close(uow: UnitOfWork, move: Move) -> UUID:
    return await close_case(
        uow,
        case_id=move.case_id,
        version=move.version,
        reason=_needed("closure_reason", move.closure_reason, CaseStatus.CLOSED),
        note=move.note,
        call_off_appointments=move.call_off_appointments,
    )


async def _reopen(uow: UnitOfWork, move: Move) -> UUID:
    reason = _needed("reason", move.reason, CaseStatus.REOPENED)
    return await reopen_case(uow, case_id=move.case_id, version=move.version, reason=reason)


async def _refer(uow: UnitOfWork, move: Move) -> UUID:
    referral_id = _needed("referral_id", move.referral_id, CaseStatus.REFERRED)
    return await refer_case(
        uow, case_id=move.case_id, version=move.version, referral_id=referral_id, reason=move.reason
    )


async def _cancel(uow: UnitOfWork, move: Move) -> UUID:
    reason = _needed("reason", move.reason, CaseStatus.CANCELLED)
    return await cancel_case(uow, case_id=move.case_id, version=move.version, reason=reason)


_INTENTS: Mapping[CaseStatus, tuple[Permission, Callable[[UnitOfWork, Move], Awaitable[UUID]]]] = {
    CaseStatus.ASSIGNED: (Permission.CASE_ASSIGN, _assign),
    CaseStatus.IN_PROGRESS: (Permission.CASE_CHANGE_STATUS, _start),
    CaseStatus.ON_HOLD: (Permission.CASE_CHANGE_STATUS, _hold),
    CaseStatus.RESOLVED: (Permission.CASE_CONCLUDE, _resolve),
    CaseStatus.CLOSED: (Permission.CASE_CONCLUDE, _close),
    CaseStatus.REOPENED: (Permission.CASE_REOPEN, _reopen),
    CaseStatus.REFERRED: (Permission.CORRESPONDENCE_SEND, _refer),
    CaseStatus.CANCELLED: (Permission.CASE_CANCEL, _cancel),
}
"""What each state is reached by, and the right that takes. NEW is reached by opening a case alone."""


async def change_case_status(uow: UnitOfWork, *, status: CaseStatus, move: Move) -> UUID:
    """Take a case to a state by the intent that leads there, as that intent would.

    Raises what the intent raises, TransitionRefused first, ApprovalRequired with the proposal where there is one;
    and Invalid with the rule `required` for the first thing that the intent needs and the move does not say.
    """
    uow.actor.require(Permission.CASE_CHANGE_STATUS)
    case = await uow.lock(Case, move.case_id, version=move.version)
    require_step(case.status, status)
    permission, intent = _INTENTS[status]
    require_no_mere_proposal(uow, permission, status)
    await policy.require_reach(uow, permission, case)
    return await intent(uow, move)
