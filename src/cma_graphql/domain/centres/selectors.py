"""Every select of centres."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.centres.models import Centre
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, aligned, statement

CENTRE_COLUMNS = (
    Centre.id.label("key"),
    Centre.name,
    Centre.code,
    Centre.organisation_type,
    Centre.jurisdiction,
    Centre.status,
    Centre.address_line1,
    Centre.address_line2,
    Centre.city,
    Centre.postcode,
    Centre.phone,
    Centre.email,
    Centre.manager_id,
    Centre.settings,
    Centre.created_at,
    Centre.updated_at,
    Centre.version,
)


@statement
def own_centre(_sight: Sight) -> AnySelect:
    """Select the actor's centre, if it is among the keys."""
    return select(*CENTRE_COLUMNS).where(Centre.id == ACTOR_CENTRE, Centre.id == any_(KEYS))


async def centres_by_id(reads: Reads, centre_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these centres, in their order; for an actor of one centre, that one only."""
    return await aligned(reads, own_centre, centre_ids)
