"""Deletes a note so that its record stays, and restores it."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Forbidden
from cma_graphql.core.faults import read_field
from cma_graphql.domain.notes.events import NoteDeleted, NoteRestored
from cma_graphql.domain.notes.policy import manages, require_may_delete
from cma_graphql.domain.notes.reading import read_reason
from cma_graphql.domain.notes.taking import audience_of_note, take_note, tell_of_note
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def delete_note(uow: UnitOfWork, *, note_id: UUID, version: int, reason: str) -> UUID:
    """Delete a note: a manager any, an author an own one until it is locked.

    Raises Forbidden, NotFound, Conflict, Invalid.
    """
    taken = await take_note(uow, note_id, version=version, ended=True)
    note = taken.note
    require_may_delete(uow.actor, author_id=note.created_by, written_at=note.created_at)
    said = read_field("reason", read_reason, reason)
    before = await audience_of_note(uow, taken)
    changes = {**uow.soft_delete(note), **uow.change(note, deletion_reason=said)}
    await tell_of_note(uow, NoteDeleted, taken, changes, before=before, gone=True)
    return note_id


async def restore_note(uow: UnitOfWork, *, note_id: UUID, version: int) -> UUID:
    """Bring a deleted note back as it was: managers. Raises Forbidden, NotFound, Conflict, Invalid."""
    uow.actor.require(Permission.NOTE_WRITE)
    if not manages(uow.actor):
        raise Forbidden(Permission.NOTE_WRITE.name, "A manager brings a deleted note back.")
    taken = await take_note(uow, note_id, version=version, ended=True, deleted=True)
    changes = uow.change(taken.note, deleted_at=None, deleted_by=None, deletion_reason=None)
    await tell_of_note(uow, NoteRestored, taken, changes, new=True)
    return note_id
