"""What the server sends for the playground: types, caching, security headers; a plain page where it is not built."""

import gzip
import json
import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from cma_graphql.transport.playground.page import bundle, playground_page, playground_routes

REPOSITORY = Path(__file__).resolve().parents[3]
IMMUTABLE = "public, max-age=31536000, immutable"
ADDRESS = re.compile(r'(?:href|src)="([^"#]+)"')


def site(static: Path) -> Starlette:
    """Make a server that shows what lies in `static` and nothing else."""
    page = Route("/graphql", partial(playground_page, static_dir=static))
    return Starlette(routes=[page, *playground_routes(static_dir=static)])


def ask(app: Starlette) -> httpx.AsyncClient:
    """Make a client of a server in this process."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://server")


@pytest.fixture
async def client(built_playground: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Make a client of a server with the playground built."""
    async with ask(site(built_playground)) as opened:
        yield opened


def policy(response: httpx.Response) -> dict[str, str]:
    """Return a content security policy, taken apart."""
    directives = response.headers["content-security-policy"].split("; ")
    return dict(directive.split(" ", 1) for directive in directives)


async def test_the_page_may_load_from_its_own_origin_only_and_run_no_inline_script(client: httpx.AsyncClient) -> None:
    page = await client.get("/graphql")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert policy(page) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "font-src": "'self' data:",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["vary"] == "Accept, Accept-Encoding"


async def test_the_page_names_only_assets_that_are_there(client: httpx.AsyncClient) -> None:
    page = (await client.get("/graphql")).text
    assert "{{" not in page
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", page)
    addresses = ADDRESS.findall(page)
    assert len(addresses) == 10
    for address in addresses:
        assert address.startswith("graphql/assets/")
        asset = await client.get(f"/{address}")
        assert asset.status_code == 200
        assert asset.headers["cache-control"] == IMMUTABLE
        assert asset.headers["x-content-type-options"] == "nosniff"
        assert asset.headers["content-security-policy"] == "default-src 'none'"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("graphiql.js", "text/javascript; charset=utf-8"),
        ("graphiql.css", "text/css; charset=utf-8"),
        ("examples.json", "application/json"),
        ("icon.svg", "image/svg+xml"),
        ("licences.txt", "text/plain; charset=utf-8"),
    ],
)
async def test_assets_have_their_type_and_can_be_asked_for_again(
    client: httpx.AsyncClient, built_playground: Path, name: str, media_type: str
) -> None:
    path = next(path for path in bundle(built_playground).assets if path.endswith(f"/{name}"))
    asset = await client.get(f"/graphql/assets/{path}")
    assert asset.headers["content-type"] == media_type
    assert asset.content == (built_playground / "assets" / path).read_bytes()
    again = await client.get(f"/graphql/assets/{path}", headers={"if-none-match": f'"other", {asset.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == asset.headers["etag"]
    assert again.headers["cache-control"] == IMMUTABLE


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [("gzip, deflate, br", True), ("br, GZIP;q=0.5", True), ("gzip;q=0", False), ("identity", False), ("", False)],
)
async def test_assets_are_compressed_for_those_who_take_it(
    client: httpx.AsyncClient, built_playground: Path, accepted: str, *, compressed: bool
) -> None:
    path = next(path for path in bundle(built_playground).assets if path.endswith("/graphiql.js"))
    plain = await client.get(f"/graphql/assets/{path}", headers={"accept-encoding": "identity"})
    asset = await client.get(f"/graphql/assets/{path}", headers={"accept-encoding": accepted})
    assert asset.headers.get("content-encoding") == ("gzip" if compressed else None)
    assert asset.headers["vary"] == "Accept-Encoding"
    assert asset.content == plain.content  # the client has unpacked it
    assert (asset.headers["etag"] == plain.headers["etag"]) is not compressed
    if compressed:
        assert int(asset.headers["content-length"]) < len(plain.content) / 2


@pytest.mark.parametrize(
    "path", ["nothing.js", "../index.html", "%2e%2e/built-from", "..%2f..%2fpage.py", "/etc/passwd", ""]
)
async def test_nothing_but_the_assets_can_be_had(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/graphql/assets/{path}")
    assert answer.status_code == 404


async def test_where_it_is_not_built_a_browser_is_told_how_to_build_it(tmp_path: Path) -> None:
    async with ask(site(tmp_path / "static")) as client:
        page = await client.get("/graphql")
        assert page.status_code == 200
        assert "<code>make playground</code>" in page.text
        assert policy(page)["script-src"] == "'self'"
        assert (await client.get("/graphql/assets/any/graphiql.js")).status_code == 404


def test_where_it_is_switched_off_there_are_no_routes(built_playground: Path) -> None:
    assert playground_routes(static_dir=built_playground, enabled=False) == []
    assert len(playground_routes(static_dir=built_playground)) == 1


def test_compressed_assets_are_the_same_as_the_others(built_playground: Path) -> None:
    for asset in bundle(built_playground).assets.values():
        if asset.compressed is not None:
            assert gzip.decompress(asset.compressed) == asset.content


def test_what_is_shipped_names_its_licences(built_playground: Path) -> None:
    licences = next((built_playground / "assets").glob("*/licences.txt")).read_text(encoding="utf-8")
    for package in ("graphiql", "@graphiql/plugin-explorer", "react", "react-dom"):
        assert re.search(rf"^{package} [0-9.]+ \(MIT\)$", licences, re.MULTILINE)
    assert "axe-core" not in licences  # a development package, which is not shipped


def test_the_lock_pins_every_package_by_hash_and_no_address() -> None:
    lock = json.loads((REPOSITORY / "web" / "playground" / "package-lock.json").read_bytes())
    packages = {place: facts for place, facts in lock["packages"].items() if place}
    assert packages
    assert [place for place, facts in packages.items() if not facts.get("integrity", "").startswith("sha512-")] == []
    assert [place for place, facts in packages.items() if "resolved" in facts] == []
