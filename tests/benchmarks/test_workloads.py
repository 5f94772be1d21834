"""Every server is asked the same, in documents that are valid in its schema."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from graphql import FieldNode, GraphQLSchema, OperationDefinitionNode, build_schema, parse, validate

from client import written
from workloads import OPERATIONS, WORKLOADS, Workload

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = {"product": ROOT / "schema.graphql", "plain": OPERATIONS.parent / "peers" / "schema.graphql"}
CENTRE, CASES = UUID(int=1), [UUID(int=16), UUID(int=17)]
ASKED_OF_PEERS = [workload for workload in WORKLOADS if workload.peers]


@pytest.fixture(scope="module", params=SCHEMAS)
def dialect(request: pytest.FixtureRequest) -> tuple[str, GraphQLSchema]:
    name: str = request.param
    return name, build_schema(SCHEMAS[name].read_text())


def requests(workload: Workload, dialect: str, counter: int = 4) -> list[dict[str, object]]:
    return [json.loads(written(body, counter)) for body in workload.bodies(dialect, CENTRE, CASES)]


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_documents_are_valid(workload: Workload, dialect: tuple[str, GraphQLSchema]) -> None:
    name, schema = dialect
    if not workload.peers and name != "product":
        assert not (OPERATIONS / name / f"{workload.operation}.graphql").exists()
        return
    for request in requests(workload, name):
        assert validate(schema, parse(str(request["query"]))) == []


def selected(document: str) -> list[str]:
    """Answer the paths of all leaves, by the names they are answered under, wrappers of lists and payloads left out."""
    paths: list[str] = []

    def walk(node: FieldNode, above: str) -> None:
        name = node.alias.value if node.alias else node.name.value
        path = above if name in {"edges", "node", "nodes", "case"} else f"{above}.{name}"
        if node.selection_set is None:
            paths.append(path)
            return
        for below in node.selection_set.selections:
            assert isinstance(below, FieldNode)
            walk(below, path)

    [operation] = parse(document).definitions
    assert isinstance(operation, OperationDefinitionNode)
    [root] = operation.selection_set.selections
    assert isinstance(root, FieldNode)
    if root.selection_set is None:
        return [root.name.value]
    for below in root.selection_set.selections:
        assert isinstance(below, FieldNode)
        if below.name.value != "errors":
            walk(below, "")
    return [path.removeprefix(".") for path in paths]


@pytest.mark.parametrize("operation", sorted({workload.operation for workload in ASKED_OF_PEERS}))
def test_every_dialect_asks_for_the_same_fields_in_the_same_order(operation: str) -> None:
    documents = {
        name: (OPERATIONS / name / f"{operation}.graphql").read_text() for name in ("product", "plain", "postgraphile")
    }
    fields = {name: selected(document) for name, document in documents.items()}
    assert fields["product"] == fields["plain"] == fields["postgraphile"]


def test_the_fields_are_those_that_were_agreed() -> None:
    counts = {name: selected((OPERATIONS / "plain" / f"{name}.graphql").read_text()) for name in ("Q1", "Q2", "Q3")}
    assert len(counts["Q1"]) == 8
    by_parent = [path.rpartition(".")[0] for path in counts["Q3"]]
    assert {parent: by_parent.count(parent) for parent in by_parent} == {
        "": 10,
        "client": 4,
        "advisor": 3,
        "debts": 5,
        "currentBudget": 4,
        "documents": 4,
    }
    assert counts["Q3"][:17] == counts["Q2"]


def test_one_request_for_each_case() -> None:
    q1 = next(workload for workload in WORKLOADS if workload.name == "Q1")
    assert [request["variables"] for request in requests(q1, "product")] == [
        {"id": f"case_{case_id.hex}"} for case_id in CASES
    ]
    assert requests(q1, "postgraphile")[1]["variables"] == {"id": str(CASES[1]), "centre": str(CENTRE)}


def test_what_is_counted_is_written_anew() -> None:
    q4 = next(workload for workload in WORKLOADS if workload.name == "Q4")
    for counter, priority in ((4, "HIGH"), (5, "LOW")):
        assert requests(q4, "product", counter)[0]["variables"] == {
            "id": f"case_{CASES[0].hex}",
            "priority": priority,
            "version": counter,
        }
        assert requests(q4, "plain", counter)[0]["variables"] == {"id": str(CASES[0]), "priority": priority}


def test_an_inline_document_is_another_with_every_number_and_has_no_variables() -> None:
    inline = next(workload for workload in WORKLOADS if workload.inline)
    [first], [second] = requests(inline, "plain", 1), requests(inline, "plain", 2)
    assert first.keys() == {"query"}
    assert 'cases(status: "IN_PROGRESS", first: 50)' in str(first["query"])
    assert str(first["query"]).replace("Q3_1", "Q3_2") == second["query"] != first["query"]
    assert "status: [IN_PROGRESS]" in str(requests(inline, "product")[0]["query"])
