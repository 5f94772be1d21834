"""What a caller reads of an error, and what the logs do."""

from typing import Any

import pytest

from cma_graphql.core.errors import LimitReached, Unauthenticated, Unavailable
from cma_graphql.graph.limits import Limits
from cma_graphql.transport.negotiation import JSON
from support.edge import Edge
from support.torture import REFUSALS, SECRET, Contexts, codes
from transport.conftest import MakeEdge

INTERNAL_MESSAGE = "Something went wrong on our side. Quote the request id when you report it."
REFUSED: dict[str, dict[str, Any]] = {
    "NotFound": {"code": "NOT_FOUND", "field": "case.teamId"},
    "Forbidden": {"code": "FORBIDDEN", "permission": "CASE_READ"},
    "Invalid": {"code": "INVALID", "field": "postcode", "rule": "postcode", "params": {"forExample": "SW1A 1AA"}},
    "InvalidInput": {
        "code": "INVALID",
        "faults": [
            {"field": "a", "rule": "required", "params": {}, "message": "a is required."},
            {"field": "b", "rule": "maximum", "params": {"maximum": 3}, "message": "b is long."},
        ],
    },
    "Conflict": {"code": "CONFLICT", "currentVersion": 4},
    "TransitionRefused": {"code": "TRANSITION_REFUSED", "from": "CLOSED", "to": "OPEN", "allowed": ["REOPENED"]},
    "ApprovalRequired": {"code": "APPROVAL_REQUIRED", "permission": "CASE_CLOSE"},
    "LimitReached": {"code": "LIMIT_REACHED", "limit": "items", "maximum": 100, "retryAfter": 30},
    "Unauthenticated": {"code": "UNAUTHENTICATED"},
    "Unavailable": {"code": "UNAVAILABLE"},
}
VARIABLE_FAULTS: list[tuple[str, object, list[tuple[str, str, dict[str, object]]]]] = [
    ("nothing", None, [("given", "required", {"expected": "Outer!"})]),
    ("no object", SECRET, [("given", "type", {"expected": "Outer"})]),
    ("missing", {}, [("given.name", "required", {"expected": "String!"})]),
    ("null", {"name": None}, [("given.name", "required", {"expected": "String!"})]),
    ("wrong leaf", {"name": 7}, [("given.name", "type", {"expected": "String"})]),
    ("unknown", {"name": "a", "nick": SECRET}, [("given.nick", "unknown-field", {"type": "Outer"})]),
    ("no name at all", {"name": "a", SECRET: 1}, [("given", "unknown-field", {"type": "Outer"})]),
    ("too large", {"name": "a", "count": 2**40}, [("given.count", "type", {"expected": "Int"})]),
    (
        "enum",
        {"name": "a", "inner": {"amount": "1.00", "colour": SECRET}},
        [("given.inner.colour", "type", {"expected": "Colour"})],
    ),
    (
        "a scalar's own rule",
        {"name": "a", "inner": {"amount": "1" * 20}},
        [("given.inner.amount", "maximum", {"mostDigits": 13})],
    ),
    (
        "a scalar that raises",
        {"name": "a", "items": [{"amount": "1.00"}, {"amount": "Jane"}, {"amount": 3}]},
        [
            ("given.items.1.amount", "type", {"expected": "Money"}),
            ("given.items.2.amount", "type", {"expected": "Money"}),
        ],
    ),
    (
        "both of two",
        {"name": "a", "either": {"left": "l", "right": "r"}},
        [("given.either", "one-of", {"fields": ["left", "right"]})],
    ),
    ("none of two", {"name": "a", "either": {}}, [("given.either", "one-of", {"fields": ["left", "right"]})]),
    (
        "null of two",
        {"name": "a", "either": {"left": None}},
        [("given.either", "one-of", {"fields": ["left", "right"]})],
    ),
]


@pytest.mark.parametrize("kind", REFUSALS)
async def test_a_refusal_keeps_its_code_message_and_fields(edge: Edge, kind: str) -> None:
    answer = await edge.run("query ($kind: String!) { refuse(kind: $kind) hello }", {"kind": kind})
    assert answer.status_code == 200
    body = answer.json()
    assert body["data"] == {"refuse": None, "hello": "Hello you"}
    [error] = body["errors"]
    request_id = answer.headers["x-request-id"]
    assert error["extensions"] == {**REFUSED[kind], "requestId": request_id}
    assert error["message"] == REFUSALS[kind].message
    assert error["path"] == ["refuse"]
    assert error["locations"] == [{"line": 1, "column": 26}]
    assert [line for line in edge.log_lines if line.get("level") == "error"] == []


@pytest.mark.parametrize("field", ["internal", "database", "late", "badLeaf"])
async def test_an_unforeseen_error_is_masked_and_logged_once(edge: Edge, field: str) -> None:
    answer = await edge.run(f"{{ alias: {field} }}")
    [error] = answer.json()["errors"]
    assert answer.json()["data"] == {"alias": None}
    assert error["message"] == INTERNAL_MESSAGE
    assert error["extensions"] == {"code": "INTERNAL", "requestId": answer.headers["x-request-id"]}
    [line] = [line for line in edge.log_lines if line.get("level") == "error"]
    assert line["field"] == field
    assert line["request_id"] == answer.headers["x-request-id"]
    assert SECRET not in answer.text
    assert SECRET not in edge.logs.getvalue()


async def test_a_database_error_is_logged_with_its_sqlstate_and_place(edge: Edge) -> None:
    await edge.run("{ database }")
    [line] = [line for line in edge.log_lines if line.get("level") == "error"]
    assert line["error"]["type"] == "builtins.RuntimeError"
    assert line["error"]["sqlstate"] == "23505"
    assert line["error"]["at"][-1].startswith("support.torture:")
    assert line["error"]["causes"][0]["type"] == "support.torture.DriverError"


async def test_one_exception_that_hits_many_fields_is_logged_once(edge: Edge) -> None:
    answer = await edge.run("{ a: shared b: shared c: shared }")
    assert codes(answer.json()["errors"]) == ["INTERNAL"] * 3
    assert len([line for line in edge.log_lines if line.get("level") == "error"]) == 1


@pytest.mark.parametrize("document", ["{ missing }", "{ internalRequired }"])
async def test_null_where_something_must_be_nulls_the_answer(edge: Edge, document: str) -> None:
    answer = await edge.run(document)
    assert answer.status_code == 200
    assert answer.json()["data"] is None
    assert codes(answer.json()["errors"]) == ["INTERNAL"]


async def test_what_json_cannot_hold_is_a_500_that_is_well_formed(edge: Edge) -> None:
    answer = await edge.run("{ unwritable }")
    assert answer.status_code == 500
    assert codes(answer.json()["errors"]) == ["INTERNAL"]
    assert "data" not in answer.json()


@pytest.mark.parametrize(("given", "faults"), [pytest.param(*rest, id=name) for name, *rest in VARIABLE_FAULTS])
async def test_variables_name_field_rule_and_parameters(
    edge: Edge, given: object, faults: list[tuple[str, str, dict[str, object]]]
) -> None:
    answer = await edge.run("query ($given: Outer!) { echo(given: $given) }", {"given": given})
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert codes(errors) == ["BAD_USER_INPUT"] * len(faults)
    told = [(each["extensions"]["field"], each["extensions"]["rule"], each["extensions"]["params"]) for each in errors]
    assert told == faults
    assert SECRET not in answer.text
    assert "Jane" not in answer.text


async def test_megabytes_in_a_variable_are_not_sent_back(edge: Edge) -> None:
    answer = await edge.run("query ($n: Int!) { thing { thing(size: $n) { id } } }", {"n": "x" * 900_000})
    assert answer.status_code == 400
    assert len(answer.content) < 500


async def test_at_most_25_faults_are_told(edge: Edge) -> None:
    items = [{"amount": 1}] * 100
    answer = await edge.run("query ($g: Outer!) { echo(given: $g) }", {"g": {"name": "a", "items": items}})
    assert len(answer.json()["errors"]) == 25


async def test_null_for_what_may_only_be_left_out(edge: Edge) -> None:
    document = "query ($given: Outer!) { hello echo(given: $given) }"
    answer = await edge.run(document, {"given": {"name": "a", "note": None}})
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["rule"] == "null"
    assert error["path"] == ["echo"]


async def test_an_argument_that_fails_only_when_executed(edge: Edge) -> None:
    document = "query ($s: String) { hello pay(amount: $s) }"
    answer = await edge.run(document, {"s": SECRET})
    assert codes(answer.json()["errors"]) == ["GRAPHQL_VALIDATION_FAILED"]
    nested = "query ($amount: Money!) { hello pay(amount: $amount) }"
    other = await edge.run(nested, {"amount": SECRET})
    assert codes(other.json()["errors"]) == ["BAD_USER_INPUT"]
    assert SECRET not in other.text


async def test_a_literal_that_a_scalar_refuses(edge: Edge) -> None:
    answer = await edge.run('{ pay(amount: "twelve") }')
    assert answer.status_code == 400
    assert codes(answer.json()["errors"]) == ["GRAPHQL_VALIDATION_FAILED"]


async def test_no_field_is_suggested_in_production(edge: Edge, new_edge: MakeEdge) -> None:
    documents = ["{ helo }", "{ hello(nam: 1) }", "{ colour(colour: REDD) }", "{ echo(given: {nam: 1}) }"]
    for document in documents:
        assert "Did you mean" not in (await edge.run(document)).text
        assert "Did you mean" in (await new_edge(suggestions=True).run(document)).text


@pytest.mark.parametrize(
    "document", ["{ __schema { queryType { name } } }", '{ hello __type(name: "Query") { name } }']
)
async def test_introspection_is_refused_per_context_and_not_kept(new_edge: MakeEdge, document: str) -> None:
    edge = new_edge(contexts=Contexts(may_introspect=False))
    refused = await edge.run(document)
    assert refused.status_code == 400
    assert codes(refused.json()["errors"]) == ["INTROSPECTION_DISABLED"]
    edge.contexts.may_introspect = True
    assert (await edge.run(document)).status_code == 200
    edge.contexts.may_introspect = False
    assert codes((await edge.run(document)).json()["errors"]) == ["INTROSPECTION_DISABLED"]


async def test_introspection_inside_a_fragment_is_found(new_edge: MakeEdge) -> None:
    edge = new_edge(contexts=Contexts(may_introspect=False))
    answer = await edge.run("{ ...A } fragment A on Query { ...B } fragment B on Query { __schema { description } }")
    assert codes(answer.json()["errors"]) == ["INTROSPECTION_DISABLED"]
    assert (await edge.run("{ __typename }")).json()["data"] == {"__typename": "Query"}


async def test_signing_in_that_is_unavailable_is_a_503(new_edge: MakeEdge) -> None:
    answer = await new_edge(contexts=Contexts(refuse=Unavailable())).run("{ hello }")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert codes(answer.json()["errors"]) == ["UNAVAILABLE"]


async def test_too_many_requests_are_a_429(new_edge: MakeEdge) -> None:
    answer = await new_edge(contexts=Contexts(refuse=LimitReached("rate", 5, retry_after=7))).run("{ hello }")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "7"


async def test_signing_in_that_breaks_is_masked(new_edge: MakeEdge) -> None:
    edge = new_edge(contexts=Contexts(refuse=RuntimeError(SECRET)))
    answer = await edge.run("{ hello }")
    assert answer.status_code == 500
    assert codes(answer.json()["errors"]) == ["INTERNAL"]
    assert SECRET not in answer.text + edge.logs.getvalue()


async def test_leaving_the_context_can_fail_too(new_edge: MakeEdge) -> None:
    answer = await new_edge(contexts=Contexts(fail_on_leaving=Unavailable())).run("{ hello }")
    assert answer.status_code == 503
    assert codes(answer.json()["errors"]) == ["UNAVAILABLE"]


async def test_a_timeout_that_is_not_the_deadline_is_an_internal_error(new_edge: MakeEdge) -> None:
    answer = await new_edge(contexts=Contexts(refuse=TimeoutError())).run("{ hello }")
    assert answer.status_code == 500
    assert codes(answer.json()["errors"]) == ["INTERNAL"]


@pytest.mark.parametrize("accept", [JSON, "application/graphql-response+json"])
async def test_401_whatever_the_media_type(new_edge: MakeEdge, accept: str) -> None:
    edge = new_edge(contexts=Contexts(refuse=Unauthenticated()))
    answer = await edge.run("{ hello }", accept=accept)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_what_was_withheld_is_told(edge: Edge) -> None:
    answer = await edge.run("{ redacted }")
    assert answer.json() == {
        "data": {"redacted": None},
        "extensions": {"cost": 0, "redacted": [{"path": ["redacted"], "permission": "CLIENT_READ_SENSITIVE"}]},
    }


async def test_a_request_is_described_to_its_context(new_edge: MakeEdge) -> None:
    edge = new_edge(limits=Limits(deadline_ms=1_234), client_address=("192.0.2.7", 1))
    sent = {"authorization": "Bearer abc", "user-agent": "a" * 300 + "\t", "x-request-id": "request-0001"}
    await edge.run("query Greet { hello }", headers=sent)
    assert edge.contexts.made[0].operation_name == "Greet"
    facts = edge.contexts.made[0].facts
    assert facts.authorization == "Bearer abc"
    assert facts.remote_address == "192.0.2.7"
    assert facts.user_agent == "a" * 256
    assert facts.request_id == "request-0001"
    assert facts.deadline_ms == 1_234


async def test_without_a_header_nobody_is_named(edge: Edge) -> None:
    await edge.run("{ hello }")
    assert edge.contexts.made[0].facts.authorization is None
