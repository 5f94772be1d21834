"""Making tasks, changing them, giving them to others, putting them off, ending them."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import NotFound
from cma_graphql.domain.tasks.models import Activity
from cma_graphql.domain.tasks.services import change, close, create
from cma_graphql.graph.cases.enums import Priority
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import find_id, read_id
from cma_graphql.graph.tasks.enums import TaskKind
from cma_graphql.graph.tasks.types import PREFIXES, Task
from cma_graphql.graph.writing import MutationInput, given_fields, reread, write

_DUE_ON = "The day in London on which it is due, today or later; this or the hour."
_DUE_AT = "The hour at which it is due, later than now; this or the day."


@strawberry.input(description="Which task to change, as you last read it.")
class TaskInput(MutationInput):
    """The part that inputs about one task share."""

    id: strawberry.ID = strawberry.field(description="The task.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.type(description="What a mutation of a task answers.")
class TaskPayload(Payload):
    """The part that payloads with a task share."""

    task: Task | None = strawberry.field(
        default=None,
        description="The task as it is now; null where it was refused, or is out of the viewer's sight.",
    )


@strawberry.input(description="A task to make: on a case, on a client, or on neither.")
class TaskCreateInput(MutationInput):
    """A new task."""

    title: str = strawberry.field(description="What is to be done, in up to 200 characters.")
    details: str | None = strawberry.field(default=None, description="What else there is to say, up to 5,000.")
    kind: TaskKind = strawberry.field(default=TaskKind.OTHER, description="What sort of work it is.")
    priority: Priority = strawberry.field(default=Priority.MEDIUM, description="How soon it needs attention.")
    due_on: date | None = strawberry.field(default=None, description=_DUE_ON)
    due_at: datetime | None = strawberry.field(default=None, description=_DUE_AT)
    case_id: strawberry.ID | None = strawberry.field(default=None, description="The case, one that has not ended.")
    client_id: strawberry.ID | None = strawberry.field(
        default=None, description="The client, for what belongs to no case."
    )
    assignee_id: strawberry.ID | None = strawberry.field(
        default=None, description="Who does it, a colleague who sees the case or the client; null: you do."
    )
    for_advisor: bool = strawberry.field(
        default=False, description="Whether the case's advisor does it, whoever that is."
    )


@strawberry.type(description="The new task.")
class TaskCreatePayload(TaskPayload):
    """What taskCreate answers."""


@strawberry.input(description="What to change of a task; an absent field stays as it is, a null empties it.")
class TaskUpdateInput(TaskInput):
    """Changes of a task."""

    title: strawberry.Maybe[str] = strawberry.field(description="What is to be done, in up to 200 characters.")
    details: strawberry.Maybe[str | None] = strawberry.field(description="What else there is to say, up to 5,000.")
    kind: strawberry.Maybe[TaskKind] = strawberry.field(description="What sort of work it is.")
    priority: strawberry.Maybe[Priority] = strawberry.field(description="How soon it needs attention.")
    due_on: strawberry.Maybe[date] = strawberry.field(description=_DUE_ON)
    due_at: strawberry.Maybe[datetime] = strawberry.field(description=_DUE_AT)


@strawberry.type(description="The changed task.")
class TaskUpdatePayload(TaskPayload):
    """What taskUpdate answers."""


@strawberry.input(description="A task, and who does it from now on.")
class TaskAssignInput(TaskInput):
    """Who does a task."""

    assignee_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="A colleague who sees the case or the client; null: the case's advisor, whoever that is.",
    )


@strawberry.type(description="The task with who does it.")
class TaskAssignPayload(TaskPayload):
    """What taskAssign answers."""


@strawberry.input(description="A task to put off.")
class TaskSnoozeInput(TaskInput):
    """A task to put off."""

    reason: str = strawberry.field(description="Why, in up to 1,000 characters.")
    due_on: date | None = strawberry.field(default=None, description=_DUE_ON)
    due_at: datetime | None = strawberry.field(default=None, description=_DUE_AT)


@strawberry.type(description="The task that was put off.")
class TaskSnoozePayload(TaskPayload):
    """What taskSnooze answers."""


@strawberry.input(description="A task that is done.")
class TaskCompleteInput(TaskInput):
    """A task that is done."""

    outcome: str | None = strawberry.field(default=None, description="What came of it, up to 5,000 characters.")
    closed_by_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The record of the same case that shows it: a note, a document, a budget sheet or a requirement of "
        "a checklist.",
    )


@strawberry.type(description="The task, done.")
class TaskCompletePayload(TaskPayload):
    """What taskComplete answers."""


@strawberry.input(description="A task that is not to be done any more.")
class TaskCancelInput(TaskInput):
    """A task to cancel."""

    reason: str = strawberry.field(description="Why, in up to 1,000 characters.")


@strawberry.type(description="The task, cancelled.")
class TaskCancelPayload(TaskPayload):
    """What taskCancel answers."""


@strawberry.input(description="A task that is to be done after all.")
class TaskReopenInput(TaskInput):
    """A task to open again."""


@strawberry.type(description="The task, open again.")
class TaskReopenPayload(TaskPayload):
    """What taskReopen answers."""


P = TypeVar("P", bound=TaskPayload)


def _on(given: TaskInput) -> dict[str, Any]:
    """Answer which task an input is about, as services take it; raise NotFound for an id of something else."""
    return {"task_id": read_id("task", given.id), "version": given.expected_version}


def _optional(prefix: str, text: strawberry.ID | None, field: str) -> UUID | None:
    return None if text is None else read_id(prefix, text, field=field)


def _activity(text: strawberry.ID | None) -> tuple[Activity, UUID] | None:
    """Read the id of a record of any kind that shows that a task is done; raise NotFound for any other."""
    if text is None:
        return None
    for kind, prefix in PREFIXES.items():
        key = find_id(prefix, text)
        if key is not None:
            return kind, key
    raise NotFound("closed_by_id")


async def _answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[UUID]], given: MutationInput, **arguments: Any
) -> P:
    """Call a service in a unit of work; answer its task as it is afterwards."""
    outcome = await write(info, service, given, **arguments)
    (task_id,) = outcome.subject_ids
    return payload(task=await reread(info, Task, task_id), replayed=outcome.replayed)


@strawberry.type
class TaskMutations:
    """What can be done with tasks."""

    @mutation(
        requires=Permission.NOTE_WRITE,
        description="Make a task on a case, on a client, or on neither: yours unless said.",
    )
    async def task_create(
        self, info: Info, input: Annotated[TaskCreateInput, strawberry.argument(description="The task.")]
    ) -> TaskCreatePayload:
        """Make a task."""
        return await _answer(
            info,
            TaskCreatePayload,
            create.create_task,
            input,
            title=input.title,
            details=input.details,
            kind=input.kind,
            priority=input.priority,
            due_on=input.due_on,
            due_at=input.due_at,
            case_id=_optional("case", input.case_id, "case_id"),
            client_id=_optional("client", input.client_id, "client_id"),
            assignee_id=_optional("membership", input.assignee_id, "assignee_id"),
            for_advisor=input.for_advisor,
        )

    @mutation(
        requires=Permission.NOTE_WRITE,
        description="Change an open task. One that keeps step with a date is put off, not moved.",
    )
    async def task_update(
        self, info: Info, input: Annotated[TaskUpdateInput, strawberry.argument(description="The changes.")]
    ) -> TaskUpdatePayload:
        """Change a task."""
        edits = given_fields(input, *change.TaskEdits.__optional_keys__)
        return await _answer(info, TaskUpdatePayload, change.update_task, input, **_on(input), edits=edits)

    @mutation(requires=Permission.NOTE_WRITE, description="Give an open task to a colleague, or to the case's advisor.")
    async def task_assign(
        self, info: Info, input: Annotated[TaskAssignInput, strawberry.argument(description="Who does it.")]
    ) -> TaskAssignPayload:
        """Assign a task."""
        assignee_id = _optional("membership", input.assignee_id, "assignee_id")
        return await _answer(info, TaskAssignPayload, change.assign_task, input, **_on(input), assignee_id=assignee_id)

    @mutation(requires=Permission.NOTE_WRITE, description="Put an open task off to a later day or hour, for a reason.")
    async def task_snooze(
        self, info: Info, input: Annotated[TaskSnoozeInput, strawberry.argument(description="Until when, and why.")]
    ) -> TaskSnoozePayload:
        """Put a task off."""
        return await _answer(
            info,
            TaskSnoozePayload,
            change.snooze_task,
            input,
            **_on(input),
            reason=input.reason,
            due_on=input.due_on,
            due_at=input.due_at,
        )

    @mutation(
        requires=Permission.NOTE_WRITE,
        description="Write down that a task is done, what came of it and which record shows it.",
    )
    async def task_complete(
        self, info: Info, input: Annotated[TaskCompleteInput, strawberry.argument(description="The task.")]
    ) -> TaskCompletePayload:
        """Complete a task."""
        return await _answer(
            info,
            TaskCompletePayload,
            close.complete_task,
            input,
            **_on(input),
            outcome=input.outcome,
            closed_by=_activity(input.closed_by_id),
        )

    @mutation(requires=Permission.NOTE_WRITE, description="Write down that an open task is not to be done any more.")
    async def task_cancel(
        self, info: Info, input: Annotated[TaskCancelInput, strawberry.argument(description="The task.")]
    ) -> TaskCancelPayload:
        """Cancel a task."""
        return await _answer(info, TaskCancelPayload, close.cancel_task, input, **_on(input), reason=input.reason)

    @mutation(requires=Permission.NOTE_WRITE, description="Open a task again that was done or cancelled.")
    async def task_reopen(
        self, info: Info, input: Annotated[TaskReopenInput, strawberry.argument(description="The task.")]
    ) -> TaskReopenPayload:
        """Open a task again."""
        return await _answer(info, TaskReopenPayload, close.reopen_task, input, **_on(input))
