"""Every select of saved filters."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.saved_filters.models import FilteredList, SavedFilter
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, aligned, live, statement

COLUMNS = (
    SavedFilter.id.label("key"),
    SavedFilter.filtered_list,
    SavedFilter.name,
    SavedFilter.conditions,
    SavedFilter.created_at,
    SavedFilter.updated_at,
    SavedFilter.version,
)


@statement
def saved_filters_by_key(sight: Sight) -> AnySelect:
    """Select these saved filters."""
    return select(*COLUMNS).where(live(SavedFilter, sight), SavedFilter.id == any_(KEYS))


@statement
def saved_filters_of_lists(sight: Sight) -> AnySelect:
    """Select the actor's filters of these lists, by name; a hundred at most."""
    return (
        select(*COLUMNS)
        .where(live(SavedFilter, sight), SavedFilter.filtered_list == any_(bindparam("lists", type_=ARRAY(Text()))))
        .order_by(SavedFilter.filtered_list, SavedFilter.name_key, SavedFilter.id)
    )


async def saved_filters_by_id(reads: Reads, filter_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these saved filters, in their order, None for those that are not the actor's."""
    return await aligned(reads, saved_filters_by_key, filter_ids)


async def saved_filters(reads: Reads, lists: Collection[FilteredList] | None = None) -> Sequence[Record]:
    """Answer the actor's filters of these lists, of all unless said."""
    wanted = FilteredList if lists is None else lists
    return await reads.all(saved_filters_of_lists, lists=[each.value for each in wanted])
