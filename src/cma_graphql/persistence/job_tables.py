"""pgqueuer's tables as the migrations make them, and what is said to them that pgqueuer does not say itself.

A worker settles its jobs in its own words, each of them for a job that it still holds. pgqueuer's own reports name a
job alone: one from a worker that has been taken for dead would end the job under the hands of whoever took it over.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.models import Job as QueuedJob
from pgqueuer.domain.models import TracebackRecord
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import JOB_STATUS, Channel
from pgqueuer.ports.driver import Driver

from cma_graphql.persistence.transaction import Transaction

CHANNEL = Channel("cma_jobs")
KEPT_FOR = timedelta(days=3)
"""How long the queue's own log is kept: attempts are counted in it."""

# Every name is said here, since pgqueuer reads those that are not from the environment.
SETTINGS = DBSettings(
    prefix="",
    db_schema="jobs",
    channel=CHANNEL,
    function="fn_pgqueuer_changed",
    statistics_table="pgqueuer_statistics",
    queue_status_type="pgqueuer_status",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    trigger="tg_pgqueuer_changed",
    schedules_table="pgqueuer_schedules",
    durability=Durability.durable,
)

_DONE = """
WITH done AS (
    DELETE FROM jobs.pgqueuer WHERE id = $1 AND queue_manager_id = $2 AND status = 'picked'
    RETURNING id, entrypoint, priority
)
INSERT INTO jobs.pgqueuer_log (job_id, status, entrypoint, priority)
SELECT id, $3::jobs.pgqueuer_status, entrypoint, priority FROM done
"""
_AGAIN = """
WITH again AS (
    UPDATE jobs.pgqueuer
    SET status = 'queued', execute_after = now() + $3::interval, attempts = attempts + 1, updated = now(),
        queue_manager_id = NULL
    WHERE id = $1 AND queue_manager_id = $2 AND status = 'picked'
    RETURNING id, entrypoint, priority
)
INSERT INTO jobs.pgqueuer_log (job_id, status, entrypoint, priority)
SELECT id, 'queued', entrypoint, priority FROM again
"""
_BEGIN = """
WITH begun AS (
    UPDATE jobs.pgqueuer SET dedupe_key = CASE WHEN $3 THEN dedupe_key END, heartbeat = now()
    WHERE id = $1 AND queue_manager_id = $2 AND status = 'picked'
    RETURNING id
)
SELECT (SELECT count(*) FROM jobs.pgqueuer_log AS line WHERE line.job_id = begun.id AND line.status = 'picked')
FROM begun
"""
_RELEASE = """
UPDATE jobs.pgqueuer SET status = 'queued', queue_manager_id = NULL, updated = now()
WHERE queue_manager_id = $1 AND status = 'picked'
"""
_DECLARE = """
INSERT INTO jobs.schedules AS schedule (name, due_at) SELECT name, now() FROM unnest($1::text[]) AS name
ON CONFLICT (name) DO NOTHING
"""
_HASTEN = """
UPDATE jobs.schedules AS schedule SET due_at = now() + wanted.every
FROM unnest($1::text[], $2::interval[]) AS wanted (name, every)
WHERE schedule.name = wanted.name AND schedule.due_at > now() + wanted.every
"""
_RUN_DUE = "SELECT job_schedules_run($1, $2)"
_FORGET = """
DELETE FROM jobs.pgqueuer_log WHERE id IN (
    SELECT line.id FROM jobs.pgqueuer_log AS line
    WHERE line.created < now() - $1::interval
        AND NOT EXISTS (SELECT FROM jobs.pgqueuer AS job WHERE job.id = line.job_id)
    ORDER BY line.created LIMIT 10000
)
"""
_COUNT = """
SELECT entrypoint, count(*) FILTER (WHERE status = 'queued') AS queued,
    count(*) FILTER (WHERE status = 'picked') AS picked,
    greatest(extract(epoch FROM max(now() - execute_after) FILTER (WHERE status = 'queued')), 0) AS late
FROM jobs.pgqueuer GROUP BY entrypoint
"""


class JobTaken(Exception):
    """The job is not this worker's any more: it was taken for dead, and another one took the job over."""


class SilentQueries(Queries):
    """pgqueuer's statements without its reports on jobs, which the worker makes itself."""

    async def log_jobs(self, job_status: list[tuple[QueuedJob, JOB_STATUS, TracebackRecord | None]]) -> None:
        """Say nothing: what was done is settled with the work itself, and what was not stays the queue's."""

    async def retry_job(self, job: QueuedJob, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        """Say nothing, since no job of ours asks pgqueuer for a retry."""


def statements_on(driver: Driver) -> SilentQueries:
    """Answer pgqueuer's statements for our tables."""
    return SilentQueries(
        driver,
        qbe=QueryBuilderEnvironment(SETTINGS),
        qbq=QueryQueueBuilder(SETTINGS),
        qbs=QuerySchedulerBuilder(SETTINGS),
    )


async def begin(pool: "asyncpg.Pool[asyncpg.Record]", job: QueuedJob, *, keeps_key: bool) -> int:
    """Let go of a job's key unless it keeps it; answer which attempt this is, those of killed workers included.

    Raises JobTaken.
    """
    attempt: int | None = await pool.fetchval(_BEGIN, job.id, job.queue_manager_id, keeps_key)
    if attempt is None:
        raise JobTaken
    return attempt


async def settle(transaction: Transaction, job: QueuedJob, *, given_up: bool = False) -> None:
    """Take a job out of the queue, in the transaction of its work. Raises JobTaken."""
    status = "failed" if given_up else "successful"
    if not await transaction.execute(_DONE, [job.id, job.queue_manager_id, status]):
        raise JobTaken


async def put_back(pool: "asyncpg.Pool[asyncpg.Record]", job: QueuedJob, delay: timedelta) -> None:
    """Have a job tried again after a while, by whoever comes first."""
    await pool.execute(_AGAIN, job.id, job.queue_manager_id, delay)


async def release(pool: "asyncpg.Pool[asyncpg.Record]", worker: UUID) -> None:
    """Leave to others what a worker holds."""
    await pool.execute(_RELEASE, worker)


async def declare_schedules(pool: "asyncpg.Pool[asyncpg.Record]", periods: dict[str, timedelta]) -> None:
    """Make schedules known: a new one is due at once; one that became more frequent, in no more than its period."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_DECLARE, list(periods))
        await connection.execute(_HASTEN, list(periods), list(periods.values()))


async def run_schedules(pool: "asyncpg.Pool[asyncpg.Record]", periods: dict[str, timedelta]) -> int:
    """Queue what is due in every active centre, once however many workers ask; answer how many jobs that is."""
    queued: Any = await pool.fetchval(_RUN_DUE, list(periods), list(periods.values()))
    return int(queued)


async def forget_log(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    """Delete from the queue's log what is older than it is kept for."""
    await pool.execute(_FORGET, KEPT_FOR)


async def depths(pool: "asyncpg.Pool[asyncpg.Record]") -> list[asyncpg.Record]:
    """Answer for each job how many are queued and being done, and how late in seconds the latest is."""
    return list(await pool.fetch(_COUNT))
