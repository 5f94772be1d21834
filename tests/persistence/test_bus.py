"""The bell wakes whoever listens, from any process; without it a look at the heads does, and no write waits for it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis

from cma_graphql.access.actor import system_of
from cma_graphql.core.ids import new_id
from cma_graphql.domain.users.events import TeamUpdated
from cma_graphql.persistence import bus as bus_module
from cma_graphql.persistence.bus import Bus, bell_at
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.embedded import EmbeddedValkey
from cma_graphql.persistence.event_log import read_heads
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data
from support.databases import Databases
from support.polling import until

NEVER = 3_600.0


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    """Run a Valkey that tests may kill."""
    server = EmbeddedValkey(tmp_path_factory.mktemp("bell"), durable=False)
    server.start()
    yield server
    server.stop()


@asynccontextmanager
async def a_bus(
    database: Database, valkey: EmbeddedValkey, *, polled_every: float = NEVER, silence: float = 5.0
) -> AsyncIterator[Bus]:
    """Open a bus, connected to the bell."""
    bus = await Bus(database, bell_at(valkey.url), polled_every=polled_every, silence=silence).open()
    try:
        await until(lambda: bus.connected)
        yield bus
    finally:
        await bus.close()


@pytest.fixture
async def elsewhere(databases: Databases, database_name: str) -> AsyncIterator[Database]:
    """Write as another server does, whose commits nobody here is told of."""
    opened = await Database(databases.app(database_name), read_pool_size=1, write_pool_size=1).open()
    yield opened
    await opened.close()


async def happen(database: Database, keys: CentreKeys, centre: UUID) -> None:
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        uow.record(TeamUpdated(subject_id=new_id()))


class Ear:
    """Counts how often it is woken."""

    def __init__(self) -> None:
        self.woken = 0

    def __call__(self) -> None:
        """Hear."""
        self.woken += 1


async def test_a_commit_wakes_who_listens_here_and_on_other_servers(
    database: Database, elsewhere: Database, keys: CentreKeys, data: Data, valkey: EmbeddedValkey
) -> None:
    centre, other = await data.a_centre(), await data.a_centre()
    async with a_bus(elsewhere, valkey) as writing, a_bus(database, valkey) as hearing:
        elsewhere.committed = writing.rang
        near, far, not_asked = Ear(), Ear(), Ear()
        writing.listen(centre, near)
        end = hearing.listen(centre, far)
        hearing.listen(other, not_asked)
        await happen(elsewhere, keys, centre)
        assert writing.counts["commit"] == 1
        assert near.woken
        await until(lambda: hearing.counts["bell"] == 1)
        assert far.woken

        end()
        woken = far.woken
        await happen(elsewhere, keys, centre)
        await happen(elsewhere, keys, other)
        await until(lambda: hearing.counts["bell"] == 2)
        assert not_asked.woken
        assert (far.woken, hearing.centres) == (woken, 1)


async def test_with_valkey_killed_the_look_at_the_heads_wakes_and_no_write_fails(
    database: Database, elsewhere: Database, keys: CentreKeys, data: Data, valkey: EmbeddedValkey
) -> None:
    centre = await data.a_centre()
    async with a_bus(elsewhere, valkey) as writing, a_bus(database, valkey, polled_every=0.02) as hearing:
        elsewhere.committed = writing.rang
        ear = Ear()
        hearing.listen(centre, ear)
        valkey.kill()
        try:
            await until(lambda: not hearing.connected)
            await until(lambda: ear.woken)  # at first nothing was known of the centre
            known = hearing.counts["poll"]
            await happen(elsewhere, keys, centre)
            await until(lambda: hearing.counts["poll"] > known)
            await until(lambda: writing.counts["unrung"])
        finally:
            valkey.start()
        await until(lambda: hearing.connected and writing.connected, seconds=20)
        assert hearing.counts["disconnected"] >= 1


async def test_what_was_rung_while_nobody_heard_is_looked_up_on_connecting_again(  # noqa: PLR0917 - fixtures
    database: Database,
    elsewhere: Database,
    keys: CentreKeys,
    data: Data,
    valkey: EmbeddedValkey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    centre = await data.a_centre()
    looking: list[object] = []

    async def look(*given: Any) -> Mapping[UUID, int]:
        looking.append(given)
        try:
            return await read_heads(*given)
        finally:
            looking.pop()

    monkeypatch.setattr(bus_module, "read_heads", look)
    async with a_bus(database, valkey) as hearing:
        ear = Ear()
        hearing.listen(centre, ear)
        await until(lambda: not looking and not hearing._look_now.is_set())  # as it did for having connected
        woken, looked = ear.woken, hearing.counts["poll"]
        valkey.kill()
        try:
            await until(lambda: not hearing.connected)
            await happen(elsewhere, keys, centre)
            assert ear.woken == woken
        finally:
            valkey.start()
        await until(lambda: ear.woken > woken, seconds=20)
        assert hearing.counts["poll"] == looked + 1


async def test_a_server_that_says_nothing_is_taken_for_lost(database: Database, valkey: EmbeddedValkey) -> None:
    async with a_bus(database, valkey, silence=0.2) as bus:
        assert valkey.pid is not None
        os.kill(valkey.pid, signal.SIGSTOP)
        try:
            await until(lambda: not bus.connected)
        finally:
            os.kill(valkey.pid, signal.SIGCONT)
        await until(lambda: bus.connected, seconds=20)


async def test_what_others_send_on_the_channels_harms_nobody(
    database: Database, elsewhere: Database, keys: CentreKeys, data: Data, valkey: EmbeddedValkey
) -> None:
    centre = await data.a_centre()
    async with a_bus(elsewhere, valkey) as writing, a_bus(database, valkey) as hearing:
        elsewhere.committed = writing.rang
        ear = Ear()
        hearing.listen(centre, ear)
        redis = Redis.from_url(valkey.url, socket_timeout=5)
        for channel, number in [("x", "1"), (centre.hex, "many"), (centre.hex, "999999999")]:
            await redis.publish(f"cma:events:{channel}", number)
        await redis.aclose()
        await until(lambda: hearing.counts["bell"] == 1)
        woken = ear.woken
        await happen(elsewhere, keys, centre)  # a number too high keeps no true one from being heard
        await until(lambda: hearing.counts["bell"] == 2)
        assert ear.woken > woken


async def test_a_database_that_is_away_is_looked_at_again(databases: Databases, data: Data, database_name: str) -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/none", read_pool_size=1, write_pool_size=1)
    centre = await data.a_centre()
    async with asyncio.timeout(10):
        bus = await Bus(await away.open(), None, polled_every=0.02).open()
        ear = Ear()
        bus.listen(centre, ear)
        await until(lambda: bus.counts["unpolled"] > 1)
        await away.close()
        back = await Database(databases.app(database_name), read_pool_size=1, write_pool_size=1).open()
        bus._database = back
        await until(lambda: ear.woken)
        await bus.close()
        await back.close()
