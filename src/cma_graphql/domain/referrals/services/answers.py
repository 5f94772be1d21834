"""Answers that came by other means than the link, and what came of a referral."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.faults import Faults, read_field
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.referrals.details import (
    REASON_LENGTH,
    read_note,
)
from cma_graphql.domain.referrals.events import (
    ReferralAccepted,
    ReferralCompleted,
    ReferralRejected,
)
from cma_graphql.domain.referrals.models import (
    ReferralDirection,
    ReferralOutcome,
    ReferralParty,
    ReferralState,
)
from cma_graphql.domain.referrals.rules import answered_by_staff, require_kind
from cma_graphql.domain.referrals.telling import Taken, change, take_referral
from cma_graphql.domain.referrals.transitions import require_step
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def record_acceptance(uow: UnitOfWork, *, referral_id: UUID, version: int, note: str | None = None) -> UUID:
    """Write down that an organisation said, by other means than the link, that it takes the client on.

    Raises Forbidden, ApprovalRequired, NotFound, Conflict, TransitionRefused, Invalid.
    """
    taken = await _take_sent(uow, referral_id, version, ReferralState.ACCEPTED)
    faults = Faults()
    said = read_note(faults, "note", note)
    faults.raise_any()
    return await change(
        uow, ReferralAccepted, taken, state=ReferralState.ACCEPTED.value, answer_note=said, **answered_by_staff(uow)
    )


async def record_rejection(uow: UnitOfWork, *, referral_id: UUID, version: int, reason: str) -> UUID:
    """Write down that, and why, an organisation does not take the client on. Raises like `record_acceptance`."""
    taken = await _take_sent(uow, referral_id, version, ReferralState.REJECTED)
    why = read_field("reason", multiline, reason, max_length=REASON_LENGTH)
    return await change(
        uow,
        ReferralRejected,
        taken,
        state=ReferralState.REJECTED.value,
        answer_note=why,
        ended_at=now(),
        **answered_by_staff(uow),
    )


async def _take_sent(uow: UnitOfWork, referral_id: UUID, version: int, target: ReferralState) -> Taken:
    taken = await take_referral(uow, Permission.CORRESPONDENCE_SEND, referral_id, version)
    require_kind(taken.referral, ReferralDirection.OUT, ReferralParty.ORGANISATION)
    require_step(taken.referral, target)
    return taken


async def complete_referral(
    uow: UnitOfWork, *, referral_id: UUID, version: int, outcome: ReferralOutcome, note: str | None = None
) -> UUID:
    """Write down what came of a referral that was accepted, out or in.

    Raises Forbidden, ApprovalRequired, NotFound, Conflict, TransitionRefused, Invalid.
    """
    taken = await take_referral(uow, Permission.CORRESPONDENCE_SEND, referral_id, version)
    if taken.referral.party == ReferralParty.CENTRE:
        require_kind(taken.referral, ReferralDirection(taken.referral.direction), ReferralParty.ORGANISATION)
    require_step(taken.referral, ReferralState.COMPLETED)
    faults = Faults()
    said = read_note(faults, "note", note)
    faults.raise_any()
    return await change(
        uow,
        ReferralCompleted,
        taken,
        state=ReferralState.COMPLETED.value,
        outcome=outcome.value,
        outcome_note=said,
        ended_at=now(),
    )
