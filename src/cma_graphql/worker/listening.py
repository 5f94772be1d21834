"""Asks whether notifications arrive only once somebody listens for them."""

import asyncio
from datetime import timedelta

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.models import HealthCheckEvent
from pgqueuer.ports.driver import NotifyCallback

from cma_graphql.persistence.job_tables import CHANNEL, statements_on


class ListeningDriver(AsyncpgPoolDriver):
    """A pool that knows whether one of its connections listens."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        super().__init__(pool)
        self.listening = asyncio.Event()

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        """Listen, and know it."""
        await super().add_listener(channel, callback)
        self.listening.set()


class ListeningManager(QueueManager):
    """A manager of the queue whose first probe waits until it listens.

    pgqueuer begins to probe before it listens: a probe that is sent before that is answered by nobody, and ten seconds
    later the manager takes its listener for broken and ends.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._listens = ListeningDriver(pool)
        super().__init__(statements_on(self._listens), CHANNEL)

    async def listener_healthy(self, timeout: timedelta = timedelta(seconds=10)) -> HealthCheckEvent:  # noqa: ASYNC109 - pgqueuer's own signature
        """Send a notification and wait for it; raise FailingListenerError where it does not come in time."""
        await self._listens.listening.wait()
        return await super().listener_healthy(timeout)
