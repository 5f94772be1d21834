"""Fixtures that every test may ask for: real servers, a cloned database, builders, the schema."""

import gc
from collections.abc import AsyncIterator, Generator, Iterator

import asyncpg
import orjson
import pytest
import strawberry
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cma_graphql.core import passwords
from cma_graphql.core.access_tokens import AccessTokens
from cma_graphql.core.vault import Vault
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.execution import plans
from cma_graphql.graph.schema import make_schema
from cma_graphql.integrations.email.null import NullSender
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.embedded import EmbeddedServers, embedded_servers
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.preparing import address_for
from cma_graphql.persistence.throttle import Throttle
from support.acting import Acting
from support.asking import Graph
from support.data import Data
from support.databases import Databases, data_dir
from support.documents import LARGEST, a_folder_store
from support.greenlets import greenlets_followed
from support.signing_in import SigningIn
from support.walking import bare


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let tests be told the size of what they walk over, read the plans of, and compare."""
    parser.addoption("--filled-cases", default="400", help="how many cases the walks' filled network has")
    parser.addoption("--large-cases", default="20000", help="how many cases the large centre has whose plans are read")
    parser.addoption("--compared-operations", default="400", help="how many operations both executors are asked")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage in what is imported, now or later, and seldom in what documents and plans are kept."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(5_000, 20, 20)
        gc.enable()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtestloop() -> Generator[None, object, object]:
    """Measure coverage in greenlets, too."""
    with greenlets_followed():
        return (yield)


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
async def overseer(databases: Databases, database_name: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Look into the clone as the superuser, past all isolation: who waits, who holds what."""
    connection = await asyncpg.connect(address_for(databases.superuser, user="postgres", database=database_name))
    yield connection
    await connection.close()


@pytest.fixture
async def own_database(databases: Databases, template: str) -> str:
    """Name a clone of the test's own, for network-wide tables, locks and migrations (decision 30)."""
    return await databases.clone(template)


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
    """Make the product's schema, with room for the plans of what a walk asks for."""
    made = make_schema()
    bare(made).extensions[plans._EXTENSION] = plans.Plans(bare(made), most_fields=50_000)
    return made


@pytest.fixture(scope="session")
def letters() -> NullSender:
    """Keep the letters that are sent."""
    return NullSender()


@pytest.fixture(scope="session")
async def sign_in(database: Database, keys: CentreKeys, letters: NullSender) -> AsyncIterator[SignIn]:
    """Put signing in together: a fixed signing key, letters kept in memory, attempts counted in this process."""
    tokens = AccessTokens(
        {"test": Ed25519PrivateKey.from_private_bytes(bytes(range(32)))},
        current="test",
        issuer="https://cma.example",
        audience="cma",
    )
    made = SignIn(
        database=database,
        keys=keys,
        tokens=tokens,
        sender=letters,
        throttle=Throttle(None),
        public_url="https://cma.example",
    )
    yield made
    await made.settle()


@pytest.fixture(scope="session")
def storage(database: Database, keys: CentreKeys, tmp_path_factory: pytest.TempPathFactory) -> DocumentStorage:
    """Keep files in a folder of the tests."""
    return DocumentStorage(a_folder_store(tmp_path_factory.mktemp("files"), database, keys), largest=LARGEST)


@pytest.fixture(scope="session")
def graph(
    schema: strawberry.Schema, database: Database, keys: CentreKeys, sign_in: SignIn, storage: DocumentStorage
) -> Graph:
    """Ask the schema."""
    return Graph(schema, database, keys, sign_in, storage)


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords at costs that only tests may have: what they are worth otherwise, tests/core says."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    monkeypatch.setattr(passwords, "_NOBODYS_HASH", hasher.hash("nobody"))


@pytest.fixture
def signing_in(
    cheap_passwords: None,  # noqa: ARG001 - a fixture for what it does
    graph: Graph,
    data: Data,
    sign_in: SignIn,
    letters: NullSender,
) -> SigningIn:
    """Sign people in from an address that no other test has."""
    return SigningIn(graph, data, sign_in, letters)
