"""Queries of tasks and of the diary."""

from datetime import date
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.tasks import selectors
from cma_graphql.domain.tasks.diary_selectors import LONGEST_DAYS
from cma_graphql.domain.tasks.diary_selectors import diary as read_diary
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window
from cma_graphql.graph.tasks.connection import TaskConnection
from cma_graphql.graph.tasks.diary_types import DiaryEntry
from cma_graphql.graph.tasks.enums import DiaryScope, TaskOrder
from cma_graphql.graph.tasks.inputs import TaskFilterArgument, TaskOrderArgument, task_filters
from cma_graphql.graph.tasks.types import Task


@strawberry.type
class TaskQueries:
    """What can be asked about tasks."""

    @query(requires=Permission.CASE_READ, description="The task with this id, or null.")
    async def task(self, info: Info, id: IdArgument) -> Task | None:
        """Find a task."""
        key = find_id("task", id)
        return None if key is None else (await selectors.tasks_by_id(info.context.reader, [key]))[0]  # type: ignore[return-value]

    @query(requires=Permission.CASE_READ, description="The tasks that the viewer sees.")
    async def tasks(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: TaskFilterArgument = None,
        order_by: TaskOrderArgument = TaskOrder.DUE_AT_ASC,
    ) -> TaskConnection:
        """List tasks."""
        return await selectors.TASKS.page(  # type: ignore[return-value]
            info.context.reader,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=task_filters(filter),
        )

    @query(
        requires=Permission.CASE_READ,
        description="Open tasks, and the dates of open cases for which no task stands, from one day to another, both "
        f"included, in the order of their time; at most {LONGEST_DAYS} days.",
    )
    async def diary(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        from_: Annotated[date, strawberry.argument(name="from", description="The first day, in London.")],
        to: Annotated[date, strawberry.argument(description="The last day.")],
        scope: Annotated[DiaryScope, strawberry.argument(description="Whose diary.")] = DiaryScope.MINE,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[DiaryEntry]:
        """Open the diary."""
        return await read_diary(  # type: ignore[return-value]
            info.context.reader,
            scope=scope,
            from_day=from_,
            until_day=to,
            window=window(first, after, last, before),
        )
