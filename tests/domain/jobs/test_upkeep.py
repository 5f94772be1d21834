"""Keys of mutations are deleted once they are not replayed any more, a centre at a time."""

from datetime import timedelta
from uuid import UUID

from cma_graphql.access.actor import system_of
from cma_graphql.core.clock import now
from cma_graphql.domain.jobs.upkeep import MOST_AT_ONCE, forget_idempotency_keys
from cma_graphql.persistence.writing import REPLAYED_FOR, unit_of_work
from support.acting import Acting
from support.data import Data

KEYS = """
INSERT INTO idempotency_keys (centre_id, actor_id, mutation, key, input_hash, subject_ids, created_at)
SELECT $1, $1, 'caseOpen', n::text, '', '{}', $2::timestamptz + n * interval '1 second' FROM generate_series(0, $3) n
"""
KEPT = "SELECT count(*) FROM idempotency_keys WHERE centre_id = $1"


async def forget(acting: Acting, centre: UUID) -> int:
    number: int = await acting(system_of(centre), forget_idempotency_keys, at=now())
    return number


async def test_those_past_their_day_go_some_hundreds_at_a_time(data: Data, acting: Acting) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    long_ago = now() - REPLAYED_FOR - timedelta(hours=1)
    for centre in (here, there):
        await acting.rows.execute(KEYS, centre, long_ago, MOST_AT_ONCE + 9)
    await acting.rows.execute(
        "UPDATE idempotency_keys SET created_at = $2 WHERE centre_id = $1 AND key = '0'", here, now()
    )
    assert [await forget(acting, here) for _ in range(3)] == [500, 9, 0]
    assert await acting.rows.fetchval(KEPT, here) == 1
    assert await acting.rows.fetchval(KEPT, there) == MOST_AT_ONCE + 10
    assert await acting.events(here) == []


async def test_one_that_is_being_claimed_anew_is_left(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    await acting.rows.execute(KEYS, centre, now() - REPLAYED_FOR - timedelta(hours=1), 1)
    async with unit_of_work(acting.database, acting.keys, system_of(centre)) as uow:
        await uow.connection.execute("SELECT 1 FROM idempotency_keys WHERE key = '1' FOR UPDATE")
        assert await forget(acting, centre) == 1
    left = await acting.rows.fetch("SELECT key FROM idempotency_keys WHERE centre_id = $1", centre)
    assert [row["key"] for row in left] == ["1"]
