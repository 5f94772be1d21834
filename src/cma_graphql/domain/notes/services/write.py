"""Writes a note on a case, or on a client."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from cma_graphql.core.errors import Invalid, NotFound
from cma_graphql.core.events import Changes
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.tags import read_tags
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import Priority
from cma_graphql.domain.notes.events import NoteWritten
from cma_graphql.domain.notes.models import Note, NoteCategory
from cma_graphql.domain.notes.policy import require_category
from cma_graphql.domain.notes.reading import read_body, read_follow_up
from cma_graphql.domain.notes.services.attachments import attach_all
from cma_graphql.domain.notes.taking import Place, Taken, take_place, tell_of_note
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def write_note(
    uow: UnitOfWork,
    *,
    category_id: UUID,
    body: str,
    case_id: UUID | None = None,
    client_id: UUID | None = None,
    priority: Priority = Priority.MEDIUM,
    tags: Sequence[str] = (),
    confidential: bool = False,
    visible_to_client: bool = False,
    follow_up_on: date | None = None,
    corrects_id: UUID | None = None,
    document_ids: Sequence[UUID] = (),
    also: Changes | None = None,
) -> UUID:
    """Write a note on a case, or on a client without one; on an ended case, too, where something is left to say.

    `corrects_id` is an earlier note in the same place, which stays as it is. `also` is what a later room has to tell
    of the note: what it links it to. Raises Forbidden, NotFound, Invalid,
    InvalidInput, LimitReached.
    """
    place = await _place(uow, case_id, client_id)
    category = await uow.get(NoteCategory, category_id, field="category_id")
    require_category(uow.actor, legal=category.legal)
    faults = Faults()
    note = Note(
        id=new_id(),
        case_id=case_id,
        client_id=place.client_id,
        category_id=category_id,
        corrects_id=corrects_id,
        priority=priority.value,
        body=faults.read("body", read_body, body) or "",
        tags=faults.read("tags", read_tags, tags) or [],
        confidential=confidential,
        visible_to_client=visible_to_client,
        follow_up_on=faults.read("follow_up_on", read_follow_up, follow_up_on),
    )
    if not category.active:
        faults.add("category_id", "retired", "New notes are not written in this category any more.")
    check_access(faults, case_id=case_id, confidential=confidential, visible_to_client=visible_to_client)
    faults.raise_any()
    if corrects_id is not None:
        await _require_beside(uow, note, corrects_id)
    changes = uow.add(note)
    taken = Taken(note, place)
    await uow.flush()
    await attach_all(uow, taken, document_ids)
    await tell_of_note(uow, NoteWritten, taken, {**changes, **(also or {})}, new=True)
    return note.id


def check_access(faults: Faults, *, case_id: UUID | None, confidential: bool, visible_to_client: bool) -> None:
    """Note where nobody could tell who is to see a note."""
    if confidential and visible_to_client:
        faults.add("visible_to_client", "confidential", "A confidential note is not shown to the client.")
    if confidential and case_id is None:
        faults.add("confidential", "without-case", "A confidential note is one on a case.")


async def _place(uow: UnitOfWork, case_id: UUID | None, client_id: UUID | None) -> Place:
    if (case_id is None) == (client_id is None):
        raise Invalid("case_id", "one-place", "A note is written on a case or on a client: name one of them.")
    if case_id is not None:
        return await take_place(uow, case_id=case_id, client_id=case_id, field="case_id", ended=True)
    if client_id is None:
        raise NotFound("client_id")
    return await take_place(uow, case_id=None, client_id=client_id, field="client_id")


async def _require_beside(uow: UnitOfWork, note: Note, corrects_id: UUID) -> None:
    """Raise unless the corrected note is one that the actor sees, in the same place; hidden where that one is."""
    corrected = await uow.get(Note, corrects_id, field="corrects_id")
    if (corrected.case_id, corrected.client_id) != (note.case_id, note.client_id):
        raise Invalid("corrects_id", "other-place", "The corrected note is on another case or client.")
    if corrected.confidential and not note.confidential:
        raise Invalid("confidential", "corrects-confidential", "What corrects a confidential note is confidential.")
