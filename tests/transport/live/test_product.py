"""The product's own wiring: its sign-in, its schema and its server under a WebSocket and a stream of events."""

import asyncio
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from pydantic import SecretStr
from websockets.asyncio.client import connect

from cma_graphql.access.permissions import Role
from cma_graphql.app import make_server
from cma_graphql.core.keyring import new_key
from cma_graphql.core.passwords import hash_password
from cma_graphql.core.settings import Settings
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.embedded import EmbeddedServers
from cma_graphql.transport.live.messages import SUBPROTOCOL
from cma_graphql.transport.serving import Server
from support.data import Data
from support.databases import Databases
from support.following import CASE_EVENTS
from support.live import Socket
from support.polling import until

PASSWORD = "correct horse battery staple"
LOGIN = "mutation ($input: LoginInput!) { login(input: $input) { session { accessToken refreshToken } } }"
REFRESH = "mutation ($input: RefreshInput!) { refresh(input: $input) { session { accessToken refreshToken } } }"
HOLD = "mutation ($input: CaseHoldInput!) { caseHold(input: $input) { errors { message } } }"
ME = "{ me { user { email } centre { id } } }"


_HELD = (
    'cma_live_connections{transport="ws"}',
    'cma_database_connections{pool="read_used"}',
    'cma_database_connections{pool="write_used"}',
)


@dataclass
class Product:
    """The product, served, and somebody who can sign in."""

    server: Server
    client: httpx.AsyncClient
    email: str
    centre: UUID

    @property
    def port(self) -> int:
        """Where it is served."""
        port: int = self.server.servers[0].sockets[0].getsockname()[1]
        return port

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


@pytest.fixture
async def product(
    servers: EmbeddedServers, databases: Databases, database_name: str, data: Data, tmp_path: Path
) -> AsyncIterator[Product]:
    """Serve the product on the tests' database."""
    centre = await data.a_centre()
    email = f"ida.{centre.hex}@example.org"
    await data.a_member(centre, Role.CENTRE_MANAGER, email=email, password_hash=await hash_password(PASSWORD))
    secret = b64encode(bytes(range(32))).decode()
    settings = Settings(
        env="test",
        port=0,
        database_url=SecretStr(databases.app(database_name)),
        redis_url=SecretStr(servers.redis_url),
        public_url="http://127.0.0.1",
        email_from="noreply@example.org",
        token_keys=SecretStr(f"k1:{new_key()}"),
        master_keys=SecretStr(f"test:{secret}"),
        index_key=SecretStr(b64encode(bytes(range(32, 64))).decode()),
        data_dir=tmp_path,
    )
    server = make_server(settings)
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        yield Product(server, client, email, centre)
    server.should_exit = True
    await task


async def test_somebody_is_signed_in_asks_and_is_sent_away_when_signed_out(product: Product) -> None:
    tokens = await product.log_in()
    async with product.socket() as connection:
        socket = Socket(connection)
        ack = await socket.begin(tokens["accessToken"])
        assert ack["payload"]["sessionExpiresAt"].endswith("Z")
        await socket.subscribe("me", ME)
        assert (await socket.hear())["payload"]["data"]["me"]["user"] == {"email": product.email}
        assert (await socket.hear())["type"] == "complete"
        assert await product.figure('cma_live_connections{transport="ws"}') == 1
        await socket.subscribe("out", "mutation { logout { errors { message } } }")
        assert (await socket.hear())["payload"]["data"] == {"logout": {"errors": []}}
        began = time.monotonic()
        assert (await socket.until_closed())[0] == 4403
        assert time.monotonic() - began < 1.5  # a second, and what a busy machine takes
    await until_free(product)
    async with product.socket() as connection:
        socket = Socket(connection)
        await socket.say("connection_init", payload={"authorization": f"Bearer {tokens['accessToken']}"})
        assert (await socket.until_closed())[0] == 4403


async def test_a_token_is_refreshed_on_the_socket_and_anothers_is_not(product: Product) -> None:
    tokens = await product.log_in()
    async with product.socket() as connection:
        socket = Socket(connection)
        await socket.begin(tokens["accessToken"])
        newer = (await product.run(REFRESH, input={"refreshToken": tokens["refreshToken"]}))["refresh"]["session"]
        await socket.say("ping", payload={"authorization": f"Bearer {newer['accessToken']}"})
        assert (await socket.hear())["payload"]["sessionExpiresAt"].endswith("Z")
        await socket.subscribe("me", ME)
        assert (await socket.hear())["payload"]["data"]["me"]["user"] == {"email": product.email}
        await socket.hear()
        other = await product.log_in()
        await socket.say("ping", payload={"authorization": f"Bearer {other['accessToken']}"})
        assert (await socket.until_closed())[0] == 4403
    await until_free(product)


async def test_a_stream_of_events_answers_a_query(product: Product) -> None:
    tokens = await product.log_in()
    headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {tokens['accessToken']}"}
    answer = await product.client.post("/graphql", json={"query": ME}, headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    _, event, complete, *_ = answer.text.split("\n\n")
    assert orjson.loads(event.removeprefix("event: next\ndata: "))["data"]["me"]["user"] == {"email": product.email}
    assert complete.splitlines() == ["event: complete", "data: "]


async def test_events_come_by_socket_and_go_on_as_server_sent_events(product: Product, data: Data) -> None:
    case, other = [write_id("case", await data.a_case(product.centre, status="IN_PROGRESS")) for _ in range(2)]
    header = f"Bearer {(await product.log_in())['accessToken']}"
    product.client.headers["Authorization"] = header
    async with product.socket() as connection:
        socket = Socket(connection)
        await socket.begin(header.removeprefix("Bearer "))
        await socket.subscribe("cases", CASE_EVENTS)
        assert (await socket.hear())["payload"]["data"]["caseEvents"]["__typename"] == "Heartbeat"
        await product.hold(case)
        first = (await socket.hear())["payload"]["data"]["caseEvents"]
        assert (first["__typename"], first["case"]["status"]) == ("CaseEvent", "ON_HOLD")
        await product.hold(other)
        second = (await socket.hear())["payload"]["data"]["caseEvents"]
    headers = {"Accept": "text/event-stream", "Last-Event-ID": first["cursor"]}
    ask = product.client.stream("POST", "/graphql", json={"query": CASE_EVENTS}, headers=headers)
    async with asyncio.timeout(5), ask as answer:
        async for line in answer.aiter_lines():
            if line.startswith("id: ") and line.removeprefix("id: ") != first["cursor"]:
                assert line.removeprefix("id: ") == second["cursor"]
            if line.startswith("data: ") and '"CaseEvent"' in line:
                assert orjson.loads(line.removeprefix("data: "))["data"]["caseEvents"] == second
                break
    await until_free(product)


async def test_a_session_that_is_ended_elsewhere_ends_what_it_follows(product: Product) -> None:
    token = (await product.log_in())["accessToken"]
    async with product.socket() as connection:
        socket = Socket(connection)
        await socket.begin(token)
        await socket.subscribe("cases", CASE_EVENTS)
        await socket.hear()
        product.client.headers["Authorization"] = f"Bearer {token}"
        await product.run("mutation { logout { errors { message } } }")
        began = time.monotonic()
        assert (await socket.until_closed())[0] == 4403
        assert time.monotonic() - began < 1.5  # a second, and what a busy machine takes
    await until_free(product)


async def test_the_client_of_python_asks_and_follows(product: Product, data: Data) -> None:
    case = write_id("case", await data.a_case(product.centre, status="IN_PROGRESS"))
    header = f"Bearer {(await product.log_in())['accessToken']}"
    product.client.headers["Authorization"] = header
    transport = WebsocketsTransport(
        url=f"ws://127.0.0.1:{product.port}/graphql",
        init_payload={"authorization": header},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        ping_interval=0.2,
        pong_timeout=5,
    )
    async with Client(transport=transport) as session:
        assert (await session.execute(gql(ME)))["me"]["user"] == {"email": product.email}
        with pytest.raises(TransportQueryError, match="unknown"):
            await session.execute(gql("{ unknown }"))
        followed = session.subscribe(gql(CASE_EVENTS))
        assert (await anext(followed))["caseEvents"]["__typename"] == "Heartbeat"
        await product.hold(case)
        assert (await anext(followed))["caseEvents"]["case"] == {"id": case, "status": "ON_HOLD"}
        await followed.aclose()
    await until_free(product)


async def until_free(product: Product) -> None:
    """Wait until no connection, neither a client's nor one to the database, is in use."""
    async with asyncio.timeout(5):
        for name in _HELD:
            while await product.figure(name):
                pass
