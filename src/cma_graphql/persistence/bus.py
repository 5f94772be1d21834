"""Wakes listeners when a centre's event log has grown: Valkey as the bell, a look at the heads underneath.

The bell carries a number, never data, and may be lost: what counts is the log. Every second one statement looks at the
heads of all centres that somebody here listens to, so that without Valkey events are late, not lost (decision 52).
Nothing waits in memory but a number for each centre.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Self
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from cma_graphql.persistence.access_log import Wait
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.event_log import read_heads
from cma_graphql.persistence.failures import OUTAGES

POLLED_EVERY_SECONDS = 1.0
_CHANNEL = "cma:events:"
_PATIENCE_SECONDS = 1.0
"""How long one ringing may take."""
_SILENCE_SECONDS = 5.0
"""After how long without a sound the server is asked whether it is there; as long again, and it is not."""
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0
_LOST = (RedisError, OSError, TimeoutError)

Wake = Callable[[], None]
"""Tells a listener that its centre's log may have grown; it may neither wait nor fail."""

_log = structlog.get_logger(source=__name__)


def bell_at(address: str) -> Redis:
    """Make the connections of a bus: they do not try again by themselves, since the bus knows when to."""
    return Redis.from_url(address, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0))


class Bus:
    """Rings for what this process writes, and wakes who listens here; opened and closed with the application."""

    def __init__(
        self,
        database: Database,
        redis: Redis | None,
        *,
        polled_every: float = POLLED_EVERY_SECONDS,
        silence: float = _SILENCE_SECONDS,
        wait: Wait = asyncio.sleep,
    ) -> None:
        """Take what `bell_at` made, which is closed with the bus; None: no bell, all is found by looking."""
        self._database = database
        self._redis = redis
        self._polled_every = polled_every
        self._silence = silence
        self._wait = wait
        self._listeners: dict[UUID, set[Wake]] = {}
        self._heads: dict[UUID, int] = {}
        """What was last heard of the centres that are listened to; a bell may be wrong, so nothing relies on it."""
        self._to_ring: dict[UUID, int] = {}
        self._something = asyncio.Event()
        self._look_now = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.connected = False
        """Whether the bell is heard at present."""
        self.counts: Counter[str] = Counter()
        """What woke listeners (`commit`, `bell`, `poll`), and what failed (`unrung`, `unpolled`, `disconnected`)."""

    @property
    def centres(self) -> int:
        """How many centres are listened to."""
        return len(self._listeners)

    async def open(self) -> Self:
        """Begin to ring, to hear and to look."""
        loops = [self._poll] if self._redis is None else [self._poll, self._ring, self._hear_bells]
        self._tasks = [asyncio.create_task(self._watched(loop), name=f"bus {loop.__name__}") for loop in loops]
        return self

    async def close(self) -> None:
        """End everything."""
        running = set(self._tasks)
        while running:  # a cancellation that coincides with a time-out of the driver's is lost: then once more
            for task in running:
                task.cancel()
            _, running = await asyncio.wait(running, timeout=1)
        self._tasks = []
        self.connected = False
        if self._redis is not None:
            await self._redis.aclose()

    def rang(self, centre_id: UUID, seq: int) -> None:
        """Tell that a transaction of this process has committed events: its listeners now, other servers by the bell.

        Never waits and never fails.
        """
        self._heard(centre_id, seq, by="commit")
        if self._redis is not None:
            self._to_ring[centre_id] = max(seq, self._to_ring.get(centre_id, 0))
            self._something.set()

    def listen(self, centre_id: UUID, wake: Wake) -> Callable[[], None]:
        """Have somebody woken whenever a centre's log may have grown; answer what ends it."""
        self._listeners.setdefault(centre_id, set()).add(wake)

        def end() -> None:
            listening = self._listeners.get(centre_id, set())
            listening.discard(wake)
            if not listening:
                self._listeners.pop(centre_id, None)
                self._heads.pop(centre_id, None)

        return end

    def _heard(self, centre_id: UUID, seq: int, *, by: str) -> None:
        listening = self._listeners.get(centre_id)
        if listening and self._heads.get(centre_id) != seq:
            self._heads[centre_id] = seq
            self.counts[by] += 1
            for wake in tuple(listening):
                wake()

    async def _watched(self, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop that never ends; where it fails by a fault of ours, say so and begin it again."""
        while True:
            try:
                await loop()
            except Exception:  # noqa: BLE001 - logged, and begun again: nobody waits for this task
                _log.exception("bus failed", loop=loop.__name__)
                await self._wait(_LONGEST_PAUSE_SECONDS)

    # The bell

    async def _ring(self) -> None:
        assert self._redis is not None  # noqa: S101 - begun only where there is a bell
        while True:
            await self._something.wait()
            self._something.clear()
            ringing, self._to_ring = self._to_ring, {}
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    pipeline = self._redis.pipeline(transaction=False)
                    for centre_id, seq in ringing.items():
                        pipeline.publish(f"{_CHANNEL}{centre_id.hex}", seq)
                    await pipeline.execute()
            except _LOST:
                self.counts["unrung"] += len(ringing)  # who listens elsewhere looks for itself
                await self._wait(_FIRST_PAUSE_SECONDS)

    async def _hear_bells(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._hear()
            except _LOST as error:
                if self.connected:
                    _log.warning("the bell is not heard", because=type(error).__name__)
                    pause = _FIRST_PAUSE_SECONDS
            self.connected = False
            self.counts["disconnected"] += 1
            await self._wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _hear(self) -> None:
        """Hear the bells of all centres until the connection is lost, or silent for too long."""
        assert self._redis is not None  # noqa: S101 - begun only where there is a bell
        async with self._redis.pubsub() as ears:
            await ears.psubscribe(f"{_CHANNEL}*")
            asked = False
            while True:
                sound = await ears.get_message(timeout=self._silence)
                if sound is None:
                    if asked:
                        raise TimeoutError
                    await ears.ping()
                asked = sound is None
                if sound is not None:
                    self._take(sound)

    def _take(self, sound: dict[str, Any]) -> None:
        if sound["type"] == "psubscribe":
            self.connected = True
            self._look_now.set()  # what was rung meanwhile was not heard
        elif sound["type"] == "pmessage":
            try:
                centre_id, seq = UUID(hex=sound["channel"].decode().removeprefix(_CHANNEL)), int(sound["data"])
            except ValueError:
                return  # not one of ours
            self._heard(centre_id, seq, by="bell")

    # Underneath

    async def _poll(self) -> None:
        while True:
            if self._listeners:
                try:
                    heads = await read_heads(self._database, tuple(self._listeners))
                except OUTAGES:
                    self.counts["unpolled"] += 1
                else:
                    for centre_id, seq in heads.items():
                        self._heard(centre_id, seq, by="poll")
            await self._until_next_look()

    async def _until_next_look(self) -> None:
        waits = {asyncio.ensure_future(self._wait(self._polled_every)), asyncio.ensure_future(self._look_now.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        self._look_now.clear()
