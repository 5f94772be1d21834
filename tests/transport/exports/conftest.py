"""A centre with three pages of clients, and a way to export them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from support.acting import Acting
from support.asking import Graph
from support.caseload import ROWS
from support.data import Data
from support.exporting import Exporting

CLIENTS = 250
NAMES = "{ clients(orderBy: CREATED_AT_ASC) { edges { node { id reference firstName lastName } } } }"
"""Three pages, each of whose clients the access log names."""


@dataclass
class Shelf:
    """The centre, its manager, and a connection that sees every row."""

    data: Data
    centre: UUID
    manager: Actor
    rows: "asyncpg.Connection[asyncpg.Record]"

    async def access(self) -> list[dict[str, Any]]:
        """Answer the centre's access log, oldest first."""
        query = "SELECT * FROM access_log WHERE centre_id = $1 ORDER BY occurred_at, id"
        return [dict(row) for row in await self.rows.fetch(query, self.centre)]

    async def audit(self, centre: UUID | None = None) -> list[dict[str, Any]]:
        """Answer the exports in a centre's audit trail."""
        query = "SELECT * FROM audit_logs WHERE centre_id = $1 AND action = 'list.exported' ORDER BY seq"
        return [dict(row) for row in await self.rows.fetch(query, centre or self.centre)]

    async def references(self) -> list[str]:
        """Answer the references of the centre's clients, oldest first."""
        query = "SELECT reference FROM clients WHERE centre_id = $1 AND deleted_at IS NULL ORDER BY created_at, id"
        return [row["reference"] for row in await self.rows.fetch(query, self.centre)]


async def fill(rows: "asyncpg.Connection[asyncpg.Record]", centre: UUID, clients: int) -> None:
    """Give a centre so many clients at once."""
    await rows.execute(ROWS["clients"], centre, clients, [], [])


@pytest.fixture
async def shelf(data: Data, acting: Acting) -> Shelf:
    """Make the centre."""
    centre = await data.a_centre()
    await fill(acting.rows, centre, CLIENTS)
    return Shelf(data, centre, await data.a_member(centre, Role.CENTRE_MANAGER), acting.rows)


@pytest.fixture
async def exporting(graph: Graph) -> AsyncIterator[Exporting]:
    """Export over the tests' database; at the end every connection has been given back."""
    made = Exporting(graph, graph.database)
    yield made
    assert made.left == len(made.contexts)
    assert graph.database.pool_sizes()["read_used"] == 0
