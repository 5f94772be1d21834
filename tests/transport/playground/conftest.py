"""What the playground's tests run against: its build, a server that shows it, and a browser."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

import build_playground
import chromium as browsers
from support import playground_api
from support.browser import WatchedPage, unplugged_chromium, watched_page
from support.loopback import served
from support.playground import Person, PlaygroundServer

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


@pytest.fixture
def playground_server(built_playground: Path) -> Iterator[PlaygroundServer]:
    """Run a server of the contract, new for each test. The one place to change for another server."""
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
    """Open the playground in a fresh profile; what it asked for and complained of is checked afterwards."""
    async with watched_page(chromium, playground_server.origin) as opened:
        await opened.page.goto(playground_server.address)
        await opened.page.get_by_role("heading", name="Example operations").wait_for()
        yield opened
