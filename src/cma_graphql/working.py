"""Puts a worker together from the settings and runs it as a process; nothing that serves imports this."""

import asyncio
import signal
import sys
from contextlib import ExitStack
from datetime import timedelta

from cma_graphql.core.settings import Settings
from cma_graphql.parts import make_database, make_vault, needed
from cma_graphql.persistence.bus import Bus, bell_at
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.worker.counts import WorkerCounts
from cma_graphql.worker.figures import figures_at
from cma_graphql.worker.registry import EVERYTHING, Work
from cma_graphql.worker.worker import Worker, WorkerBounds


def bounds_of(settings: Settings) -> WorkerBounds:
    """Answer how a worker works."""
    return WorkerBounds(
        at_once=settings.worker_at_once,
        lease=timedelta(seconds=settings.worker_lease_seconds),
        look_every=timedelta(seconds=min(5.0, settings.worker_lease_seconds / 2)),
        drain=timedelta(seconds=settings.shutdown_seconds),
    )


def with_worker_defaults(settings: Settings) -> Settings:
    """Answer settings whose database is the worker's, with a connection for each job that it does at once."""
    changed: dict[str, object] = {"write_pool_size": max(settings.write_pool_size, settings.worker_at_once)}
    if settings.worker_url is not None:
        changed["database_url"] = settings.worker_url
    return settings.model_copy(update=changed)


async def run_worker(
    settings: Settings, *, works: tuple[Work, ...] = tuple(EVERYTHING), with_input: bool = False
) -> None:
    """Work until SIGTERM or SIGINT comes, or the standard input ends where that is asked for.

    What the worker writes rings for the servers, so that subscribers hear of it at once. Raises SettingMissing.
    """
    counts = WorkerCounts()
    settings = with_worker_defaults(settings)
    database = make_database(settings)
    worker = Worker(
        address=needed(settings, "database_url"),
        database=database,
        keys=CentreKeys(make_vault(settings)),
        works=works,
        bounds=bounds_of(settings),
        alive=settings.worker_alive,
        counts=counts,
    )
    bus = Bus(database, bell_at(settings.redis_url.get_secret_value()) if settings.redis_url is not None else None)
    database.committed = bus.rang
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    if with_input:
        loop.add_reader(sys.stdin.fileno(), _stop_at_the_end, worker)
    with ExitStack() as running:
        if settings.worker_metrics_port is not None:
            token = settings.metrics_token.get_secret_value() if settings.metrics_token is not None else None
            running.enter_context(figures_at(settings.host, settings.worker_metrics_port, counts, token=token))
        await database.open()
        await bus.open()
        try:
            await worker.run()
        finally:
            await bus.close()
            await database.close()


def _stop_at_the_end(worker: Worker) -> None:
    if not sys.stdin.buffer.raw.read(64):  # type: ignore[union-attr]
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        worker.stop()
