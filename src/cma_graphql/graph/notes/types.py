"""Note, its category and templates, as the schema shows them."""

from dataclasses import asdict
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments.note_selectors import appointments_of_notes
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.notes import policy, selectors
from cma_graphql.domain.notes.placeholders import PLACEHOLDERS
from cma_graphql.domain.users.selectors import memberships_by_id, memberships_by_optional_id
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.cases.enums import Priority
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type, write_id
from cma_graphql.graph.notes.relations import notes_by
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import AppointmentRef, CaseRef, ClientRef, DocumentRef, MembershipRef, NoteRef
from cma_graphql.persistence.reads import aligned_optional


@node_type(table="note_categories", load=selectors.categories_by_id, requires=Permission.REFERENCE_READ)
@strawberry.type(description="What a note is about: of the network's list, or the centre's own.")
class NoteCategory(Node):
    """One of the centre's categories of notes."""

    prefix: ClassVar[str] = "notecategory"

    code: str = strawberry.field(description="Its stable code, such as `CREDITOR_CONTACT`.")
    name: str = strawberry.field(description="What it is called.")
    description: str = strawberry.field(description="What is written in it.")
    legal: bool = strawberry.field(description="Whether only managers and compliance officers write in it.")
    active: bool = strawberry.field(description="Whether new notes may be of this category.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")

    notes = notes_by("category_id", "The notes of this category that the viewer sees.")


@strawberry.type(description="A name that stands in a template for something of the case.")
class NotePlaceholder:
    """One placeholder."""

    name: str = strawberry.field(description="Its name; a template writes it between two pairs of braces.")
    description: str = strawberry.field(description="What is put in its place.")


def placeholders() -> list[NotePlaceholder]:
    """List what templates may ask for."""
    return [NotePlaceholder(name=name, description=description) for name, description in PLACEHOLDERS.items()]


@node_type(table="note_templates", load=selectors.templates_by_id, requires=Permission.NOTE_WRITE)
@strawberry.type(description="A text to begin notes with.")
class NoteTemplate(Node):
    """One of the centre's templates of notes."""

    prefix: ClassVar[str] = "notetemplate"

    name: str = strawberry.field(description="What it is called.")
    body: str = strawberry.field(description="Its words, with placeholders such as `{{case_number}}`.")
    priority: Priority = strawberry.field(description="The priority that notes begin with.")
    tags: list[str] = strawberry.field(description="The tags that notes begin with.")
    active: bool = strawberry.field(description="Whether it is in use.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    category_id: strawberry.Private[UUID]

    @relation(description="The category that notes begin with.", requires=Permission.REFERENCE_READ, reads=())
    async def category(templates: list["NoteTemplate"], info: Info) -> list[NoteCategory | None]:
        """Answer each template's category."""
        return await selectors.categories_by_id(info.context.reader, [it.category_id for it in templates])  # type: ignore[return-value]


@strawberry.type(description="What a template says of a case: a note to go on writing. Nothing is kept of it.")
class NoteDraft:
    """A note that is not written yet."""

    template: NoteTemplate = strawberry.field(description="The template, with its category, priority and tags.")
    body: str = strawberry.field(description="Its words, the placeholders filled from the case.")


@strawberry.type(description="What the viewer may do with a note, by right.")
class NoteViewerCan:
    """The viewer's rights over one note."""

    edit: bool = strawberry.field(description="Change its words and category: its author, until it is locked.")
    delete: bool = strawberry.field(description="Delete it: its author until it is locked, a manager at any time.")


@node_type(table="notes", load=selectors.notes_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="What was said, done or found, written down on a case or on a client.")
class Note(Node):
    """One note."""

    prefix: ClassVar[str] = "note"
    client_column: ClassVar[str | None] = "client_id"

    body: str = strawberry.field(description="Its words.")
    priority: Priority = strawberry.field(description="How soon it needs attention.")
    tags: list[str] = strawberry.field(description="Words by which it is found, in order.")
    confidential: bool = strawberry.field(
        description="Whether only its author, advisors whose own case it is, managers and compliance officers see it."
    )
    visible_to_client: bool = strawberry.field(description="Whether the client sees it in the portal.")
    follow_up_on: date | None = strawberry.field(description="The day on which it is to be come back to.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    created_at: strawberry.Private[datetime]
    case_id: strawberry.Private[UUID | None]
    client_id: strawberry.Private[UUID]
    category_id: strawberry.Private[UUID]
    corrects_id: strawberry.Private[UUID | None]
    created_by: strawberry.Private[UUID]
    author_there: strawberry.Private[str | None]
    documents_there: strawberry.Private[list[str] | None]

    @strawberry.field(description="When it was written.")
    def written_at(self) -> datetime:
        """Tell when."""
        return self.created_at

    @strawberry.field(description="From when its words stay as they are: a day after it was written.")
    def locked_at(self) -> datetime:
        """Tell from when."""
        return policy.locked_at(self.created_at)

    @relation(description="What it is about.", requires=Permission.REFERENCE_READ, reads=())
    async def category(notes: list["Note"], info: Info) -> list[NoteCategory | None]:
        """Answer each note's category."""
        return await selectors.categories_by_id(info.context.reader, [note.category_id for note in notes])  # type: ignore[return-value]

    @relation(
        description="The case it is on; null where it is on a client alone.", requires=Permission.CASE_READ, reads=()
    )
    async def case(notes: list["Note"], info: Info) -> list[CaseRef | None]:
        """Answer each note's case."""
        found = iter(await cases_by_id(reader_for(info), [key for note in notes if (key := note.case_id) is not None]))
        return [None if note.case_id is None else next(found) for note in notes]

    @relation(description="The client it is about.", requires=Permission.CLIENT_READ, reads=())
    async def client(notes: list["Note"], info: Info) -> list[ClientRef | None]:
        """Answer each note's client."""
        return await clients_by_id(reader_for(info), [note.client_id for note in notes])

    @relation(description="Who wrote it.", requires=Permission.USER_READ, reads=())
    async def author(notes: list["Note"], info: Info) -> list[MembershipRef | None]:
        """Answer who wrote each note."""
        return await memberships_by_id(reader_for(info), [note.created_by for note in notes])

    @relation(
        description="Who wrote it at the centre that the case came from, by name; null where it was written here.",
        requires=Permission.USER_READ,
        reads=(),
    )
    async def author_elsewhere(notes: list["Note"], info: Info) -> list[str | None]:  # noqa: ARG002 - a relation's arguments
        """Answer who wrote each note elsewhere."""
        return [note.author_there for note in notes]

    @relation(
        description="What the documents are called that belong to it at the centre that the case came from.",
        requires=Permission.DOCUMENT_ACCESS,
        size=1,
        reads=(),
    )
    async def documents_elsewhere(notes: list["Note"], info: Info) -> list[list[str] | None]:  # noqa: ARG002 - a relation's arguments
        """Answer what each note's documents elsewhere are called."""
        return [note.documents_there or [] for note in notes]

    @relation(description="The earlier note that it corrects or adds to; null where the viewer does not see that one.")
    async def corrects(notes: list["Note"], info: Info) -> list[NoteRef | None]:
        """Answer which note each corrects."""
        return await aligned_optional(info.context.reader, selectors.notes_by_key, [note.corrects_id for note in notes])

    @relation(description="The later notes that correct it or add to it, those that the viewer sees.", size=2, reads=())
    async def corrections(notes: list["Note"], info: Info) -> list[list[NoteRef]]:
        """Answer what corrects each note."""
        return await selectors.corrections_of_notes(info.context.reader, [note.key for note in notes])

    @relation(
        description="The documents that belong to it, those that the viewer sees; at most 20.",
        requires=Permission.DOCUMENT_ACCESS,
        size=2,
        reads=(),
    )
    async def documents(notes: list["Note"], info: Info) -> list[list[DocumentRef] | None]:
        """Answer each note's documents."""
        return await selectors.documents_of_notes(reader_for(info), [note.key for note in notes])  # type: ignore[return-value]

    @relation(
        description="The appointment that it is about; null where the viewer does not see that one.",
        requires=Permission.CASE_READ,
        reads=(),
    )
    async def appointment(notes: list["Note"], info: Info) -> list[AppointmentRef | None]:
        """Answer each note's appointment."""
        return await appointments_of_notes(reader_for(info), [note.key for note in notes])

    @relation(description="What the viewer may do with it.")
    async def viewer_can(notes: list["Note"], info: Info) -> list[NoteViewerCan]:
        """Answer the viewer's rights over each note."""
        facts = [policy.NoteFacts(author_id=note.created_by, written_at=note.created_at) for note in notes]
        return [NoteViewerCan(**asdict(right)) for right in policy.rights_over(info.context.reader, facts)]

    history = history_by("subject_id")


@strawberry.type(description="A deleted note: what one needs to know to restore it.")
class DeletedNote(FromRecord):
    """One deleted note."""

    client_column: ClassVar[str | None] = "client_id"

    deletion_reason: str | None = strawberry.field(description="Why it was deleted.")
    deleted_at: datetime = strawberry.field(description="When it was deleted.")
    version: int = strawberry.field(description="Send it back as `expectedVersion` to restore the note.")
    key: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID]
    created_at: strawberry.Private[datetime]
    created_by: strawberry.Private[UUID]
    deleted_by: strawberry.Private[UUID | None]

    @strawberry.field(description="The note's id, the same as before and after.")
    def id(self) -> strawberry.ID:
        """Write the id."""
        return write_id("note", self.key)

    @strawberry.field(description="When it was written.")
    def written_at(self) -> datetime:
        """Tell when."""
        return self.created_at

    @relation(description="Who wrote it.", requires=Permission.USER_READ)
    async def author(notes: list["DeletedNote"], info: Info) -> list[MembershipRef | None]:
        """Answer who wrote each note."""
        return await memberships_by_id(reader_for(info), [note.created_by for note in notes])

    @relation(description="Who deleted it.", requires=Permission.USER_READ)
    async def deleter(notes: list["DeletedNote"], info: Info) -> list[MembershipRef | None]:
        """Answer who deleted each note."""
        return await memberships_by_optional_id(reader_for(info), [note.deleted_by for note in notes])
