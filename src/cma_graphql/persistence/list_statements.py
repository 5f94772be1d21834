"""The statements of a list: a page of it, pages of it under many parents, its totals, its facets."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Integer, Uuid, bindparam, column, func, select, true, tuple_
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.persistence.base import CentreRow
from cma_graphql.persistence.cursors import KEY_TYPES
from cma_graphql.persistence.facets import NO_FACETS, Facet, facet_counts, facet_counts_under
from cma_graphql.persistence.narrowing import NOTHING, Rare, Source, each_value, kind_of, narrowed
from cma_graphql.persistence.reads import STATEMENTS, AnySelect, Span, Statement, live


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort a list: columns that are never null, one direction, the id as the last key."""

    columns: tuple[Any, ...]
    descending: bool = False


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
    alone: str | None = None
    """The condition of `merged` that has one value, where it is the one that would be merged."""


def alone(name: str) -> str:
    """Name the parameter of a condition's only value."""
    return f"{name}_alone"


class ListStatements:
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
        source: Source | None = None,
        rare: Mapping[str, Rare] = NOTHING,
        merged: Mapping[str, Any] = NOTHING,
        exact: Sequence[str] = (),
    ) -> None:
        """Declare a list.

        `conditions` maps a filter's name to a clause with one bind parameter of the same name; `parents` are the
        columns by which the list may hang under other records; `rule` confines a table whose own model cannot,
        since what it hangs on lies in rooms above it. `above` is how far actors above the centres reach:
        NETWORK, by the list itself; CENTRES, by the list under `centre_id`. `deleted` lists the deleted records
        instead of the others. `facets` are the dimensions by which it may be counted.

        The last four keep plans short in a large centre: `source` answers the keys of what an actor with a narrow
        sight sees; `rare` are conditions that few records meet, found by an index of their own; `merged` are conditions
        on a column whose indexes end in the keys of every order; `exact` are those that a handful meets by an index.
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
        self.source = source
        self.rare = rare
        self.merged = merged
        self.exact = exact
        self._page = Statement(self._build_page)
        self._count = Statement(self._build_count)
        self._facet = Statement(self._build_facet)
        LISTINGS.append(self)
        STATEMENTS.extend((self._page, self._count, *([self._facet] if facets else [])))

    def _confined(self, sight: Sight, span: Span) -> list[ColumnElement[bool]]:
        rule = self.rule(sight) if self.rule is not None else None
        confined = live(self.entity, sight, deleted=self.deleted, span=span)
        return [confined, *([rule] if rule is not None else [])]

    def _keys(self, order: str) -> tuple[Any, ...]:
        return (*self.orders[order].columns, self.entity.id)

    def _sources(self, sight: Sight, filters: tuple[str, ...], order: str | None = None) -> list[Any]:
        """Answer selects of keys that the list may begin with, where they are few."""
        if any(name in self.exact for name in filters):
            return []
        of_sight = self.source(sight) if self.source is not None else None
        sources = [] if of_sight is None else [of_sight]
        sorted_by = None if order is None else self.orders[order].columns[0]
        rare = [self.rare[name] for name in filters if name in self.rare]
        own = [one for one in rare if one.keys is None]
        asked = [one.condition for one in own if one.column is not sorted_by or one.column is None]
        if asked:
            keys = select(self.entity.id.label("key")).where(live(self.entity, sight, deleted=self.deleted), *asked)
            sources.append(keys)
        kept = [one.keys(sight) for one in rare if one.keys is not None]
        return [*sources, *(keys for keys in kept if keys is not None)]

    def _build_page(self, sight: Sight, shape: Shape) -> AnySelect:
        width = len(self._keys(shape.order))
        falling = self.orders[shape.order].descending != shape.backward

        def in_order(listed: Any) -> list[Any]:
            keys = [listed.c[f"page_key_{number}"] for number in range(width)]
            return [key.desc() if falling else key.asc() for key in keys]

        limit = bindparam("page_limit", type_=Integer())
        if shape.parent is None:
            sources = self._sources(sight, shape.filters, shape.order)
            many = partial(self._page_merged, sight, shape)
            if not sources:
                return many()
            few = partial(self._page_plainly, sight, shape, shape.filters)
            listed = narrowed(sources, self.entity.id, few, many)
            return select(*listed.c).order_by(*in_order(listed)).limit(limit)
        above = (
            func.unnest(bindparam("parents", type_=ARRAY(Uuid())))
            .table_valued(column("parent", Uuid()), name="above")
            .render_derived()
        )
        of_parent = getattr(self.entity, shape.parent) == above.c.parent
        below = self._page_plainly(sight, shape, shape.filters).where(of_parent).lateral("below")
        return (
            select(above.c.parent.label("page_parent"), below)
            .select_from(above.join(below, true()))
            .order_by(above.c.parent, *in_order(below))
        )

    def _page_merged(self, sight: Sight, shape: Shape, *more: ColumnElement[bool]) -> AnySelect:
        """Select a page; where a condition with an index of its own has several values, one for each, merged."""
        name = self._merges(shape.filters)
        if name is None:
            return self._page_plainly(sight, shape, shape.filters, *more)
        others = tuple(other for other in shape.filters if other != name)
        compared = self.merged[name]
        if shape.alone == name:
            one_value = compared == bindparam(alone(name), type_=kind_of(compared))
            return self._page_plainly(sight, shape, others, one_value, *more)
        merged = each_value(name, compared, kind_of(compared), self._page_plainly(sight, shape, others, *more))
        falling = self.orders[shape.order].descending != shape.backward
        keys = [merged.selected_columns[f"page_key_{number}"] for number in range(len(self._keys(shape.order)))]
        ordered = merged.order_by(*(key.desc() if falling else key.asc() for key in keys))
        return ordered.limit(bindparam("page_limit", type_=Integer()))

    def _merges(self, filters: Collection[str]) -> str | None:
        """Answer the condition whose values are read one by one."""
        return next((name for name in self.merged if name in filters), None)

    def _page_plainly(
        self, sight: Sight, shape: Shape, filters: tuple[str, ...], *more: ColumnElement[bool]
    ) -> AnySelect:
        keys = self._keys(shape.order)
        falling = self.orders[shape.order].descending != shape.backward
        query = (
            select(*self.columns, *(key.label(f"page_key_{number}") for number, key in enumerate(keys)))
            .where(*self._confined(sight, shape.span), *(self.conditions[name] for name in filters), *more)
            .order_by(*(key.desc() if falling else key.asc() for key in keys))
            .limit(bindparam("page_limit", type_=Integer()))
        )
        if shape.continued:
            position = tuple_(*(bindparam(f"key_{number}", type_=key.type) for number, key in enumerate(keys)))
            query = query.where(tuple_(*keys) < position if falling else tuple_(*keys) > position)
        return query

    def _figures(self, sight: Sight, span: Span, filters: tuple[str, ...], value: Any) -> Any:
        """Select what a total or a facet counts, one row a record, in the list that has no parent."""
        conditions = (*self._confined(sight, span), *(self.conditions[name] for name in filters))

        def within(*more: ColumnElement[bool]) -> AnySelect:
            return select(value.label("value")).where(*conditions, *more)

        sources = self._sources(sight, filters)
        return narrowed(sources, self.entity.id, within, within) if sources else within().subquery("counted")

    def _build_count(self, sight: Sight, span: Span, filters: tuple[str, ...], parent: str | None) -> AnySelect:
        total = func.count().label("total")
        if parent is None:
            return select(total).select_from(self._figures(sight, span, filters, self.entity.id))
        conditions = (*self._confined(sight, span), *(self.conditions[name] for name in filters))
        above = getattr(self.entity, parent)
        return (
            select(above.label("page_parent"), total)
            .where(*conditions, above == any_(bindparam("parents", type_=ARRAY(Uuid()))))
            .group_by(above)
        )

    def _build_facet(
        self, sight: Sight, span: Span, filters: tuple[str, ...], parent: str | None, facet: str
    ) -> AnySelect:
        counted = self.facets[facet]
        if parent is None:
            return facet_counts(self._figures(sight, span, filters, counted.column))
        conditions = (*self._confined(sight, span), *(self.conditions[name] for name in filters))
        return facet_counts_under(counted, conditions, getattr(self.entity, parent))


LISTINGS: list[ListStatements] = []
"""Every list of the product, for the architecture tests that compile them all."""
