"""The units of work of a transfer at the centre that gives the case away."""

from uuid import UUID

from cma_graphql.core.clock import now, today
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import Case, CaseStatus, ClosureReason
from cma_graphql.domain.casework.ending import end_what_is_open
from cma_graphql.domain.referrals.consent import rests_on_consent
from cma_graphql.domain.referrals.events import (
    ReferralAccepted,
    ReferralCompleted,
    ReferralExpired,
    ReferralRejected,
    ReferralSettled,
    ReferralWithdrawn,
)
from cma_graphql.domain.referrals.models import AnsweredThrough, Referral, ReferralOutcome, ReferralState
from cma_graphql.domain.referrals.telling import Taken, change
from cma_graphql.domain.workflow.services.ending import end_with_case
from cma_graphql.persistence.unit_of_work import UnitOfWork

_THROUGH = {"answered_through": AnsweredThrough.CENTRE.value}


async def confirm(uow: UnitOfWork, *, referral_id: UUID) -> None:
    """Note that the other centre accepts; what comes too late makes the offer expire instead.

    A client who has withdrawn the consent meanwhile has taken the offer back.
    """
    seen, case = await _with_case(uow, referral_id)
    consented = await rests_on_consent(uow, seen)
    referral, at = await uow.lock(Referral, referral_id), now()
    taken = Taken(referral, case)
    if referral.state != ReferralState.SENT:
        return
    if not consented:
        why = "The client withdrew the consent to referral."
        await change(uow, ReferralWithdrawn, taken, state=ReferralState.WITHDRAWN.value, ended_at=at, answer_note=why)
        return
    if referral.expires_at is not None and referral.expires_at <= at:
        await change(uow, ReferralExpired, taken, state=ReferralState.EXPIRED.value, ended_at=at)
        return
    await change(uow, ReferralAccepted, taken, state=ReferralState.ACCEPTED.value, answered_at=at, **_THROUGH)


async def conclude(uow: UnitOfWork, *, referral_id: UUID, other_reference: str) -> None:
    """Close the case, whose copy stands at the other centre; it keeps its history, and everything that is in it.

    Its stages, its appointments to come and its open tasks end, for the other centre goes on with them.

    What compliance still asks for is the other centre's to meet from now on: it began its own checklists.
    """
    taken = await _take(uow, referral_id)
    referral, case, at = taken.referral, taken.case, now()
    if referral.state != ReferralState.ACCEPTED:
        return
    await change(
        uow,
        ReferralCompleted,
        taken,
        state=ReferralState.COMPLETED.value,
        outcome=ReferralOutcome.TAKEN_ON.value,
        other_reference=other_reference,
        ended_at=at,
        settled_at=at,
    )
    if case is not None and case.status == CaseStatus.REFERRED:
        note = f"Goes on at {referral.organisation_name} as {other_reference}."
        await cases.change_status(
            uow,
            case,
            CaseStatus.CLOSED,
            reason=note,
            closed_on=today(),
            closure_reason=ClosureReason.TRANSFERRED_CENTRE.value,
            closure_note=note,
        )
        await end_with_case(uow, case, reason=note)
        await end_what_is_open(uow, case, reason=note)


async def take_no_for_an_answer(uow: UnitOfWork, *, referral_id: UUID, reason: str) -> None:
    """Note that, and why, the other centre does not take the case on: it goes on here."""
    taken = await _take(uow, referral_id)
    if taken.referral.state != ReferralState.SENT:
        return
    at = now()
    await change(
        uow,
        ReferralRejected,
        taken,
        state=ReferralState.REJECTED.value,
        answer_note=reason,
        answered_at=at,
        ended_at=at,
        settled_at=at,
        **_THROUGH,
    )
    await _reopen(uow, taken, f"{taken.referral.organisation_name} does not take the case on.")


async def take_back(uow: UnitOfWork, *, referral_id: UUID) -> None:
    """Let a case go on here whose offer was taken back, or was not answered in time."""
    taken = await _take(uow, referral_id)
    if taken.referral.settled_at is not None or taken.referral.state not in {
        ReferralState.WITHDRAWN,
        ReferralState.EXPIRED,
    }:
        return
    await change(uow, ReferralSettled, taken, settled_at=now())
    why = "was taken back" if taken.referral.state == ReferralState.WITHDRAWN else "was not answered in time"
    await _reopen(uow, taken, f"The offer to {taken.referral.organisation_name} {why}.")


async def _reopen(uow: UnitOfWork, taken: Taken, reason: str) -> None:
    if taken.case is not None and taken.case.status == CaseStatus.REFERRED:
        await cases.change_status(uow, taken.case, CaseStatus.REOPENED, reason=reason)


async def _take(uow: UnitOfWork, referral_id: UUID) -> Taken:
    _, case = await _with_case(uow, referral_id)
    return Taken(await uow.lock(Referral, referral_id), case)


async def _with_case(uow: UnitOfWork, referral_id: UUID) -> tuple[Referral, Case | None]:
    """Answer a transfer as it was seen, and its case, which is locked first."""
    seen = await uow.get(Referral, referral_id)
    return seen, None if seen.case_id is None else await uow.lock(Case, seen.case_id)
