"""Queries of jobs that were given up."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.jobs.selectors import DEAD_JOBS
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import query
from cma_graphql.graph.jobs.enums import DeadJobState
from cma_graphql.graph.jobs.types import DeadJob
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window


@strawberry.type
class JobQueries:
    """What can be asked about jobs."""

    @query(
        requires=Permission.INTEGRATION_MANAGE,
        description="The centre's jobs that were given up, the latest first; above the centres, the platform's own.",
    )
    async def dead_jobs(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        state: Annotated[
            DeadJobState, strawberry.argument(description="Those of which this became.")
        ] = DeadJobState.DEAD,
    ) -> Connection[DeadJob]:
        """List jobs that were given up."""
        return await DEAD_JOBS.page(  # type: ignore[return-value]
            info.context.reader,
            order="DIED_AT_DESC",
            window=window(first, after, last, before),
            filters={"state": state.value},
        )
