"""Who may change the households of which clients."""

from collections.abc import Sequence
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.clients.policy import reached
from cma_graphql.persistence.reads import Reads


async def may_change(reads: Reads, client_ids: Sequence[UUID]) -> list[bool]:
    """Tell of each of these visible clients whether the actor may change their household: at most one statement.

    A client of the portal tells the advisor instead.
    """
    if reads.actor.kind is ActorKind.CLIENT or not client_ids:
        return [False] * len(client_ids)
    within = (await reached(reads, [Permission.CLIENT_UPDATE], client_ids))[Permission.CLIENT_UPDATE]
    return [client_id in within for client_id in client_ids]
