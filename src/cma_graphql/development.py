"""Development on one machine: embedded servers, kept keys, migrations, a demonstration network, the API, a worker."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from random import Random

from pydantic import SecretStr

from cma_graphql.app import make_server
from cma_graphql.core.keyring import new_key
from cma_graphql.core.logging import configure_logging
from cma_graphql.core.settings import Settings
from cma_graphql.demo.filling.network import CENTRES, NetworkFiller
from cma_graphql.demo.handing_in import HandIn, hand_in_over_http
from cma_graphql.demo.network import Demo, DemoMaker
from cma_graphql.demo.progress import Progress
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.integrations.storage.folder import FolderStore
from cma_graphql.integrations.storage.port import FileStore, UploadTarget
from cma_graphql.parts import make_database, make_store, make_vault
from cma_graphql.persistence.embedded import EmbeddedServersError, embedded_servers
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.preparing import address_for, migrate
from cma_graphql.persistence.preparing import make_database as make_empty_database
from cma_graphql.persistence.reindexing import reindex
from cma_graphql.persistence.roles import APP, OWNER, WORKER

DATABASE = "cma"
Say = Callable[[str], None]


class DemoRefused(RuntimeError):
    """The demonstration network may not be made here."""


class PortTaken(RuntimeError):
    """The address to serve at is in use."""


def _kept_secret(path: Path, make: Callable[[], str]) -> SecretStr:
    """Read a secret of this machine's development data, making it the first time."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make())
    return SecretStr(path.read_text())


def with_development_defaults(settings: Settings) -> Settings:
    """Answer settings in which nothing is missing for development; what is configured stays."""
    keys = settings.data_dir / "keys"
    defaults: dict[str, object] = {
        "token_keys": _kept_secret(keys / "token_keys", lambda: f"dev:{new_key()}"),
        "master_keys": _kept_secret(keys / "master_keys", lambda: f"dev:{new_key()}"),
        "index_key": _kept_secret(keys / "index_key", new_key),
        "public_url": f"http://{settings.host}:{settings.port}",
        "email_from": "Debt advice <noreply@example.org>",
    }
    missing = {name: value for name, value in defaults.items() if getattr(settings, name) is None}
    return settings.model_copy(update={**missing, "log_format": "console"})


def _require_free_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            raise PortTaken(
                f"{settings.host}:{settings.port} is in use; say another with CMA_PORT, or stop what uses it."
            ) from None


async def _prepare(settings: Settings, superuser: str, say: Say) -> None:
    """Bring the database up to date and fill it, if it is new."""
    if superuser:
        say("Preparing the database …")
        await make_empty_database(superuser, DATABASE)
    assert settings.migration_url is not None  # noqa: S101 - set by whoever calls
    await migrate(settings.migration_url.get_secret_value())
    await reindex(settings.migration_url.get_secret_value(), lacking=True)


async def make_demo(settings: Settings, *, seed: int, say: Say, cases: int = 0) -> Demo:
    """Fill the configured database with the demonstration network, once; answer who can sign in.

    `cases` fills twenty further centres with so many cases in all. Raises DemoRefused in production, since its
    passwords are printed, and where the database is filled already.
    """
    if settings.env == "production":
        raise DemoRefused("A demonstration network is not for production: its passwords are printed.")
    if settings.migration_url is None:
        raise DemoRefused("CMA_MIGRATION_URL is not set; it names the database as its owner.")
    owner = settings.migration_url.get_secret_value()
    database = await make_database(settings).open()
    try:
        keys = CentreKeys(make_vault(settings))
        store = make_store(settings, database, keys)
        random = Random(seed)  # noqa: S311 - people who do not exist need no unguessable names
        maker = DemoMaker(
            database=database,
            keys=keys,
            owner=owner,
            key_file=settings.data_dir / "keys" / "demo_service_key",
            random=random,
            say=say,
            storage=DocumentStorage(store, largest=settings.document_largest),
            hand_in=_into(store),
        )
        demo = await maker.make()
        if cases:
            filler = NetworkFiller(database=database, keys=keys, owner=owner, random=random)
            if await filler.is_filled():
                raise DemoRefused("This database is filled already; fill another.")
            say(f"Filling {CENTRES} centres with {cases:,} cases …")
            await filler.fill(cases, Progress(cases, "cases"))
            demo.sign_in_lines += filler.sign_in_lines()
        return demo
    finally:
        await database.close()


def _into(store: FileStore) -> HandIn:
    """Answer how files come into a store: past HTTP into the folder, since its server does not run yet."""
    if not isinstance(store, FolderStore):
        return hand_in_over_http

    async def hand_in(target: UploadTarget, content: bytes) -> None:
        async def once() -> AsyncIterator[bytes]:
            yield content

        await store.receive(target.url.rpartition("/")[2], once())

    return hand_in


def make_demo_here(settings: Settings, *, seed: int, cases: int, say: Say) -> Demo:
    """Make the demonstration network in the configured database, or in the one of this folder."""
    settings = with_development_defaults(settings)
    with ExitStack() as running:
        settings, superuser = _with_servers(settings, running, say)
        asyncio.run(_prepare(settings, superuser, say))
        return asyncio.run(make_demo(settings, seed=seed, cases=cases, say=say))


def _with_servers(settings: Settings, running: ExitStack, say: Say) -> tuple[Settings, str]:
    """Start what is not configured, until `running` ends; answer the settings that name it, and a superuser's address.

    The address is empty where the database is configured. Raises EmbeddedServersError.
    """
    embed_postgres = settings.database_url is None or settings.migration_url is None
    embed_redis = settings.redis_url is None
    if not (embed_postgres or embed_redis):
        return settings, ""
    say("Starting PostgreSQL and Valkey …")
    servers = running.enter_context(
        embedded_servers(settings.data_dir, postgres=embed_postgres, redis=embed_redis, say=say)
    )
    given: dict[str, object] = {}
    if embed_postgres:
        given["database_url"] = SecretStr(address_for(servers.postgres_dsn, user=APP, database=DATABASE))
        given["worker_url"] = SecretStr(address_for(servers.postgres_dsn, user=WORKER, database=DATABASE))
        given["migration_url"] = SecretStr(address_for(servers.postgres_dsn, user=OWNER, database=DATABASE))
    if embed_redis:
        given["redis_url"] = SecretStr(servers.redis_url)
    return settings.model_copy(update=given), servers.postgres_dsn if embed_postgres else ""


_TOLD_THE_WORKER = ("database_url", "worker_url", "redis_url", "master_keys", "index_key")


@contextmanager
def worker_beside(settings: Settings) -> Iterator[int]:
    """Run a worker as a process beside this one until the end of the block; answer its process id.

    It ends when its standard input does, so also where this process ends without leaving the block; an interrupt in
    the terminal reaches this process alone, which then stops the worker.
    """
    told = {f"CMA_{name.upper()}": value for name in _TOLD_THE_WORKER if (value := getattr(settings, name)) is not None}
    surroundings = {**os.environ, **{name: value.get_secret_value() for name, value in told.items()}}
    surroundings |= {"CMA_LOG_FORMAT": settings.log_format, "CMA_LOG_LEVEL": settings.log_level}
    command = [sys.executable, "-m", "cma_graphql", "worker", "--with-input", "--show-messages"]
    worker = subprocess.Popen(command, env=surroundings, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - ourselves
    try:
        yield worker.pid
    finally:
        worker.communicate()


def run_development(settings: Settings, *, say: Say) -> int:
    """Start what is not configured, make the demonstration network once, serve and work until interrupted."""
    settings = with_development_defaults(settings)
    # Told to end by make or a supervisor it ends as after Ctrl-C: the worker first, then the servers it works on.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as running:
        try:
            _require_free_port(settings)
            settings, superuser = _with_servers(settings, running, say)
        except (EmbeddedServersError, PortTaken) as error:
            say(f"cma-graphql: {error}")
            return 1
        asyncio.run(_prepare(settings, superuser, say))
        made = asyncio.run(make_demo(settings, seed=1, say=say))
        say(made.sign_ins())
        configure_logging(log_format=settings.log_format, log_level=settings.log_level, show_messages=True)
        address = f"http://{settings.host}:{settings.port}/graphql"
        ready = partial(say, f"\nThe playground: {address}    (Ctrl-C ends everything)")
        if settings.worker_url is None:
            say("No worker runs beside the server: CMA_WORKER_URL does not name the database for one.")
        else:
            running.enter_context(worker_beside(settings))
        make_server(settings, when_ready=ready).run()
    return 0
