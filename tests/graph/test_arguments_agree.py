"""Whatever is sent, variables and arguments become what graphql-core and strawberry make of them, errors included."""

from collections.abc import Iterator, Mapping
from functools import cache
from random import Random
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    OperationDefinitionNode,
    build_schema,
    parse,
)
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strawberry.types.arguments import convert_arguments

from cma_graphql.execution.coercing import Coercers
from cma_graphql.execution.converting import Converters
from cma_graphql.execution.literals import arguments_of
from cma_graphql.execution.variables import Variables
from cma_graphql.graph.schema import make_schema

STRAWBERRY = make_schema()
SCHEMA = STRAWBERRY._schema
CONVERTERS, COERCERS = Converters(STRAWBERRY), Coercers()
_TEXTS = {
    "Date": ("2026-02-28", "2026-02-30", "x"),
    "DateTime": ("2026-02-28T10:00:00Z", "2026-02-28", "x"),
    "Money": ("12.50", "-3", "1.234", "x"),
    "Decimal": ("12.50", "x"),
    "UUID": ("0190a0b0-0000-7000-8000-000000000001", "x"),
    "ID": ("case_0190a0b0000070008000000000000001", ""),
}
_ODD: tuple[Any, ...] = (None, True, 3, 2**40, -1.5, 2.0, "", "x", "é\ud800", [], {}, [None], {"x": 1})


def fields() -> Iterator[tuple[str, GraphQLField]]:
    """Find every field that takes arguments."""
    for kind in SCHEMA.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            yield from ((f"{kind.name}.{name}", each) for name, each in kind.fields.items() if each.args)


FIELDS = dict(fields())


class Sender:
    """Makes values as clients send them, most of them right."""

    def __init__(self, random: Random, faults: float) -> None:
        self._random = random
        self._faults = faults

    def value(self, kind: Any, depth: int = 0) -> Any:
        """Make a value of a type, or one that is none."""
        if self._random.random() < self._faults:
            return self._random.choice(_ODD)
        if isinstance(kind, GraphQLNonNull):
            return self._some(kind.of_type, depth)
        return None if self._random.random() < 0.1 else self._some(kind, depth)

    def _some(self, kind: Any, depth: int) -> Any:
        random = self._random
        if isinstance(kind, GraphQLList):
            if random.random() < 0.1:
                return self.value(kind.of_type, depth + 1)
            return [self.value(kind.of_type, depth + 1) for _ in range(random.choice((0, 1, 2)))]
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, depth)
        if isinstance(kind, GraphQLEnumType):
            return random.choice([*kind.values])
        return self._scalar(kind)

    def _object(self, kind: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        likely = 0.5 if depth < 3 else 0.1
        one_of = getattr(kind.extensions.get("strawberry-definition"), "is_one_of", False)
        names = [self._random.choice([*kind.fields])] if one_of else [*kind.fields]
        return {
            name: self.value(kind.fields[name].type, depth + 1)
            for name in names
            if one_of or isinstance(kind.fields[name].type, GraphQLNonNull) or self._random.random() < likely
        }

    def _scalar(self, kind: GraphQLScalarType) -> Any:
        plain: Mapping[str, tuple[Any, ...]] = {
            "Int": (0, 7, 2**31 - 1, 2**31, 3.0),
            "Float": (1, 2.5),
            "Boolean": (True, False),
        }
        return self._random.choice(plain.get(kind.name) or _TEXTS.get(kind.name) or ("x", "Müller", "", 5))


def operation_of(field: GraphQLField, *, whole: bool, random: Random) -> tuple[OperationDefinitionNode, FieldNode]:
    """Write an operation that gives a field its arguments by variables: whole, or one for each field of an input."""
    declared: list[str] = []
    arguments = []

    def variable(kind: Any) -> str:
        loose = kind.of_type if isinstance(kind, GraphQLNonNull) and random.random() < 0.2 else kind
        declared.append(f"$v{len(declared)}: {loose}")
        return f"$v{len(declared) - 1}"

    for name, each in field.args.items():
        bare = each.type.of_type if isinstance(each.type, GraphQLNonNull) else each.type
        if not whole and isinstance(bare, GraphQLInputObjectType):
            inner = ", ".join(
                f"{below}: {variable(one.type)}" for below, one in bare.fields.items() if random.random() < 0.6
            )
            arguments.append(f"{name}: {{ {inner} }}")
        elif not whole and isinstance(bare, GraphQLList):
            arguments.append(f"{name}: [{variable(bare.of_type)}]")
        elif random.random() < 0.9:
            arguments.append(f"{name}: {variable(each.type)}")
    given_ = f"({', '.join(arguments)})" if arguments else ""
    head = f"({', '.join(declared)})" if declared else ""
    operation = parse(f"query Q{head} {{ field{given_} }}", no_location=True).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    node = operation.selection_set.selections[0]
    assert isinstance(node, FieldNode)
    return operation, node


def told(error: BaseException) -> tuple[str, str]:
    """Answer what can be told of an error."""
    return type(error).__name__, str(error)


@cache
def _converter(name: str) -> Any:
    return CONVERTERS.of_arguments(declared_of(name).arguments)


def declared_of(name: str) -> Any:
    """Answer what strawberry knows of a field."""
    return FIELDS[name].extensions["strawberry-definition"]


def converted_by_strawberry(name: str, raw: dict[str, Any]) -> Any:
    """Convert arguments as strawberry does."""
    scalars = STRAWBERRY.schema_converter.scalar_registry
    return convert_arguments(raw, declared_of(name).arguments, scalars, STRAWBERRY.config, None)


def attempted(function: Any, *arguments: Any) -> tuple[Any, Any]:
    """Answer what a function answers, or what it raises."""
    try:
        return function(*arguments), None
    except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
        return None, told(error)


def check(name: str, random: Random, *, whole: bool, faults: float) -> bool | None:
    """Compare one request of one field; answer whether graphql-core was not asked; None where it refuses it."""
    field, sender = FIELDS[name], Sender(random, faults)
    operation, node = operation_of(field, whole=whole, random=random)
    inputs = {}
    variables = Variables(SCHEMA, operation, COERCERS)
    for definition in operation.variable_definitions or ():
        if random.random() < 0.9:
            kind = variables_type(operation, definition.variable.name.value)
            inputs[definition.variable.name.value] = sender.value(kind)
    expected = get_variable_values(SCHEMA, operation.variable_definitions or (), inputs)
    found = variables.coerce(inputs)
    if isinstance(expected, list):
        assert found is None, (operation, inputs, expected)
        return None
    if found is not None:
        assert found.coerced == expected.coerced
        assert {key: each.value for key, each in found.sources.items()} == {
            key: each.value for key, each in expected.sources.items()
        }
    known = compare_arguments(name, node, expected)
    return None if known is None else known and found is not None


def variables_type(operation: OperationDefinitionNode, name: str) -> Any:
    """Answer a variable's type."""
    values = get_variable_values(SCHEMA, operation.variable_definitions or (), {})
    if isinstance(values, VariableValues):
        return values.sources[name].signature.type
    variables = Variables(SCHEMA, operation, COERCERS)
    assert variables.declared is not None
    return next(each.signature.type for each in variables.declared if each.name == name)


def compare_arguments(name: str, node: FieldNode, values: VariableValues) -> bool | None:
    """Compare what becomes of a field's arguments; answer whether graphql-core was not asked; None: refused."""
    field = FIELDS[name]
    raw, refused = attempted(get_argument_values, field, node, values)
    try:
        read = arguments_of(field, node)(values.coerced)
    except Exception:  # noqa: BLE001 - then graphql-core is asked
        read = None
    if refused is not None:
        assert read is None, (name, refused)
        return None
    if read is not None:
        assert read == raw
        assert [*map(type, read.values())] == [*map(type, raw.values())]
    assert attempted(_converter(name), raw, None) == attempted(converted_by_strawberry, name, raw)
    return read is not None


def test_arguments_become_what_they_ever_were(pytestconfig: pytest.Config) -> None:
    number = 4 * int(pytestconfig.getoption("compared_operations"))

    @settings(max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        name=st.sampled_from([*FIELDS]),
        random=st.randoms(use_true_random=True),
        whole=st.booleans(),
        faults=st.sampled_from((0.0, 0.02, 0.2)),
    )
    def any_request(name: str, random: Random, whole: bool, faults: float) -> None:  # noqa: FBT001 - hypothesis gives it
        check(name, random, whole=whole, faults=faults)

    any_request()


def test_what_is_accepted_is_hardly_ever_asked_of_graphql_core_and_strawberry() -> None:
    random = Random(1)  # noqa: S311 - any will do
    ways = [check(name, random, whole=whole, faults=0.0) for name in FIELDS for whole in (True, False)]
    accepted = [way for way in ways if way is not None]
    assert len(accepted) > len(ways) // 10
    assert sum(accepted) > 0.9 * len(accepted)
    assert {_converter(name).__name__ for name in FIELDS} == {"convert_all"}


def test_what_is_too_deep_is_left_to_graphql_core() -> None:
    schema = build_schema("type Query { field(nest: Nest): Int } input Nest { nest: Nest, nests: [Nest] = [] }")
    operation = parse("query Q($nest: Nest) { field(nest: $nest) }").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    variables = Variables(schema, operation, Coercers())
    for depth in (3, 300):
        nest: dict[str, Any] = {}
        for _ in range(depth):
            nest = {"nest": nest}
        expected = get_variable_values(schema, operation.variable_definitions or (), {"nest": nest})
        found = variables.coerce({"nest": nest})
        if isinstance(expected, list):
            assert found is None
        else:
            assert found is not None
            assert found.coerced == expected.coerced
        assert isinstance(expected, list) == (depth == 300)
