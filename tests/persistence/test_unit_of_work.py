"""A unit of work: locks, versions, numbers, seals, and what it leaves when it is rolled back."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import update

from cma_graphql.access.actor import system_of
from cma_graphql.core import clock
from cma_graphql.core.errors import AlreadyExists, Conflict, DeadlineExceeded, NotFound, Unavailable
from cma_graphql.core.events import Change, Publicity
from cma_graphql.core.ids import new_id
from cma_graphql.core.vault import SealBroken
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.users.models import Team, TeamMember
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.logs import CentreCounter
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data

AT = datetime(2026, 3, 31, 9, 30, 0, 123456, tzinfo=UTC)


async def team_row(overseer: "asyncpg.Connection[asyncpg.Record]", team_id: UUID) -> dict[str, Any]:
    """Read a team past all isolation, with the transaction that wrote it."""
    row = await overseer.fetchrow("SELECT *, xmin::text AS written_by FROM teams WHERE id = $1", team_id)
    assert row is not None
    return dict(row)


async def test_an_added_record_is_the_actors_and_dated(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre, team_id = await data.a_centre(), new_id()
    actor = await data.a_member(centre)
    with clock.stopped(AT):
        async with unit_of_work(database, keys, actor) as uow:
            added = Team(id=team_id, name="Debt", name_key="debt", centre_id=new_id(), version=9, created_by=new_id())
            changes = uow.add(added)
    assert changes == {"name": Change(None, "Debt", Publicity.TEXT), "name_key": Change(None, "debt", Publicity.TEXT)}
    row = await team_row(overseer, team_id)
    assert (row["centre_id"], row["version"], row["deleted_at"]) == (centre, 1, None)
    assert (row["created_at"], row["updated_at"]) == (AT, AT)
    assert (row["created_by"], row["updated_by"]) == (actor.user_id, actor.user_id)


async def test_a_change_counts_the_version_up_and_says_what_changed(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    team_id, actor = await data.a_team(centre, name="Debt"), await data.a_member(centre)
    before = await team_row(overseer, team_id)
    with clock.stopped(AT):
        async with unit_of_work(database, keys, actor) as uow:
            team = await uow.lock(Team, team_id, version=1)
            changes = uow.change(team, name="Debts", name_key="debts", description=None)
            await uow.flush()
            assert team.version == 2
    assert changes == {
        "name": Change("Debt", "Debts", Publicity.TEXT),
        "name_key": Change("debt", "debts", Publicity.TEXT),
    }
    after = await team_row(overseer, team_id)
    expected = {"name": "Debts", "name_key": "debts", "version": 2, "updated_at": AT, "updated_by": actor.user_id}
    assert {name: after[name] for name in after if after[name] != before[name] and name != "written_by"} == expected


async def test_changing_nothing_writes_nothing(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    team_id = await data.a_team(centre, name="Debt")
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        before = await team_row(overseer, team_id)
        team = await uow.get(Team, team_id)
        assert uow.change(team, name="Debt", description=None) == {}
    assert await team_row(overseer, team_id) == before


async def test_touching_counts_the_version_up_within_one_instant(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    actor = system_of(centre)
    with clock.stopped(AT):
        team_id = await data.a_team(centre)
        async with unit_of_work(database, keys, actor) as uow:
            uow.touch(await uow.lock(Team, team_id))
    assert (await team_row(overseer, team_id))["version"] == 2


async def test_a_stale_version_is_a_conflict_that_names_the_present_one(
    database: Database, keys: CentreKeys, data: Data
) -> None:
    centre = await data.a_centre()
    team_id = await data.a_team(centre)
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        uow.change(await uow.lock(Team, team_id, version=1), name="Other")
    with pytest.raises(Conflict) as refused:
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            await uow.lock(Team, team_id, version=1)
    assert (refused.value.table, refused.value.record_id, refused.value.current_version) == ("teams", team_id, 2)


@pytest.mark.parametrize("deleted", [False, True])
async def test_a_record_that_is_not_there_is_not_found_by_its_field(
    database: Database, keys: CentreKeys, data: Data, *, deleted: bool
) -> None:
    centre, elsewhere = await data.a_centre(), await data.a_centre()
    strangers = await data.a_team(elsewhere)
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        for missing in (new_id(), strangers):
            with pytest.raises(NotFound) as refused:
                await uow.lock(Team, missing, field="team_id", deleted=deleted)
            assert refused.value.field == "team_id"
            with pytest.raises(NotFound):
                await uow.get(Team, missing)


async def test_a_locked_record_waits_for_its_lock_but_not_for_its_children(
    database: Database, keys: CentreKeys, data: Data
) -> None:
    centre = await data.a_centre()
    team_id, member = await data.a_team(centre), await data.a_member(centre)
    async with unit_of_work(database, keys, system_of(centre)) as holding:
        await holding.lock(Team, team_id)
        # FOR UPDATE would make this wait: the foreign key's check takes FOR KEY SHARE (decision 11).
        async with unit_of_work(database, keys, system_of(centre), timeout_ms=2_000) as uow:
            uow.add(
                TeamMember(
                    id=new_id(), team_id=team_id, user_id=member.user_id, added_at=clock.now(), added_by=member.user_id
                )
            )
        with pytest.raises(DeadlineExceeded):
            async with unit_of_work(database, keys, system_of(centre), timeout_ms=50) as uow:
                await uow.lock(Team, team_id)


async def test_whoever_waited_for_a_lock_sees_what_was_committed_meanwhile(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    team_id = await data.a_team(centre)

    async def lock_again() -> int:
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            await uow.get(Team, team_id)  # the older version is in the session already
            return (await uow.lock(Team, team_id)).version

    async with unit_of_work(database, keys, system_of(centre)) as uow:
        uow.change(await uow.lock(Team, team_id), name="First")
        await uow.flush()
        waiting = asyncio.ensure_future(lock_again())
        await until_somebody_waits(overseer)
    assert await waiting == 2


async def until_somebody_waits(overseer: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Return once a backend of this database waits for a lock."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(5):
        while not await overseer.fetchval(query):  # noqa: ASYNC110 - asked of the server
            await asyncio.sleep(0.002)


async def test_deleting_hides_and_restoring_shows_again(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    team_id, actor = await data.a_team(centre), await data.a_member(centre)
    with clock.stopped(AT):
        async with unit_of_work(database, keys, actor) as uow:
            changes = uow.soft_delete(await uow.lock(Team, team_id))
    assert changes == {
        "deleted_at": Change(None, AT, Publicity.OPEN),
        "deleted_by": Change(None, actor.user_id, Publicity.OPEN),
    }
    assert (await team_row(overseer, team_id))["version"] == 2
    async with unit_of_work(database, keys, actor) as uow:
        with pytest.raises(NotFound):
            await uow.lock(Team, team_id)
        uow.change(await uow.lock(Team, team_id, deleted=True), deleted_at=None, deleted_by=None)
    async with unit_of_work(database, keys, actor) as uow:
        assert (await uow.lock(Team, team_id)).version == 3
        with pytest.raises(NotFound):
            await uow.lock(Team, team_id, deleted=True)
        with pytest.raises(TypeError):
            uow.soft_delete(TeamMember(id=new_id()))


async def test_an_error_rolls_everything_back(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre, team_id = await data.a_centre(), new_id()
    with pytest.raises(ZeroDivisionError):
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            uow.add(Team(id=team_id, name="Never", name_key="never"))
            await uow.flush()
            raise ZeroDivisionError
    assert await overseer.fetchval("SELECT count(*) FROM teams WHERE centre_id = $1", centre) == 0
    assert database.pool_sizes()["write_used"] == 0


async def test_numbers_have_no_gap_under_twenty_writers_and_roll_backs(
    database: Database, keys: CentreKeys, data: Data
) -> None:
    centre = await data.a_centre()
    kept: list[int] = []

    async def take(writer: int) -> None:
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            number = await uow.next_number("case:2026")
            if writer % 3 == 0:
                raise ZeroDivisionError
            kept.append(number)

    done = await asyncio.gather(*(take(writer) for writer in range(20)), return_exceptions=True)
    assert [type(error) for error in done if error is not None] == [ZeroDivisionError] * 7
    assert sorted(kept) == list(range(1, 14))
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        assert await uow.next_number("case:2026") == 14
        assert await uow.next_number("case:2027") == 1


async def test_counters_of_two_centres_do_not_meet(database: Database, keys: CentreKeys, data: Data) -> None:
    for centre in (await data.a_centre(), await data.a_centre()):
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            assert await uow.next_number("client") == 1


async def test_a_sealed_value_opens_in_its_own_place_only(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    client_id = await data.a_client(centre, safe_contact_note="Not before noon")
    stored = await overseer.fetchval("SELECT safe_contact_note FROM clients WHERE id = $1", client_id)
    assert b"noon" not in stored
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        client = await uow.lock(Client, client_id)
        assert await uow.unseal(client, "safe_contact_note") == "Not before noon"
        assert await uow.unseal(client, "national_insurance_number") is None
        assert await uow.seal(client, "safe_contact_note", None) is None
        again = await uow.seal(client, "safe_contact_note", "Not before noon")
        assert again != stored
        client.date_of_birth = stored
        with pytest.raises(SealBroken):
            await uow.unseal(client, "date_of_birth")
        client.date_of_birth = None


async def test_a_taken_value_already_exists(database: Database, keys: CentreKeys, data: Data) -> None:
    centre, elsewhere = await data.a_centre(), await data.a_centre()
    await data.a_team(centre, name="Debt")
    with pytest.raises(AlreadyExists):
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            uow.add(Team(id=new_id(), name="Debt", name_key="debt"))
    await data.a_team(elsewhere, name="Debt")


async def test_a_swallowed_failure_is_not_taken_for_a_commit(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    await data.a_team(centre, name="Debt")
    told: list[str] = []

    async def tell() -> None:
        told.append("committed")

    with pytest.raises(RuntimeError, match="nothing was committed"):
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            uow.afterwards.append(tell)
            with pytest.raises(AlreadyExists):
                await _add_and_send(uow, Team(id=new_id(), name="Debt", name_key="debt"))
            uow._kept.forget()
    assert told == []
    assert await overseer.fetchval("SELECT count(*) FROM teams WHERE centre_id = $1", centre) == 1


async def _add_and_send(uow: UnitOfWork, team: Team) -> None:
    uow.add(team)
    await uow.flush()


async def test_what_comes_afterwards_comes_after_the_commit(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre, team_id = await data.a_centre(), new_id()
    seen: list[object] = []

    async def look() -> None:
        seen.append(await overseer.fetchval("SELECT count(*) FROM teams WHERE id = $1", team_id))
        seen.append(database.pool_sizes()["write_used"])

    async with unit_of_work(database, keys, system_of(centre)) as uow:
        uow.afterwards.append(look)
        uow.add(Team(id=team_id, name="Debt", name_key="debt"))
        await uow.flush()
        assert seen == []
    assert seen == [1, 0]
    with pytest.raises(ZeroDivisionError):
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            uow.afterwards.append(look)
            raise ZeroDivisionError
    assert seen == [1, 0]


async def test_cancelling_a_unit_of_work_keeps_nothing_and_frees_its_locks(
    database: Database, keys: CentreKeys, data: Data
) -> None:
    centre = await data.a_centre()
    team_id = await data.a_team(centre, name="Before")
    locked = asyncio.Event()

    async def change_and_sleep() -> None:
        async with unit_of_work(database, keys, system_of(centre), timeout_ms=60_000) as uow:
            uow.change(await uow.lock(Team, team_id), name="Never")
            await uow.flush()
            locked.set()
            await uow.connection.fetch("SELECT pg_sleep(60)")

    working = asyncio.ensure_future(change_and_sleep())
    await locked.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert database.pool_sizes()["write_used"] == 0
    async with unit_of_work(database, keys, system_of(centre), timeout_ms=5_000) as uow:
        assert (await uow.lock(Team, team_id)).name == "Before"


async def test_a_backend_that_is_ended_is_unavailable(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    with pytest.raises(Unavailable):
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            pid = await uow.connection.driver.fetchval("SELECT pg_backend_pid()")
            await overseer.execute("SELECT pg_terminate_backend($1)", pid)
            await uow.connection.fetch("SELECT 1")
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        assert await uow.connection.driver.fetchval("SELECT pg_backend_pid()") != pid


async def test_a_connection_lost_while_it_lay_in_the_pool_fails_no_request(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        pid = await uow.connection.driver.fetchval("SELECT pg_backend_pid()")
        driver = uow.connection.driver
    await overseer.execute("SELECT pg_terminate_backend($1)", pid)
    async with asyncio.timeout(5):
        while not driver.is_closed():  # noqa: ASYNC110 - the loop has to read the socket
            await asyncio.sleep(0.002)
    for _ in range(5):
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            assert await uow.connection.driver.fetchval("SELECT 1") == 1


async def test_an_update_of_many_rows_stays_in_the_centre(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    ours, theirs = await data.a_team(here), await data.a_team(there)
    async with unit_of_work(database, keys, system_of(here)) as uow:
        assert await uow.run_update(Team, Team.name.is_not(None), description="Changed") == 1
        assert await uow.connection.count(update(CentreCounter).values(value=0)) == 0
    assert (await team_row(overseer, ours))["description"] == "Changed"
    assert (await team_row(overseer, theirs))["description"] is None


async def test_another_centre_cannot_be_written_to(database: Database, keys: CentreKeys, data: Data) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    stamp = clock.now() - timedelta(days=1)
    statement = (
        "INSERT INTO teams (centre_id, id, name, name_key, created_at, created_by, updated_at, updated_by) "
        "VALUES ($1, $2, 'x', 'x', $3, $2, $3, $2)"
    )
    with pytest.raises(Exception, match="row-level security"):
        async with unit_of_work(database, keys, system_of(here)) as uow:
            await uow.connection.execute(statement, [there, new_id(), stamp])
