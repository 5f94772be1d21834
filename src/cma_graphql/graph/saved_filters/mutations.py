"""What can be done with saved filters."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import NotFound
from cma_graphql.domain.saved_filters.models import FilteredList
from cma_graphql.domain.saved_filters.selectors import saved_filters_by_id
from cma_graphql.domain.saved_filters.services import delete_filter, save_filter, update_filter
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id, write_id
from cma_graphql.graph.saved_filters.reading import read_conditions
from cma_graphql.graph.saved_filters.types import SavedFilter
from cma_graphql.graph.writing import MutationInput, reread, write

_NAME = "What to call it, at most 100 characters; no other filter of that list is called so."
_CONDITIONS = (
    'The list\'s `filter` as JSON, at most 4,000 characters: `{"status": ["NEW"], "unassigned": true}`. National '
    "insurance numbers and account numbers are not kept."
)
_FILTER = "The filter as it is now; null where it was refused."


@strawberry.input(description="A filter to keep.")
class SavedFilterCreateInput(MutationInput):
    """A new filter."""

    filtered_list: FilteredList = strawberry.field(description="The list that it is for.")
    name: str = strawberry.field(description=_NAME)
    conditions: str = strawberry.field(description=_CONDITIONS)


@strawberry.input(description="What to change of a kept filter; what is left out or null stays.")
class SavedFilterUpdateInput(MutationInput):
    """A change."""

    id: strawberry.ID = strawberry.field(description="The filter.")
    expected_version: int = strawberry.field(description="The filter's `version` as you read it.")
    name: str | None = strawberry.field(default=None, description=_NAME)
    conditions: str | None = strawberry.field(default=None, description=_CONDITIONS)


@strawberry.input(description="A filter to throw away.")
class SavedFilterDeleteInput(MutationInput):
    """Which filter, as it was read."""

    id: strawberry.ID = strawberry.field(description="The filter.")
    expected_version: int = strawberry.field(description="The filter's `version` as you read it.")


@strawberry.type(description="What keeping a filter answers.")
class SavedFilterCreatePayload(Payload):
    """The new filter."""

    saved_filter: SavedFilter | None = strawberry.field(default=None, description=_FILTER)


@strawberry.type(description="What changing a filter answers.")
class SavedFilterUpdatePayload(Payload):
    """The changed filter."""

    saved_filter: SavedFilter | None = strawberry.field(default=None, description=_FILTER)


@strawberry.type(description="What throwing a filter away answers.")
class SavedFilterDeletePayload(Payload):
    """The deleted filter's id."""

    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that the filter had; null where it was refused."
    )


@strawberry.type
class SavedFilterMutations:
    """What can be done with saved filters."""

    @mutation(requires=Permission.CASE_READ, description="Keep a filter of a list, for oneself: 100 at most.")
    async def saved_filter_create(
        self, info: Info, input: Annotated[SavedFilterCreateInput, strawberry.argument(description="The filter.")]
    ) -> SavedFilterCreatePayload:
        """Keep a filter."""
        conditions = read_conditions(info, input.filtered_list, input.conditions)
        outcome = await write(
            info, save_filter, input, filtered_list=input.filtered_list, name=input.name, conditions=conditions
        )
        kept = await reread(info, SavedFilter, outcome.subject_ids[0])
        return SavedFilterCreatePayload(saved_filter=kept, replayed=outcome.replayed)

    @mutation(requires=Permission.CASE_READ, description="Give a kept filter another name or other conditions.")
    async def saved_filter_update(
        self, info: Info, input: Annotated[SavedFilterUpdateInput, strawberry.argument(description="The change.")]
    ) -> SavedFilterUpdatePayload:
        """Change a filter."""
        key = read_id("savedfilter", input.id)
        conditions = None
        if input.conditions is not None:
            (present,) = await saved_filters_by_id(info.context.reader, [key])
            if present is None:
                raise NotFound("id")
            conditions = read_conditions(info, FilteredList(present["filtered_list"]), input.conditions)
        outcome = await write(
            info,
            update_filter,
            input,
            filter_id=key,
            version=input.expected_version,
            name=input.name,
            conditions=conditions,
        )
        kept = await reread(info, SavedFilter, outcome.subject_ids[0])
        return SavedFilterUpdatePayload(saved_filter=kept, replayed=outcome.replayed)

    @mutation(requires=Permission.CASE_READ, description="Throw a kept filter away.")
    async def saved_filter_delete(
        self, info: Info, input: Annotated[SavedFilterDeleteInput, strawberry.argument(description="Which filter.")]
    ) -> SavedFilterDeletePayload:
        """Throw a filter away."""
        key = read_id("savedfilter", input.id)
        outcome = await write(info, delete_filter, input, filter_id=key, version=input.expected_version)
        return SavedFilterDeletePayload(deleted_id=write_id("savedfilter", key), replayed=outcome.replayed)
