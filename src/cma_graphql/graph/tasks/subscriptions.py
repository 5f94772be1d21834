"""Subscriptions to tasks."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.graph.fields import subscription
from cma_graphql.graph.live.topics import NOBODYS, Watch
from cma_graphql.graph.live.types import AfterCursor
from cma_graphql.graph.node import find_id
from cma_graphql.graph.tasks.inputs import TaskEventFilterArgument, event_names, wanted_tasks
from cma_graphql.graph.tasks.live_types import TASKS, TaskUpdate

CaseArgument = Annotated[
    strawberry.ID | None, strawberry.argument(description="The id of the case. Unset: all that the viewer sees.")
]


@strawberry.type
class TaskSubscriptions:
    """What can be followed of tasks."""

    @subscription(
        requires=Permission.CASE_READ,
        description="What happens to the tasks that the viewer sees, of one case or of all, in order: made, changed, "
        "given to somebody, put off, moved with their date, done, cancelled, opened again; that one is due, or was "
        "not done in time. `Removed` names a task that has left the viewer's sight, or a case or a client: take its "
        "tasks off the screen, and query those that are left.",
    )
    async def task_events(
        self,
        filter: TaskEventFilterArgument = None,
        case_id: CaseArgument = None,
        after: AfterCursor = None,
    ) -> AsyncGenerator[TaskUpdate]:
        """Follow tasks in sight."""
        key = None if case_id is None else find_id("case", case_id) or NOBODYS
        return Watch(  # type: ignore[return-value]
            TASKS, after=after, case_id=key, names=event_names(filter), wanted=wanted_tasks(filter)
        )
