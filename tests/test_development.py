"""One command on a fresh data directory: servers, migrations, sign-ins, the API; and nothing left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from queue import Queue

import httpx

from support.loopback import free_port

LOGIN = """
mutation ($email: String!, $password: String!) {
  login(input: {email: $email, password: $password}) { session { accessToken } errors { code } }
}
"""
PATIENCE = 120


def start(data_dir: Path, port: int) -> "tuple[subprocess.Popen[str], Queue[str]]":
    """Start the development server; what it and its worker say goes into a queue."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CMA_", "COV_"))}
    environment |= {"CMA_DATA_DIR": str(data_dir), "CMA_PORT": str(port), "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "cma_graphql", "run"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: Queue[str] = Queue()

    def read() -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    return process, lines


def wait_until_served(lines: "Queue[str]") -> str:
    """Read on until the server says that it is up; answer all it said."""
    said = ""
    while "The playground: " not in said:
        line = lines.get(timeout=PATIENCE)
        assert line, said
        said += line
    return said


def running() -> dict[int, int]:
    """Answer every running process with its parent."""
    listed = subprocess.run(["/bin/ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    return {int(pid): int(parent) for pid, parent in (line.split() for line in listed.stdout.splitlines())}


def descendants(of: int) -> set[int]:
    """Answer the processes that a process has started, and those that they have."""
    found, parents = {of}, running()
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {of}


def is_worker(pid: int) -> bool:
    """Tell whether a process is a worker of ours."""
    listed = subprocess.run(["/bin/ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "cma_graphql worker" in listed.stdout


def ask(port: int, query: str, token: str | None = None, **variables: str) -> dict[str, object]:
    """Ask the server."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = httpx.post(
        f"http://127.0.0.1:{port}/graphql",
        json={"query": query, "variables": variables},
        headers=headers,
        timeout=30,
    )
    found: dict[str, object] = answer.json()
    return found


def test_one_command_serves_keeps_and_ends(tmp_path: Path) -> None:
    port = free_port()
    for run, ended_by in (("first", signal.SIGINT), ("second", signal.SIGTERM)):
        process, lines = start(tmp_path / "data", port)
        started: set[int] = set()
        try:
            said = wait_until_served(lines)
            assert f"http://127.0.0.1:{port}/graphql" in said
            assert "advisor@bristol.example.org" in said
            assert ("Making a demonstration network" in said) is (run == "first")
            started = descendants(process.pid)
            assert len([pid for pid in started if is_worker(pid)]) == 1
            signed_in = ask(port, LOGIN, email="advisor@bristol.example.org", password="demonstration only")
            token = signed_in["data"]["login"]["session"]["accessToken"]  # type: ignore[index]
            answer = ask(port, "{ cases { totalCount } me { centre { name } } }", token)
            assert answer["data"]["me"]["centre"]["name"] == "Bristol Debt Advice"  # type: ignore[index]
            assert answer["data"]["cases"]["totalCount"] > 5  # type: ignore[index]
        finally:
            process.send_signal(ended_by)
            assert process.wait(timeout=60) == 0
        said = "".join(iter(partial(lines.get, timeout=PATIENCE), ""))
        assert "Traceback" not in said
        assert "worker interrupted" not in said
        deadline = time.monotonic() + PATIENCE
        while started & running().keys() and time.monotonic() < deadline:
            process.poll()
        assert started != set()
        assert started & running().keys() == set()
