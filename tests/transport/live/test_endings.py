"""How connections end from our side: sessions, limits, clients that do not read, a server that stops."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from cma_graphql.core.clock import now
from cma_graphql.core.errors import LimitReached, Unavailable
from cma_graphql.core.ids import new_id
from cma_graphql.graph.scalars import write_instant
from cma_graphql.transport.live.answering import LiveBounds
from cma_graphql.transport.live.seats import Ending, Seats
from support.live import FOLLOW, LiveEdge
from support.polling import until
from transport.live.conftest import NewLive

BIG = "x" * 200_000


async def test_the_ack_says_when_the_session_ends(live: LiveEdge) -> None:
    async with live.open() as socket:
        ack = await socket.begin()
    assert ack == {"type": "connection_ack", "payload": {"sessionExpiresAt": write_instant(live.people.ends_at)}}


async def test_the_end_of_a_session_closes_all_its_connections_with_4403(live: LiveEdge) -> None:
    async with live.connected() as one, live.connected() as two:
        await one.subscribe("1", FOLLOW)
        await live.feed()
        live.people.end_all()
        assert await one.until_closed() == (4403, "The session has ended.")
        assert await two.until_closed() == (4403, "The session has ended.")
    await live.until_empty()
    assert live.value("cma_live_connections_ended_total", transport="ws", reason="4403") == 2


async def test_a_newer_token_is_taken_and_used_from_then_on(live: LiveEdge) -> None:
    async with live.connected("ann-1") as socket:
        await socket.subscribe("1", FOLLOW)
        feed = await live.feed()
        await socket.say("ping", payload={"authorization": "Bearer ann-2"})
        pong = await socket.hear()
        [somebody] = live.people.here
        assert pong == {"type": "pong", "payload": {"sessionExpiresAt": write_instant(somebody.ends_at)}}
        assert somebody.ends_at > live.people.ends_at
        await socket.subscribe("2", "{ hello }")
        await socket.hear()
        await socket.hear()
        assert live.edge.contexts.made[0].facts.authorization == "Bearer ann-2"
        feed.say("goes on")
        assert (await socket.hear())["payload"] == {"data": {"follow": "goes on"}}


@pytest.mark.parametrize("token", ["bob-1", "nobody"])
async def test_another_persons_token_closes_with_4403(live: LiveEdge, token: str) -> None:
    async with live.connected("ann-1") as socket:
        await socket.say("ping", payload={"authorization": f"Bearer {token}"})
        assert await socket.until_closed() == (4403, "Forbidden")
    await live.until_empty()


async def test_a_token_that_cannot_be_verified_now_may_be_sent_again(live: LiveEdge) -> None:
    async with live.connected("ann-1") as socket:
        live.people.refuse = Unavailable()
        await socket.say("ping", payload={"authorization": "Bearer ann-2"})
        pong = await socket.hear()
        assert pong["payload"]["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        live.people.refuse = None
        await socket.say("ping", payload={"authorization": "Bearer ann-2"})
        assert "sessionExpiresAt" in (await socket.hear())["payload"]


async def test_a_token_before_the_init_closes_with_4401(live: LiveEdge) -> None:
    async with live.open() as socket:
        await socket.say("ping", payload={"authorization": "Bearer ann"})
        assert await socket.until_closed() == (4401, "Unauthorized")


async def test_connections_beyond_the_process_limit_are_refused_before_they_are_any(new_live: NewLive) -> None:
    live = await new_live(at_once=2)
    async with live.connected("a"), live.connected("b"):
        with pytest.raises(InvalidStatus) as refused:
            async with live.open():
                pass
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "5"
    await live.until_empty()
    async with live.connected("c"):
        pass


async def test_connections_beyond_ones_own_limit_are_closed_with_1013(new_live: NewLive) -> None:
    live = await new_live(of_one=1)
    async with live.connected("ann-1"), live.connected("bob"), live.open() as socket:
        await socket.say("connection_init", payload={"authorization": "Bearer ann-2"})
        assert (await socket.until_closed())[0] == 1013
    await live.until_empty()
    async with live.connected("ann-3"):
        pass


async def test_whoever_does_not_read_is_waited_for_and_nothing_is_heaped_up(live: LiveEdge) -> None:
    async with live.connected() as socket:
        await socket.subscribe("1", FOLLOW)
        feed = await live.feed()
        socket.connection.transport.pause_reading()
        for _ in range(200):
            feed.say(BIG)
        await until(lambda: feed.taken > 1)
        await settled(lambda: feed.taken)
        assert feed.taken < 100  # what the kernel holds of 40 MB, and one more
        socket.connection.transport.resume_reading()
        for _ in range(200):
            assert (await socket.hear())["type"] == "next"
        assert feed.taken == 200


async def test_whoever_does_not_read_cannot_ask_on_and_on(live: LiveEdge) -> None:
    async with live.connected() as socket:
        transport = socket.connection.transport
        transport.pause_reading()
        asked = asyncio.create_task(ask_on_and_on(socket.connection.send))
        await until(lambda: len(live.edge.contexts.made) > 20)
        await settled(lambda: live.edge.contexts.made and len(live.edge.contexts.made))
        assert not asked.done()
        assert live.value("cma_live_operations", transport="ws") == 100
        in_flight = len([context for context in live.edge.contexts.made if context.ended != ["context"]])
        assert in_flight == 0  # no context, and so no connection to the database, waits for the client
        asked.cancel()
        transport.abort()
    await live.until_empty()


async def ask_on_and_on(send: Callable[[str], Awaitable[None]]) -> None:
    """Send queries with large answers, and never read."""
    text = '{"type":"subscribe","id":"%d","payload":{"query":"{ hello(name: \\"%s\\") }"}}'
    for number in range(10_000):
        await send(text % (number, BIG))


async def test_whoever_does_not_read_is_cut_off_when_the_server_closes(new_live: NewLive) -> None:
    live = await new_live(bounds=LiveBounds(ping_seconds=0.2))
    async with live.connected() as socket:
        await socket.subscribe("1", FOLLOW)
        feed = await live.feed()
        socket.connection.transport.pause_reading()
        for _ in range(200):
            feed.say(BIG)
        await until(lambda: feed.is_closed)
        await live.until_empty()
        await until(lambda: not live.server.server_state.connections)  # nor is a transport left that waits for it


async def test_a_server_that_stops_lets_queries_be_answered_and_sends_everybody_away(new_live: NewLive) -> None:
    live = await new_live()
    async with live.connected("a") as busy, live.connected("b") as follower:
        await busy.subscribe("1", "mutation { write }")
        await follower.subscribe("1", FOLLOW)
        await live.feed()
        await until(lambda: live.edge.contexts.made and live.edge.contexts.made[0].entered.is_set())
        live.server.should_exit = True
        assert await follower.until_closed() == (1012, "The server restarts.")
        live.edge.contexts.made[0].release.set()
        assert (await busy.hear())["payload"]["data"] == {"write": "write"}
        assert (await busy.hear())["type"] == "complete"
        assert await busy.until_closed() == (1012, "The server restarts.")
    await live.until_empty()


async def test_while_the_server_stops_nobody_is_taken_in(live: LiveEdge) -> None:
    assert live.edge.live is not None
    assert await live.edge.live.seats.drain(1)
    with pytest.raises(InvalidStatus) as refused:
        async with live.open():
            pass
    assert refused.value.response.status_code == 503


async def test_a_subscription_that_ends_while_the_server_stops_is_not_complete(live: LiveEdge) -> None:
    assert live.edge.live is not None
    async with live.connected() as socket:
        await socket.subscribe("1", FOLLOW)
        feed = await live.feed()
        live.edge.live.seats.draining = True
        feed.end()
        await until(lambda: feed.is_closed)
        await socket.say("ping")
        assert await socket.hear() == {"type": "pong"}


async def test_a_stop_does_not_wait_for_ever(new_live: NewLive) -> None:
    live = await new_live(bounds=LiveBounds(drain_seconds=0.1), drain_seconds=0.3)
    async with live.connected() as socket:
        await socket.subscribe("1", "{ wait }")
        await until(lambda: live.edge.contexts.made and live.edge.contexts.made[0].entered.is_set())
        live.server.should_exit = True
        assert (await socket.until_closed())[0] == 1012
    await until(lambda: live.edge.contexts.made[0].ended == ["wait cancelled", "context"])


async def test_what_draining_took_is_not_waited_for_again(new_live: NewLive) -> None:
    live = await new_live(drain_seconds=0.8)
    async with live.connected() as socket:
        await socket.subscribe("1", "mutation { write }")
        await until(lambda: live.edge.contexts.made and live.edge.contexts.made[0].entered.is_set())
        assert live.server.config.timeout_graceful_shutdown == 2
        live.server.should_exit = True
        await until(lambda: live.server.config.timeout_graceful_shutdown == 1)
        live.edge.contexts.made[0].release.set()
    await live.until_empty()


async def test_seats_are_emptied_group_by_group() -> None:
    waits: list[float] = []
    ended: list[int] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        ended.append(sum(seat.ended.done() for seat in seats_taken))

    seats = Seats(at_once=100, of_one=100, wait=wait)
    with ExitStack() as held:
        seats_taken = [held.enter_context(seats.take()) for _ in range(40)]
        draining = asyncio.create_task(seats.drain(8))
        await until(lambda: all(seat.ended.done() for seat in seats_taken))
        assert {seat.ended.result() for seat in seats_taken} == {Ending.RESTART}
        assert waits == [0.1] * 19
        assert ended == list(range(2, 40, 2))
        assert not draining.done()
    assert await draining
    with pytest.raises(Unavailable), seats.take():
        pass


async def test_seats_are_counted_by_caller() -> None:
    seats = Seats(at_once=3, of_one=1)
    whose = (new_id(), new_id())
    with seats.take() as first:
        seats.assign(first, whose)
        with seats.take() as second, pytest.raises(LimitReached):
            seats.assign(second, whose)
    with seats.take() as third:
        seats.assign(third, whose)
    assert len(seats) == 0


async def settled(figure: Callable[[], object]) -> None:
    """Wait until a figure stays as it is for a while."""
    last: object = None
    since = now()
    while (now() - since).total_seconds() < 0.3:
        current = figure()
        if current != last:
            last, since = current, now()
        await asyncio.sleep(0.01)


async def test_a_client_that_goes_in_the_middle_leaves_no_task(live: LiveEdge) -> None:
    before = asyncio.all_tasks()
    for _ in range(20):
        async with live.connected() as socket:
            for number in range(10):
                await socket.subscribe(str(number), FOLLOW)
                await socket.subscribe(f"w{number}", "{ wait }")
            socket.connection.transport.abort()
            with pytest.raises(ConnectionClosed):
                await socket.connection.recv()
    await live.until_empty()
    await until(lambda: asyncio.all_tasks() <= before)
