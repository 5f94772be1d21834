"""Queries of centres."""

import strawberry

from cma_graphql.domain.centres import selectors
from cma_graphql.graph.centres.inputs import CentreFilterArgument, CentreOrder, CentreOrderArgument, centre_filters
from cma_graphql.graph.centres.types import Centre
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window


@strawberry.type
class CentreQueries:
    """What can be asked about centres."""

    @query(requires=None, description="The centre with this id, or null: one's own, or any from above the centres.")
    async def centre(self, info: Info, id: IdArgument) -> Centre | None:
        """Find a centre."""
        key = find_id("centre", id)
        return None if key is None else (await selectors.centres_by_id(info.context.reader, [key]))[0]  # type: ignore[return-value]

    @query(
        requires=None,
        description="The viewer's own centre; for administrators above the centres, all of the network.",
    )
    async def centres(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: CentreFilterArgument = None,
        order_by: CentreOrderArgument = CentreOrder.NAME_ASC,
    ) -> Connection[Centre]:
        """List centres."""
        return await selectors.CENTRES.page(  # type: ignore[return-value]
            info.context.reader,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=centre_filters(filter),
        )
