"""Takes a task for a change, its case or client first (decision 37), and tells of it to those who see it."""

from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Forbidden, NotFound
from cma_graphql.core.events import Audience, Changes, Event
from cma_graphql.domain.cases.services import audience_of
from cma_graphql.domain.clients.audience import audience_of_client
from cma_graphql.domain.notes.taking import Place, beside_in_team, take_place
from cma_graphql.domain.tasks.audience import audience_on
from cma_graphql.domain.tasks.models import Task
from cma_graphql.domain.tasks.selectors import place_of_task
from cma_graphql.persistence.unit_of_work import UnitOfWork

NOWHERE = Place(None, None)
"""What a task of nobody's case hangs on."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A locked task, and what it hangs on, locked before it."""

    task: Task
    place: Place


def require_staff(uow: UnitOfWork) -> None:
    """Raise Forbidden for those who write no notes, and for a client of the portal, to whom tasks are not shown."""
    if uow.actor.kind is ActorKind.CLIENT:
        raise Forbidden(Permission.NOTE_WRITE.name, "The centre's staff do this: tell your advisor.")
    uow.actor.require(Permission.NOTE_WRITE)


async def take_task(uow: UnitOfWork, task_id: UUID, *, version: int) -> Taken:
    """Lock a task that the actor sees, on a case or client where they may write; also where the case has ended.

    Raises Forbidden, NotFound, Conflict, Invalid.
    """
    require_staff(uow)
    found = await uow.one(place_of_task, task_id=task_id)
    if found is None:
        raise NotFound("id")
    place = NOWHERE
    if found["client_id"] is not None:
        place = await take_place(uow, case_id=found["case_id"], client_id=found["client_id"], ended=True)
    return Taken(await uow.lock(Task, task_id, version=version), place)


async def place_audience(uow: UnitOfWork, place: Place) -> Audience | None:
    """Tell who sees what a task hangs on; None for nothing."""
    if place.case is not None:
        return await audience_of(uow, place.case)
    return None if place.client is None else await audience_of_client(uow, place.client)


async def audience_of_task(uow: UnitOfWork, taken: Taken) -> Audience:
    """Tell who sees a task besides those who see the whole centre: never more than its record rule says."""
    task, case = taken.task, taken.place.case
    beside = None
    if task.confidential and task.assignee_id is not None and case is not None:
        beside = await beside_in_team(uow, case, task.assignee_id)
    people = [task.created_by, *([] if task.assignee_id is None else [task.assignee_id])]
    place = await place_audience(uow, taken.place)
    return audience_on(
        place, confidential=task.confidential, assignee_id=task.assignee_id, beside=beside, people=people
    )


async def tell_of_task(
    uow: UnitOfWork,
    event: type[Event],
    taken: Taken,
    changes: Changes,
    *,
    before: Audience | None = None,
    new: bool = False,
) -> None:
    """Record what happened to a task, for those who see it; `before`: who saw it then, where that changed."""
    await uow.flush()
    tell(uow, event, taken.task, changes, await audience_of_task(uow, taken), before=before, new=new)


def tell(
    uow: UnitOfWork,
    event: type[Event],
    task: Task,
    changes: Changes,
    audience: Audience,
    *,
    before: Audience | None = None,
    new: bool = False,
) -> None:
    """Record what happened to a task, which has been sent, for an audience that the caller knows."""
    uow.record(
        event(subject_id=task.id, case_id=task.case_id, client_id=task.client_id, version=task.version),
        changes=changes,
        before=None if new else before or audience,
        after=audience,
    )
