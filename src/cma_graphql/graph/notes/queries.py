"""Queries of notes, their templates and categories."""

from typing import Annotated

import strawberry

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.notes import selectors
from cma_graphql.domain.notes.services.templates import begun_with
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import CALL
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.notes.enums import NoteOrder
from cma_graphql.graph.notes.inputs import NoteFilterArgument, NoteOrderArgument, note_filters
from cma_graphql.graph.notes.types import (
    DeletedNote,
    Note,
    NoteCategory,
    NoteDraft,
    NotePlaceholder,
    NoteTemplate,
    placeholders,
)
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window
from cma_graphql.graph.records import wrapped

CaseArgument = Annotated[strawberry.ID, strawberry.argument(description="The case.")]


@strawberry.type
class NoteQueries:
    """What can be asked about notes."""

    @query(requires=Permission.CASE_READ, description="The note with this id, or null.")
    async def note(self, info: Info, id: IdArgument) -> Note | None:
        """Find a note."""
        key = find_id("note", id)
        return None if key is None else (await selectors.notes_by_id(info.context.reader, [key]))[0]  # type: ignore[return-value]

    @query(requires=Permission.CASE_READ, description="The notes that the viewer sees.")
    async def notes(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: NoteFilterArgument = None,
        order_by: NoteOrderArgument = NoteOrder.CREATED_AT_DESC,
    ) -> Connection[Note]:
        """List notes."""
        return await selectors.NOTES.page(  # type: ignore[return-value]
            info.context.reader,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=note_filters(filter),
        )

    @query(
        requires=Permission.NOTE_WRITE,
        description="The deleted notes that the viewer would see, the last deleted first; none in the portal.",
    )
    async def deleted_notes(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[DeletedNote]:
        """List deleted notes; none in the portal, for which nobody's reasons are written."""
        reader = info.context.reader
        filters = {"not_visible_to_client": True} if reader.actor.sight is Sight.RECORD else {}
        return await selectors.DELETED_NOTES.page(  # type: ignore[return-value]
            reader, order="DELETED_AT_DESC", window=window(first, after, last, before), filters=filters
        )

    @query(requires=Permission.REFERENCE_READ, description="The centre's categories of notes, in order.", size=20)
    async def note_categories(self, info: Info) -> list[NoteCategory]:
        """List the categories."""
        return await info.context.reader.all(selectors.categories_in_order)  # type: ignore[return-value]

    @query(requires=Permission.NOTE_WRITE, description="The centre's templates of notes in use, by name.", size=20)
    async def note_templates(self, info: Info) -> list[NoteTemplate]:
        """List the templates."""
        return await info.context.reader.all(selectors.templates_in_order)  # type: ignore[return-value]

    @query(requires=Permission.NOTE_WRITE, description="What templates of notes may ask for.", size=6)
    async def note_placeholders(self) -> list[NotePlaceholder]:
        """List the placeholders."""
        return placeholders()

    @query(
        requires=Permission.NOTE_WRITE,
        description="What a template says of a case, to be gone on with and written by `noteWrite`; null where there "
        "is no such template or case.",
        call=3 * CALL,
    )
    async def note_draft(
        self,
        info: Info,
        template: Annotated[strawberry.ID, strawberry.argument(description="The template.")],
        case: CaseArgument,
    ) -> NoteDraft | None:
        """Fill a template from a case."""
        template_id, case_id = find_id("notetemplate", template), find_id("case", case)
        if template_id is None or case_id is None:
            return None
        reader = info.context.reader
        (begun,) = await selectors.templates_by_id(reader, [template_id])
        (found,) = await cases_by_id(reader, [case_id])
        client = None if found is None else (await clients_by_id(reader, [found["client_id"]]))[0]
        if begun is None or found is None or client is None:
            return None
        info.context.saw_client(found["client_id"])
        return NoteDraft(template=wrapped(NoteTemplate, begun, info.context), body=begun_with(begun, found, client))
