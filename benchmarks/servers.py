"""The product and its peers as processes: how each is started, asked and stopped."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from cma_graphql.demo.network import PASSWORD
from cma_graphql.persistence.roles import APP
from dataset import Dataset, Facts, database_of
from peers import Peer, node
from preparing import PEER

OURS = "cma_graphql"
POOL = 10
"""Connections of each server's pool; the product's mutations have five more of their own."""
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_ANSWER_SECONDS = 30.0
_TOKEN_SECONDS = 300.0
"""After so long a new access token is asked for; one is good for fifteen minutes."""
_LIVE_SETTINGS = {"LIVE_CONNECTIONS": "6000", "LIVE_CONNECTIONS_OF_ONE": "6000"}
"""All subscribers are sessions of one person."""
_SESSION = "session { accessToken refreshToken } errors { code }"
_LOGIN = f"mutation($input: LoginInput!) {{ login(input: $input) {{ {_SESSION} }} }}"
_REFRESH = f"mutation($input: RefreshInput!) {{ refresh(input: $input) {{ {_SESSION} }} }}"


class ServerFailed(Exception):
    """A server did not start, did not answer, or refused a sign-in; the message ends with what it said."""


@dataclass(slots=True)
class Server:
    """One running server."""

    name: str
    dialect: str
    port: int
    log: Path
    process: "subprocess.Popen[bytes]"
    headers: dict[str, str] = field(default_factory=dict)
    renew: Callable[["Server"], None] | None = None
    """Puts a fresh token into the headers, where the server wants one."""
    renewed_at: float = 0.0

    def ask(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Ask once, apart from any measurement. Raises ServerFailed where it does not answer with JSON."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_ANSWER_SECONDS)
        try:
            headers = {"content-type": "application/json", **self.headers}
            connection.request("POST", "/graphql", json.dumps(body), headers)
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
        except (OSError, HTTPException, ValueError) as error:
            raise ServerFailed(f"{self.name} does not answer: {error}\n{self.log_end()}") from error
        finally:
            connection.close()
        return answer

    def keep_signed_in(self) -> None:
        """Renew the token once it has been used for some minutes."""
        if self.renew is not None and (not self.renewed_at or time.monotonic() - self.renewed_at > _TOKEN_SECONDS):
            self.renew(self)
            self.renewed_at = time.monotonic()

    def log_end(self) -> str:
        """Answer the last lines of what it said."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])

    def await_ready(self) -> None:
        """Wait until it listens. Raises ServerFailed."""
        if not await_port(self.port, lambda: self.process.poll() is None):
            raise ServerFailed(f"{self.name} did not start. It said:\n{self.log_end()}")

    def stop(self) -> None:
        """End it and wait until it has ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextmanager
def running(
    dataset: Dataset, facts: Facts, cases: int, peers: Sequence[Peer], *, live: bool = False
) -> Iterator[list[Server]]:
    """Run the product and these peers on the database with so many cases, the product first, while the block runs.

    `live`: for subscribers, whom the peers have a program of their own for.
    """
    with ExitStack() as ending:
        servers = [_start_product(dataset, facts, cases, _LIVE_SETTINGS if live else {})]
        ending.callback(servers[0].stop)
        for peer in peers:
            servers.append(_start_peer(peer, dataset, facts, cases, "following" if live else "server"))
            ending.callback(servers[-1].stop)
        for server in servers:
            server.await_ready()
            server.keep_signed_in()
        yield servers


def _start_product(dataset: Dataset, facts: Facts, cases: int, more: Mapping[str, str]) -> Server:
    """Start the product as it is served in production; the manager of the centre is signed in later."""
    port = free_port()
    settings = {
        "ENV": "production",
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATA_DIR": str(dataset.data_dir),
        "DATABASE_URL": dataset.address(APP, cases),
        "REDIS_URL": dataset.valkey.url,
        "SMTP_URL": "smtp://127.0.0.1:9",
        "EMAIL_FROM": "noreply@example.org",
        "STORAGE": "folder",
        "READ_POOL_SIZE": str(POOL),
        # the peers wait for their pools as long, and know no deadline: a slow machine is to be measured, not refused
        "CONNECT_TIMEOUT_SECONDS": "30",
        "DEADLINE_MS": "60000",
        **{name.upper(): dataset.secret(name) for name in ("token_keys", "master_keys", "index_key")},
        **more,
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CMA_")}
    environment = {**inherited, **{f"CMA_{name}": value for name, value in settings.items()}}
    log = dataset.data_dir / f"{OURS}.log"
    program = [str(Path(sys.executable).with_name("cma-graphql")), "serve"]
    process = _process(program, environment, dataset.data_dir, log)
    return Server(OURS, "product", port, log, process, renew=_Session(facts.manager).renew)


def _start_peer(peer: Peer, dataset: Dataset, facts: Facts, cases: int, program: str) -> Server:
    """Start a peer on the same rows; it is told the centre in a header and believes it."""
    port = free_port()
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/"),
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "BENCH_PORT": str(port),
        "BENCH_POOL": str(POOL),
        "PGHOST": dataset.sockets,
        "PGUSER": PEER,
        "PGDATABASE": database_of(cases),
    }
    log = dataset.data_dir / f"{peer.name}.log"
    command = [str(node()), f"{program}.js"] if peer.node else [sys.executable, f"{program}.py"]
    process = _process(command, environment, peer.folder, log)
    return Server(peer.name, peer.dialect, port, log, process, {"x-centre": str(facts.centre_id)})


def _process(
    program: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path
) -> "subprocess.Popen[bytes]":
    """Start a program in a folder; what it says goes to a file."""
    with log.open("wb") as said:
        return subprocess.Popen(
            program, cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )


@dataclass(slots=True)
class _Session:
    """Somebody signed in: by password at first, by the refresh token from then on."""

    email: str
    refresh_token: str = ""

    def renew(self, server: Server) -> None:
        """Sign in, or renew. Raises ServerFailed."""
        if self.refresh_token:
            name, document, given = "refresh", _REFRESH, {"refreshToken": self.refresh_token}
        else:
            name, document, given = "login", _LOGIN, {"email": self.email, "password": PASSWORD}
        answer = server.ask({"query": document, "variables": {"input": given}})
        session = ((answer.get("data") or {}).get(name) or {}).get("session")
        if session is None:
            raise ServerFailed(f"{name} was refused: {answer}")
        self.refresh_token = session["refreshToken"]
        server.headers["authorization"] = f"Bearer {session['accessToken']}"


def await_port(port: int, alive: Callable[[], bool]) -> bool:
    """Wait until somebody listens at a port; answer whether it came to that while its server was alive."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and alive():
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def free_port() -> int:
    """Answer a port that nobody listens at; one at random, so that two just answered are not the same."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
