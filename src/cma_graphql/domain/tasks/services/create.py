"""Makes a task by hand."""

from datetime import date, datetime
from uuid import UUID

from cma_graphql.core.errors import Invalid
from cma_graphql.core.faults import Faults
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import Priority
from cma_graphql.domain.notes.taking import take_place
from cma_graphql.domain.tasks.assigning import require_fit
from cma_graphql.domain.tasks.due import read_due
from cma_graphql.domain.tasks.events import TaskCreated
from cma_graphql.domain.tasks.models import Task, TaskKind, TaskOrigin, TaskState
from cma_graphql.domain.tasks.reading import read_details, read_title
from cma_graphql.domain.tasks.taking import NOWHERE, Taken, place_audience, require_staff, tell_of_task
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def create_task(
    uow: UnitOfWork,
    *,
    title: str,
    kind: TaskKind = TaskKind.OTHER,
    details: str | None = None,
    priority: Priority = Priority.MEDIUM,
    due_on: date | None = None,
    due_at: datetime | None = None,
    case_id: UUID | None = None,
    client_id: UUID | None = None,
    assignee_id: UUID | None = None,
    for_advisor: bool = False,
) -> UUID:
    """Make a task on a case that has not ended, on a client, or on neither: the actor's own unless said.

    `for_advisor`: the case's advisor does it, whoever that is. Raises Forbidden, NotFound, Invalid, InvalidInput.
    """
    require_staff(uow)
    if case_id is not None and client_id is not None:
        raise Invalid("client_id", "one-place", "Name the case or the client: a case names its client itself.")
    place = NOWHERE
    if case_id is not None:
        place = await take_place(uow, case_id=case_id, client_id=case_id, field="case_id")
    elif client_id is not None:
        place = await take_place(uow, case_id=None, client_id=client_id, field="client_id")
    if for_advisor and (assignee_id is not None or case_id is None):
        raise Invalid("for_advisor", "for-advisor", "A task is its case's advisor's, or it is assigned to somebody.")
    faults = Faults()
    due = faults.read("due_on", read_due, due_on, due_at)
    task = Task(
        id=new_id(),
        case_id=case_id,
        client_id=None if place is NOWHERE else place.client_id,
        title=faults.read("title", read_title, title) or "",
        details=faults.read("details", read_details, details),
        kind=kind.value,
        priority=priority.value,
        assignee_id=None if for_advisor else assignee_id or uow.actor.user_id,
        confidential=False,
        state=TaskState.OPEN.value,
        origin=TaskOrigin.HAND.value,
        snoozes=0,
        **({} if due is None else due.columns()),
    )
    faults.raise_any()
    if assignee_id is not None and assignee_id != uow.actor.user_id:
        await require_fit(uow, assignee_id, await place_audience(uow, place), field="assignee_id")
    await tell_of_task(uow, TaskCreated, Taken(task, place), uow.add(task), new=True)
    return task.id
