"""The client of live updates counts what reaches each subscriber, and refuses a server that says something else."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from live import Fanned, fan_out, pace, stall, subscribed
from live_events import PublishedEvents
from measure import MeasurementFailed

EVENT = '{{"id":"{id}","type":"next","payload":{{"data":{{"caseEvents":{{"occurredAt":"now"{more}}}}}}}}}'


@dataclass
class Following:
    """A server of subscriptions, and what makes its events."""

    more: str = ""
    """What each event says besides."""
    followers: dict[str, ServerConnection] = field(default_factory=dict)
    tokens: list[Any] = field(default_factory=list)
    port: int = 0
    pings: list[Any] = field(default_factory=list)

    name = "following"
    pid = 1

    @property
    def announcer(self) -> "Following":
        """Itself."""
        return self

    def orders(self, _subscribers: int) -> dict[str, Any]:
        """Say where it is; every second connection has the same token."""
        return {"port": self.port, "tokens": ["odd", "even"], "query": "subscription { follow }", "first": "Heartbeat"}

    async def announce(self, many: int = 1) -> int:
        """Tell everybody of so many events, after a ping and a heartbeat, which are none."""
        loop = asyncio.get_running_loop()
        since = int(loop.time() * 1e9)
        for id_, connection in self.followers.items():
            self.pings.append(await connection.ping())
            await connection.send(f'{{"id":"{id_}","type":"next","payload":"Heartbeat"}}')
            for _ in range(many):
                await connection.send(EVENT.format(id=id_, more=self.more))
        return since

    async def close(self) -> None:
        """Have nothing to let go of."""

    async def serve(self, connection: ServerConnection) -> None:
        """Serve one connection by the protocol."""
        with suppress(ConnectionClosed):
            async for text in connection:
                await self.take(connection, json.loads(text))
        self.followers = {id_: other for id_, other in self.followers.items() if other is not connection}

    async def take(self, connection: ServerConnection, message: dict[str, Any]) -> None:
        """Take one message."""
        if message["type"] == "connection_init":
            self.tokens.append(message["payload"]["Authorization"])
            await connection.send('{"type":"connection_ack"}')
        else:
            assert message["payload"] == {"query": "subscription { follow }"}
            self.followers[message["id"]] = connection
            await connection.send('{"type":"next","payload":"Heartbeat"}')


@asynccontextmanager
async def running(following: Following) -> AsyncIterator[Following]:
    server: Server
    protocol = Subprotocol("graphql-transport-ws")
    async with serve(following.serve, "127.0.0.1", 0, subprotocols=[protocol], compression=None) as server:
        following.port = next(iter(server.sockets)).getsockname()[1]
        yield following


async def test_every_subscriber_has_a_name_of_its_own_and_a_token_in_turn() -> None:
    async with running(Following()) as following, subscribed(following, 3):
        assert len(following.followers) == 3
        assert following.tokens == ["Bearer odd", "Bearer even", "Bearer odd"]


async def test_arrivals_are_noted_by_subscriber_and_event_and_pings_answered() -> None:
    async with running(Following()) as following, subscribed(following, 2) as subscribers:
        await subscribers.say("3")
        since = await following.announce(3)
        arrived = await subscribers.arrived()
        assert [len(one) for one in arrived.arrivals] == [3, 3]
        assert all(since < at for one in arrived.arrivals for at in one)
        assert arrived.last(2) == max(one[2] for one in arrived.arrivals)
        assert arrived.sample["payload"] == {"data": {"caseEvents": {"occurredAt": "now"}}}
        await asyncio.gather(*following.pings)


async def test_long_messages_are_counted_whole() -> None:
    more = f',"text":"{"x" * 100_000}"'
    async with running(Following(more=more)) as following, subscribed(following, 2) as subscribers:
        await subscribers.say("2")
        await following.announce(2)
        arrived = await subscribers.arrived()
        assert [len(one) for one in arrived.arrivals] == [2, 2]
        assert len(arrived.sample["payload"]["data"]["caseEvents"]["text"]) == 100_000


async def test_an_event_with_errors_ends_the_measuring() -> None:
    async with running(Following(more=',"errors":[]')) as following, subscribed(following, 1) as subscribers:
        await subscribers.say("1")
        await following.announce()
        with pytest.raises(MeasurementFailed, match="errors"):
            await subscribers.arrived()


async def test_a_connection_that_is_closed_ends_the_measuring() -> None:
    async with running(Following()) as following, subscribed(following, 2) as subscribers:
        await subscribers.say("1")
        await next(iter(following.followers.values())).close(1013)
        with pytest.raises(MeasurementFailed, match="closed a connection"):
            await subscribers.arrived()


async def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(MeasurementFailed, match="0 subscribers: "):
        async with subscribed(Following(port=1), 1):
            pass


async def test_the_figures_are_of_all_events_and_subscribers() -> None:
    async with running(Following()) as following:
        fanned = await fan_out(following, 3, events=4, at_once=2)
        assert isinstance(fanned, Fanned)
        assert fanned.subscribers == 3
        assert len(fanned.to_last_ms) == 4
        assert fanned.per_second > 0
        paced = await pace(following, 2, rate=100, seconds=0.05)
        assert (paced.rate, paced.subscribers) == (100, 2)
        assert paced.p50_ms <= paced.p99_ms


async def test_a_bystander_is_looked_at_while_many_events_are_delivered() -> None:
    async with running(Following()) as many, running(Following()) as other:
        found = await stall(many, other, number=2, events=50)
        assert (found.events, found.subscribers) == (50, 2)
        assert found.beside_ms
        assert found.alone_ms > 0


async def test_a_peer_is_sent_the_payload_once_for_each_event() -> None:
    received: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            received.append(head.split(b"\r\n")[0] + b" " + await reader.readexactly(length))
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        events = PublishedEvents(server.sockets[0].getsockname()[1], {"name": "case.updated"})
        await asyncio.to_thread(lambda: asyncio.run(events.announce(2)))
        await events.close()
    assert received == [b'POST /announce HTTP/1.1 {"name": "case.updated"}'] * 2
