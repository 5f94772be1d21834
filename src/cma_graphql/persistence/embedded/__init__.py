"""PostgreSQL and Valkey started from their wheels when no address is configured, never in production.

PostgreSQL is reached by a socket file that only this user may touch, Valkey by a loopback port with a
password made for each run; neither listens to anyone else. The wheels are found, not imported.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cma_graphql.persistence.embedded.postgres import EmbeddedPostgres
from cma_graphql.persistence.embedded.process import (
    EmbeddedServerBusy,
    EmbeddedServerFailed,
    EmbeddedServersError,
    EmbeddedServersMissing,
    quiet,
)
from cma_graphql.persistence.embedded.valkey import EmbeddedValkey

__all__ = [
    "EmbeddedPostgres",
    "EmbeddedServerBusy",
    "EmbeddedServerFailed",
    "EmbeddedServers",
    "EmbeddedServersError",
    "EmbeddedServersMissing",
    "EmbeddedValkey",
    "embedded_servers",
]


@dataclass(frozen=True, slots=True)
class EmbeddedServers:
    """Addresses of the running servers; that of one that was not asked for is empty."""

    postgres_dsn: str
    redis_url: str


@contextmanager
def embedded_servers(
    data_dir: Path,
    *,
    postgres: bool = True,
    redis: bool = True,
    durable: bool = True,
    say: Callable[[str], None] = quiet,
) -> Iterator[EmbeddedServers]:
    """Run the servers asked for, with their data in `data_dir`, while the block runs.

    They end with the block, and also if this process ends without leaving it: then a moment later.
    Without `durable` (for tests) the data is not safe from a crash of the machine. `say` is told of
    slow steps. Raises EmbeddedServersError.
    """
    with ExitStack() as running:
        postgres_dsn = redis_url = ""
        if postgres:
            database = EmbeddedPostgres(data_dir, durable=durable, say=say)
            running.callback(database.stop)
            database.start()
            postgres_dsn = database.dsn
        if redis:
            valkey = EmbeddedValkey(data_dir, durable=durable)
            running.callback(valkey.stop)
            valkey.start()
            redis_url = valkey.url
        yield EmbeddedServers(postgres_dsn=postgres_dsn, redis_url=redis_url)
