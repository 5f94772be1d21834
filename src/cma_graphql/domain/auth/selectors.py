"""Every select of service keys, and of the clients that an invitation may name."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, column, func, select, table
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.auth.models import ServiceKey
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, aligned, live, statement

MOST_KEYS = 50
"""How many keys of a centre may be good at the same time."""
_LISTED = 200

# A client's record is of a later room; it stands here by name, like the cases in clients/sight.py.
CLIENTS: Any = table("clients", column("centre_id"), column("id"), column("deleted_at"))

SERVICE_KEY_COLUMNS = (
    ServiceKey.id.label("key"),
    ServiceKey.name,
    ServiceKey.scopes,
    ServiceKey.expires_at,
    ServiceKey.revoked_at,
    ServiceKey.last_used_at,
    ServiceKey.created_at,
    ServiceKey.created_by,
    ServiceKey.version,
)


@statement
def service_keys_by_key(sight: Sight) -> AnySelect:
    """Select these service keys."""
    return select(*SERVICE_KEY_COLUMNS).where(live(ServiceKey, sight), ServiceKey.id == any_(KEYS))


@statement
def service_keys_of_centre(sight: Sight) -> AnySelect:
    """Select the centre's service keys, the newest first."""
    return (
        select(*SERVICE_KEY_COLUMNS)
        .where(live(ServiceKey, sight))
        .order_by(ServiceKey.created_at.desc(), ServiceKey.id.desc())
        .limit(_LISTED)
    )


@statement
def number_of_good_keys(sight: Sight) -> AnySelect:
    """Count the centre's keys that are neither revoked nor expired."""
    return select(func.count().label("number")).where(
        live(ServiceKey, sight),
        ServiceKey.revoked_at.is_(None),
        ServiceKey.expires_at > bindparam("at", type_=ServiceKey.expires_at.type),
    )


@statement
def client_of_centre(_sight: Sight) -> AnySelect:
    """Select a client of the centre by key, for whoever sees all of them."""
    return select(CLIENTS.c.id).where(
        CLIENTS.c.centre_id == ACTOR_CENTRE,
        CLIENTS.c.id == bindparam("client_id", type_=Uuid()),
        CLIENTS.c.deleted_at.is_(None),
    )


async def service_keys_by_id(reads: Reads, key_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these keys, in their order; None of them without the permission to manage them."""
    if not reads.actor.may(Permission.INTEGRATION_MANAGE):
        return [None] * len(key_ids)
    return await aligned(reads, service_keys_by_key, key_ids)


async def service_keys(reads: Reads) -> Sequence[Record]:
    """Answer the centre's keys, the newest first."""
    return await reads.all(service_keys_of_centre)
