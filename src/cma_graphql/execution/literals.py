"""Reads a field's arguments as graphql-core does, by functions made once for its place in the document.

What stands there as it is has been read once; only variables are put in. As with variables (`coercing`), what is not
usual is answered by `Undefined`, and graphql-core is asked.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    ValueNode,
    VariableNode,
    is_required_argument,
    is_required_input_field,
)
from graphql.language import ListValueNode, NullValueNode, ObjectValueNode
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal

from cma_graphql.execution.coercing import UNCHANGEABLE, has_default

Read = Callable[[Mapping[str, Any]], Any]
"""Answers a value from those of the variables."""


def arguments_of(definition: GraphQLField, node: FieldNode) -> Callable[[Mapping[str, Any]], dict[str, Any] | None]:
    """Answer what reads all arguments of a field; it answers None where graphql-core is to be asked."""
    given = {each.name.value: each.value for each in node.arguments or ()}
    parts: list[tuple[str, Read]] = []
    for name, declared in definition.args.items():
        read = _part(given.get(name), declared, is_required=is_required_argument(declared))
        if read is not None:
            parts.append((declared.out_name or name, read))

    def read_all(variables: Mapping[str, Any]) -> dict[str, Any] | None:
        values = _read(parts, variables)
        return None if values is Undefined else values

    return read_all


def has_variable(node: FieldNode) -> bool:
    """Tell whether a variable is among a field's arguments."""
    values = [each.value for each in node.arguments or ()]
    return any(isinstance(below, VariableNode) for each in values for below in _values_in(each))


def _values_in(node: ValueNode) -> Iterator[ValueNode]:
    yield node
    if isinstance(node, ListValueNode):
        for item in node.values:
            yield from _values_in(item)
    elif isinstance(node, ObjectValueNode):
        for field in node.fields:
            yield from _values_in(field.value)


_ABSENT: Any = object()
"""Stands for what is left out."""


def _refuse(_variables: Mapping[str, Any]) -> Any:
    return Undefined


def _default_of(declared: Any) -> Read | None:
    """Answer what gives the default of an argument or an input's field; None where there is none."""
    return (lambda _variables: coerce_default_value(declared)) if has_default(declared) else None


def _part(node: ValueNode | None, declared: Any, *, is_required: bool) -> Read | None:
    """Answer what reads an argument, or an input's field; None where there is nothing to read."""
    default = _default_of(declared)
    if node is None:
        return _refuse if is_required else default
    read = _reader(node, declared.type)
    if not isinstance(node, VariableNode) or is_required:
        return read
    name = node.name.value

    def read_if_given(variables: Mapping[str, Any]) -> Any:
        if name in variables:
            return read(variables)
        return _ABSENT if default is None else default(variables)

    return read_if_given


def _read(parts: Sequence[tuple[str, Read]], variables: Mapping[str, Any]) -> Any:
    """Read what is given; Undefined where any of it is unusual."""
    values = {}
    for name, read in parts:
        value = read(variables)
        if value is Undefined:
            return Undefined
        if value is not _ABSENT:
            values[name] = value
    return values


def _reader(node: ValueNode, kind: Any) -> Read:
    """Answer what reads a value of a type."""
    is_required = isinstance(kind, GraphQLNonNull)
    if is_required:
        kind = kind.of_type
    if isinstance(node, VariableNode):
        read = _variable(node.name.value, is_required=is_required)
    elif isinstance(node, NullValueNode):
        read = _refuse if is_required else lambda _variables: None
    elif isinstance(kind, GraphQLList):
        read = _list(node, kind.of_type)
    elif isinstance(kind, GraphQLInputObjectType):
        read = _object(node, kind)
    else:
        read = _leaf(node, kind)
    return read


def _leaf(node: ValueNode, kind: Any) -> Read:
    if any(isinstance(each, VariableNode) for each in _values_in(node)):
        return _refuse  # within a scalar's own literal
    kept = coerce_input_literal(node, kind)
    if isinstance(kept, UNCHANGEABLE):
        return lambda _variables: kept
    return lambda _variables: coerce_input_literal(node, kind)


def _variable(name: str, *, is_required: bool) -> Read:
    if not is_required:
        return lambda variables: variables.get(name, Undefined)

    def read_required(variables: Mapping[str, Any]) -> Any:
        value = variables.get(name, Undefined)
        return Undefined if value is None else value

    return read_required


def _list(node: ValueNode, kind: Any) -> Read:
    if not isinstance(node, ListValueNode):
        alone = _reader(node, kind)

        def read_one(variables: Mapping[str, Any]) -> Any:
            value = alone(variables)
            return Undefined if value is Undefined else [value]

        return read_one
    items = [_reader(each, kind) for each in node.values]

    def read_items(variables: Mapping[str, Any]) -> Any:
        values = [read(variables) for read in items]
        for each in values:
            if each is Undefined:
                return Undefined
        return values

    return read_items


def _object(node: ValueNode, kind: GraphQLInputObjectType) -> Read:
    if not isinstance(node, ObjectValueNode) or kind.is_one_of:
        return _refuse
    given = {each.name.value: each.value for each in node.fields}
    if not given.keys() <= kind.fields.keys():
        return _refuse
    parts: list[tuple[str, Read]] = []
    for name, field in kind.fields.items():
        read = _part(given.get(name), field, is_required=is_required_input_field(field))
        if read is not None:
            parts.append((field.out_name or name, read))
    make = kind.out_type

    def read_object(variables: Mapping[str, Any]) -> Any:
        values = _read(parts, variables)
        return values if values is Undefined else make(values)

    return read_object
