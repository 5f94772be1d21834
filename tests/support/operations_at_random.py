"""Writes operations over a schema at random: aliases, fragments, `@skip`, `@include`, literals and variables."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from support.walking import Supply, literal

Choose = Callable[[GraphQLField, str], bool]


@dataclass(frozen=True)
class Operation:
    """An operation and its variables."""

    text: str
    variables: dict[str, Any]


@dataclass
class Writer:
    """Writes one operation."""

    schema: GraphQLSchema
    random: Random
    supply: Supply = lambda _name, _kind: None
    depth: int = 4
    leave_out: frozenset[str] = frozenset()
    """Fields that are not asked for, as `Type.field`."""
    most: int = 60
    """About how many fields it has."""
    variables: dict[str, Any] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)
    fields: int = 0

    def write(self, operation: str = "query", *, roots: tuple[str, ...] = ()) -> Operation:
        """Write an operation; over these root fields, or over any."""
        kind = {"query": self.schema.query_type, "mutation": self.schema.mutation_type}[operation]
        assert kind is not None
        names = [name for name in (roots or kind.fields) if f"{kind.name}.{name}" not in self.leave_out]
        chosen = [self.random.choice(names) for _ in range(self.random.randint(1, 3))]
        parts = [part for name in chosen if (part := self._field(kind, name, self.depth)) is not None]
        body = " ".join(parts) or "__typename"
        declared = f"({', '.join(self.declared)})" if self.declared else ""
        return Operation(f"{operation} Random{declared} {{ {body} }} {' '.join(self.fragments)}", self.variables)

    # Selections

    def _selection(self, kind: Any, depth: int) -> str:
        parts: list[str] = []
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            parts += self._fields(kind, depth)
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            for each in self.schema.get_possible_types(kind):
                if self.random.random() < (0.7 if len(self.schema.get_possible_types(kind)) < 5 else 0.15):
                    parts.append(self._fragment(each, self._selection(each, depth)))
        if self.random.random() < 0.25:
            parts.append("__typename")
        self.random.shuffle(parts)
        return " ".join(parts) or "__typename"

    def _fields(self, kind: Any, depth: int) -> list[str]:
        names = [name for name in kind.fields if f"{kind.name}.{name}" not in self.leave_out]
        parts = []
        for name in self.random.sample(names, min(len(names), self.random.randint(1, 7))):
            part = self._field(kind, name, depth)
            if part is not None:
                parts.append(part if self.random.random() < 0.85 else self._fragment(kind, part))
        return parts

    def _field(self, kind: Any, name: str, depth: int) -> str | None:
        definition = kind.fields[name]
        inner = get_named_type(definition.type)
        if not is_leaf_type(inner) and (depth <= 0 or self.fields > self.most):
            return None
        self.fields += 1
        given = self._arguments(definition)
        if given is None:
            return None
        alias = f"{kind.name}_{name}_{self.fields}: " if given or self.random.random() < 0.15 else ""
        # Fields of one name may differ in type from fragment to fragment, so that most have an alias of their own.
        if not alias and depth < self.depth and self.random.random() < 0.5:
            alias = f"{kind.name}_{name}: "
        below = "" if is_leaf_type(inner) else f" {{ {self._selection(inner, depth - 1)} }}"
        return f"{alias}{name}{given}{self._directive()}{below}"

    def _fragment(self, kind: Any, selection: str) -> str:
        if self.random.random() < 0.5:
            return f"... on {kind.name}{self._directive()} {{ {selection} }}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {kind.name} {{ {selection} }}")
        return f"...{name}{self._directive()}"

    def _directive(self) -> str:
        if self.random.random() >= 0.08:
            return ""
        name, value = self.random.choice(["skip", "include"]), self.random.random() < 0.5
        if self.random.random() < 0.5:
            return f" @{name}(if: {literal(value)})"
        return f" @{name}(if: {self._variable('Boolean!', value)})"

    # Arguments

    def _arguments(self, definition: GraphQLField) -> str | None:
        written = []
        for name, argument in definition.args.items():
            needed = is_required_argument(argument)
            if not needed and self.random.random() < 0.6:
                continue
            value = self._value(name, argument.type)
            if value is None:
                if needed:
                    return None
                continue
            if self.random.random() < 0.4:
                written.append(f"{name}: {self._variable(str(argument.type), _plain(value))}")
            else:
                written.append(f"{name}: {literal(value)}")
        return f"({', '.join(written)})" if written else ""

    def _variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self.declared)}"
        self.declared.append(f"${name}: {kind}")
        self.variables[name] = value
        return f"${name}"

    def _value(self, name: str, kind: GraphQLInputType) -> Any:  # noqa: PLR0911 - one for each kind of type
        if isinstance(kind, GraphQLNonNull):
            return self._value(name, kind.of_type)
        if isinstance(kind, GraphQLList):
            items = [self._value(name, kind.of_type) for _ in range(self.random.randint(1, 2))]
            return None if None in items else items
        given = self.supply(name, get_named_type(kind).name)
        if given is not None:
            return given
        if isinstance(kind, GraphQLInputObjectType):
            value = {}
            for inner, definition in kind.fields.items():
                needed = is_required_input_field(definition)
                if needed or self.random.random() < 0.3:
                    found = self._value(inner, definition.type)
                    if found is not None:
                        value[inner] = found
                    elif needed:
                        return None
            return value
        if isinstance(kind, GraphQLEnumType):
            return (self.random.choice(list(kind.values)),)
        return {
            "Int": self.random.choice([0, 1, 2, 3]),
            "Boolean": self.random.random() < 0.5,
            "String": self.random.choice(["a", "bb", ""]),
            "ID": "x",
        }.get(kind.name)


def _plain(value: Any) -> Any:
    """Answer a value as a variable holds it: enums by their names."""
    match value:
        case (name,) if isinstance(value, tuple):
            return name
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case _:
            return value
