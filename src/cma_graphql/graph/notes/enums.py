"""The enums of lists of notes, with their descriptions."""

from enum import StrEnum

from cma_graphql.domain.notes import events
from cma_graphql.graph.enums import described


class NoteOrder(StrEnum):
    """The orders a list of notes can be in."""

    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"


described(
    NoteOrder,
    "The orders a list of notes can be in.",
    {"CREATED_AT_ASC": "Oldest first.", "CREATED_AT_DESC": "Newest first."},
)


class NoteEventName(StrEnum):
    """The events of notes, by the names that the log has for them."""

    WRITTEN = events.NoteWritten.name
    UPDATED = events.NoteUpdated.name
    ACCESS_CHANGED = events.NoteAccessChanged.name
    DOCUMENT_ATTACHED = events.NoteAttached.name
    DOCUMENT_DETACHED = events.NoteDetached.name
    DELETED = events.NoteDeleted.name
    RESTORED = events.NoteRestored.name


described(
    NoteEventName,
    "What may happen to a note.",
    {
        "WRITTEN": "It was written.",
        "UPDATED": "Its words, category, priority, tags or follow-up changed.",
        "ACCESS_CHANGED": "Others than before may see it.",
        "DOCUMENT_ATTACHED": "A document belongs to it.",
        "DOCUMENT_DETACHED": "A document does not belong to it any more.",
        "DELETED": "It was deleted; those who saw it are told `Removed`.",
        "RESTORED": "It is back.",
    },
)
