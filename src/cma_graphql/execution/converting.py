"""Converts arguments to the objects that resolvers take as strawberry does, by functions made once for each type.

strawberry walks the types anew for every value: `convert_argument` asks of each value what its type is, and of each
field what it is called. Here that is asked once. Types that make their objects in ways of their own, and values that
are refused, are left to strawberry.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import Any

from graphql import GraphQLSchema
from strawberry import UNSET, Some
from strawberry.relay.types import GlobalID
from strawberry.scalars import is_scalar
from strawberry.types.arguments import StrawberryArgument, convert_arguments
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional, has_object_definition
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.lazy_type import LazyType

_EXTENSION = "cma_graphql.execution.converters"

Convert = Callable[[Any], Any]
Arguments = dict[str, Any]


class NotConverted(Exception):
    """A value, or a type, that strawberry converts."""


def as_it_is(value: Any) -> Any:
    """Answer a value that needs no conversion."""
    return value


class Converters:
    """The functions of one schema's arguments."""

    def __init__(self, schema: Any) -> None:
        """Take strawberry's schema."""
        self._config = schema.config
        self._scalars = schema.schema_converter.scalar_registry
        self._of_objects: dict[type, Convert] = {}
        self._left: set[type] = set()

    def of_arguments(self, arguments: list[StrawberryArgument]) -> Callable[[Arguments, Any], Arguments]:
        """Answer what converts a field's arguments; it takes them and the field's info."""
        wanted: dict[str, tuple[str, Convert]] | None = {}
        try:
            for each in arguments:
                name = self._config.name_converter.from_argument(each)
                wanted[name] = (each.python_name, self.of(each.type))  # type: ignore[index] # not None yet
        except NotConverted:
            wanted = None

        def convert_as_strawberry(given: Arguments, info: Any) -> Arguments:
            return convert_arguments(given, arguments, self._scalars, self._config, info)

        if wanted is None:
            return convert_as_strawberry
        known = wanted

        def convert_all(given: Arguments, info: Any) -> Arguments:
            converted = {}
            try:
                for name, value in given.items():
                    python_name, convert = known[name]
                    converted[python_name] = convert(value)
            except Exception:  # noqa: BLE001 - strawberry comes upon the same, and tells of it in its words
                return convert_as_strawberry(given, info)
            return converted

        return convert_all

    def of(self, kind: Any) -> Convert:
        """Answer what converts a value of a type. Raises NotConverted for one that is left to strawberry."""
        if isinstance(kind, StrawberryMaybe):
            return self._of_maybe(kind)
        if isinstance(kind, StrawberryOptional):
            return self.of(kind.of_type)
        if isinstance(kind, StrawberryList):
            return self._of_list(kind)
        if isinstance(kind, LazyType):
            return self.of(kind.resolve_type())
        if kind is GlobalID:
            raise NotConverted
        if is_scalar(kind, self._scalars) or isinstance(kind, StrawberryEnumDefinition) or has_enum_definition(kind):
            return as_it_is
        if has_object_definition(kind):
            known = self._of_objects.get(kind)
            return self._of_object(kind) if known is None else known
        raise NotConverted

    def _of_maybe(self, kind: StrawberryMaybe) -> Convert:
        convert, nullable = self.of(kind.of_type), isinstance(kind.of_type, StrawberryOptional)

        def convert_given(value: Any) -> Any:
            if value is None and not nullable:
                raise NotConverted
            return Some(convert(value))

        return convert_given

    def _of_list(self, kind: StrawberryList) -> Convert:
        convert = self.of(kind.of_type)
        if convert is as_it_is:
            return lambda value: value if value is None or value is UNSET else list(value)
        return lambda value: value if value is None or value is UNSET else [*map(convert, value)]

    def _of_object(self, kind: Any) -> Convert:
        definition = kind.__strawberry_definition__
        if definition.from_input is not None or not definition.is_input or kind in self._left:
            raise NotConverted
        fields: dict[str, tuple[str, Convert]] = {}
        absent: Arguments = {}

        def convert(value: Mapping[str, Any] | None) -> Any:
            if value is None or value is UNSET:
                return value
            if not fields:
                raise NotConverted  # it was met on the way to a type that is left to strawberry
            made = absent.copy()
            for name, given in value.items():
                python_name, convert_field = fields[name]
                made[python_name] = convert_field(given)
            return kind(**made)

        self._of_objects[kind] = convert  # before its fields, one of which may be of the same type
        try:
            for field in definition.fields:
                name = self._config.name_converter.from_field(field)
                fields[name] = (field.python_name, self.of(field.resolve_type(type_definition=definition)))
                if field.default_value is MISSING and field.default_factory is MISSING:
                    absent[field.python_name] = None
        except NotConverted:
            self._left.add(kind)
            fields.clear()
            del self._of_objects[kind]
            raise
        return convert


def converters_of(schema: GraphQLSchema) -> Converters:
    """Answer the converters of a schema, which keeps them."""
    found: Converters | None = schema.extensions.get(_EXTENSION)
    if found is None:
        found = schema.extensions[_EXTENSION] = Converters(schema._strawberry_schema)  # type: ignore[attr-defined]  # noqa: SLF001 - as strawberry finds it
    return found
