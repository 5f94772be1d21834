"""Makes the product's database on a server and brings it up to date: for development, tests and deployments."""

import asyncio
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy import make_url

from cma_graphql.persistence.roles import OWNER, database_statements, role_statements

if TYPE_CHECKING:
    from alembic.config import Config

EVENT_DAYS_AHEAD = 7
"""How many coming days of the event log are made at a time."""
MIGRATIONS = Path(__file__).parents[3] / "migrations"
"""Where the migrations lie in a checkout and in the image, which keeps its layout."""


def address_for(address: str, *, user: str, database: str) -> str:
    """Answer the address of a database on the same server, for another role."""
    return make_url(address).set(username=user, password=None, database=database).render_as_string(hide_password=False)


async def make_database(superuser: str, name: str, *, template: str | None = None) -> bool:
    """Make the roles and the database where they are missing; answer whether the database was made."""
    connection = await asyncpg.connect(superuser)
    try:
        for statement in role_statements():
            await connection.execute(statement)
        if await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
            return False
        source = f' TEMPLATE "{template}"' if template else ""
        await connection.execute(f'CREATE DATABASE "{name}" OWNER {OWNER}{source}')
    finally:
        await connection.close()
    if template is None:
        inside = await asyncpg.connect(make_url(superuser).set(database=name).render_as_string(hide_password=False))
        try:
            for statement in database_statements(name):
                await inside.execute(statement)
        finally:
            await inside.close()
    return True


def _alembic(address: str) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - a server never migrates, and is spared 11 MB of memory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("prepend_sys_path", str(MIGRATIONS))
    config.attributes["address"] = address
    return config


async def migrate(owner: str, *, to: str = "head") -> None:
    """Bring a database up (or, to an earlier revision, down) as its owner."""
    from alembic import command  # noqa: PLC0415 - the same

    if to == "head" or to.startswith("+"):
        await asyncio.to_thread(command.upgrade, _alembic(owner), to)
    else:
        await asyncio.to_thread(command.downgrade, _alembic(owner), to)


async def maintain_partitions(address: str, *, today: date, ahead: int, keep: int) -> None:
    """Make the event log's coming days and drop those past retention (decision 20); safe to repeat."""
    connection = await asyncpg.connect(address)
    try:
        await connection.execute("SELECT event_log_maintain($1, $2, $3)", today, ahead, keep)
    finally:
        await connection.close()
