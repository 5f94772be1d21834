"""The worker: takes jobs from the queue, runs schedules, waits out an absent database, drains when told to."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import asyncpg
from pgqueuer.domain.models import Job as QueuedJob

from cma_graphql.core.logging import get_logger
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.failures import DRIVER_FAULTS
from cma_graphql.persistence.job_tables import declare_schedules, depths, forget_log, release, run_schedules
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.worker.back_off import BackOff
from cma_graphql.worker.counts import WorkerCounts
from cma_graphql.worker.doing import Doing
from cma_graphql.worker.listening import ListeningManager
from cma_graphql.worker.registry import Periodic, Work, by_name

_QUEUE_CONNECTIONS = 4
"""One listens; the others take jobs, keep leases and look at schedules."""
_LOG_FORGOTTEN_EVERY = 3_600.0
_CANCEL_AGAIN = 1.0
_LOG = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerBounds:
    """How a worker works."""

    at_once: int = 4
    """How many jobs it does at the same time."""
    lease: timedelta = timedelta(seconds=30)
    """After so long without a sign of life from its worker a job is another's."""
    look_every: timedelta = timedelta(seconds=5)
    """How often it looks whether a schedule is due, and says that it lives."""
    drain: timedelta = timedelta(seconds=10)
    """How long jobs under way may go on when it is told to stop."""
    longest_pause: timedelta = timedelta(seconds=15)
    """How long it waits at most before it looks for the database again."""


@dataclass(slots=True)
class Worker:
    """One worker; several of them share a queue. It is run once."""

    address: str
    """The database as the role `cma_worker`."""
    database: Database
    """The same, opened, for the units of work."""
    keys: CentreKeys
    works: Sequence[Work]
    bounds: WorkerBounds = field(default_factory=WorkerBounds)
    back_off: BackOff = field(default_factory=lambda: BackOff(Random()))  # noqa: S311 - spreads retries, guards nothing
    alive: Path | None = None
    """A file that is written anew for as long as the worker runs, for whoever watches it."""
    counts: WorkerCounts = field(default_factory=WorkerCounts)
    state: str = "starting"
    """`working`, or `waiting` for the database."""
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """Take no more jobs, end those under way in their time, and then the worker."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until told to stop; where the database goes away, begin again when it is back."""
        by_name(self.works)
        living = asyncio.create_task(self._live())
        pause = 0.5
        try:
            while not self._stopping.is_set():
                try:
                    await self._work()
                except Exception as error:  # noqa: BLE001 - logged, and begun again: a worker waits out whatever it is
                    self.state = "waiting"
                    _LOG.warning("worker interrupted", again_in=pause, exc_info=error)
                    await self._wait(timedelta(seconds=pause))
                    pause = min(2 * pause, self.bounds.longest_pause.total_seconds())
                else:
                    pause = 0.5
        finally:
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)
            if self.alive is not None:
                self.alive.unlink(missing_ok=True)

    async def _work(self) -> None:
        """Work for as long as the database is there."""
        pool = await asyncpg.create_pool(
            self.address,
            min_size=1,
            max_size=_QUEUE_CONNECTIONS,
            timeout=5,
            command_timeout=10,
            server_settings={"application_name": "cma-queue"},
        )
        try:
            await self._take_jobs(pool)
        finally:
            pool.terminate()

    async def _take_jobs(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        manager = ListeningManager(pool)
        doing = Doing(self.database, self.keys, pool, self.back_off, self.counts)
        for work in self.works:
            manager.entrypoint(work.name, accepts_context=False)(self._handler(doing, work))
        await declare_schedules(pool, self._periods)
        lease = self.bounds.lease
        taking = asyncio.create_task(
            manager.run(
                dequeue_timeout=lease / 3,
                batch_size=max(1, self.bounds.at_once // 2),
                max_concurrent_tasks=max(2, self.bounds.at_once),
                shutdown_on_listener_failure=True,
                heartbeat_timeout=lease,
                log_aggregation_interval=timedelta(0),
            )
        )
        looking = asyncio.create_task(self._look(pool))
        stopping = asyncio.create_task(self._stopping.wait())
        self.state = "working"
        try:
            await asyncio.wait((taking, looking, stopping), return_when=asyncio.FIRST_COMPLETED)
            manager.shutdown.set()
            await asyncio.wait((taking,), timeout=self.bounds.drain.total_seconds())
        finally:
            manager.shutdown.set()
            for task in (looking, stopping):
                task.cancel()
            await _end(taking)
            results = await asyncio.gather(taking, looking, stopping, return_exceptions=True)
            with suppress(*DRIVER_FAULTS, TimeoutError):
                await release(pool, manager.queue_manager_id)
        for result in results:
            if isinstance(result, Exception):
                raise result

    @property
    def _periods(self) -> dict[str, timedelta]:
        return {work.name: work.every for work in self.works if isinstance(work, Periodic)}

    def _handler(self, doing: Doing, work: Work) -> Callable[[QueuedJob], Awaitable[None]]:
        async def do(job: QueuedJob) -> None:
            await doing.do(work, job)

        return do

    async def _look(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Run what is due, look how deep the queue is, and forget its old log, again and again."""
        clock, forgotten = asyncio.get_running_loop().time, 0.0
        while not self._stopping.is_set():
            await run_schedules(pool, self._periods)
            self.counts.saw(await depths(pool))
            if not forgotten or clock() - forgotten > _LOG_FORGOTTEN_EVERY:
                await forget_log(pool)
                forgotten = clock()
            await self._wait(self.bounds.look_every)

    async def _live(self) -> None:
        """Say that the worker lives, whether or not the database does: restarting it would not help."""
        while True:
            if self.alive is not None:
                self.alive.write_text(f"{self.state}\n")
            await asyncio.sleep(self.bounds.look_every.total_seconds())

    async def _wait(self, time: timedelta) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), time.total_seconds())


async def _end(taking: "asyncio.Task[None]") -> None:
    """Cancel the taking of jobs, and with it those under way.

    The manager passes a cancellation on to its jobs only once it waits for them: one that comes before that, while it
    asks for more, has it wait for them to end by themselves.
    """
    while not taking.done():
        taking.cancel()
        await asyncio.wait((taking,), timeout=_CANCEL_AGAIN)
