"""Changes what a note says, and who sees it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Forbidden, Invalid
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.tags import read_tags
from cma_graphql.domain.cases.models import Priority
from cma_graphql.domain.cases.services import audience_of
from cma_graphql.domain.notes.events import NoteAccessChanged, NoteUpdated
from cma_graphql.domain.notes.models import Note, NoteCategory
from cma_graphql.domain.notes.policy import require_category, require_unlocked, require_words_are_own
from cma_graphql.domain.notes.reading import read_body, read_follow_up
from cma_graphql.domain.notes.selectors import confidentiality_of_note
from cma_graphql.domain.notes.services.write import check_access
from cma_graphql.domain.notes.taking import Taken, audience_of_note, take_note, tell_of_note
from cma_graphql.persistence.unit_of_work import UnitOfWork


class NoteEdits(TypedDict, total=False):
    """The fields that an update states: an absent one stays as it is, None empties it."""

    body: str
    category_id: UUID
    priority: Priority
    tags: Sequence[str]
    follow_up_on: date | None


_WORDS = frozenset({"body", "category_id"})
"""What only its author changes, and only until the note is locked."""


async def update_note(uow: UnitOfWork, *, note_id: UUID, version: int, edits: NoteEdits) -> UUID:
    """Change the stated fields of a note.

    Its words and category are its author's, until it is locked; priority, tags and follow-up are everybody's who
    writes notes there. Raises Forbidden, NotFound, Conflict, Invalid, InvalidInput.
    """
    taken = await take_note(uow, note_id, version=version, ended=True)
    if not _WORDS.isdisjoint(edits):
        require_words_are_own(uow.actor, taken.note.created_by)
        require_unlocked(taken.note.created_at)
    changes = uow.change(taken.note, **await _read(uow, taken.note, edits))
    if changes:
        await tell_of_note(uow, NoteUpdated, taken, changes)
    return note_id


async def _read(uow: UnitOfWork, note: Note, edits: NoteEdits) -> Mapping[str, Any]:
    given: Mapping[str, Any] = edits
    faults, columns = Faults(), dict[str, Any]()
    for name in ("body", "category_id", "priority", "tags"):
        if name in given and given[name] is None:
            faults.add(name, "blank", "This may not be empty.", minimum=1)
    if given.get("body") is not None:
        columns["body"] = faults.read("body", read_body, given["body"])
    if given.get("tags") is not None:
        columns["tags"] = faults.read("tags", read_tags, given["tags"])
    if given.get("priority") is not None:
        columns["priority"] = given["priority"].value
    if "follow_up_on" in given:
        day = given["follow_up_on"]
        columns["follow_up_on"] = day if day == note.follow_up_on else faults.read("follow_up_on", read_follow_up, day)
    if given.get("category_id") is not None:
        category = await uow.get(NoteCategory, given["category_id"], field="category_id")
        require_category(uow.actor, legal=category.legal)
        if not category.active and category.id != note.category_id:
            faults.add("category_id", "retired", "New notes are not written in this category any more.")
        columns["category_id"] = category.id
    faults.raise_any()
    return columns


async def set_note_access(
    uow: UnitOfWork,
    *,
    note_id: UUID,
    version: int,
    confidential: bool | None = None,
    visible_to_client: bool | None = None,
) -> UUID:
    """Settle who sees a note, also a locked one; None leaves a thing as it is.

    Raises Forbidden, NotFound, Conflict, Invalid (rule `corrects-confidential`), InvalidInput.
    """
    taken = await take_note(uow, note_id, version=version, ended=True)
    note = taken.note
    wanted = {
        "confidential": note.confidential if confidential is None else confidential,
        "visible_to_client": note.visible_to_client if visible_to_client is None else visible_to_client,
    }
    faults = Faults()
    check_access(faults, case_id=note.case_id, **wanted)
    faults.raise_any()
    before = await audience_of_note(uow, taken)
    if wanted["confidential"] and not note.confidential:
        await _require_confided_in(uow, taken)
    if note.confidential and not wanted["confidential"]:
        await _require_corrects_nothing_confidential(uow, note)
    changes = uow.change(note, **wanted)
    if changes:
        await tell_of_note(uow, NoteAccessChanged, taken, changes, before=before)
    return note_id


async def _require_confided_in(uow: UnitOfWork, taken: Taken) -> None:
    """Raise Forbidden where somebody would hide another's note from themselves."""
    actor, case = uow.actor, taken.place.case
    if actor.sight is Sight.EVERYTHING or actor.user_id == taken.note.created_by or case is None:
        return
    if not actor.sight.confided_in or actor.user_id not in (await audience_of(uow, case)).user_ids:
        raise Forbidden(
            Permission.NOTE_READ_CONFIDENTIAL.name, "Its author, or an advisor of the case, makes a note confidential."
        )


async def _require_corrects_nothing_confidential(uow: UnitOfWork, note: Note) -> None:
    """Raise Invalid where others would read what corrects a confidential note; also one that is deleted, or hidden."""
    if note.corrects_id is None:
        return
    corrected = await uow.one(confidentiality_of_note, note_id=note.corrects_id)
    if corrected is not None and corrected["confidential"]:
        raise Invalid("confidential", "corrects-confidential", "What corrects a confidential note is confidential.")
