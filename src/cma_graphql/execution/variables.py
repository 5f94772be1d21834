"""Coerces an operation's variables as graphql-core does, by what is made of their declarations once."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, Undefined
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, input_is_nested_too_deeply
from graphql.type import is_non_null_type
from graphql.utilities.coerce_input_value import coerce_input_literal

from cma_graphql.execution.coercing import UNCHANGEABLE, Coercers


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode, coercers: Coercers) -> None:
        self.declared: list[_Variable] | None = []
        """What is known of each; None where one is not of an input type."""
        for definition in operation.variable_definitions or ():
            signature = get_variable_signature(schema, definition)
            if isinstance(signature, GraphQLError):
                self.declared = None  # graphql-core says why
                return
            self.declared.append(_Variable(signature, coercers))

    def coerce(self, inputs: Mapping[str, Any]) -> VariableValues | None:
        """Coerce what was sent; None where graphql-core is to be asked, which says what is wrong."""
        if self.declared is None:
            return None
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        try:
            for each in self.declared:
                name = each.name
                value = inputs.get(name, Undefined)
                if value is Undefined:
                    sources[name] = each.absent
                    if each.default is not None:
                        value = each.default()
                    elif each.is_required:
                        return None
                    else:
                        continue
                else:
                    sources[name] = VariableValueSource(each.signature, value)
                    if each.nests_itself and input_is_nested_too_deeply(value, each.signature.type):
                        return None
                    value = each.coerce(value)
                if value is Undefined:
                    return None
                coerced[name] = value
        except Exception:  # noqa: BLE001 - whatever it is, graphql-core comes upon it as well, and tells of it
            return None
        return VariableValues(sources, coerced)


class _Variable:
    """A declared variable."""

    __slots__ = ("absent", "coerce", "default", "is_required", "name", "nests_itself", "signature")

    def __init__(self, signature: GraphQLVariableSignature, coercers: Coercers) -> None:
        self.signature = signature
        self.name = signature.name
        self.coerce = coercers.of(signature.type)
        self.absent = VariableValueSource(signature)
        self.is_required = is_non_null_type(signature.type)
        self.nests_itself = coercers.nests_itself(signature.type)
        self.default = _default(signature)


def _default(signature: GraphQLVariableSignature) -> Callable[[], Any] | None:
    """Answer what gives a variable's default: the same each time only where nobody can change it."""
    if signature.default is None:
        return None
    literal: Any = signature.default.literal
    kept = coerce_input_literal(literal, signature.type)
    if isinstance(kept, UNCHANGEABLE):
        return lambda: kept
    return lambda: coerce_input_literal(literal, signature.type)
