"""Changes a task, gives it to somebody else, puts it off."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypedDict
from uuid import UUID

from cma_graphql.core.errors import Invalid, TransitionRefused
from cma_graphql.core.faults import Faults
from cma_graphql.domain.cases.models import Priority
from cma_graphql.domain.tasks.assigning import require_fit
from cma_graphql.domain.tasks.due import read_due
from cma_graphql.domain.tasks.events import TaskAssigned, TaskSnoozed, TaskUpdated
from cma_graphql.domain.tasks.models import Task, TaskKind, TaskOrigin, TaskState
from cma_graphql.domain.tasks.reading import read_details, read_reason, read_title
from cma_graphql.domain.tasks.taking import audience_of_task, place_audience, take_task, tell_of_task
from cma_graphql.persistence.unit_of_work import UnitOfWork


class TaskEdits(TypedDict, total=False):
    """The fields that an update states: an absent one stays as it is, None empties it."""

    title: str
    details: str | None
    kind: TaskKind
    priority: Priority
    due_on: date
    due_at: datetime


_DUE = ("due_on", "due_at")


def require_open(task: Task) -> None:
    """Raise TransitionRefused for a task that is not to be done."""
    if task.state != TaskState.OPEN:
        raise TransitionRefused(source=task.state, target=TaskState.OPEN.value, allowed=[TaskState.OPEN.value])


async def update_task(uow: UnitOfWork, *, task_id: UUID, version: int, edits: TaskEdits) -> UUID:
    """Change the stated fields of an open task; what keeps step with a date is put off, not moved.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid, InvalidInput.
    """
    taken = await take_task(uow, task_id, version=version)
    require_open(taken.task)
    changes = uow.change(taken.task, **_read(taken.task, edits))
    if changes:
        await tell_of_task(uow, TaskUpdated, taken, changes)
    return task_id


def _read(task: Task, edits: TaskEdits) -> Mapping[str, Any]:
    given: Mapping[str, Any] = edits
    faults, columns = Faults(), dict[str, Any]()
    for name in ("title", "kind", "priority", *_DUE):
        if name in given and given[name] is None:
            faults.add(name, "blank", "This may not be empty.", minimum=1)
    if given.get("title") is not None:
        columns["title"] = faults.read("title", read_title, given["title"])
    if "details" in given:
        columns["details"] = faults.read("details", read_details, given["details"])
    for name in ("kind", "priority"):
        if given.get(name) is not None:
            columns[name] = given[name].value
    if any(given.get(name) is not None for name in _DUE):
        if task.origin != TaskOrigin.HAND:
            faults.add("due_on", "keeps-step", "This task keeps step with a date: put it off, or change the date.")
        elif (due := faults.read("due_on", read_due, given.get("due_on"), given.get("due_at"))) is not None:
            columns.update(due.columns())
    faults.raise_any()
    return columns


async def assign_task(uow: UnitOfWork, *, task_id: UUID, version: int, assignee_id: UUID | None) -> UUID:
    """Give an open task to somebody who sees what it hangs on; None: to the case's advisor, whoever that is.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid.
    """
    taken = await take_task(uow, task_id, version=version)
    task = taken.task
    require_open(task)
    if assignee_id is None and task.case_id is None:
        raise Invalid("assignee_id", "for-advisor", "What hangs on no case has no advisor: name somebody.")
    if assignee_id is not None and assignee_id != task.assignee_id:
        await require_fit(uow, assignee_id, await place_audience(uow, taken.place), field="assignee_id")
    before = await audience_of_task(uow, taken)
    changes = uow.change(task, assignee_id=assignee_id)
    if changes:
        await tell_of_task(uow, TaskAssigned, taken, changes, before=before)
    return task_id


async def snooze_task(
    uow: UnitOfWork,
    *,
    task_id: UUID,
    version: int,
    reason: str,
    due_on: date | None = None,
    due_at: datetime | None = None,
) -> UUID:
    """Put an open task off to a later day or hour, for a reason.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid, InvalidInput.
    """
    taken = await take_task(uow, task_id, version=version)
    task = taken.task
    require_open(task)
    faults = Faults()
    why = faults.read("reason", read_reason, reason)
    due = faults.read("due_on", read_due, due_on, due_at)
    if due is not None and due.at <= task.due_at:
        faults.add("due_on", "later", "What is put off is due later than before.", after=task.due_at.isoformat())
    faults.raise_any()
    columns = {} if due is None else due.columns()
    changes = uow.change(task, **columns, snoozes=task.snoozes + 1, snooze_reason=why)
    await tell_of_task(uow, TaskSnoozed, taken, changes)
    return task_id
