"""A service is run again where it lost to another transaction, and done once under a key."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.core import clock
from cma_graphql.core.errors import Invalid, NotFound, Unavailable
from cma_graphql.core.ids import new_id
from cma_graphql.domain.users.models import Team
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import Outcome, Repetition, write
from support.data import Data
from support.databases import Databases
from support.watching import WatchedDatabase

AT = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)


def the_key(key: str = "once", *, mutation: str = "teamCreate", digest: bytes = b"same") -> Repetition:
    return Repetition(mutation=mutation, key=key, input_hash=digest)


async def create_team(uow: UnitOfWork, *, name: str) -> UUID:
    team = Team(id=new_id(), name=name, name_key=name)
    uow.add(team)
    return team.id


async def names(overseer: "asyncpg.Connection[asyncpg.Record]", centre: UUID) -> list[str]:
    rows = await overseer.fetch("SELECT name FROM teams WHERE centre_id = $1 ORDER BY name_key", centre)
    return [row["name"] for row in rows]


class Creating:
    """Creates a team as one actor, under a key or without."""

    def __init__(self, database: Database, keys: CentreKeys, actor: Actor) -> None:
        self.database, self.keys, self.actor = database, keys, actor

    async def __call__(self, name: str, repetition: Repetition | None = None, **given: Any) -> Outcome:
        """Create one, by another service or as another actor where that is given."""
        actor: Actor = given.pop("actor", self.actor)
        service = given.pop("service", create_team)
        return await write(self.database, self.keys, actor, service, repetition=repetition, name=name, **given)


@pytest.fixture
async def centre(data: Data) -> UUID:
    """Make a centre."""
    return await data.a_centre()


@pytest.fixture
def create(database: Database, keys: CentreKeys, centre: UUID) -> Creating:
    """Create teams in the centre."""
    return Creating(database, keys, system_of(centre))


# Again


@pytest.mark.parametrize("state", ["40001", "40P01"])
async def test_a_lost_transaction_is_run_again(
    create: Creating, centre: UUID, overseer: "asyncpg.Connection[asyncpg.Record]", state: str
) -> None:
    attempts: list[int] = []

    async def lose_twice(uow: UnitOfWork, *, name: str) -> UUID:
        attempts.append(len(attempts))
        made = await create_team(uow, name=f"{name}{len(attempts)}")
        if len(attempts) < 3:
            await uow.flush()
            await uow.connection.execute(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$")
        return made

    outcome = await create("team", service=lose_twice)
    assert (len(attempts), outcome.replayed) == (3, False)
    assert await names(overseer, centre) == ["team3"]


async def test_after_three_attempts_it_is_unavailable_and_nothing_is_kept(
    create: Creating, centre: UUID, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    attempts: list[str] = []
    told: list[str] = []

    async def tell() -> None:
        told.append("afterwards")

    async def lose(uow: UnitOfWork, *, name: str) -> None:
        attempts.append(name)
        uow.afterwards.append(tell)
        await create_team(uow, name=name)
        await uow.flush()
        await uow.connection.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$")

    with pytest.raises(Unavailable):
        await create("team", the_key(), service=lose)
    assert (len(attempts), told) == (3, [])
    assert await names(overseer, centre) == []
    assert await overseer.fetchval("SELECT count(*) FROM idempotency_keys WHERE centre_id = $1", centre) == 0


@pytest.fixture
async def hurried(
    databases: Databases, database_name: str, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> AsyncIterator[Database]:
    """Connect by a pool whose backends look for deadlocks after 20 ms instead of a second."""
    await overseer.execute(f"ALTER ROLE cma_app IN DATABASE \"{database_name}\" SET deadlock_timeout = '20ms'")
    opened = await WatchedDatabase(databases.app(database_name), write_pool_size=2).open()
    yield opened
    await opened.close()
    await overseer.execute(f'ALTER ROLE cma_app IN DATABASE "{database_name}" RESET deadlock_timeout')


async def test_two_that_deadlock_both_succeed(
    hurried: Database, keys: CentreKeys, data: Data, centre: UUID, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    teams = [await data.a_team(centre, name=name) for name in ("a", "b")]
    both_hold_one = asyncio.Barrier(2)
    attempts: list[str] = []

    async def lock_both(uow: UnitOfWork, *, first: UUID, second: UUID, mark: str) -> None:
        attempts.append(mark)
        one = await uow.lock(Team, first)
        if attempts.count(mark) == 1:
            async with asyncio.timeout(5):
                await both_hold_one.wait()
        other = await uow.lock(Team, second)
        for team in (one, other):
            uow.change(team, name=team.name + mark)

    await asyncio.gather(
        write(hurried, keys, system_of(centre), lock_both, first=teams[0], second=teams[1], mark="x"),
        write(hurried, keys, system_of(centre), lock_both, first=teams[1], second=teams[0], mark="y"),
    )
    assert len(attempts) == 3, "one of them was to lose once"
    assert sorted(await names(overseer, centre)) in (["axy", "bxy"], ["ayx", "byx"])


async def test_a_change_past_another_ones_version_is_done_again(
    create: Creating, centre: UUID, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    team_id = await data.a_team(centre, name="a")
    attempts: list[int] = []

    async def change_without_a_lock(uow: UnitOfWork, *, name: str) -> None:
        team = await uow.get(Team, team_id)
        if not attempts:
            await overseer.execute("UPDATE teams SET version = version + 1, name = 'b' WHERE id = $1", team_id)
        attempts.append(team.version)
        uow.change(team, name=team.name + name)

    await create("!", service=change_without_a_lock)
    assert attempts == [1, 2]
    assert await names(overseer, centre) == ["b!"]


# Once


async def test_the_same_key_and_input_is_done_once(
    create: Creating, centre: UUID, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    first = await create("team", the_key())
    again = await create("team", the_key())
    assert (first.replayed, len(first.subject_ids), first.returned) == (False, 1, first.subject_ids[0])
    assert again == Outcome(first.subject_ids, None, replayed=True)
    assert await names(overseer, centre) == ["team"]


async def test_another_input_under_the_same_key_is_refused(
    create: Creating, centre: UUID, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await create("team", the_key())
    with pytest.raises(Invalid) as refused:
        await create("other", the_key(digest=b"different"))
    assert (refused.value.field, refused.value.rule) == ("idempotency_key", "idempotency-key-reused")
    assert await names(overseer, centre) == ["team"]


async def test_a_key_is_the_actors_the_mutations_and_the_centres(
    create: Creating, data: Data, centre: UUID, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    somebody, elsewhere = await data.a_member(centre), await data.a_centre()
    outcomes = [
        await create("1", the_key()),
        await create("2", the_key("twice")),
        await create("3", the_key(mutation="teamUpdate")),
        await create("4", the_key(), actor=somebody),
        await create("5", the_key(), actor=system_of(elsewhere)),
    ]
    assert [outcome.replayed for outcome in outcomes] == [False] * 5
    assert await names(overseer, centre) == ["1", "2", "3", "4"]
    assert await names(overseer, elsewhere) == ["5"]


async def test_a_twin_waits_and_then_replays(
    create: Creating, centre: UUID, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    may_go = asyncio.Event()
    begun = asyncio.Event()

    async def create_slowly(uow: UnitOfWork, *, name: str) -> UUID:
        begun.set()
        await may_go.wait()
        return await create_team(uow, name=name)

    first = asyncio.ensure_future(create("team", the_key(), service=create_slowly))
    await begun.wait()
    twin = asyncio.ensure_future(create("team", the_key()))
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(5):
        while not await overseer.fetchval(waits):  # noqa: ASYNC110 - asked of the server
            await asyncio.sleep(0.002)
    assert not twin.done()
    may_go.set()
    done, replay = await first, await twin
    assert (done.replayed, replay.replayed) == (False, True)
    assert done.subject_ids == replay.subject_ids
    assert await names(overseer, centre) == ["team"]


async def test_a_twin_of_one_that_fails_is_done_itself(
    create: Creating, centre: UUID, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    async def fail(uow: UnitOfWork, *, name: str) -> None:
        await create_team(uow, name=name)
        raise NotFound("team")

    with pytest.raises(NotFound):
        await create("team", the_key(), service=fail)
    assert await overseer.fetchval("SELECT count(*) FROM idempotency_keys WHERE centre_id = $1", centre) == 0
    assert (await create("team", the_key(digest=b"different"))).replayed is False
    assert await names(overseer, centre) == ["team"]


async def test_a_key_of_yesterday_is_forgotten(
    create: Creating, centre: UUID, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    with clock.stopped(AT):
        await create("1", the_key())
    with clock.stopped(AT + timedelta(hours=24)):
        assert (await create("2", the_key())).replayed is True
    with clock.stopped(AT + timedelta(hours=24, seconds=1)):
        later = await create("3", the_key(digest=b"different"))
        assert later.replayed is False
        replay = await create("3", the_key(digest=b"different"))
        assert (replay.replayed, replay.subject_ids) == (True, later.subject_ids)
    assert await names(overseer, centre) == ["1", "3"]


async def test_without_a_key_nothing_is_kept_of_it(
    create: Creating, centre: UUID, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    assert (await create("1")).replayed is False
    assert (await create("2")).replayed is False
    assert await names(overseer, centre) == ["1", "2"]
    assert await overseer.fetchval("SELECT count(*) FROM idempotency_keys WHERE centre_id = $1", centre) == 0


async def test_what_a_service_returns_names_the_subjects(create: Creating) -> None:
    one, two = new_id(), new_id()

    async def answer(_uow: UnitOfWork, *, name: Any) -> Any:
        return name

    for returned, subjects in ((None, ()), (one, (one,)), ([one, two], (one, two)), ((one, "text"), (one,))):
        outcome = await write(create.database, create.keys, create.actor, answer, name=returned)
        assert (outcome.subject_ids, outcome.returned) == (subjects, returned)
