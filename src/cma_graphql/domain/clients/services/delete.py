"""Deleting a client, so that the record stays, and restoring one."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import AlreadyExists, Invalid
from cma_graphql.domain.clients import policy
from cma_graphql.domain.clients.audience import audience_of_client
from cma_graphql.domain.clients.events import ClientDeleted, ClientRestored
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.selectors import open_cases
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def take_for_deletion(uow: UnitOfWork, client_id: UUID, version: int) -> Client:
    """Lock a client none of whose cases is open. Raises Forbidden, NotFound, Conflict, Invalid (`open-cases`).

    A case that is referred is not at its end: whoever it was offered to may still take it on, with its client.
    Whoever opens a case locks its client first, so that none is opened meanwhile.
    """
    uow.actor.require(Permission.CLIENT_DELETE)
    client = await uow.lock(Client, client_id, version=version)
    await policy.require_reach(uow, Permission.CLIENT_DELETE, client.id)
    row = await uow.one(open_cases, keys=[client.id])
    count = int(row["open"]) if row is not None else 0
    if count:
        raise Invalid(
            "id", "open-cases", "A client with open cases cannot be deleted: end the cases first.", count=count
        )
    return client


async def delete_client(uow: UnitOfWork, client: Client) -> UUID:
    """Delete a client who was locked for it, so that the record stays."""
    before = await audience_of_client(uow, client)
    changes = uow.soft_delete(client)
    await uow.flush()
    uow.record(
        ClientDeleted(subject_id=client.id, client_id=client.id, version=client.version),
        changes=changes,
        before=before,
    )
    return client.id


async def restore_client(uow: UnitOfWork, *, client_id: UUID, version: int) -> UUID:
    """Restore a deleted client. Raises Forbidden, Conflict; NotFound also where the client is not deleted.

    Invalid (`former-reference-taken`) where the client has been imported anew since.
    """
    uow.actor.require(Permission.CLIENT_DELETE)
    client = await uow.lock(Client, client_id, version=version, deleted=True)
    changes = uow.change(client, deleted_at=None, deleted_by=None)
    try:
        await uow.flush()
    except AlreadyExists:
        raise Invalid(
            "id", "former-reference-taken", "The client has been imported anew since: the other record is in use."
        ) from None
    # Only now, since the rules about records speak of live ones.
    await policy.require_reach(uow, Permission.CLIENT_DELETE, client.id)
    uow.record(
        ClientRestored(subject_id=client.id, client_id=client.id, version=client.version),
        changes=changes,
        after=await audience_of_client(uow, client),
    )
    return client.id
