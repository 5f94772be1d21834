"""What the playground's tests run against: its build, a server that shows it, and a browser."""

import os
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser
from pydantic import SecretStr

import build_playground
import chromium as browsers
from cma_graphql.access.permissions import Role
from cma_graphql.app import create_app
from cma_graphql.core.keyring import new_key
from cma_graphql.core.passwords import hash_password
from cma_graphql.core.settings import Settings
from cma_graphql.persistence.embedded import EmbeddedServers
from cma_graphql.transport.serving import socket_options
from support.browser import WatchedPage, unplugged_chromium, watched_page
from support.data import Data
from support.databases import Databases
from support.loopback import served
from support.playground import Person, PlaygroundServer

PASSWORD = "correct horse battery staple"
LEFT_OUT = pytest.StashKey[list[str]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the browser tests out where there is no Chromium; scripts/run_tests.py settles where that is allowed."""
    if "CMA_CHROMIUM" in os.environ or browsers.find() is not None:
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    config.stash[LEFT_OUT] = [item.nodeid for item in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name what did not run."""
    for name in config.stash.get(LEFT_OUT, []):
        terminalreporter.write_line(f"NOT RUN, for want of Chromium: {name}")


@pytest.fixture(scope="session")
def built_playground() -> Path:
    """Build the playground from the sources as they are now."""
    build_playground.build()
    return build_playground.STATIC


@pytest.fixture(scope="session")
def accessibility_rules() -> str:
    """axe-core, which judges a page by the WCAG; a development package of the playground."""
    with build_playground.alone(build_playground.SOURCE):
        modules = build_playground.install_packages()
    return (modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def product(servers: EmbeddedServers, databases: Databases, database_name: str, tmp_path_factory: Any) -> Iterator[str]:
    """Serve the product itself, over this process's database and cache, and give its address."""
    settings = Settings(
        env="test",
        database_url=SecretStr(databases.app(database_name)),
        redis_url=SecretStr(servers.redis_url),
        public_url="http://127.0.0.1",
        email_from="noreply@example.org",
        data_dir=tmp_path_factory.mktemp("product"),
        token_keys=SecretStr(f"test:{new_key()}"),
        master_keys=SecretStr(f"test:{b64encode(bytes(range(32))).decode()}"),
        index_key=SecretStr(b64encode(bytes(range(32, 64))).decode()),
    )
    sockets = socket_options(message_bytes=settings.max_body_bytes, ping_seconds=settings.live_ping_seconds)
    with served(create_app(settings), **sockets) as origin:
        yield origin


@pytest.fixture(scope="session")
async def password_hash() -> str:
    """Hash the password of everybody here, once."""
    return await hash_password(PASSWORD)


@pytest.fixture
async def playground_server(built_playground: Path, product: str, data: Data, password_hash: str) -> PlaygroundServer:
    """Give the test centres and people of its own on the product's server."""
    assert built_playground.is_dir()
    home, other = await data.a_centre(name="Northtown Advice"), await data.a_centre(name="Southtown Advice")
    email = f"asha.{home.hex}@example.org"
    asha = {"email": email, "first_name": "Asha", "last_name": "Khan"}
    advisor = await data.a_member(home, Role.ADVISOR, password_hash=password_hash, **asha)
    manager = await data.a_member(other, Role.CENTRE_MANAGER, user_id=advisor.user_id, **asha)
    trainees = f"tom.{home.hex}@example.org"
    await data.a_member(
        home, Role.TRAINEE, email=trainees, first_name="Tom", last_name="Reid", password_hash=password_hash
    )
    for actor in (advisor, advisor, manager):
        await data.a_case(actor.centre_id, advisor=actor, status="IN_PROGRESS")
    return PlaygroundServer(
        origin=product,
        advisor=Person(email, PASSWORD, "Asha Khan"),
        trainee=Person(trainees, PASSWORD, "Tom Reid"),
    )


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests of this process."""
    async with unplugged_chromium() as browser:
        yield browser


@pytest.fixture
async def watched(chromium: Browser, playground_server: PlaygroundServer) -> AsyncIterator[WatchedPage]:
    """Open the playground in a fresh profile; what it asked for and complained of is checked afterwards."""
    async with watched_page(chromium, playground_server.origin) as opened:
        await opened.page.goto(playground_server.address)
        await opened.page.get_by_role("heading", name="Example operations").wait_for()
        yield opened
