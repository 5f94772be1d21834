"""Who sees clients, whoever asks: for live updates, whose gate then decides viewer by viewer."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.events import Audience
from cma_graphql.domain.clients.audience import audience_of_circle
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.sight import CASE_TEAM, CASES
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, of_centre, statement


@statement
def circles_of_clients(_sight: Sight) -> AnySelect:
    """Select who recorded these clients and who works on their cases: a row for each case and member of its team."""
    cases, members = CASES.alias("circle_cases"), CASE_TEAM.alias("circle_members")
    of_client = and_(cases.c.centre_id == ACTOR_CENTRE, cases.c.client_id == Client.id, cases.c.deleted_at.is_(None))
    present = and_(members.c.centre_id == ACTOR_CENTRE, members.c.case_id == cases.c.id, members.c.removed_at.is_(None))
    return (
        select(
            Client.id.label("key"),
            Client.created_by,
            cases.c.id.label("case_id"),
            cases.c.advisor_id,
            cases.c.team_id,
            cases.c.restricted,
            members.c.user_id.label("member_id"),
        )
        .select_from(Client)
        .outerjoin(cases, of_client)
        .outerjoin(members, present)
        .where(of_centre(Client), Client.deleted_at.is_(None), Client.id == any_(KEYS))
    )


async def audiences_of_clients(reads: Reads, client_ids: Sequence[UUID]) -> Mapping[UUID, Audience]:
    """Answer who sees each of these clients, by one statement; deleted ones are left out."""
    rows: dict[UUID, list[Record]] = {}
    for row in await reads.all(circles_of_clients, keys=list(client_ids)) if client_ids else []:
        rows.setdefault(row["key"], []).append(row)
    return {client_id: _audience(client_id, circle) for client_id, circle in rows.items()}


def _audience(client_id: UUID, circle: Sequence[Record]) -> Audience:
    if circle[0]["case_id"] is None:
        return Audience(user_ids=(circle[0]["created_by"],), client_id=client_id)
    return audience_of_circle(client_id, circle)
