"""Connections that are kept open, at most so many of them, each for one user at a time.

asyncpg's own pool makes a task for each connection that comes back, in case it has to be reset, and stands between its
user and each of its methods. Here nothing is ever reset (decision 56), and what may not be used again is cut.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection

_IDLE_SECONDS = 300.0
"""After so long without use a connection is closed."""
_MOST_USES = 20_000
"""How often one is given out before another takes its place: a server process that is never replaced grows."""


class Pool:
    """A pool. The connection that came back last is given out first; who waits longest is served first."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[Any]],
        *,
        size: int,
        patience: float,
        idle_seconds: float = _IDLE_SECONDS,
        most_uses: int = _MOST_USES,
    ) -> None:
        """Take what makes a connection, how many there may be, and how long to wait for one, in seconds."""
        self._connect = connect
        self._free = size
        self._patience = patience
        self._idle_seconds = idle_seconds
        self._most_uses = most_uses
        self._idle: list[tuple[float, Any]] = []
        """Those that lie ready, and since when; the first the longest."""
        self._taken: set[Any] = set()
        self._uses: dict[Any, int] = {}
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._sweeping: asyncio.TimerHandle | None = None
        self._is_closed = False

    @property
    def open(self) -> int:
        """How many connections there are."""
        return len(self._uses)

    @property
    def used(self) -> int:
        """How many of them are in use."""
        return len(self._taken)

    async def acquire(self) -> Any:
        """Take a connection; raise TimeoutError where none comes in time, and what connecting raises."""
        if self._is_closed:
            raise asyncpg.InterfaceError("the pool is closed")
        if self._free > 0 and self._idle:
            self._free -= 1
            ready = self._ready()
            if ready is not None:
                return ready
            return await self._connected()
        async with asyncio.timeout(self._patience):
            if self._free > 0:
                self._free -= 1
            else:
                await self._turn()
            return self._ready() or await self._connected()

    def release(self, connection: Any) -> None:
        """Give a connection back, in no transaction; one that was cut, or taken back already, is none of ours."""
        if connection not in self._taken:
            return
        if self._is_closed or connection.is_closed() or self._uses[connection] >= self._most_uses:
            self.cut(connection)
            return
        self._taken.discard(connection)
        loop = asyncio.get_running_loop()
        self._idle.append((loop.time(), connection))
        if self._sweeping is None:
            self._sweeping = loop.call_later(self._idle_seconds, self._sweep)
        self._let_in()

    def cut(self, connection: Any) -> None:
        """End a connection that is in use, whatever it is doing; another may be made in its place."""
        if connection in self._taken:
            self._taken.discard(connection)
            self._forget(connection)
            self._let_in()

    def close(self) -> None:
        """Cut all connections; nobody is given one any more."""
        self._is_closed = True
        if self._sweeping is not None:
            self._sweeping.cancel()
            self._sweeping = None
        self._idle.clear()
        for connection in [*self._uses]:
            self._forget(connection)

    def _ready(self) -> Any:
        """Take one that lies ready and is still open; None where there is none."""
        while self._idle:
            _, connection = self._idle.pop()
            if not connection.is_closed():
                self._taken.add(connection)
                self._uses[connection] += 1
                return connection
            self._forget(connection)
        return None

    async def _connected(self) -> Any:
        """Make one. The place for it has been taken."""
        try:
            connection = await self._connect()
        except BaseException:
            self._let_in()
            raise
        self._uses[connection] = 1
        if self._is_closed:
            self._forget(connection)
            raise asyncpg.InterfaceError("the pool is closed")
        self._taken.add(connection)
        return connection

    async def _turn(self) -> None:
        """Wait until a place is given."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled():
                self._let_in()  # it came in the moment of giving up
            else:
                self._waiting.remove(waiter)
            raise

    def _let_in(self) -> None:
        """Give a place to whoever waits longest."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        self._free += 1

    def _sweep(self) -> None:
        """Close what has been idle for too long, and look again while there is anything."""
        loop = asyncio.get_running_loop()
        self._sweeping = None
        while self._idle and self._idle[0][0] + self._idle_seconds <= loop.time():
            self._forget(self._idle.pop(0)[1])
        if self._idle:
            self._sweeping = loop.call_at(self._idle[0][0] + self._idle_seconds, self._sweep)

    def _forget(self, connection: Any) -> None:
        self._uses.pop(connection, None)  # closed with all others, it is forgotten already
        connection.terminate()
