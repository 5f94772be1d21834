"""A centre into which caseloads are imported."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from support.acting import Acting
from support.arena import WRITERS, Arena
from support.data import Data
from support.databases import Databases


@dataclass
class Scene:
    """A centre with a manager, who imports, and an advisor."""

    data: Data
    rows: Any
    centre: UUID
    manager: Actor
    advisor: Actor
    email: str
    """The advisor's."""

    async def all(self, table: str, order: str = "former_reference") -> list[dict[str, Any]]:
        """Read the centre's rows of a table."""
        rows = await self.rows.fetch(
            f"SELECT * FROM {table} WHERE centre_id = $1 ORDER BY {order}",  # noqa: S608 - names of tests
            self.centre,
        )
        return [dict(row) for row in rows]


@pytest.fixture
async def scene(data: Data, acting: Acting) -> Scene:
    """Set a scene in a centre of its own."""
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    email = f"advisor-{centre.hex}@example.org"
    advisor = await data.a_member(centre, email=email)
    await data.a_team(centre, name="Money Team")
    return Scene(data, acting.rows, centre, manager, advisor, email)


@pytest.fixture
async def arena(databases: Databases, template: str, keys: CentreKeys) -> AsyncIterator[Arena]:
    """Clone a database for one test, with as many connections as there are writers."""
    name = await databases.clone(template)
    database = await Database(databases.app(name), read_pool_size=5, write_pool_size=WRITERS).open()
    rows = await asyncpg.connect(databases.owner(name))
    await rows.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=lambda value: orjson.dumps(value).decode(), decoder=orjson.loads
    )
    yield Arena(Data(database, keys, databases.owner(name)), Acting(database, keys, rows))
    await rows.close()
    await database.close()
