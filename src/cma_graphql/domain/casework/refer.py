"""Hands a case to another organisation: by a referral, which names it and rests on the client's consent."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import Case, CaseStatus
from cma_graphql.domain.casework.ending import call_off_appointments
from cma_graphql.domain.casework.guards import require_step_is_open
from cma_graphql.domain.casework.reading import read_optional_reason
from cma_graphql.domain.casework.taking import take
from cma_graphql.domain.referrals.events import ReferralUpdated
from cma_graphql.domain.referrals.models import UNDER_WAY, Referral, ReferralDirection, ReferralParty
from cma_graphql.domain.referrals.telling import Taken, change
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def refer_case(
    uow: UnitOfWork, *, case_id: UUID, version: int, referral_id: UUID, reason: str | None = None
) -> UUID:
    """Record that the recipient of a referral takes over, with the client's consent to referral.

    For a referral that was sent while the work went on; one that hands the case over does so by being sent. It
    reaches a third party, so the right to do that decides: trainees propose it (domain reference 5.5).
    Raises Forbidden, ApprovalRequired, NotFound, Conflict, TransitionRefused, Invalid, InvalidInput.
    """
    case = await take(uow, Permission.CORRESPONDENCE_SEND, case_id, version)
    await require_step_is_open(uow, case, CaseStatus.REFERRED)
    why = read_optional_reason(reason, field="reason")
    referral = await uow.lock(Referral, referral_id, field="referral_id")
    if referral.case_id != case.id or referral.direction != ReferralDirection.OUT:
        raise Invalid("referral_id", "referral-of-another-case", "This referral is not one of the case.")
    if referral.state not in UNDER_WAY:
        raise Invalid(
            "referral_id", "referral-not-sent", "Only a referral that was sent hands a case over.", state=referral.state
        )
    await change(uow, ReferralUpdated, Taken(referral, case), hands_over=True)
    await hand_over(uow, case, referral, reason=why)
    return case.id


async def hand_over(uow: UnitOfWork, case: Case, referral: Referral, *, reason: str | None = None) -> None:
    """Make a locked case, whose guards have been asked, the recipient's, who sees the client from now on.

    Another centre has to accept it first: until then the client's appointments stand.
    """
    await cases.change_status(
        uow, case, CaseStatus.REFERRED, reason=reason or referral.reason, referred_to=referral.organisation_name
    )
    if referral.party != ReferralParty.CENTRE:
        await call_off_appointments(uow, case, reason=f"The case was referred to {referral.organisation_name}.")
