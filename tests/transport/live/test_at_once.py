"""Answers that are sent without a turn of the operation's task: the same messages, and none too many."""

import pytest

from support.live import FOLLOW, LiveEdge
from support.polling import until


@pytest.mark.parametrize("length", [1, 60, 200, 70_000])
async def test_a_text_of_any_length_arrives_whole(live: LiveEdge, length: int) -> None:
    async with live.connected() as socket:
        await socket.subscribe('a "b"', FOLLOW)
        feed = await live.feed()
        text = "x" * length
        assert feed.give(text)
        feed.say("then")
        assert await socket.hear() == {"id": 'a "b"', "type": "next", "payload": {"data": {"follow": text}}}
        assert (await socket.hear())["payload"] == {"data": {"follow": "then"}}
        assert live.value("cma_live_messages_total", transport="ws", direction="out") == 3
    await live.until_empty()
    assert [line["messages"] for line in live.lines("operation")] == [2]


async def test_nothing_is_taken_once_the_client_wants_no_more_or_is_gone(live: LiveEdge) -> None:
    async with live.connected() as socket:
        await socket.subscribe("1", FOLLOW)
        first = await live.feed()
        await socket.say("complete", id="1")
        await until(lambda: first.is_closed)
        assert not first.give("late")
        await socket.subscribe("2", FOLLOW)
        second = await live.feed(1)
        assert second.give("now")
    await live.until_empty()
    assert not second.give("late")


async def test_nothing_is_taken_for_a_session_that_has_ended(live: LiveEdge) -> None:
    async with live.connected() as socket:
        await socket.subscribe("1", FOLLOW)
        feed = await live.feed()
        for somebody in list(live.people.here):
            somebody.ended()
        assert not feed.give("late")
        assert (await socket.until_closed())[0] == 4403


async def test_nothing_is_taken_for_a_client_that_does_not_read(live: LiveEdge) -> None:
    async with live.connected() as socket:
        await socket.subscribe("1", FOLLOW)
        feed = await live.feed()
        socket.connection.transport.pause_reading()
        given = 0
        while feed.give("x" * 100_000):
            given += 1
            assert given < 1_000
        socket.connection.transport.resume_reading()
        for _ in range(given):
            await socket.hear()
        await until(lambda: feed.give("again"))
        assert (await socket.hear())["payload"] == {"data": {"follow": "again"}}
