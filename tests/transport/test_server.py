"""The edge behind a real server on loopback: closed connections, streamed bodies, requests in one breath."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import orjson
import pytest
import uvicorn

from cma_graphql.graph.limits import Limits
from support.edge import Edge
from support.polling import until
from transport.conftest import MakeEdge


@contextlib.asynccontextmanager
async def serving(edge: Edge, http: str) -> AsyncIterator[int]:
    """Serve an edge, and give the port."""
    config = uvicorn.Config(
        edge.app, port=0, log_config=None, access_log=False, http=http, proxy_headers=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


def request(query: str, *, extra: str = "", length: int | None = None) -> bytes:
    """Write one POST."""
    body = orjson.dumps({"query": query})
    head = (
        "POST /graphql HTTP/1.1\r\nHost: server\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
        f"{extra}Content-Length: {len(body) if length is None else length}\r\n\r\n"
    )
    return head.encode() + body


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read one answer from a connection."""
    async with asyncio.timeout(5):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length")
        )
        return int(head.split(" ")[1]), await reader.readexactly(length)


async def until_ended(edge: Edge) -> list[str]:
    """Wait until the first context has been left, and tell how its resolvers ended."""
    await until(lambda: edge.contexts.made and "context" in edge.contexts.made[0].ended)
    return edge.contexts.made[0].ended


async def until_entered(edge: Edge) -> None:
    """Wait until a resolver waits."""
    await until(lambda: edge.contexts.made and edge.contexts.made[0].entered.is_set())


pytestmark = pytest.mark.parametrize("http", ["httptools", "h11"])


async def test_a_query_is_cancelled_when_its_client_goes(new_edge: MakeEdge, http: str) -> None:
    edge = new_edge()
    async with serving(edge, http) as port:
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("{ wait }"))
        await until_entered(edge)
        writer.close()
        assert await until_ended(edge) == ["wait cancelled", "context"]
    [line] = edge.access_lines
    assert line["status"] == 499
    assert line["codes"] == ["CLIENT_GONE"]


async def test_a_mutation_is_finished_when_its_client_goes(new_edge: MakeEdge, http: str) -> None:
    edge = new_edge()
    async with serving(edge, http) as port:
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("mutation { write }"))
        await until_entered(edge)
        writer.close()
        await writer.wait_closed()
        for _ in range(20):
            await asyncio.sleep(0)
        edge.contexts.made[0].release.set()
        assert await until_ended(edge) == ["write done", "context"]


async def test_a_body_in_pieces(new_edge: MakeEdge, http: str) -> None:
    async with serving(new_edge(), http) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for byte in request("{ hello }"):
            writer.write(bytes([byte]))
            await writer.drain()
        assert await read_answer(reader) == (200, b'{"data":{"hello":"Hello you"},"extensions":{"cost":0}}')
        writer.close()


async def test_a_chunked_body_beyond_the_limit_is_refused_while_it_comes(new_edge: MakeEdge, http: str) -> None:
    async with serving(new_edge(limits=Limits(body_bytes=1_000)), http) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"POST /graphql HTTP/1.1\r\nHost: server\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        writer.write(b"3e8\r\n" + b" " * 1_000 + b"\r\n")
        writer.write(b"1\r\n \r\n")  # and the end of the body never comes
        status, body = await read_answer(reader)
        assert status == 413
        assert orjson.loads(body)["errors"][0]["extensions"]["code"] == "LIMIT_REACHED"
        writer.close()


async def test_a_declared_body_beyond_the_limit_is_refused_unread(new_edge: MakeEdge, http: str) -> None:
    async with serving(new_edge(), http) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("", length=10**9))
        assert (await read_answer(reader))[0] == 413
        writer.close()


async def test_requests_in_one_breath_are_answered_in_order(new_edge: MakeEdge, http: str) -> None:
    edge = new_edge()
    async with serving(edge, http) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        names = [f"n{number}" for number in range(5)]
        writer.write(b"".join(request(f'{{ hello(name: "{name}") }}') for name in names))
        answers = [await read_answer(reader) for _ in names]
        assert answers == [
            (200, f'{{"data":{{"hello":"Hello {name}"}},"extensions":{{"cost":0}}}}'.encode()) for name in names
        ]
        writer.close()
    assert len({line["request_id"] for line in edge.access_lines}) == 5


async def test_a_client_that_goes_while_sending_leaves_nothing(new_edge: MakeEdge, http: str) -> None:
    edge = new_edge()
    async with serving(edge, http) as port:
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("{ hello }", length=500))
        await writer.drain()
        writer.close()
        await until(lambda: edge.access_lines)
    assert edge.access_lines[0]["codes"] == ["CLIENT_GONE"]
    assert edge.contexts.made == []
