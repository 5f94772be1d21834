"""Keeps the task of a note's follow-up in step with the note; called with the note's case or client locked."""

from uuid import UUID

from cma_graphql.core.events import Audience
from cma_graphql.domain.cases.models import Priority
from cma_graphql.domain.notes.models import Note
from cma_graphql.domain.notes.taking import Place, beside_in_team
from cma_graphql.domain.tasks import keeping_step
from cma_graphql.domain.tasks.audience import audience_on
from cma_graphql.domain.tasks.events import TaskUpdated
from cma_graphql.domain.tasks.keeping_step import Occasion
from cma_graphql.domain.tasks.models import RuleCode, Task, TaskKind, TaskOrigin, TaskState
from cma_graphql.domain.tasks.selectors import tasks_of_source
from cma_graphql.domain.tasks.taking import Taken, audience_of_task, place_audience, tell
from cma_graphql.persistence.unit_of_work import UnitOfWork

TITLE = "Follow up a note"
"""What such a task is called: nothing of the note's words, which others may see than see the task."""


async def keep_follow_up(uow: UnitOfWork, note: Note, place: Place) -> None:
    """Make, move or cancel the task of a note's follow-up, and hide it where the note is hidden.

    It is the author's. A follow-up that was done or cancelled by hand comes again only with another day. What has
    ended is hidden with its note, and not shown again with it: what came of it was said in confidence.
    """
    tasks = await uow.all(tasks_of_source, source_id=note.id, rule=RuleCode.NOTE_FOLLOW_UP.value)
    wanted = None if note.deleted_at is not None else note.follow_up_on
    open_one = next((row["key"] for row in tasks if row["state"] == TaskState.OPEN), None)
    if note.confidential:
        shown = [row["key"] for row in tasks if row["state"] != TaskState.OPEN and not row["confidential"]]
        for task in await uow.lock_all(Task, shown):
            await _show_as(uow, task, note, place)
    if open_one is not None:
        await _keep(uow, await uow.lock(Task, open_one), note, place)
    elif wanted is not None and all(row["occasion"] != wanted for row in tasks):
        occasion = Occasion(
            rule=RuleCode.NOTE_FOLLOW_UP,
            origin=TaskOrigin.FOLLOW_UP,
            kind=TaskKind.FOLLOW_UP,
            title=TITLE,
            priority=Priority(note.priority),
            source_id=note.id,
            case_id=note.case_id,
            client_id=note.client_id,
            on=wanted,
            due_on=wanted,
            assignee_id=note.created_by,
            confidential=note.confidential,
        )
        beside = await _beside(uow, note, place)
        around = await place_audience(uow, place)
        audience = audience_on(
            around,
            confidential=note.confidential,
            assignee_id=note.created_by,
            beside=beside,
            people=[note.created_by],
        )
        await keeping_step.begin(uow, occasion, audience)


async def _keep(uow: UnitOfWork, task: Task, note: Note, place: Place) -> None:
    audience = await _show_as(uow, task, note, place)
    if note.deleted_at is not None or note.follow_up_on is None:
        await keeping_step.cancel(uow, task, audience=audience)
    elif task.occasion != note.follow_up_on:
        await keeping_step.move(uow, task, on=note.follow_up_on, due_on=note.follow_up_on, audience=audience)


async def _show_as(uow: UnitOfWork, task: Task, note: Note, place: Place) -> Audience:
    """Have a task be as confidential as its note; answer who sees it then."""
    taken = Taken(task, place)
    before = await audience_of_task(uow, taken)
    changes = uow.change(task, confidential=note.confidential)
    audience = await audience_of_task(uow, taken)
    if changes:
        await uow.flush()
        tell(uow, TaskUpdated, task, changes, audience, before=before)
    return audience


async def _beside(uow: UnitOfWork, note: Note, place: Place) -> UUID | None:
    if not note.confidential or place.case is None:
        return None
    return await beside_in_team(uow, place.case, note.created_by)
