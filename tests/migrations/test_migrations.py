"""Migrations: one line of them, equal to the models, there and back, under bounded locks."""

import ast
import asyncio
import io
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from cma_graphql.persistence.preparing import MIGRATIONS, _alembic, migrate
from support.catalogue import read_catalogue
from support.databases import Databases

ROOT = Path(__file__).parents[2]
VERSIONS = sorted((MIGRATIONS / "versions").glob("*.py"))


def scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_alembic("postgresql://nobody@/nowhere"))


@pytest.fixture
async def connection(databases: Databases, own_database: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Connect to a database of the test's own as its owner."""
    opened = await asyncpg.connect(databases.owner(own_database))
    yield opened
    await opened.close()


def test_there_is_one_head() -> None:
    assert len(scripts().get_heads()) == 1
    assert len(scripts().get_bases()) == 1
    assert len(list(scripts().walk_revisions())) == len(VERSIONS)


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_says_what_it_does_and_goes_both_ways(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert (ast.get_docstring(tree) or "").endswith(".")
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name in ("upgrade", "downgrade"):
        assert (ast.get_docstring(functions[name]) or "").endswith(".")
        assert len(functions[name].body) > 1, f"{name} does nothing"
    revision = next(
        node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "revision"
        and isinstance(node.value, ast.Constant)
    )
    assert re.fullmatch(rf"\d{{4}}_\d{{2}}_\d{{2}}_{revision!s}_[a-z0-9_]+", path.stem)


@pytest.mark.own_database
async def test_up_from_nothing_equals_the_models(databases: Databases, own_database: str) -> None:
    # Raises where the models have what the migrations have not, or the other way round.
    await asyncio.to_thread(command.check, _alembic(databases.owner(own_database)))


@pytest.mark.own_database
async def test_down_to_nothing_and_up_again(
    databases: Databases, own_database: str, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    before = await read_catalogue(connection)
    owner = databases.owner(own_database)
    await migrate(owner, to="base")
    bare = await read_catalogue(connection)
    assert (bare.tables, list(bare.functions), bare.views) == ({}, [], {})
    await migrate(owner)
    after = await read_catalogue(connection)
    assert after.tables == before.tables
    assert list(after.indexes) == list(before.indexes)
    assert list(after.foreign_keys) == list(before.foreign_keys)
    assert list(after.functions) == list(before.functions)


@pytest.mark.own_database
async def test_each_step_goes_back_and_forth(databases: Databases, own_database: str) -> None:
    owner = databases.owner(own_database)
    for _ in VERSIONS[1:]:
        await migrate(owner, to="-1")
    for _ in VERSIONS[1:]:
        await migrate(owner, to="+1")
    await asyncio.to_thread(command.check, _alembic(owner))


@pytest.mark.own_database
async def test_a_migration_that_waits_for_a_lock_gives_up_and_leaves_nothing(
    databases: Databases,
    own_database: str,
    connection: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    owner = databases.owner(own_database)
    before = await connection.fetchval("SELECT version_num FROM alembic_version")
    async with connection.transaction():
        await connection.execute("LOCK TABLE clients IN ACCESS SHARE MODE")
        with pytest.raises(Exception, match=r"lock timeout|LockNotAvailable"):
            await migrate(owner, to="base")
    assert await connection.fetchval("SELECT version_num FROM alembic_version") <= before
    await migrate(owner)
    assert await connection.fetchval("SELECT version_num FROM alembic_version") == before


def test_the_sql_for_reading_bounds_its_locks() -> None:
    sql = io.StringIO()
    config = Config(ROOT / "alembic.ini", output_buffer=sql)
    command.upgrade(config, "head", sql=True)
    text = sql.getvalue()
    assert text.index("SET lock_timeout = '4s'") < text.index("CREATE TABLE")
    assert "SET statement_timeout = '60s'" in text
    for table in ("clients", "cases", "memberships"):
        assert f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" in text


@pytest.mark.own_database
async def test_two_deployments_migrate_one_after_the_other(databases: Databases, own_database: str) -> None:
    owner = databases.owner(own_database)
    await migrate(owner, to="base")
    search = os.pathsep.join([str(MIGRATIONS), str(ROOT / "src")])
    surroundings = {**os.environ, "CMA_MIGRATION_URL": owner, "PYTHONPATH": search}
    deployments = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "alembic",
            "upgrade",
            "head",
            cwd=ROOT,
            env=surroundings,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]
    told = await asyncio.gather(*(deployment.communicate() for deployment in deployments))
    assert [deployment.returncode for deployment in deployments] == [0, 0], told
    await asyncio.to_thread(command.check, _alembic(owner))


@pytest.mark.own_database
async def test_a_backfill_by_the_owner_sees_every_centres_rows(
    databases: Databases, own_database: str, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """Under FORCE the owner would see nothing, and its UPDATE would say so to nobody (decision 2)."""
    await connection.execute(
        "INSERT INTO centres (id, name, code, organisation_type, jurisdiction, status, created_at, created_by, "
        "updated_at, updated_by) SELECT gen_random_uuid(), 'c' || n, 'C' || n, 'INDEPENDENT_CHARITY', 'SCOTLAND', "
        "'ACTIVE', now(), gen_random_uuid(), now(), gen_random_uuid() FROM generate_series(1, 3) n"
    )
    await connection.execute(
        "INSERT INTO teams (centre_id, id, name, name_key, created_at, created_by, updated_at, updated_by) "
        "SELECT id, gen_random_uuid(), 'T', 't', now(), id, now(), id FROM centres"
    )
    assert await connection.execute("UPDATE teams SET description = 'filled'") == "UPDATE 4"
    app = await asyncpg.connect(databases.app(own_database))
    assert await app.execute("UPDATE teams SET description = 'no'") == "UPDATE 0"
    await app.close()
