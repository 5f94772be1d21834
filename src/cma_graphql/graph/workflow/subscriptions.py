"""Subscriptions to workflows."""

from collections.abc import AsyncGenerator

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.graph.fields import subscription
from cma_graphql.graph.live.topics import Watch
from cma_graphql.graph.live.types import AfterCursor
from cma_graphql.graph.workflow.inputs import WorkflowEventFilterArgument
from cma_graphql.graph.workflow.live_types import WORKFLOWS, WorkflowUpdate


@strawberry.type
class WorkflowSubscriptions:
    """What can be followed of workflows."""

    @subscription(
        requires=Permission.CASE_READ,
        description="What happens to the workflows of the cases that the viewer sees, to their stages and approvals, "
        "in order. `Removed` names a case that has left the viewer's sight, with its workflow.",
    )
    async def workflow_events(
        self, filter: WorkflowEventFilterArgument = None, after: AfterCursor = None
    ) -> AsyncGenerator[WorkflowUpdate]:
        """Follow the workflows of all cases in sight."""
        names = None if filter is None or filter.names is None else frozenset(name.value for name in filter.names)
        return Watch(WORKFLOWS, after=after, names=names)  # type: ignore[return-value]
