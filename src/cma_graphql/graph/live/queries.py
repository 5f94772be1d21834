"""Queries of where the event log stands."""

import strawberry

from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import query
from cma_graphql.graph.live.cursors import write_event_cursor
from cma_graphql.persistence.event_log import read_head


@strawberry.type
class LiveQueries:
    """What can be asked about events."""

    @query(
        requires=None,
        description="The cursor behind the last event that this answer knows of: all its fields are of one moment. "
        "Subscribe after it, and nothing falls between the query and the subscription.",
    )
    async def event_cursor(self, info: Info) -> str:
        """Answer where the log stands, in the snapshot of the whole answer."""
        context = info.context
        return write_event_cursor(context.keys.vault, context.actor.centre_id, await read_head(context.reader))
