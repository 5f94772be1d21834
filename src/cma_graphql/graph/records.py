"""Turns what resolvers answer, records and pages of them, into the declared types (decision 18)."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from operator import itemgetter
from typing import Any, ClassVar, Self
from uuid import UUID

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.base import StrawberryContainer
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType
from strawberry.utils.inspect import get_specialized_type_var_map

from cma_graphql.core.errors import LimitReached
from cma_graphql.execution.batched import BatchExtension, BatchFunction
from cma_graphql.execution.views import RecordView
from cma_graphql.graph.context import Context, Info
from cma_graphql.graph.pagination import Connection
from cma_graphql.persistence.listing import Page
from cma_graphql.persistence.reads import Record

_SEALED = "sealed_"
"""How private attributes of sealed columns are called."""
_ONE_OR_NONE = frozenset({Record, type(None)})


class FromRecord(RecordView):
    """A type whose plain fields are columns of a record, each by its own name: those it declares, no others."""

    client_column: ClassVar[str | None] = None
    """The column that names the client whose record this is, or hangs on, for the access log."""
    _columns: ClassVar[tuple[str, ...]] = ()
    _kept: ClassVar[tuple[str, ...]] = ()
    """Those that are never spared, since relations go by them."""

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Make the object that stands on a record; raise KeyError where it lacks a column that is never spared."""
        cls.columns()
        for column in cls._kept:
            record[column]
        return cls.over(record)

    @classmethod
    def from_records(cls, records: Sequence[Record]) -> list[Self]:
        """Make the objects of one statement's records, of which the first shows that no column is lacking."""
        if cls.from_record.__func__ is not FromRecord.from_record.__func__:  # type: ignore[attr-defined]
            return [cls.from_record(record) for record in records]
        return [cls.from_record(record) for record in records[:1]] + [cls.over(record) for record in records[1:]]

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Tell the columns that its fields are made of."""
        if "_columns" not in cls.__dict__:
            definition = cls.__strawberry_definition__  # type: ignore[attr-defined]
            private = [name for name, kind in cls.__annotations__.items() if _is_private(kind)]
            inherited = ["key"] if hasattr(cls, "prefix") else []
            plain = [item.python_name for item in definition.fields if item.base_resolver is None]
            cls._columns = tuple(dict.fromkeys([*inherited, *private, *plain]))
            cls._kept = tuple(name for name in (*inherited, *private) if not name.startswith(_SEALED))
        return cls._columns

    @classmethod
    def spareable(cls) -> frozenset[str]:
        """Tell the columns that are read for one field alone: its plain ones, and sealed ones.

        Of a type that makes its objects itself there are none: only it knows what it reads.
        """
        if cls.from_record.__func__ is not FromRecord.from_record.__func__:  # type: ignore[attr-defined]
            return frozenset()
        return frozenset(cls.columns()).difference(cls._kept)


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
        return _connection(kind, value, [_object(node, row, context) for row in value.rows])
    return value


def _object(kind: Any, record: Record, context: Context) -> Any:
    context.count_record()
    if kind.client_column is not None:
        seen: UUID | None = record[kind.client_column]
        if seen is not None:
            context.saw_client(seen)
    return kind.from_record(record)


def wrapped_together(kind: Any, values: Sequence[Any], context: Context) -> list[Any]:
    """Wrap what a batched resolver answered for all its parents; the records of all of them are counted at once.

    Where they are more than the answer may hold, each parent is answered by itself, as long as there is room: what
    is raised for the others stands in the place of their values.
    """
    types = {*map(type, values)}
    if types <= _ONE_OR_NONE:
        records: Sequence[Record] = [value for value in values if value is not None]
    else:
        records = [record for value in values for record in _records_in(value)]
    if not context.has_room_for(len(records)):
        return [_attempted(kind, value, context) for value in values]
    if not records and Page not in types:
        return list(values)
    node = connection_node(kind) if Page in types else kind
    context.count_records(len(records))
    if node.client_column is not None:
        context.saw_clients(map(itemgetter(node.client_column), records))
    made = node.from_records(records)
    if len(made) == len(values) and types == {Record}:
        return made  # type: ignore[no-any-return]
    objects = iter(made)
    return [_with_objects(kind, value, objects) for value in values]


def _records_in(value: Any) -> Sequence[Record]:
    if isinstance(value, Record):
        return (value,)
    if isinstance(value, Page):
        return value.rows
    if isinstance(value, list | tuple):
        if {*map(type, value)} <= {Record}:
            return value
        return [record for item in value for record in _records_in(item)]
    return ()


def _with_objects(kind: Any, value: Any, objects: Iterator[Any]) -> Any:
    if isinstance(value, Record):
        return next(objects)
    if isinstance(value, Page):
        return _connection(kind, value, [*islice(objects, len(value.rows))])
    if isinstance(value, list | tuple):
        if {*map(type, value)} <= {Record}:
            return [*islice(objects, len(value))]
        return [_with_objects(kind, item, objects) for item in value]
    return value


def _connection(kind: Any, page: Page, nodes: list[Any]) -> Any:
    made = kind if "T" not in kind.__strawberry_definition__.type_var_map else Connection
    return made.of(page, nodes)


def _attempted(kind: Any, value: Any, context: Context) -> Any:
    try:
        return wrapped(kind, value, context)
    except LimitReached as refusal:
        return refusal


@cache
def connection_node(kind: Any) -> Any:
    """Answer the type of a connection's nodes: of `Connection[Case]`, and of a class that is one and more."""
    types: Mapping[str, Any] = kind.__strawberry_definition__.type_var_map or get_specialized_type_var_map(kind) or {}
    return declared_type(StrawberryAnnotation(types["T"]).resolve())


class WrapsRecords(BatchExtension):
    """Wraps what a field's resolver answers with the field's declared type."""

    kind: Any = None
    field: StrawberryField

    def apply(self, field: StrawberryField) -> None:
        """Remember the field; its type may name rooms that are not loaded yet."""
        self.field = field

    async def resolve_async(self, next_: Any, source: Any, info: Info, **given: Any) -> Any:
        """Resolve and wrap."""
        return wrapped(self._declared(), await next_(source, info, **given), info.context)

    async def resolve_batch(self, next_: BatchFunction, parents: list[Any], info: Info, **given: Any) -> Sequence[Any]:
        """Resolve for all parents and wrap together."""
        return wrapped_together(self._declared(), await next_(parents, info, **given), info.context)

    def _declared(self) -> Any:
        if self.kind is None:
            self.kind = declared_type(self.field.type)
        return self.kind
