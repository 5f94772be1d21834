"""A page of tasks, with what filtering it further would leave: counts by state, kind and priority."""

import strawberry

from cma_graphql.graph.cases.enums import Priority
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import COUNT, cost, list_size
from cma_graphql.graph.pagination import Connection
from cma_graphql.graph.refs import TaskRef
from cma_graphql.graph.tasks.enums import TaskKind, TaskState
from cma_graphql.persistence.listing import Page


@strawberry.type(description="How many tasks of a list are in one state.")
class TaskStateCount:
    """One state's figure."""

    state: TaskState = strawberry.field(description="The state.")
    count: int = strawberry.field(description="How many tasks are in it.")


@strawberry.type(description="How many tasks of a list are of one kind.")
class TaskKindCount:
    """One kind's figure."""

    kind: TaskKind = strawberry.field(description="The kind.")
    count: int = strawberry.field(description="How many tasks are of it.")


@strawberry.type(description="How many tasks of a list have one priority.")
class TaskPriorityCount:
    """One priority's figure."""

    priority: Priority = strawberry.field(description="The priority.")
    count: int = strawberry.field(description="How many tasks have it.")


@strawberry.type(
    description="How a list's tasks divide, all its pages together, as far as the viewer sees them. Each dimension is "
    "counted under the list's filter without the conditions on that dimension. Largest first; values without a task "
    "are left out. A dimension is counted only when it is asked for."
)
class TaskFacets:
    """The figures beside a page of tasks."""

    page: strawberry.Private[Page]

    @strawberry.field(
        description="By state, leaving out the filter's `state` and `overdue`.",
        directives=[cost(call=COUNT), list_size(len(TaskState))],
    )
    async def by_state(self, info: Info) -> list[TaskStateCount]:  # noqa: ARG002 - strawberry tells async resolvers apart by it
        """Count by state."""
        rows = await self.page.facet("state")
        return [TaskStateCount(state=TaskState(row["value"]), count=row["total"]) for row in rows]

    @strawberry.field(
        description="By kind, leaving out the filter's `kind`.",
        directives=[cost(call=COUNT), list_size(len(TaskKind))],
    )
    async def by_kind(self, info: Info) -> list[TaskKindCount]:  # noqa: ARG002 - the same
        """Count by kind."""
        rows = await self.page.facet("kind")
        return [TaskKindCount(kind=TaskKind(row["value"]), count=row["total"]) for row in rows]

    @strawberry.field(
        description="By priority, leaving out the filter's `priority`.",
        directives=[cost(call=COUNT), list_size(len(Priority))],
    )
    async def by_priority(self, info: Info) -> list[TaskPriorityCount]:  # noqa: ARG002 - the same
        """Count by priority."""
        rows = await self.page.facet("priority")
        return [TaskPriorityCount(priority=Priority(row["value"]), count=row["total"]) for row in rows]


@strawberry.type(description="A page of a list of tasks.")
class TaskConnection(Connection[TaskRef]):
    """One page of tasks."""

    @strawberry.field(description="How the list's tasks divide by state, kind and priority.")
    def facets(self) -> TaskFacets:
        """Count nothing yet."""
        return TaskFacets(page=self.page)
