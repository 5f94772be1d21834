"""Writing notes, changing them, settling who sees them, attaching documents, deleting and restoring them."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.casework import notes as casework
from cma_graphql.domain.notes.selectors import deleted_notes_by_id
from cma_graphql.domain.notes.services import attachments, update
from cma_graphql.graph.cases.enums import Priority
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id, read_ids
from cma_graphql.graph.notes.types import DeletedNote, Note
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.writing import MutationInput, given_fields, reread, write


@strawberry.input(description="Which note to change, as you last read it.")
class NoteInput(MutationInput):
    """The part that inputs about one note share."""

    id: strawberry.ID = strawberry.field(description="The note.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.type(description="What a mutation of a note answers.")
class NotePayload(Payload):
    """The part that payloads with a note share."""

    note: Note | None = strawberry.field(
        default=None,
        description="The note as it is now; null where it was refused, or is out of the viewer's sight.",
    )


@strawberry.input(description="A note to write, on a case or on a client.")
class NoteWriteInput(MutationInput):
    """A new note."""

    case_id: strawberry.ID | None = strawberry.field(default=None, description="The case; this or the client.")
    client_id: strawberry.ID | None = strawberry.field(
        default=None, description="The client, for what belongs to no case; this or the case."
    )
    appointment_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The appointment that it is about: the note is on its case, or on its client where it has none.",
    )
    category_id: strawberry.ID = strawberry.field(description="The category, one that the centre uses.")
    body: str = strawberry.field(description="Its words, up to 20,000 characters.")
    priority: Priority = strawberry.field(default=Priority.MEDIUM, description="How soon it needs attention.")
    tags: list[str] = strawberry.field(
        default_factory=list, description="Words by which it is found: at most 20, of at most 40 characters."
    )
    confidential: bool = strawberry.field(
        default=False,
        description="Whether only you, advisors whose own case it is, managers and compliance officers see it.",
    )
    visible_to_client: bool = strawberry.field(default=False, description="Whether the client sees it in the portal.")
    follow_up_on: date | None = strawberry.field(
        default=None, description="The day on which to come back to it, today or later: it makes a task of yours."
    )
    corrects_id: strawberry.ID | None = strawberry.field(
        default=None, description="An earlier note on the same case or client that this one corrects or adds to."
    )
    document_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Documents of the case that belong to it: at most 20."
    )


@strawberry.type(description="The new note.")
class NoteWritePayload(NotePayload):
    """What noteWrite answers."""


@strawberry.input(description="What to change of a note; an absent field stays as it is, a null empties it.")
class NoteUpdateInput(NoteInput):
    """Changes of a note."""

    body: strawberry.Maybe[str] = strawberry.field(
        description="Its words, up to 20,000 characters: its author's, until it is locked."
    )
    category_id: strawberry.Maybe[strawberry.ID] = strawberry.field(
        description="The category: its author's, until it is locked."
    )
    priority: strawberry.Maybe[Priority] = strawberry.field(description="How soon it needs attention.")
    tags: strawberry.Maybe[list[str]] = strawberry.field(
        description="Words by which it is found: at most 20, of at most 40 characters."
    )
    follow_up_on: strawberry.Maybe[date | None] = strawberry.field(
        description="The day on which to come back to it: its task moves with it; null cancels that."
    )


@strawberry.type(description="The changed note.")
class NoteUpdatePayload(NotePayload):
    """What noteUpdate answers."""


@strawberry.input(description="Who sees a note from now on; an absent field stays as it is.")
class NoteSetAccessInput(NoteInput):
    """Who sees a note."""

    confidential: bool | None = strawberry.field(
        default=None,
        description="Whether only its author, advisors whose own case it is, managers and compliance officers see it.",
    )
    visible_to_client: bool | None = strawberry.field(
        default=None, description="Whether the client sees it in the portal."
    )


@strawberry.type(description="The note with its new access.")
class NoteSetAccessPayload(NotePayload):
    """What noteSetAccess answers."""


@strawberry.input(description="A note, and a document of the same case.")
class NoteDocumentInput(NoteInput):
    """A note and a document."""

    document_id: strawberry.ID = strawberry.field(description="The document.")


@strawberry.input(description="A document that belongs to a note.")
class NoteAttachInput(NoteDocumentInput):
    """An attachment to make."""


@strawberry.type(description="The note with its documents.")
class NoteAttachPayload(NotePayload):
    """What noteAttach answers."""


@strawberry.input(description="A document that does not belong to a note any more.")
class NoteDetachInput(NoteDocumentInput):
    """An attachment to end."""


@strawberry.type(description="The note with its documents.")
class NoteDetachPayload(NotePayload):
    """What noteDetach answers."""


@strawberry.input(description="A note to delete.")
class NoteDeleteInput(NoteInput):
    """A note to delete."""

    reason: str = strawberry.field(description="Why it is deleted, in up to 500 characters.")


@strawberry.type(description="What deleting a note answers.")
class NoteDeletePayload(Payload):
    """What noteDelete answers."""

    deleted_note: DeletedNote | None = strawberry.field(
        default=None, description="What one needs to know to restore it; null where it was refused."
    )


@strawberry.input(description="A deleted note to bring back.")
class NoteRestoreInput(NoteInput):
    """A note to restore."""


@strawberry.type(description="The restored note.")
class NoteRestorePayload(NotePayload):
    """What noteRestore answers."""


P = TypeVar("P", bound=NotePayload)


def _on(given: NoteInput) -> dict[str, Any]:
    """Answer which note an input is about, as services take it; raise NotFound for an id of something else."""
    return {"note_id": read_id("note", given.id), "version": given.expected_version}


def _optional(prefix: str, text: strawberry.ID | None, field: str) -> UUID | None:
    return None if text is None else read_id(prefix, text, field=field)


async def _answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[UUID]], given: MutationInput, **arguments: Any
) -> P:
    """Call a service in a unit of work; answer its note as it is afterwards."""
    outcome = await write(info, service, given, **arguments)
    (note_id,) = outcome.subject_ids
    return payload(note=await reread(info, Note, note_id), replayed=outcome.replayed)


@strawberry.type
class NoteMutations:
    """What can be done with notes."""

    @mutation(
        requires=Permission.NOTE_WRITE,
        description="Write a note on a case, or on a client without one; on an ended case, too. Compliance officers "
        "write legal notes.",
    )
    async def note_write(
        self, info: Info, input: Annotated[NoteWriteInput, strawberry.argument(description="The note.")]
    ) -> NoteWritePayload:
        """Write a note."""
        return await _answer(
            info,
            NoteWritePayload,
            casework.write_note,
            input,
            case_id=_optional("case", input.case_id, "case_id"),
            client_id=_optional("client", input.client_id, "client_id"),
            appointment_id=_optional("appointment", input.appointment_id, "appointment_id"),
            category_id=read_id("notecategory", input.category_id, field="category_id"),
            body=input.body,
            priority=input.priority,
            tags=input.tags,
            confidential=input.confidential,
            visible_to_client=input.visible_to_client,
            follow_up_on=input.follow_up_on,
            corrects_id=_optional("note", input.corrects_id, "corrects_id"),
            document_ids=read_ids("document", input.document_ids, field="document_ids"),
        )

    @mutation(
        requires=Permission.NOTE_WRITE,
        description="Change a note. Its words stay as they are from a day after it was written on; what is to be said "
        "then is a further note with `correctsId`.",
    )
    async def note_update(
        self, info: Info, input: Annotated[NoteUpdateInput, strawberry.argument(description="The changes.")]
    ) -> NoteUpdatePayload:
        """Change a note."""
        edits = given_fields(input, *update.NoteEdits.__optional_keys__)
        if edits.get("category_id") is not None:
            edits["category_id"] = read_id("notecategory", edits["category_id"], field="category_id")
        return await _answer(info, NoteUpdatePayload, casework.update_note, input, **_on(input), edits=edits)

    @mutation(
        requires=Permission.NOTE_WRITE,
        description="Settle who sees a note, also a locked one: whether it is confidential, whether the client does.",
    )
    async def note_set_access(
        self, info: Info, input: Annotated[NoteSetAccessInput, strawberry.argument(description="Who sees it.")]
    ) -> NoteSetAccessPayload:
        """Change who sees a note."""
        return await _answer(
            info,
            NoteSetAccessPayload,
            casework.set_note_access,
            input,
            **_on(input),
            confidential=input.confidential,
            visible_to_client=input.visible_to_client,
        )

    @mutation(requires=Permission.NOTE_WRITE, description="Say that a document of its case belongs to a note.")
    async def note_attach(
        self, info: Info, input: Annotated[NoteAttachInput, strawberry.argument(description="The two.")]
    ) -> NoteAttachPayload:
        """Attach a document."""
        document_id = read_id("document", input.document_id, field="document_id")
        return await _answer(
            info, NoteAttachPayload, attachments.attach_document, input, **_on(input), document_id=document_id
        )

    @mutation(requires=Permission.NOTE_WRITE, description="Say that a document does not belong to a note any more.")
    async def note_detach(
        self, info: Info, input: Annotated[NoteDetachInput, strawberry.argument(description="The two.")]
    ) -> NoteDetachPayload:
        """End an attachment."""
        document_id = read_id("document", input.document_id, field="document_id")
        return await _answer(
            info, NoteDetachPayload, attachments.detach_document, input, **_on(input), document_id=document_id
        )

    @mutation(
        requires=Permission.NOTE_WRITE,
        description="Delete a note: its author until it is locked, a manager at any time. Its record stays.",
    )
    async def note_delete(
        self, info: Info, input: Annotated[NoteDeleteInput, strawberry.argument(description="The note.")]
    ) -> NoteDeletePayload:
        """Delete a note."""
        outcome = await write(info, casework.delete_note, input, **_on(input), reason=input.reason)
        (record,) = await deleted_notes_by_id(info.context.reader, outcome.subject_ids)
        return NoteDeletePayload(deleted_note=wrapped(DeletedNote, record, info.context), replayed=outcome.replayed)

    @mutation(
        requires=Permission.NOTE_WRITE,
        description="Bring back a deleted note, one of `deletedNotes`: managers do.",
    )
    async def note_restore(
        self, info: Info, input: Annotated[NoteRestoreInput, strawberry.argument(description="The note.")]
    ) -> NoteRestorePayload:
        """Restore a note."""
        return await _answer(info, NoteRestorePayload, casework.restore_note, input, **_on(input))
