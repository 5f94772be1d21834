"""Keep one embedded server as the child of a process that ends with the application; run by path.

Its standard input is a pipe whose other end the application holds. When that closes, for whatever
reason (a clean stop, an exception, SIGKILL), the server is told to stop, then told harder, and the
guard ends after it. It runs in a session of its own, so Ctrl-C in a terminal reaches the application,
which then stops the server in its own time. Standard library only, and started with `-I -S`, so that it
costs a few hundredths of a second.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import sys
import time
from types import FrameType

APPLICATION = 0  # the pipe on standard input
POLL_SECONDS = 1.0  # only a net below the wake-up pipe


def _note(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the number arrives in the wake-up pipe, which ends the wait."""


def _wake_up_pipe() -> int:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _note)
    return reader


def _spawn(command: list[str], log: str) -> int:
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    ignored_by_python = [signal.SIGPIPE, signal.SIGXFSZ]
    return os.posix_spawn(command[0], command, os.environ, file_actions=actions, setsigdef=ignored_by_python)


def _ended(server: int) -> bool:
    return os.waitpid(server, os.WNOHANG)[0] == server


def _told_to_stop(wake_up: int) -> bool:
    """Wait for the pipe to close, a signal, or the server's end; say whether it was one of the first two."""
    ready, _, _ = select.select([APPLICATION, wake_up], [], [], POLL_SECONDS)
    if wake_up in ready and set(os.read(wake_up, 64)) - {signal.SIGCHLD}:
        return True
    return APPLICATION in ready and os.read(APPLICATION, 64) == b""


def _stop(server: int, wake_up: int, stop: list[tuple[int, float]]) -> None:
    """Send each signal in turn, giving the server the seconds beside it to end."""
    for number, seconds in stop:
        os.kill(server, number)
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if _ended(server):
                return
            if select.select([wake_up], [], [], min(left, POLL_SECONDS))[0]:
                os.read(wake_up, 64)
    os.kill(server, signal.SIGKILL)
    os.waitpid(server, 0)


def main(orders: str) -> None:
    """Run the command in `orders` (JSON) until the pipe on standard input closes, then stop it."""
    order = json.loads(orders)
    wake_up = _wake_up_pipe()
    os.chdir(order["directory"])
    server = _spawn(order["command"], order["log"])
    with contextlib.suppress(BrokenPipeError):  # the application is gone already: the wait below sees it too
        os.write(1, b"%d\n" % server)
    while not _ended(server):
        if _told_to_stop(wake_up):
            _stop(server, wake_up, order["stop"])
            break
    if order["remove"]:
        shutil.rmtree(order["remove"], ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
