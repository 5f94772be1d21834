"""Upkeep falls due in every active centre: once, however many workers look, and once after a pause."""

import asyncio
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from inspect import iscoroutinefunction
from uuid import UUID

import pytest

from cma_graphql import domain
from cma_graphql.core.clock import now
from cma_graphql.core.ids import PLATFORM_CENTRE
from cma_graphql.domain.jobs.upkeep import forget_idempotency_keys
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.worker.registry import CROSSINGS, EVERYTHING, FULL, UPKEEP, Crossing, Upkeep
from support.everything import import_all_of
from support.workers import Workplace

pytestmark = pytest.mark.own_database
HOURLY = timedelta(hours=1)
RAN = "SELECT ran_at IS NOT NULL FROM jobs.schedules WHERE name = $1"


class Diary:
    """An upkeep that notes where it was called."""

    def __init__(self, *answers: int) -> None:
        self.centres: list[UUID] = []
        self.instants: list[datetime] = []
        self.answers = list(answers)

    async def note(self, uow: UnitOfWork, at: datetime) -> int:
        """Note the centre."""
        assert uow.actor.kind == "SYSTEM"
        self.centres.append(uow.actor.centre_id)
        self.instants.append(at)
        await uow.next_number("upkeep")
        return self.answers.pop(0) if self.answers else 0


async def test_it_runs_in_every_active_centre(place: Workplace) -> None:
    active = {await place.data.a_centre() for _ in range(2)} | {PLATFORM_CENTRE}
    closed = await place.data.a_centre()
    await place.rows.execute("UPDATE centres SET status = 'CLOSED' WHERE id = $1", closed)
    diary, begun = Diary(), now()
    upkeep = Upkeep(diary.note, every=HOURLY)
    async with place.working(place.worker([upkeep])):
        await place.until(RAN, upkeep.name)
        await place.until_empty()
    assert len(diary.centres) == 3
    assert set(diary.centres) == active
    assert all(begun <= at <= now() for at in diary.instants)


async def test_several_workers_run_it_once(place: Workplace) -> None:
    await place.data.a_centre()
    diaries = [Diary() for _ in range(4)]
    workers = [place.worker([Upkeep(diary.note, every=HOURLY)]) for diary in diaries]
    async with place.working(*workers):
        await place.until("SELECT ran_at IS NOT NULL FROM jobs.schedules")
        await place.until_empty()
        await place.until(
            "SELECT count(*) = 4 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
        )
    assert sum(len(diary.centres) for diary in diaries) == 2
    assert await place.rows.fetchval("SELECT count(*) FROM jobs.pgqueuer_log WHERE status = 'successful'") == 2


async def test_what_was_missed_is_caught_up_once_and_keeps_its_beat(place: Workplace) -> None:
    diary = Diary()
    upkeep = Upkeep(diary.note, every=HOURLY)
    await place.rows.execute(
        "INSERT INTO jobs.schedules (name, due_at) VALUES ($1, date_trunc('hour', now()) - interval '5 hours')",
        upkeep.name,
    )
    async with place.working(place.worker([upkeep])):
        await place.until(RAN, upkeep.name)
        await place.until_empty()
    assert diary.centres == [PLATFORM_CENTRE]
    due = await place.row(
        "SELECT due_at = date_trunc('hour', ran_at) + interval '1 hour' AS on_the_hour, due_at > now() AS ahead "
        "FROM jobs.schedules"
    )
    assert due == (True, True)


async def test_it_runs_again_when_it_is_due_again(place: Workplace) -> None:
    diary = Diary()
    async with place.working(place.worker([Upkeep(diary.note, every=timedelta(milliseconds=100))])):
        async with asyncio.timeout(20):
            while len(diary.centres) < 3:  # noqa: ASYNC110 - a list offers no event
                await asyncio.sleep(0.01)
    assert set(diary.centres) == {PLATFORM_CENTRE}


async def test_one_that_is_still_queued_is_not_queued_again(place: Workplace) -> None:
    upkeep = Upkeep(Diary().note, every=HOURLY)
    await place.rows.execute("INSERT INTO jobs.schedules (name, due_at) VALUES ($1, now())", upkeep.name)
    run = "SELECT job_schedules_run(ARRAY[$1], ARRAY[interval '1 hour'])"
    assert await place.rows.fetchval(run, upkeep.name) == 1
    assert await place.rows.fetchval(run, upkeep.name) == 0
    await place.rows.execute("UPDATE jobs.schedules SET due_at = now()")
    assert await place.rows.fetchval(run, upkeep.name) == 0
    assert await place.queued() == [(upkeep.name, "queued", 0)]


async def test_one_that_did_all_it_may_is_called_again_at_once(place: Workplace) -> None:
    diary = Diary(FULL, FULL, FULL - 1)
    upkeep = Upkeep(diary.note, every=HOURLY)
    async with place.working(place.worker([upkeep])):
        await place.until(RAN, upkeep.name)
        await place.until_empty()
    assert len(diary.centres) == 3


async def test_a_more_frequent_schedule_is_not_waited_for_longer_than_its_period(place: Workplace) -> None:
    diary = Diary()
    upkeep = Upkeep(diary.note, every=HOURLY)
    await place.rows.execute(
        "INSERT INTO jobs.schedules (name, due_at) VALUES ($1, now() + interval '7 days')", upkeep.name
    )
    async with place.working(place.worker([upkeep])):
        await place.until("SELECT due_at <= now() + interval '1 hour' FROM jobs.schedules")
    assert diary.centres == []


async def test_idempotency_keys_are_forgotten_after_a_day(place: Workplace) -> None:
    here, there = await place.data.a_centre(), await place.data.a_centre()
    at = now()
    for centre in (here, there):
        await place.rows.execute(
            "INSERT INTO idempotency_keys (centre_id, actor_id, mutation, key, input_hash, subject_ids, created_at) "
            "SELECT $1, $1, 'caseOpen', n::text, '', '{}', $2::timestamptz - n * interval '1 hour' "
            "FROM generate_series(20, 30) n",
            centre,
            at,
        )
    (upkeep,) = [it for it in UPKEEP if it.function is forget_idempotency_keys]
    assert upkeep.name == "jobs.forget_idempotency_keys"
    async with place.working(place.worker([upkeep])):
        await place.until(RAN, upkeep.name)
        await place.until_empty()
    for centre in (here, there):
        kept = await place.rows.fetch("SELECT key FROM idempotency_keys WHERE centre_id = $1 ORDER BY key", centre)
        assert [row["key"] for row in kept] == ["20", "21", "22", "23"]


async def test_every_upkeep_has_a_name_of_its_own_and_a_period() -> None:
    periodic: list[Upkeep | Crossing] = [*UPKEEP, *CROSSINGS]
    assert len({it.name for it in EVERYTHING}) == len(EVERYTHING)
    assert all(it.every >= timedelta(minutes=1) for it in periodic)


async def test_every_upkeep_that_a_room_has_is_scheduled() -> None:
    import_all_of(domain)
    written = {
        function
        for name, module in sys.modules.items()
        if name.startswith(f"{domain.__name__}.") and name.endswith(".upkeep")
        for function in vars(module).values()
        if iscoroutinefunction(function) and function.__module__ == name and not function.__name__.startswith("_")
    }
    assert written == {upkeep.function for upkeep in UPKEEP}


async def test_each_upkeep_is_its_centres_system_actors(place: Workplace) -> None:
    centre = await place.data.a_centre()
    seen: dict[str, list[tuple[str, UUID]]] = {}

    def watched(upkeep: Upkeep) -> Upkeep:
        async def function(uow: UnitOfWork, at: datetime) -> int:
            seen.setdefault(upkeep.name, []).append((uow.actor.kind, uow.actor.centre_id))
            return await upkeep.function(uow, at)

        function.__module__, function.__name__ = upkeep.function.__module__, upkeep.function.__name__
        return replace(upkeep, function=function)

    upkeeps = [watched(upkeep) for upkeep in UPKEEP]
    async with place.working(place.worker(upkeeps)):
        for upkeep in upkeeps:
            await place.until(RAN, upkeep.name)
        await place.until_empty()
    assert {name: sorted(calls) for name, calls in seen.items()} == {
        upkeep.name: sorted([("SYSTEM", centre), ("SYSTEM", PLATFORM_CENTRE)]) for upkeep in UPKEEP
    }


async def test_everything_that_falls_due_by_itself_is_done(place: Workplace) -> None:
    await place.data.a_centre()
    periodic: list[Upkeep | Crossing] = [*UPKEEP, *CROSSINGS]
    async with place.working(place.worker(periodic)):
        for work in periodic:
            await place.until(RAN, work.name)
        await place.until_empty()
    assert await place.rows.fetch("SELECT name FROM dead_jobs") == []
