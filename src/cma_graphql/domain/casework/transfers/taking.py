"""The units of work of a transfer at the centre that takes the case on; the copying itself is in copying.py."""

from datetime import datetime
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now, today
from cma_graphql.core.errors import Invalid
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.clients.details import ClientDetails
from cma_graphql.domain.clients.duplicates import refuse_possible_duplicate
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.referrals.details import REASON_LENGTH
from cma_graphql.domain.referrals.events import (
    ReferralAccepted,
    ReferralExpired,
    ReferralReceived,
    ReferralRejected,
    ReferralSettled,
    ReferralWithdrawn,
)
from cma_graphql.domain.referrals.models import (
    AnsweredThrough,
    OrganisationKind,
    Referral,
    ReferralDirection,
    ReferralParty,
    ReferralState,
)
from cma_graphql.domain.referrals.rules import require_kind, require_manager
from cma_graphql.domain.referrals.selectors import referrals_by_id
from cma_graphql.domain.referrals.telling import Taken, change, lock_referral, tell
from cma_graphql.domain.referrals.transitions import require_step
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

_COPIED = ("reason", "urgency", "shared_categories", "sent_at", "expires_at")


async def deliver(
    uow: UnitOfWork, *, offer: Record, sections: str, giving: UUID, giving_name: str, consented_at: datetime
) -> None:
    """Write an offer of another centre down, under its own id; one that is there already stays as it is."""
    (there,) = await referrals_by_id(uow, [offer["key"]])
    if there is not None:
        return
    referral = Referral(
        id=offer["key"],
        direction=ReferralDirection.IN.value,
        party=ReferralParty.CENTRE.value,
        state=ReferralState.SENT.value,
        organisation_name=giving_name,
        organisation_kind=OrganisationKind.DEBT_ADVICE.value,
        other_centre_id=giving,
        hands_over=True,
        received_on=today(),
        consent_note=f"The client consented to referral on {consented_at.date().isoformat()}.",
        **{name: offer[name] for name in _COPIED},
    )
    referral.shared = await uow.seal(referral, "shared", sections)
    changes = uow.add(referral)
    await tell(uow, ReferralReceived, Taken(referral, None), changes, before=None)


async def claim_transfer(
    uow: UnitOfWork,
    *,
    referral_id: UUID,
    version: int,
    person: ClientDetails | None,
    client_id: UUID | None = None,
    accept_possible_duplicate: bool = False,
) -> UUID:
    """Accept an offer of another centre, as a manager; the case is taken over by the steps that follow.

    `person` is who comes with it, whom nobody sees before. Their record becomes a new client, unless one of this
    centre is named who is the same person. Raises Forbidden, ApprovalRequired, NotFound, Conflict, TransitionRefused,
    Invalid; PossibleDuplicate where the centre may know the person already and nobody has said that they looked.
    """
    referral = await _take_offer(uow, referral_id, version)
    require_step(referral, ReferralState.ACCEPTED)
    if referral.expires_at is not None and referral.expires_at <= now():
        raise Invalid("id", "offer-expired", "The time for an answer is over. Ask the other centre for a new offer.")
    if client_id is not None:
        await uow.lock(Client, client_id, field="client_id")
    elif person is not None and not accept_possible_duplicate:
        await refuse_possible_duplicate(uow, person)
    at = now()
    return await change(
        uow,
        ReferralAccepted,
        Taken(referral, None),
        state=ReferralState.ACCEPTED.value,
        client_id=client_id,
        **_answered(uow, at),
    )


async def refuse_transfer(uow: UnitOfWork, *, referral_id: UUID, version: int, reason: str) -> UUID:
    """Refuse an offer of another centre, as a manager, for a reason. Raises like `claim_transfer`."""
    referral = await _take_offer(uow, referral_id, version)
    require_step(referral, ReferralState.REJECTED)
    why = read_field("reason", multiline, reason, max_length=REASON_LENGTH)
    at = now()
    return await change(
        uow,
        ReferralRejected,
        Taken(referral, None),
        state=ReferralState.REJECTED.value,
        answer_note=why,
        ended_at=at,
        **_answered(uow, at),
    )


def _answered(uow: UnitOfWork, at: datetime) -> dict[str, object]:
    return {
        "answered_at": at,
        "answered_by": uow.actor.user_id,
        "answered_through": AnsweredThrough.STAFF.value,
    }


async def _take_offer(uow: UnitOfWork, referral_id: UUID, version: int) -> Referral:
    uow.actor.require(Permission.CASE_CREATE)
    require_manager(uow)
    referral = await lock_referral(uow, referral_id, version=version)
    require_kind(referral, ReferralDirection.IN, ReferralParty.CENTRE)
    return referral


async def call_off(uow: UnitOfWork, *, referral_id: UUID, state: ReferralState) -> None:
    """Note that an offer was taken back by its centre, or that its time is over, even where it was accepted here."""
    referral = await lock_referral(uow, referral_id)
    if referral.state not in {ReferralState.SENT, ReferralState.ACCEPTED} or referral.case_id is not None:
        return
    at = now()
    event = ReferralWithdrawn if state is ReferralState.WITHDRAWN else ReferralExpired
    await change(uow, event, Taken(referral, None), state=state.value, ended_at=at, settled_at=at)


async def settle(uow: UnitOfWork, *, referral_id: UUID) -> None:
    """Note that nothing is left to carry out."""
    seen = await uow.get(Referral, referral_id)
    if seen.settled_at is None:
        taken = await _with_case(uow, referral_id)
        await change(uow, ReferralSettled, taken, settled_at=now())


async def _with_case(uow: UnitOfWork, referral_id: UUID) -> Taken:
    seen = await uow.get(Referral, referral_id)
    case = None if seen.case_id is None else await uow.lock(Case, seen.case_id)
    return Taken(await lock_referral(uow, referral_id), case)
