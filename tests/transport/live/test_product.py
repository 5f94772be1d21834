"""The product's own wiring: its sign-in, its schema and its server under a WebSocket and a stream of events."""

import asyncio
import time

import orjson
import pytest
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

from cma_graphql.graph.node import write_id
from support.data import Data
from support.following import CASE_EVENTS
from support.live import Socket
from support.product import REFRESH, Product

ME = "{ me { user { email } centre { id } } }"

_HELD = (
    'cma_live_connections{transport="ws"}',
    'cma_database_connections{pool="read_used"}',
    'cma_database_connections{pool="write_used"}',
)


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
    async with asyncio.timeout(20):
        for name in _HELD:
            while await product.figure(name):
                pass
