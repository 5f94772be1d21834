"""Ends several tasks, gives them to somebody else, makes several: because of what becomes of a case or of a person."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.events import Audience, Changes
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import Priority
from cma_graphql.domain.tasks.audience import audience_on
from cma_graphql.domain.tasks.due import Due
from cma_graphql.domain.tasks.events import TaskAssigned, TaskCancelled, TaskCreated
from cma_graphql.domain.tasks.models import Task, TaskKind, TaskOrigin, TaskState
from cma_graphql.domain.tasks.selectors import teams_of_people
from cma_graphql.domain.tasks.taking import tell
from cma_graphql.persistence.alike import change_alike
from cma_graphql.persistence.unit_of_work import UnitOfWork

Places = Mapping[UUID | None, Audience]
"""Who sees each case or client that tasks hang on, by its key; what is not there hangs on neither, or is deleted."""


async def end_all(uow: UnitOfWork, tasks: Sequence[Task], *, reason: str, places: Places) -> None:
    """Cancel locked open tasks for a reason, by one statement."""
    teams = await _teams(uow, tasks)
    ended = {"state": TaskState.CANCELLED.value, "cancelled_at": now(), "cancel_reason": reason}
    for task, changes in await change_alike(uow, tasks, **ended):
        tell(uow, TaskCancelled, task, changes, _audience(task, places, teams))


async def give_all(
    uow: UnitOfWork, tasks: Sequence[Task], assignee_id: UUID | None, *, places: Places, before: Places | None = None
) -> None:
    """Have somebody else do locked open tasks, by one statement; None: their cases' advisors, whoever these are.

    `before` is who saw the places until now, where that was somebody else.
    """
    teams = await _teams(uow, tasks)
    saw = {task.id: _audience(task, before or places, teams) for task in tasks}
    given = await change_alike(uow, tasks, assignee_id=assignee_id)
    if assignee_id is not None:
        teams |= await _teams(uow, tasks)
    for task, changes in given:
        tell(uow, TaskAssigned, task, changes, _audience(task, places, teams), before=saw[task.id])


def new_task(
    *,
    title: str,
    kind: TaskKind,
    due: Due,
    case_id: UUID | None,
    client_id: UUID,
    assignee_id: UUID | None,
    details: str | None = None,
    priority: Priority = Priority.HIGH,
) -> Task:
    """Answer a task that asks somebody to look at something; None as assignee: the case's advisor."""
    return Task(
        id=new_id(),
        case_id=case_id,
        client_id=client_id,
        title=title,
        details=details,
        kind=kind.value,
        priority=priority.value,
        assignee_id=assignee_id,
        confidential=False,
        state=TaskState.OPEN.value,
        origin=TaskOrigin.HAND.value,
        snoozes=0,
        **due.columns(),
    )


async def add_all(uow: UnitOfWork, tasks: Sequence[Task], *, places: Places) -> None:
    """Add tasks, by one statement, and tell of each."""
    added: list[tuple[Task, Changes]] = [(task, uow.add(task)) for task in tasks]
    await uow.flush()
    for task, changes in added:
        tell(uow, TaskCreated, task, changes, _audience(task, places, frozenset()), new=True)


async def _teams(uow: UnitOfWork, tasks: Sequence[Task]) -> frozenset[tuple[UUID, UUID]]:
    """Answer who is in which team, of those who do confidential tasks: they may see the case as one of its team's."""
    people = {task.assignee_id for task in tasks if task.confidential and task.assignee_id is not None}
    found = await uow.all(teams_of_people, keys=sorted(people)) if people else ()
    return frozenset((row["user_id"], row["team_id"]) for row in found)


def _audience(task: Task, places: Places, teams: frozenset[tuple[UUID, UUID]]) -> Audience:
    place = places.get(task.case_id or task.client_id)
    if place is None and task.client_id is not None:
        return Audience(restricted=True)  # the case or the client is deleted: those who see the whole centre
    beside = None
    if task.assignee_id is not None and place is not None and place.team_id is not None and not place.restricted:
        beside = task.assignee_id if (task.assignee_id, place.team_id) in teams else None
    people = [task.created_by, *([] if task.assignee_id is None else [task.assignee_id])]
    return audience_on(
        place, confidential=task.confidential, assignee_id=task.assignee_id, beside=beside, people=people
    )
