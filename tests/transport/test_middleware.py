"""Headers, origins, ids, addresses and the access log of every answer."""

import logging
from typing import Any

import httpx
import orjson
import pytest
from prometheus_client import CollectorRegistry
from starlette.types import Receive, Scope, Send

from cma_graphql.transport.client_address import TrustedProxies
from cma_graphql.transport.metrics import Metrics
from cma_graphql.transport.middleware import with_edge_middleware
from support.edge import Edge
from support.torture import SECRET, Contexts, codes
from transport.conftest import MakeEdge

ORIGIN = "https://cases.example.org"
PREFLIGHT = {"origin": ORIGIN, "access-control-request-method": "POST"}


async def test_every_answer_carries_the_security_headers(edge: Edge) -> None:
    for path in ("/graphql", "/livez", "/readyz", "/metrics", "/nothing"):
        headers = (await edge.client.get(path)).headers
        assert headers["content-security-policy"] == (
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "strict-transport-security" not in headers


@pytest.mark.parametrize(
    ("production", "scheme", "forwarded", "strict"),
    [
        (True, "https", None, True),
        (True, "http", None, False),
        (False, "https", None, False),
        (True, "http", "https", True),
        (True, "https", "http", False),
    ],
)
async def test_strict_transport_only_in_production_over_https(
    new_edge: MakeEdge,
    *,
    production: bool,
    scheme: str,
    forwarded: str | None,
    strict: bool,
) -> None:
    edge = new_edge(production=production, scheme=scheme, trusted_proxies=("127.0.0.1",))
    headers = {} if forwarded is None else {"x-forwarded-proto": forwarded}
    answer = await edge.client.get("/livez", headers=headers)
    assert ("strict-transport-security" in answer.headers) is strict


async def test_a_stranger_cannot_claim_https(new_edge: MakeEdge) -> None:
    answer = await new_edge(production=True).client.get("/livez", headers={"x-forwarded-proto": "https"})
    assert "strict-transport-security" not in answer.headers


async def test_headers_that_the_application_sets_stay(logs: object) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-security-policy", b"script-src 'self'"), (b"cache-control", b"max-age=60")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    wrapped = with_edge_middleware(app, metrics=Metrics(CollectorRegistry()), production=False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=wrapped), base_url="http://server") as client:
        answer = await client.get("/")
    assert logs is not None
    assert answer.headers["content-security-policy"] == "script-src 'self'"
    assert answer.headers["cache-control"] == "max-age=60"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_origin_on_the_list_may_call(new_edge: MakeEdge) -> None:
    edge = new_edge(allowed_origins=(ORIGIN,))
    wanted = "authorization, content-type, x-request-id, x-cma-preflight, graphql-require-preflight"
    preflight = await edge.client.options("/graphql", headers={**PREFLIGHT, "access-control-request-headers": wanted})
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert preflight.headers["access-control-allow-methods"] == "GET, POST, PUT"
    assert "Origin" in preflight.headers["vary"]
    assert "access-control-allow-credentials" not in preflight.headers
    answer = await edge.run("{ hello }", headers={"origin": ORIGIN})
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert (
        answer.headers["access-control-expose-headers"]
        == "X-Request-Id, Retry-After, Content-Disposition, Cma-Redacted"
    )
    assert {"Accept", "Origin"} <= {each.strip() for each in answer.headers["vary"].split(",")}


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://cases.example.org",
        "https://cases.example.org:444",
        "https://cases.example.org.evil",
        "null",
    ],
)
async def test_any_other_origin_may_not(new_edge: MakeEdge, origin: str) -> None:
    edge = new_edge(allowed_origins=(ORIGIN,))
    preflight = await edge.client.options("/graphql", headers={**PREFLIGHT, "origin": origin})
    assert preflight.status_code == 400
    assert "access-control-allow-origin" not in preflight.headers
    answer = await edge.run("{ hello }", headers={"origin": origin})
    assert "access-control-allow-origin" not in answer.headers
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("header", ["x-other", "cookie"])
async def test_no_other_header_may_be_sent(new_edge: MakeEdge, header: str) -> None:
    edge = new_edge(allowed_origins=(ORIGIN,))
    preflight = await edge.client.options("/graphql", headers={**PREFLIGHT, "access-control-request-headers": header})
    assert preflight.status_code == 400


async def test_no_origin_is_allowed_by_default(edge: Edge) -> None:
    assert (await edge.client.options("/graphql", headers=PREFLIGHT)).status_code == 400


@pytest.mark.parametrize(
    "origin", ["*", "https://cases.example.org/", "cases.example.org", "https://*.example.org", ""]
)
def test_what_is_no_origin_is_refused_at_the_start(new_edge: MakeEdge, origin: str) -> None:
    with pytest.raises(ValueError, match="CMA_ALLOWED_ORIGINS"):
        new_edge(allowed_origins=(origin,))


@pytest.mark.parametrize("asked", ["a" * 8, "A.b_c-0123456789", "f" * 64])
async def test_a_request_id_comes_back(edge: Edge, asked: str) -> None:
    answer = await edge.run("{ hello }", headers={"x-request-id": asked})
    assert answer.headers["x-request-id"] == asked
    assert edge.access_lines[0]["request_id"] == asked


@pytest.mark.parametrize("asked", ["short", "f" * 65, "jane@example.org", "with space", ""])
async def test_a_request_id_of_another_form_is_replaced(edge: Edge, asked: str) -> None:
    answer = await edge.run("{ hello }", headers={"x-request-id": asked})
    assert len(answer.headers["x-request-id"]) == 36
    assert answer.headers["x-request-id"] != asked


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9", "192.0.2.1"),
        ("10.0.0.7", "198.51.100.9", "198.51.100.9"),
        ("10.0.0.7", "6.6.6.6, 198.51.100.9", "198.51.100.9"),
        ("10.0.0.7", "6.6.6.6, 198.51.100.9, 10.1.2.3", "198.51.100.9"),
        ("10.0.0.7", "10.1.1.1, 10.1.2.3", "10.1.1.1"),
        ("10.0.0.7", "198.51.100.9:4711", "198.51.100.9"),
        ("10.0.0.7", "[2001:db8::1]:443", "2001:db8::1"),
        ("10.0.0.7", "198.51.100.9, unknown", "10.0.0.7"),
        ("10.0.0.7", "", "10.0.0.7"),
        ("::ffff:10.0.0.7", "198.51.100.9", "198.51.100.9"),
        ("::1", "198.51.100.9", "198.51.100.9"),
        ("not an address", None, ""),
    ],
)
def test_the_client_behind_proxies(peer: str, forwarded: str | None, address: str) -> None:
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    scope = {"type": "http", "client": (peer, 1), "headers": headers}
    assert TrustedProxies(["10.0.0.0/8", "::1"]).client_address(scope) == address


def test_without_a_peer_there_is_no_address() -> None:
    assert TrustedProxies().client_address({"type": "http", "client": None, "headers": []}) == ""


def test_what_is_no_proxy_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="proxy"):
        TrustedProxies(["proxy"])


async def test_an_access_line_says_what_was_asked(new_edge: MakeEdge) -> None:
    edge = new_edge(contexts=Contexts(signed_in=True))
    answer = await edge.run("query Greet($n: String!) { hello(name: $n) }", {"n": "Jane"})
    [line] = edge.access_lines
    assert line.pop("ms") >= 0
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "source": "access",
        "level": "info",
        "request_id": answer.headers["x-request-id"],
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "bytes": len(answer.content),
        "operation": "Greet",
        "type": "query",
        "cost": 0,
        "actor": "STAFF",
        "centre": "00000000-0000-0000-0000-000000000001",
    }


async def test_a_name_is_cut_and_only_logged_from_a_valid_document(edge: Edge) -> None:
    await edge.run("query " + "N" * 200 + " { hello }")
    await edge.run("query Jane { unknown }")
    await edge.run("query A { hello }", operationName="Jane")
    first, second, third = edge.access_lines
    assert first["operation"] == "N" * 64
    assert "operation" not in second
    assert second["codes"] == ["GRAPHQL_VALIDATION_FAILED"]
    assert "operation" not in third
    assert third["codes"] == ["OPERATION_UNRESOLVED"]


@pytest.mark.parametrize(
    ("path", "logged"),
    [("/livez", "/livez"), ("/graphql/static/jane.js", "/graphql/…"), ("/clients/jane@example.org", "-"), ("/", "/")],
)
async def test_only_paths_of_ours_are_logged(edge: Edge, path: str, logged: str) -> None:
    await edge.client.get(path)
    assert edge.access_lines[0]["path"] == logged


async def test_a_method_of_the_clients_own_is_not_logged(edge: Edge) -> None:
    await edge.client.request("JANE", "/graphql")
    assert edge.access_lines[0]["method"] == "OTHER"
    assert edge.access_lines[0]["status"] == 405


async def test_an_unknown_address_is_answered_in_json(edge: Edge) -> None:
    answer = await edge.client.get("/nothing")
    assert answer.status_code == 404
    assert codes(answer.json()["errors"]) == ["NOT_FOUND"]
    other = await edge.client.post("/livez")
    assert other.status_code == 405
    assert codes(other.json()["errors"]) == ["METHOD_NOT_ALLOWED"]


@pytest.mark.parametrize("begun", [False, True])
async def test_the_last_resort_masks_and_logs(logs: Any, *, begun: bool) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        if begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        raise RuntimeError(SECRET)

    wrapped = with_edge_middleware(app, metrics=Metrics(CollectorRegistry()), production=True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=wrapped), base_url="http://server") as client:
        answer = await client.get("/graphql")
    lines = [orjson.loads(line) for line in logs.getvalue().splitlines()]
    assert [line["event"] for line in lines if line["level"] == "error"] == ["unforeseen error"]
    assert SECRET not in logs.getvalue() + answer.text
    if not begun:
        assert answer.status_code == 500
        assert codes(answer.json()["errors"]) == ["INTERNAL"]


async def test_personal_data_anywhere_in_a_request_is_in_no_log(new_edge: MakeEdge) -> None:
    """Put personal data into every place of a request, and look for it in everything that was logged."""
    edge = new_edge(contexts=Contexts(signed_in=True))
    jane, address = "Jane.Doe.QQ123456C", "203.0.113.77"
    everywhere = {
        "authorization": f"Bearer {jane}",
        "cookie": f"a={jane}",
        "user-agent": jane,
        "referer": f"https://{jane}.example/",
        "origin": f"https://{jane}.example",
        "x-forwarded-for": address,
        "x-request-id": f"{jane}@example.org",
        "x-other": jane,
    }
    # a query string, an alias, a literal, variables, extensions, operationName, a comment, fragment and variable names
    document = (
        "# Jane.Doe.QQ123456C\nquery ($n: String!) { JaneDoeQQ123456C: hello(name: $n) internal database badLeaf shared"
        ' b: hello(name: "Jane.Doe.QQ123456C") ...JaneDoeQQ123456C } fragment JaneDoeQQ123456C on Query { late }'
    )
    await edge.run(document, {"n": jane, jane: jane}, headers=everywhere, extensions={jane: jane}, operationName=None)
    await edge.run("{ hello }", headers=everywhere, operationName="JaneDoeQQ123456C")
    await edge.run(f'{{ hello(name: "{jane}", JaneDoeQQ123456C: 1) }}', headers=everywhere)
    await edge.run(f"{{ {jane} }}", headers=everywhere)
    await edge.run("query ($g: Outer!) { echo(given: $g) }", {"g": {jane: jane, "name": 7}}, headers=everywhere)
    await edge.run('{ pay(amount: "Jane.Doe.QQ123456C") }', headers=everywhere)
    await edge.post(f"not json {jane}".encode(), headers=everywhere)
    await edge.post(b"{}", content_type=f"text/{jane}")
    await edge.run("{ hello }", accept=f"text/{jane}")
    await edge.client.get(
        "/graphql", params={"query": "{ hello }", "variables": jane}, headers={**everywhere, "x-cma-preflight": jane}
    )
    await edge.client.get(f"/clients/{jane}", params={"q": jane}, headers=everywhere)
    await edge.client.request(jane, "/graphql", headers=everywhere)
    edge.contexts.refuse = RuntimeError(jane)
    await edge.run("{ hello }", headers=everywhere)
    logging.getLogger("asyncio").error("\n".join(["Task exception was never retrieved", f"future: {jane}"]))
    logging.getLogger("some.library").warning("cannot read %r", jane)
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=ValueError(jane))
    logged = edge.logs.getvalue()
    assert len(edge.access_lines) == 13
    for needle in ("Jane", "QQ123456C", address, "127.0.0.1"):
        assert needle not in logged
