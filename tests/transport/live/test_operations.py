"""Operations on one WebSocket: each has a context, an end and faults of its own."""

import asyncio

import pytest

from cma_graphql.core.errors import Forbidden, Unauthenticated, Unavailable
from cma_graphql.graph.limits import Limits
from cma_graphql.graph.refusals import BAD_USER_INPUT, Refusal, RequestRefused
from support.live import FOLLOW, LiveEdge, Socket
from support.polling import until
from support.torture import SECRET, codes
from transport.live.conftest import NewLive


async def test_a_query_is_answered_and_complete(live: LiveEdge) -> None:
    async with live.connected() as socket:
        await socket.subscribe("q", "query Named { hello }")
        assert await socket.hear() == {
            "id": "q",
            "type": "next",
            "payload": {"data": {"hello": "Hello you"}, "extensions": {"cost": 0}},
        }
        assert await socket.hear() == {"id": "q", "type": "complete"}
    [line] = live.lines("operation")
    assert (line["operation"], line["type"], line["messages"]) == ("Named", "query", 1)
    assert (line["actor"], "codes" in line) == ("ANONYMOUS", False)  # what the operation's own context says
    assert live.value("cma_graphql_operations_total", type="query", outcome="OK") == 1


async def test_each_operation_has_a_context_of_its_own(live: LiveEdge) -> None:
    async with live.connected(headers={"User-Agent": "front end"}) as socket:
        for number in range(3):
            await socket.subscribe(str(number), "{ agent }")
            assert (await socket.hear())["payload"]["data"] == {"agent": "front end"}
            await socket.hear()
    made = live.edge.contexts.made
    assert len({context.facts.request_id for context in made}) == 3
    assert {context.facts.authorization for context in made} == {"Bearer ann"}
    assert all(context.ended == ["context"] for context in made)


async def test_variables_operation_names_and_extensions_go_through(live: LiveEdge) -> None:
    async with live.connected() as socket:
        text = "query A { hello } query B($name: String!) { hello(name: $name) }"
        await socket.subscribe("1", text, operationName="B", variables={"name": "Bo"}, extensions={"a": 1})
        assert (await socket.hear())["payload"]["data"] == {"hello": "Hello Bo"}
        await socket.hear()
        await socket.subscribe("2", FOLLOW, variables={"after": "x"}, extensions={"trace": [1]})
        feed = await live.feed()
    assert (feed.variables, feed.extensions, feed.resume_after) == ({"after": "x"}, {"trace": [1]}, None)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{ hello"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "subscription { nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { hello } query B { hello }"}, "OPERATION_UNRESOLVED"),
        ({"query": "query ($n: Int!) { thing { thing(size: $n) { id } } }"}, "BAD_USER_INPUT"),
        ({"query": "{ hello }", "variables": []}, "BAD_REQUEST"),
        ({"query": "{ hello }", "extensions": 1}, "BAD_REQUEST"),
        ({"query": 1}, "BAD_REQUEST"),
        ({}, "BAD_REQUEST"),
        (None, "BAD_REQUEST"),
        ("{ hello }", "BAD_REQUEST"),
        ([{"query": "{ hello }"}], "BAD_REQUEST"),
    ],
)
async def test_a_fault_of_one_operation_is_its_own(live: LiveEdge, payload: object, code: str) -> None:
    async with live.connected() as socket:
        await socket.subscribe("sibling", FOLLOW)
        feed = await live.feed()
        await socket.say("subscribe", id="bad", payload=payload)
        answer = await socket.hear()
        assert (answer["id"], answer["type"]) == ("bad", "error")
        assert codes(answer["payload"]) == [code]
        feed.say("still here")
        assert (await socket.hear())["payload"] == {"data": {"follow": "still here"}}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RequestRefused([Refusal(BAD_USER_INPUT, "after is no cursor.")]), "BAD_USER_INPUT"),
        (Forbidden("CASE_READ"), "FORBIDDEN"),
        (Unavailable(), "UNAVAILABLE"),
        (RuntimeError(SECRET), "INTERNAL"),
    ],
)
async def test_a_subscription_that_is_refused_or_fails_is_an_error(live: LiveEdge, error: Exception, code: str) -> None:
    async with live.connected() as socket:
        live.feeds.refuse = error
        await socket.subscribe("refused", FOLLOW)
        refused = await socket.hear()
        assert (refused["id"], refused["type"], codes(refused["payload"])) == ("refused", "error", [code])
        live.feeds.refuse = None
        await socket.subscribe("fails", FOLLOW)
        (await live.feed()).fail(error)
        failed = await socket.hear()
        assert (failed["id"], failed["type"], codes(failed["payload"])) == ("fails", "error", [code])
    assert SECRET not in live.edge.logs.getvalue()
    await live.until_empty()


async def test_a_session_that_is_found_ended_closes_the_connection(live: LiveEdge) -> None:
    async with live.connected() as socket:
        await socket.subscribe("1", FOLLOW)
        (await live.feed()).fail(Unauthenticated())
        assert await socket.until_closed() == (4403, "The session has ended.")
    await live.until_empty()


async def test_what_is_completed_by_its_client_ends_and_its_id_is_free(live: LiveEdge) -> None:
    async with live.connected() as socket:
        await socket.subscribe("1", FOLLOW)
        feed = await live.feed()
        await socket.say("complete", id="1")
        await until(lambda: feed.is_closed)
        await socket.say("complete", id="1")
        await socket.say("complete", id="never")
        await socket.subscribe("1", FOLLOW)
        (await live.feed(1)).say("again")
        assert (await socket.hear())["payload"] == {"data": {"follow": "again"}}


async def test_a_query_is_cancelled_when_it_is_not_wanted_any_more(live: LiveEdge) -> None:
    async with live.connected() as socket:
        await socket.subscribe("1", "{ wait }")
        await entered(live)
        await socket.say("complete", id="1")
        await until(lambda: live.edge.contexts.made[0].ended == ["wait cancelled", "context"])
        await socket.say("ping")
        assert await socket.hear() == {"type": "pong"}
        [line] = live.lines("operation")
        assert line["codes"] == ["CLIENT_GONE"]


async def test_a_mutation_is_finished_although_nobody_waits(live: LiveEdge) -> None:
    async with live.connected() as socket:
        await socket.subscribe("1", "mutation { write }")
        await entered(live)
        await socket.say("complete", id="1")
        await socket.say("ping")
        assert await socket.hear() == {"type": "pong"}
        live.edge.contexts.made[0].release.set()
        await until(lambda: live.edge.contexts.made[0].ended == ["write done", "context"])
        await socket.say("ping")
        assert await socket.hear() == {"type": "pong"}  # and no answer to the mutation before it


async def test_a_client_that_goes_ends_queries_and_subscriptions_and_no_mutation(live: LiveEdge) -> None:
    async with live.connected() as socket:
        for number, text in enumerate(("{ wait }", "mutation { write }", FOLLOW)):
            await socket.subscribe(str(number), text)
        await until(lambda: len(live.edge.contexts.made) == 2 and len(live.feeds.begun) == 1)
        query, mutation = live.edge.contexts.made
        await until(lambda: query.entered.is_set() and mutation.entered.is_set())
        socket.connection.transport.abort()
        await until(lambda: query.ended == ["wait cancelled", "context"] and live.feeds.begun[0].is_closed)
    assert mutation.ended == []
    mutation.release.set()
    await live.until_empty()
    assert mutation.ended == ["write done", "context"]


async def test_an_operation_beyond_its_deadline_is_stopped(new_live: NewLive) -> None:
    live = await new_live(limits=Limits(deadline_ms=60))
    live.feeds.hold = True
    async with live.connected() as socket:
        await socket.subscribe("query", "{ wait }")
        answer = await socket.hear()
        assert (answer["type"], answer["payload"]["data"]) == ("next", None)
        assert codes(answer["payload"]["errors"]) == ["DEADLINE_EXCEEDED"]
        assert (await socket.hear())["type"] == "complete"
        await socket.subscribe("subscription", FOLLOW)
        refused = await socket.hear()
        assert (refused["id"], refused["type"]) == ("subscription", "error")
        assert codes(refused["payload"]) == ["DEADLINE_EXCEEDED"]


async def test_introspection_is_refused_as_over_http(live: LiveEdge) -> None:
    live.edge.contexts.may_introspect = False
    async with live.connected() as socket:
        await socket.subscribe("1", "{ __schema { description } }")
        assert codes((await socket.hear())["payload"]) == ["INTROSPECTION_DISABLED"]


async def test_operations_beyond_the_limit_are_refused_and_those_under_way_go_on(live: LiveEdge) -> None:
    async with live.connected() as socket:
        for number in range(100):
            await socket.subscribe(str(number), FOLLOW)
        await until(lambda: len(live.feeds.begun) == 100)
        await socket.subscribe("too many", FOLLOW)
        refused = await socket.hear()
        assert (refused["id"], codes(refused["payload"])) == ("too many", ["LIMIT_REACHED"])
        assert refused["payload"][0]["extensions"]["maximum"] == 100
        live.feeds.begun[7].say("seven")
        assert (await socket.hear())["id"] == "7"
        await socket.say("complete", id="7")
        await until(lambda: live.feeds.begun[7].is_closed)
        await socket.subscribe("now", FOLLOW)
        await until(lambda: len(live.feeds.begun) == 101)


async def test_thousands_of_bad_operations_leave_twenty_lines(live: LiveEdge) -> None:
    async with live.connected() as socket:
        for number in range(1_000):
            await socket.subscribe(str(number), "{ nothing }")
            assert (await socket.hear())["type"] == "error"
    await live.until_empty()
    await until(lambda: live.lines("socket"))
    assert len(live.lines("operation")) == 20
    [line] = live.lines("socket")
    assert (line["operations"], line["refused"], line["received"], line["sent"]) == (1_000, 1_000, 1_001, 1_001)
    assert line["actor_kind"] == "STAFF"


async def test_nothing_of_a_client_is_in_the_log(live: LiveEdge) -> None:
    async with live.connected("ann-secrettoken", headers={"User-Agent": SECRET}) as socket:
        await socket.subscribe(SECRET, 'query { hello(name: "Mary Seacole") }')
        await socket.hear()
        await socket.subscribe("2", SECRET)
        await socket.hear()
        await socket.connection.send(SECRET)
        await socket.until_closed()
    await live.until_empty()
    text = live.edge.logs.getvalue()
    for secret in (SECRET, "Mary Seacole", "secrettoken", "127.0.0.1"):
        assert secret not in text


async def test_many_connections_with_many_subscriptions_each(live: LiveEdge) -> None:
    async def one(number: int) -> None:
        async with live.connected(f"p{number}") as socket:
            for each in range(50):
                await socket.subscribe(str(each), FOLLOW)
            await gate.wait()
            ids = {(await socket.hear())["id"] for _ in range(50)}
            assert ids == {str(each) for each in range(50)}

    gate = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for number in range(40):
            group.create_task(one(number))
        await until(lambda: len(live.feeds.begun) == 2_000, 30)
        assert live.value("cma_live_connections", transport="ws") == 40
        assert live.value("cma_live_operations", transport="ws") == 2_000
        for feed in live.feeds.begun:
            feed.say("all")
        gate.set()
    await live.until_empty()


@pytest.mark.parametrize("length", [0, 125 - 57, 126 - 57, 1_000, 65_535 - 57, 65_536 - 57, 200_000])
async def test_answers_of_every_length_arrive_whole(live: LiveEdge, length: int) -> None:
    async with live.connected() as socket:
        await socket.subscribe("1", FOLLOW)
        feed = await live.feed()
        for text in ("x" * length, "é" * (length // 2), "y"):
            feed.say(text)
            assert await socket.hear() == {"id": "1", "type": "next", "payload": {"data": {"follow": text}}}


async def entered(live: LiveEdge) -> None:
    """Wait until a resolver waits."""
    await until(lambda: live.edge.contexts.made and live.edge.contexts.made[0].entered.is_set())


async def test_siblings_are_answered_while_a_slow_one_is_waited_for(live: LiveEdge) -> None:
    async with live.connected() as socket:
        await socket.subscribe("slow", "{ wait }")
        await entered(live)
        await answered(socket, "quick")
        live.edge.contexts.made[0].release.set()
        assert (await socket.hear())["payload"]["data"] == {"wait": "wait"}


async def answered(socket: Socket, id_: str) -> None:
    """Have a query answered."""
    await socket.subscribe(id_, "{ hello }")
    assert (await socket.hear())["id"] == id_
    assert await socket.hear() == {"id": id_, "type": "complete"}
