"""How scalars and enums are completed: the usual value by a line of generated code, any other by graphql-core.

The lines raise `Unusual` for whatever they do not know; the row function then completes its rows one value at a time
(`runtime.complete_leaf`), where errors are told apart.
"""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLString,
    Undefined,
)

from cma_graphql.execution.plan import Position

Complete = Callable[[Any], Any]

_UNTOUCHED = {
    GraphQLString.name: (GraphQLString, "type({a}) is not str"),
    GraphQLID.name: (GraphQLID, "type({a}) is not str"),
    GraphQLInt.name: (GraphQLInt, "type({a}) is not int or not -2147483648 <= {a} <= 2147483647"),
    GraphQLFloat.name: (GraphQLFloat, "type({a}) is not float or {a} - {a} != 0.0"),
    GraphQLBoolean.name: (GraphQLBoolean, "{a} is not True and {a} is not False"),
}
"""Scalars whose usual values are written as they are, and how an unusual one is known."""

_PLAIN: set[type] = {str, int, float, bool}
"""Classes of values that are neither exceptions nor awaitable."""


class Unusual(Exception):
    """A value that the generated code leaves to the slow path: null where it is refused, an error, an awaitable."""


def check_plain(value: Any) -> None:
    """Raise Unusual for an exception or an awaitable; remember the class of any other value."""
    kind = type(value)
    if isinstance(value, Exception) or hasattr(kind, "__await__"):
        raise Unusual
    _PLAIN.add(kind)


def lines_for(position: Position, variable: str, names: dict[str, Any]) -> list[str]:
    """Write the lines that complete a leaf's value in a variable; what they call is added to `names`."""
    kind, number = position.kind, position.number
    if len(position.required) > 1:
        names[f"list_{number}"] = _list_of(position)
        return [f"{variable} = list_{number}({variable})"]
    complete = _one_of(position)
    nullable = not position.required[0]
    untouched = _UNTOUCHED.get(kind.name)
    if untouched is not None and untouched[0] is kind:
        names[f"leaf_{number}"] = complete
        unusual = untouched[1].format(a=variable)
        condition = f"{variable} is not None and ({unusual})" if nullable else unusual
        return [f"if {condition}: {variable} = leaf_{number}({variable})"]
    if isinstance(kind, GraphQLEnumType):
        names[f"leaf_{number}"] = complete
        names[f"names_{number}"] = _names_of(kind)
        line = f"{variable} = names_{number}.get({variable}) or leaf_{number}({variable})"
        return [f"if {variable} is not None: {line}" if nullable else line]
    names[f"write_{number}"] = kind.coerce_output_value  # type: ignore[attr-defined] # a leaf has it
    lines = [
        f"if type({variable}) not in PLAIN: check_plain({variable})",
        f"{variable} = write_{number}({variable})",
        f"if {variable} is None or {variable} is Undefined: raise Unusual",
    ]
    if nullable:
        return [f"if {variable} is not None:", *(f"    {line}" for line in lines)]
    return [f"if {variable} is None: raise Unusual", *lines]


LEAF_NAMES: dict[str, Any] = {
    "PLAIN": _PLAIN,
    "Undefined": Undefined,
    "Unusual": Unusual,
    "check_plain": check_plain,
}
"""What the lines of every leaf may call."""


def _one_of(position: Position) -> Complete:
    """Make the function that completes a value which is not the usual one, or raises."""
    coerce: Complete = position.kind.coerce_output_value  # type: ignore[attr-defined] # a leaf has it
    required = position.required[-1]

    def complete(value: Any) -> Any:
        if value is None:
            if required:
                raise Unusual
            return None
        if type(value) not in _PLAIN:
            check_plain(value)
        written = coerce(value)
        if written is None or written is Undefined:
            raise Unusual
        return written

    return complete


def _list_of(position: Position) -> Complete:
    complete, required, levels = _one_of(position), position.required, len(position.required) - 1
    as_it_is = str if position.kind in (GraphQLString, GraphQLID) else None

    def complete_list(value: Any, level: int = 0) -> Any:
        if value is None:
            if required[level]:
                raise Unusual
            return None
        if type(value) is not list and type(value) is not tuple:
            raise Unusual
        if level + 1 < levels:
            return [complete_list(item, level + 1) for item in value]
        if as_it_is is not None and {*map(type, value)} <= {as_it_is}:
            return list(value)
        return [complete(item) for item in value]

    return complete_list


def _names_of(kind: GraphQLEnumType) -> dict[Any, str]:
    """Answer the names of an enum's members."""
    members: Any = getattr(kind, "wrapped_cls", ())
    return {member: kind.coerce_output_value(member) for member in members}
