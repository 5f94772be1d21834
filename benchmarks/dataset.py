"""The rows that everybody answers from: a filled network, documents added, the peers' role let in.

Made once in `.data/benchmarks` and kept. The smallest database is filled as `cma-graphql demo --cases` fills one; the
larger are copies of it in which the records that the workloads read are multiplied.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from cma_graphql.core.settings import Settings
from cma_graphql.development import DATABASE, make_demo_here
from cma_graphql.persistence.embedded import EmbeddedPostgres, EmbeddedValkey
from cma_graphql.persistence.preparing import make_database, migrate
from cma_graphql.persistence.roles import APP, OWNER, database_statements
from growing import multiply
from preparing import PEER, let_peers_in

Say = Callable[[str], None]

FILLED = 10_000
"""How many cases are filled one by one; every larger database is a multiple of this one."""
_CENTRE = "FILL01"
"""The largest of the filled centres: half of all cases."""
_SEED = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What the requests name: a centre, somebody who sees all of it, some of its cases."""

    centre_id: UUID
    manager: str
    cases: tuple[UUID, ...]
    """The newest in progress of those that were filled: copies lack what their page does not list, such as seals."""


class Dataset:
    """The running database server with its databases, and Valkey beside it."""

    def __init__(self, data_dir: Path, postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> None:
        self.data_dir = data_dir
        self.postgres = postgres
        self.valkey = valkey

    def address(self, user: str, cases: int) -> str:
        """Answer the address of the database with so many cases."""
        return self.postgres.address(user=user, database=database_of(cases))

    @property
    def sockets(self) -> str:
        """The directory of the database server's socket."""
        return self.postgres.address(user=APP, database=DATABASE).partition("host=")[2].replace("%2F", "/")

    @property
    def database_pid(self) -> int:
        """The database server's first process."""
        pid = self.postgres.pid
        if pid is None:
            raise RuntimeError("PostgreSQL is not running.")
        return pid

    def secret(self, name: str) -> str:
        """Read a key that the filled database was sealed with."""
        return (self.data_dir / "keys" / name).read_text()

    def facts(self, cases: int, wanted: int) -> Facts:
        """Look up what the requests name."""
        return asyncio.run(_facts(self.address("postgres", cases), wanted))

    def run(self, cases: int, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """Run one statement as the superuser."""
        return asyncio.run(_fetch(self.address("postgres", cases), statement, *arguments))


def database_of(cases: int) -> str:
    """Name the database with so many cases."""
    return DATABASE if cases == FILLED else f"{DATABASE}_{cases}"


@contextmanager
def running_dataset(data_dir: Path, sizes: tuple[int, ...], say: Say) -> Iterator[Dataset]:
    """Make the databases of these sizes where they are missing, and run the servers while the block runs."""
    _fill(data_dir, say)
    postgres, valkey = EmbeddedPostgres(data_dir, say=say), EmbeddedValkey(data_dir)
    try:
        postgres.start()
        valkey.start()
        dataset = Dataset(data_dir, postgres, valkey)
        asyncio.run(_prepare(dataset, sizes, say))
        yield dataset
    finally:
        valkey.stop()
        postgres.stop()


def _fill(data_dir: Path, say: Say) -> None:
    """Fill the first database, unless that was done before and to the end."""
    done = data_dir / "filled"
    if done.exists():
        return
    if (data_dir / "postgres").exists():
        raise SystemExit(f"{data_dir} was not filled to the end. Delete it and begin anew.")
    say(f"Filling a database with {FILLED:,} cases, once (a minute or two) …")
    settings = Settings(data_dir=data_dir, database_url=None, migration_url=None, redis_url=None)
    make_demo_here(settings, seed=_SEED, cases=FILLED, say=say)
    done.touch()


async def _prepare(dataset: Dataset, sizes: tuple[int, ...], say: Say) -> None:
    await _bring_up(dataset, FILLED, say)
    for cases in sizes:
        if cases == FILLED:
            continue
        if cases % FILLED:
            raise SystemExit(f"{cases} is no multiple of {FILLED}.")
        name = database_of(cases)
        unfinished = f"{name}_unfinished"
        superuser = dataset.postgres.dsn
        if not await _fetch(superuser, "SELECT FROM pg_database WHERE datname = $1", name):
            say(f"Multiplying them to {cases:,} cases, once …")
            await _execute(superuser, f"DROP DATABASE IF EXISTS {unfinished}")
            await make_database(superuser, unfinished, template=DATABASE)
            await multiply(
                dataset.postgres.address(user="postgres", database=unfinished), times=cases // FILLED, say=say
            )
            await _execute(superuser, f"ALTER DATABASE {unfinished} RENAME TO {name}")
        await _bring_up(dataset, cases, say)


async def _bring_up(dataset: Dataset, cases: int, say: Say) -> None:
    """Migrate a database that was kept, and let the peers in; leave both where they are done.

    A copy has the rights of a database that was just made: whose it is, and who may connect.
    """
    for statement in database_statements(database_of(cases)):
        await _execute(dataset.address("postgres", cases), statement)
    await migrate(dataset.address(OWNER, cases))
    if await let_peers_in(dataset.address("postgres", cases)):
        say(f"Added documents and the role {PEER}.")


async def _facts(address: str, wanted: int) -> Facts:
    centre_id = (await _fetch(address, "SELECT id FROM centres WHERE code = $1", _CENTRE))[0][0]
    cases = await _fetch(
        address,
        "SELECT id FROM cases WHERE centre_id = $1 AND status = 'IN_PROGRESS' AND deleted_at IS NULL"
        " AND case_number ~ '^CASE-[0-9]{4}-[0-9]+$'"
        " ORDER BY created_at DESC, id DESC LIMIT $2",
        centre_id,
        wanted,
    )
    return Facts(centre_id, f"manager@{_CENTRE.lower()}.example.org", tuple(row[0] for row in cases))


async def _fetch(address: str, statement: str, *arguments: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(address)
    try:
        return await connection.fetch(statement, *arguments)
    finally:
        await connection.close()


async def _execute(address: str, statement: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
