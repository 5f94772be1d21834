"""Changing documents, sharing them, linking them to debts, deleting and restoring them."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.casework.delete_document import delete_document
from cma_graphql.domain.documents.selectors import deleted_documents_by_id
from cma_graphql.domain.documents.services import debts, delete, update
from cma_graphql.graph.context import Info
from cma_graphql.graph.documents.enums import AccessLevel, DocumentType
from cma_graphql.graph.documents.mutations.answering import DocumentInput, DocumentPayload, answer, on_document
from cma_graphql.graph.documents.types import DeletedDocument
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.writing import given_fields, write


@strawberry.input(description="What to change of a document; an absent field stays as it is, a null empties it.")
class DocumentUpdateInput(DocumentInput):
    """Changes of a document."""

    title: strawberry.Maybe[str] = strawberry.field(description="What it is called, in up to 200 characters.")
    type: strawberry.Maybe[DocumentType] = strawberry.field(description="What it is to the work on the case.")
    description: strawberry.Maybe[str | None] = strawberry.field(
        description="What it is about, in up to 2,000 characters."
    )
    tags: strawberry.Maybe[list[str]] = strawberry.field(
        description="Words by which it is found: at most 20, of at most 40 characters."
    )


@strawberry.type(description="The changed document.")
class DocumentUpdatePayload(DocumentPayload):
    """What documentUpdate answers."""


@strawberry.input(description="Who sees a document from now on; an absent field stays as it is.")
class DocumentSetAccessInput(DocumentInput):
    """Who sees a document."""

    access_level: AccessLevel | None = strawberry.field(
        default=None, description="Which of the centre's staff see it. Confidential is for managers to say."
    )
    shared_with_client: bool | None = strawberry.field(
        default=None, description="Whether the client sees it in the portal."
    )


@strawberry.type(description="The document with its new access.")
class DocumentSetAccessPayload(DocumentPayload):
    """What documentSetAccess answers."""


@strawberry.input(description="A document, and a debt of the same case.")
class DocumentDebtInput(DocumentInput):
    """A document and a debt."""

    debt_id: strawberry.ID = strawberry.field(description="The debt.")


@strawberry.input(description="A document that is evidence of a debt of its case.")
class DocumentLinkDebtInput(DocumentDebtInput):
    """A link to make."""


@strawberry.type(description="The document with its debts.")
class DocumentLinkDebtPayload(DocumentPayload):
    """What documentLinkDebt answers."""


@strawberry.input(description="A document that is not evidence of a debt any more.")
class DocumentUnlinkDebtInput(DocumentDebtInput):
    """A link to end."""


@strawberry.type(description="The document with its debts.")
class DocumentUnlinkDebtPayload(DocumentPayload):
    """What documentUnlinkDebt answers."""


@strawberry.input(description="A document to delete.")
class DocumentDeleteInput(DocumentInput):
    """A document to delete."""

    reason: str = strawberry.field(description="Why it is deleted, in up to 500 characters.")


@strawberry.type(description="What deleting a document answers.")
class DocumentDeletePayload(Payload):
    """What documentDelete answers."""

    deleted_document: DeletedDocument | None = strawberry.field(
        default=None, description="What one needs to know to restore it; null where it was refused."
    )


@strawberry.input(description="A deleted document to bring back.")
class DocumentRestoreInput(DocumentInput):
    """A document to restore."""


@strawberry.type(description="The restored document.")
class DocumentRestorePayload(DocumentPayload):
    """What documentRestore answers."""


@strawberry.type
class DocumentRecordMutations:
    """What can be done with the record of a document."""

    @mutation(requires=Permission.DOCUMENT_ACCESS, description="Change what a document says of itself.")
    async def document_update(
        self, info: Info, input: Annotated[DocumentUpdateInput, strawberry.argument(description="The changes.")]
    ) -> DocumentUpdatePayload:
        """Change a document."""
        edits = given_fields(input, *update.DocumentEdits.__optional_keys__)
        return await answer(
            info, DocumentUpdatePayload, update.update_document, input, **on_document(input), edits=edits
        )

    @mutation(
        requires=Permission.DOCUMENT_ACCESS,
        description="Settle which of the centre's staff see a document, and whether the client does.",
    )
    async def document_set_access(
        self, info: Info, input: Annotated[DocumentSetAccessInput, strawberry.argument(description="Who sees it.")]
    ) -> DocumentSetAccessPayload:
        """Change who sees a document."""
        return await answer(
            info,
            DocumentSetAccessPayload,
            update.set_access,
            input,
            **on_document(input),
            access_level=input.access_level,
            shared_with_client=input.shared_with_client,
        )

    @mutation(requires=Permission.DOCUMENT_ACCESS, description="Say that a document is evidence of a debt of its case.")
    async def document_link_debt(
        self, info: Info, input: Annotated[DocumentLinkDebtInput, strawberry.argument(description="The two.")]
    ) -> DocumentLinkDebtPayload:
        """Link a document with a debt."""
        debt_id = read_id("debt", input.debt_id, field="debt_id")
        return await answer(
            info, DocumentLinkDebtPayload, debts.link_debt, input, **on_document(input), debt_id=debt_id
        )

    @mutation(
        requires=Permission.DOCUMENT_ACCESS, description="Say that a document is not evidence of a debt any more."
    )
    async def document_unlink_debt(
        self, info: Info, input: Annotated[DocumentUnlinkDebtInput, strawberry.argument(description="The two.")]
    ) -> DocumentUnlinkDebtPayload:
        """End a link."""
        debt_id = read_id("debt", input.debt_id, field="debt_id")
        return await answer(
            info, DocumentUnlinkDebtPayload, debts.unlink_debt, input, **on_document(input), debt_id=debt_id
        )

    @mutation(
        requires=Permission.DOCUMENT_DELETE,
        description="Delete a document that no requirement is met by: nobody sees or downloads it any more; its record "
        "and its files stay.",
    )
    async def document_delete(
        self, info: Info, input: Annotated[DocumentDeleteInput, strawberry.argument(description="The document.")]
    ) -> DocumentDeletePayload:
        """Delete a document."""
        outcome = await write(info, delete_document, input, **on_document(input), reason=input.reason)
        (record,) = await deleted_documents_by_id(info.context.reader, outcome.subject_ids)
        return DocumentDeletePayload(
            deleted_document=wrapped(DeletedDocument, record, info.context), replayed=outcome.replayed
        )

    @mutation(
        requires=Permission.DOCUMENT_DELETE, description="Bring back a deleted document, one of `deletedDocuments`."
    )
    async def document_restore(
        self, info: Info, input: Annotated[DocumentRestoreInput, strawberry.argument(description="The document.")]
    ) -> DocumentRestorePayload:
        """Restore a document."""
        return await answer(info, DocumentRestorePayload, delete.restore_document, input, **on_document(input))
