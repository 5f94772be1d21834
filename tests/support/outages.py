"""A PostgreSQL and a Valkey that a test may kill: its own, in a folder of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cma_graphql.persistence.embedded import EmbeddedPostgres, EmbeddedValkey
from cma_graphql.persistence.preparing import make_database, migrate
from cma_graphql.persistence.roles import APP, OWNER

NAME = "product"


@contextmanager
def own_postgres(folder: Path) -> Iterator[EmbeddedPostgres]:
    """Run a PostgreSQL while the block runs; one that was killed may be started again, with what was committed."""
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def own_valkey(folder: Path) -> Iterator[EmbeddedValkey]:
    """Run a Valkey while the block runs; one that was killed may be started again, at the same port."""
    server = EmbeddedValkey(folder / "valkey", durable=False)
    server.start()
    try:
        yield server
    finally:
        server.stop()


async def make_product_database(server: EmbeddedPostgres) -> None:
    """Make the product's database and bring it up to date."""
    await make_database(server.dsn, NAME)
    await migrate(owners_address(server))


def address(server: EmbeddedPostgres) -> str:
    """Answer the address of the product's database for the application."""
    return server.address(user=APP, database=NAME)


def owners_address(server: EmbeddedPostgres) -> str:
    """Answer the address of the product's database for its owner."""
    return server.address(user=OWNER, database=NAME)
