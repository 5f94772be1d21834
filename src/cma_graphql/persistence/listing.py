"""Lists of records, a page at a time, by keyset: right while rows come and go, and as fast on page 1,000.

A page of one list is one statement. The pages of the same list under many parents are one statement too
(decision 17): `unnest(parents) CROSS JOIN LATERAL (… LIMIT n + 1)`. A cursor holds a version, the order's name
and the keys of a row, so one `after` serves all parents.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Integer, Uuid, bindparam, column, func, select, true, tuple_
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.persistence.base import CentreRow
from cma_graphql.persistence.cursors import KEY_TYPES, NoCursor, read_cursor, write_cursor
from cma_graphql.persistence.facets import NO_FACETS, Facet, Totals, facet_counts, total_of
from cma_graphql.persistence.reads import STATEMENTS, AnySelect, Reads, Record, Span, Statement, live
from cma_graphql.persistence.window import Window

MOST_AT_ONCE = 20_000
"""How many items the pages under all parents of one position may hold together."""

Filters = Mapping[str, object]
"""The conditions that a caller asks for, by name, with their values."""


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort a list: columns that are never null, one direction, the id as the last key."""

    columns: tuple[Any, ...]
    descending: bool = False


@dataclass(slots=True)
class Page:
    """One page of records, in order, with what is needed to ask for the next, for the total and for facets."""

    rows: Sequence[Record]
    cursors: Sequence[str]
    has_next: bool
    has_previous: bool
    count: Callable[[], Awaitable[int]]
    facet: Callable[[str], Awaitable[Sequence[Record]]]
    """Counts the whole list by one facet: records of `value` and `total`, the largest first."""


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
        facets: Mapping[str, Facet] = NO_FACETS,
    ) -> None:
        """Declare a list.

        `conditions` maps a filter's name to a clause with one bind parameter of the same name; `parents` are the
        columns by which the list may hang under other records; `rule` confines a table whose own model cannot,
        since what it hangs on lies in rooms above it. `above` is how far actors above the centres reach:
        NETWORK, by the list itself; CENTRES, by the list under `centre_id`. `deleted` lists the deleted records
        instead of the others. `facets` are the dimensions by which it may be counted.
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
        self.facets = facets
        self._page = Statement(self._build_page)
        self._count = Statement(self._build_count)
        self._facet = Statement(self._build_facet)
        LISTINGS.append(self)
        STATEMENTS.extend((self._page, self._count, *([self._facet] if facets else [])))

    # What it answers

    async def page(self, reads: Reads, *, order: str, window: Window, filters: Filters) -> Page:
        """Answer one page of the list; raise Invalid for a cursor that is not one of this order."""
        shape, parameters = self._shape(order, window, filters, span=self._span(reads, None), parent=None)
        rows = await reads.all(self._page, shape, **parameters)

        async def count() -> int:
            return total_of(await self._counted(reads, self._count, filters))

        async def facet(name: str) -> Sequence[Record]:
            return await self._counted(reads, self._facet, self._beside(name, filters), name)

        return self._paged(rows, order, window, count, facet)

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
        counts = Totals(lambda: self._counted_under(reads, wanted, by, self._count, filters))
        facets = {
            name: Totals(
                partial(self._counted_under, reads, wanted, by, self._facet, self._beside(name, filters), name)
            )
            for name in self.facets
        }

        def page_under(parent: UUID) -> Page:
            async def count() -> int:
                return total_of(await counts.of(parent))

            async def facet(name: str) -> Sequence[Record]:
                return await facets[name].of(parent)

            return self._paged(grouped.get(parent, []), order, window, count, facet)

        return [page_under(parent) for parent in parents]

    def _beside(self, facet: str, filters: Filters) -> Filters:
        """Answer the conditions under which a facet is counted: all but those that choose values of it."""
        return {name: value for name, value in filters.items() if name not in self.facets[facet].own}

    async def _counted(self, reads: Reads, statement: Statement, filters: Filters, *facet: str) -> Sequence[Record]:
        return await reads.all(statement, self._span(reads, None), tuple(sorted(filters)), None, *facet, **filters)

    async def _counted_under(
        self, reads: Reads, parents: Sequence[UUID], by: str, statement: Statement, filters: Filters, *facet: str
    ) -> Mapping[UUID, Sequence[Record]]:
        shape = (self._span(reads, by), tuple(sorted(filters)), by, *facet)
        counted: dict[UUID, list[Record]] = {}
        for row in await reads.all(statement, *shape, parents=parents, centres=parents, **filters):
            counted.setdefault(row["page_parent"], []).append(row)
        return counted

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

    def _build_facet(
        self, sight: Sight, span: Span, filters: tuple[str, ...], parent: str | None, facet: str
    ) -> AnySelect:
        conditions = (*self._confined(sight, span), *(self.conditions[name] for name in filters))
        above = None if parent is None else getattr(self.entity, parent)
        return facet_counts(self.facets[facet], self.entity, conditions, above)

    # How it pages

    def _paged(
        self,
        rows: Sequence[Record],
        order: str,
        window: Window,
        count: Callable[[], Awaitable[int]],
        facet: Callable[[str], Awaitable[Sequence[Record]]],
    ) -> Page:
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
            facet=facet,
        )

    def _read_cursor(self, cursor: str, order: str, argument: str) -> list[object]:
        keys = self._keys(order)
        try:
            return read_cursor(cursor, order, keys)
        except NoCursor:
            raise Invalid(argument, "cursor", "This is not a cursor of this list in this order.") from None


LISTINGS: list[Listing] = []
"""Every list of the product, for the architecture tests that compile them all."""
