"""The subscription to the dashboard."""

from collections.abc import AsyncGenerator

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.graph.dashboard.types import COUNTED, Dashboard, DashboardUpdate
from cma_graphql.graph.fields import subscription
from cma_graphql.graph.live.topics import Watch
from cma_graphql.graph.live.types import AfterCursor


@strawberry.type
class DashboardSubscriptions:
    """What can be followed of the figures."""

    @subscription(
        requires=Permission.CASE_READ,
        description="The figures of the cases that the viewer sees: at once, and again whenever something has changed "
        "them, at most twice a second however much that is. After a cursor: only once something has changed them "
        "since.",
    )
    async def dashboard(self, after: AfterCursor = None) -> AsyncGenerator[DashboardUpdate]:
        """Follow the figures."""
        return Watch(COUNTED, after=after, state=Dashboard.at)  # type: ignore[return-value]
