"""What the playground's tests run against: its build, a server that shows it, and a browser."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import build_playground
import pytest
from playwright.async_api import Browser
from support import playground_api
from support.browser import WatchedPage, unplugged_chromium, watched_page
from support.loopback import served
from support.playground import Person, PlaygroundServer


@pytest.fixture(scope="session")
def built_playground() -> Path:
    """The built playground, from the sources as they are now."""
    build_playground.build()
    return build_playground.STATIC


@pytest.fixture(scope="session")
def accessibility_rules() -> str:
    """axe-core, which judges a page by the WCAG; a development package of the playground."""
    with build_playground.alone(build_playground.SOURCE):
        modules = build_playground.install_packages()
    return (modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def playground_server(built_playground: Path) -> Iterator[PlaygroundServer]:
    """A server of the contract, new for each test. The one place to change for another server."""
    assert built_playground.is_dir()
    with served(playground_api.contract_app()) as origin:
        yield PlaygroundServer(
            origin=origin,
            advisor=Person(playground_api.ADVISOR_EMAIL, playground_api.PASSWORD, "Asha Khan"),
            trainee=Person(playground_api.TRAINEE_EMAIL, playground_api.PASSWORD, "Tom Reid"),
        )


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests of this process."""
    async with unplugged_chromium() as browser:
        yield browser


@pytest.fixture
async def watched(chromium: Browser, playground_server: PlaygroundServer) -> AsyncIterator[WatchedPage]:
    """The playground opened in a fresh profile; what it asked for and complained of is checked afterwards."""
    async with watched_page(chromium, playground_server.origin) as opened:
        await opened.page.goto(playground_server.address)
        await opened.page.get_by_role("heading", name="Example operations").wait_for()
        yield opened
