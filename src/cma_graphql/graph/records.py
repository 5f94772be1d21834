"""Turns what resolvers answer, records and pages of them, into the declared types (decision 18)."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self
from uuid import UUID

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions import FieldExtension
from strawberry.types.base import StrawberryContainer
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType
from strawberry.utils.inspect import get_specialized_type_var_map

from cma_graphql.graph.context import Context, Info
from cma_graphql.graph.pagination import Connection
from cma_graphql.persistence.listing import Page
from cma_graphql.persistence.reads import Record


class FromRecord:
    """A type whose plain fields are columns of a record, each by its own name: those it declares, no others."""

    client_column: ClassVar[str | None] = None
    """The column that names the client whose record this is, or hangs on, for the access log."""
    _columns: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Make the object from a record."""
        return cls(**{column: record[column] for column in cls.columns()})

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Tell the columns that a record must have."""
        if "_columns" not in cls.__dict__:
            definition = cls.__strawberry_definition__  # type: ignore[attr-defined]
            private = [name for name, kind in cls.__annotations__.items() if _is_private(kind)]
            inherited = ["key"] if hasattr(cls, "prefix") else []
            plain = [item.python_name for item in definition.fields if item.base_resolver is None]
            cls._columns = tuple(dict.fromkeys([*inherited, *private, *plain]))
        return cls._columns


def _is_private(kind: object) -> bool:
    return strawberry.Private.__metadata__[0] in getattr(kind, "__metadata__", ()) if kind is not None else False


def declared_type(declared: Any) -> Any:
    """Answer the Python class under a declared type: lists, optionals and lazy names taken off."""
    while True:
        if isinstance(declared, LazyType):
            declared = declared.resolve_type()
        elif isinstance(declared, StrawberryContainer):
            declared = declared.of_type
        else:
            return declared


def wrapped(kind: Any, value: Any, context: Context) -> Any:
    """Wrap a record, a list of records or a page with the declared type; anything else stays."""
    if isinstance(value, Record):
        return _object(kind, value, context)
    if isinstance(value, list | tuple):
        return [wrapped(kind, item, context) for item in value]
    if isinstance(value, Page):
        node = connection_node(kind)
        made = kind if "T" not in kind.__strawberry_definition__.type_var_map else Connection
        return made.of(value, [_object(node, row, context) for row in value.rows])
    return value


def _object(kind: Any, record: Record, context: Context) -> Any:
    context.count_record()
    if kind.client_column is not None:
        seen: UUID | None = record[kind.client_column]
        if seen is not None:
            context.saw_client(seen)
    return kind.from_record(record)


def connection_node(kind: Any) -> Any:
    """Answer the type of a connection's nodes: of `Connection[Case]`, and of a class that is one and more."""
    types: Mapping[str, Any] = kind.__strawberry_definition__.type_var_map or get_specialized_type_var_map(kind) or {}
    return declared_type(StrawberryAnnotation(types["T"]).resolve())


class WrapsRecords(FieldExtension):
    """Wraps what a field's resolver answers with the field's declared type."""

    kind: Any = None
    field: StrawberryField

    def apply(self, field: StrawberryField) -> None:
        """Remember the field; its type may name rooms that are not loaded yet."""
        self.field = field

    async def resolve_async(self, next_: Any, source: Any, info: Info, **given: Any) -> Any:
        """Resolve and wrap."""
        value = await next_(source, info, **given)
        if self.kind is None:
            self.kind = declared_type(self.field.type)
        return wrapped(self.kind, value, info.context)
