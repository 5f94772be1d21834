"""Run a server from a wheel as a guarded child: alone on its data, as an ordinary user, surely stopped.

The wheels' own Python layers are not used. They start the server as a daemon, keep the list of its
users in a file that a crash leaves wrong, open the directories above the data to everyone when run as
root, and stop at exit only if exit is orderly. Here the server is a child of `guard.py`, which ends
when the application does, however that happens; the lock on the data is inherited by the server itself,
so that it is held exactly as long as any process of that server lives, and two runs can never share a
directory.
"""

import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")
STOPPING_SECONDS = 60.0  # a server whose application is gone may still be stopping
CRASHING_SECONDS = 5.0  # so may the remains of one that crashed under this process
START_SECONDS = 120.0  # recovery after a crash reads the write-ahead log again
GUARD_SECONDS = 10.0
POLL_SECONDS = 0.01
LOG_LINES = 12
# What root must hold to run a server as another user: CAP_CHOWN, DAC_OVERRIDE, KILL, SETGID, SETUID, SETPCAP.
NEEDED_CAPABILITIES = sum(1 << number for number in (0, 1, 5, 6, 7, 8))


class EmbeddedServersError(RuntimeError):
    """An embedded server cannot be had; the message is for the person at the terminal."""


class EmbeddedServersMissing(EmbeddedServersError):
    """The wheels, or a program they need, are not installed."""


class EmbeddedServerBusy(EmbeddedServersError):
    """Another process is using the same data directory."""


class EmbeddedServerFailed(EmbeddedServersError):
    """The server did not start, or ended by itself."""


def quiet(_message: str) -> None:
    """Say nothing."""


def server_environment() -> dict[str, str]:
    """Return the environment of a server, free of the caller's PGDATA, PGPORT, locale and time zone."""
    return {"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ.get("PATH", os.defpath)}


def make_directory(path: Path) -> None:
    """Make a directory and those above it. Raises EmbeddedServersError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedServersError(f"The data directory {path} cannot be made: {error}") from error


def package_directory(package: str) -> Path:
    """Return where an installed package lies, without importing it. Raises EmbeddedServersMissing."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServersMissing(
            f"{package} is not installed. Install cma-graphql[embedded], or set CMA_DATABASE_URL,"
            " CMA_MIGRATION_URL and CMA_REDIS_URL to servers of your own."
        )
    return Path(spec.submodule_search_locations[0])


@dataclass(frozen=True, slots=True)
class Account:
    """Who a server runs as: the words before its command, and who owns its files if not ourselves."""

    prefix: tuple[str, ...]
    owner: tuple[int, int] | None

    def give(self, path: Path) -> None:
        """Make the account the owner of a path that was just made."""
        if self.owner is not None:
            os.chown(path, *self.owner)


def account_for(directory: Path, *, stop_signal: str) -> Account:
    """Return the account for a server's data: ourselves, or, for root, the data's owner or `nobody`.

    PostgreSQL refuses to run as root. Its stand-in keeps one capability, to pass through directories
    that only root may enter (a checkout below /root), so that no permissions need changing.
    `stop_signal` is what Linux sends the server should its guard be killed. Raises
    EmbeddedServersMissing.
    """
    program = shutil.which("setpriv")
    if os.geteuid() != 0:
        return Account((program, "--pdeathsig", stop_signal, "--") if program else (), None)
    if program is None or not _may_become_another():
        raise EmbeddedServersMissing(
            "PostgreSQL does not run as root, and here root cannot start it as another user: setpriv (of util-linux)"
            " is missing, or the container withholds capabilities. Run this as an ordinary user."
        )
    found = directory.stat() if directory.exists() else None
    stand_in = pwd.getpwnam("nobody")
    uid, gid = (found.st_uid, found.st_gid) if found and found.st_uid else (stand_in.pw_uid, stand_in.pw_gid)
    command = [program, f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--pdeathsig", stop_signal]
    # without that bit access(2) forgets an ordinary user's capability, and initdb asks it about `postgres`
    command += ["--inh-caps=-all,+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]
    return Account((*command, "--"), (uid, gid))


def _may_become_another() -> bool:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    held = int(next(line for line in status.splitlines() if line.startswith("CapPrm:")).split()[1], 16)
    return held & NEEDED_CAPABILITIES == NEEDED_CAPABILITIES


def lock_directory(directory: Path, name: str) -> int:
    """Return a descriptor that holds the lock of one server's data. Raises EmbeddedServerBusy."""
    try:
        lock = os.open(directory / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise EmbeddedServersError(
            f"{directory} was made by another user (root?) and may not be used by this one: {error}"
        ) from error
    began = time.monotonic()
    while not _locked(lock):
        holder = int(os.pread(lock, 32, 0).strip() or b"0")
        if time.monotonic() - began > _patience_with(holder):
            os.close(lock)
            raise EmbeddedServerBusy(
                f"The {name} data in {directory} is in use by process {holder}. Stop that one first, or"
                " choose another directory."
            )
        time.sleep(POLL_SECONDS)
    os.ftruncate(lock, 0)
    os.pwrite(lock, b"%d\n" % os.getpid(), 0)
    return lock


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _patience_with(holder: int) -> float:
    if holder == os.getpid():
        return CRASHING_SECONDS
    return 0.0 if _lives(holder) else STOPPING_SECONDS


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class GuardedProcess:
    """One server process under its guard."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        directory: Path,
        log: Path,
        lock: int,
        stop: Sequence[tuple[int, float]],
        remove: Path | None = None,
    ) -> None:
        """Start the command in a directory and hand it the lock.

        `stop` lists the signals that end it and the seconds that each is given; `remove` is a directory
        that goes when the server has ended. Raises EmbeddedServerFailed.
        """
        orders = {
            "command": list(command),
            "directory": str(directory),
            "log": str(log),
            "stop": list(stop),
            "remove": str(remove) if remove else None,
        }
        self._log = log
        self._patience = sum(seconds for _, seconds in stop) + GUARD_SECONDS
        log.unlink(missing_ok=True)
        guards_end, self._held_open = os.pipe()
        answer_here, answers_end = os.pipe()
        errors = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._guard = subprocess.Popen(  # noqa: S603 - our own guard, a list, no shell
                [sys.executable, "-I", "-S", str(GUARD), json.dumps(orders)],
                stdin=guards_end,
                stdout=answers_end,
                stderr=errors,
                start_new_session=True,
                pass_fds=(lock,),
                env=server_environment(),
            )
        finally:
            for descriptor in (guards_end, answers_end, errors, lock):
                os.close(descriptor)
        with os.fdopen(answer_here) as answer:
            self.pid = int(answer.readline() or 0)
        if not self.pid:
            self.stop()
            raise EmbeddedServerFailed(f"{command[0]} could not be started:\n{self.log_end()}")

    @property
    def alive(self) -> bool:
        """Whether the server is running."""
        return self._guard.poll() is None

    def await_ready(self, ready: Callable[[], bool], name: str) -> None:
        """Wait until the server answers; if it does not, stop it and say why. Raises EmbeddedServerFailed."""
        deadline = time.monotonic() + START_SECONDS
        try:
            while self.alive and time.monotonic() < deadline:
                if ready():
                    return
                time.sleep(POLL_SECONDS)
        except BaseException:
            self.stop()
            raise
        self.stop()
        raise EmbeddedServerFailed(f"{name} did not start. Its log ends:\n{self.log_end()}")

    def crash(self, number: int) -> None:
        """Send the server a signal that ends it at once, and wait until it has ended."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
            self._guard.wait(self._patience)
        self.stop()

    def stop(self) -> None:
        """Stop the server in an orderly way and wait until it has ended; stopping twice does nothing."""
        if self._held_open >= 0:
            os.close(self._held_open)
            self._held_open = -1
        self._guard.wait(self._patience)

    def log_end(self) -> str:
        """Return the last lines of the server's log."""
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:])
