"""Says which documents of its case belong to a note."""

from collections.abc import Sequence
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.core.events import Change, Publicity
from cma_graphql.core.ids import new_id
from cma_graphql.domain.documents.models import Document
from cma_graphql.domain.notes.events import NoteAttached, NoteDetached
from cma_graphql.domain.notes.models import NoteAttachment
from cma_graphql.domain.notes.selectors import attachments_of_note, number_of_notes_of_document
from cma_graphql.domain.notes.taking import Taken, take_note, tell_of_note
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_ATTACHMENTS = 20
"""How many documents belong to a note."""
MOST_NOTES = 100
"""How many notes a document belongs to."""


async def attach_all(uow: UnitOfWork, taken: Taken, document_ids: Sequence[UUID]) -> None:
    """Attach documents to a note that is being written. Raises NotFound, Invalid, LimitReached, Forbidden."""
    for document_id in dict.fromkeys(document_ids):
        await _attach(uow, taken, document_id, "document_ids")


async def attach_document(uow: UnitOfWork, *, note_id: UUID, version: int, document_id: UUID) -> UUID:
    """Attach a document of the same case to a note; nothing where it is attached already.

    Raises Forbidden, NotFound, Conflict, Invalid (rule `other-case`), LimitReached.
    """
    taken = await take_note(uow, note_id, version=version, ended=True)
    if await _attach(uow, taken, document_id, "document_id"):
        uow.touch(taken.note)
        await tell_of_note(uow, NoteAttached, taken, {"document_id": Change(None, document_id, Publicity.OPEN)})
    return note_id


async def detach_document(uow: UnitOfWork, *, note_id: UUID, version: int, document_id: UUID) -> UUID:
    """End an attachment; nothing where there is none. Raises as `attach_document` does."""
    taken = await take_note(uow, note_id, version=version, ended=True)
    await uow.get(Document, document_id, field="document_id")
    links = {row["document_id"]: row["key"] for row in await uow.all(attachments_of_note, note_id=note_id)}
    if document_id in links:
        link = await uow.lock(NoteAttachment, links[document_id])
        uow.change(link, detached_at=now(), detached_by=uow.actor.user_id)
        uow.touch(taken.note)
        await tell_of_note(uow, NoteDetached, taken, {"document_id": Change(document_id, None, Publicity.OPEN)})
    return note_id


async def _attach(uow: UnitOfWork, taken: Taken, document_id: UUID, field: str) -> bool:
    """Attach one that the actor sees; tell whether it was not attached before."""
    uow.actor.require(Permission.DOCUMENT_ACCESS)
    document = await uow.lock(Document, document_id, field=field)
    note = taken.note
    if note.case_id is None or document.case_id != note.case_id:
        raise Invalid(field, "other-case", "The document is not one of the note's case.")
    links = await uow.all(attachments_of_note, note_id=note.id)
    if any(link["document_id"] == document_id for link in links):
        return False
    counted = await uow.one(number_of_notes_of_document, document_id=document_id)
    if len(links) >= MOST_ATTACHMENTS:
        raise LimitReached("note-attachments", MOST_ATTACHMENTS)
    if counted is not None and counted["number"] >= MOST_NOTES:
        raise LimitReached("document-notes", MOST_NOTES)
    attachment = NoteAttachment(
        id=new_id(),
        note_id=note.id,
        document_id=document_id,
        client_id=note.client_id,
        attached_at=now(),
        attached_by=uow.actor.user_id,
    )
    uow.add_lines([attachment])
    return True
