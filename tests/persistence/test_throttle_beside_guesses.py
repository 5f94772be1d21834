"""A guesser does not get free by signing in beside each guess; an office that signs in does not wait for itself."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from cma_graphql.core import clock
from cma_graphql.core.ids import new_id
from cma_graphql.persistence.embedded import EmbeddedServers
from cma_graphql.persistence.throttle import Attempt, SlowDown, Throttle

MINUTES = timedelta(minutes=5)
ADDRESS = SlowDown("address", free=3, window=MINUTES, longest=MINUTES, cleared_by_success=False)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(params=["valkey", "here"])
async def throttle(request: pytest.FixtureRequest, servers: EmbeddedServers) -> AsyncIterator[Throttle]:
    """Count in Valkey, or in this process alone."""
    if request.param == "here":
        yield Throttle(None)
        return
    async with Redis.from_url(servers.redis_url) as redis:
        yield Throttle(redis)


async def test_one_who_signs_in_beside_each_guess_waits_for_the_guesses_all_the_same(throttle: Throttle) -> None:
    attempt = Attempt(ADDRESS, new_id().hex)
    with clock.stopped(START):
        guesses = 0
        for _ in range(10):
            if await throttle.begin(attempt) > 0:  # one's own sign-in, whose password is being checked
                break
            guesses += await throttle.begin(attempt) == 0  # somebody else's password, meanwhile
            await throttle.succeeded(attempt)
        assert guesses == ADDRESS.free - 1


async def test_an_office_that_signs_in_does_not_wait_for_itself(throttle: Throttle) -> None:
    attempt = Attempt(ADDRESS, new_id().hex)
    with clock.stopped(START):
        for _ in range(10):
            assert await throttle.begin(attempt) == 0
            await throttle.succeeded(attempt)
