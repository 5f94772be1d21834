"""The tasks under another record: a page for each."""

from typing import Any

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.tasks.selectors import TASKS
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.pagination import After, Before, First, Last, window
from cma_graphql.graph.tasks.connection import TaskConnection
from cma_graphql.graph.tasks.enums import TaskOrder
from cma_graphql.graph.tasks.inputs import TaskFilterArgument, TaskOrderArgument, task_filters


def tasks_by(column: str, description: str) -> Any:
    """Declare the tasks of a type's records; `column` of the tasks is what names them there."""

    async def tasks(  # noqa: PLR0917 - a connection's arguments
        parents: list[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: TaskFilterArgument = None,
        order_by: TaskOrderArgument = TaskOrder.DUE_AT_ASC,
    ) -> list[TaskConnection | None]:
        """Answer a page of each parent's tasks."""
        return await TASKS.pages(  # type: ignore[return-value]
            reader_for(info),
            [parent.key for parent in parents],
            by=column,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=task_filters(filter),
        )

    return relation(description=description, requires=Permission.CASE_READ, reads=())(tasks)
