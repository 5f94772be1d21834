"""Write a migration: what the models have and a database made by all migrations so far has not."""

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import asyncpg

from cma_graphql.persistence import roles
from cma_graphql.persistence.embedded import EmbeddedPostgres, EmbeddedServersError

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "cma"


async def prepare(server: EmbeddedPostgres) -> None:
    """Make the roles and an empty database, as whoever runs the product does."""
    cluster = await asyncpg.connect(server.dsn)
    try:
        for statement in (*roles.role_statements(), f"CREATE DATABASE {DATABASE}"):
            await cluster.execute(statement)
    finally:
        await cluster.close()
    database = await asyncpg.connect(server.address(user="postgres", database=DATABASE))
    try:
        for statement in roles.database_statements(DATABASE):
            await database.execute(statement)
    finally:
        await database.close()


def alembic(address: str, *words: str) -> None:
    """Run alembic on a database; end with its exit code if it fails."""
    search = os.pathsep.join([str(ROOT / "migrations"), *filter(None, [os.environ.get("PYTHONPATH")])])
    surroundings = {**os.environ, "CMA_MIGRATION_URL": address, "PYTHONPATH": search}
    done = subprocess.run([sys.executable, "-m", "alembic", *words], cwd=ROOT, env=surroundings, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def main() -> None:
    """Write the migration named by the first argument."""
    with tempfile.TemporaryDirectory() as directory:
        server = EmbeddedPostgres(Path(directory), durable=False)
        try:
            server.start()
            asyncio.run(prepare(server))
            address = server.address(user=roles.OWNER, database=DATABASE)
            alembic(address, "upgrade", "head")
            alembic(address, "revision", "--autogenerate", "-m", sys.argv[1])
        except EmbeddedServersError as reason:
            sys.exit(str(reason))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
