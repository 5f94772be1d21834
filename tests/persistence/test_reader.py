"""A request's reads: one snapshot, one connection, one scope, and nothing left behind."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import Integer, bindparam, func, literal_column, select, true

from cma_graphql.access.actor import Actor, ActorKind, Sight, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import DeadlineExceeded, Unavailable
from cma_graphql.core.ids import new_id
from cma_graphql.domain.centres.models import Centre
from cma_graphql.domain.users.models import Team
from cma_graphql.persistence.database import Database, begin_and_scope
from cma_graphql.persistence.reads import AnySelect, Statement, live
from support.data import Data
from support.databases import Databases
from support.polling import until
from support.watching import WatchedDatabase

SETTINGS = ("app.centre_id", "app.client_id", "app.platform", "statement_timeout")


def _scope(_sight: Sight) -> AnySelect:
    return select(
        *(func.coalesce(func.current_setting(name, true()), literal_column("''")).label(name) for name in SETTINGS),
        func.current_setting("transaction_isolation").label("isolation"),
        func.current_setting("transaction_read_only").label("read_only"),
        func.pg_backend_pid().label("pid"),
    )


def _team_names(sight: Sight) -> AnySelect:
    return select(Team.name).where(live(Team, sight)).order_by(Team.name_key)


def _sleep(_sight: Sight) -> AnySelect:
    return select(func.pg_sleep(bindparam("seconds", type_=Integer())))


SCOPE, TEAM_NAMES, SLEEP = Statement(_scope), Statement(_team_names), Statement(_sleep)
DIVIDED = Statement(lambda _sight: select(literal_column("1/0")))


@pytest.fixture
async def one_connection(databases: Databases, database_name: str) -> AsyncIterator[WatchedDatabase]:
    """Connect to the clone by pools of one connection each."""
    opened = WatchedDatabase(databases.app(database_name))
    await opened.open()
    yield opened
    await opened.close()
    assert not any(opened.given_back), "a connection came back inside a transaction"


async def test_a_row_committed_between_two_reads_is_not_seen(database: Database, data: Data) -> None:
    centre = await data.a_centre()
    await data.a_team(centre, name="Before")
    async with database.read(system_of(centre)) as reader:
        assert [row["name"] for row in await reader.all(TEAM_NAMES)] == ["Before"]
        await data.a_team(centre, name="Between")
        assert [row["name"] for row in await reader.all(TEAM_NAMES)] == ["Before"]
        assert reader.statements == 2
    async with database.read(system_of(centre)) as reader:
        assert [row["name"] for row in await reader.all(TEAM_NAMES)] == ["Before", "Between"]


async def test_the_scope_is_the_actors_and_gone_afterwards(one_connection: WatchedDatabase) -> None:
    client = Actor(kind=ActorKind.CLIENT, centre_id=new_id(), user_id=new_id(), client_id=new_id())
    platform = Actor(
        kind=ActorKind.PLATFORM, centre_id=new_id(), user_id=new_id(), roles=frozenset({Role.SYSTEM_ADMIN})
    )
    seen: list[dict[str, Any]] = []
    for actor in (client, platform):
        async with one_connection.read(actor, timeout_ms=1234) as reader:
            row = await reader.one(SCOPE)
            assert row is not None
            seen.append(dict(row))
    assert seen[0]["pid"] == seen[1]["pid"], "both were to use the one connection"
    for shown, actor, portal, above in ((seen[0], client, str(client.client_id), ""), (seen[1], platform, "", "on")):
        assert [shown[name] for name in SETTINGS] == [str(actor.centre_id), portal, above, "1234ms"]
        assert (shown["isolation"], shown["read_only"]) == ("repeatable read", "on")
    connection = await one_connection.acquire_for_reading()
    left = [await connection.fetchval("SELECT current_setting($1, true)", name) for name in SETTINGS]
    checked = await connection.fetchval("SELECT current_setting('client_connection_check_interval')")
    await one_connection.give_back(connection)
    assert left == ["", "", "", "0"]
    assert checked == "0"


async def test_no_statement_of_a_reader_can_write(database: Database) -> None:
    created = Statement(lambda _sight: select(func.lo_create(0)))
    async with database.read(system_of(new_id())) as reader:
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await reader.all(created)


async def test_statements_of_siblings_run_one_after_the_other(one_connection: WatchedDatabase, data: Data) -> None:
    centre = await data.a_centre()
    await data.a_team(centre, name="Only")
    async with one_connection.read(system_of(centre)) as reader:
        answers = await asyncio.gather(*(reader.all(TEAM_NAMES) for _ in range(20)))
        assert [[row["name"] for row in rows] for rows in answers] == [["Only"]] * 20
        assert reader.statements == 20
    assert one_connection.acquired == 1


async def test_a_reader_that_was_never_used_takes_no_connection(one_connection: WatchedDatabase) -> None:
    async with one_connection.read(system_of(new_id())):
        pass
    assert one_connection.acquired == 0


async def test_a_slow_statement_ends_at_the_deadline(one_connection: WatchedDatabase) -> None:
    actor = system_of(new_id())
    async with one_connection.read(actor, timeout_ms=50) as reader:
        with pytest.raises(DeadlineExceeded):
            await reader.all(SLEEP, seconds=30)
    async with one_connection.read(actor) as reader:
        assert (await reader.one(SCOPE)) is not None


async def test_cancelling_ends_the_statement_on_the_server_and_the_pool_recovers(
    one_connection: WatchedDatabase, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    reader = one_connection.reader(system_of(new_id()))
    scope = await reader.one(SCOPE)
    assert scope is not None
    sleeping = asyncio.ensure_future(reader.all(SLEEP, seconds=60))
    query = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'"
    async with asyncio.timeout(5):
        while not await overseer.fetchval(query, scope["pid"]):  # noqa: ASYNC110 - asked of the server
            await asyncio.sleep(0.002)
    sleeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeping
    async with one_connection.read(system_of(new_id())) as another:
        fresh = await another.one(SCOPE)
        assert fresh is not None
        assert fresh["pid"] != scope["pid"]
    await reader.close()
    async with asyncio.timeout(5):
        # Otherwise an abandoned statement would hold its locks and its processor until it ended by itself.
        while await overseer.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", scope["pid"]):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(("statement", "refused"), [(DIVIDED, asyncpg.DivisionByZeroError)])
async def test_after_a_failed_statement_the_connection_is_not_used_again(
    one_connection: WatchedDatabase, statement: Statement, refused: type[Exception]
) -> None:
    async with one_connection.read(system_of(new_id())) as reader:
        before = await reader.one(SCOPE)
        with pytest.raises(refused):
            await reader.all(statement)
        after = await reader.one(SCOPE)
        assert before is not None
        assert after is not None
        assert before["pid"] != after["pid"]


async def test_a_connection_is_not_reused_when_its_commit_fails(
    one_connection: WatchedDatabase, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    reader = one_connection.reader(system_of(new_id()))
    scope = await reader.one(SCOPE)
    assert scope is not None
    await overseer.execute("SELECT pg_terminate_backend($1)", scope["pid"])
    await reader.close()
    assert (one_connection.given_back, one_connection.given_up) == ([], 1)
    assert one_connection.pool_sizes()["read_used"] == 0
    async with one_connection.read(system_of(new_id())) as another:
        assert (await another.one(SCOPE)) is not None


async def test_a_full_pool_answers_unavailable_in_time(databases: Databases, database_name: str) -> None:
    full = await Database(
        databases.app(database_name), read_pool_size=1, write_pool_size=1, connect_timeout_seconds=0.05
    ).open()
    try:
        async with full.read(system_of(new_id())) as first:
            await first.one(SCOPE)
            assert full.pool_sizes()["read_used"] == 1
            async with full.read(system_of(new_id())) as second:
                with pytest.raises(Unavailable):
                    await second.one(SCOPE)
            with pytest.raises(Unavailable):
                await full.ping()
        await full.ping()
        async with full.writing(system_of(new_id()), timeout_ms=1000):
            assert full.pool_sizes()["write_used"] == 1
            with pytest.raises(Unavailable):
                async with full.writing(system_of(new_id()), timeout_ms=1000):
                    pytest.fail("there is one connection only")
    finally:
        await full.close()


async def test_a_database_that_was_never_opened_is_unavailable(databases: Databases, database_name: str) -> None:
    unopened = Database(databases.app(database_name), read_pool_size=1, write_pool_size=1)
    with pytest.raises(Unavailable):
        await unopened.ping()
    assert unopened.pool_sizes() == {"read_open": 0, "read_used": 0, "write_open": 0, "write_used": 0}
    await unopened.close()


class _Quoted(str):
    """A text that pretends to be a key."""

    __slots__ = ()

    @property
    def bytes(self) -> "_Quoted":
        return self

    @property
    def int(self) -> "_Quoted":
        return self


class _Boasting(UUID):
    """A key that speaks for itself."""

    def __str__(self) -> str:
        return "'; DROP TABLE clients; --"

    def __format__(self, _specification: str) -> str:
        return str(self)


EVIL: Any = _Quoted("'; SET LOCAL app.platform = 'on'; --")


@pytest.mark.parametrize("field", ["centre_id", "client_id"])
def test_only_keys_get_into_the_scope(field: str) -> None:
    given: dict[str, Any] = {"centre_id": new_id(), "user_id": new_id(), "client_id": new_id()}
    for evil in (EVIL, "00000000-0000-7000-8000-000000000001", b"0" * 16, 5):
        with pytest.raises(TypeError):
            begin_and_scope(Actor(kind=ActorKind.CLIENT, **{**given, field: evil}), mode="READ ONLY", timeout_ms=1)
    boasting = _Boasting(int=given[field].int)
    composed = begin_and_scope(
        Actor(kind=ActorKind.CLIENT, **{**given, field: boasting}), mode="READ ONLY", timeout_ms=1
    )
    assert composed == begin_and_scope(Actor(kind=ActorKind.CLIENT, **given), mode="READ ONLY", timeout_ms=1)
    assert composed.count("'") == 4


@pytest.mark.parametrize("timeout", ["1", EVIL, 1.5, True, None])
def test_only_a_whole_number_is_a_timeout(timeout: Any) -> None:
    with pytest.raises(TypeError):
        begin_and_scope(system_of(new_id()), mode="READ WRITE", timeout_ms=timeout)


@pytest.mark.parametrize("mode", ["READ ONLY; SELECT 1", "", "read only"])
def test_there_are_two_modes(mode: str) -> None:
    with pytest.raises(KeyError):
        begin_and_scope(system_of(new_id()), mode=mode, timeout_ms=1)


def test_what_begins_a_transaction() -> None:
    actor = Actor(
        kind=ActorKind.STAFF,
        centre_id=UUID("01900000-0000-7000-8000-00000000000a"),
        user_id=UUID("01900000-0000-7000-8000-00000000000b"),
    )
    assert begin_and_scope(actor, mode="READ WRITE", timeout_ms=10_000) == (
        "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
        "SET LOCAL app.centre_id = '01900000-0000-7000-8000-00000000000a';"
        "SET LOCAL client_connection_check_interval = 1000;"
        "SET LOCAL statement_timeout = 10000"
    )


async def test_values_come_as_python_has_them(database: Database, data: Data) -> None:
    centre = await data.a_centre(settings={"hours": [9, 17], "open": True})
    statement = Statement(
        lambda _sight: select(Centre.settings, Centre.id, literal_column("DATE '2026-03-31'").label("day")).select_from(
            Centre
        )
    )
    async with database.read(system_of(centre)) as reader:
        row = await reader.one(statement)
    assert row is not None
    assert row["settings"] == {"hours": [9, 17], "open": True}
    assert row["id"] == centre
    assert row["day"] == date(2026, 3, 31)
    assert await _nothing(database) is None


async def _nothing(database: Database) -> object:
    async with database.read(system_of(new_id())) as reader:
        return await reader.one(TEAM_NAMES)


async def test_waiting_is_over_when_the_database_closes(databases: Databases, database_name: str) -> None:
    closing = WatchedDatabase(databases.app(database_name))
    await closing.open()
    reader = closing.reader(system_of(new_id()))
    sleeping = asyncio.ensure_future(reader.all(SLEEP, seconds=60))
    await until(lambda: closing.acquired == 1)
    sleeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeping
    await closing.close()
    assert (closing.given_back, closing.given_up) == ([], 1)
