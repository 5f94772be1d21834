"""Says what is wrong with variables: the field, the rule and its parameters, and never the value itself.

graphql-core's own messages quote what was sent, which may be someone's personal data, or megabytes.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
    is_required_input_field,
    type_from_ast,
)
from strawberry.utils.str_converters import to_camel_case

from cma_graphql.core.errors import Invalid, InvalidInput
from cma_graphql.core.formats import FormatError
from cma_graphql.graph.refusals import BAD_USER_INPUT, Refusal

_MAX_FAULTS = 25
_NAME_LENGTH = 64


def explain_variables(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> list[Refusal]:
    """Give one error for each fault in the variables of an operation, at least one, at most 25."""
    refusals: list[Refusal] = []
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        type_ = type_from_ast(schema, definition.type)
        given = variables.get(name, Undefined)
        if given is Undefined and (definition.default_value or not isinstance(type_, GraphQLNonNull)):
            continue
        for fault in _faults(given, type_, (name,)):  # type: ignore[arg-type] # validation made it an input type
            refusals.append(_refusal(fault, definition))
            if len(refusals) == _MAX_FAULTS:
                return refusals
    return refusals or [Refusal(BAD_USER_INPUT, "The variables do not fit the operation.")]


def _refusal(fault: Invalid, definition: VariableDefinitionNode) -> Refusal:
    return Refusal(
        BAD_USER_INPUT,
        fault.message,
        nodes=[definition],
        extensions={
            "field": fault.field,
            "rule": fault.rule,
            "params": {to_camel_case(name): each for name, each in fault.params.items()},
        },
    )


def _faults(value: Any, type_: GraphQLInputType, path: tuple[str, ...]) -> Iterator[Invalid]:
    """Walk a value along its type, and give each fault with its place."""
    field = ".".join(path)
    if isinstance(type_, GraphQLNonNull):
        if value is None or value is Undefined:
            yield Invalid(field, "required", f"{field} is required.", expected=str(type_))
        else:
            yield from _faults(value, type_.of_type, path)
    elif value is None or value is Undefined:
        return
    elif isinstance(type_, GraphQLList):
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _faults(item, type_.of_type, (*path, str(index)))
        else:
            yield from _faults(value, type_.of_type, path)
    elif isinstance(type_, GraphQLInputObjectType):
        yield from _object_faults(value, type_, path)
    else:
        yield from _leaf_faults(value, type_, field)


def _object_faults(value: Any, type_: GraphQLInputObjectType, path: tuple[str, ...]) -> Iterator[Invalid]:
    field = ".".join(path)
    if not isinstance(value, dict):
        yield _wrong_type(field, type_.name)
        return
    for name, definition in type_.fields.items():
        below = (*path, name)
        if name in value:
            yield from _faults(value[name], definition.type, below)
        elif is_required_input_field(definition):
            where = ".".join(below)
            yield Invalid(where, "required", f"{where} is required.", expected=str(definition.type))
    for name in value:
        if name not in type_.fields:
            yield _unknown(field, name, type_.name)
    if _is_one_of(type_) and (len(value) != 1 or None in value.values()):
        fields = sorted(type_.fields)
        message = f"{field} takes exactly one of {', '.join(fields)}."
        yield Invalid(field, "one-of", message, fields=fields)


def _is_one_of(type_: GraphQLInputObjectType) -> bool:
    """Tell whether an input takes exactly one of its fields; strawberry says so on its own definition only."""
    return type_.is_one_of or getattr(type_.extensions.get("strawberry-definition"), "is_one_of", False)


def _leaf_faults(value: Any, type_: GraphQLScalarType | GraphQLEnumType, field: str) -> Iterator[Invalid]:
    try:
        coerced = type_.coerce_input_value(value)
    except Exception as error:  # noqa: BLE001 - a scalar may refuse with any exception; all mean that the value is wrong
        cause = error.original_error if isinstance(error, GraphQLError) else error
        if isinstance(cause, Invalid | FormatError):
            yield Invalid(field, cause.rule, cause.message, **cause.params)
        elif isinstance(cause, InvalidInput):
            for each in cause.faults:
                yield Invalid(field, each.rule, each.message, **each.params)
        else:
            yield _wrong_type(field, type_.name)
    else:
        if coerced is Undefined:
            yield _wrong_type(field, type_.name)


def _wrong_type(field: str, expected: str) -> Invalid:
    return Invalid(field, "type", f"{field} is not a valid {expected}.", expected=expected)


def _unknown(field: str, name: str, type_name: str) -> Invalid:
    """Name a field that its input has not, unless what was sent is no name at all."""
    if not (name.isascii() and name.isidentifier() and len(name) <= _NAME_LENGTH):
        return Invalid(field, "unknown-field", f"{field} has a field that {type_name} has not.", type=type_name)
    where = f"{field}.{name}"
    return Invalid(where, "unknown-field", f"{where} is not a field of {type_name}.", type=type_name)
