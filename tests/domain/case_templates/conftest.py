"""A database of its own for tests that race or change the catalogue."""

from collections.abc import AsyncIterator

import asyncpg
import orjson
import pytest

from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from support.acting import Acting
from support.arena import WRITERS, Arena
from support.data import Data
from support.databases import Databases


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
