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

from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.persistence.cursors import NoCursor, read_cursor, write_cursor
from cma_graphql.persistence.facets import Totals, total_of
from cma_graphql.persistence.list_statements import LISTINGS, ListStatements, Order, Shape, alone
from cma_graphql.persistence.reads import Reads, Record, Span, Statement
from cma_graphql.persistence.window import Window

__all__ = ("LISTINGS", "MOST_AT_ONCE", "Filters", "Listing", "Order", "Page", "Shape")

MOST_AT_ONCE = 20_000
"""How many items the pages under all parents of one position may hold together."""

_FOREIGN = "This is not a cursor of this list in this order."

Filters = Mapping[str, object]
"""The conditions that a caller asks for, by name, with their values."""


@dataclass(slots=True)
class Page:
    """One page of records, in order, with what is needed to ask for the next, for the total and for facets."""

    rows: Sequence[Record]
    order: str
    keys: Sequence[str]
    """The columns of its rows that a cursor is made of."""
    has_next: bool
    has_previous: bool
    count: Callable[[], Awaitable[int]]
    facet: Callable[[str], Awaitable[Sequence[Record]]]
    """Counts the whole list by one facet: records of `value` and `total`, the largest first."""

    def cursor(self, index: int) -> str:
        """Write the cursor of one of its rows."""
        row = self.rows[index]
        return write_cursor(self.order, [row[name] for name in self.keys])


def read_place(window: Window, order: str, keys: Sequence[Any], *, refusal: str) -> list[object] | None:
    """Answer behind (or before) which values of these columns a page begins; None: at the list's end.

    Raises Invalid with the refusal's words for a cursor that is none of this order.
    """
    cursor = window.before if window.backward else window.after
    if cursor is None:
        return None
    try:
        return read_cursor(cursor, order, keys)
    except NoCursor:
        raise Invalid("before" if window.backward else "after", "cursor", refusal) from None


def page_of(
    rows: Sequence[Record],
    window: Window,
    *,
    order: str,
    keys: Sequence[str],
    count: Callable[[], Awaitable[int]],
    facet: Callable[[str], Awaitable[Sequence[Record]]],
) -> Page:
    """Answer the page that these rows make: one more than it holds tells that the list goes on.

    Those of a page that is counted from the end come last first.
    """
    more = len(rows) > window.size
    kept = list(rows[: window.size])
    continued = (window.before if window.backward else window.after) is not None
    if window.backward:
        kept.reverse()
    return Page(
        rows=kept,
        order=order,
        keys=keys,
        has_next=continued if window.backward else more,
        has_previous=more if window.backward else continued,
        count=count,
        facet=facet,
    )


async def no_facets(name: str) -> Sequence[Record]:
    """Refuse to count a list that is divided by nothing."""
    raise LookupError(name)


class Listing(ListStatements):
    """A list of one table's records, asked for a page at a time."""

    # What it answers

    async def page(self, reads: Reads, *, order: str, window: Window, filters: Filters) -> Page:
        """Answer one page of the list; raise Invalid for a cursor that is not one of this order."""
        shape, parameters = self._shape(order, window, filters, span=self._span(reads, None), parent=None)
        rows = await reads.all(self._page, shape, **parameters)
        return self._paged(rows, order, window, *self._figures_of(reads, filters))

    def figures(self, reads: Reads, *, order: str, filters: Filters) -> Page:
        """Answer a page without a row, for the figures of the list; nothing is read before one is asked for."""
        return self._paged([], order, Window(first=0), *self._figures_of(reads, filters))

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

    def _figures_of(
        self, reads: Reads, filters: Filters
    ) -> tuple[Callable[[], Awaitable[int]], Callable[[str], Awaitable[Sequence[Record]]]]:
        async def count() -> int:
            return total_of(await self._counted(reads, self._count, filters))

        async def facet(name: str) -> Sequence[Record]:
            return await self._counted(reads, self._facet, self._beside(name, filters), name)

        return count, facet

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

    def _shape(
        self, order: str, window: Window, filters: Filters, *, span: Span, parent: str | None
    ) -> tuple[Shape, dict[str, object]]:
        keys = read_place(window, order, self._keys(order), refusal=_FOREIGN)
        once = {name: list(dict.fromkeys(filters[name])) for name in self.merged if name in filters}  # type: ignore[call-overload]
        parameters: dict[str, object] = {**filters, **once, "page_limit": window.size + 1}
        if keys is not None:
            parameters.update({f"key_{number}": key for number, key in enumerate(keys)})
        only = self._merges(once) if parent is None else None
        if only is not None and len(once[only]) == 1:
            parameters[alone(only)] = once[only][0]
        else:
            only = None
        shape = Shape(span, order, tuple(sorted(filters)), window.backward, keys is not None, parent, only)
        return shape, parameters

    # How it pages

    def _paged(
        self,
        rows: Sequence[Record],
        order: str,
        window: Window,
        count: Callable[[], Awaitable[int]],
        facet: Callable[[str], Awaitable[Sequence[Record]]],
    ) -> Page:
        keys = [f"page_key_{number}" for number in range(len(self._keys(order)))]
        return page_of(rows, window, order=order, keys=keys, count=count, facet=facet)
