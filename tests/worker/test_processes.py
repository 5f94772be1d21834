"""Workers as processes: killed in the middle, told to stop, and a database that goes away and comes back."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from cma_graphql.access.actor import system_of
from cma_graphql.domain.jobs.queue import enqueue
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.failures import DRIVER_FAULTS
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.roles import WORKER
from cma_graphql.persistence.writing import unit_of_work
from cma_graphql.worker.registry import Job
from cma_graphql.worker.worker import Worker
from support.data import Data
from support.outages import NAME, address, make_product_database, own_postgres, owners_address
from support.worker_process import GATE, count, start
from support.workers import PATIENCE, QUICK, Workplace, at_once

pytestmark = pytest.mark.own_database
WAITING = "SELECT count(*) = $1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $2 AND NOT granted"
DONE = "SELECT coalesce(max(value), 0) FROM centre_counters WHERE centre_id = $1 AND name = 'done'"


@asynccontextmanager
async def processes(place: Workplace, number: int) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Run so many workers; those that are left are killed at the end."""
    running = [await start(place.address) for _ in range(number)]
    try:
        yield running
    finally:
        for process in running:
            if process.returncode is None:
                process.kill()
            await process.communicate()


@asynccontextmanager
async def closed_gate(place: Workplace) -> AsyncIterator[asyncio.Event]:
    """Hold jobs up until the event is set."""
    keeper = await asyncpg.connect(place.databases.owner(place.name))
    await keeper.execute("SELECT pg_advisory_lock($1)", GATE)
    opened = asyncio.Event()

    async def open_when_told() -> None:
        await opened.wait()
        await keeper.execute("SELECT pg_advisory_unlock($1)", GATE)

    task = asyncio.create_task(open_when_told())
    try:
        yield opened
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await keeper.close()


async def test_a_job_whose_worker_is_killed_is_done_by_another_and_once(place: Workplace) -> None:
    centre = await place.data.a_centre()
    await place.queue(centre, "gated")
    async with closed_gate(place) as opened, processes(place, 1) as (first,):
        await place.until(WAITING, 1, GATE)
        first.send_signal(signal.SIGKILL)
        await first.wait()
        assert await place.rows.fetchval(DONE, centre) == 0
        async with processes(place, 1):
            opened.set()
            await place.until_empty()
    assert await place.rows.fetchval(DONE, centre) == 1
    steps = await place.rows.fetch("SELECT status FROM jobs.pgqueuer_log ORDER BY id")
    assert [row["status"] for row in steps] == ["queued", "picked", "picked", "successful"]


async def test_however_workers_are_killed_each_job_is_done_once(place: Workplace) -> None:
    centre, jobs = await place.data.a_centre(), 200
    await place.rows.execute(
        "INSERT INTO jobs.pgqueuer (priority, status, entrypoint, payload) "
        "SELECT 0, 'queued', 'count', "
        "convert_to(jsonb_build_object('centre', $1::uuid, 'ids', '{}'::jsonb)::text, 'UTF8') "
        "FROM generate_series(1, $2)",
        centre,
        jobs,
    )
    async with processes(place, 2) as (first, _second):
        await place.until("SELECT count(*) < $1 FROM jobs.pgqueuer", jobs - 20)
        first.kill()
        await first.wait()
        await place.until_empty()
    assert await place.rows.fetchval(DONE, centre) == jobs


async def test_sigterm_ends_a_worker_after_what_it_has_begun(place: Workplace) -> None:
    centre = await place.data.a_centre()
    await place.queue(centre, "gated")
    async with closed_gate(place) as opened, processes(place, 1) as (worker,):
        await place.until(WAITING, 1, GATE)
        worker.send_signal(signal.SIGTERM)
        await place.queue(centre, "count")
        opened.set()
        async with asyncio.timeout(PATIENCE):
            assert await worker.wait() == 0
    assert await place.rows.fetchval(DONE, centre) == 1
    assert await place.queued() == [("count", "queued", 0)]


async def test_the_command_does_what_is_due_and_says_that_it_lives(place: Workplace, tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    worker = await start(place.address, module="cma_graphql", CMA_WORKER_ALIVE=str(alive))
    try:
        await place.until("SELECT count(*) > 0 AND bool_and(ran_at IS NOT NULL) FROM jobs.schedules")
        await place.until_empty()
        async with asyncio.timeout(PATIENCE):
            while not alive.exists() or alive.read_text() != "working\n":  # noqa: ASYNC110 - a file offers no event
                await asyncio.sleep(0.01)
        worker.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            _, said = await worker.communicate()
        assert (worker.returncode, said) == (0, b"")
        assert not alive.exists()
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.communicate()


async def test_beside_a_server_it_ends_with_its_input(place: Workplace) -> None:
    worker = await start(place.address, "--with-input", module="cma_graphql")
    try:
        await place.until("SELECT count(*) > 0 AND bool_and(ran_at IS NOT NULL) FROM jobs.schedules")
        assert worker.stdin is not None
        worker.stdin.write(b"anything but the end")
        await worker.stdin.drain()
        await place.rows.execute("UPDATE jobs.schedules SET due_at = now(), ran_at = NULL")
        await place.until("SELECT count(*) > 0 AND bool_and(ran_at IS NOT NULL) FROM jobs.schedules")
        worker.stdin.close()
        async with asyncio.timeout(PATIENCE):
            assert await worker.wait() == 0
    finally:
        if worker.returncode is None:
            worker.kill()
        await worker.communicate()


async def test_without_a_database_it_waits_and_says_so(tmp_path: Path, keys: CentreKeys) -> None:
    address = "postgresql://cma_worker@127.0.0.1:1/cma"
    database = await Database(address, read_pool_size=1, write_pool_size=1).open()
    alive = tmp_path / "alive"
    worker = Worker(address=address, database=database, keys=keys, works=(), bounds=QUICK, alive=alive)
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(PATIENCE):
        while not alive.exists() or alive.read_text() != "waiting\n":  # noqa: ASYNC110 - a file offers no event
            await asyncio.sleep(0.01)
        worker.stop()
        await running
    await database.close()


async def test_it_goes_on_when_the_database_is_back(tmp_path: Path, keys: CentreKeys) -> None:
    with own_postgres(tmp_path) as server:
        await make_product_database(server)
        workers_address = server.address(user=WORKER, database=NAME)
        application = await Database(address(server), read_pool_size=2, write_pool_size=2).open()
        database = await Database(workers_address, read_pool_size=2, write_pool_size=4).open()
        centre = await Data(application, keys, owners_address(server)).a_centre()

        async def queue() -> None:
            async with unit_of_work(application, keys, system_of(centre)) as uow:
                await enqueue(uow, "count", {})

        async def until_done(number: int) -> None:
            async with asyncio.timeout(PATIENCE):
                while await looked_up() != number:  # noqa: ASYNC110 - the database offers no event
                    await asyncio.sleep(0.05)

        async def looked_up() -> int | None:
            try:
                rows = await asyncpg.connect(owners_address(server))
                try:
                    return int(await rows.fetchval(DONE, centre))
                finally:
                    await rows.close()
            except DRIVER_FAULTS:
                return None

        worker = Worker(
            address=workers_address,
            database=database,
            keys=keys,
            works=(Job("count", count),),
            bounds=QUICK,
            back_off=at_once(),
        )
        running = asyncio.create_task(worker.run())
        await queue()
        await until_done(1)
        for before in (1, 2):
            server.stop()
            async with asyncio.timeout(PATIENCE):
                while worker.state != "waiting":  # noqa: ASYNC110 - what is waited for offers no event
                    await asyncio.sleep(0.01)
            server.start()
            await queue()
            await until_done(before + 1)
        worker.stop()
        async with asyncio.timeout(PATIENCE):
            await running
        await application.close()
        await database.close()
