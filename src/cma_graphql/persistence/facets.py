"""Facets: how many records of a list have each value of a column, counted beside its page."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, bindparam, func, select
from sqlalchemy.sql import any_

from cma_graphql.persistence.reads import AnySelect, Record

MOST_VALUES = 50
"""How many values of a facet are counted out, the largest first."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A dimension by which a list's records are counted: a column, and the conditions that choose values of it.

    Of a function that answers several rows for a record, each counts: a record is counted for each of its tags.

    Those conditions are left out while it is counted, so that each figure tells what choosing that value would give.
    """

    column: Any
    own: tuple[str, ...]


NO_FACETS: Mapping[str, Facet] = {}


@dataclass(slots=True)
class Totals:
    """Figures of a list under many parents: asked once, when the first of them is wanted."""

    ask: Callable[[], Awaitable[Mapping[UUID, Sequence[Record]]]]
    answer: "Mapping[UUID, Sequence[Record]] | None" = field(default=None)
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, parent: UUID) -> Sequence[Record]:
        """Answer one parent's figures."""
        async with self.asking:  # the figures under all parents are wanted at the same time
            if self.answer is None:
                self.answer = await self.ask()
        return self.answer.get(parent, ())


def total_of(rows: Sequence[Record]) -> int:
    """Read a count; of a parent under which there is nothing there is no row."""
    return int(rows[0]["total"]) if rows else 0


def facet_counts(counted: Any) -> AnySelect:
    """Count the rows of a subquery by their `value`, the largest first."""
    total = func.count().label("total")
    return (
        select(counted.c.value, total)
        .group_by(counted.c.value)
        .order_by(total.desc(), counted.c.value)
        .limit(MOST_VALUES)
    )


def facet_counts_under(facet: Facet, conditions: Sequence[ColumnElement[bool]], above: Any) -> AnySelect:
    """Count by a facet's values under each parent that the column `above` names, the largest first."""
    counted = (
        select(above.label("page_parent"), facet.column.label("value"))
        .where(*conditions, above == any_(bindparam("parents", type_=ARRAY(Uuid()))))
        .subquery("counted")
    ).c
    place = func.row_number().over(partition_by=counted.page_parent, order_by=(func.count().desc(), counted.value))
    ranked = (
        select(counted.page_parent, counted.value, func.count().label("total"), place.label("place"))
        .group_by(counted.page_parent, counted.value)
        .subquery("ranked")
    )
    return (
        select(ranked.c.page_parent, ranked.c.value, ranked.c.total)
        .where(ranked.c.place <= MOST_VALUES)
        .order_by(ranked.c.page_parent, ranked.c.place)
    )
