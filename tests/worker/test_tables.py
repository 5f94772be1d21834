"""The queue's tables: those of the installed pgqueuer, and nobody's but the workers'."""

import asyncpg
import pytest
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from pgqueuer.adapters.persistence.queries import Queries

from cma_graphql.access.actor import system_of
from cma_graphql.core.ids import new_id
from cma_graphql.domain.jobs.queue import enqueue
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.job_tables import KEPT_FOR, SETTINGS, forget_log
from cma_graphql.persistence.preparing import address_for
from cma_graphql.persistence.roles import WORKER
from cma_graphql.persistence.writing import unit_of_work
from support.databases import Databases
from support.workers import Workplace

pytestmark = pytest.mark.own_database


async def test_they_are_what_the_installed_release_wants(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGQUEUER_PREFIX", "other_")
    owner = await asyncpg.connect(place.databases.owner(place.name))
    try:
        plan = await Queries(AsyncpgDriver(owner), qbe=QueryBuilderEnvironment(SETTINGS)).plan_upgrade()
    finally:
        await owner.close()
    assert (list(plan.statements), list(plan.notes)) == ([], [])


async def test_the_application_queues_for_its_own_centre_and_reads_nothing(place: Workplace) -> None:
    centre, subject = await place.data.a_centre(), new_id()
    application = await asyncpg.connect(place.databases.app(place.name))
    try:
        for statement in (
            "SELECT * FROM jobs.pgqueuer",
            "INSERT INTO jobs.pgqueuer (priority, status, entrypoint) VALUES (0, 'queued', 'x')",
            "DELETE FROM jobs.pgqueuer",
            "SELECT * FROM jobs.pgqueuer_log",
            "SELECT * FROM jobs.schedules",
            "SELECT job_schedules_run('{}', '{}')",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await application.execute(statement)
    finally:
        await application.close()
    database = await Database(place.databases.app(place.name), read_pool_size=1, write_pool_size=1).open()
    async with unit_of_work(database, place.keys, system_of(centre)) as uow:
        await enqueue(uow, "count", {"subject_id": subject}, key="k")
    await database.close()
    row = await place.row("SELECT convert_from(payload, 'UTF8'), dedupe_key FROM jobs.pgqueuer")
    assert row == (f'{{"ids": {{"subject_id": "{subject}"}}, "centre": "{centre}"}}', f"{centre}:count:k")


async def test_without_a_centre_nothing_is_queued(place: Workplace) -> None:
    application = await asyncpg.connect(place.databases.app(place.name))
    try:
        assert await application.fetchval("SELECT job_enqueue('count', '{}', NULL, interval '0')") is None
    finally:
        await application.close()
    assert await place.queued() == []


async def test_workers_reach_no_more_than_the_queue_and_what_the_application_reaches(
    place: Workplace, databases: Databases
) -> None:
    assert place.address == address_for(databases.superuser, user=WORKER, database=place.name)
    worker = await asyncpg.connect(place.address)
    try:
        assert await worker.fetchval("SELECT count(*) FROM clients") == 0
        for statement in ("SELECT * FROM users", "TRUNCATE jobs.pgqueuer", "CREATE TABLE jobs.more ()"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await worker.execute(statement)
    finally:
        await worker.close()


async def test_the_queues_log_is_forgotten_but_for_what_is_queued(place: Workplace) -> None:
    centre = await place.data.a_centre()
    number = await place.queue(centre, "count")
    for job, age in ((number, 2), (number + 1, 2), (number + 2, 0.5)):
        await place.rows.execute(
            "INSERT INTO jobs.pgqueuer_log (job_id, status, priority, entrypoint, created) "
            "VALUES ($1, 'picked', 0, 'count', now() - $2::interval)",
            job,
            KEPT_FOR * age,
        )
    async with asyncpg.create_pool(place.address, min_size=1, max_size=1) as pool:
        await forget_log(pool)
    kept = await place.rows.fetch("SELECT job_id, status FROM jobs.pgqueuer_log ORDER BY job_id, id")
    assert [tuple(row) for row in kept] == [(number, "queued"), (number, "picked"), (number + 2, "picked")]
