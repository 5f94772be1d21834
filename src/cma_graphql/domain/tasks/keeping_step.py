"""Brings one task into step with the date that it comes from: makes it, moves it, cancels it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.events import Audience
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import Priority
from cma_graphql.domain.tasks.due import Due
from cma_graphql.domain.tasks.events import TaskCancelled, TaskCreated, TaskMoved
from cma_graphql.domain.tasks.models import RuleCode, Task, TaskKind, TaskOrigin, TaskState
from cma_graphql.domain.tasks.taking import tell
from cma_graphql.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A date of a record that asks for a task."""

    rule: RuleCode
    origin: TaskOrigin
    kind: TaskKind
    title: str
    priority: Priority
    source_id: UUID
    case_id: UUID | None
    client_id: UUID
    on: date
    """The record's date."""
    due_on: date
    """When the task is due: that day, or some days before."""
    assignee_id: UUID | None = None
    confidential: bool = False


async def begin(uow: UnitOfWork, occasion: Occasion, audience: Audience) -> None:
    """Make the task of an occasion, for those who see it."""
    task = Task(
        id=new_id(),
        case_id=occasion.case_id,
        client_id=occasion.client_id,
        title=occasion.title,
        kind=occasion.kind.value,
        priority=occasion.priority.value,
        assignee_id=occasion.assignee_id,
        confidential=occasion.confidential,
        state=TaskState.OPEN.value,
        origin=occasion.origin.value,
        rule=occasion.rule.value,
        source_id=occasion.source_id,
        occasion=occasion.on,
        snoozes=0,
        **Due.by_day(occasion.due_on).columns(),
    )
    changes = uow.add(task)
    await uow.flush()
    tell(uow, TaskCreated, task, changes, audience, new=True)


async def move(uow: UnitOfWork, task: Task, *, on: date, due_on: date, audience: Audience) -> None:
    """Move an open task with its date; one that was put off is due by the new date again."""
    changes = uow.change(task, occasion=on, **Due.by_day(due_on).columns())
    if changes:
        await uow.flush()
        tell(uow, TaskMoved, task, changes, audience)


async def cancel(uow: UnitOfWork, task: Task, *, audience: Audience) -> None:
    """Cancel an open task whose date is gone."""
    changes = uow.change(task, state=TaskState.CANCELLED.value, cancelled_at=now())
    await uow.flush()
    tell(uow, TaskCancelled, task, changes, audience)
