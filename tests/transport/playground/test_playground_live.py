"""Live events in the playground, in a real Chromium: what another caller does appears on the page as it happens."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, WebSocket, expect

from support.browser import WatchedPage
from support.playground import Person, PlaygroundServer, answer, open_example, run, sign_in
from support.polling import until

pytestmark = pytest.mark.browser

LOGIN = "mutation ($input: LoginInput!) { login(input: $input) { session { accessToken } } }"
CASES = "{ cases(first: 5, filter: { own: true, status: [IN_PROGRESS] }) { edges { node { id version caseNumber } } } }"
HOLD = "mutation ($input: CaseHoldInput!) { caseHold(input: $input) { errors { message } } }"
WRITE_AND_RUN = """text => {
    document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.setValue(text);
    document.querySelector(".graphiql-execute-button").click();
}"""


@dataclass
class Sockets:
    """The WebSockets that a page opened, and the messages on them."""

    opened: list[WebSocket] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)

    def note(self, socket: WebSocket) -> None:
        """Begin to write one down."""
        self.opened.append(socket)
        socket.on("framesent", lambda text: self.sent.append(json.loads(text)))
        socket.on("framereceived", lambda text: self.received.append(json.loads(text)))

    def types_sent(self) -> list[str]:
        """Tell what the page sent, by type."""
        return [message["type"] for message in self.sent]


def watch_sockets(page: Page) -> Sockets:
    """Write down what a page says on its WebSockets from now on."""
    sockets = Sockets()
    page.on("websocket", sockets.note)
    return sockets


async def hold_a_case(server: PlaygroundServer, person: Person) -> str:
    """Put one of somebody's cases on hold, signed in elsewhere; answer its number."""
    async with httpx.AsyncClient(base_url=server.origin, trust_env=False, timeout=20) as caller:

        async def ask(query: str, **variables: Any) -> Any:
            answered = await caller.post("/graphql", json={"query": query, "variables": variables})
            return answered.json()["data"]

        session = (await ask(LOGIN, input={"email": person.email, "password": person.password}))["login"]["session"]
        caller.headers["Authorization"] = f"Bearer {session['accessToken']}"
        case = (await ask(CASES))["cases"]["edges"][0]["node"]
        given = {"id": case["id"], "expectedVersion": case["version"], "reason": "Payslips", "reviewOn": "2099-03-31"}
        assert await ask(HOLD, input=given) == {"caseHold": {"errors": []}}
        return str(case["caseNumber"])


async def test_what_another_caller_does_appears_as_it_happens(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    sockets = watch_sockets(page)
    await sign_in(page, playground_server.advisor)
    await open_example(page, "Follow my cases")
    await run(page)
    await expect(answer(page)).to_contain_text('"__typename": "Heartbeat"')
    number = await hold_a_case(playground_server, playground_server.advisor)
    await expect(answer(page)).to_contain_text('"name": "case.status_changed"')
    await expect(answer(page)).to_contain_text(f'"caseNumber": "{number}"')
    await expect(answer(page)).to_contain_text('"status": "ON_HOLD"')
    (socket,) = sockets.opened
    assert socket.url == playground_server.address.replace("http", "ws")
    assert sockets.sent[0]["payload"]["authorization"].startswith("Bearer ")

    await page.get_by_role("button", name="Stop query (Ctrl-Enter)").click()
    await until(socket.is_closed)
    assert sockets.types_sent() == ["connection_init", "subscribe", "complete"]


async def test_whoever_signs_out_follows_nothing_any_more(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    sockets = watch_sockets(page)
    await sign_in(page, playground_server.advisor)
    await open_example(page, "Follow my cases")
    await run(page)
    await expect(answer(page)).to_contain_text('"__typename": "Heartbeat"')
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("E-mail")).to_be_focused()
    await until(sockets.opened[0].is_closed)
    await expect(answer(page)).not_to_contain_text("Heartbeat")


async def test_nobody_is_told_why_nothing_can_be_followed(watched: WatchedPage) -> None:
    page = watched.page
    watched.expected.append("Socket closed with event 4401")
    sockets = watch_sockets(page)
    await page.get_by_label("Operation", exact=True).fill("subscription { caseEvents { __typename } }")
    await run(page)
    await expect(answer(page)).to_contain_text("Socket closed with event 4401")
    await until(sockets.opened[0].is_closed)


async def test_what_is_run_the_moment_it_is_written_goes_by_its_own_text(watched: WatchedPage) -> None:
    page = watched.page
    watched.expected.append("Socket closed with event 4401")
    sockets = watch_sockets(page)
    await page.evaluate(WRITE_AND_RUN, "subscription Mine { caseEvents { __typename } }")
    await expect(answer(page)).to_contain_text("Socket closed with event 4401")
    assert len(sockets.opened) == 1


async def test_a_token_about_to_end_is_renewed_on_the_socket(
    watched: WatchedPage, playground_server: PlaygroundServer
) -> None:
    page = watched.page
    await page.clock.install()
    await page.reload()
    sockets = watch_sockets(page)
    await sign_in(page, playground_server.advisor)
    await open_example(page, "Follow my cases")
    await run(page)
    await expect(answer(page)).to_contain_text('"__typename": "Heartbeat"')
    await page.clock.fast_forward("14:50")
    await until(lambda: any("payload" in message for message in sockets.received if message["type"] == "pong"))
    assert sockets.types_sent() == ["connection_init", "subscribe", "ping"]
    first, newer = (sockets.sent[place]["payload"]["authorization"] for place in (0, 2))
    assert newer.startswith("Bearer ")
    assert newer != first
    (pong,) = (message for message in sockets.received if message["type"] == "pong")
    assert list(pong["payload"]) == ["sessionExpiresAt"]
    await hold_a_case(playground_server, playground_server.advisor)
    await expect(answer(page)).to_contain_text('"status": "ON_HOLD"')
    assert len(sockets.opened) == 1
