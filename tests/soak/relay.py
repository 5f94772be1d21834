"""Stands between the subscribers and a server: cuts connections in the middle of a frame, or stops reading."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from random import Random

_CHUNK = 65_536
_HELD_BYTES = 8_192
"""How much of what a server sends the relay's own socket holds while nobody reads."""
_SEGMENT_BYTES = 1_400
"""As on a network: between loopback's own large segments the kernel would hold megabytes that nobody reads."""
_SHORTEST_CUT = 40
"""A chunk of so many bytes is more than a ping: it ends with a message."""


class Link:
    """One connection of a client, and the one to the server that goes with it."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self._client = client
        self._server = server
        self._flows = asyncio.Event()
        self._flows.set()
        self.to_be_cut = False
        """Whether the next message is cut in the middle, and the connection with it."""
        self.ended = asyncio.Event()

    def stop_reading(self) -> None:
        """Read nothing more of what the server sends."""
        self._flows.clear()

    def read_on(self) -> None:
        """Go on reading."""
        self._flows.set()

    @property
    def reads(self) -> bool:
        """Whether what the server sends is read."""
        return self._flows.is_set()

    def abort(self) -> None:
        """Cut both connections."""
        self._client.transport.abort()
        self._server.transport.abort()
        self._flows.set()

    async def pass_down(self, reader: asyncio.StreamReader, random: Random) -> None:
        """Hand on what the server sends, until it ends or is cut."""
        while chunk := await reader.read(_CHUNK):
            await self._flows.wait()
            if self.to_be_cut and len(chunk) > _SHORTEST_CUT:
                self._client.write(chunk[: -random.randint(1, _SHORTEST_CUT // 2)])
                return
            self._client.write(chunk)
            await self._client.drain()

    async def pass_up(self, reader: asyncio.StreamReader) -> None:
        """Hand on what the client sends."""
        while chunk := await reader.read(_CHUNK):
            self._server.write(chunk)
            await self._server.drain()


class Relay:
    """Passes connections on to one server."""

    def __init__(self, server_port: int, random: Random) -> None:
        self._server_port = server_port
        self._random = random
        self._server: asyncio.Server | None = None
        self._handlers: set[asyncio.Task[None]] = set()
        self.links: dict[int, Link] = {}
        """The connections that are open, by the client's port."""

    @property
    def port(self) -> int:
        """Where clients connect."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def open(self) -> None:
        """Begin to pass on."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1_000)

    async def close(self) -> None:
        """Cut everything."""
        assert self._server is not None
        self._server.close()
        for link in list(self.links.values()):
            link.abort()
        await asyncio.gather(*self._handlers, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, client_reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        try:
            with contextlib.suppress(OSError):
                await self._connected(client_reader, client)
        finally:
            self._handlers.discard(task)
            client.transport.abort()

    async def _connected(self, client_reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        server_reader, server = await self._connect()
        link = Link(client, server)
        port = client.get_extra_info("peername")[1]
        self.links[port] = link
        ways = {
            asyncio.ensure_future(link.pass_down(server_reader, self._random)),
            asyncio.ensure_future(link.pass_up(client_reader)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            await _flushed(client)
            link.abort()
            link.ended.set()
            if self.links.get(port) is link:
                del self.links[port]

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        made = socket.socket()
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _HELD_BYTES)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, _SEGMENT_BYTES)
        try:
            await asyncio.get_running_loop().sock_connect(made, ("127.0.0.1", self._server_port))
            return await asyncio.open_connection(sock=made, limit=_HELD_BYTES)
        except BaseException:
            made.close()
            raise


async def _flushed(client: asyncio.StreamWriter) -> None:
    """Let the client have what was sent before the end."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(1):
            client.close()
            await client.wait_closed()


@contextlib.asynccontextmanager
async def relaying(ports: list[int], random: Random) -> AsyncIterator[list[Relay]]:
    """Stand before these servers while the block runs."""
    relays = [Relay(port, random) for port in ports]
    for relay in relays:
        await relay.open()
    try:
        yield relays
    finally:
        for relay in relays:
            await relay.close()
