"""What an actor may do with a client that it sees."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from cma_graphql.access.actor import Actor, Sight
from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.errors import Forbidden
from cma_graphql.domain.clients.details import CONTACT_FIELDS
from cma_graphql.domain.clients.selectors import own_client_ids, team_client_ids
from cma_graphql.persistence.reads import Reads

_NARROW_SIGHTS = frozenset({Sight.NOTHING, Sight.RECORD, Sight.OWN, Sight.TEAM})
"""The sights that show nothing beyond own cases and those of one's teams."""


def require_may_change(actor: Actor, fields: Collection[str]) -> None:
    """Raise Forbidden where the roles change no client; ApprovalRequired where they may only ask for it.

    A client may ask to have the ways of reaching them changed, nothing else (domain reference 5.5).
    """
    permission = Permission.CLIENT_UPDATE
    if actor.reach(permission) is Reach.PROPOSE and not CONTACT_FIELDS.issuperset(fields):
        raise Forbidden(permission.name)
    actor.require(permission)


async def require_reach(reads: Reads, permission: Permission, client_id: UUID) -> None:
    """Raise Forbidden where the permission does not reach as far as this client, which the actor sees."""
    within = await reached(reads, [permission], [client_id])
    if client_id not in within[permission]:
        raise Forbidden(permission.name)


async def reached(
    reads: Reads, permissions: Sequence[Permission], client_ids: Sequence[UUID]
) -> Mapping[Permission, Collection[UUID]]:
    """Answer, for each permission, which of these clients, all visible, it reaches: two statements at most."""
    reaches = {permission: reads.actor.reach(permission) for permission in permissions}
    found = {reach: await _within(reads, reach, client_ids) for reach in set(reaches.values())}
    return {permission: found[reach] for permission, reach in reaches.items()}


async def _within(reads: Reads, reach: Reach, client_ids: Sequence[UUID]) -> Collection[UUID]:
    match reach:
        case Reach.CENTRE | Reach.SCOPED:
            return frozenset(client_ids)
        case Reach.TEAM:
            # Another role, an auditor's say, may show more than the one that lets the actor act.
            if reads.actor.sight in _NARROW_SIGHTS:
                return frozenset(client_ids)
            return await team_client_ids(reads, client_ids)
        case Reach.OWN:
            return await own_client_ids(reads, client_ids)
        case Reach.RECORD:
            return frozenset(key for key in client_ids if key == reads.actor.client_id)
        case _:
            return frozenset()
