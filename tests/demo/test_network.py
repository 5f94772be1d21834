"""The demonstration network is made once, through the services, and everything in it holds."""

from pathlib import Path
from random import Random

import asyncpg

from cma_graphql.access.actor import system_of
from cma_graphql.core.passwords import verify_password
from cma_graphql.demo.network import PASSWORD, DemoMaker
from cma_graphql.domain.audit.verification import verify_chain
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from support.databases import Databases


async def test_a_network_is_made_once_and_its_records_hold(
    databases: Databases, own_database: str, keys: CentreKeys, tmp_path: Path
) -> None:
    said: list[str] = []
    owner = databases.owner(own_database)
    database = await Database(databases.app(own_database), read_pool_size=2, write_pool_size=2).open()
    rows = await asyncpg.connect(owner)
    try:

        def maker() -> DemoMaker:
            return DemoMaker(database, keys, owner, tmp_path / "key", Random(1), said.append)  # noqa: S311

        demo = await maker().make()
        centres = await rows.fetch("SELECT id FROM centres WHERE code <> 'PLATFORM'")
        assert len(centres) == 3
        for centre in centres:
            async with database.read(system_of(centre["id"])) as reader:
                verified = await verify_chain(reader)
            assert verified.intact
            assert verified.entries > 60
        statuses = {row["status"] for row in await rows.fetch("SELECT DISTINCT status FROM cases")}
        assert {CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS, CaseStatus.CLOSED, CaseStatus.ON_HOLD} <= statuses
        kept = await rows.fetchval("SELECT password_hash FROM users WHERE email = 'advisor@bristol.example.org'")
        assert await verify_password(kept, PASSWORD)
        lines = demo.sign_ins()
        assert all(f"  {role} " in lines for role in ("SYSTEM_ADMIN", "CENTRE_MANAGER", "ADVISOR", "TRAINEE", "CLIENT"))
        assert (tmp_path / "key").read_text() in lines

        before = await rows.fetchval("SELECT count(*) FROM audit_logs")
        assert (await maker().make()).sign_ins() == lines
        assert await rows.fetchval("SELECT count(*) FROM audit_logs") == before
    finally:
        await rows.close()
        await database.close()
    assert said[0] == "Making a demonstration network …"
