"""Every MUST and SHOULD of GraphQL over HTTP that concerns a server, by name.

The names follow the specification and the audits of the npm package graphql-http. Where the draft of 2025 and the
release of September 2026 differ, each has its own list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import orjson
import pytest

from cma_graphql.core.errors import Unauthenticated
from cma_graphql.graph.limits import Limits
from cma_graphql.transport.answers import DRAFT_2025, SEPTEMBER_2026, Edition
from cma_graphql.transport.negotiation import GRAPHQL_RESPONSE, JSON
from support.edge import Edge
from support.torture import Contexts, codes
from transport.conftest import MakeEdge

ABSENT = object()
TYPENAME = {"query": "{ __typename }"}
ITS_DATA = {"__typename": "Query"}
NAMED = "query Name($name: String!) { __type(name: $name) { name } }"
LEGACY, MODERN = {"accept": JSON}, {"accept": GRAPHQL_RESPONSE}
BOTH = (LEGACY, MODERN)


@dataclass(frozen=True)
class Rule:
    """One requirement: what is sent, and what must come back."""

    name: str
    body: object = field(default_factory=lambda: TYPENAME)
    headers: Mapping[str, str] = field(default_factory=lambda: MODERN)
    content_type: object = JSON
    status: int = 200
    media_type: str = GRAPHQL_RESPONSE
    data: object = ABSENT
    code: str | None = None
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)
    response_headers: Mapping[str, str] = field(default_factory=dict)


def media_type(headers: Mapping[str, str]) -> str:
    """Tell which media type answers a request with these headers."""
    return headers.get("accept", JSON)


def both(name: str, **rule: Any) -> list[Rule]:
    """Ask for the same under either media type."""
    return [Rule(f"{name} ({each['accept']})", headers=each, media_type=each["accept"], **rule) for each in BOTH]


def wrong_types(parameter: str, values: list[object], status: int) -> list[Rule]:
    """Ask for a refusal of each wrong type."""
    return [
        Rule(
            f"SHOULD use {status} for {{{parameter}}} as {type(value).__name__}",
            body={**TYPENAME, parameter: value},
            status=status,
            code="BAD_REQUEST",
        )
        for value in values
    ]


SAME_IN_BOTH = [
    Rule("MUST accept POST requests", data=ITS_DATA),
    Rule("MUST accept application/graphql-response+json and answer with it", data=ITS_DATA),
    Rule("MUST accept application/json and answer with it", headers=LEGACY, media_type=JSON, data=ITS_DATA),
    Rule("MUST accept a request encoded in UTF-8", content_type="application/json; charset=utf-8", data=ITS_DATA),
    Rule("MUST accept a quoted charset in any case", content_type='Application/JSON; Charset="UTF-8"', data=ITS_DATA),
    Rule(
        "MUST assume UTF-8 where no charset is said",
        body={"query": '{ hello(name: "Zoë 🏃") }'},
        data={"hello": "Hello Zoë 🏃"},
    ),
    Rule(
        "SHOULD answer 4xx to a POST without Content-Type", content_type=None, status=415, code="UNSUPPORTED_MEDIA_TYPE"
    ),
    Rule(
        "SHOULD answer 415 to multipart",
        content_type="multipart/form-data; boundary=x",
        status=415,
        code="UNSUPPORTED_MEDIA_TYPE",
    ),
    Rule(
        "SHOULD answer 415 to urlencoded",
        content_type="application/x-www-form-urlencoded",
        status=415,
        code="UNSUPPORTED_MEDIA_TYPE",
    ),
    Rule("SHOULD answer 415 to text/plain", content_type="text/plain", status=415, code="UNSUPPORTED_MEDIA_TYPE"),
    Rule(
        "SHOULD answer 415 to another charset",
        content_type="application/json; charset=utf-16",
        status=415,
        code="UNSUPPORTED_MEDIA_TYPE",
    ),
    Rule(
        "SHOULD answer 415 to a compressed body",
        headers={**MODERN, "content-encoding": "gzip"},
        status=415,
        code="UNSUPPORTED_MEDIA_TYPE",
    ),
    Rule(
        "SHOULD answer 406 when nothing that is accepted can be written",
        headers={"accept": "text/css"},
        status=406,
        media_type=JSON,
        code="NOT_ACCEPTABLE",
    ),
    Rule(
        "SHOULD answer 406 when everything is refused by q=0",
        headers={"accept": "application/*;q=0"},
        status=406,
        media_type=JSON,
        code="NOT_ACCEPTABLE",
    ),
    Rule(
        "SHOULD answer 406 when only another charset is accepted",
        headers={"accept": "application/json; charset=latin1"},
        status=406,
        media_type=JSON,
        code="NOT_ACCEPTABLE",
    ),
    Rule(
        "SHOULD answer 405 with Allow to an unknown method",
        method="PUT",
        status=405,
        media_type=JSON,
        code="METHOD_NOT_ALLOWED",
        response_headers={"allow": "GET, HEAD, OPTIONS, POST"},
    ),
    Rule(
        "SHOULD answer 405 with Allow to DELETE",
        method="DELETE",
        status=405,
        media_type=JSON,
        code="METHOD_NOT_ALLOWED",
        response_headers={"allow": "GET, HEAD, OPTIONS, POST"},
    ),
    *both("MUST respect the quality of what is accepted", data=ITS_DATA),
    Rule(
        "MUST prefer what is accepted most",
        headers={"accept": "application/json;q=0.9, application/graphql-response+json"},
        data=ITS_DATA,
    ),
    Rule(
        "MUST prefer what is listed first among equals",
        headers={"accept": "application/json, application/graphql-response+json"},
        media_type=JSON,
        data=ITS_DATA,
    ),
    Rule("MUST let the closest range decide", headers={"accept": "application/json;q=0, */*"}, data=ITS_DATA),
    Rule(
        "MUST find JSON among what a client accepts",
        headers={"accept": "text/html, application/json;q=0.1"},
        media_type=JSON,
        data=ITS_DATA,
    ),
    *both("MUST allow a string {query}", data=ITS_DATA),
    *both(
        "MUST allow a string {operationName}",
        body={"query": "query A { __typename } query B { hello }", "operationName": "B"},
        data={"hello": "Hello you"},
    ),
    *both("MUST allow null {operationName}", body={**TYPENAME, "operationName": None}, data=ITS_DATA),
    *both("MUST allow null {variables}", body={**TYPENAME, "variables": None}, data=ITS_DATA),
    *both("MUST allow null {extensions}", body={**TYPENAME, "extensions": None}, data=ITS_DATA),
    *both(
        "MUST allow a map as {variables}",
        body={"query": NAMED, "variables": {"name": "Thing"}},
        data={"__type": {"name": "Thing"}},
    ),
    *both("MUST allow a map as {extensions}", body={**TYPENAME, "extensions": {"some": "value"}}, data=ITS_DATA),
    *both("MUST ignore properties that it does not know", body={**TYPENAME, "future": [1]}, data=ITS_DATA),
    *both("SHOULD answer 400 to a body that is not JSON", body=b'{ "not a JSON', status=400, code="BAD_REQUEST"),
    *both("SHOULD answer 400 to an empty body", body=b"", status=400, code="BAD_REQUEST"),
    Rule(
        "SHOULD answer 400 to a document that cannot be parsed",
        body={"query": "{"},
        status=400,
        code="GRAPHQL_PARSE_FAILED",
    ),
    Rule("MUST answer 2xx to data without errors", body={"query": "{ hello }"}, data={"hello": "Hello you"}),
    Rule("MAY serve queries by GET", method="GET", params={"query": "{ __typename }"}, data=ITS_DATA),
    Rule(
        "MAY read variables from a GET as JSON",
        method="GET",
        params={"query": NAMED, "variables": '{"name":"Thing"}'},
        data={"__type": {"name": "Thing"}},
    ),
    Rule(
        "MUST read operationName from a GET",
        method="GET",
        params={"query": "query A { __typename } query B { hello }", "operationName": "B"},
        data={"hello": "Hello you"},
    ),
    Rule(
        "MUST treat an empty operationName in a GET as left out",
        method="GET",
        params={"query": "{ __typename }", "operationName": ""},
        data=ITS_DATA,
    ),
    Rule(
        "MUST treat empty variables in a GET as left out",
        method="GET",
        params={"query": "{ __typename }", "variables": "", "extensions": ""},
        data=ITS_DATA,
    ),
    Rule(
        'MUST treat operationName=null in a GET as the name "null"',
        method="GET",
        params={"query": "query null { hello } query b { __typename }", "operationName": "null"},
        data={"hello": "Hello you"},
    ),
    Rule(
        "MUST NOT execute a mutation by GET",
        method="GET",
        params={"query": "mutation { write }"},
        status=405,
        code="METHOD_NOT_ALLOWED",
        response_headers={"allow": "POST"},
    ),
    Rule(
        "SHOULD answer 400 to GET variables that are not JSON",
        method="GET",
        params={"query": "{ __typename }", "variables": "{"},
        status=400,
        code="BAD_REQUEST",
    ),
]

ONLY_DRAFT_2025 = [
    Rule("SHOULD answer */* with application/json", headers={"accept": "*/*"}, media_type=JSON, data=ITS_DATA),
    Rule("SHOULD answer without Accept with application/json", headers={}, media_type=JSON, data=ITS_DATA),
    Rule("SHOULD answer an empty Accept with application/json", headers={"accept": ""}, media_type=JSON, data=ITS_DATA),
    *both(
        "SHOULD use 400 when {query} is missing", body={"notquery": "{ __typename }"}, status=400, code="BAD_REQUEST"
    ),
    *both("SHOULD use 400 when {query} is null", body={"query": None}, status=400, code="BAD_REQUEST"),
    *both("SHOULD use 400 for a batch", body=[TYPENAME, TYPENAME], status=400, code="BAD_REQUEST"),
    *both("SHOULD use 400 for a body that is no object", body="query", status=400, code="BAD_REQUEST"),
    *wrong_types("query", [{"obj": "ect"}, 0, False, ["array"]], 400),
    *wrong_types("operationName", [{"obj": "ect"}, 0, False, ["array"]], 400),
    *wrong_types("variables", ["string", 0, False, ["array"]], 400),
    *wrong_types("extensions", ["string", 0, False, ["array"]], 400),
    Rule(
        "SHOULD use 200 for a document that cannot be parsed",
        body={"query": "{"},
        headers=LEGACY,
        media_type=JSON,
        code="GRAPHQL_PARSE_FAILED",
    ),
    Rule(
        "SHOULD use 200 for a document that is not valid",
        body={"query": "{ unknown }"},
        headers=LEGACY,
        media_type=JSON,
        code="GRAPHQL_VALIDATION_FAILED",
    ),
    Rule(
        "SHOULD use 200 when the operation cannot be determined",
        body={**TYPENAME, "operationName": "Other"},
        headers=LEGACY,
        media_type=JSON,
        code="OPERATION_UNRESOLVED",
    ),
    Rule(
        "SHOULD use 200 for variables that do not fit",
        body={"query": NAMED, "variables": {"name": None}},
        headers=LEGACY,
        media_type=JSON,
        code="BAD_USER_INPUT",
    ),
    Rule(
        "SHOULD use 400 for a document that is not valid",
        body={"query": "{ unknown }"},
        status=400,
        code="GRAPHQL_VALIDATION_FAILED",
    ),
    Rule(
        "SHOULD use 400 when the operation cannot be determined",
        body={**TYPENAME, "operationName": "Other"},
        status=400,
        code="OPERATION_UNRESOLVED",
    ),
    Rule(
        "SHOULD use 400 when there are several operations and no name",
        body={"query": "query A { hello } query B { hello }"},
        status=400,
        code="OPERATION_UNRESOLVED",
    ),
    Rule(
        "SHOULD use 400 for variables that do not fit",
        body={"query": NAMED, "variables": {"name": None}},
        status=400,
        code="BAD_USER_INPUT",
    ),
    *both(
        "SHOULD use 200 for data with errors",
        body={"query": "{ hello internal }"},
        data={"hello": "Hello you", "internal": None},
        code="INTERNAL",
    ),
    *both(
        "SHOULD use 200 for null data with errors", body={"query": "{ internalRequired }"}, data=None, code="INTERNAL"
    ),
]

ONLY_SEPTEMBER_2026 = [
    Rule("SHOULD answer */* with its preferred media type", headers={"accept": "*/*"}, data=ITS_DATA),
    Rule("SHOULD answer without Accept with its preferred media type", headers={}, data=ITS_DATA),
    Rule("SHOULD use 422 when {query} is missing", body={"qeury": "{ __typename }"}, status=422, code="BAD_REQUEST"),
    Rule("SHOULD use 422 for a batch", body=[TYPENAME], status=422, code="BAD_REQUEST"),
    *wrong_types("query", [{"obj": "ect"}, 0], 422),
    *wrong_types("operationName", [{"obj": "ect"}, 0], 422),
    *wrong_types("variables", ["string", [7]], 422),
    *wrong_types("extensions", ["string", [7]], 422),
    Rule(
        "SHOULD use 422 for a document that is not valid",
        body={"query": "{ unknown }"},
        status=422,
        code="GRAPHQL_VALIDATION_FAILED",
    ),
    Rule(
        "SHOULD use 422 when the operation cannot be determined",
        body={**TYPENAME, "operationName": "Other"},
        status=422,
        code="OPERATION_UNRESOLVED",
    ),
    Rule(
        "SHOULD use 422 for variables that do not fit",
        body={"query": NAMED, "variables": {"name": None}},
        status=422,
        code="BAD_USER_INPUT",
    ),
    Rule(
        "SHOULD give a legacy client the same status, and not as application/json",
        body={"query": "{ unknown }"},
        headers=LEGACY,
        status=422,
        code="GRAPHQL_VALIDATION_FAILED",
    ),
    Rule(
        "SHOULD use 294 for data with errors",
        body={"query": "{ hello internal }"},
        status=294,
        data={"hello": "Hello you", "internal": None},
        code="INTERNAL",
    ),
    Rule(
        "SHOULD use 294 for null data with errors",
        body={"query": "{ internalRequired }"},
        status=294,
        data=None,
        code="INTERNAL",
    ),
    Rule(
        "MUST use 2xx as application/json for a legacy client's data with errors",
        body={"query": "{ internal }"},
        headers=LEGACY,
        media_type=JSON,
        data={"internal": None},
        code="INTERNAL",
    ),
]


def cases(edition: Edition, rules: list[Rule]) -> list[Any]:
    """Name each case for its requirement."""
    label = "2025" if edition is DRAFT_2025 else "2026"
    return [pytest.param(edition, rule, id=f"{label}: {rule.name}") for rule in rules]


def released(rule: Rule) -> Rule:
    """Give a rule as the release has it: nothing but a 2xx is ever sent as application/json."""
    return replace(rule, media_type=GRAPHQL_RESPONSE) if rule.status >= 400 else rule


ALL_CASES = [
    *cases(DRAFT_2025, [*SAME_IN_BOTH, *ONLY_DRAFT_2025]),
    *cases(SEPTEMBER_2026, [*(released(rule) for rule in SAME_IN_BOTH), *ONLY_SEPTEMBER_2026]),
]


async def send(edge: Edge, rule: Rule) -> httpx.Response:
    """Send what a rule says."""
    headers = dict(rule.headers)
    if rule.method == "GET":
        headers["x-cma-preflight"] = "1"
        return await edge.client.get("/graphql", params=rule.params, headers=headers)
    if isinstance(rule.content_type, str):
        headers["content-type"] = rule.content_type
    content = rule.body if isinstance(rule.body, bytes) else orjson.dumps(rule.body)
    return await edge.client.request(rule.method, "/graphql", content=content, headers=headers)


@pytest.mark.parametrize(("edition", "rule"), ALL_CASES)
async def test_requirement(new_edge: MakeEdge, edition: Edition, rule: Rule) -> None:
    edge = new_edge(edition=edition)
    answer = await send(edge, rule)
    assert answer.status_code == rule.status
    assert answer.headers["content-type"] == f"{rule.media_type}; charset=utf-8"
    body = orjson.loads(answer.content.decode("utf-8"))
    assert_well_formed(body)
    assert body.get("data", ABSENT) == rule.data
    assert (codes(body["errors"])[0] if "errors" in body else None) == rule.code
    for name, value in rule.response_headers.items():
        assert answer.headers[name] == value


def assert_well_formed(body: Any) -> None:
    """Check the shape that every answer of a GraphQL server has."""
    assert isinstance(body, dict)
    assert set(body) <= {"data", "errors", "extensions"}
    assert "data" in body or "errors" in body
    if "errors" in body:
        assert body["errors"]
        for error in body["errors"]:
            assert isinstance(error["message"], str)
            assert error["message"]
            assert error["extensions"]["code"]
            assert error["extensions"]["requestId"]


@pytest.mark.parametrize("accept", [JSON, GRAPHQL_RESPONSE])
async def test_a_client_that_is_not_permitted_gets_401(new_edge: MakeEdge, accept: str) -> None:
    edge = new_edge(contexts=Contexts(refuse=Unauthenticated()))
    answer = await edge.run("{ hello }", accept=accept, headers={"authorization": "Bearer old"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert codes(answer.json()["errors"]) == ["UNAUTHENTICATED"]
    assert "data" not in answer.json()


@pytest.mark.parametrize("name", ["variables", "extensions", "operationName", "query"])
async def test_a_wrong_type_names_its_field(edge: Edge, name: str) -> None:
    answer = await edge.post(orjson.dumps({**TYPENAME, name: 7}))
    [error] = answer.json()["errors"]
    assert error["extensions"]["field"] == name
    assert error["extensions"]["rule"] == "type"
    assert error["message"].startswith(f"{name} must be ")


async def test_a_batch_is_refused_by_name(edge: Edge) -> None:
    answer = await edge.post(orjson.dumps([TYPENAME]))
    assert answer.json()["errors"][0]["extensions"]["rule"] == "batch"
    assert edge.contexts.made == []


async def test_a_get_needs_a_header_that_forces_a_preflight(edge: Edge) -> None:
    answer = await edge.get({"query": "{ hello }"}, preflight=False)
    assert answer.status_code == 400
    assert codes(answer.json()["errors"]) == ["PREFLIGHT_REQUIRED"]
    assert edge.contexts.made == []
    other = await edge.client.get(
        "/graphql", params={"query": "{ hello }"}, headers={"graphql-require-preflight": "", "accept": JSON}
    )
    assert other.json()["data"] == {"hello": "Hello you"}


async def test_a_parameter_given_twice_is_refused(edge: Edge) -> None:
    answer = await edge.client.get(
        "/graphql?query={hello}&query={thing{id}}", headers={"x-cma-preflight": "1", "accept": JSON}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"] | {"requestId": ""} == {
        "code": "BAD_REQUEST",
        "field": "query",
        "rule": "unique",
        "requestId": "",
    }


async def test_a_head_is_a_get_without_its_body(edge: Edge) -> None:
    headers = {"x-cma-preflight": "1", "accept": JSON}
    got = await edge.client.get("/graphql", params={"query": "{ hello }"}, headers=headers)
    head = await edge.client.head("/graphql", params={"query": "{ hello }"}, headers=headers)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == str(len(got.content))
    assert head.headers["content-type"] == got.headers["content-type"]


async def test_a_mutation_by_head_is_refused(edge: Edge) -> None:
    head = await edge.client.head("/graphql", params={"query": "mutation { write }"}, headers={"x-cma-preflight": "1"})
    assert head.status_code == 405
    assert edge.contexts.made == []


async def test_options_tells_the_methods(edge: Edge) -> None:
    answer = await edge.client.options("/graphql")
    assert answer.status_code == 204
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert answer.content == b""


async def test_a_browser_gets_the_playground(edge: Edge) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    page = await edge.client.get("/graphql", headers={"accept": accept})
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "playground" in page.text


@pytest.mark.parametrize("accept", ["*/*", JSON, GRAPHQL_RESPONSE])
async def test_other_clients_get_no_page(edge: Edge, accept: str) -> None:
    answer = await edge.client.get("/graphql", headers={"accept": accept})
    assert answer.status_code == 400
    assert codes(answer.json()["errors"]) == ["PREFLIGHT_REQUIRED"]


async def test_without_a_playground_a_browser_gets_json(new_edge: MakeEdge) -> None:
    answer = await new_edge(with_playground=False).client.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith(JSON)


async def test_a_document_in_the_address_of_a_page_is_not_executed(edge: Edge) -> None:
    answer = await edge.client.get("/graphql", params={"query": "{ hello }"}, headers={"accept": "text/html"})
    assert answer.status_code == 406
    assert edge.contexts.made == []


async def test_an_address_beyond_the_limit_is_refused(new_edge: MakeEdge) -> None:
    answer = await new_edge(limits=Limits(body_bytes=1_000)).get({"query": "{ hello }" + " " * 1_000})
    assert answer.status_code == 414
    assert codes(answer.json()["errors"]) == ["LIMIT_REACHED"]


async def test_a_subscription_is_not_served_here(edge: Edge) -> None:
    answer = await edge.run("subscription { ticks }")
    assert answer.status_code == 400
    assert codes(answer.json()["errors"]) == ["OPERATION_NOT_SERVED"]


async def test_two_authorizations_are_refused(edge: Edge) -> None:
    answer = await edge.client.post(
        "/graphql",
        content=orjson.dumps(TYPENAME),
        headers=[("content-type", JSON), ("authorization", "Bearer a"), ("authorization", "Bearer b")],
    )
    assert answer.status_code == 400
    assert edge.contexts.made == []
