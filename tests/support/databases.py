"""A migrated template database per set of migrations, and clones of it."""

import hashlib
import os
from pathlib import Path

import asyncpg

from cma_graphql.persistence.preparing import MIGRATIONS, address_for, make_database, migrate
from cma_graphql.persistence.roles import APP, OWNER

ROOT = Path(__file__).parents[2]


def data_dir() -> Path:
    """Answer this test process's data directory; it is kept, so that the template is made once."""
    return ROOT / ".data" / "tests" / os.environ.get("PYTEST_XDIST_WORKER", "main")


def fingerprint() -> str:
    """Answer a name for the present migrations: another set makes another template."""
    sources = sorted([*MIGRATIONS.rglob("*.py"), ROOT / "src/cma_graphql/persistence/roles.py"])
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources))
    return digest.hexdigest()[:16]


class Databases:
    """The databases of one test process."""

    def __init__(self, superuser: str) -> None:
        self.superuser = superuser
        self._made = 0

    async def template(self) -> str:
        """Make the migrated template, if it is not there yet; answer its name."""
        name = f"template_{fingerprint()}"
        begun = f"{name}_begun"
        connection = await asyncpg.connect(self.superuser)
        try:
            if await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
                return name
            # A template is renamed when it is complete, so that an interrupted run leaves none that looks so.
            await connection.execute(f'DROP DATABASE IF EXISTS "{begun}" WITH (FORCE)')
            await make_database(self.superuser, begun)
            await migrate(address_for(self.superuser, user=OWNER, database=begun))
            await connection.execute(f'ALTER DATABASE "{begun}" RENAME TO "{name}"')
        finally:
            await connection.close()
        return name

    async def drop_old_clones(self) -> None:
        """Drop the clones that earlier test processes left."""
        connection = await asyncpg.connect(self.superuser)
        try:
            for row in await connection.fetch("SELECT datname FROM pg_database WHERE datname LIKE 'clone_%'"):
                await connection.execute(f'DROP DATABASE "{row["datname"]}" WITH (FORCE)')
        finally:
            await connection.close()

    async def clone(self, template: str) -> str:
        """Make a fresh database from the template; answer its name."""
        self._made += 1
        name = f"clone_{os.getpid()}_{self._made}"
        await make_database(self.superuser, name, template=template)
        return name

    def app(self, database: str) -> str:
        """Answer a database's address for the application's role."""
        return address_for(self.superuser, user=APP, database=database)

    def owner(self, database: str) -> str:
        """Answer a database's address for its owner."""
        return address_for(self.superuser, user=OWNER, database=database)
