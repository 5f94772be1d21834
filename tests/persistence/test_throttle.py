"""Slowing down who keeps guessing: the same by Valkey and without it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from cma_graphql.core import clock
from cma_graphql.core.ids import new_id
from cma_graphql.persistence.embedded import EmbeddedServers
from cma_graphql.persistence.throttle import Attempt, LocalThrottle, SlowDown, Throttle

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
RULE = SlowDown("test", free=3, window=timedelta(minutes=15), longest=timedelta(seconds=6))
SHARED = SlowDown(
    "shared", free=4, window=timedelta(minutes=15), longest=timedelta(minutes=5), cleared_by_success=False
)


@pytest.fixture(params=["valkey", "local"])
async def throttle(request: pytest.FixtureRequest, servers: EmbeddedServers) -> AsyncIterator[Throttle]:
    """Count in Valkey, and in this process."""
    if request.param == "local":
        yield Throttle(None)
        return
    redis = Redis.from_url(servers.redis_url)
    yield Throttle(redis)
    await redis.aclose()


def an_attempt(rule: SlowDown = RULE) -> Attempt:
    return Attempt(rule, new_id().hex)


async def begin_at(throttle: Throttle, seconds: float, *attempts: Attempt) -> int:
    with clock.stopped(START + timedelta(seconds=seconds)):
        return await throttle.begin(*attempts)


async def test_the_wait_doubles_from_the_free_attempts_on_up_to_the_longest(throttle: Throttle) -> None:
    attempt = an_attempt()
    assert [await begin_at(throttle, 0, attempt) for _ in range(3)] == [0, 0, 0]
    assert await begin_at(throttle, 0, attempt) == 1
    waits, at = [], 1.0
    for _ in range(5):
        assert await begin_at(throttle, at, attempt) == 0
        waits.append(await begin_at(throttle, at, attempt))
        at += waits[-1]
    assert waits == [2, 4, 6, 6, 6]


async def test_a_refused_attempt_is_not_counted(throttle: Throttle) -> None:
    attempt = an_attempt()
    for _ in range(3):
        await begin_at(throttle, 0, attempt)
    assert [await begin_at(throttle, 0.5, attempt) for _ in range(10)] == [1] * 10
    assert await begin_at(throttle, 1, attempt) == 0
    assert await begin_at(throttle, 1, attempt) == 2


async def test_a_success_clears_an_account_and_takes_back_one_of_an_address(throttle: Throttle) -> None:
    account, address = an_attempt(), an_attempt(SHARED)
    for _ in range(2):
        assert await begin_at(throttle, 0, account, address) == 0
    with clock.stopped(START):
        await throttle.succeeded(account, address)
    assert [await begin_at(throttle, 0, account) for _ in range(3)] == [0, 0, 0]
    assert [await begin_at(throttle, 0, address) for _ in range(4)] == [0, 0, 0, 1]


async def test_of_two_counters_the_longer_wait_counts_and_neither_goes_on(throttle: Throttle) -> None:
    account, address = an_attempt(), an_attempt(SHARED)
    for _ in range(5):
        await begin_at(throttle, 0, address)
    assert await begin_at(throttle, 0, account, address) == 1
    assert [await begin_at(throttle, 0, account) for _ in range(3)] == [0, 0, 0]


async def test_many_at_once_are_not_all_free(throttle: Throttle) -> None:
    attempt = an_attempt()
    with clock.stopped(START):
        waits = await asyncio.gather(*(throttle.begin(attempt) for _ in range(20)))
    assert sorted(waits) == [0] * 3 + [1] * 17


async def test_while_valkey_is_away_it_is_counted_here() -> None:
    redis = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=1)
    throttle = Throttle(redis)
    attempt = an_attempt()
    with clock.stopped(START):
        assert [await throttle.begin(attempt) for _ in range(4)] == [0, 0, 0, 1]
        await throttle.succeeded(attempt)
        assert await throttle.begin(attempt) == 0
    await redis.aclose()


async def test_local_counters_are_forgotten_after_the_window_and_bounded() -> None:
    throttle = LocalThrottle(most_kept=2)
    first, second, third = an_attempt(), an_attempt(), an_attempt()
    with clock.stopped(START):
        for _ in range(3):
            await throttle.begin(first)
        assert await throttle.begin(first) == 1
    with clock.stopped(START + timedelta(minutes=15)):
        assert [await throttle.begin(first) for _ in range(3)] == [0, 0, 0]
        await throttle.begin(second)
        await throttle.begin(third)
        assert len(throttle._counts) == 2
        assert await throttle.begin(first) == 0


async def test_nothing_readable_is_kept_and_it_ends_by_itself(servers: EmbeddedServers) -> None:
    redis = Redis.from_url(servers.redis_url)
    attempt = an_attempt()
    await Throttle(redis).begin(attempt)
    assert attempt.key == f"cma:slow:test:{attempt.digest}"
    left = await redis.pttl(attempt.key)
    assert 0 < left <= 15 * 60 * 1000
    await redis.aclose()
