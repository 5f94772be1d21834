"""The enums of lists of notes, with their descriptions."""

from enum import StrEnum

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
