"""Who sees a client besides those who see the whole centre (decision 20)."""

from collections.abc import Sequence
from uuid import UUID

from cma_graphql.core.events import Audience
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.selectors import circles
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork


def audience_of_new(client: Client) -> Audience:
    """Answer who sees a client without a case: whoever recorded it."""
    return Audience(user_ids=(client.created_by,), client_id=client.id)


async def audience_of_client(uow: UnitOfWork, client: Client) -> Audience:
    """Answer who sees a client: whoever works on its cases, or, where it has none, whoever recorded it."""
    rows = await uow.all(circles, keys=[client.id])
    if not rows:
        return audience_of_new(client)
    return audience_of_circle(client.id, rows)


def audience_of_circle(client_id: UUID, circle: Sequence[Record]) -> Audience:
    """Answer who sees a client with cases, by a row for each case and member of its team."""
    people = {row[column] for row in circle for column in ("advisor_id", "member_id")} - {None}
    open_to_teams = [row for row in circle if not row["restricted"]]
    return Audience(
        user_ids=tuple(sorted(people)),
        team_ids=tuple(sorted({row["team_id"] for row in open_to_teams} - {None})),
        restricted=not open_to_teams,
        client_id=client_id,
    )
