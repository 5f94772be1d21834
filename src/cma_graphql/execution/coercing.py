"""Coerces values to input types as graphql-core does, by functions made once for each type.

They know what is usual. Whatever is not (a value that is refused, a default that cannot be read, an input type with
ways of its own) is answered by `Undefined`, and graphql-core is asked from the beginning: its errors are the only ones.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLString,
    Undefined,
    is_leaf_type,
    is_required_input_field,
)
from graphql.utilities.coerce_input_value import coerce_default_value

Coerce = Callable[[Any], Any]

UNCHANGEABLE = (str, int, float, bool, type(None), Enum)
"""Classes of values that may be given to everybody: nobody can change them."""
_MOST, _LEAST = 2_147_483_647, -2_147_483_648


class Coercers:
    """The functions of one schema's input types."""

    def __init__(self) -> None:
        self._of_objects: dict[GraphQLInputObjectType, Coerce] = {}
        self._nesting: dict[GraphQLInputObjectType, bool] = {}

    def of(self, kind: Any) -> Coerce:
        """Answer what coerces a value to a type; it answers Undefined for what graphql-core is to be asked about."""
        if isinstance(kind, GraphQLNonNull):
            return _required(self.of(kind.of_type))
        if isinstance(kind, GraphQLList):
            return _of_list(self.of(kind.of_type))
        if isinstance(kind, GraphQLInputObjectType):
            known = self._of_objects.get(kind)
            return self._of_object(kind) if known is None else known
        return _of_leaf(kind) if is_leaf_type(kind) else _refuse

    def nests_itself(self, kind: Any) -> bool:
        """Tell whether values of a type may be nested without end: an input type is among its own fields."""
        while isinstance(kind, GraphQLNonNull | GraphQLList):
            kind = kind.of_type
        if not isinstance(kind, GraphQLInputObjectType):
            return False
        known = self._nesting.get(kind)
        if known is None:
            self._nesting[kind] = True  # what comes back to it while its fields are looked at nests itself
            known = self._nesting[kind] = any(self.nests_itself(each.type) for each in kind.fields.values())
        return known

    def _of_object(self, kind: GraphQLInputObjectType) -> Coerce:
        if kind.is_one_of:
            return _refuse
        fields: dict[str, tuple[str, Coerce]] = {}
        absent: dict[str, tuple[str, GraphQLInputField]] = {}
        self._of_objects[kind] = coerce = _of_object(fields, absent, kind.out_type)
        for name, field in kind.fields.items():  # one of which may be of the same type
            out_name = field.out_name or name
            fields[name] = (out_name, self.of(field.type))
            if is_required_input_field(field) or has_default(field):
                absent[name] = (out_name, field)
        return coerce


def has_default(given: Any) -> bool:
    """Tell whether an argument or an input's field has a value where none is given."""
    return given.default is not None or given.default_value is not Undefined


def is_unchangeable(values: Mapping[str, Any]) -> bool:
    """Tell whether values may be kept and given out again."""
    return all(isinstance(each, UNCHANGEABLE) for each in values.values())


def _refuse(_value: Any) -> Any:
    return Undefined


def _required(coerce: Coerce) -> Coerce:
    def coerce_required(value: Any) -> Any:
        return Undefined if value is None else coerce(value)

    return coerce_required


def _of_list(coerce: Coerce) -> Coerce:
    def coerce_list(value: Any) -> Any:
        if value is None:
            return None
        if type(value) is not list:
            if not isinstance(value, str | int | float | dict):
                return Undefined
            value = [value]
        coerced = [*map(coerce, value)]
        for each in coerced:
            if each is Undefined:
                return Undefined
        return coerced

    return coerce_list


def _of_object(
    fields: Mapping[str, tuple[str, Coerce]], absent: Mapping[str, tuple[str, GraphQLInputField]], make: Coerce
) -> Coerce:
    """Coerce an object of these fields; `absent` are those that are required, or have a default."""

    def coerce(value: Any) -> Any:
        if value is None:
            return None
        if type(value) is not dict:
            return Undefined
        coerced = {}
        for name, given in value.items():
            known = fields.get(name)
            if known is None or given is Undefined:
                return Undefined
            made = coerced[known[0]] = known[1](given)
            if made is Undefined:
                return Undefined
        for name, (out_name, field) in absent.items():
            if name not in value:
                if is_required_input_field(field):
                    return Undefined
                coerced[out_name] = coerce_default_value(field)
        return make(coerced)

    return coerce


def _of_leaf(kind: Any) -> Coerce:
    accept: Coerce = kind.coerce_input_value

    def coerce(value: Any) -> Any:
        try:
            return None if value is None else accept(value)
        except Exception:  # noqa: BLE001 - whatever a scalar raises, it refuses
            return Undefined

    def coerce_text(value: Any) -> Any:
        return value if type(value) is str else coerce(value)

    def coerce_int(value: Any) -> Any:
        return value if type(value) is int and _LEAST <= value <= _MOST else coerce(value)

    def coerce_bool(value: Any) -> Any:
        return value if value is True or value is False else coerce(value)

    short_ways = (
        (GraphQLString, coerce_text),
        (GraphQLID, coerce_text),
        (GraphQLInt, coerce_int),
        (GraphQLBoolean, coerce_bool),
    )
    return next((way for each, way in short_ways if each is kind), coerce)
