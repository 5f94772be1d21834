"""What a recipient does by the link: look at what is shared, accept, reject."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.core.clock import now
from cma_graphql.core.errors import NotFound
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.text import multiline
from cma_graphql.core.ids import new_id
from cma_graphql.core.request import RequestFacts
from cma_graphql.core.tokens import token_digest
from cma_graphql.domain.auth.machinery import SignIn, person_of
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.centres.models import CentreStatus
from cma_graphql.domain.centres.selectors import centres_by_id
from cma_graphql.domain.referrals.consent import rests_on_consent
from cma_graphql.domain.referrals.details import NOTE_LENGTH, REASON_LENGTH
from cma_graphql.domain.referrals.events import ReferralAccepted, ReferralOpened, ReferralRejected
from cma_graphql.domain.referrals.links import bad_link, centre_of_token
from cma_graphql.domain.referrals.models import AnsweredThrough, Referral, ReferralState
from cma_graphql.domain.referrals.selectors import referral_by_token
from cma_graphql.domain.referrals.shared import Section, read_sections
from cma_graphql.domain.referrals.telling import Taken, change
from cma_graphql.persistence.logs import AccessEntry
from cma_graphql.persistence.throttle import Attempt, SlowDown
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import write

LINKS_OF_ADDRESS = SlowDown(
    # An organisation that is referred many clients sits behind one address.
    "referral-link",
    free=20,
    window=timedelta(minutes=15),
    longest=timedelta(minutes=5),
    cleared_by_success=False,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a link shows: who asks, for what, and the data that was chosen."""

    from_centre: str
    to_organisation: str
    reason: str
    urgency: str
    state: str
    sent_at: datetime
    expires_at: datetime
    sections: tuple[Section, ...]


async def open_offer(sign_in: SignIn, facts: RequestFacts, *, token: str) -> Offer:
    """Show what a link shares; noted in the access log. Raises Invalid (`token`, `link`), LimitReached."""
    return await _at_link(sign_in, facts, _open, token=token)


async def accept_by_link(sign_in: SignIn, facts: RequestFacts, *, token: str, note: str | None = None) -> Offer:
    """Take the client on; the link is used up. Raises Invalid (`token`, `link`; `note`), LimitReached."""
    return await _at_link(sign_in, facts, _accept, token=token, note=note)


async def reject_by_link(sign_in: SignIn, facts: RequestFacts, *, token: str, reason: str) -> Offer:
    """Refuse the client, for a reason; the link is used up. Raises like `accept_by_link`."""
    return await _at_link(sign_in, facts, _reject, token=token, reason=reason)


async def _at_link(
    sign_in: SignIn, facts: RequestFacts, act: Callable[..., Awaitable[Offer]], *, token: str, **said: Any
) -> Offer:
    """Do something as the product itself at the centre that the token names, slowed down like a sign-in."""
    attempt = Attempt(LINKS_OF_ADDRESS, sign_in.address_digest(facts.remote_address))
    await sign_in.hold_back(person_of(facts), attempt)
    try:
        actor = _actor(facts, centre_of_token(token))
        outcome = await write(sign_in.database, sign_in.keys, actor, act, token=token, **said)
    except NotFound:
        await sign_in.security.note(person_of(facts), "link.refused", {"purpose": "REFERRAL"})
        raise bad_link() from None
    await sign_in.throttle.succeeded(attempt)
    offer: Offer = outcome.returned
    return offer


def _actor(facts: RequestFacts, centre_id: UUID | None) -> Actor:
    if centre_id is None:
        raise NotFound
    system = system_of(centre_id, request_id=facts.request_id)
    return replace(system, remote_address=facts.remote_address, user_agent=facts.user_agent)


async def _open(uow: UnitOfWork, *, token: str) -> Offer:
    taken = await _take(uow, token)
    if taken.referral.opened_at is None:
        await change(uow, ReferralOpened, taken, opened_at=now())
    return await _shown(uow, taken.referral, "referralOpen")


async def _accept(uow: UnitOfWork, *, token: str, note: str | None) -> Offer:
    taken = await _take(uow, token)
    said = None if note is None else read_field("note", multiline, note, max_length=NOTE_LENGTH)
    await _answer(uow, ReferralAccepted, taken, state=ReferralState.ACCEPTED.value, answer_note=said)
    return await _shown(uow, taken.referral, "referralLinkAccept")


async def _reject(uow: UnitOfWork, *, token: str, reason: str) -> Offer:
    taken = await _take(uow, token)
    said = read_field("reason", multiline, reason, max_length=REASON_LENGTH)
    await _answer(uow, ReferralRejected, taken, state=ReferralState.REJECTED.value, answer_note=said, ended_at=now())
    return replace(await _shown(uow, taken.referral, "referralLinkReject"), sections=())


async def _answer(uow: UnitOfWork, event: Any, taken: Taken, **columns: object) -> None:
    at = now()
    opened_at = taken.referral.opened_at or at
    through = AnsweredThrough.LINK.value
    await change(
        uow, event, taken, token_digest=None, opened_at=opened_at, answered_at=at, answered_through=through, **columns
    )


async def _take(uow: UnitOfWork, token: str) -> Taken:
    """Lock the referral that waits at this link, after its case and its client.

    Raise NotFound: unknown, answered or too late, or its client consents no more.
    """
    digest = token_digest(token)
    found = await uow.one(referral_by_token, digest=digest)
    if found is None:
        raise NotFound
    seen = await uow.get(Referral, found["key"])
    assert seen.case_id is not None  # noqa: S101 - one that went out has a case
    case = await uow.lock(Case, seen.case_id, field=None)
    consented = await rests_on_consent(uow, seen)
    referral = await uow.lock(Referral, seen.id, field=None)
    waits = referral.state == ReferralState.SENT and referral.token_digest == digest
    if not waits or not consented or referral.expires_at is None or referral.expires_at <= now():
        raise NotFound
    return Taken(referral, case)


async def _shown(uow: UnitOfWork, referral: Referral, operation: str) -> Offer:
    """Answer what the link shows, and note in the access log whose data were shown (decision 21).

    A centre that is not at work shows nothing, as it signs nobody in: raise NotFound, which undoes an answer as well.
    """
    actor = uow.actor
    uow.add_lines(
        [
            AccessEntry(
                id=new_id(),
                occurred_at=now(),
                actor_kind=actor.kind.value,
                actor_id=actor.user_id,
                session_id=None,
                request_id=actor.request_id,
                operation=operation,
                client_ids=[referral.client_id],
                sensitive_fields=["referrals.shared"],
            )
        ]
    )
    (centre,) = await centres_by_id(uow, [actor.centre_id])
    text = await uow.unseal(referral, "shared")
    if (
        centre is None
        or centre["status"] != CentreStatus.ACTIVE
        or text is None
        or referral.sent_at is None
        or referral.expires_at is None
    ):
        raise NotFound
    return Offer(
        from_centre=centre["name"],
        to_organisation=referral.organisation_name,
        reason=referral.reason,
        urgency=referral.urgency,
        state=referral.state,
        sent_at=referral.sent_at,
        expires_at=referral.expires_at,
        sections=tuple(read_sections(text)),
    )
