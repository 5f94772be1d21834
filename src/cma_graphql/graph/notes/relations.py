"""The notes under another record: a page for each case or client, all of a document's."""

from typing import Any

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.notes.selectors import NOTES, notes_of_documents
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.notes.enums import NoteOrder
from cma_graphql.graph.notes.inputs import NoteFilterArgument, NoteOrderArgument, note_filters
from cma_graphql.graph.pagination import After, Before, First, Last, window
from cma_graphql.graph.refs import NoteConnection, NoteRef


def notes_by(column: str, description: str) -> Any:
    """Declare the notes of a type's records; `column` of the notes is what names them there."""

    async def notes(  # noqa: PLR0917 - a connection's arguments
        parents: list[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: NoteFilterArgument = None,
        order_by: NoteOrderArgument = NoteOrder.CREATED_AT_DESC,
    ) -> list[NoteConnection | None]:
        """Answer a page of each parent's notes."""
        return await NOTES.pages(  # type: ignore[return-value]
            reader_for(info),
            [parent.key for parent in parents],
            by=column,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=note_filters(filter),
        )

    return relation(description=description, requires=Permission.CASE_READ, reads=())(notes)


def notes_of_document() -> Any:
    """Declare the notes that a document belongs to: all of them, since there are a hundred at most."""

    async def notes(documents: list[Any], info: Info) -> list[list[NoteRef] | None]:
        """Answer the notes of each document."""
        return await notes_of_documents(reader_for(info), [document.key for document in documents])  # type: ignore[return-value]

    return relation(
        description="The notes it belongs to, those that the viewer sees; at most 100.",
        requires=Permission.CASE_READ,
        size=2,
        reads=(),
    )(notes)
