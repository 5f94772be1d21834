"""The places of connections that stay open: so many in a process, so many for each caller; all told of the end."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from uuid import UUID

from cma_graphql.core.errors import LimitReached, Unavailable

_RETRY_SECONDS = 5
_GROUPS = 20

Whose = tuple[UUID, UUID]
"""A centre, and the person or key."""


class Ending(Enum):
    """Why a connection is ended from our side."""

    SESSION = "session"
    """Its token has ended, or what it stands for."""
    RESTART = "restart"
    """The server stops."""
    OVER = "over"
    """It is over by itself: the client closed it, or said what it is closed for."""
    UNINITIALISED = "uninitialised"
    """It did not say who it is in time."""


class Seat:
    """One connection's place, and the news of its end."""

    def __init__(self) -> None:
        self.ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        """Done once the connection has to end, and why."""
        self.whose: Whose | None = None

    def end(self, why: Ending) -> None:
        """Say that the connection has to end; the first reason counts."""
        if not self.ended.done():
            self.ended.set_result(why)


class Seats:
    """All places of a process."""

    def __init__(
        self, *, at_once: int, of_one: int, wait: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._at_once = at_once
        self._of_one = of_one
        self._wait = wait
        self._taken: set[Seat] = set()
        self._by_caller: Counter[Whose] = Counter()
        self._none_left = asyncio.Event()
        self.draining = False

    def __len__(self) -> int:
        return len(self._taken)

    @contextmanager
    def take(self) -> Iterator[Seat]:
        """Take a place for a block. Raises LimitReached where all are taken, Unavailable while the server stops."""
        if self.draining:
            raise Unavailable
        if len(self._taken) >= self._at_once:
            message = "As many connections are open as this server keeps. Try again in a while."
            raise LimitReached("live_connections", self._at_once, message, retry_after=_RETRY_SECONDS)
        seat = Seat()
        self._taken.add(seat)
        try:
            yield seat
        finally:
            self._leave(seat)

    def assign(self, seat: Seat, whose: Whose) -> None:
        """Say whose a place is. Raises LimitReached where the caller has as many as one may have."""
        if self._by_caller[whose] >= self._of_one:
            message = "As many connections of yours are open as one caller may have."
            raise LimitReached("live_connections_of_one", self._of_one, message, retry_after=_RETRY_SECONDS)
        self._by_caller[whose] += 1
        seat.whose = whose

    async def drain(self, seconds: float) -> bool:
        """Let nobody in, tell everybody to go, group by group, and wait for it; answer whether all went in time.

        Clients that are sent away together come back together: a quarter of the time is used to part them.
        """
        self.draining = True
        try:
            async with asyncio.timeout(seconds):
                waiting = list(self._taken)
                size = max(1, -(-len(waiting) // _GROUPS))
                for begin in range(0, len(waiting), size):
                    for seat in waiting[begin : begin + size]:
                        seat.end(Ending.RESTART)
                    if begin + size < len(waiting):
                        await self._wait(seconds / 4 / _GROUPS)
                while self._taken:
                    self._none_left.clear()
                    await self._none_left.wait()
        except TimeoutError:
            return False
        return True

    def _leave(self, seat: Seat) -> None:
        self._taken.discard(seat)
        if seat.whose is not None:
            self._by_caller[seat.whose] -= 1
            if not self._by_caller[seat.whose]:
                del self._by_caller[seat.whose]
        if not self._taken:
            self._none_left.set()
