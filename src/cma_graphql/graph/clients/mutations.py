"""What can be done with clients and their consents."""

from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.casework.delete_client import delete_client
from cma_graphql.domain.clients import selectors
from cma_graphql.domain.clients.details import ClientDetails, cautions, read_details
from cma_graphql.domain.clients.duplicates import PossibleDuplicate
from cma_graphql.domain.clients.services.consent import record_consent, withdraw_consent
from cma_graphql.domain.clients.services.create import create_client
from cma_graphql.domain.clients.services.delete import restore_client
from cma_graphql.domain.clients.services.update import update_client
from cma_graphql.graph.cautions import InputWarning, warning_of
from cma_graphql.graph.clients.duplicates import shown
from cma_graphql.graph.clients.inputs import (
    ClientConsentRecordInput,
    ClientConsentWithdrawInput,
    ClientCreateInput,
    ClientDeleteInput,
    ClientRestoreInput,
    ClientUpdateInput,
    changed_details,
    known_details,
)
from cma_graphql.graph.clients.types import Client, Consent, DeletedClient
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.writing import reread, write

_CLIENT = "The client as it is now; null where it was refused, or where the viewer does not see it."
_WARNINGS = "Doubts about values that were accepted."


def _what(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type(description="What recording a client answers.")
class ClientCreatePayload(Payload):
    """The new client."""

    client: Client | None = strawberry.field(default=None, description=_CLIENT)
    warnings: list[InputWarning] = strawberry.field(default_factory=list, description=_WARNINGS)


@strawberry.type(description="What changing a client answers.")
class ClientUpdatePayload(Payload):
    """The changed client."""

    client: Client | None = strawberry.field(default=None, description=_CLIENT)
    warnings: list[InputWarning] = strawberry.field(default_factory=list, description=_WARNINGS)


@strawberry.type(description="What deleting a client answers.")
class ClientDeletePayload(Payload):
    """The deleted client."""

    deleted_client: DeletedClient | None = strawberry.field(
        default=None, description="What one needs to know to restore it; null where it was refused."
    )


@strawberry.type(description="What restoring a client answers.")
class ClientRestorePayload(Payload):
    """The restored client."""

    client: Client | None = strawberry.field(default=None, description=_CLIENT)


@strawberry.type(description="What recording a consent answers.")
class ClientConsentRecordPayload(Payload):
    """The consent and its client."""

    client: Client | None = strawberry.field(default=None, description=_CLIENT)
    consent: Consent | None = strawberry.field(default=None, description="The consent; null where it was refused.")


@strawberry.type(description="What withdrawing a consent answers.")
class ClientConsentWithdrawPayload(Payload):
    """The consent and its client."""

    client: Client | None = strawberry.field(default=None, description=_CLIENT)
    consent: Consent | None = strawberry.field(default=None, description="The consent; null where it was refused.")


def _warnings(details: ClientDetails) -> list[InputWarning]:
    """Say the doubts about an accepted input: by the input alone, so that a replay says them again."""
    return [warning_of(item.field, item.caution) for item in cautions(read_details(details))]


@strawberry.type
class ClientMutations:
    """What can be done with clients."""

    @mutation(
        requires=Permission.CLIENT_CREATE,
        description="Record a client. It is refused with the rule `possible-duplicate` where the centre may know the "
        "person already, until `acceptPossibleDuplicate` says that somebody has looked.",
    )
    async def client_create(
        self, info: Info, input: Annotated[ClientCreateInput, _what("The client.")]
    ) -> ClientCreatePayload:
        """Record a client."""
        details = known_details(input)
        try:
            outcome = await write(
                info,
                create_client,
                input,
                details=details,
                accept_possible_duplicate=input.accept_possible_duplicate,
            )
        except PossibleDuplicate as refusal:
            raise shown(refusal) from None
        return ClientCreatePayload(
            client=await reread(info, Client, outcome.subject_ids[0]),
            warnings=_warnings(details),
            replayed=outcome.replayed,
        )

    @mutation(requires=Permission.CLIENT_UPDATE, description="Change a client's details.")
    async def client_update(
        self, info: Info, input: Annotated[ClientUpdateInput, _what("What to change.")]
    ) -> ClientUpdatePayload:
        """Change a client's details."""
        details = changed_details(input)
        outcome = await write(
            info,
            update_client,
            input,
            client_id=read_id("client", input.id),
            version=input.expected_version,
            details=details,
        )
        return ClientUpdatePayload(
            client=await reread(info, Client, outcome.subject_ids[0]),
            warnings=_warnings(details),
            replayed=outcome.replayed,
        )

    @mutation(
        requires=Permission.CLIENT_DELETE,
        description="Delete a client none of whose cases is open. The record stays, and can be restored. Appointments "
        "still to come are called off and open tasks cancelled; restoring brings none of them back.",
    )
    async def client_delete(
        self, info: Info, input: Annotated[ClientDeleteInput, _what("Which client.")]
    ) -> ClientDeletePayload:
        """Delete a client."""
        outcome = await write(
            info,
            delete_client,
            input,
            client_id=read_id("client", input.id),
            version=input.expected_version,
        )
        (record,) = await selectors.deleted_clients_by_id(info.context.reader, outcome.subject_ids)
        return ClientDeletePayload(
            deleted_client=wrapped(DeletedClient, record, info.context), replayed=outcome.replayed
        )

    @mutation(requires=Permission.CLIENT_DELETE, description="Restore a deleted client.")
    async def client_restore(
        self, info: Info, input: Annotated[ClientRestoreInput, _what("Which client.")]
    ) -> ClientRestorePayload:
        """Restore a deleted client."""
        outcome = await write(
            info,
            restore_client,
            input,
            client_id=read_id("client", input.id),
            version=input.expected_version,
        )
        return ClientRestorePayload(
            client=await reread(info, Client, outcome.subject_ids[0]), replayed=outcome.replayed
        )

    @mutation(requires=Permission.CLIENT_UPDATE, description="Record what a client consents to.")
    async def client_consent_record(
        self, info: Info, input: Annotated[ClientConsentRecordInput, _what("The consent.")]
    ) -> ClientConsentRecordPayload:
        """Record a consent."""
        outcome = await write(
            info,
            record_consent,
            input,
            client_id=read_id("client", input.client_id, field="client_id"),
            purpose=input.purpose,
            channel=input.channel,
            wording_version=input.wording_version,
            given_at=input.given_at,
        )
        client_id, consent_id = outcome.subject_ids
        return ClientConsentRecordPayload(
            client=await reread(info, Client, client_id),
            consent=await reread(info, Consent, consent_id),
            replayed=outcome.replayed,
        )

    @mutation(
        requires=Permission.CLIENT_UPDATE,
        description="Withdraw a client's consent from now on; what was done under it stays lawful.",
    )
    async def client_consent_withdraw(
        self, info: Info, input: Annotated[ClientConsentWithdrawInput, _what("Which consent.")]
    ) -> ClientConsentWithdrawPayload:
        """Withdraw a consent."""
        outcome = await write(info, withdraw_consent, input, consent_id=read_id("consent", input.id), note=input.note)
        client_id, consent_id = outcome.subject_ids
        return ClientConsentWithdrawPayload(
            client=await reread(info, Client, client_id),
            consent=await reread(info, Consent, consent_id),
            replayed=outcome.replayed,
        )
