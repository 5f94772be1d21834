"""Bodies of every sort: never a 5xx, always a well-formed answer, never more read than is allowed."""

import asyncio
import contextlib
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cma_graphql.graph.limits import Limits
from cma_graphql.transport.body import ClientGone, check_body, read_body
from cma_graphql.transport.executing import Executing
from cma_graphql.transport.graphql_http import GraphQLEndpoint
from cma_graphql.transport.graphql_request import (
    GraphQLRequest,
    MalformedRequest,
    request_from_object,
    request_from_query_string,
)
from support.edge import Edge
from support.torture import Contexts, codes, torture_schema
from transport.conftest import MakeEdge
from transport.test_graphql_over_http import assert_well_formed

JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
    max_leaves=12,
)
ENDPOINT = GraphQLEndpoint(
    Executing(schema=torture_schema(), context_factory=Contexts(), limits=Limits(body_bytes=20_000), suggestions=False)
)


async def answer_to(content: bytes, *, method: str = "POST", path: str = "/graphql") -> httpx.Response:
    """Send bytes to the bare endpoint."""
    transport = httpx.ASGITransport(app=ENDPOINT, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        headers = {"content-type": "application/json", "x-cma-preflight": "1"}
        return await client.request(method, path, content=content, headers=headers)


def check(answer: httpx.Response) -> None:
    """Check that the server kept its temper."""
    assert answer.status_code < 500
    assert_well_formed(orjson.loads(answer.content))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
async def test_any_bytes(content: bytes) -> None:
    check(await answer_to(content))


@settings(max_examples=150, deadline=None)
@given(JSONS)
async def test_any_json(value: Any) -> None:
    try:
        content = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        content = repr(value).encode("utf-8", "replace")
    check(await answer_to(content))


@settings(max_examples=150, deadline=None)
@given(query=JSONS, variables=JSONS, name=JSONS)
async def test_any_parameters(query: Any, variables: Any, name: Any) -> None:
    parts = {"query": query, "variables": variables, "operationName": name}
    try:
        content = orjson.dumps({key: value for key, value in parts.items() if value is not None})
    except TypeError:
        return
    check(await answer_to(content))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="{}()[]!$:=@|&\"'#,.abcthing \n\\u0000é…", max_size=120))
async def test_any_document(query: str) -> None:
    check(await answer_to(orjson.dumps({"query": query})))


@settings(max_examples=100, deadline=None)
@given(given=JSONS)
async def test_any_variables(given: Any) -> None:
    document = "query ($given: Outer!) { echo(given: $given) }"
    try:
        content = orjson.dumps({"query": document, "variables": {"given": given}})
    except TypeError:
        return
    check(await answer_to(content))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200))
async def test_any_query_string(raw: bytes) -> None:
    with contextlib.suppress(MalformedRequest):
        assert isinstance(request_from_query_string(raw), GraphQLRequest)


@pytest.mark.parametrize(
    "content",
    [
        b'{"query":"{ hello }","variables":{"a":NaN}}',
        b'{"query":"{ hello }","variables":{"a":Infinity}}',
        b'{"query":"{ hello }","variables":{"a":1e999}}',
        b'{"query":"{ hello \\ud800 }"}',
        b'{"query":"{ hello \xed\xa0\x80 }"}',
        b'\xef\xbb\xbf{"query":"{ hello }"}',
        b'{"query":"{ hello }"',
        b"[" * 100_000,
        b'{"query":"{ hello }","variables":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001,
        '{"query":"{ hello }"}'.encode("utf-16"),
    ],
    ids=[
        "NaN",
        "infinity",
        "overflow",
        "lone surrogate",
        "surrogate bytes",
        "BOM",
        "cut",
        "deep",
        "deep map",
        "utf-16",
    ],
)
async def test_what_json_forbids(edge: Edge, content: bytes) -> None:
    answer = await edge.post(content)
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == "BAD_REQUEST"
    assert error["extensions"]["rule"] == "json"
    assert len(error["message"]) < 100


async def test_of_a_key_given_twice_the_last_counts(edge: Edge) -> None:
    answer = await edge.post(b'{"query":"{ thing { id } }","query":"{ hello }"}')
    assert answer.json()["data"] == {"hello": "Hello you"}


async def test_nul_and_megabytes_come_back_bounded(edge: Edge) -> None:
    answer = await edge.run("{ " + "x" * 500_000 + " }")
    assert answer.status_code == 400
    assert len(answer.content) < 1_000
    nul = await edge.run("{ hello \x00 }")
    assert codes(nul.json()["errors"]) == ["GRAPHQL_PARSE_FAILED"]
    echoed = await edge.run("query ($n: String!) { hello(name: $n) }", {"n": "a\x00b"})
    assert echoed.json()["data"] == {"hello": "Hello a\x00b"}


@pytest.mark.parametrize(("levels", "status"), [(38, 200), (39, 400), (240, 400)])
async def test_variables_nested_too_deeply(edge: Edge, levels: int, status: int) -> None:
    nested: Any = "x"
    for _ in range(levels):
        nested = [nested]
    answer = await edge.run("query ($value: JSON) { anything(value: $value) }", {"value": nested})
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["data"] == {"anything": nested}
    else:
        assert answer.json()["errors"][0]["extensions"]["field"] == "variables"
        assert answer.json()["errors"][0]["extensions"]["rule"] == "depth"


async def test_a_literal_nested_too_deeply(edge: Edge) -> None:
    answer = await edge.run("{ anything(value: " + "[" * 250 + "]" * 250 + ") }")
    assert answer.status_code == 400
    assert codes(answer.json()["errors"]) == ["GRAPHQL_PARSE_FAILED"]


async def test_the_smallest_body_that_is_too_long(new_edge: MakeEdge) -> None:
    edge = new_edge(limits=Limits(body_bytes=1_000))
    fits = orjson.dumps({"query": "{ hello }"}).ljust(1_000)
    assert (await edge.post(fits)).status_code == 200
    answer = await edge.post(fits + b" ")
    assert answer.status_code == 413
    [error] = answer.json()["errors"]
    assert error["extensions"] | {"requestId": ""} == {
        "code": "LIMIT_REACHED",
        "limit": "body_bytes",
        "maximum": 1_000,
        "setting": "CMA_MAX_BODY_BYTES",
        "requestId": "",
    }


class Chunks:
    """A client that sends chunks and counts how many were asked for."""

    def __init__(self, *chunks: bytes, then: str = "http.request") -> None:
        self.waiting = list(chunks)
        self.taken = 0
        self.then = then

    async def __call__(self) -> dict[str, Any]:
        """Give the next chunk; after the last, either the end or a closed connection."""
        self.taken += 1
        if self.waiting:
            return {"type": "http.request", "body": self.waiting.pop(0), "more_body": True}
        return {"type": self.then, "body": b"", "more_body": False}


async def test_no_more_is_read_than_is_allowed() -> None:
    chunks = Chunks(*[b"x" * 400] * 100)
    with pytest.raises(Exception, match="longer than 1000 bytes"):
        await read_body(chunks, maximum=1_000, seconds=5)
    assert chunks.taken == 3


@pytest.mark.parametrize("declared", ["1001", "9" * 5_000])
def test_a_length_declared_too_long_is_refused_unread(declared: str) -> None:
    with pytest.raises(Exception, match="longer than 1000 bytes"):
        check_body("", declared, maximum=1_000)


async def test_a_client_that_goes_while_sending() -> None:
    with pytest.raises(ClientGone):
        await read_body(Chunks(b"x", then="http.disconnect"), maximum=1_000, seconds=5)


async def test_a_body_that_does_not_come_is_refused_in_time(new_edge: MakeEdge) -> None:
    edge = new_edge(limits=Limits(deadline_ms=50))
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "headers": [(b"content-type", b"application/json")],
        "query_string": b"",
        "client": None,
        "scheme": "http",
    }
    await edge.app(scope, receive, send)
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]
    assert codes(orjson.loads(sent[1]["body"])["errors"]) == ["REQUEST_TIMEOUT"]


def test_a_request_read_from_an_object_has_no_nulls() -> None:
    request = request_from_object({"query": "{ a }", "variables": None, "extensions": None, "operationName": None})
    assert request.variables == {}
    assert request.extensions == {}
    assert request.operation_name is None


def test_a_query_string_with_too_many_parameters_is_refused() -> None:
    with pytest.raises(MalformedRequest, match="At most 20"):
        request_from_query_string(b"&".join(b"a=1" for _ in range(30)))
