"""Queries of documents."""

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.documents import selectors
from cma_graphql.graph.context import Info
from cma_graphql.graph.documents.enums import DocumentOrder
from cma_graphql.graph.documents.inputs import DocumentFilterArgument, DocumentOrderArgument, document_filters
from cma_graphql.graph.documents.types import DeletedDocument, Document
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window


@strawberry.type
class DocumentQueries:
    """What can be asked about documents."""

    @query(requires=Permission.DOCUMENT_ACCESS, description="The document with this id, or null.")
    async def document(self, info: Info, id: IdArgument) -> Document | None:
        """Find a document."""
        key = find_id("document", id)
        return None if key is None else (await selectors.documents_by_id(info.context.reader, [key]))[0]  # type: ignore[return-value]

    @query(requires=Permission.DOCUMENT_ACCESS, description="The documents that the viewer sees.")
    async def documents(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: DocumentFilterArgument = None,
        order_by: DocumentOrderArgument = DocumentOrder.CREATED_AT_DESC,
    ) -> Connection[Document]:
        """List documents."""
        return await selectors.DOCUMENTS.page(  # type: ignore[return-value]
            info.context.reader,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=document_filters(filter),
        )

    @query(
        requires=Permission.DOCUMENT_DELETE,
        description="The deleted documents of the cases that the viewer sees, the last deleted first.",
    )
    async def deleted_documents(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[DeletedDocument]:
        """List deleted documents."""
        return await selectors.DELETED_DOCUMENTS.page(  # type: ignore[return-value]
            info.context.reader, order="DELETED_AT_DESC", window=window(first, after, last, before), filters={}
        )
