"""The database goes away and comes back: requests fail with one code, then work again, with the same pools."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Integer, bindparam, func, select

from cma_graphql.access.actor import system_of
from cma_graphql.core.errors import Unavailable
from cma_graphql.core.ids import new_id
from cma_graphql.domain.users.models import Team
from cma_graphql.domain.users.selectors import teams_by_id
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.embedded import EmbeddedPostgres
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.reads import Statement
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data
from support.outages import address, make_product_database, own_postgres, owners_address

SLEEP = Statement(lambda _sight: select(func.pg_sleep(bindparam("seconds", type_=Integer()))))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedPostgres]:
    """Run a PostgreSQL that the test may kill."""
    with own_postgres(tmp_path) as postgres:
        await make_product_database(postgres)
        yield postgres


@pytest.fixture
async def product(server: EmbeddedPostgres) -> AsyncIterator[Database]:
    """Connect to it by small pools."""
    opened = await Database(address(server), read_pool_size=3, write_pool_size=3, connect_timeout_seconds=2).open()
    yield opened
    await opened.close()


async def add_team(database: Database, keys: CentreKeys, centre: UUID) -> UUID:
    team_id = new_id()
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        uow.add(Team(id=team_id, name=team_id.hex, name_key=team_id.hex))
    return team_id


async def read_team(database: Database, centre: UUID, team_id: UUID) -> bool:
    async with database.read(system_of(centre)) as reader:
        (row,) = await teams_by_id(reader, [team_id])
    return row is not None


@pytest.mark.own_database
async def test_every_request_fails_alike_and_recovers_by_itself(
    server: EmbeddedPostgres, product: Database, keys: CentreKeys
) -> None:
    data = Data(product, keys, owners_address(server))
    centre = await data.a_centre()
    teams = await asyncio.gather(*(add_team(product, keys, centre) for _ in range(3)))
    await asyncio.gather(*(read_team(product, centre, team) for team in teams))  # every pool is full of connections

    async def read_slowly() -> None:
        async with product.read(system_of(centre)) as reader:
            begun.set()
            await reader.all(SLEEP, seconds=60)

    async def write_slowly() -> None:
        async with unit_of_work(product, keys, system_of(centre), timeout_ms=60_000) as uow:
            uow.add(Team(id=new_id(), name="half", name_key="half"))
            await uow.flush()
            written.set()
            await uow.connection.fetch("SELECT pg_sleep(60)")

    begun, written = asyncio.Event(), asyncio.Event()
    in_flight = [asyncio.ensure_future(read_slowly()), asyncio.ensure_future(write_slowly())]
    await begun.wait()
    await written.wait()

    await asyncio.to_thread(server.kill)
    for task in in_flight:
        with pytest.raises(Unavailable):
            await task
    for _ in range(4):
        with pytest.raises(Unavailable):
            await read_team(product, centre, teams[0])
        with pytest.raises(Unavailable):
            await add_team(product, keys, centre)
        with pytest.raises(Unavailable):
            await product.ping()
    sizes = product.pool_sizes()
    assert (sizes["read_used"], sizes["write_used"]) == (0, 0)

    await asyncio.to_thread(server.start)
    # Not one request pays for the connections that died: each pool replaces its own when it takes them.
    await product.ping()
    assert await asyncio.gather(*(read_team(product, centre, team) for team in teams)) == [True] * 3
    added = await asyncio.gather(*(add_team(product, keys, centre) for _ in range(3)))
    assert await asyncio.gather(*(read_team(product, centre, team) for team in added)) == [True] * 3
    async with product.read(system_of(centre)) as reader:
        counted = await reader.one(Statement(lambda _sight: select(func.count().label("n")).select_from(Team)))
    assert counted is not None
    assert counted["n"] == 6, "what was being written when the server died is not there"


@pytest.mark.own_database
async def test_a_server_that_starts_before_its_database_waits_for_it(
    server: EmbeddedPostgres, keys: CentreKeys
) -> None:
    await asyncio.to_thread(server.stop)
    early = await Database(address(server), read_pool_size=1, write_pool_size=1, connect_timeout_seconds=2).open()
    try:
        with pytest.raises(Unavailable):
            await early.ping()
        with pytest.raises(Unavailable):
            await add_team(early, keys, new_id())
        await asyncio.to_thread(server.start)
        await early.ping()
        data = Data(early, keys, owners_address(server))
        assert await add_team(early, keys, await data.a_centre())
    finally:
        await early.close()
