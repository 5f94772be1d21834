"""Waiting without a queue of waiters: asyncio's own Event and Queue keep deques, of 760 bytes each, for one waiter.

What connections that stay open wait with, thousands of which are held for hours.
"""

import asyncio
from typing import Generic, TypeVar

T = TypeVar("T")


class Flag:
    """Is set or not, and is waited for; like `asyncio.Event`, for few waiters."""

    __slots__ = ("_is_set", "_waiters")

    def __init__(self) -> None:
        self._is_set = False
        self._waiters: list[asyncio.Future[None]] | None = None

    def is_set(self) -> bool:
        """Tell whether it is set."""
        return self._is_set

    def set(self) -> None:
        """Set it, and wake who waits."""
        self._is_set = True
        waiters, self._waiters = self._waiters, None
        for waiter in waiters or ():
            if not waiter.done():
                waiter.set_result(None)

    def clear(self) -> None:
        """Unset it."""
        self._is_set = False

    async def wait(self) -> None:
        """Return once it is set; it may have been unset again since."""
        if self._is_set:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._waiters is None:
            self._waiters = []
        self._waiters.append(waiter)
        try:
            await waiter
        finally:
            if self._waiters is not None and waiter in self._waiters:
                self._waiters.remove(waiter)


class Inbox(Generic[T]):
    """What has come for one reader, in order; like `asyncio.Queue`."""

    __slots__ = ("_items", "_something")

    def __init__(self) -> None:
        self._items: list[T] = []
        self._something = Flag()

    def empty(self) -> bool:
        """Tell whether nothing waits to be read."""
        return not self._items

    def put_nowait(self, item: T) -> None:
        """Add something."""
        self._items.append(item)
        self._something.set()

    async def get(self) -> T:
        """Take what has come first, once something has."""
        while not self._items:
            self._something.clear()
            await self._something.wait()
        return self._items.pop(0)
