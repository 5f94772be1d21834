"""Centres that there are when debts come get the network's types of debt."""

import asyncpg
import pytest

from cma_graphql.persistence.preparing import migrate
from support.databases import Databases


@pytest.mark.own_database
async def test_each_centre_gets_every_type_once(databases: Databases, own_database: str) -> None:
    owner = databases.owner(own_database)
    await migrate(owner, to="0020")
    connection = await asyncpg.connect(owner)
    try:
        await connection.execute(
            "INSERT INTO centres (id, name, code, organisation_type, jurisdiction, status, created_at, created_by, "
            "updated_at, updated_by) SELECT gen_random_uuid(), 'c' || n, 'C' || n, 'INDEPENDENT_CHARITY', 'SCOTLAND', "
            "'ACTIVE', now(), gen_random_uuid(), now(), gen_random_uuid() FROM generate_series(1, 3) n"
        )
        await migrate(owner)
        rows = await connection.fetch(
            "SELECT centre_id, count(*) AS types, count(DISTINCT code) AS codes FROM debt_types GROUP BY centre_id"
        )
    finally:
        await connection.close()
    assert [(row["types"], row["codes"]) for row in rows] == [(47, 47)] * 3
