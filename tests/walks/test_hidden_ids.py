"""A record that is hidden from somebody of its own centre is answered like one that never was, by every root field."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import asyncpg
import pytest
import strawberry
from graphql import GraphQLInputObjectType, GraphQLList, GraphQLScalarType, get_nullable_type

from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import write_id
from support.asking import Graph
from walks.conftest import World
from walks.test_odd_input import filled_variables, rows, versions, with_at
from walks.test_operations import DOCUMENTS

__all__ = ["rows"]

OF_A_CASE = """
query ($id: ID!) {
  case(id: $id) {
    id client { id consents { id } household { id members { id } } }
    assets { id } outcomes { id } debts { id } budgetSheets { id lines { id } }
    workflow { id } stages { id } approvals { id } referrals { id } compliance { id items { id } }
    tasks { edges { node { id } } } notes { edges { node { id } } } documents { edges { node { id } } }
    appointments { edges { node { id } } }
  }
}
"""


def ids_in(value: Any) -> Iterator[str]:
    """Go through the ids in an answer."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for inner in value.values():
            yield from ids_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from ids_in(inner)


def ids_asked_for(kind: Any, value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Go through the places of a value where an id stands, with the type of record that is named there."""
    kind = get_nullable_type(kind)
    if isinstance(kind, GraphQLList) and isinstance(value, list) and value:
        yield from ids_asked_for(kind.of_type, value[0], (*path, 0))
    elif isinstance(kind, GraphQLInputObjectType):
        for name, field in kind.fields.items():
            if name in value:
                yield from ids_asked_for(field.type, value[name], (*path, name))
    elif isinstance(kind, GraphQLScalarType) and kind.name == "ID" and isinstance(value, str):
        yield path, value.rpartition("_")[0]


async def ids_of(graph: Graph, world: World, case: str) -> dict[str, str]:
    """Answer an id of each type of record that hangs on a case."""
    key = write_id("case", world.cases[case])
    answer = await graph.run(OF_A_CASE, as_=world.actors["CENTRE_MANAGER"], id=key)
    assert answer.errors == []
    return {each.rpartition("_")[0]: each for each in ids_in(answer.data)}


def questions(
    schema: strawberry.Schema, world: World, hidden: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, Any], str, tuple[Any, ...], str]]:
    """Go through the root fields and the places of their variables where a hidden id could stand."""
    for name, document in DOCUMENTS.items():
        variables = filled_variables(schema, document, world, name)
        usual = {variable: value for variable, (_, value) in variables.items()}
        for variable, (kind, value) in variables.items():
            for path, prefix in ids_asked_for(kind, value):
                # Which type an `id` is of is a guess of the walk's: where it may be wrong, all types are tried.
                certain = prefix in hidden and (name.lower().startswith(prefix) or path[-1:] != ("id",))
                for tried in [prefix] if certain else hidden if path[-1:] in {("id",), ()} else []:
                    yield name, usual, variable, path, tried


@pytest.mark.parametrize("role", ["ADVISOR", "TRAINEE", "CLIENT", "SERVICE"])
async def test_what_is_hidden_is_answered_like_what_never_was(
    role: str,
    schema: strawberry.Schema,
    graph: Graph,
    changing_worlds: tuple[World, World],
    rows: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    here, _ = changing_worlds
    hidden = await ids_of(graph, here, "restricted")
    own = await ids_of(graph, here, {"TRAINEE": "trainees", "CLIENT": "portal"}.get(role, "own"))
    viewer = World(here.centre, here.mark, ids={**here.ids, **{prefix: [key] for prefix, key in own.items()}})
    viewer.ninos = here.ninos
    asked = 0
    for name, usual, variable, path, prefix in questions(schema, viewer, hidden):
        said = []
        seen = await versions(with_at(usual[variable], path, hidden[prefix]), rows)
        for key in (hidden[prefix], write_id(prefix, new_id())):
            given = with_at(seen, path, key)
            if isinstance(given, dict) and "idempotencyKey" in given:
                given["idempotencyKey"] = new_id().hex
            answer = await graph.run(DOCUMENTS[name], as_=here.actors[role], **{**usual, variable: given})
            errors = [(error.message, getattr(error.original_error, "code", "?")) for error in answer.errors]
            said.append(json.dumps([answer.data, errors], default=str).replace(key.rpartition("_")[2], "KEY"))
        assert said[0] == said[1], (name, variable, path)
        asked += 1
    assert asked > 500
