"""How a list begins with the few records that it can hold, instead of walking the centre's index past all others.

Measured on 100,000 cases (decision record 0044): an advisor's 150 cases, newest first, by the index of all
cases' dates: 55 ms; by the keys of the 150: 0.8 ms. For a team that has half of the centre it is the other way round.
How many there are is not known before the statement runs, so that the statement asks itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Text, Uuid, bindparam, column, func, select, true, union_all
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.persistence.reads import AnySelect

FEW = 2_000
"""Up to so many records are sorted; of more, one in fifty of a large centre's, the index's walk soon finds a page."""

NOTHING: Mapping[str, Any] = {}

Build = Callable[..., AnySelect]
Source = Callable[[Sight], Any]
"""Answers a select of keys, among which are those of all records that an actor with this sight sees; None: most."""


def narrowed(sources: Sequence[Any], key: Any, few: Build, many: Build) -> Any:
    """Select by the first source's keys if they are few, else by the second's if those are, else without any.

    `few` and `many` build the select with conditions more. One branch runs: the others' conditions are known to be
    false before their first row is read.
    """
    branches, refused = [], list[ColumnElement[bool]]()
    for place, source in enumerate(sources):
        keys = source.where(*refused).limit(FEW + 1).cte(f"few_{place}")
        number = select(func.count()).select_from(keys).scalar_subquery()
        among: ColumnElement[bool] = key == any_(func.array(select(keys.c.key).scalar_subquery()))
        branches.append(few(among, number <= FEW, *refused))
        refused.append(number > FEW)
    return union_all(*branches, many(*refused)).subquery("narrowed")


def each_value(name: str, compared: Any, kind: Any, query: AnySelect) -> Select[Any]:
    """Read a page for each value of a condition, to be merged: an index by value and order stays in order.

    `status = any($1)` loses the order of the index by status and date, and sorts every case that matches.
    """
    values = (
        func.unnest(bindparam(name, type_=ARRAY(kind)))
        .table_valued(column("value", kind), name="chosen")
        .render_derived()
    )
    below = query.where(compared == values.c.value).lateral("below")
    return select(*below.c).select_from(values.join(below, true()))


@dataclass(frozen=True, slots=True)
class Rare:
    """A condition that few records may meet, in whatever order they are listed but that of its own column."""

    condition: Any
    column: Any = None
    keys: Source | None = None
    """Answers a select of the keys of all that meet it, and maybe of others, where no index of the table serves it."""


def kind_of(compared: Any) -> Any:
    """Answer the type of a column's values as parameters: text or uuid."""
    return Uuid() if isinstance(compared.type, Uuid) else Text()
