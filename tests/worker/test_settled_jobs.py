"""Jobs that were given up go a while after somebody has settled them; the worker alone may delete them."""

from datetime import timedelta

import pytest

from cma_graphql.access.actor import system_of
from cma_graphql.core.clock import now
from cma_graphql.domain.jobs.upkeep import MOST_AT_ONCE, SETTLED_KEPT_FOR, forget_settled_jobs
from support.acting import Acting
from support.workers import Workplace

pytestmark = pytest.mark.own_database
DEAD = """
INSERT INTO dead_jobs (centre_id, id, name, ids, state, attempts, error, message, queued_at, died_at, settled_at,
    created_at, created_by, updated_at, updated_by)
SELECT $1, gen_random_uuid(), 'jobs.some', '{}', $2::text, 8, 'Fault', '', $3::timestamptz, $3,
    CASE WHEN $2 <> 'DEAD' THEN $3 END, $3, $1, $3, $1
FROM generate_series(1, $4)
"""
LEFT = "SELECT state FROM dead_jobs WHERE centre_id = $1 ORDER BY state"


async def test_settled_jobs_go_after_a_quarter_and_those_that_nobody_settled_stay(place: Workplace) -> None:
    acting = Acting(place.database, place.keys, place.rows)
    here, there = await place.data.a_centre(), await place.data.a_centre()
    at = now()
    old, young = at - SETTLED_KEPT_FOR - timedelta(minutes=1), at - SETTLED_KEPT_FOR + timedelta(minutes=1)
    for state, when in (("DEAD", old), ("RETRIED", old), ("DISCARDED", old), ("RETRIED", young)):
        await acting.rows.execute(DEAD, here, state, when, 1)
    await acting.rows.execute(DEAD, there, "RETRIED", old, 1)
    assert [await acting(system_of(here), forget_settled_jobs, at=at) for _ in range(2)] == [2, 0]
    assert [row["state"] for row in await acting.rows.fetch(LEFT, here)] == ["DEAD", "RETRIED"]
    assert len(await acting.rows.fetch(LEFT, there)) == 1
    assert await acting.events(here) == []


async def test_they_go_some_hundreds_at_a_time(place: Workplace) -> None:
    acting = Acting(place.database, place.keys, place.rows)
    centre, at = await place.data.a_centre(), now()
    await acting.rows.execute(DEAD, centre, "DISCARDED", at - 2 * SETTLED_KEPT_FOR, MOST_AT_ONCE + 9)
    assert [await acting(system_of(centre), forget_settled_jobs, at=at) for _ in range(3)] == [500, 9, 0]
