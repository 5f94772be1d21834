"""Operations that are built to hurt are refused before they are planned, and fill no cache."""

from typing import Any

import pytest

from cma_graphql.execution.plans import plans_of
from cma_graphql.graph.limits import Limits
from support.edge import Edge
from support.torture import codes
from transport.conftest import MakeEdge

NESTED = "thing { things { things { things { id } } } }"
"""It costs 1 + 5 + 25 + 125."""


def planned(edge: Edge) -> int:
    """Tell how many operations the edge's schema has met."""
    return len(plans_of(edge.endpoint.executing.operations.schema))


@pytest.mark.parametrize(
    ("document", "cost"),
    [("{ hello }", 0), ("{ thing { id } }", 1), (f"{{ {NESTED} }}", 156), (f"{{ a: {NESTED} b: {NESTED} }}", 312)],
)
async def test_every_answer_tells_its_cost(edge: Edge, document: str, cost: int) -> None:
    answer = await edge.run(document)
    assert answer.json()["extensions"] == {"cost": cost}
    assert edge.access_lines[0]["cost"] == cost


async def test_an_answer_with_errors_tells_its_cost_and_a_refusal_tells_none(edge: Edge) -> None:
    failed = (await edge.run("{ internal thing { id } }")).json()
    assert failed["data"] == {"internal": None, "thing": {"id": 1}}
    assert failed["extensions"] == {"cost": 1}
    refused = (await edge.run("{ unknown }")).json()
    assert set(refused) == {"errors"}
    assert "cost" not in edge.access_lines[1]


async def test_what_costs_too_much_is_refused_before_anybody_is_signed_in(new_edge: MakeEdge) -> None:
    edge = new_edge(limits=Limits(cost=156))
    assert (await edge.run(f"{{ {NESTED} }}")).status_code == 200
    seen = len(edge.contexts.made), planned(edge)
    answer = await edge.run(f"{{ {NESTED} a: thing {{ id }} }}")
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    del error["extensions"]["requestId"]
    assert error == {
        "message": "The operation costs 157; at most 156 is allowed. Ask for smaller pages, or for less at once.",
        "extensions": {
            "code": "LIMIT_REACHED",
            "limit": "cost",
            "maximum": 156,
            "actual": 157,
            "setting": "CMA_MAX_COST",
        },
    }
    assert (len(edge.contexts.made), planned(edge)) == seen


async def test_a_variable_decides_whether_the_costly_part_counts(new_edge: MakeEdge) -> None:
    edge = new_edge(limits=Limits(cost=10))
    document = f"query ($all: Boolean = false) {{ hello ... @include(if: $all) {{ {NESTED} }} }}"
    assert (await edge.run(document)).json()["extensions"] == {"cost": 0}
    assert codes((await edge.run(document, {"all": True})).json()["errors"]) == ["LIMIT_REACHED"]


@pytest.mark.parametrize(
    "variables",
    [
        {"any": ["x"] * 9},
        {"any": {"a": [1, 2, 3, 4], "b": {"c": [4, 5]}}},
        {f"unknown{number}": number for number in range(10)},
        {"any": [[[[[[[[[[]]]]]]]]]]},
    ],
)
async def test_as_many_values_as_are_allowed(new_edge: MakeEdge, variables: dict[str, Any]) -> None:
    document = "query ($any: JSON) { anything(value: $any) }"
    enough = await new_edge(limits=Limits(values=10)).run(document, variables)
    assert enough.status_code == 200, enough.json()
    edge = new_edge(limits=Limits(values=9))
    answer = await edge.run(document, variables)
    [error] = answer.json()["errors"]
    assert answer.status_code == 400
    assert error["message"] == "The variables hold more than 9 values."
    assert error["extensions"]["setting"] == "CMA_MAX_VALUES"
    assert edge.contexts.made == []


def chain(length: int) -> str:
    """Write fragments that spread each other one after another."""
    parts = "".join(f" fragment F{number} on Query {{ ...F{number + 1} }}" for number in range(length))
    return f"{{ ...F0 }}{parts} fragment F{length} on Query {{ hello }}"


def doubling(steps: int) -> str:
    """Write fragments that double at every step, without a field on the way."""
    parts = "".join(f" fragment F{number} on Query {{ ...F{number + 1} ...F{number + 1} }}" for number in range(steps))
    return f"{{ ...F0 }}{parts} fragment F{steps} on Query {{ {NESTED} }}"


HOSTILE = {
    "aliases": "{ " + " ".join(f"a{number}: hello" for number in range(1_000)) + " }",
    "a long chain of fragments": chain(500),
    "fragments that double": doubling(200),
    "a circle of fragments": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "depth": "{" + "thing {" * 60 + " id " + "}" * 61,
    "depth by inline fragments": "{" + "... {" * 400 + " hello " + "}" * 401,
    "a list of lists": "{ hello(name: " + "[" * 400 + "]" * 400 + ") }",
    "fields of one name": "{ thing { " + "thing { id } " * 900 + "} }",
    "many fields": "{ thing { " + "id " * 1_100 + "} }",
    "directives": "{ hello " + "@skip(if: false) " * 100 + "}",
    "variables": "query (" + " ".join(f"$v{number}: Int" for number in range(1_500)) + ") { hello }",
    "unknown fields": "{ " + " ".join(f"u{number}" for number in range(2_000)) + " }",
    "lists in lists": "{ thing { things { things { things { things { things { things { id } } } } } } } }",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_is_built_to_hurt_is_refused_unplanned_and_not_kept(new_edge: MakeEdge, name: str) -> None:
    edge = new_edge(limits=Limits(cost=10_000))
    answer = await edge.run(HOSTILE[name])
    body = answer.json()
    assert answer.status_code == 400
    assert "data" not in body
    assert set(codes(body["errors"])) <= {"LIMIT_REACHED", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}
    assert len(body["errors"]) <= 26
    assert edge.contexts.made == []
    assert planned(edge) == 0
    if name != "lists in lists":  # which is valid, and kept as such
        assert edge.endpoint.executing.documents.weight == 0


async def test_documents_that_are_never_the_same_fill_no_cache(edge: Edge) -> None:
    for number in range(60):
        answer = await edge.run(f"{{ anything(value: [{number} {'1 ' * 1_200}]) thing {{ things {{ id }} }} }}")
        assert answer.status_code == 200, answer.json()
    documents = edge.endpoint.executing.documents
    assert 45_000 < documents.weight <= 50_000
    assert documents.misses == 60


async def test_variables_that_are_never_the_same_fill_no_cache(new_edge: MakeEdge) -> None:
    edge = new_edge()
    names = [f"b{number}" for number in range(8)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    switched = " ".join(f"{name}: id @include(if: ${name})" for name in names)
    document = f"query ({declared}) {{ thing {{ things {{ id {switched} }} }} }}"
    for number in range(100):
        chosen = {name: bool(number >> place & 1) for place, name in enumerate(names)}
        things = (await edge.run(document, chosen)).json()["data"]["thing"]["things"]
        assert things[0].keys() == {"id", *(name for name, left_in in chosen.items() if left_in)}
    plans = plans_of(edge.endpoint.executing.operations.schema)
    assert len(plans) == 1
    assert plans.weight < 16 * (len(names) + 3) + 5


async def test_a_fault_nulls_its_own_place_and_no_other(edge: Edge) -> None:
    document = "{ hello internal thing { id things { id } } other: hello }"
    for _ in range(3):  # by graphql-core and compiled
        body = (await edge.run(document)).json()
        assert body["data"] == {
            "hello": "Hello you",
            "internal": None,
            "thing": {"id": 1, "things": [{"id": 1}, {"id": 2}]},
            "other": "Hello you",
        }
        assert [error["path"] for error in body["errors"]] == [["internal"]]
