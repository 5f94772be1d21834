"""Any list of the schema can be exported, as what its viewer is shown of it and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import strawberry
from graphql import (
    GraphQLList,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_required_argument,
)

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import today
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.exporting import Exported, Exporting
from support.walking import bare, root_fields
from walks.conftest import World
from walks.test_two_centres import _KEY, ROLES

PERMITTED = {"CENTRE_MANAGER", "COMPLIANCE_OFFICER", "CLIENT"}


@pytest.fixture
def exporting(graph: Graph) -> Exporting:
    """Export from the walk's centres."""
    return Exporting(graph, graph.database)


def is_list_with_pages(kind: Any) -> bool:
    named = get_named_type(kind)
    return isinstance(named, GraphQLObjectType) and {"edges", "pageInfo"} <= named.fields.keys()


def lists(schema: strawberry.Schema) -> list[str]:
    """Name the lists that one may ask for."""
    return [name for name, field in root_fields(schema, "query").items() if is_list_with_pages(field.type)]


def arguments(world: World) -> dict[str, str]:
    """Write what the lists need that cannot be asked for as they are: a case that the client sees, too, and days."""
    return {
        "caseTimeline": f'id: "{write_id("case", world.cases["portal"])}"',
        "diary": f'from: "{today() - timedelta(days=30)}", to: "{today() + timedelta(days=30)}", scope: CENTRE',
    }


def columns(kind: Any, *, depth: int) -> Iterator[str]:
    """Write a selection of everything that can be a column."""
    for name, field in kind.fields.items():
        named = get_named_type(field.type)
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        if is_leaf_type(named):
            yield name
        elif (
            depth > 0
            and isinstance(named, GraphQLObjectType)
            and not isinstance(get_nullable_type(field.type), GraphQLList)
            and not is_list_with_pages(named)
        ):
            below = " ".join(columns(named, depth=depth - 1))
            yield f"{name} {{ {below} }}" if below else ""


def selected(schema: strawberry.Schema, name: str) -> str:
    connection: Any = get_named_type(root_fields(schema, "query")[name].type)
    edge: Any = get_named_type(connection.fields["edges"].type)
    return " ".join(columns(get_named_type(edge.fields["node"].type), depth=1))


def flat(node: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Answer a node's values by the names that columns have."""
    values: dict[str, Any] = {}
    for name, value in node.items():
        if isinstance(value, dict):
            values.update(flat(value, f"{prefix}{name}."))
        else:
            values[f"{prefix}{name}"] = value
    return values


def said(value: Any) -> str:
    """Write a value as a reader of the file would expect it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return "; ".join(said(each) for each in value) if isinstance(value, list) else str(value)


async def as_json(
    graph: Graph, name: str, below: str, as_: Any, given: str = ""
) -> tuple[list[dict[str, Any]], list[Any], list[str]]:
    """Read a list page by page, three at a time; answer its nodes, what was redacted, and errors' codes."""
    nodes: list[dict[str, Any]] = []
    redacted: list[Any] = []
    after = None
    while True:
        page_of = (
            f"{name}({given} first: 3, after: $after)"
            f" {{ edges {{ node {{ {below} }} }} pageInfo {{ hasNextPage endCursor }} }}"
        )
        answer = await graph.run(f"query ($after: String) {{ {page_of} }}", as_=as_, after=after)
        if answer.errors:
            return nodes, redacted, answer.codes
        page = answer.data[name]
        nodes += [edge["node"] for edge in page["edges"]]
        redacted += answer.redacted
        if not page["pageInfo"]["hasNextPage"]:
            return nodes, redacted, []
        after = page["pageInfo"]["endCursor"]


def assert_same(exported: Exported, nodes: list[dict[str, Any]], whole: str) -> None:
    assert exported.whole, whole
    rows = exported.rows
    assert len(rows) == len(nodes), whole
    for row, node in zip(rows, nodes, strict=True):
        values = flat(node)
        for column, cell in row.items():
            if column in values:
                assert cell in {said(values[column]), f"'{said(values[column])}"}, (whole, column)
            else:  # under an object that is null
                assert cell == "", (whole, column)
        assert {name for name, value in values.items() if value is not None} <= row.keys(), whole


def test_the_walk_knows_the_lists(schema: strawberry.Schema, worlds: tuple[World, World]) -> None:
    assert {"cases", "clients", "debts", "memberships", "auditLogs", "accessLogs", "documents"} <= set(lists(schema))
    query = bare(schema).query_type
    assert query is not None
    needing = {name for name in lists(schema) if any(map(is_required_argument, query.fields[name].args.values()))}
    assert needing == arguments(worlds[0]).keys()


@pytest.mark.parametrize("role", ROLES)
async def test_any_list_is_exported_to_whom_it_may_be(
    role: str, schema: strawberry.Schema, graph: Graph, worlds: tuple[World, World], exporting: Exporting
) -> None:
    here, there = worlds
    actor = here.actors[role]
    given_out = 0
    for name in lists(schema):
        below = selected(schema, name)
        given = arguments(here).get(name, "")
        asked = f"{name}({given})" if given else name
        query = f"{{ {asked} {{ edges {{ node {{ {below} }} }} }} }}"
        if role not in PERMITTED:
            exported = await exporting.run(query, as_=actor)
            assert (exported.status, exported.code) == (403, "FORBIDDEN"), name
            assert exported.error["extensions"]["permission"] == "DATA_EXPORT"
            assert exporting.contexts[-1].statements == 0, "something was read"
            continue
        # The logs of what is read and exported grow by being read: each is compared with what stood there before.
        nodes, redacted, codes = await as_json(graph, name, below, actor, given)
        exported = await exporting.run(query, as_=actor)
        if codes:
            assert exported.status in {400, 403}, name
            assert exported.code == codes[0]
            continue
        assert exported.status == 200, (name, exported.body[:500])
        assert_same(exported, nodes, query)
        assert nodes or not given or (role, name) == ("CLIENT", "diary"), name
        for entry in redacted:
            named = f'"{".".join(entry["path"][3:])}";permission={entry["requiredPermission"]}'
            assert named in exported.headers["cma-redacted"], name
        text = exported.body.decode().lower().replace("-", "")
        assert {*_KEY.findall(text)} & there.keys == set(), name
        assert [secret for secret in there.texts if secret in text] == [], name
        given_out += 1
    if role == "CENTRE_MANAGER":
        assert given_out == len(lists(schema))
    elif role in PERMITTED:
        assert given_out > 0


async def test_a_key_exports_what_its_scopes_name(
    schema: strawberry.Schema, graph: Graph, worlds: tuple[World, World], exporting: Exporting
) -> None:
    here, _ = worlds
    program = here.actors["SERVICE"]
    assert program.scopes is not None
    actor = replace(program, scopes=program.scopes | {Permission.DATA_EXPORT})
    for name in ("cases", "clients", "debts"):
        below = selected(schema, name)
        nodes, redacted, codes = await as_json(graph, name, below, actor)
        assert codes == []
        exported = await exporting.run(f"{{ {name} {{ edges {{ node {{ {below} }} }} }} }}", as_=actor)
        assert_same(exported, nodes, name)
        assert all(f'"{".".join(entry["path"][3:])}"' in exported.headers["cma-redacted"] for entry in redacted)
    restricted = here.cases["restricted"].hex
    exported = await exporting.run("{ cases { edges { node { id } } } }", as_=actor)
    assert len(exported.rows) == len(here.cases) - 1
    assert restricted not in exported.body.decode()
    refused = await exporting.run("{ auditLogs { edges { node { seq } } } }", as_=actor)
    assert (refused.status, refused.code) == (403, "FORBIDDEN")
