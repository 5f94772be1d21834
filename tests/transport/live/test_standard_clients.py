"""The standard clients of front ends: they ask, are refused, follow, and go on after every end that is not theirs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest

from support.live import LiveEdge, serving_live
from support.polling import until
from transport.live.conftest import CLIENTS, NewLive


class Front:
    """A client in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def hear(self) -> list[Any]:
        """Read what it says next."""
        assert self._process.stdout is not None
        async with asyncio.timeout(10):
            line = await self._process.stdout.readline()
        said: list[Any] = orjson.loads(line)
        return said

    async def hear_next(self) -> Any:
        """Read the next answer, whatever it says before."""
        while (said := await self.hear())[0] != "next":
            pass
        return said[1]


@asynccontextmanager
async def front(node: str, transport: str, live: LiveEdge) -> AsyncIterator[Front]:
    """Run a client; it has to end by itself."""
    address = f"http://127.0.0.1:{live.port}/graphql"
    pipes: dict[str, Any] = {"stdout": asyncio.subprocess.PIPE, "cwd": CLIENTS}
    process = await asyncio.create_subprocess_exec(node, "follow.mjs", transport, address, "ann", **pipes)
    try:
        yield Front(process)
        async with asyncio.timeout(10):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("client_of", ["ws", "apollo", "urql"])
async def test_over_graphql_ws(node: str, new_live: NewLive, client_of: str) -> None:
    live = await new_live()
    async with front(node, client_of, live) as client:
        assert await client.hear() == ["connected", ["sessionExpiresAt"]]
        assert await client.hear() == ["next", {"hello": "Hello you"}]
        assert await client.hear() == ["complete"]
        said = await client.hear()
        if said == ["closed", 1000]:  # the client closes what it has no use for, unless the next use is quicker
            assert await client.hear() == ["connected", ["sessionExpiresAt"]]
            said = await client.hear()
        assert said == ["error", "GRAPHQL_VALIDATION_FAILED"]
        first = await live.feed(0)
        assert first.variables.get("after") is None
        first.say("one")
        assert await client.hear_next() == {"follow": "one"}
        tokens = {somebody.token for somebody in live.people.here}
        live.people.end_all()
        assert await client.hear() == ["closed", 4403]
        resumed = await live.feed(1)
        assert resumed.variables == {"after": "one"}
        assert resumed.facts.authorization not in tokens
        resumed.say("two")
        assert await client.hear_next() == {"follow": "two"}
        live.server.should_exit = True
        assert await client.hear() == ["closed", 1012]
        await until(lambda: not live.server.servers[0].is_serving())
        async with serving_live(port=live.port) as restarted:
            feed = await restarted.feed()
            assert feed.variables == {"after": "two"}
            feed.say("three")
            feed.end()
            assert await client.hear_next() == {"follow": "three"}
            assert await client.hear() == ["complete"]


async def test_graphql_sse(node: str, new_live: NewLive) -> None:
    live = await new_live()
    async with front(node, "sse", live) as client:
        assert await client.hear() == ["next", {"hello": "Hello you"}]
        assert await client.hear() == ["complete"]
        assert await client.hear() == ["next", "GRAPHQL_VALIDATION_FAILED"]
        assert await client.hear() == ["complete"]
        (await live.feed(0)).say("c-1", cursor="c-1")
        assert await client.hear() == ["next", {"follow": "c-1"}]
        live.people.end_all()
        resumed = await live.feed(1)
        assert resumed.resume_after == "c-1"
        resumed.say("c-2", cursor="c-2")
        assert await client.hear() == ["next", {"follow": "c-2"}]
        live.server.should_exit = True
        await until(lambda: resumed.is_closed)
        async with serving_live(port=live.port) as restarted:
            feed = await restarted.feed()
            assert feed.resume_after == "c-2"
            feed.say("c-3", cursor="c-3")
            feed.end()
            assert await client.hear() == ["next", {"follow": "c-3"}]
            assert await client.hear() == ["complete"]
