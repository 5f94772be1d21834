"""The security log: rows of their own, and no floods."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from cma_graphql.access.actor import anonymous, system_of
from cma_graphql.core import clock
from cma_graphql.core.ids import PLATFORM_CENTRE, SYSTEM_ACTOR
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.security_log import SecurityLog
from support.data import Data

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def rows_of(data: Data, centre: UUID, address: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(data.owner)
    try:
        found: list[asyncpg.Record] = await connection.fetch(
            "SELECT * FROM security_log WHERE centre_id = $1 AND remote_address = $2 ORDER BY id", centre, address
        )
        return found
    finally:
        await connection.close()


async def test_a_row_says_who_did_what_from_where(database: Database, data: Data) -> None:
    actor = anonymous(request_id="r-1", remote_address="192.0.2.7", user_agent="tests")
    with clock.stopped(START):
        await SecurityLog(database).note(actor, "sign_in.failed", {"known": False})
    (row,) = await rows_of(data, PLATFORM_CENTRE, "192.0.2.7")
    assert (row["kind"], row["actor_kind"], row["actor_id"], row["request_id"], row["user_agent"]) == (
        "sign_in.failed",
        "ANONYMOUS",
        SYSTEM_ACTOR,
        "r-1",
        "tests",
    )
    assert (row["occurred_at"], json.loads(row["details"])) == (START, {"known": False})


async def test_a_row_is_of_the_actors_centre(database: Database, data: Data) -> None:
    centre = await data.a_centre()
    await SecurityLog(database).note(system_of(centre), "something")
    assert [row["kind"] for row in await rows_of(data, centre, "")] == ["something"]


async def test_a_flood_is_cut_and_says_so(database: Database, data: Data) -> None:
    log = SecurityLog(database)
    flood = anonymous(remote_address="192.0.2.8")
    with clock.stopped(START):
        for _ in range(63):
            await log.note(flood, "sign_in.failed")
        await log.note(flood, "link.refused")
        await log.note(anonymous(remote_address="192.0.2.9"), "sign_in.failed")
    assert len(await rows_of(data, PLATFORM_CENTRE, "192.0.2.8")) == 61
    assert len(await rows_of(data, PLATFORM_CENTRE, "192.0.2.9")) == 1
    with clock.stopped(START + timedelta(minutes=1)):
        await log.note(flood, "sign_in.failed")
    assert json.loads((await rows_of(data, PLATFORM_CENTRE, "192.0.2.8"))[-1]["details"]) == {"left_out": 3}
