"""A real Chromium that can reach nothing but this machine, and pages that write down what went wrong on them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright, expect

import chromium

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The network unplugged: no name but the loopback address resolves.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_PATIENCE_MS = 20_000
"""How long what is expected of a page may take: a password is slow to check on a busy machine."""
WRITE_DOWN_VIOLATIONS = """
    document.addEventListener("securitypolicyviolation", (event) =>
        console.error(`CSP: ${event.effectiveDirective} refused ${event.blockedURI}`));
"""


@asynccontextmanager
async def unplugged_chromium() -> AsyncIterator[Browser]:
    """Start Chromium with an empty profile and without a network; end it with the block."""
    path = chromium.find()
    assert path is not None, "browser tests need Chromium: install it, or set CMA_CHROMIUM to its path"
    expect.set_options(timeout=_PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class WatchedPage:
    """A page, the requests it made, and whatever its console complained of."""

    page: Page
    origin: str
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Words of complaints that the test means to cause."""

    def watch(self) -> None:
        """Begin to write down."""
        self.page.on("request", self._note)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, request: Request) -> None:
        self.requests.append(request)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def operations(self) -> list[str]:
        """Tell which GraphQL operations the page sent, by name, in order."""
        bodies: list[dict[str, Any]] = [
            request.post_data_json or {} for request in self.requests if request.method == "POST"
        ]
        return [body.get("operationName") or _name_in(body["query"]) for body in bodies]

    def check(self) -> None:
        """Fail on a request to anywhere else, and on any complaint that was not expected."""
        places = {urlsplit(request.url)._replace(path="", query="", fragment="") for request in self.requests}
        assert {place.geturl() for place in places} == {self.origin}
        unexpected = [each for each in self.complaints if not any(word in each for word in self.expected)]
        assert unexpected == []


def _name_in(operation: str) -> str:
    """Return the name of an operation: the second word of its text, up to its arguments."""
    return operation.split()[1].partition("(")[0]


@asynccontextmanager
async def watched_page(browser: Browser, origin: str) -> AsyncIterator[WatchedPage]:
    """Open an empty page in a profile of its own, and check at the end what it did."""
    context = await browser.new_context(viewport={"width": 1360, "height": 820}, locale="en-GB")
    try:
        context.set_default_timeout(10_000)
        await context.add_init_script(WRITE_DOWN_VIOLATIONS)
        watched = WatchedPage(await context.new_page(), origin)
        watched.watch()
        yield watched
        watched.check()
    finally:
        await context.close()
