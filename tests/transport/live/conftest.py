"""Fixtures of connections that stay open: a served edge with the defaults, and one made as a test wants it."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from support.live import LiveEdge, serving_live

NewLive = Callable[..., Awaitable[LiveEdge]]


@pytest.fixture
async def new_live(logs: io.StringIO) -> AsyncIterator[NewLive]:
    """Serve edges until the test is over."""
    async with AsyncExitStack() as served:

        async def make(**options: object) -> LiveEdge:
            live = await served.enter_async_context(serving_live(**options))  # type: ignore[arg-type]
            live.edge.logs = logs
            return live

        yield make


@pytest.fixture
async def live(new_live: NewLive) -> LiveEdge:
    """Serve an edge with the defaults."""
    return await new_live()
