"""Every select of centres."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, exists, select, true
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.ids import PLATFORM_CENTRE
from cma_graphql.domain.centres.models import Centre
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.logs import CentreCounter
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Place,
    Reads,
    Record,
    Span,
    aligned_at,
    live,
    spanning,
    statement,
)

CENTRE_COLUMNS = (
    Centre.id.label("key"),
    Centre.id.label("centre_id"),
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


CENTRES = Listing(
    Centre,
    columns=CENTRE_COLUMNS,
    orders={
        "NAME_ASC": Order((Centre.name,)),
        "NAME_DESC": Order((Centre.name,), descending=True),
        "CODE_ASC": Order((Centre.code,)),
        "CREATED_AT_DESC": Order((Centre.created_at,), descending=True),
    },
    conditions={
        "status": Centre.status == any_(bindparam("status", type_=ARRAY(Text()))),
        "advising": Centre.id != PLATFORM_CENTRE,
    },
    above=Span.NETWORK,
)


@spanning(Span.CENTRE, Span.CENTRES)
def centres_by_key(sight: Sight, span: Span) -> AnySelect:
    """Select these centres."""
    return select(*CENTRE_COLUMNS).where(live(Centre, sight, span=span), Centre.id == any_(KEYS))


@statement
def numbered(_sight: Sight) -> AnySelect:
    """Tell whether the centre has given out a number: of a case, of a client."""
    return select(true().label("numbered")).where(exists().where(CentreCounter.centre_id == ACTOR_CENTRE))


async def centres_by_id(reads: Reads, centre_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these centres, in their order; for an actor of one centre, that one only."""
    return await aligned_at(reads, centres_by_key, [(centre_id, centre_id) for centre_id in centre_ids])


async def centres_at(reads: Reads, places: Sequence[Place | None]) -> list[Record | None]:
    """Answer the centres with these keys, whichever centre the ids were read for: a centre is its own place."""
    return await aligned_at(
        reads, centres_by_key, [None if place is None else (place[1], place[1]) for place in places]
    )


async def has_given_numbers(reads: Reads) -> bool:
    """Tell whether the centre's code stands in a reference already: that of a case or of a client."""
    return await reads.one(numbered) is not None
