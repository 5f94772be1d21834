"""Slows down whoever keeps guessing: counted in Valkey for all servers together, or here while it is away."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from cma_graphql.core.clock import now

_LOG = structlog.get_logger(__name__)
_PATIENCE_SECONDS = 0.5
_LEFT_ALONE = timedelta(seconds=5)
"""How long a server that did not answer is not asked again."""
_MOST_KEPT = 20_000

# Both scripts are told the time, so that every server counts by one clock and tests can stop it.
_BEGIN = """
local now = tonumber(ARGV[1])
local wait = 0
for _, key in ipairs(KEYS) do
  local left = tonumber(redis.call('HGET', key, 'until') or '0') - now
  if left > wait then wait = left end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  local free, window, longest = tonumber(ARGV[3*i-1]), tonumber(ARGV[3*i]), tonumber(ARGV[3*i+1])
  local count = redis.call('HINCRBY', key, 'count', 1)
  if count >= free then
    local delay = math.min(longest, 1000 * 2 ^ (count - free))
    redis.call('HSET', key, 'until', string.format('%.0f', now + delay))
  end
  redis.call('PEXPIRE', key, window)
end
return 0
"""
_SUCCEED = """
for i, key in ipairs(KEYS) do
  if ARGV[i] == '1' then
    redis.call('DEL', key)
  elseif redis.call('EXISTS', key) == 1 then
    redis.call('HINCRBY', key, 'count', -1)
    redis.call('HDEL', key, 'until')
  end
end
return 0
"""


@dataclass(frozen=True, slots=True)
class SlowDown:
    """From the `free`-th attempt on, the next has to wait: a second, then twice as long each time."""

    name: str
    free: int
    window: timedelta
    """How long after the last attempt all of them are forgotten."""
    longest: timedelta
    """The longest wait: whoever knows an address could else lock its owner out."""
    cleared_by_success: bool = True
    """Else a success takes back only its own attempt: an address may be guessing at other accounts."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries something: what rule counts it, and under what digest, never under a name in clear."""

    rule: SlowDown
    digest: str

    @property
    def key(self) -> str:
        """Where it is counted."""
        return f"cma:slow:{self.rule.name}:{self.digest}"


@dataclass(slots=True)
class _Count:
    count: int
    until: int
    forgotten_at: int


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _present() -> int:
    return int(now().timestamp() * 1000)


class LocalThrottle:
    """Counts attempts in this process; a bounded number of them, the oldest forgotten first."""

    def __init__(self, *, most_kept: int = _MOST_KEPT) -> None:
        self._counts: OrderedDict[str, _Count] = OrderedDict()
        self._most_kept = most_kept

    async def begin(self, *attempts: Attempt) -> int:
        """Count an attempt and answer 0, or the whole seconds it has to wait for, uncounted."""
        present = _present()
        counts = [self._count_of(attempt.key, present) for attempt in attempts]
        wait = max((count.until - present for count in counts), default=0)
        if wait > 0:
            return _seconds(wait)
        for attempt, count in zip(attempts, counts, strict=True):
            rule = attempt.rule
            count.count += 1
            if count.count >= rule.free:
                doubled = 1000 * 2 ** min(count.count - rule.free, 40)
                count.until = present + min(_milliseconds(rule.longest), doubled)
            count.forgotten_at = present + _milliseconds(rule.window)
            self._counts[attempt.key] = count
            self._counts.move_to_end(attempt.key)
        while len(self._counts) > self._most_kept:
            self._counts.popitem(last=False)
        return 0

    async def succeeded(self, *attempts: Attempt) -> None:
        """Say that begun attempts were good."""
        for attempt in attempts:
            count = self._counts.get(attempt.key)
            if attempt.rule.cleared_by_success:
                self._counts.pop(attempt.key, None)
            elif count is not None:
                count.count -= 1
                count.until = 0

    def _count_of(self, key: str, present: int) -> _Count:
        count = self._counts.get(key)
        return count if count is not None and count.forgotten_at > present else _Count(0, 0, 0)


class Throttle:
    """Counts attempts in Valkey, for all servers together; while it does not answer, in this process alone."""

    def __init__(self, redis: Redis | None) -> None:
        self._redis = redis
        self._local = LocalThrottle()
        self._asked_again_at = now()
        if redis is not None:
            self._begin = redis.register_script(_BEGIN)
            self._succeed = redis.register_script(_SUCCEED)

    async def begin(self, *attempts: Attempt) -> int:
        """Count an attempt and answer 0, or the whole seconds it has to wait for, uncounted.

        It is counted before it is known to fail, so that many at once are not all free.
        """
        arguments: list[int] = [_present()]
        for attempt in attempts:
            rule = attempt.rule
            arguments += [rule.free, _milliseconds(rule.window), _milliseconds(rule.longest)]
        if self._asks():
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    wait = await self._begin(keys=[attempt.key for attempt in attempts], args=arguments)
                return _seconds(int(wait))
            except (RedisError, OSError, TimeoutError) as error:
                self._leave_alone(error)
        return await self._local.begin(*attempts)

    async def succeeded(self, *attempts: Attempt) -> None:
        """Say that begun attempts were good."""
        if self._asks():
            flags = [int(attempt.rule.cleared_by_success) for attempt in attempts]
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    await self._succeed(keys=[attempt.key for attempt in attempts], args=flags)
            except (RedisError, OSError, TimeoutError) as error:
                self._leave_alone(error)
        await self._local.succeeded(*attempts)

    def _asks(self) -> bool:
        return self._redis is not None and now() >= self._asked_again_at

    def _leave_alone(self, error: Exception) -> None:
        self._asked_again_at = now() + _LEFT_ALONE
        _LOG.warning("throttle.local", because=type(error).__name__)


def _seconds(milliseconds: int) -> int:
    return -(-milliseconds // 1000)
