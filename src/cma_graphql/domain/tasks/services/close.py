"""Ends a task: done, shown by a record where there is one, or cancelled; and opens it again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.errors import AlreadyExists, Invalid, TransitionRefused
from cma_graphql.core.faults import read_field
from cma_graphql.domain.budgets.models import BudgetSheet
from cma_graphql.domain.compliance.models import ComplianceItem
from cma_graphql.domain.documents.models import Document
from cma_graphql.domain.notes.models import Note
from cma_graphql.domain.tasks.events import TaskCancelled, TaskCompleted, TaskReopened
from cma_graphql.domain.tasks.models import Activity, Task, TaskState
from cma_graphql.domain.tasks.reading import read_details, read_reason
from cma_graphql.domain.tasks.taking import take_task, tell_of_task
from cma_graphql.persistence.unit_of_work import UnitOfWork

ACTIVITIES: Mapping[Activity, Any] = {
    Activity.NOTE: Note,
    Activity.DOCUMENT: Document,
    Activity.BUDGET_SHEET: BudgetSheet,
    Activity.COMPLIANCE_ITEM: ComplianceItem,
}
"""The tables of the records that show that a task is done; each names its case. A later room's come with it."""
_ENDS = (TaskState.DONE.value, TaskState.CANCELLED.value)


def _require(task: Task, target: TaskState) -> None:
    allowed = _ENDS if task.state == TaskState.OPEN else (TaskState.OPEN.value,)
    if target.value not in allowed:
        raise TransitionRefused(source=task.state, target=target.value, allowed=allowed)


async def complete_task(
    uow: UnitOfWork,
    *,
    task_id: UUID,
    version: int,
    outcome: str | None = None,
    closed_by: tuple[Activity, UUID] | None = None,
) -> UUID:
    """Write down that a task is done; `closed_by` is the record of the same case that shows it.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid.
    """
    taken = await take_task(uow, task_id, version=version)
    task = taken.task
    _require(task, TaskState.DONE)
    said = read_field("outcome", read_details, outcome)
    if closed_by is not None:
        kind, record_id = closed_by
        shown = await uow.get(ACTIVITIES[kind], record_id, field="closed_by_id")
        if task.case_id is None or shown.case_id != task.case_id:
            raise Invalid("closed_by_id", "other-case", "The record is not one of the task's case.")
        if isinstance(shown, Note) and shown.confidential and not task.confidential:
            raise Invalid("closed_by_id", "confidential", "Who sees the task would learn of a confidential note.")
    changes = uow.change(
        task,
        state=TaskState.DONE.value,
        completed_at=now(),
        completed_by=uow.actor.user_id,
        outcome=said,
        closed_by_kind=None if closed_by is None else closed_by[0].value,
        closed_by_id=None if closed_by is None else closed_by[1],
    )
    await tell_of_task(uow, TaskCompleted, taken, changes)
    return task_id


async def cancel_task(uow: UnitOfWork, *, task_id: UUID, version: int, reason: str) -> UUID:
    """Write down that a task is not to be done any more. Raises Forbidden, NotFound, Conflict, TransitionRefused."""
    taken = await take_task(uow, task_id, version=version)
    _require(taken.task, TaskState.CANCELLED)
    why = read_field("reason", read_reason, reason)
    changes = uow.change(taken.task, state=TaskState.CANCELLED.value, cancelled_at=now(), cancel_reason=why)
    await tell_of_task(uow, TaskCancelled, taken, changes)
    return task_id


async def reopen_task(uow: UnitOfWork, *, task_id: UUID, version: int) -> UUID:
    """Open a task again that was done or cancelled, unless its rule has made another meanwhile.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid.
    """
    taken = await take_task(uow, task_id, version=version)
    _require(taken.task, TaskState.OPEN)
    ended = ("completed_at", "completed_by", "outcome", "closed_by_kind", "closed_by_id", "cancelled_at")
    columns: dict[str, object] = dict.fromkeys((*ended, "cancel_reason"))
    changes = uow.change(taken.task, state=TaskState.OPEN.value, **columns)
    try:
        await tell_of_task(uow, TaskReopened, taken, changes)
    except AlreadyExists:
        raise Invalid("id", "unique", "There is an open task for this already.") from None
    return task_id
