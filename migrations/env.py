"""Runs migrations as the database's owner, each in a transaction of its own, with bounded locks."""

import asyncio
import os
import time
from typing import Literal

from alembic import context
from sqlalchemy import Connection, make_url, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

import operations  # noqa: F401 - registers our own alembic operations
from cma_graphql.domain.every_table import METADATA
from cma_graphql.persistence.base import BlindIndex, EnumText, Sealed

# A migration that has to wait for a lock would make every request behind it wait too.
LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "60s"
PATIENCE_SECONDS = 600.0
ONE_AT_A_TIME = 0x636D61  # an advisory lock: two deployments never migrate at once


def _belongs_to_a_model(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:  # noqa: FBT001
    """Leave partitions out of the comparison: they come and go by the day."""
    return not (kind == "table" and name is not None and name.startswith("event_log_"))


def _render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our column types as what they are in the database."""
    if kind == "type" and isinstance(item, EnumText):
        return "sa.Text()"
    if kind == "type" and isinstance(item, Sealed | BlindIndex):
        return "sa.LargeBinary()"
    return False


def _await_turn(connection: Connection) -> None:
    """Take the lock that one deployment holds at a time.

    It is asked for again and again: a statement that waits for it would keep an index from being made concurrently,
    since that waits for every other statement.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ONE_AT_A_TIME}):
        connection.commit()
        if time.monotonic() > deadline:
            raise TimeoutError("Another deployment has been migrating this database for too long.")
        time.sleep(0.1)
    connection.commit()


def _run(connection: Connection) -> None:
    _await_turn(connection)
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        transaction_per_migration=True,
        compare_server_default=True,
        render_item=_render,
        include_object=_belongs_to_a_model,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ONE_AT_A_TIME})
    connection.commit()


async def _connect_and_run(address: str) -> None:
    engine = create_async_engine(make_url(address).set(drivername="postgresql+asyncpg"), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=METADATA, literal_binds=True)
    with context.begin_transaction():
        context.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        context.execute(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'")
        context.run_migrations()
elif (given := context.config.attributes.get("connection")) is not None:
    _run(given)
else:
    asyncio.run(_connect_and_run(context.config.attributes.get("address") or os.environ["CMA_MIGRATION_URL"]))
