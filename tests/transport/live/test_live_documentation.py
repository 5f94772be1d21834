"""docs/live-updates.md: each file it shows is run against the product, and does what the page says of it."""

import shutil
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import orjson
import pytest

from cma_graphql.graph.node import write_id
from cma_graphql.transport.serving import Server
from support.data import Data
from support.product import REFRESH, Product, port_of, serving
from support.snippets import Desk, Program, files_of
from transport.live.conftest import CLIENTS

PAGE = Path(__file__).parents[3] / "docs" / "live-updates.md"
BY_SOCKET = ("follow.js", "apollo.js", "urql.js")
DELETE = "mutation ($input: CaseDeleteInput!) { caseDelete(input: $input) { errors { message } } }"
LOGOUT = "mutation { logout { errors { message } } }"


@pytest.fixture
def desk(node: str, tmp_path: Path) -> Desk:
    """Lay the page's files out."""
    assert node
    folder = tmp_path / "desk"
    folder.mkdir()
    return Desk(folder, PAGE, CLIENTS / "node_modules")


async def several_cases(product: Product, data: Data, number: int) -> list[str]:
    """Make cases of the centre, and sign in to change them."""
    product.client.headers["Authorization"] = f"Bearer {(await product.log_in())['accessToken']}"
    return [write_id("case", await data.a_case(product.centre, status="IN_PROGRESS")) for _ in range(number)]


async def end_session(product: Product, token: str) -> None:
    """Sign out with a token."""
    async with httpx.AsyncClient(base_url=product.client.base_url, trust_env=False) as client:
        answer = await client.post(
            "/graphql", json={"query": LOGOUT}, headers={"Authorization": f"Bearer {token}"}, timeout=20
        )
    assert answer.json()["data"] == {"logout": {"errors": []}}


def address(server: Server) -> str:
    """Tell where a server answers."""
    return f"http://127.0.0.1:{port_of(server)}/graphql"


async def filled(program: Program) -> dict[str, str]:
    """Answer how the screen is filled: the status of each case."""
    word, cases = await program.hear()
    assert word == "fill"
    return {case["id"]: case["status"] for case in cases}


def held(said: list[Any]) -> str:
    """Answer the case that is shown to be on hold."""
    word, told = said
    if word == "update":
        assert (told["__typename"], told["name"]) == ("CaseEvent", "case.status_changed")
        told = told["case"]
    else:
        assert word == "show"
    assert told["status"] == "ON_HOLD"
    case: str = told["id"]
    return case


async def next_held(program: Program) -> str:
    """Read up to the next case, past signs of life."""
    while (said := await program.hear())[0] == "update" and said[1]["__typename"] == "Heartbeat":
        pass
    return held(said)


def test_every_file_of_the_page_is_run() -> None:
    shown = {"ask.js", "updates.js", "connection.js"}  # what the others are made of
    assert set(files_of(PAGE)) == shown | {*BY_SOCKET, "events.js", "follow.py", "follow.sh", "catch-up.js"}


@pytest.mark.parametrize("name", [*BY_SOCKET, "events.js", "follow.py"])
async def test_nothing_is_lost_over_an_ended_session_and_a_restart(
    node: str, desk: Desk, product: Product, data: Data, name: str
) -> None:
    cases = await several_cases(product, data, 5)
    token = (await product.log_in())["accessToken"]
    desk.hold(token)
    async with AsyncExitStack() as running:
        async with serving(product.settings) as server:
            again = product.settings.model_copy(update={"port": port_of(server)})
            program = await running.enter_async_context(desk.run(desk.command(node, name), url=address(server)))
            if name.endswith(".py"):
                assert (await program.hear())[1]["__typename"] == "Heartbeat"
            else:
                assert await filled(program) == dict.fromkeys(cases, "IN_PROGRESS")
            await product.hold(cases[0])
            assert await next_held(program) == cases[0]

            desk.hold((await product.log_in())["accessToken"])
            await end_session(product, token)
            if name in BY_SOCKET:
                await program.until_said("closed", 4403)
            await product.hold(cases[1])
            assert await next_held(program) == cases[1]
        await product.hold(cases[2])
        await product.hold(cases[3])
        async with serving(again):
            assert [await next_held(program) for _ in range(2)] == cases[2:4]
            await product.hold(cases[4])
            assert await next_held(program) == cases[4]
        if name in BY_SOCKET:
            assert program.aside[:2] == [["closed", 4403], ["closed", 1012]]


async def test_what_is_gone_is_taken_off_and_what_is_not_kept_is_queried_again(
    node: str, desk: Desk, product: Product, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    cases = await several_cases(product, data, 2)
    gone = write_id("case", await data.a_case(product.centre, status="CANCELLED"))
    desk.hold((await product.log_in())["accessToken"])
    async with AsyncExitStack() as running:
        async with serving(product.settings) as server:
            again = product.settings.model_copy(update={"port": port_of(server)})
            program = await running.enter_async_context(desk.run(desk.command(node, "follow.js"), url=address(server)))
            await filled(program)
            done = await product.run(DELETE, input={"id": gone, "expectedVersion": 1, "reason": "Opened twice"})
            assert done == {"caseDelete": {"errors": []}}
            assert await program.hear() == ["remove", gone]
        for case in cases:
            await product.hold(case)
        await overseer.execute("DELETE FROM event_log WHERE centre_id = $1", product.centre)
        async with serving(again):
            assert await filled(program) == dict.fromkeys(cases, "ON_HOLD")


async def test_a_token_is_renewed_on_the_connection_before_it_ends(
    node: str, desk: Desk, product: Product, data: Data
) -> None:
    (case,) = await several_cases(product, data, 1)
    tokens = await product.log_in()
    newer = (await product.run(REFRESH, input={"refreshToken": tokens["refreshToken"]}))["refresh"]["session"]
    desk.hold(tokens["accessToken"])
    ahead = str(14.8 * 60 * 1000)  # of the quarter of an hour that a token is good for
    async with desk.run(desk.command(node, "follow.js"), url=address(product.server), AHEAD=ahead) as program:
        await filled(program)
        desk.hold(newer["accessToken"])
        await program.until_said("ping", f"Bearer {newer['accessToken']}")
        await program.until_said("pong", ["sessionExpiresAt"])
        await product.hold(case)
        assert await next_held(program) == case
        assert "closed" not in {said[0] for said in program.aside}


async def test_events_are_caught_up_with_page_by_page(node: str, desk: Desk, product: Product, data: Data) -> None:
    cases = await several_cases(product, data, 3)
    desk.hold((await product.log_in())["accessToken"])
    async with desk.run(desk.command(node, "catch-up.js"), url=address(product.server)) as program:
        await filled(program)
        for case in cases:
            await product.hold(case)
        assert [await next_held(program) for _ in cases] == cases


async def test_curl_goes_on_after_a_cursor(desk: Desk, product: Product, data: Data) -> None:
    assert shutil.which("curl") is not None, "this page's own example needs curl"
    *cases, later = await several_cases(product, data, 3)
    token = (await product.log_in())["accessToken"]
    cursor = (await product.run("{ eventCursor }"))["eventCursor"]
    for case in cases:
        await product.hold(case)
    follow = ["sh", "follow.sh"]
    async with desk.run(follow, url=address(product.server), TOKEN=token, CURSOR=cursor) as program:
        told = [await event_of(program) for _ in cases]
    assert [event["case"] for event in told] == [{"id": case, "status": "ON_HOLD"} for case in cases]
    async with desk.run(follow, url=address(product.server), TOKEN=token, CURSOR=told[0]["cursor"]) as program:
        assert await event_of(program) == told[1]
    async with desk.run(follow, url=address(product.server), TOKEN=token, CURSOR="") as program:
        while "event: next" not in await program.line():  # the first sign of life: it follows
            pass
        await product.hold(later)
        assert (await event_of(program))["case"] == {"id": later, "status": "ON_HOLD"}


async def event_of(program: Program) -> dict[str, Any]:
    """Read up to the next event of a stream."""
    while "CaseEvent" not in (line := await program.line()):
        assert line, "the stream has ended"
    event: dict[str, Any] = orjson.loads(line.removeprefix("data: "))["data"]["caseEvents"]
    return event
