"""Writes operations from the schema itself, so that a walk grows with it: every field, every argument, every input."""

import json
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

Supply = Callable[[str, str], Any]
"""Answers a value for (name of argument or input field, name of its type); None where it has none to give."""


def bare(schema: strawberry.Schema) -> GraphQLSchema:
    """Answer graphql-core's schema under strawberry's."""
    found: GraphQLSchema = schema._schema
    return found


def literal(value: Any) -> str:
    """Write a value as GraphQL does; a tuple of one text is an enum value."""
    match value:
        case (name,) if isinstance(value, tuple):
            written = str(name)
        case bool() | int() | str() | None:
            written = json.dumps(value, ensure_ascii=False)
        case list():
            written = "[" + ", ".join(literal(item) for item in value) + "]"
        case _:
            written = "{" + ", ".join(f"{name}: {literal(item)}" for name, item in value.items()) + "}"
    return written


def plain(value: Any) -> Any:
    """Write a value as variables do: an enum's is its name."""
    match value:
        case (name,) if isinstance(value, tuple):
            return name
        case list():
            return [plain(item) for item in value]
        case dict():
            return {name: plain(item) for name, item in value.items()}
    return value


def given(field: GraphQLField, supply: Supply) -> dict[str, Any] | None:
    """Give values to a field's arguments: those required, and those the supply has values for. None: one is missing."""
    values = {}
    for name, argument in field.args.items():
        value = supply(name, get_named_type(argument.type).name)
        if value is None and not is_required_argument(argument):
            continue
        kind = get_named_type(argument.type)
        if value is None and (isinstance(kind, GraphQLInputObjectType | GraphQLEnumType) or kind.name in _FREE):
            value = filled(argument.type, supply, everything=False, name=name)
        if value is None:
            return None
        values[name] = value
    return values


def arguments(field: GraphQLField, supply: Supply) -> str | None:
    """Write a field's arguments, as `given` gives them."""
    values = given(field, supply)
    if values is None:
        return None
    return f"({', '.join(f'{name}: {literal(value)}' for name, value in values.items())})" if values else ""


def selection(kind: Any, supply: Supply, *, depth: int) -> str:
    """Write a selection of everything under a type, so many objects deep; edges and nodes of a page do not count."""
    if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
        return "__typename " + (" id" if isinstance(kind, GraphQLInterfaceType) and "id" in kind.fields else "")
    fields = ["__typename"]
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            written = arguments(field, supply)
            if written is not None:
                fields.append(f"{name}{written}")
            continue
        paging = kind.name.endswith(("Connection", "Edge")) or name in {"edges", "node", "pageInfo"}
        if depth <= 0 and not paging and not inner.name.endswith("Error"):
            continue
        written = arguments(field, supply)
        if written is not None:
            fields.append(f"{name}{written} {{ {selection(inner, supply, depth=depth - (0 if paging else 1))} }}")
    return " ".join(fields)


def root_fields(schema: strawberry.Schema, operation: str) -> Mapping[str, GraphQLField]:
    """Answer the root fields of `query`, `mutation` or `subscription`."""
    root = getattr(bare(schema), f"{operation}_type")
    return root.fields if root is not None else {}


def asked_by_id(schema: strawberry.Schema) -> set[str]:
    """Name the query root fields that take an id or ids."""
    return {name for name, field in root_fields(schema, "query").items() if {"id", "ids"} & field.args.keys()}


@dataclass(frozen=True)
class Question:
    """An operation that asks one root field, whose arguments are variables: it is the same document for any id."""

    text: str
    variables: Mapping[str, Any]


def walk(
    schema: strawberry.Schema, supply: Supply, *, depth: int = 2, only: Container[str] | None = None
) -> Iterator[Question]:
    """Ask every query root field, or `only` some.

    Raises LookupError where the supply has no value for an argument that is required.
    """
    for name, field in root_fields(schema, "query").items():
        if only is not None and name not in only:
            continue
        values = given(field, supply)
        if values is None:
            raise LookupError(f"the walk has no value for an argument of {name}")
        inner = get_named_type(field.type)
        below = "" if is_leaf_type(inner) else f"{{ {_below(schema, inner, supply, depth)} }}"
        declared = ", ".join(f"${argument}: {field.args[argument].type}" for argument in values)
        passed = ", ".join(f"{argument}: ${argument}" for argument in values)
        head, call = (f"query ({declared})", f"{name}({passed})") if values else ("query", name)
        yield Question(f"{head} {{ {call} {below} }}", {each: plain(value) for each, value in values.items()})


def _below(schema: strawberry.Schema, kind: Any, supply: Supply, depth: int) -> str:
    if isinstance(kind, GraphQLInterfaceType):
        # Fields of one name may differ in type from fragment to fragment, so that each fragment has its own alias.
        parts = [
            f"... on {one.name} {{ {_aliased(one.name, selection(one, supply, depth=depth - 1))} }}"
            for one in bare(schema).get_possible_types(kind)
        ]
        return "__typename id " + " ".join(parts)
    return selection(kind, supply, depth=depth)


def _aliased(prefix: str, text: str) -> str:
    """Give the outermost fields of a selection aliases of their own."""
    out, level, word = [], 0, ""
    for sign in text + " ":
        if level == 0 and (sign.isalnum() or sign == "_"):
            word += sign
            continue
        if word:
            out.append(f"{prefix}_{word}: {word}" if word != "__typename" else word)
            word = ""
        if sign in "{(":
            level += 1
        elif sign in "})":
            level -= 1
        out.append(sign)
    return "".join(out)


def filled(kind: Any, supply: Supply, *, everything: bool, name: str = "") -> Any:
    """Make a value of an input type: the supply's where it has one, else a plausible one."""
    if isinstance(kind, GraphQLNonNull):
        return filled(kind.of_type, supply, everything=everything, name=name)
    if isinstance(kind, GraphQLList):
        return [filled(kind.of_type, supply, everything=everything, name=name)]
    given = supply(name, kind.name)
    if given is not None:
        return given
    if isinstance(kind, GraphQLInputObjectType):
        value = {}
        for inner_name, field in kind.fields.items():
            if everything or is_required_input_field(field):
                value[inner_name] = filled(field.type, supply, everything=everything, name=inner_name)
        return value
    if isinstance(kind, GraphQLEnumType):
        return (next(iter(kind.values)),)
    assert isinstance(kind, GraphQLScalarType)
    return _PLAUSIBLE[kind.name]


_PLAUSIBLE: dict[str, Any] = {
    "String": "some text",
    "Int": 1,
    "Float": 1,
    "Boolean": True,
    "ID": "nothing_00000000000000000000000000000000",
    "Money": "1.00",
    "Percentage": "1.00",
    "Date": "2027-03-31",
    "DateTime": "2027-03-31T09:00:00.000Z",
}
_FREE = {"Date", "DateTime"}
"""Scalars of which any value asks something: the rest is the supply's to give."""


def objects_of(answer: Any) -> Iterator[dict[str, Any]]:
    """Go through every object of an answer."""
    if isinstance(answer, dict):
        yield answer
        for value in answer.values():
            yield from objects_of(value)
    elif isinstance(answer, list):
        for item in answer:
            yield from objects_of(item)


def is_object(kind: Any) -> bool:
    """Tell whether a type is an object type."""
    return isinstance(kind, GraphQLObjectType)
