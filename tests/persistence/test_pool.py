"""The pool of connections: how many there are, who is served when, and what becomes of those that were lost."""

import asyncio

import asyncpg
import pytest

from cma_graphql.persistence.pool import Pool
from support.polling import until


class Line:
    """Stands for a connection."""

    def __init__(self) -> None:
        self.closed = False

    def is_closed(self) -> bool:
        """Tell whether it was lost or cut."""
        return self.closed

    def terminate(self) -> None:
        """Cut it."""
        self.closed = True


class Lines:
    """Makes them, at once or when it is let."""

    def __init__(self) -> None:
        self.made: list[Line] = []
        self.fault: Exception | None = None
        self.may = asyncio.Event()
        self.may.set()

    async def __call__(self) -> Line:
        """Make one."""
        await self.may.wait()
        if self.fault is not None:
            raise self.fault
        self.made.append(Line())
        return self.made[-1]

    def pool(self, *, size: int = 2, patience: float = 5.0, idle_seconds: float = 300.0, most_uses: int = 100) -> Pool:
        """Make a pool of them."""
        return Pool(self, size=size, patience=patience, idle_seconds=idle_seconds, most_uses=most_uses)


def counted(pool: Pool) -> tuple[int, int]:
    return pool.open, pool.used


async def test_what_came_back_last_is_given_out_first() -> None:
    lines = Lines()
    pool = lines.pool()
    first, second = await pool.acquire(), await pool.acquire()
    assert counted(pool) == (2, 2)
    pool.release(first)
    pool.release(second)
    assert counted(pool) == (2, 0)
    assert await pool.acquire() is second
    assert await pool.acquire() is first
    assert lines.made == [first, second]


async def test_who_waits_longest_is_served_first() -> None:
    pool = Lines().pool(size=1)
    held = await pool.acquire()
    waiting = [asyncio.create_task(pool.acquire()) for _ in range(3)]
    await asyncio.sleep(0)
    for each in waiting:
        pool.release(held)
        held = await each
    assert counted(pool) == (1, 1)


async def test_nobody_waits_for_ever() -> None:
    pool = Lines().pool(size=1, patience=0.01)
    held = await pool.acquire()
    with pytest.raises(TimeoutError):
        await pool.acquire()
    pool.release(held)
    assert await pool.acquire() is held


async def test_connecting_is_not_waited_for_for_ever() -> None:
    lines = Lines()
    lines.may.clear()
    pool = lines.pool(size=1, patience=0.01)
    with pytest.raises(TimeoutError):
        await pool.acquire()
    lines.may.set()
    assert not (await pool.acquire()).closed


async def test_a_place_that_was_given_to_somebody_who_has_gone_goes_to_the_next() -> None:
    pool = Lines().pool(size=1)
    held = await pool.acquire()
    gone, late = asyncio.create_task(pool.acquire()), asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    pool.release(held)  # to the first, who is cancelled in the same moment
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await late is held


async def test_who_was_cancelled_while_waiting_takes_no_place() -> None:
    pool = Lines().pool(size=1)
    held = await pool.acquire()
    gone = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    pool.release(held)
    assert await pool.acquire() is held


async def test_a_connection_that_could_not_be_made_takes_no_place() -> None:
    lines = Lines()
    pool = lines.pool(size=1)
    lines.fault = OSError("away")
    for _ in range(3):
        with pytest.raises(OSError, match="away"):
            await pool.acquire()
    lines.fault = None
    assert not (await pool.acquire()).closed


async def test_what_was_lost_is_replaced() -> None:
    lines = Lines()
    pool = lines.pool(size=1)
    idle = await pool.acquire()
    pool.release(idle)
    idle.closed = True
    used = await pool.acquire()
    assert used is not idle
    used.closed = True
    pool.release(used)
    assert counted(pool) == (0, 0)
    assert not (await pool.acquire()).closed


async def test_what_is_cut_is_closed_and_its_place_is_free_once() -> None:
    lines = Lines()
    pool = lines.pool(size=1, patience=0.01)
    cut = await pool.acquire()
    pool.cut(cut)
    pool.cut(cut)
    pool.release(cut)
    assert cut.closed
    await pool.acquire()
    with pytest.raises(TimeoutError):
        await pool.acquire()


async def test_a_connection_is_replaced_after_many_uses() -> None:
    lines = Lines()
    pool = lines.pool(most_uses=3)
    for _ in range(7):
        pool.release(await pool.acquire())
    assert [each.closed for each in lines.made] == [True, True, False]


async def test_what_is_idle_for_long_is_closed_the_longest_first() -> None:
    lines = Lines()
    pool = lines.pool(idle_seconds=0.02)
    held, idle = await pool.acquire(), await pool.acquire()
    pool.release(idle)
    await until(lambda: idle.closed)
    assert counted(pool) == (1, 1)
    pool.release(held)
    await until(lambda: held.closed)
    assert counted(pool) == (0, 0)


async def test_a_pool_that_was_closed_gives_nothing_out() -> None:
    lines = Lines()
    pool = lines.pool(size=3)
    held, idle = await pool.acquire(), await pool.acquire()
    lines.may.clear()
    connecting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    pool.release(idle)
    pool.close()
    assert idle.closed
    assert held.closed
    pool.release(held)
    lines.may.set()
    for each in (connecting, pool.acquire()):
        with pytest.raises(asyncpg.InterfaceError):
            await each
    assert all(each.closed for each in lines.made)
