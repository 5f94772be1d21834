"""Finds a centre at work by its code: for operators, whose commands name centres so."""

from uuid import UUID

from sqlalchemy import Text, bindparam, select

from cma_graphql.access.actor import Actor, ActorKind, Sight
from cma_graphql.core.errors import Invalid
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.codes import normalise_centre_code
from cma_graphql.core.ids import PLATFORM_CENTRE, SYSTEM_ACTOR
from cma_graphql.domain.centres.models import Centre, CentreStatus
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.reads import AnySelect, Span, live, spanning


@spanning(Span.NETWORK)
def centre_with_code(sight: Sight, span: Span) -> AnySelect:
    """Select the centre with a code."""
    return select(Centre.id.label("key"), Centre.name, Centre.status).where(
        live(Centre, sight, span=span), Centre.code == bindparam("code", type_=Text())
    )


async def centre_at_work(database: Database, code: str, *, request_id: str) -> UUID:
    """Answer the key of the centre with a code. Raises Invalid where there is none at work."""
    key, _ = await named_centre_at_work(database, code, request_id=request_id)
    return key


async def named_centre_at_work(
    database: Database, code: str, *, request_id: str, field: str = "centre"
) -> tuple[UUID, str]:
    """Answer the key and the name of the centre with a code. Raises Invalid where there is none at work."""
    code = read_field(field, normalise_centre_code, code)
    above = Actor(kind=ActorKind.PLATFORM, centre_id=PLATFORM_CENTRE, user_id=SYSTEM_ACTOR, request_id=request_id)
    async with database.read(above) as reader:
        centre = await reader.one(centre_with_code, Span.NETWORK, code=code)
    if centre is None or centre["status"] != CentreStatus.ACTIVE:
        raise Invalid(field, "not-found", f"No centre at work has the code {code}.")
    return centre["key"], centre["name"]
