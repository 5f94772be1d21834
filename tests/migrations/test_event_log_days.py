"""The event log's days are made ahead and dropped past retention, by whoever may, and nothing is ever lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from cma_graphql.core.ids import PLATFORM_CENTRE, new_id
from cma_graphql.persistence.preparing import maintain_partitions
from support.databases import Databases

pytestmark = pytest.mark.own_database


@pytest.fixture
async def owner(databases: Databases, own_database: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Connect to a database of the test's own as its owner."""
    opened = await asyncpg.connect(databases.owner(own_database))
    yield opened
    await opened.close()


@pytest.fixture
async def today(owner: "asyncpg.Connection[asyncpg.Record]") -> date:
    """Tell the database's day."""
    day: date = await owner.fetchval("SELECT current_date")
    return day


async def days(owner: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    rows = await owner.fetch(
        "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid "
        "WHERE inhparent = 'event_log'::regclass ORDER BY 1"
    )
    return [row["relname"].removeprefix("event_log_") for row in rows]


def named(day: date) -> str:
    return f"{day:%Y%m%d}"


async def log(connection: Any, day: date, seq: int, centre: UUID = PLATFORM_CENTRE) -> None:
    await connection.execute(
        "INSERT INTO event_log (day, centre_id, seq, name, entity, subject_id, actor_kind, actor_id, version, "
        "request_id, occurred_at, changes) "
        "VALUES ($1, $2, $3, 'n', 'e', $4, 'SYSTEM', $4, 1, '', now(), '{}')",
        day,
        centre,
        seq,
        new_id(),
    )


async def where(owner: "asyncpg.Connection[asyncpg.Record]", seq: int) -> str | None:
    found: str | None = await owner.fetchval("SELECT tableoid::regclass::text FROM event_log WHERE seq = $1", seq)
    return found


async def test_the_application_makes_the_coming_days_and_again_changes_nothing(
    databases: Databases, own_database: str, owner: "asyncpg.Connection[asyncpg.Record]", today: date
) -> None:
    for _ in range(2):
        await maintain_partitions(databases.app(own_database), today=today, ahead=10, keep=7)
        assert await days(owner) == [*(named(today + timedelta(days=number)) for number in range(11)), "default"]
    made = await owner.fetchval("SELECT event_log_maintain($1, 12, 7)", today)
    assert made == 2
    rows = await owner.fetch(
        "SELECT relrowsecurity AND relforcerowsecurity AS forced FROM pg_class WHERE relispartition AND relkind = 'r'"
    )
    assert {row["forced"] for row in rows} == {True}


async def test_days_past_retention_go_and_days_within_it_stay(
    databases: Databases, own_database: str, owner: "asyncpg.Connection[asyncpg.Record]", today: date
) -> None:
    old, kept = today - timedelta(days=8), today - timedelta(days=7)
    for day in (old, kept):
        bounds = f"FROM ('{day}') TO ('{day + timedelta(days=1)}')"
        await owner.execute(f"CREATE TABLE event_log_{named(day)} PARTITION OF event_log FOR VALUES {bounds}")
        await owner.execute("SELECT event_log_confine($1)", f"event_log_{named(day)}")
    await owner.execute("CREATE TABLE event_log_other (day date)")
    for number, day in enumerate((old, kept, today), start=1):
        await log(owner, day, number)
    await maintain_partitions(databases.app(own_database), today=today, ahead=1, keep=7)
    assert named(old) not in await days(owner)
    assert named(kept) in await days(owner)
    assert [row["seq"] for row in await owner.fetch("SELECT seq FROM event_log ORDER BY seq")] == [2, 3]
    assert await owner.fetchval("SELECT to_regclass('event_log_other')::text") == "event_log_other"


async def test_a_missing_day_falls_into_the_default_one_and_is_not_lost(
    databases: Databases, own_database: str, owner: "asyncpg.Connection[asyncpg.Record]", today: date
) -> None:
    far, gone = today + timedelta(days=30), today - timedelta(days=30)
    await log(owner, far, 1)
    await log(owner, gone, 2)
    assert (await where(owner, 1), await where(owner, 2)) == ("event_log_default", "event_log_default")
    await maintain_partitions(databases.app(own_database), today=today, ahead=40, keep=7)
    assert await where(owner, 1) == "event_log_default", "a day with rows in the default one stays there"
    assert named(far) not in await days(owner)
    assert named(far + timedelta(days=1)) in await days(owner)
    await log(owner, far, 3)
    assert await where(owner, 3) == "event_log_default"
    assert await where(owner, 2) is None, "past retention it goes from the default one, too"


async def test_calls_at_the_same_time_do_it_once(
    databases: Databases, own_database: str, owner: "asyncpg.Connection[asyncpg.Record]", today: date
) -> None:
    address = databases.app(own_database)
    await asyncio.gather(*(maintain_partitions(address, today=today, ahead=20, keep=7) for _ in range(6)))
    assert len(await days(owner)) == 22


@pytest.mark.parametrize(
    ("shift", "ahead", "keep"), [(2, 7, 7), (-2, 7, 7), (36500, 1, 1), (0, 0, 7), (0, 61, 7), (0, 7, 0), (0, 7, -36500)]
)
async def test_nobody_can_drop_what_is_kept(
    databases: Databases, owner: "asyncpg.Connection[asyncpg.Record]", *, shift: int, ahead: int, keep: int
) -> None:
    before = await days(owner)
    name, today = await owner.fetchval("SELECT current_database()"), await owner.fetchval("SELECT current_date")
    with pytest.raises(asyncpg.InvalidParameterValueError):
        await maintain_partitions(databases.app(name), today=today + timedelta(days=shift), ahead=ahead, keep=keep)
    assert await days(owner) == before


async def test_the_application_reaches_no_day_past_the_log_itself(
    databases: Databases, own_database: str, owner: "asyncpg.Connection[asyncpg.Record]", today: date
) -> None:
    await log(owner, today, 1)
    app = await asyncpg.connect(databases.app(own_database))
    try:
        for statement in (
            f"TABLE event_log_{named(today)}",
            f"DROP TABLE event_log_{named(today)}",
            "TRUNCATE event_log",
            "DELETE FROM event_log",
            "UPDATE event_log SET name = 'x'",
            "SELECT event_log_confine('clients')",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(statement)
        assert await app.fetch("SELECT * FROM event_log") == []
        async with app.transaction():
            await app.execute(f"SET LOCAL app.centre_id = '{PLATFORM_CENTRE}'")
            assert [row["seq"] for row in await app.fetch("SELECT seq FROM event_log")] == [1]
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await log(app, today, 2, centre=new_id())
    finally:
        await app.close()


async def test_it_gives_up_where_the_log_is_in_use(
    databases: Databases, own_database: str, owner: "asyncpg.Connection[asyncpg.Record]", today: date
) -> None:
    await owner.execute("ALTER FUNCTION event_log_maintain SET lock_timeout = '50ms'")  # four seconds, in the product
    async with owner.transaction():
        await owner.execute("LOCK TABLE event_log IN ACCESS SHARE MODE")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await maintain_partitions(databases.app(own_database), today=today, ahead=30, keep=7)
    await maintain_partitions(databases.app(own_database), today=today, ahead=30, keep=7)
    assert named(today + timedelta(days=30)) in await days(owner)
