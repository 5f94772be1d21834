"""Fixtures that every test may ask for: real servers, a cloned database, builders, the schema."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import orjson
import pytest
import strawberry

from cma_graphql.core.vault import Vault
from cma_graphql.graph.schema import make_schema
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.embedded import EmbeddedServers, embedded_servers
from cma_graphql.persistence.keys import CentreKeys
from support.acting import Acting
from support.asking import Graph
from support.data import Data
from support.databases import Databases, data_dir


@pytest.fixture(scope="session")
def servers() -> Iterator[EmbeddedServers]:
    """Run PostgreSQL and Valkey for this test process."""
    with embedded_servers(data_dir(), durable=False) as running:
        yield running


@pytest.fixture(scope="session")
def databases(servers: EmbeddedServers) -> Databases:
    """Make databases on the test process's PostgreSQL."""
    return Databases(servers.postgres_dsn)


@pytest.fixture(scope="session")
async def template(databases: Databases) -> str:
    """Name the migrated template."""
    await databases.drop_old_clones()
    return await databases.template()


@pytest.fixture(scope="session")
async def database_name(databases: Databases, template: str) -> str:
    """Name the clone that this test process works in."""
    return await databases.clone(template)


@pytest.fixture(scope="session")
async def database(databases: Databases, database_name: str) -> AsyncIterator[Database]:
    """Connect to the clone as the application's role, never as its owner, so that isolation is always on."""
    opened = await Database(databases.app(database_name), read_pool_size=5, write_pool_size=5).open()
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def keys() -> CentreKeys:
    """Hold the tests' own master key."""
    return CentreKeys(Vault({"test": bytes(range(32))}, current="test", index_key=bytes(range(32, 64))))


@pytest.fixture(scope="session")
def data(database: Database, keys: CentreKeys, databases: Databases, database_name: str) -> Data:
    """Build records."""
    return Data(database, keys, databases.owner(database_name))


@pytest.fixture(scope="session")
async def acting(
    database: Database, keys: CentreKeys, databases: Databases, database_name: str
) -> AsyncIterator[Acting]:
    """Call services, and look at every row as the owner."""
    rows = await asyncpg.connect(databases.owner(database_name))
    await rows.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=lambda value: orjson.dumps(value).decode(), decoder=orjson.loads
    )
    yield Acting(database, keys, rows)
    await rows.close()


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    """Make the product's schema."""
    return make_schema()


@pytest.fixture(scope="session")
def graph(schema: strawberry.Schema, database: Database, keys: CentreKeys) -> Graph:
    """Ask the schema."""
    return Graph(schema, database, keys)
