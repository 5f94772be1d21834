"""Does one job: its work and its end in one transaction, so that nothing is done twice; tries again, or gives up.

The work is done in a unit of work of the centre's system actor, and the job leaves the queue in the same transaction.
A worker that dies leaves both undone; one that was taken for dead finds its job gone, and takes its work back.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from pgqueuer.domain.models import Job as QueuedJob

from cma_graphql.access.actor import system_of
from cma_graphql.core.errors import DomainError
from cma_graphql.core.logging import describe_exception, get_logger, log_context
from cma_graphql.domain.casework.transfers.carrying import Network
from cma_graphql.domain.jobs.queue import enqueue
from cma_graphql.domain.jobs.services import Failure, give_up_job
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.failures import DRIVER_FAULTS, OUTAGES
from cma_graphql.persistence.job_tables import JobTaken, begin, put_back, settle
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import write
from cma_graphql.worker.back_off import BackOff
from cma_graphql.worker.counts import WorkerCounts
from cma_graphql.worker.registry import Crossing, Work

_LOG = get_logger(__name__)


class WorkerLost(Exception):
    """The worker ended in the middle of each attempt."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a queued job says: whose work it is, and on what."""

    centre_id: UUID
    ids: Mapping[str, UUID]

    @classmethod
    def of(cls, job: QueuedJob) -> "Order":
        """Read a job's payload, which the database composed. Raises ValueError for another one."""
        said = orjson.loads(job.payload or b"null")
        try:
            return cls(UUID(said["centre"]), {name: UUID(value) for name, value in said["ids"].items()})
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError("not a job of ours") from error


def failure_of(error: BaseException, job: QueuedJob, attempts: int) -> Failure:
    """Tell how a job failed: the error's class, what that means and where it was raised, and none of its text."""
    described: dict[str, Any] = describe_exception(error)
    words = []
    if isinstance(error, DomainError | WorkerLost):
        words.append((type(error).__doc__ or "").strip().split("\n", 1)[0])
    if described["at"]:
        words.append(f"Raised at {described['at'][-1]}.")
    if "sqlstate" in described:
        words.append(f"SQLSTATE {described['sqlstate']}.")
    return Failure(attempts, str(described["type"]), " ".join(words), job.created)


@dataclass(frozen=True, slots=True)
class Doing:
    """How jobs are done: with which connections, how long, how often."""

    database: Database
    keys: CentreKeys
    pool: "asyncpg.Pool[asyncpg.Record]"
    """The queue's own connections."""
    back_off: BackOff
    counts: WorkerCounts
    timeout_ms: int = 60_000
    """How long one statement of a job may take, and half as long as the job may take in all."""

    async def do(self, work: Work, job: QueuedJob) -> None:
        """Do a job that this worker holds, and settle it, whatever comes of it; a cancellation leaves it as it was."""
        began = monotonic()
        with log_context(job=work.name, job_id=str(job.id)):
            try:
                outcome = await self._attempt(work, job)
            except JobTaken:
                outcome = "taken"
            except (*OUTAGES, *DRIVER_FAULTS) as error:  # nothing could be settled: the lease ends, and others try
                _LOG.warning("job left", because=type(error).__name__)
                outcome = "left"
            self.counts.done(work.name, outcome, monotonic() - began)

    async def _attempt(self, work: Work, job: QueuedJob) -> str:
        attempt = await begin(self.pool, job, keeps_key=work.exclusive)
        try:
            order = Order.of(job)
        except ValueError as error:
            _LOG.error("job unreadable", exc_info=error)
            await put_back(self.pool, job, self.back_off.longest)
            return "unreadable"
        if attempt > self.back_off.attempts:
            return await self._failed(work, job, order, attempt, WorkerLost())
        try:
            async with asyncio.timeout(2 * self.timeout_ms / 1_000):
                if isinstance(work, Crossing):
                    await work.cross(Network(self.database, self.keys), order.centre_id)
                await self._write(job, order, self._work_of(work, job, order))
        except JobTaken:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is its job's failure: tried again, or kept
            return await self._failed(work, job, order, attempt, error)
        return "done"

    def _work_of(self, work: Work, job: QueuedJob, order: Order) -> Callable[[UnitOfWork], Awaitable[None]]:
        async def work_and_settle(uow: UnitOfWork) -> None:
            more = await work.run(uow, order.ids)
            await uow.flush()
            await settle(uow.connection, job)
            if more:
                await enqueue(uow, work.name, order.ids, key="")

        return work_and_settle

    async def _failed(self, work: Work, job: QueuedJob, order: Order, attempt: int, error: Exception) -> str:
        """Have a job tried again later; after its last attempt keep it for a person to look at."""
        delay = self.back_off.after(attempt)
        _LOG.warning("job failed", attempt=attempt, again_in=delay and delay.total_seconds(), exc_info=error)
        if delay is not None:
            await put_back(self.pool, job, delay)
            return "failed"
        failure = failure_of(error, job, min(attempt, self.back_off.attempts))

        async def give_up(uow: UnitOfWork) -> None:
            await give_up_job(uow, name=work.name, ids=order.ids, failure=failure)
            await settle(uow.connection, job, given_up=True)

        await self._write(job, order, give_up)
        return "given_up"

    async def _write(self, job: QueuedJob, order: Order, service: Callable[[UnitOfWork], Awaitable[None]]) -> None:
        actor = system_of(order.centre_id, request_id=f"job-{job.id}")
        await write(self.database, self.keys, actor, service, timeout_ms=self.timeout_ms)
