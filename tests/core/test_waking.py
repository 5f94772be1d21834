"""Flags and inboxes wake who waits, once, and forget who does not wait any more."""

import asyncio

from cma_graphql.core.waking import Flag, Inbox


async def test_a_flag_that_is_set_keeps_nobody() -> None:
    flag = Flag()
    assert not flag.is_set()
    flag.set()
    await flag.wait()
    assert flag.is_set()


async def test_all_who_wait_are_woken_though_it_is_unset_at_once() -> None:
    flag = Flag()
    waiting = [asyncio.create_task(flag.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    flag.set()
    flag.clear()
    await asyncio.gather(*waiting)
    assert not flag.is_set()


async def test_who_is_cancelled_does_not_keep_others_waiting() -> None:
    flag = Flag()
    gone, staying = asyncio.create_task(flag.wait()), asyncio.create_task(flag.wait())
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    flag.set()
    await staying
    assert gone.cancelled()


async def test_an_inbox_is_read_in_order_and_waited_for() -> None:
    inbox: Inbox[int] = Inbox()
    assert inbox.empty()
    reading = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    for number in range(3):
        inbox.put_nowait(number)
    assert [await reading, await inbox.get(), await inbox.get()] == [0, 1, 2]
    assert inbox.empty()


async def test_what_comes_while_its_reader_is_cancelled_is_not_lost() -> None:
    inbox: Inbox[int] = Inbox()
    reading = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    inbox.put_nowait(7)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert await inbox.get() == 7
