"""What happens to tasks."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class TaskEvent(Event):
    """Something that happened to a task."""

    entity: ClassVar[str] = "task"


@dataclass(frozen=True, kw_only=True)
class TaskCreated(TaskEvent):
    """There is something to do."""

    name: ClassVar[str] = "task.created"


@dataclass(frozen=True, kw_only=True)
class TaskUpdated(TaskEvent):
    """A task's title, details, kind, priority or day changed, or who sees it."""

    name: ClassVar[str] = "task.updated"


@dataclass(frozen=True, kw_only=True)
class TaskAssigned(TaskEvent):
    """Somebody else does a task."""

    name: ClassVar[str] = "task.assigned"


@dataclass(frozen=True, kw_only=True)
class TaskSnoozed(TaskEvent):
    """A task was put off."""

    name: ClassVar[str] = "task.snoozed"


@dataclass(frozen=True, kw_only=True)
class TaskMoved(TaskEvent):
    """The date that a task keeps step with moved, and the task with it."""

    name: ClassVar[str] = "task.moved"


@dataclass(frozen=True, kw_only=True)
class TaskCompleted(TaskEvent):
    """A task is done."""

    name: ClassVar[str] = "task.completed"


@dataclass(frozen=True, kw_only=True)
class TaskCancelled(TaskEvent):
    """A task is not to be done any more."""

    name: ClassVar[str] = "task.cancelled"


@dataclass(frozen=True, kw_only=True)
class TaskReopened(TaskEvent):
    """A task that was done or cancelled is to be done after all."""

    name: ClassVar[str] = "task.reopened"


@dataclass(frozen=True, kw_only=True)
class TaskDue(TaskEvent):
    """The day on which a task is due has come; told once for each day."""

    name: ClassVar[str] = "task.due"


@dataclass(frozen=True, kw_only=True)
class TaskOverdue(TaskEvent):
    """A task was not done by when it was due; told once for each day."""

    name: ClassVar[str] = "task.overdue"
