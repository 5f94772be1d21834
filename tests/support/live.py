"""The edge with its connections that stay open, behind a real server, and real clients of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from cma_graphql.graph.limits import Limits
from cma_graphql.transport.live.answering import LiveBounds
from cma_graphql.transport.serving import Server, socket_options
from support.edge import Edge, make_edge
from support.feeds import Feed, Feeds, People
from support.polling import until

PROTOCOL = "graphql-transport-ws"
FOLLOW = "subscription Follow { follow }"
LOOK_SECONDS = 20.0


class Socket:
    """A client's WebSocket, spoken to message by message."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, type_: str, **fields: object) -> None:
        """Send a message."""
        await self.connection.send(orjson.dumps({"type": type_, **fields}).decode())

    async def subscribe(self, id_: str, query: str, **parameters: object) -> None:
        """Ask for an operation."""
        await self.say("subscribe", id=id_, payload={"query": query, **parameters})

    async def hear(self) -> dict[str, Any]:
        """Receive a message."""
        async with asyncio.timeout(LOOK_SECONDS):
            message: dict[str, Any] = orjson.loads(await self.connection.recv())
        return message

    async def begin(self, token: str | None = "ann") -> dict[str, Any]:  # noqa: S107 - no secret
        """Say who one is, and hear the answer."""
        await self.say(
            "connection_init", **({} if token is None else {"payload": {"authorization": f"Bearer {token}"}})
        )
        ack = await self.hear()
        assert ack["type"] == "connection_ack"
        return ack

    async def until_closed(self) -> tuple[int, str]:
        """Wait for the end, whatever comes before it; tell the close code and the reason."""
        async with asyncio.timeout(LOOK_SECONDS):
            while True:
                try:
                    await self.connection.recv()
                except ConnectionClosed:
                    return self.connection.close_code or 0, self.connection.close_reason or ""


@dataclass
class LiveEdge:
    """An edge that is served, and what its test steers."""

    edge: Edge
    feeds: Feeds
    people: People
    server: Server
    port: int

    @contextlib.asynccontextmanager
    async def open(
        self,
        *,
        subprotocols: Sequence[str] | None = (PROTOCOL,),
        headers: Mapping[str, str] | None = None,
        path: str = "/graphql",
    ) -> AsyncIterator[Socket]:
        """Open a WebSocket and say nothing yet."""
        address = f"ws://127.0.0.1:{self.port}{path}"
        async with connect(
            address,
            subprotocols=subprotocols,  # type: ignore[arg-type] # they are strings
            additional_headers=headers,
            compression=None,
            ping_interval=None,
            proxy=None,
            close_timeout=1,
        ) as connection:
            yield Socket(connection)

    @contextlib.asynccontextmanager
    async def connected(self, token: str = "ann", **given: Any) -> AsyncIterator[Socket]:  # noqa: S107 - no secret
        """Open a WebSocket that has been taken on."""
        async with self.open(**given) as socket:
            await socket.begin(token)
            yield socket

    async def feed(self, number: int = 0) -> Feed:
        """Wait for a subscription to have begun."""
        await until(lambda: len(self.feeds.begun) > number)
        return self.feeds.begun[number]

    def value(self, name: str, **labels: str) -> float | None:
        """Read a figure."""
        return self.edge.metrics.registry.get_sample_value(name, labels)

    def lines(self, event: str) -> list[dict[str, Any]]:
        """Give the access log's lines of a kind."""
        return [line for line in self.edge.access_lines if line["event"] == event]

    async def until_empty(self) -> None:
        """Wait until nothing is left of any connection."""
        assert self.edge.live is not None
        await until(lambda: self.edge.live is not None and len(self.edge.live.seats) == 0)
        assert self.people.here == set()
        assert all(feed.is_closed for feed in self.feeds.begun)
        assert self.value("cma_live_operations", transport="ws") in {None, 0}
        assert self.value("cma_live_connections", transport="ws") in {None, 0}
        assert self.value("cma_live_connections", transport="sse") in {None, 0}

    @contextlib.asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        """Give a client of HTTP."""
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", trust_env=False) as client:
            yield client


@contextlib.asynccontextmanager
async def serving_live(
    *,
    port: int = 0,
    http: str = "httptools",
    bounds: LiveBounds | None = None,
    limits: Limits | None = None,
    at_once: int = 10_000,
    of_one: int = 10_000,
    drain_seconds: float = 5.0,
    **options: Any,
) -> AsyncIterator[LiveEdge]:
    """Serve an edge over the torture schema, wired as the product is."""
    feeds, people = Feeds(), People()
    bounds = bounds or LiveBounds()
    limits = limits or Limits()
    edge = make_edge(
        limits=limits, feeds=feeds, people=people, bounds=bounds, live_at_once=at_once, live_of_one=of_one, **options
    )
    assert edge.live is not None
    seats = edge.live.seats
    config = uvicorn.Config(
        edge.app,
        port=port,
        log_config=None,
        access_log=False,
        http=http,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
        **socket_options(message_bytes=limits.body_bytes, ping_seconds=bounds.ping_seconds),
    )
    server = Server(config, drain=lambda: seats.drain(drain_seconds))
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield LiveEdge(edge, feeds, people, server, server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        await task
        await edge.client.aclose()
