"""Changing a client's details."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.clients import policy
from cma_graphql.domain.clients.audience import audience_of_client
from cma_graphql.domain.clients.derived import columns_of, told
from cma_graphql.domain.clients.details import ClientDetails, read_details
from cma_graphql.domain.clients.events import ClientUpdated
from cma_graphql.domain.clients.models import Client
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def update_client(uow: UnitOfWork, *, client_id: UUID, version: int, details: ClientDetails) -> UUID:
    """Change the details that are stated, and leave the others; details that are as before change nothing.

    Raises NotFound, Conflict, Forbidden, ApprovalRequired, Invalid, InvalidInput.
    """
    policy.require_may_change(uow.actor, details.keys())
    client = await uow.lock(Client, client_id, version=version)
    await policy.require_reach(uow, Permission.CLIENT_UPDATE, client.id)
    columns = await columns_of(uow, client, read_details(details))
    changes = uow.change(client, **columns)
    if not changes:
        return client.id
    await uow.flush()
    audience = await audience_of_client(uow, client)
    uow.record(
        ClientUpdated(subject_id=client.id, client_id=client.id, version=client.version),
        changes=told(changes),
        before=audience,
        after=audience,
    )
    return client.id
