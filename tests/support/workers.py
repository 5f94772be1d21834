"""A worker on a database of the test's own, and jobs for it to do."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg

from cma_graphql.access.actor import system_of
from cma_graphql.domain.jobs.queue import enqueue
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.preparing import address_for
from cma_graphql.persistence.roles import WORKER
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import write
from cma_graphql.worker.back_off import BackOff
from cma_graphql.worker.registry import Work
from cma_graphql.worker.worker import Worker, WorkerBounds
from support.data import Data
from support.databases import Databases

QUICK = WorkerBounds(
    at_once=4,
    lease=timedelta(seconds=1),
    look_every=timedelta(milliseconds=50),
    drain=timedelta(seconds=5),
    longest_pause=timedelta(milliseconds=200),
)
STEADY = replace(QUICK, lease=timedelta(seconds=10))
"""For tests that count attempts: on a busy machine one may take longer than a second, and be another worker's then."""
PATIENCE = 60.0


def at_once(attempts: int = 3) -> BackOff:
    """Answer a back-off that does not wait."""
    return BackOff(Random(1), first=timedelta(0), attempts=attempts)  # noqa: S311 - spreads retries


@dataclass
class Workplace:
    """A database with a queue, and ways to look into it past every policy."""

    databases: Databases
    name: str
    keys: CentreKeys
    database: Database
    """As the role of the workers."""
    data: Data
    rows: "asyncpg.Connection[asyncpg.Record]"
    running: list["asyncio.Task[None]"] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The database as the role of the workers."""
        return address_for(self.databases.superuser, user=WORKER, database=self.name)

    def worker(self, works: Sequence[Work], **given: Any) -> Worker:
        """Make a worker that waits for nothing."""
        given = {"bounds": QUICK, "back_off": at_once(), **given}
        return Worker(address=self.address, database=self.database, keys=self.keys, works=works, **given)

    @asynccontextmanager
    async def working(self, *workers: Worker) -> AsyncIterator[None]:
        """Run workers for as long as the block; they have to end by themselves when they are told to."""
        tasks = [asyncio.create_task(worker.run()) for worker in workers]
        try:
            yield
        finally:
            for worker in workers:
                worker.stop()
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*tasks)

    async def queue(self, centre_id: UUID, name: str, *, key: str | None = None, **ids: UUID) -> int:
        """Queue a job of a centre."""

        async def ask(uow: UnitOfWork) -> None:
            numbers.append(await enqueue(uow, name, ids, key=key))

        numbers: list[int] = []
        await write(self.database, self.keys, system_of(centre_id), ask)
        return numbers[0]

    async def queued(self) -> list[tuple[str, str, int]]:
        """Answer what stands in the queue: name, state, attempts put back."""
        return [
            (row["entrypoint"], row["status"], row["attempts"])
            for row in await self.rows.fetch("SELECT entrypoint, status, attempts FROM jobs.pgqueuer ORDER BY id")
        ]

    async def row(self, query: str, *arguments: object) -> tuple[Any, ...]:
        """Answer the one row of a query."""
        (row,) = await self.rows.fetch(query, *arguments)
        return tuple(row)

    async def until_empty(self, seconds: float = PATIENCE) -> None:
        """Return once the queue is empty."""
        await self.until("SELECT count(*) = 0 FROM jobs.pgqueuer", seconds=seconds)

    async def until(self, condition: str, *arguments: object, seconds: float = PATIENCE) -> None:
        """Return once a condition holds in the database."""
        async with asyncio.timeout(seconds):
            while not await self.rows.fetchval(condition, *arguments):  # noqa: ASYNC110 - the database offers no event
                await asyncio.sleep(0.01)


@asynccontextmanager
async def workplace(databases: Databases, name: str, keys: CentreKeys) -> AsyncIterator[Workplace]:
    """Open a database for workers."""
    address = address_for(databases.superuser, user=WORKER, database=name)
    database = await Database(address, read_pool_size=2, write_pool_size=8).open()
    rows = await asyncpg.connect(address_for(databases.superuser, user="postgres", database=name))
    try:
        yield Workplace(databases, name, keys, database, Data(database, keys, databases.owner(name)), rows)
    finally:
        await rows.close()
        await database.close()
