"""Lists of records, a page at a time, by keyset: right while rows come and go, and as fast on page 1,000.

A page of one list is one statement. The pages of the same list under many parents are one statement too
(decision 17): `unnest(parents) CROSS JOIN LATERAL (… LIMIT n + 1)`. A cursor holds a version, the order's name
and the keys of a row, so one `after` serves all parents.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Integer, Uuid, bindparam, column, func, select, true, tuple_
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.persistence.base import CentreRow
from cma_graphql.persistence.cursors import KEY_TYPES, NoCursor, read_cursor, write_cursor
from cma_graphql.persistence.reads import STATEMENTS, AnySelect, Reads, Record, Span, Statement, live

DEFAULT_PAGE = 25
LARGEST_PAGE = 100
MOST_AT_ONCE = 20_000
"""How many items the pages under all parents of one position may hold together."""

Filters = Mapping[str, object]
"""The conditions that a caller asks for, by name, with their values; those not asked for are absent."""


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort a list: columns that are never null, one direction, the id as the last key."""

    columns: tuple[Any, ...]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Which page: `first` after a cursor, or `last` before one."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def __post_init__(self) -> None:
        """Raise Invalid for sizes out of bounds and for mixtures whose meaning nobody could tell."""
        for name in ("first", "last"):
            size = getattr(self, name)
            if size is not None and not 0 <= size <= LARGEST_PAGE:
                raise Invalid(
                    name, "page-size", f"A page has between 0 and {LARGEST_PAGE} items.", maximum=LARGEST_PAGE
                )
        if self.first is not None and self.last is not None:
            raise Invalid("last", "page-direction", "Ask for `first` or for `last`, not for both.")
        if self.after is not None and (self.last is not None or self.before is not None):
            raise Invalid("after", "page-direction", "`after` goes with `first`; `before` goes with `last`.")
        if self.before is not None and self.first is not None:
            raise Invalid("before", "page-direction", "`after` goes with `first`; `before` goes with `last`.")

    @property
    def backward(self) -> bool:
        """Whether the page is counted from the end."""
        return self.last is not None or self.before is not None

    @property
    def size(self) -> int:
        """How many items the page has at most."""
        asked = self.last if self.backward else self.first
        return DEFAULT_PAGE if asked is None else asked


@dataclass(slots=True)
class Page:
    """One page of records, in order, with what is needed to ask for the next and for the total."""

    rows: Sequence[Record]
    cursors: Sequence[str]
    has_next: bool
    has_previous: bool
    count: Callable[[], Awaitable[int]]


@dataclass(slots=True)
class _Counts:
    """The totals of a list under many parents: asked once, when the first of them is wanted."""

    ask: Callable[[], Awaitable[Mapping[UUID, int]]]
    answer: "Mapping[UUID, int] | None" = field(default=None)
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, parent: UUID) -> int:
        async with self.asking:  # the counts under all parents are wanted at the same time
            if self.answer is None:
                self.answer = await self.ask()
        return self.answer.get(parent, 0)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the text of a page's statement depends on, its values apart."""

    span: Span
    order: str
    filters: tuple[str, ...]
    backward: bool
    continued: bool
    """Whether it goes on from a cursor."""
    parent: str | None
    """The column by which it hangs under other records; None for a list of its own."""


class Listing:
    """A list of one table's records: its columns, the orders it can be in, the conditions it can be given."""

    def __init__(
        self,
        entity: type[CentreRow],
        *,
        columns: Sequence[Any],
        orders: Mapping[str, Order],
        conditions: Mapping[str, Any],
        parents: Sequence[str] = (),
        rule: Callable[[Sight], ColumnElement[bool] | None] | None = None,
        above: Span = Span.CENTRE,
        deleted: bool = False,
    ) -> None:
        """Declare a list.

        `conditions` maps a filter's name to a clause with one bind parameter of the same name; `parents` are the
        columns by which the list may hang under other records; `rule` confines a table whose own model cannot,
        since what it hangs on lies in rooms above it. `above` is how far actors above the centres reach:
        NETWORK, by the list itself; CENTRES, by the list under `centre_id`. `deleted` lists the deleted records
        instead of the others.
        """
        for order in orders.values():
            if any(key.type.python_type not in KEY_TYPES for key in order.columns):
                raise TypeError(f"a cursor of {entity.__name__} could not be read: {order}")
        self.rule = rule
        self.deleted = deleted
        self.entity = entity
        self.columns = tuple(columns)
        self.orders = orders
        self.conditions = conditions
        self.parents = tuple(parents)
        self.above = above
        self._page = Statement(self._build_page)
        self._count = Statement(self._build_count)
        LISTINGS.append(self)
        STATEMENTS.extend((self._page, self._count))

    # What it answers

    async def page(self, reads: Reads, *, order: str, window: Window, filters: Filters) -> Page:
        """Answer one page of the list; raise Invalid for a cursor that is not one of this order."""
        shape, parameters = self._shape(order, window, filters, span=self._span(reads, None), parent=None)
        rows = await reads.all(self._page, shape, **parameters)
        return self._paged(rows, order, window, lambda: self._total(reads, filters))

    async def pages(
        self, reads: Reads, parents: Sequence[UUID], *, by: str, order: str, window: Window, filters: Filters
    ) -> list[Page]:
        """Answer the page under each parent, in the order of the parents, by one statement.

        Raises LimitReached, before anything is read, where so many parents have pages so large.
        """
        if len(parents) * window.size > MOST_AT_ONCE:
            raise LimitReached(
                "records",
                MOST_AT_ONCE,
                f"{len(parents)} pages of {window.size} items are more than {MOST_AT_ONCE}. Ask for smaller pages.",
            )
        shape, parameters = self._shape(order, window, filters, span=self._span(reads, by), parent=by)
        wanted = list(dict.fromkeys(parents))
        rows = await reads.all(self._page, shape, parents=wanted, centres=wanted, **parameters)
        grouped: dict[UUID, list[Record]] = {}
        for row in rows:
            grouped.setdefault(row["page_parent"], []).append(row)
        counts = _Counts(lambda: self._totals(reads, parents, by, filters))
        return [
            self._paged(grouped.get(parent, []), order, window, lambda parent=parent: counts.of(parent))  # type: ignore[misc]
            for parent in parents
        ]

    async def _total(self, reads: Reads, filters: Filters) -> int:
        row = await reads.one(self._count, self._span(reads, None), tuple(sorted(filters)), None, **filters)
        return int(row["total"]) if row is not None else 0

    async def _totals(self, reads: Reads, parents: Sequence[UUID], by: str, filters: Filters) -> Mapping[UUID, int]:
        wanted = list(dict.fromkeys(parents))
        shape = (self._span(reads, by), tuple(sorted(filters)), by)
        rows = await reads.all(self._count, *shape, parents=wanted, centres=wanted, **filters)
        return {row["page_parent"]: row["total"] for row in rows}

    def _span(self, reads: Reads, parent: str | None) -> Span:
        """Tell how many centres are read: one's own, but for actors above them, where the list allows it."""
        if not reads.actor.at_platform or (self.above is Span.CENTRES and parent != "centre_id"):
            return Span.CENTRE
        return self.above

    # How it asks

    def _shape(
        self, order: str, window: Window, filters: Filters, *, span: Span, parent: str | None
    ) -> tuple[Shape, dict[str, object]]:
        cursor = window.before if window.backward else window.after
        parameters: dict[str, object] = {**filters, "page_limit": window.size + 1}
        if cursor is not None:
            keys = self._read_cursor(cursor, order, "before" if window.backward else "after")
            parameters.update({f"key_{number}": key for number, key in enumerate(keys)})
        shape = Shape(span, order, tuple(sorted(filters)), window.backward, cursor is not None, parent)
        return shape, parameters

    def _confined(self, sight: Sight, span: Span) -> list[ColumnElement[bool]]:
        rule = self.rule(sight) if self.rule is not None else None
        confined = live(self.entity, sight, deleted=self.deleted, span=span)
        return [confined, *([rule] if rule is not None else [])]

    def _keys(self, order: str) -> tuple[Any, ...]:
        return (*self.orders[order].columns, self.entity.id)

    def _build_page(self, sight: Sight, shape: Shape) -> AnySelect:
        keys = self._keys(shape.order)
        falling = self.orders[shape.order].descending != shape.backward
        query = (
            select(*self.columns, *(key.label(f"page_key_{number}") for number, key in enumerate(keys)))
            .where(*self._confined(sight, shape.span), *(self.conditions[name] for name in shape.filters))
            .order_by(*(key.desc() if falling else key.asc() for key in keys))
            .limit(bindparam("page_limit", type_=Integer()))
        )
        if shape.continued:
            position = tuple_(*(bindparam(f"key_{number}", type_=key.type) for number, key in enumerate(keys)))
            query = query.where(tuple_(*keys) < position if falling else tuple_(*keys) > position)
        if shape.parent is None:
            return query
        above = (
            func.unnest(bindparam("parents", type_=ARRAY(Uuid())))
            .table_valued(column("parent", Uuid()), name="above")
            .render_derived()
        )
        below = query.where(getattr(self.entity, shape.parent) == above.c.parent).lateral("below")
        sorting = [below.c[f"page_key_{number}"] for number in range(len(keys))]
        return (
            select(above.c.parent.label("page_parent"), below)
            .select_from(above.join(below, true()))
            .order_by(above.c.parent, *(key.desc() if falling else key.asc() for key in sorting))
        )

    def _build_count(self, sight: Sight, span: Span, filters: tuple[str, ...], parent: str | None) -> AnySelect:
        conditions = (*self._confined(sight, span), *(self.conditions[name] for name in filters))
        total = func.count().label("total")
        if parent is None:
            return select(total).select_from(self.entity).where(*conditions)
        above = getattr(self.entity, parent)
        return (
            select(above.label("page_parent"), total)
            .where(*conditions, above == any_(bindparam("parents", type_=ARRAY(Uuid()))))
            .group_by(above)
        )

    # How it pages

    def _paged(self, rows: Sequence[Record], order: str, window: Window, count: Callable[[], Awaitable[int]]) -> Page:
        more = len(rows) > window.size
        kept = list(rows[: window.size])
        continued = (window.before if window.backward else window.after) is not None
        if window.backward:
            kept.reverse()
        width = len(self._keys(order))
        return Page(
            rows=kept,
            cursors=[write_cursor(order, [row[f"page_key_{number}"] for number in range(width)]) for row in kept],
            has_next=continued if window.backward else more,
            has_previous=more if window.backward else continued,
            count=count,
        )

    def _read_cursor(self, cursor: str, order: str, argument: str) -> list[object]:
        keys = self._keys(order)
        try:
            return read_cursor(cursor, order, keys)
        except NoCursor:
            raise Invalid(argument, "cursor", "This is not a cursor of this list in this order.") from None


LISTINGS: list[Listing] = []
"""Every list of the product, for the architecture tests that compile them all."""
