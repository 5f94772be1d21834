"""The peers' role is let in under the same row security; multiplied records belong to one another."""

from collections.abc import AsyncIterator
from io import StringIO
from random import Random

import asyncpg
import pytest

from cma_graphql.demo.filling.network import NetworkFiller
from cma_graphql.demo.progress import Progress
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.preparing import address_for
from growing import multiply
from preparing import PEER, READ, let_peers_in
from support.databases import Databases

CASES = 60


@pytest.fixture
async def superuser(databases: Databases, own_database: str, keys: CentreKeys) -> AsyncIterator[str]:
    """Fill a database and answer its superuser's address; afterwards the peers' role is gone."""
    database = await Database(databases.app(own_database), read_pool_size=1, write_pool_size=1).open()
    try:
        filler = NetworkFiller(
            database=database,
            keys=keys,
            owner=databases.owner(own_database),
            random=Random(7),  # noqa: S311 - the same network every time
        )
        await filler.fill(CASES, Progress(CASES, "cases", stream=StringIO()))
    finally:
        await database.close()
    address = address_for(databases.superuser, user="postgres", database=own_database)
    yield address
    # a role belongs to the server, which the other tests share
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(f"DROP OWNED BY {PEER}; DROP ROLE {PEER}")
    finally:
        await connection.close()


async def counts(connection: "asyncpg.Connection[asyncpg.Record]") -> dict[str, int]:
    return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in READ}  # noqa: S608


async def test_peers_see_what_the_application_sees_and_multiplied_records_hang_together(
    databases: Databases, own_database: str, superuser: str
) -> None:
    assert await let_peers_in(superuser)
    assert not await let_peers_in(superuser)  # once is enough
    everything = await asyncpg.connect(superuser)
    peer = await asyncpg.connect(address_for(superuser, user=PEER, database=own_database))
    try:
        assert set((await counts(peer)).values()) == {0}
        centre_id = await everything.fetchval("SELECT id FROM centres WHERE code = 'FILL01'")
        async with peer.transaction():
            await peer.execute(f"SET LOCAL app.centre_id = '{centre_id}'")
            seen = await counts(peer)
        app = await asyncpg.connect(databases.app(own_database))
        try:
            async with app.transaction():
                await app.execute(f"SET LOCAL app.centre_id = '{centre_id}'")
                assert await counts(app) == seen
        finally:
            await app.close()
        assert min(seen.values()) > 0
        assert seen["cases"] < CASES
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await peer.execute("UPDATE cases SET title = 'x'")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await peer.fetch("SELECT national_insurance_number FROM clients")

        before = await counts(everything)
        indexes = await everything.fetchval("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'")
        await multiply(superuser, times=3, say=lambda _text: None)
        after = await counts(everything)
        assert after == {table: number * (1 if table == "memberships" else 3) for table, number in before.items()}
        assert await everything.fetchval("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'") == indexes
        assert not await everything.fetch(
            "SELECT FROM debts d WHERE NOT EXISTS ("
            " SELECT FROM cases c JOIN clients k ON (k.centre_id, k.id) = (c.centre_id, c.client_id)"
            " WHERE (c.centre_id, c.id, c.client_id) = (d.centre_id, d.case_id, d.client_id))"
        )
    finally:
        await peer.close()
        await everything.close()
