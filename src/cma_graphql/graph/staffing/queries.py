"""Queries of staffing."""

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.casework.advisors import MOST_WORKLOADS, advisors_by_load
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import COUNT
from cma_graphql.graph.fields import query
from cma_graphql.graph.staffing.types import Workload
from cma_graphql.graph.staffing.workloads import workloads_of


@strawberry.type
class StaffingQueries:
    """What can be asked about who is there to work on cases."""

    @query(
        requires=Permission.USER_MANAGE,
        description="What the active advisors of the centre carry, who has most of the capacity used up first; the "
        f"first {MOST_WORKLOADS}.",
        call=COUNT,
        size=25,
    )
    async def workloads(self, info: Info) -> list[Workload]:
        """List what advisors carry."""
        people = await advisors_by_load(info.context.reader)
        return list((await workloads_of(info.context.reader, people)).values())
