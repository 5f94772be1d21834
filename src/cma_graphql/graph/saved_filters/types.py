"""Saved filters, and what can be asked about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, ClassVar

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.saved_filters import selectors
from cma_graphql.domain.saved_filters.models import FilteredList
from cma_graphql.graph.context import Info
from cma_graphql.graph.enums import described
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import Node, node_type

described(
    FilteredList,
    "A list whose filters can be kept.",
    {
        "CASES": "`cases`, `caseBoard`: a `CaseFilter`.",
        "CLIENTS": "`clients`: a `ClientFilter`.",
        "DEBTS": "`debts`: a `DebtFilter`.",
        "DOCUMENTS": "`documents`: a `DocumentFilter`.",
    },
)
ListsArgument = Annotated[
    list[FilteredList] | None, strawberry.argument(description="Filters of these lists; of all unless said.")
]


@node_type(table="saved_filters", load=selectors.saved_filters_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="A filter of a list that the viewer keeps; nobody else sees it.")
class SavedFilter(Node):
    """One kept filter."""

    prefix: ClassVar[str] = "savedfilter"

    filtered_list: FilteredList = strawberry.field(description="The list that it is for.")
    name: str = strawberry.field(description="What the viewer calls it.")
    conditions: str = strawberry.field(description="The filter as JSON, to be sent as the list's `filter`.")
    created_at: datetime = strawberry.field(description="When it was saved.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")


@strawberry.type
class SavedFilterQueries:
    """What can be asked about saved filters."""

    @query(requires=Permission.CASE_READ, description="The filters that the viewer keeps, by list and name.", size=10)
    async def saved_filters(self, info: Info, lists: ListsArgument = None) -> list[SavedFilter]:
        """List the viewer's filters."""
        found: Sequence[object] = await selectors.saved_filters(info.context.reader, lists)
        return found  # type: ignore[return-value]
