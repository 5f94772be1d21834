"""Files through the server: taken in whole or not at all, given out as attachments, and in no log by name."""

import asyncio
import contextlib
import io
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import uvicorn
from prometheus_client import CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unavailable
from cma_graphql.core.signed_addresses import SignedAddresses
from cma_graphql.integrations.storage.folder import FolderStore
from cma_graphql.integrations.storage.port import DOWNLOADS, UPLOADS, Leaving, StorageKey
from cma_graphql.transport.files import FilesEndpoint, file_routes
from cma_graphql.transport.metrics import Metrics
from cma_graphql.transport.middleware import with_edge_middleware
from cma_graphql.transport.routes import EXCEPTION_HANDLERS
from integrations.storage.conftest import Rings, a_key, announced, found_in, in_minutes
from support.logs import logged
from support.polling import until

CONTENT = b"%PDF-1.7 Dear Ms Okafor" + bytes(600_000)


@dataclass
class Counter:
    """The server of files, a client of it, and what it leaves behind."""

    store: FolderStore
    folder: Path
    registry: CollectorRegistry
    logs: io.StringIO
    port: int
    client: httpx.AsyncClient
    turned: list[timedelta]

    async def upload_path(self, content: bytes = CONTENT, key: StorageKey | None = None) -> str:
        """Announce a file; answer where it is handed in."""
        target = await self.store.upload_target(announced(content, key), expires_at=in_minutes())
        return target.url.removeprefix("https://cma.example")

    async def kept(self, content: bytes = CONTENT) -> StorageKey:
        """Hand a file in and keep it."""
        key = a_key()
        assert (await self.client.put(await self.upload_path(content, key), content=content)).status_code == 204
        await self.store.keep(key, await found_in(self.store, key))
        return key

    async def download_path(
        self, key: StorageKey, file_name: str = "letter.pdf", media_type: str = "application/pdf"
    ) -> str:
        """Answer where a file is fetched."""
        address = await self.store.download_address(
            key, file_name=file_name, media_type=media_type, expires_at=in_minutes(1)
        )
        return address.url.removeprefix("https://cma.example")

    def files(self) -> list[Path]:
        """Answer what lies on the disk."""
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def lines(self) -> list[dict[str, Any]]:
        """Answer the access log."""
        found = [orjson.loads(line) for line in self.logs.getvalue().splitlines()]
        return [line for line in found if line.get("source") == "access"]


@contextlib.asynccontextmanager
async def serving(
    folder: Path, logs: io.StringIO, *, http: str = "httptools", routes: list[BaseRoute] | None = None
) -> AsyncIterator[Counter]:
    """Serve files over a real socket."""
    turned: list[timedelta] = [timedelta(0)]

    def time() -> datetime:
        return now() + turned[0]

    addresses = SignedAddresses({"k": bytes(range(32))}, current="k", now=time)
    store = FolderStore(folder, keys_of=Rings().of, addresses=addresses, public_url="https://cma.example")
    registry = CollectorRegistry()
    app = with_edge_middleware(
        Starlette(routes=routes or file_routes(store), exception_handlers=EXCEPTION_HANDLERS),
        metrics=Metrics(registry),
        allowed_origins=("https://cases.example.org",),
        production=True,
    )
    config = uvicorn.Config(
        app, port=0, log_config=None, access_log=False, http=http, proxy_headers=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        try:
            yield Counter(store, folder, registry, logs, port, client, turned)
        finally:
            server.should_exit = True
            await task


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    with logged() as stream:
        yield stream


@pytest.fixture(params=["httptools", "h11"])
async def counter(request: pytest.FixtureRequest, tmp_path: Path, logs: io.StringIO) -> AsyncIterator[Counter]:
    """Serve a store, by either parser of HTTP."""
    async with serving(tmp_path / "files", logs, http=request.param) as made:
        yield made


def refusal(answer: httpx.Response) -> Mapping[str, Any]:
    """Answer what a refusal says."""
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    (error,) = answer.json()["errors"]
    assert error["extensions"].pop("requestId") == answer.headers["x-request-id"]
    found: Mapping[str, Any] = error["extensions"]
    return found


@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_a_file_comes_in_and_goes_out(counter: Counter, method: str) -> None:
    key = a_key()
    answer = await counter.client.request(method, await counter.upload_path(key=key), content=CONTENT)
    assert (answer.status_code, answer.content) == (204, b"")
    await counter.store.keep(key, await found_in(counter.store, key))
    answer = await counter.client.get(await counter.download_path(key))
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == "attachment; filename=\"letter.pdf\"; filename*=UTF-8''letter.pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none';")
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["referrer-policy"] == "no-referrer"
    head = await counter.client.head(await counter.download_path(key))
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(CONTENT)), b"")


@pytest.mark.parametrize(
    ("name", "plain", "whole"),
    [
        ("Zoë's Brief.pdf", "Zo_'s Brief.pdf", "Zo%C3%AB%27s%20Brief.pdf"),
        ('a"; filename="evil.exe', "a_; filename=_evil.exe", "a%22%3B%20filename%3D%22evil.exe"),
        ("a\\b%22.pdf", "a_b_22.pdf", "a%5Cb%2522.pdf"),
        ("信.pdf", "_.pdf", "%E4%BF%A1.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a__Set-Cookie: x=1.pdf", "a%0D%0ASet-Cookie%3A%20x%3D1.pdf"),
    ],
)
async def test_no_name_breaks_out_of_its_header(counter: Counter, name: str, plain: str, whole: str) -> None:
    key = await counter.kept(b"%PDF")
    answer = await counter.client.get(await counter.download_path(key, name))
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"
    assert "set-cookie" not in answer.headers


async def test_text_keeps_the_encoding_it_was_declared_in(counter: Counter) -> None:
    key = await counter.kept("£12".encode("cp1252"))
    path = await counter.download_path(key, "a.csv", "text/csv; charset=windows-1252")
    answer = await counter.client.get(path)
    assert (answer.headers["content-type"], answer.text) == ("text/csv; charset=windows-1252", "£12")


@pytest.mark.parametrize(("content", "status"), [(CONTENT + b"x", 413), (CONTENT[:-1], 400), (b"", 400)])
async def test_another_length_names_field_and_rule_and_leaves_nothing(
    counter: Counter, content: bytes, status: int
) -> None:
    path = await counter.upload_path()
    answer = await counter.client.put(path, content=content)
    assert answer.status_code == status
    expected = {"field": "size", "rule": "size-mismatch", "params": {"expected": len(CONTENT)}, "code": "INVALID"}
    assert refusal(answer) == expected
    assert answer.headers["connection"] == "close"
    assert counter.files() == []
    assert (await counter.client.put(path, content=CONTENT)).status_code == 204


async def test_an_endless_upload_is_refused_while_it_comes(counter: Counter) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", counter.port)
    path = await counter.upload_path(b"%PDF")
    writer.write(f"PUT {path} HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    writer.write(b"5\r\n%PDFx\r\n")  # and the end never comes
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413")
    writer.close()
    assert counter.files() == []


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "gzip, identity"])
async def test_an_encoded_body_is_refused(counter: Counter, encoding: str) -> None:
    answer = await counter.client.put(
        await counter.upload_path(), content=CONTENT, headers={"Content-Encoding": encoding}
    )
    assert (answer.status_code, refusal(answer)) == (415, {"code": "UNSUPPORTED_MEDIA_TYPE"})
    assert counter.files() == []


async def test_an_address_takes_one_file(counter: Counter) -> None:
    path = await counter.upload_path()
    assert (
        await counter.client.put(path, content=CONTENT, headers={"Content-Encoding": "identity"})
    ).status_code == 204
    answer = await counter.client.put(path, content=CONTENT)
    assert (answer.status_code, refusal(answer)) == (409, {"code": "CONFLICT"})
    assert len(counter.files()) == 1


async def test_addresses_that_are_not_good(counter: Counter) -> None:
    upload, download = await counter.upload_path(), await counter.download_path(await counter.kept(b"%PDF"))
    forged = {"code": "FORBIDDEN", "reason": "forged"}
    for method, path in (
        ("PUT", f"{UPLOADS}/x.y.z"),
        ("PUT", f"{UPLOADS}/{'a' * 5000}"),
        ("PUT", upload[:-3]),
        ("PUT", f"{UPLOADS}/{download.rpartition('/')[2]}"),
        ("GET", f"{DOWNLOADS}/{upload.rpartition('/')[2]}"),
        ("GET", f"{DOWNLOADS}/%2e%2e"),
    ):
        answer = await counter.client.request(method, path, content=b"%PDF" if method == "PUT" else None)
        assert (answer.status_code, refusal(answer)) == (403, forged), path
    counter.turned[0] = timedelta(minutes=16)
    for method, path in (("PUT", upload), ("GET", download)):
        answer = await counter.client.request(method, path)
        assert (answer.status_code, refusal(answer)) == (403, {"code": "FORBIDDEN", "reason": "expired"})


async def test_other_methods_and_places(counter: Counter) -> None:
    upload, download = await counter.upload_path(), await counter.download_path(await counter.kept(b"%PDF"))
    statuses = {
        (method, path): (await counter.client.request(method, path)).status_code
        for method, path in (
            ("GET", upload),
            ("DELETE", upload),
            ("PUT", download),
            ("GET", UPLOADS),
            ("GET", "/files"),
        )
    }
    assert list(statuses.values()) == [405, 405, 405, 404, 404]


async def test_a_client_that_goes_in_mid_upload_leaves_nothing(counter: Counter) -> None:
    path = await counter.upload_path()
    _, writer = await asyncio.open_connection("127.0.0.1", counter.port)
    writer.write(f"PUT {path} HTTP/1.1\r\nHost: server\r\nContent-Length: {len(CONTENT)}\r\n\r\n".encode())
    writer.write(CONTENT[:300_000])
    await writer.drain()
    await until(lambda: len(counter.files()) == 1)
    writer.close()
    await until(lambda: not counter.files())
    await until(counter.lines)
    (line,) = counter.lines()
    assert (line["status"], line["codes"]) == (499, ["CLIENT_GONE"])
    assert (await counter.client.put(path, content=CONTENT)).status_code == 204


async def test_browsers_of_our_own_origins_may_send_and_fetch(counter: Counter) -> None:
    path = await counter.upload_path()
    asked = {"Origin": "https://cases.example.org", "Access-Control-Request-Method": "PUT"}
    answer = await counter.client.options(path, headers={**asked, "Access-Control-Request-Headers": "content-type"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, asked["Origin"])
    assert "PUT" in answer.headers["access-control-allow-methods"]
    refused = await counter.client.options(path, headers={**asked, "Origin": "https://evil.example.org"})
    assert "access-control-allow-origin" not in refused.headers


async def test_no_log_and_no_metric_has_a_token_a_name_or_a_key(counter: Counter) -> None:
    key = a_key()
    upload = await counter.upload_path(key=key)
    await counter.client.put(upload, content=CONTENT)
    await counter.client.put(upload, content=CONTENT)
    await counter.store.keep(key, await found_in(counter.store, key))
    download = await counter.download_path(key, "secret-name.pdf")
    await counter.client.get(download)
    await until(lambda: len(counter.lines()) == 3)  # its line is written once all of it is on its way
    await counter.client.get(f"{DOWNLOADS}/secret-name")
    await until(lambda: len(counter.lines()) == 4)
    shown = [(line["method"], line["path"], line["status"], line.get("codes")) for line in counter.lines()]
    assert shown == [
        ("PUT", "/files/uploads/…", 204, None),
        ("PUT", "/files/uploads/…", 409, ["CONFLICT"]),
        ("GET", "/files/downloads/…", 200, None),
        ("GET", "/files/downloads/…", 403, ["FORBIDDEN"]),
    ]
    assert counter.lines()[2]["bytes"] == len(CONTENT)
    written = counter.logs.getvalue() + generate_latest(counter.registry).decode()
    for secret in (upload.rpartition("/")[2], download.rpartition("/")[2], "secret-name", key.text, "Okafor"):
        assert secret not in written


class Slow:
    """A store that fails in every way that a store may."""

    async def receive(self, token: str, chunks: AsyncIterable[bytes]) -> None:
        """Wait, or be away."""
        if token == "away":
            raise Unavailable
        async for _ in chunks:
            await asyncio.Event().wait()

    async def send(self, token: str) -> Leaving:
        """Be away, or break in the midst."""
        if token == "away":
            raise Unavailable
        return Leaving("a.pdf", "application/pdf", 100, self.broken())

    async def broken(self) -> AsyncGenerator[bytes]:
        """Send less than was said."""
        yield b"%PDF"
        raise Unavailable


async def test_a_store_that_is_away_slow_or_broken(tmp_path: Path, logs: io.StringIO) -> None:
    endpoint = FilesEndpoint(Slow(), seconds=0.05)
    routes: list[BaseRoute] = [
        Route(f"{UPLOADS}/{{token}}", endpoint.upload, methods=["PUT"]),
        Route(f"{DOWNLOADS}/{{token}}", endpoint.download, methods=["GET"]),
    ]
    async with serving(tmp_path, logs, routes=routes) as counter:
        for method, path in (("PUT", f"{UPLOADS}/away"), ("GET", f"{DOWNLOADS}/away")):
            answer = await counter.client.request(method, path)
            assert (answer.status_code, refusal(answer)) == (503, {"code": "UNAVAILABLE"})
            assert answer.headers["retry-after"] == "2"
        answer = await counter.client.put(f"{UPLOADS}/slow", content=b"%PDF")
        assert (answer.status_code, refusal(answer)) == (408, {"code": "REQUEST_TIMEOUT"})
        with pytest.raises(httpx.RemoteProtocolError):  # cut off, so that nobody takes it for whole
            await counter.client.get(f"{DOWNLOADS}/broken")


async def test_a_broken_seal_is_an_error_and_no_beginning_of_a_file(counter: Counter) -> None:
    key = await counter.kept(b"%PDF short")
    (path,) = counter.files()
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    answer = await counter.client.get(await counter.download_path(key))
    assert (answer.status_code, b"%PDF" in answer.content) == (500, False)
    await until(counter.lines)
    assert counter.lines()[-1]["codes"] == ["INTERNAL"]
