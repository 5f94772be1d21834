"""What happens to notes, their templates and categories."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class NoteEvent(Event):
    """Something that happened to a note."""

    entity: ClassVar[str] = "note"


@dataclass(frozen=True, kw_only=True)
class NoteWritten(NoteEvent):
    """A note was written."""

    name: ClassVar[str] = "note.written"


@dataclass(frozen=True, kw_only=True)
class NoteUpdated(NoteEvent):
    """A note's words, category, priority, tags or follow-up changed."""

    name: ClassVar[str] = "note.updated"


@dataclass(frozen=True, kw_only=True)
class NoteAccessChanged(NoteEvent):
    """Other people than before may see a note."""

    name: ClassVar[str] = "note.access_changed"


@dataclass(frozen=True, kw_only=True)
class NoteAttached(NoteEvent):
    """A document belongs to a note."""

    name: ClassVar[str] = "note.document_attached"


@dataclass(frozen=True, kw_only=True)
class NoteDetached(NoteEvent):
    """A document does not belong to that note any more."""

    name: ClassVar[str] = "note.document_detached"


@dataclass(frozen=True, kw_only=True)
class NoteDeleted(NoteEvent):
    """A note was deleted; its record stays and can be restored."""

    name: ClassVar[str] = "note.deleted"


@dataclass(frozen=True, kw_only=True)
class NoteRestored(NoteEvent):
    """A deleted note is back."""

    name: ClassVar[str] = "note.restored"


@dataclass(frozen=True, kw_only=True)
class NoteCategoryCreated(Event):
    """A centre has a category of notes of its own."""

    name: ClassVar[str] = "note_category.created"
    entity: ClassVar[str] = "notecategory"


@dataclass(frozen=True, kw_only=True)
class NoteCategoryUpdated(Event):
    """A category of notes has another name, or takes new notes or none."""

    name: ClassVar[str] = "note_category.updated"
    entity: ClassVar[str] = "notecategory"


@dataclass(frozen=True, kw_only=True)
class NoteTemplateCreated(Event):
    """A centre has a template of notes."""

    name: ClassVar[str] = "note_template.created"
    entity: ClassVar[str] = "notetemplate"


@dataclass(frozen=True, kw_only=True)
class NoteTemplateUpdated(Event):
    """A template of notes changed, or retired."""

    name: ClassVar[str] = "note_template.updated"
    entity: ClassVar[str] = "notetemplate"
