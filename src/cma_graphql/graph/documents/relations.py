"""The documents under another record: a page for each case or client, all of a debt's."""

from typing import Any

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.documents.selectors import DOCUMENTS, documents_of_debts
from cma_graphql.graph.context import Info
from cma_graphql.graph.documents.enums import DocumentOrder
from cma_graphql.graph.documents.inputs import DocumentFilterArgument, DocumentOrderArgument, document_filters
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.pagination import After, Before, First, Last, window
from cma_graphql.graph.refs import DocumentConnection, DocumentRef


def documents_by(column: str, description: str) -> Any:
    """Declare the documents of a type's records; `column` of the documents is what names them there."""

    async def documents(  # noqa: PLR0917 - a connection's arguments
        parents: list[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: DocumentFilterArgument = None,
        order_by: DocumentOrderArgument = DocumentOrder.CREATED_AT_DESC,
    ) -> list[DocumentConnection | None]:
        """Answer a page of each parent's documents."""
        return await DOCUMENTS.pages(  # type: ignore[return-value]
            reader_for(info),
            [parent.key for parent in parents],
            by=column,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=document_filters(filter),
        )

    return relation(description=description, requires=Permission.DOCUMENT_ACCESS, reads=())(documents)


def documents_of_debt() -> Any:
    """Declare the documents of a debt: all of them, since there are a hundred at most."""

    async def documents(debts: list[Any], info: Info) -> list[list[DocumentRef] | None]:
        """Answer the documents of each debt."""
        return await documents_of_debts(reader_for(info), [debt.key for debt in debts])  # type: ignore[return-value]

    return relation(
        description="The papers that are evidence of it, those that the viewer sees; at most 100.",
        requires=Permission.DOCUMENT_ACCESS,
        size=5,
        reads=(),
    )(documents)
