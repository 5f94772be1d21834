"""Server-sent events: graphql-sse with a connection for each operation."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest

from cma_graphql.core.errors import Forbidden, Unauthenticated
from cma_graphql.graph.refusals import BAD_USER_INPUT, Refusal, RequestRefused
from cma_graphql.transport.live.answering import LiveBounds
from support.live import FOLLOW, LiveEdge
from support.polling import until
from support.torture import SECRET, codes
from transport.live.conftest import NewLive

EVENTS = {"Accept": "text/event-stream", "Content-Type": "application/json", "Authorization": "Bearer ann"}
COMPLETE = ("complete", None, "")


class Stream:
    """A stream of events as a client reads it."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def lines(self) -> list[str]:
        """Read up to the next empty line; nothing at the end."""
        block: list[str] = []
        async with asyncio.timeout(5):
            async for line in self._lines:
                if not line:
                    return block
                block.append(line)
        return block

    async def hear(self) -> tuple[str, str | None, Any] | None:
        """Read an event: its kind, its id and its data; None at the end. Comments are passed over."""
        while (block := await self.lines()) and block[0].startswith(":"):
            pass
        if not block:
            return None
        fields = {name: value.removeprefix(" ") for name, _, value in (line.partition(":") for line in block)}
        data = fields["data"]
        return fields["event"], fields.get("id"), orjson.loads(data) if data else data


@asynccontextmanager
async def streaming(
    live: LiveEdge, query: str, *, headers: dict[str, str] | None = None, **parameters: object
) -> AsyncIterator[Stream]:
    """Ask for a stream."""
    body = orjson.dumps({"query": query, **parameters})
    sent = {**EVENTS, **(headers or {})}
    async with live.client() as client, client.stream("POST", "/graphql", content=body, headers=sent) as answer:
        yield Stream(answer)


@pytest.mark.parametrize("http", ["httptools", "h11"])
async def test_a_subscription_from_its_beginning_to_its_end(new_live: NewLive, http: str) -> None:
    live = await new_live(http=http)
    async with streaming(live, FOLLOW, variables={"a": 1}) as stream:
        assert stream.answer.status_code == 200
        assert stream.answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert stream.answer.headers["cache-control"] == "no-store"
        assert stream.answer.headers["x-accel-buffering"] == "no"
        feed = await live.feed()
        feed.say("one", cursor="c-1")
        feed.say("two")
        feed.end()
        assert await stream.hear() == ("next", "c-1", {"data": {"follow": "one"}})
        assert await stream.hear() == ("next", None, {"data": {"follow": "two"}})
        assert await stream.hear() == COMPLETE
        assert await stream.hear() is None
    assert (feed.variables, feed.resume_after) == ({"a": 1}, None)
    await live.until_empty()
    [line] = live.lines("request")
    assert (line["status"], line["type"], line["operation"], line["actor_kind"]) == (
        200,
        "subscription",
        "Follow",
        "STAFF",
    )
    assert live.value("cma_live_connections_ended_total", transport="sse", reason="complete") == 1


async def test_a_client_that_comes_back_goes_on_after_its_last_event(live: LiveEdge) -> None:
    async with streaming(live, FOLLOW, headers={"Last-Event-ID": "c-7"}):
        assert (await live.feed()).resume_after == "c-7"


async def test_the_head_is_there_before_the_first_event(live: LiveEdge) -> None:
    async with streaming(live, FOLLOW) as stream:
        assert await stream.lines() == [":"]


@pytest.mark.parametrize("text", ["query Q { hello }", "mutation { __typename }"])
async def test_a_query_and_a_mutation_are_one_event(live: LiveEdge, text: str) -> None:
    async with streaming(live, text) as stream:
        event = await stream.hear()
        assert event is not None
        assert (event[0], list(event[2])) == ("next", ["data", "extensions"])
        assert await stream.hear() == COMPLETE


async def test_a_get_needs_the_header_that_no_page_sends_unasked(live: LiveEdge) -> None:
    headers = {"Accept": "text/event-stream", "Authorization": "Bearer ann"}
    async with live.client() as client:
        refused = await client.get("/graphql", params={"query": FOLLOW}, headers=headers)
        assert (refused.status_code, codes(refused.json()["errors"])) == (400, ["PREFLIGHT_REQUIRED"])
        mutation = {"query": "mutation { write }"}
        refused = await client.get("/graphql", params=mutation, headers={**headers, "X-CMA-Preflight": "1"})
        assert (refused.status_code, codes(refused.json()["errors"])) == (405, ["METHOD_NOT_ALLOWED"])
        given = {"params": {"query": FOLLOW}, "headers": {**headers, "X-CMA-Preflight": "1"}}
        async with client.stream("GET", "/graphql", **given) as answer:  # type: ignore[arg-type] # as given
            (await live.feed()).say("by GET")
            assert await Stream(answer).hear() == ("next", None, {"data": {"follow": "by GET"}})


async def test_what_is_refused_before_it_begins_is_an_event_too(live: LiveEdge) -> None:
    live.feeds.refuse = RequestRefused([Refusal(BAD_USER_INPUT, "after is no cursor.")])
    for text, code in [("{ nothing }", "GRAPHQL_VALIDATION_FAILED"), (FOLLOW, "BAD_USER_INPUT")]:
        async with streaming(live, text) as stream:
            event = await stream.hear()
            assert stream.answer.status_code == 200
            assert event is not None
            assert codes(event[2]["errors"]) == [code]
            assert await stream.hear() == COMPLETE


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Authorization": "Bearer nobody"}, 401, "UNAUTHENTICATED"),
        ({"Content-Type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
async def test_who_may_not_ask_is_answered_by_a_status(
    live: LiveEdge, headers: dict[str, str], status: int, code: str
) -> None:
    async with streaming(live, FOLLOW, headers=headers) as stream:
        await stream.answer.aread()
        assert stream.answer.status_code == status
        assert codes(stream.answer.json()["errors"]) == [code]
    await live.until_empty()


async def test_without_a_token_there_is_no_subscription(live: LiveEdge) -> None:
    headers = {name: value for name, value in EVENTS.items() if name != "Authorization"}
    async with live.client() as client:
        answer = await client.post("/graphql", content=orjson.dumps({"query": FOLLOW}), headers=headers)
    assert answer.status_code == 401


async def test_streams_beyond_a_limit_are_429(new_live: NewLive) -> None:
    live = await new_live(of_one=1)
    async with streaming(live, FOLLOW), streaming(live, FOLLOW) as refused:
        await live.feed()
        await refused.answer.aread()
        assert refused.answer.status_code == 429
        assert refused.answer.headers["Retry-After"] == "5"
    await live.until_empty()


async def test_a_failure_in_the_middle_is_the_last_event(live: LiveEdge) -> None:
    for number, (error, code) in enumerate([(Forbidden("CASE_READ"), "FORBIDDEN"), (RuntimeError(SECRET), "INTERNAL")]):
        async with streaming(live, FOLLOW) as stream:
            (await live.feed(number)).fail(error)
            event = await stream.hear()
            assert event is not None
            assert codes(event[2]["errors"]) == [code]
            assert await stream.hear() == COMPLETE
    assert SECRET not in live.edge.logs.getvalue()
    await live.until_empty()


async def test_the_end_of_a_session_breaks_the_stream_off_to_be_resumed(live: LiveEdge) -> None:
    async with streaming(live, FOLLOW) as stream:
        feed = await live.feed()
        feed.say("one", cursor="c-1")
        assert await stream.hear() is not None
        live.people.end_all()
        assert await stream.hear() is None  # the end, and no `complete`
    await live.until_empty()
    async with streaming(live, FOLLOW) as stream:
        (await live.feed(1)).fail(Unauthenticated())
        assert await stream.hear() is None
    assert live.value("cma_live_connections_ended_total", transport="sse", reason="session") == 2


async def test_a_server_that_stops_breaks_streams_off(new_live: NewLive) -> None:
    live = await new_live()
    async with streaming(live, FOLLOW) as stream:
        await live.feed()
        live.server.should_exit = True
        assert await stream.hear() is None
    assert live.value("cma_live_connections_ended_total", transport="sse", reason="restart") == 1


async def test_a_silent_stream_gives_signs_of_life(new_live: NewLive) -> None:
    live = await new_live(bounds=LiveBounds(ping_seconds=0.05))
    async with streaming(live, FOLLOW) as stream:
        assert [await stream.lines() for _ in range(4)] == [[":"]] * 4
        (await live.feed()).say("at last")
        assert await stream.hear() == ("next", None, {"data": {"follow": "at last"}})


async def test_a_client_that_goes_leaves_nothing(live: LiveEdge) -> None:
    before = asyncio.all_tasks()
    async with streaming(live, FOLLOW):
        feed = await live.feed()
    await until(lambda: feed.is_closed)
    await live.until_empty()
    await until(lambda: asyncio.all_tasks() <= before)
    await until(lambda: live.lines("request"))
    assert live.lines("request")[0]["codes"] == ["CLIENT_GONE"]


async def test_a_query_whose_client_goes_is_cancelled(live: LiveEdge) -> None:
    async with live.client() as client:
        asked = asyncio.create_task(
            client.post("/graphql", content=orjson.dumps({"query": "{ wait }"}), headers=EVENTS, timeout=30)
        )
        await until(lambda: live.edge.contexts.made and live.edge.contexts.made[0].entered.is_set())
        asked.cancel()
        await until(lambda: live.edge.contexts.made[0].ended == ["wait cancelled", "context"])


async def test_a_client_that_does_not_read_is_cut_off(new_live: NewLive) -> None:
    live = await new_live(bounds=LiveBounds(ping_seconds=0.1))
    body = orjson.dumps({"query": FOLLOW})
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port, limit=1_000)
    writer.write(
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer ann\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    )
    feed = await live.feed()
    for _ in range(200):
        feed.say("x" * 200_000)
    await until(lambda: feed.is_closed)
    assert feed.taken < 100
    await live.until_empty()
    assert reader is not None
    writer.close()


async def test_json_is_still_what_is_answered_where_anything_is_accepted(live: LiveEdge) -> None:
    for accept in ("*/*", "text/event-stream;q=0.5, application/json", "text/*;q=0.1, */*"):
        async with streaming(live, "{ hello }", headers={"Accept": accept}) as stream:
            await stream.answer.aread()
            assert stream.answer.headers["content-type"].startswith("application/")
