"""Notes together with the tasks of their follow-ups, and the appointments that they are about."""

from datetime import date
from typing import Any
from uuid import UUID

from cma_graphql.core.events import Change, Publicity
from cma_graphql.domain.appointments.note_links import link_note, place_of_note
from cma_graphql.domain.notes.models import Note
from cma_graphql.domain.notes.services import delete, update, write
from cma_graphql.domain.notes.services.update import NoteEdits
from cma_graphql.domain.notes.taking import take_place
from cma_graphql.domain.tasks.follow_ups import keep_follow_up
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def write_note(
    uow: UnitOfWork,
    *,
    case_id: UUID | None = None,
    client_id: UUID | None = None,
    appointment_id: UUID | None = None,
    follow_up_on: date | None = None,
    **given: Any,
) -> UUID:
    """Write a note; a follow-up makes a task of its author's.

    One about an appointment is on its case, or on its client where it has none, which need not be named then. Raises
    what `notes.services.write` does, NotFound and Invalid of the appointment.
    """
    also = None
    if appointment_id is not None:
        case_id, client_id = await place_of_note(uow, appointment_id, case_id=case_id, client_id=client_id)
        also = {"appointment_id": Change(None, appointment_id, Publicity.OPEN)}
    note_id = await write.write_note(
        uow, case_id=case_id, client_id=client_id, follow_up_on=follow_up_on, also=also, **given
    )
    if appointment_id is not None:
        await link_note(uow, appointment_id, note_id)
    if follow_up_on is not None:
        await _keep(uow, note_id)
    return note_id


async def update_note(uow: UnitOfWork, *, note_id: UUID, version: int, edits: NoteEdits) -> UUID:
    """Change a note; the task of its follow-up moves with it. Raises what `notes.services.update` does."""
    await update.update_note(uow, note_id=note_id, version=version, edits=edits)
    if "follow_up_on" in edits:
        await _keep(uow, note_id)
    return note_id


async def set_note_access(
    uow: UnitOfWork,
    *,
    note_id: UUID,
    version: int,
    confidential: bool | None = None,
    visible_to_client: bool | None = None,
) -> UUID:
    """Settle who sees a note, and the task of its follow-up. Raises what `notes.services.update` does."""
    await update.set_note_access(
        uow, note_id=note_id, version=version, confidential=confidential, visible_to_client=visible_to_client
    )
    if confidential is not None:
        await _keep(uow, note_id)
    return note_id


async def delete_note(uow: UnitOfWork, *, note_id: UUID, version: int, reason: str) -> UUID:
    """Delete a note; the task of its follow-up is cancelled. Raises what `notes.services.delete` does."""
    await delete.delete_note(uow, note_id=note_id, version=version, reason=reason)
    await _keep(uow, note_id, deleted=True)
    return note_id


async def restore_note(uow: UnitOfWork, *, note_id: UUID, version: int) -> UUID:
    """Bring a deleted note back; its follow-up stays cancelled. Raises what `notes.services.delete` does."""
    return await delete.restore_note(uow, note_id=note_id, version=version)


async def _keep(uow: UnitOfWork, note_id: UUID, *, deleted: bool = False) -> None:
    """Bring the follow-up of a note, which is locked by now, into step."""
    note = await uow.lock(Note, note_id, deleted=deleted)
    place = await take_place(uow, case_id=note.case_id, client_id=note.client_id, ended=True)
    await keep_follow_up(uow, note, place)
