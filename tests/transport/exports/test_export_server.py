"""Exports by a real server: the product's own wiring, and what a client makes of a file that broke off."""

import asyncio
import contextlib
import csv
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest
import uvicorn
from pydantic import SecretStr

from cma_graphql.access.permissions import Role
from cma_graphql.app import create_app
from cma_graphql.core.keyring import new_key
from cma_graphql.core.passwords import hash_password
from cma_graphql.core.settings import Settings
from cma_graphql.persistence.embedded import EmbeddedServers
from support.databases import Databases
from support.exporting import Exporting
from support.logs import logged
from support.loopback import served
from support.polling import until
from transport.exports.conftest import CLIENTS, NAMES, Shelf, fill

PASSWORD = "correct horse battery staple"
BOTH = pytest.mark.parametrize("http", ["httptools", "h11"])


@contextlib.asynccontextmanager
async def serving(exporting: Exporting, http: str) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the edge in this loop, and give a client of it."""
    config = uvicorn.Config(exporting.app, port=0, log_config=None, access_log=False, http=http, lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            yield client
    finally:
        server.should_exit = True
        await task


async def test_the_product_gives_lists_out(
    servers: EmbeddedServers, databases: Databases, database_name: str, shelf: Shelf, tmp_path: Path
) -> None:
    email = f"mona.{shelf.centre.hex}@example.org"
    person = {"email": email, "password_hash": await hash_password(PASSWORD)}
    manager = await shelf.data.a_member(shelf.centre, Role.CENTRE_MANAGER, **person)
    settings = Settings(
        env="test",
        database_url=SecretStr(databases.app(database_name)),
        redis_url=SecretStr(servers.redis_url),
        public_url="http://127.0.0.1",
        email_from="noreply@example.org",
        data_dir=tmp_path,
        allowed_origins=("https://cases.example.org",),
        token_keys=SecretStr(f"test:{new_key()}"),
        master_keys=SecretStr(f"test:{b64encode(bytes(range(32))).decode()}"),
        index_key=SecretStr(b64encode(bytes(range(32, 64))).decode()),
    )
    sign_in = (
        f'mutation {{ login(input: {{ email: "{email}", password: "{PASSWORD}" }}) {{ session {{ accessToken }} }} }}'
    )
    with logged(), served(create_app(settings)) as origin:
        async with httpx.AsyncClient(base_url=origin, timeout=30) as client:
            token = (await client.post("/graphql", json={"query": sign_in})).json()["data"]["login"]["session"]
            headers = {"authorization": f"Bearer {token['accessToken']}", "origin": "https://cases.example.org"}
            answer = await client.post("/export", json={"query": NAMES}, headers=headers)
            figures = (await client.get("/metrics")).text
    assert answer.status_code == 200
    assert "Cma-Redacted" in answer.headers["access-control-expose-headers"]
    assert len(list(csv.DictReader(answer.text.splitlines()))) == CLIENTS
    assert f"cma_exported_rows_total {CLIENTS}.0" in figures
    assert [entry["actor_id"] for entry in await shelf.audit()] == [manager.user_id]
    assert [len(row["client_ids"]) for row in await shelf.access()] == [100, 100, 50]


@BOTH
async def test_a_whole_file_ends_properly(exporting: Exporting, shelf: Shelf, http: str) -> None:
    async with serving(exporting, http) as client:
        headers = {"authorization": exporting.word_of(shelf.manager)}
        answer = await client.post("/export", json={"query": NAMES}, headers=headers)
    assert answer.headers["transfer-encoding"] == "chunked"
    assert len(answer.text.splitlines()) == CLIENTS + 1
    assert exporting.figure("cma_exports_ended_total", outcome="OK") == 1


@BOTH
async def test_a_file_that_broke_off_is_an_error_to_its_client(
    exporting: Exporting,
    shelf: Shelf,
    http: str,
    overseer: "asyncpg.Connection[asyncpg.Record]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written, pages = exporting.access_log._write, 0

    async def write(*given: object) -> None:
        nonlocal pages
        pages += 1
        await written(*given)  # type: ignore[arg-type]
        if pages == 2:
            reader = exporting.contexts[-1]._reader
            assert reader is not None
            assert reader._connection is not None
            await overseer.execute("SELECT pg_terminate_backend($1)", reader._connection.get_server_pid())

    monkeypatch.setattr(exporting.access_log, "_write", write)
    body = b""
    async with serving(exporting, http) as client:
        headers = {"authorization": exporting.word_of(shelf.manager)}
        with pytest.raises(httpx.RemoteProtocolError):
            async with client.stream("POST", "/export", json={"query": NAMES}, headers=headers) as answer:
                assert answer.status_code == 200
                async for chunk in answer.aiter_raw():
                    body += chunk
    assert body.count(b"\r\n") == 201


@BOTH
async def test_a_client_that_closes_its_connection_ends_the_query(
    exporting: Exporting, shelf: Shelf, http: str
) -> None:
    await fill_more(shelf)
    async with serving(exporting, http) as client:
        headers = {"authorization": exporting.word_of(shelf.manager)}
        async with client.stream("POST", "/export", json={"query": NAMES}, headers=headers) as answer:
            assert answer.status_code == 200
        await until(lambda: exporting.left == 1, seconds=20)
    assert exporting.figure("cma_exports_ended_total", outcome="CLIENT_GONE") == 1
    assert exporting.figure("cma_exported_rows_total") is not None
    assert (exporting.figure("cma_exported_rows_total") or 0) < CLIENTS + 5_000


async def fill_more(shelf: Shelf) -> None:
    """Make the list so long that it is not over before its client has gone."""
    await shelf.rows.execute("DELETE FROM clients WHERE centre_id = $1", shelf.centre)
    await fill(shelf.rows, shelf.centre, CLIENTS + 5_000)
