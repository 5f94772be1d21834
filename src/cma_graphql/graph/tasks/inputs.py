"""How lists of tasks are filtered and ordered."""

from collections.abc import Callable
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import now
from cma_graphql.domain.tasks.events import TaskAssigned
from cma_graphql.domain.tasks.sighted import is_done_by
from cma_graphql.graph.cases.enums import Priority
from cma_graphql.graph.node import find_id
from cma_graphql.graph.tasks.enums import TaskEventName, TaskKind, TaskOrder, TaskOrigin, TaskState
from cma_graphql.persistence.event_log import Happening
from cma_graphql.persistence.reads import Record


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


@strawberry.input(
    description="Which events of tasks to tell: every condition given has to hold; values in a list are alternatives. "
    "That something has left the viewer's sight is always told."
)
class TaskEventFilter:
    """Conditions on events."""

    names: list[TaskEventName] | None = strawberry.field(default=None, description="Being one of these.")
    mine: bool | None = strawberry.field(
        default=None,
        description="`true`: of the viewer's tasks, as in the list's filter; that one is given to somebody else is "
        "told, too.",
    )
    client: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Of tasks on one of these clients, or on a case of theirs."
    )
    assignee: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="Of tasks that are assigned to one of these people; that one is given to somebody else is told, "
        "too.",
    )
    kind: list[TaskKind] | None = strawberry.field(default=None, description="Of tasks of one of these kinds.")
    priority: list[Priority] | None = strawberry.field(
        default=None, description="Of tasks that have one of these priorities."
    )


TaskEventFilterArgument = Annotated[TaskEventFilter | None, strawberry.argument(description="Which events.")]
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


def event_names(given: TaskEventFilter | None) -> frozenset[str] | None:
    """Answer the names of events that are asked for; None: all."""
    return None if given is None or given.names is None else frozenset(name.value for name in given.names)


def wanted_tasks(given: TaskEventFilter | None) -> Callable[[Actor, Happening, Record], bool] | None:
    """Answer whether an event is asked for, by its task as it is now and by who did it before; None: every one is."""
    if given is None:
        return None
    conditions: dict[str, frozenset[object]] = {
        name: frozenset(member.value for member in chosen)
        for name in ("kind", "priority")
        if (chosen := getattr(given, name)) is not None
    }
    if given.client is not None:
        conditions["client_id"] = frozenset(_keys("client", given.client))
    assignees = None if given.assignee is None else frozenset(_keys("membership", given.assignee))
    mine = bool(given.mine)

    def wanted(actor: Actor, event: Happening, task: Record) -> bool:
        return (
            all(task[column] in values for column, values in conditions.items())
            and (assignees is None or not assignees.isdisjoint({task["assignee_id"], _assigned_before(event)}))
            and (not mine or is_done_by(task, actor.user_id) or _done_by_before(event, task) == actor.user_id)
        )

    return wanted if conditions or mine or assignees is not None else None


def _assigned_before(event: Happening) -> UUID | None:
    """Tell who a task was assigned to before an event that assigned it to somebody else."""
    old = event.changes["assignee_id"]["old"] if event.name == TaskAssigned.name else None
    return None if old is None else UUID(old)


def _done_by_before(event: Happening, task: Record) -> UUID | None:
    """Tell who did a task before an event that assigned it to somebody else: of one that was nobody's, the advisor."""
    if event.name != TaskAssigned.name:
        return None
    done_by: UUID | None = _assigned_before(event) or task["advisor_id"]
    return done_by


def _keys(prefix: str, ids: list[strawberry.ID]) -> list[UUID]:
    return [key for text in ids if (key := find_id(prefix, text)) is not None]
