"""The product itself, served as it is, and somebody of a centre who can sign in."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from pydantic import SecretStr
from websockets.asyncio.client import connect

from cma_graphql.app import make_server
from cma_graphql.core.keyring import new_key
from cma_graphql.core.settings import Settings
from cma_graphql.transport.live.messages import SUBPROTOCOL
from cma_graphql.transport.serving import Server
from support.polling import until

PASSWORD = "correct horse battery staple"
LOGIN = "mutation ($input: LoginInput!) { login(input: $input) { session { accessToken refreshToken } } }"
REFRESH = "mutation ($input: RefreshInput!) { refresh(input: $input) { session { accessToken refreshToken } } }"
HOLD = "mutation ($input: CaseHoldInput!) { caseHold(input: $input) { errors { message } } }"


def settings_over(database_url: str, redis_url: str, data_dir: Path) -> Settings:
    """Give the settings of a server over these; servers of the same settings are one product."""
    return Settings(
        env="test",
        port=0,
        database_url=SecretStr(database_url),
        redis_url=SecretStr(redis_url),
        public_url="http://127.0.0.1",
        email_from="noreply@example.org",
        token_keys=SecretStr(f"k1:{new_key()}"),
        master_keys=SecretStr(f"test:{b64encode(bytes(range(32))).decode()}"),
        index_key=SecretStr(b64encode(bytes(range(32, 64))).decode()),
        data_dir=data_dir,
    )


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Server]:
    """Serve the product for the time of a block; at its end the server is stopped as an operator stops it."""
    server = make_server(settings)
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started or task.done(), seconds=20)
    try:
        yield server
    finally:
        server.should_exit = True
        await task


def port_of(server: Server) -> int:
    """Tell where a server listens."""
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


@dataclass
class Product:
    """The product, served, and somebody who can sign in."""

    server: Server
    settings: Settings
    client: httpx.AsyncClient
    email: str
    centre: UUID

    @property
    def port(self) -> int:
        """Where it is served."""
        return port_of(self.server)

    async def run(self, query: str, **variables: Any) -> Any:
        """Ask by HTTP."""
        answer = await self.client.post("/graphql", json={"query": query, "variables": variables})
        return answer.json()["data"]

    async def log_in(self) -> dict[str, str]:
        """Sign in; answer the tokens."""
        session: dict[str, str] = (await self.run(LOGIN, input={"email": self.email, "password": PASSWORD}))["login"][
            "session"
        ]
        return session

    async def hold(self, case: str) -> None:
        """Put a case on hold."""
        given = {"id": case, "expectedVersion": 1, "reason": "Bank statements", "reviewOn": "2099-03-31"}
        held = await self.run(HOLD, input=given)
        assert held == {"caseHold": {"errors": []}}

    def socket(self) -> connect:
        """Open a WebSocket."""
        return connect(f"ws://127.0.0.1:{self.port}/graphql", subprotocols=[SUBPROTOCOL], proxy=None)  # type: ignore[list-item]

    async def figure(self, name: str) -> float:
        """Read a figure of /metrics."""
        text = (await self.client.get("/metrics")).text
        return float(next(line.rsplit(" ", 1)[1] for line in text.splitlines() if line.startswith(name)))
