"""Recording what a client consents to, and that a consent is withdrawn (UK GDPR article 7)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import TransitionRefused
from cma_graphql.core.events import Audience
from cma_graphql.core.faults import Faults, read_field
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.core.ids import new_id
from cma_graphql.domain.clients import policy
from cma_graphql.domain.clients.audience import audience_of_client
from cma_graphql.domain.clients.events import ConsentGiven, ConsentWithdrawn
from cma_graphql.domain.clients.models import Client, ClientConsent, ConsentChannel, ConsentPurpose
from cma_graphql.domain.clients.selectors import consents_in_force
from cma_graphql.persistence.unit_of_work import UnitOfWork

_LONGEST_VERSION = 50
_LONGEST_NOTE = 1_000


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """A consent as it was given."""

    purpose: ConsentPurpose
    channel: ConsentChannel
    wording_version: str
    given_at: datetime


async def record_consent(
    uow: UnitOfWork,
    *,
    client_id: UUID,
    purpose: ConsentPurpose,
    channel: ConsentChannel,
    wording_version: str,
    given_at: datetime | None = None,
) -> tuple[UUID, UUID]:
    """Record that a client consents to one purpose, now unless `given_at` says when; answer client and consent.

    Raises Forbidden, ApprovalRequired, NotFound, Invalid (`consent-in-force`, `in-future`), InvalidInput.
    """
    uow.actor.require(Permission.CLIENT_UPDATE)
    # Locked, so that of two who record the same consent at once the second is told of the first.
    client = await uow.lock(Client, client_id, field="client_id")
    await policy.require_reach(uow, Permission.CLIENT_UPDATE, client.id)
    faults = Faults()
    wording = faults.read("wording_version", read_wording, wording_version)
    at = now()
    if given_at is not None and given_at > at:
        faults.add("given_at", "in-future", "A consent is recorded once it was given.")
    if await uow.one(consents_in_force, keys=[client.id], purpose=purpose.value) is not None:
        faults.add("purpose", "consent-in-force", "The client consents to this already.", purpose=purpose.value)
    faults.raise_any()
    audience = await audience_of_client(uow, client)
    given = GivenConsent(purpose, channel, wording or "", given_at or at)
    return client.id, add_consent(uow, client.id, given, audience)


def read_wording(text: str) -> str:
    """Answer which wording a client agreed to, in up to 50 characters; raise FormatError."""
    return one_line(text, max_length=_LONGEST_VERSION)


def add_consent(uow: UnitOfWork, client_id: UUID, given: GivenConsent, audience: Audience) -> UUID:
    """Add a consent to a client who has been sent, and tell of it; answer its id."""
    consent = ClientConsent(
        id=new_id(),
        client_id=client_id,
        purpose=given.purpose.value,
        channel=given.channel.value,
        wording_version=given.wording_version,
        given_at=given.given_at,
        recorded_by=uow.actor.user_id,
    )
    changes = uow.add(consent)
    uow.record(ConsentGiven(subject_id=consent.id, client_id=client_id), changes=changes, after=audience)
    return consent.id


async def withdraw_consent(uow: UnitOfWork, *, consent_id: UUID, note: str | None = None) -> tuple[UUID, UUID]:
    """Withdraw a consent from now on; what was done under it stays lawful. Answer client and consent.

    Raises Forbidden, ApprovalRequired, NotFound, TransitionRefused where it is withdrawn already, Invalid.
    """
    uow.actor.require(Permission.CLIENT_UPDATE)
    consent = await uow.lock(ClientConsent, consent_id)
    client = await uow.get(Client, consent.client_id)
    await policy.require_reach(uow, Permission.CLIENT_UPDATE, client.id)
    if consent.withdrawn_at is not None:
        raise TransitionRefused(source="WITHDRAWN", target="WITHDRAWN", allowed=())
    said = None if note is None else read_field("note", multiline, note, max_length=_LONGEST_NOTE)
    changes = uow.change(consent, withdrawn_at=now(), withdrawn_by=uow.actor.user_id, withdrawal_note=said)
    audience = await audience_of_client(uow, client)
    uow.record(
        ConsentWithdrawn(subject_id=consent.id, client_id=client.id),
        changes=changes,
        before=audience,
        after=audience,
    )
    return client.id, consent.id
