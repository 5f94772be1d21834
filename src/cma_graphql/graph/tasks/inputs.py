"""How lists of tasks are filtered and ordered."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.core.clock import now
from cma_graphql.graph.cases.enums import Priority
from cma_graphql.graph.node import find_id
from cma_graphql.graph.tasks.enums import TaskKind, TaskOrder, TaskOrigin, TaskState


@strawberry.input(
    description="Which tasks to list: every condition given has to hold; values in a list are alternatives."
)
class TaskFilter:
    """Conditions on tasks."""

    mine: bool | None = strawberry.field(
        default=None,
        description="`true`: the viewer's, being assigned to them, or to nobody else on a case whose advisor they are.",
    )
    team: bool | None = strawberry.field(
        default=None, description="`true`: the viewer's, and those on cases of the viewer's teams."
    )
    overdue: bool | None = strawberry.field(default=None, description="`true`: open, and not done in time.")
    state: list[TaskState] | None = strawberry.field(default=None, description="In one of these states.")
    kind: list[TaskKind] | None = strawberry.field(default=None, description="Of one of these kinds.")
    origin: list[TaskOrigin] | None = strawberry.field(default=None, description="Coming from one of these.")
    priority: list[Priority] | None = strawberry.field(default=None, description="Of one of these priorities.")
    case: list[strawberry.ID] | None = strawberry.field(default=None, description="On one of these cases.")
    client: list[strawberry.ID] | None = strawberry.field(
        default=None, description="On one of these clients, or on a case of theirs."
    )
    assignee: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Assigned to one of these people."
    )
    due_from: date | None = strawberry.field(default=None, description="Due on this day or later.")
    due_before: date | None = strawberry.field(default=None, description="Due before this day.")


TaskFilterArgument = Annotated[TaskFilter | None, strawberry.argument(description="Which tasks.")]
TaskOrderArgument = Annotated[TaskOrder, strawberry.argument(description="In which order.")]

_FLAGS = ("mine", "team")
_CHOICES = ("state", "kind", "origin", "priority")
_IDS = (("case", "case"), ("client", "client"), ("assignee", "membership"))
_DAYS = ("due_from", "due_before")


def task_filters(given: TaskFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; an id that is none of its type matches nothing."""
    if given is None:
        return {}
    filters: dict[str, object] = {
        **{name: True for name in _FLAGS if getattr(given, name)},
        **{
            name: [member.value for member in chosen]
            for name in _CHOICES
            if (chosen := getattr(given, name)) is not None
        },
        **{name: _keys(prefix, ids) for name, prefix in _IDS if (ids := getattr(given, name)) is not None},
        **{name: day for name in _DAYS if (day := getattr(given, name)) is not None},
    }
    if given.overdue:
        filters["overdue"] = now()
    return filters


def _keys(prefix: str, ids: list[strawberry.ID]) -> list[UUID]:
    return [key for text in ids if (key := find_id(prefix, text)) is not None]
