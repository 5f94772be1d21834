"""Whatever stands in an input, the answer is typed: no operation fails because somebody wrote odd things."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest
import strawberry
from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    get_nullable_type,
    type_from_ast,
)

from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import NODE_KINDS, read_any_id
from support.asking import Answer, Graph
from support.data import Data
from support.walking import bare, filled, plain
from walks.conftest import World
from walks.test_operations import DOCUMENTS, operation_of, own_id

LONG = "x" * 100_000
ODD: dict[str, tuple[Any, ...]] = {
    "String": ("", "nul\0", "half \ud800", "e" + "\u0301" * 40, LONG),
    "ID": ("", "\ud800\0", "membership_" + "0" * 32, "case_" + "\u0663" * 32, LONG),
    "Int": (0, -1, 2**31 - 1, -(2**31)),
    "Date": ("0001-01-01", "9999-12-31"),
    "DateTime": ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2027-10-31T00:30:00Z"),
    "Money": ("9999999999999.99", "-9999999999999.99", "10000000000000"),
    "Percentage": ("99999.99", "-1"),
}
"""What is at the bounds of each scalar, and beyond them."""


def places(kind: Any, value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Go through the places of a value where something odd could stand, with what else might stand there."""
    kind = get_nullable_type(kind)
    if isinstance(kind, GraphQLList):
        yield path, []
        if isinstance(value, list) and value:
            yield path, value * 300
            yield from places(kind.of_type, value[0], (*path, 0))
    elif isinstance(kind, GraphQLInputObjectType):
        for name, field in kind.fields.items():
            if not isinstance(field.type, GraphQLNonNull):
                yield (*path, name), None
            if name in value:
                yield from places(field.type, value[name], (*path, name))
    elif isinstance(kind, GraphQLScalarType):
        for odd in ODD.get(kind.name, ()):
            yield path, odd


def with_at(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """Answer a value with something else in one of its places."""
    if not path:
        return odd
    step, *rest = path
    if isinstance(value, list):
        return [with_at(item, tuple(rest), odd) if place == step else item for place, item in enumerate(value)]
    return {**value, step: with_at(value.get(step), tuple(rest), odd)}


def untyped(answer: Answer) -> list[Any]:
    """Answer the errors that are the server's own faults."""
    return [
        (type(error.original_error).__name__, str(error.original_error)[:300])
        for error in answer.errors
        if not (error.original_error is None or isinstance(error.original_error, GraphQLError))
        and not hasattr(error.original_error, "code")
    ]


@pytest.fixture(scope="module")
async def rows(data: Data) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Look at all rows."""
    connection = await asyncpg.connect(data.owner)
    yield connection
    await connection.close()


async def versions(value: Any, rows: "asyncpg.Connection[asyncpg.Record]") -> Any:
    """Let a value say the present version of each record that it names."""
    if isinstance(value, list):
        return [await versions(item, rows) for item in value]
    if not isinstance(value, dict):
        return value
    said = {name: await versions(item, rows) for name, item in value.items()}
    named = read_any_id(said["id"]) if isinstance(said.get("id"), str) else None
    if "expectedVersion" in said and named is not None and named.prefix in NODE_KINDS:
        table = NODE_KINDS[named.prefix].table
        key = "user_id" if table == "memberships" else "id"
        present = f"SELECT (to_jsonb(t) ->> 'version')::int FROM \"{table}\" t WHERE {key} = $1"  # noqa: S608 - a table of ours
        said["expectedVersion"] = await rows.fetchval(present, named.key) or 1
    return said


def filled_variables(schema: strawberry.Schema, document: str, world: World, name: str) -> dict[str, tuple[Any, Any]]:
    """Answer the type of each variable of a document, and a value with everything that it may hold."""
    supply = world.supply(id=own_id(name, world))
    found = {}
    for declared in operation_of(document).variable_definitions or ():
        kind: Any = type_from_ast(bare(schema), declared.type)
        variable = declared.variable.name.value
        if variable not in {"after", "before", "last"}:
            found[variable] = (kind, plain(filled(kind, supply, everything=True, name=variable)))
    return found


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
async def test_odd_input_is_refused_or_taken(
    name: str,
    schema: strawberry.Schema,
    graph: Graph,
    changing_worlds: tuple[World, World],
    rows: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    here, _ = changing_worlds
    variables = filled_variables(schema, DOCUMENTS[name], here, name)
    usual = {variable: value for variable, (_, value) in variables.items() if variable != "filter"}
    bad = []
    for variable, (kind, value) in variables.items():
        for path, odd in places(kind, value):
            given = await versions(with_at(value, path, odd), rows)
            if isinstance(given, dict) and "idempotencyKey" in given and path != ("idempotencyKey",):
                given["idempotencyKey"] = new_id().hex
            answer = await graph.run(DOCUMENTS[name], as_=here.actors["CENTRE_MANAGER"], **{**usual, variable: given})
            bad += [(variable, path, repr(odd)[:60], fault) for fault in untyped(answer)]
    assert bad == []
