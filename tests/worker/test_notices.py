"""What rules of templates ask for is done by workers: once, however many there are and whenever they are killed."""

import signal
from typing import Any

import asyncpg
import pytest

from cma_graphql.domain.case_templates.kinds import NotificationMoment
from cma_graphql.domain.workflow.telling import NOTICES
from cma_graphql.worker.registry import JOBS
from support.acting import Acting
from support.stages import Floor, a_floor
from support.templates import a_rule, with_rules
from support.worker_process import start
from support.workers import Workplace

pytestmark = pytest.mark.own_database
READY = NotificationMoment.STAGE_READY
HELD_UP = """
SELECT EXISTS (SELECT FROM jobs.pgqueuer WHERE entrypoint = $1 AND status = 'picked')
    AND EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database())
"""
AGAIN = """
INSERT INTO notices (centre_id, id, case_id, rule_id, moment, channel, stage_id, occasion, user_id, given_at)
SELECT centre_id, gen_random_uuid(), case_id, rule_id, moment, channel, stage_id, occasion, user_id, given_at
FROM notices WHERE case_id = $1
"""


@pytest.fixture
async def floor(place: Workplace) -> Floor:
    """Have a case by a template whose rule gives its advisor a task; the job for it is queued."""
    made = await a_floor(place.data, Acting(place.database, place.keys, place.rows), begun=False)
    await with_rules(place.data, made.manager, made.case_id, [a_rule(READY)])
    return made


async def outcome(place: Workplace, floor: Floor) -> tuple[Any, ...]:
    """Count the notices, tasks and events of the case's rule."""
    return await place.row(
        "SELECT (SELECT count(*) FROM notices WHERE case_id = $1), (SELECT count(*) FROM tasks WHERE case_id = $1), "
        "(SELECT count(*) FROM event_log WHERE case_id = $1 AND name = 'stage.notified')",
        floor.case_id,
    )


async def test_a_worker_does_what_the_change_queued(place: Workplace, floor: Floor) -> None:
    assert await place.queued() == [(NOTICES, "queued", 0)]
    worker = place.worker(JOBS)
    async with place.working(worker):
        await place.until_empty()
    assert await outcome(place, floor) == (1, 1, 1)
    assert worker.counts.number(NOTICES, "done") == 1


async def test_run_again_and_by_several_workers_at_once_it_is_done_once(place: Workplace, floor: Floor) -> None:
    for _ in range(20):
        await place.queue(floor.centre, NOTICES, case_id=floor.case_id)
    workers = [place.worker(JOBS) for _ in range(3)]
    async with place.working(*workers):
        await place.until_empty()
    assert await outcome(place, floor) == (1, 1, 1)
    assert sum(worker.counts.number(NOTICES, "done") for worker in workers) == 21
    assert await place.rows.fetchval("SELECT count(*) FROM dead_jobs") == 0


async def test_a_worker_killed_in_the_middle_leaves_it_to_another(place: Workplace, floor: Floor) -> None:
    keeper = await asyncpg.connect(place.databases.owner(place.name))
    holding = keeper.transaction()
    await holding.start()
    await keeper.execute("SELECT set_config('app.centre_id', $1, true)", str(floor.centre))
    assert await keeper.fetchval("SELECT 1 FROM cases WHERE id = $1 FOR UPDATE", floor.case_id) == 1
    first = await start(place.address, module="cma_graphql")
    try:
        await place.until(HELD_UP, NOTICES)
        first.send_signal(signal.SIGKILL)
        await first.wait()
    finally:
        await holding.rollback()
        await keeper.close()
        if first.returncode is None:
            first.kill()
        await first.communicate()
    assert await outcome(place, floor) == (0, 0, 0)
    async with place.working(place.worker(JOBS)):
        await place.until("SELECT count(*) = 0 FROM jobs.pgqueuer WHERE entrypoint = $1", NOTICES)
    assert await outcome(place, floor) == (1, 1, 1)
    steps = await place.rows.fetch("SELECT status FROM jobs.pgqueuer_log WHERE entrypoint = $1 ORDER BY id", NOTICES)
    assert [row["status"] for row in steps] == ["queued", "picked", "picked", "successful"]


async def test_it_is_told_once_even_where_a_service_forgot_to_look(place: Workplace, floor: Floor) -> None:
    async with place.working(place.worker(JOBS)):
        await place.until_empty()
    with pytest.raises(asyncpg.UniqueViolationError, match="notices_centre_id_rule_id_key"):
        await place.rows.execute(
            AGAIN,
            floor.case_id,
        )
