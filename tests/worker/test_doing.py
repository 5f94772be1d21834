"""Jobs are done once, by somebody; what fails is tried again, then kept for a person to look at."""

import asyncio
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from cma_graphql.access.actor import system_of
from cma_graphql.core.errors import NotFound
from cma_graphql.core.ids import new_id
from cma_graphql.domain.jobs.queue import enqueue
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import unit_of_work
from cma_graphql.worker.back_off import BackOff
from cma_graphql.worker.registry import Job, by_name
from support.polling import until
from support.workers import STEADY, Workplace, at_once

pytestmark = pytest.mark.own_database


async def count_one(uow: UnitOfWork) -> None:
    """Count, in the transaction, how often it was done."""
    await uow.next_number("done")


async def done(place: Workplace, centre: UUID) -> int:
    (number,) = await place.row(
        "SELECT coalesce(max(value), 0) FROM centre_counters WHERE centre_id = $1 AND name = 'done'", centre
    )
    return int(number)


async def test_a_job_is_done_as_the_system_actor_of_its_centre(place: Workplace) -> None:
    one, other = await place.data.a_centre(), await place.data.a_centre()
    subject, seen = new_id(), []

    async def look(uow: UnitOfWork, *, subject_id: UUID) -> None:
        seen.append((uow.actor.kind, uow.actor.centre_id, uow.actor.request_id, subject_id))
        await uow.next_number("done")

    number = await place.queue(one, "look", subject_id=subject)
    worker = place.worker([Job("look", look)])
    async with place.working(worker):
        await place.until_empty()
    assert seen == [("SYSTEM", one, f"job-{number}", subject)]
    assert (await done(place, one), await done(place, other)) == (1, 0)
    assert worker.counts.number("look", "done") == 1
    history = await place.rows.fetch("SELECT status, traceback FROM jobs.pgqueuer_log ORDER BY id")
    assert [tuple(row) for row in history] == [("queued", None), ("picked", None), ("successful", None)]


async def test_a_job_exists_exactly_when_its_transaction_commits(place: Workplace) -> None:
    centre = await place.data.a_centre()
    with pytest.raises(NotFound):
        async with unit_of_work(place.database, place.keys, system_of(centre)) as uow:
            await enqueue(uow, "count", {})
            raise NotFound
    assert await place.queued() == []
    async with unit_of_work(place.database, place.keys, system_of(centre)) as uow:
        await enqueue(uow, "count", {})
        assert await place.queued() == []
    assert await place.queued() == [("count", "queued", 0)]


async def test_several_workers_do_each_job_once(place: Workplace) -> None:
    centres = [await place.data.a_centre() for _ in range(3)]
    for centre in centres:
        for _ in range(20):
            await place.queue(centre, "count")
    async with place.working(*(place.worker([Job("count", count_one)]) for _ in range(3))):
        await place.until_empty()
    assert [await done(place, centre) for centre in centres] == [20, 20, 20]


async def test_the_same_work_is_not_queued_twice(place: Workplace) -> None:
    one, other = await place.data.a_centre(), await place.data.a_centre()
    first = await place.queue(one, "count", key="k")
    assert await place.queue(one, "count", key="k") == first
    assert await place.queue(one, "count", key="another") != first
    assert await place.queue(other, "count", key="k") != first
    assert await place.queue(one, "count") != await place.queue(one, "count")
    async with place.working(place.worker([Job("count", count_one)])):
        await place.until_empty()
    assert (await done(place, one), await done(place, other)) == (4, 1)


async def test_what_is_queued_while_its_twin_is_done_is_done_afterwards(place: Workplace) -> None:
    centre = await place.data.a_centre()
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(uow: UnitOfWork) -> None:
        begun.set()
        await go_on.wait()
        await uow.next_number("done")

    first = await place.queue(centre, "slow", key="k")
    async with place.working(place.worker([Job("slow", slow)])):
        async with asyncio.timeout(10):
            await begun.wait()
        assert await place.queue(centre, "slow", key="k") != first
        go_on.set()
        await place.until_empty()
    assert await done(place, centre) == 2


async def test_a_job_waits_for_whoever_queues_its_twin(place: Workplace) -> None:
    """What the second transaction wrote is there when the job begins, though the first one queued it."""
    centre = await place.data.a_centre()
    await place.queue(centre, "count", key="k")
    worker = place.worker([Job("count", count_one)])
    async with unit_of_work(place.database, place.keys, system_of(centre)) as uow:
        await enqueue(uow, "count", {}, key="k")
        async with place.working(worker):
            await place.until(
                "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'cma-queue' "
                "AND query LIKE 'LISTEN%' AND datname = current_database()"
            )
        assert await done(place, centre) == 0
    async with place.working(place.worker([Job("count", count_one)])):
        await place.until_empty()
    assert await done(place, centre) == 1


async def test_a_failure_is_tried_again_and_leaves_nothing_behind(place: Workplace) -> None:
    centre = await place.data.a_centre()
    attempts: list[int] = []

    async def fails_twice(uow: UnitOfWork) -> None:
        attempts.append(await uow.next_number("done"))
        if len(attempts) < 3:
            raise ValueError("Mary Smith of 12 Elm Road")

    await place.queue(centre, "fails")
    worker = place.worker([Job("fails", fails_twice)], bounds=STEADY)
    async with place.working(worker):
        await place.until_empty()
    assert attempts == [1, 1, 1]
    assert await done(place, centre) == 1
    assert (worker.counts.number("fails", "failed"), worker.counts.number("fails", "done")) == (2, 1)
    assert await place.rows.fetchval("SELECT count(*) FROM dead_jobs") == 0
    assert "Smith" not in str([tuple(row) for row in await place.rows.fetch("SELECT * FROM jobs.pgqueuer_log")])


async def test_after_the_last_attempt_it_is_kept_without_a_word_about_anybody(place: Workplace) -> None:
    centre, subject = await place.data.a_centre(), new_id()

    async def always_fails(_uow: UnitOfWork, *, subject_id: UUID) -> None:
        raise ValueError(f"Mary Smith of 12 Elm Road, {subject_id}")

    await place.queue(centre, "fails", subject_id=subject)
    worker = place.worker([Job("fails", always_fails)], bounds=STEADY)
    async with place.working(worker):
        await place.until_empty()
    (found,) = await place.rows.fetch("SELECT * FROM dead_jobs")
    row = dict(found)
    assert (row["centre_id"], row["name"], row["state"], row["attempts"]) == (centre, "fails", "DEAD", 3)
    assert row["ids"] == f'{{"subject_id": "{subject}"}}'
    assert row["error"] == "builtins.ValueError"
    assert row["message"].startswith("Raised at ")
    assert row["message"].endswith(" always_fails.")
    assert row["queued_at"] < row["died_at"]
    assert "Smith" not in str(row)
    assert (worker.counts.number("fails", "failed"), worker.counts.number("fails", "given_up")) == (2, 1)
    events = await place.rows.fetch("SELECT name, actor_kind, subject_id FROM event_log WHERE centre_id = $1", centre)
    assert [tuple(event) for event in events] == [("job.died", "SYSTEM", row["id"])]
    assert await place.rows.fetchval("SELECT count(*) FROM audit_logs WHERE action = 'job.died'") == 1


async def test_a_refusal_of_the_products_is_kept_in_its_own_words(place: Workplace) -> None:
    centre = await place.data.a_centre()

    async def refuses(_uow: UnitOfWork) -> None:
        raise NotFound("case_id")

    await place.queue(centre, "refuses")
    async with place.working(place.worker([Job("refuses", refuses)], back_off=at_once(attempts=1))):
        await place.until_empty()
    error, message, attempts = await place.row("SELECT error, message, attempts FROM dead_jobs")
    assert (error, attempts) == ("cma_graphql.core.errors.NotFound", 1)
    assert message.startswith("There is no such record. Raised at ")


async def test_jobs_that_this_worker_does_not_know_stay_for_another(place: Workplace) -> None:
    centre = await place.data.a_centre()
    await place.queue(centre, "unknown")
    await place.queue(centre, "count")
    async with place.working(place.worker([Job("count", count_one)])):
        await place.until("SELECT count(*) = 1 FROM jobs.pgqueuer")
    assert await place.queued() == [("unknown", "queued", 0)]


async def test_an_unreadable_job_is_put_back(place: Workplace) -> None:
    await place.rows.execute(
        "INSERT INTO jobs.pgqueuer (priority, status, entrypoint, payload) VALUES (0, 'queued', 'count', 'nonsense')"
    )
    worker = place.worker([Job("count", count_one)])
    async with place.working(worker):
        await place.until("SELECT attempts = 1 FROM jobs.pgqueuer")
    assert await place.queued() == [("count", "queued", 1)]
    assert worker.counts.number("count", "unreadable") == 1


async def test_told_to_stop_a_worker_ends_what_it_has_begun(place: Workplace) -> None:
    centre = await place.data.a_centre()
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(uow: UnitOfWork) -> None:
        begun.set()
        await go_on.wait()
        await uow.next_number("done")

    await place.queue(centre, "slow")
    worker = place.worker([Job("slow", slow)])
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(20):
        await begun.wait()
        worker.stop()
        await place.queue(centre, "slow")
        go_on.set()
        await running
    assert await done(place, centre) == 1
    assert await place.queued() == [("slow", "queued", 0)]


@pytest.mark.parametrize("drain", [timedelta(0), timedelta(milliseconds=50)])
async def test_what_does_not_end_in_time_is_left_to_others_at_once(place: Workplace, drain: timedelta) -> None:
    """Whether the time is over before the queue's manager waits for its jobs, or while it does."""
    centre, begun = await place.data.a_centre(), asyncio.Event()

    async def endless(uow: UnitOfWork) -> None:
        await uow.next_number("done")
        begun.set()
        await asyncio.Event().wait()

    await place.queue(centre, "work")
    bounds = place.worker([]).bounds
    hasty = type(bounds)(lease=timedelta(minutes=5), look_every=bounds.look_every, drain=drain)
    worker = place.worker([Job("work", endless)], bounds=hasty)
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(20):
        await begun.wait()
        worker.stop()
        await running
    assert await place.queued() == [("work", "queued", 0)]
    assert await done(place, centre) == 0
    async with place.working(place.worker([Job("work", count_one)])):
        await place.until_empty()
    assert await done(place, centre) == 1


async def test_a_worker_taken_for_dead_takes_its_work_back(place: Workplace) -> None:
    centre, begun, go_on = await place.data.a_centre(), asyncio.Event(), asyncio.Event()

    async def slow(uow: UnitOfWork) -> None:
        await uow.next_number("done")
        begun.set()
        await go_on.wait()

    number = await place.queue(centre, "work")
    worker = place.worker([Job("work", slow)])
    async with place.working(worker):
        async with asyncio.timeout(20):
            await begun.wait()
        other = new_id()
        await place.rows.execute("UPDATE jobs.pgqueuer SET queue_manager_id = $2 WHERE id = $1", number, other)
        go_on.set()
        await until(lambda: worker.counts.number("work", "taken"), seconds=20)
    assert await done(place, centre) == 0
    assert await place.rows.fetchval("SELECT queue_manager_id FROM jobs.pgqueuer") == other


async def test_a_job_whose_workers_all_died_is_given_up(place: Workplace) -> None:
    centre = await place.data.a_centre()
    number = await place.queue(centre, "count")
    await place.rows.execute(
        "INSERT INTO jobs.pgqueuer_log (job_id, status, priority, entrypoint) "
        "SELECT $1, 'picked', 0, 'count' FROM generate_series(1, 3)",
        number,
    )
    async with place.working(place.worker([Job("count", count_one)])):
        await place.until_empty()
    row = await place.row("SELECT error, message, attempts FROM dead_jobs")
    assert row == ("cma_graphql.worker.doing.WorkerLost", "The worker ended in the middle of each attempt.", 3)
    assert await done(place, centre) == 0


def test_waits_double_up_to_a_bound_and_differ() -> None:
    back_off = BackOff(Random(1), timedelta(seconds=10), timedelta(seconds=60), 6)  # noqa: S311 - spreads retries
    waits = [back_off.after(attempt) for attempt in range(1, 7)]
    assert waits[-1] is None
    for wait, whole in zip(waits, (10, 20, 40, 60, 60), strict=False):
        assert wait is not None
        assert timedelta(seconds=whole / 2) <= wait <= timedelta(seconds=whole)
    assert waits[3] != waits[4]
    assert [back_off.after(1) for _ in range(3)] != [waits[0]] * 3


def test_no_two_jobs_have_one_name() -> None:
    with pytest.raises(ValueError, match="same name"):
        by_name([Job("count", count_one), Job("count", count_one)])
