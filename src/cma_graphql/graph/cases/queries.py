"""Queries of cases."""

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases import selectors
from cma_graphql.graph.cases.connection import CaseConnection
from cma_graphql.graph.cases.enums import CaseOrder
from cma_graphql.graph.cases.inputs import CaseFilterArgument, CaseOrderArgument, case_filters
from cma_graphql.graph.cases.types import Case, DeletedCase
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import query
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window


@strawberry.type
class CaseQueries:
    """What can be asked about cases."""

    @query(requires=Permission.CASE_READ, description="The case with this id, or null.")
    async def case(self, info: Info, id: IdArgument) -> Case | None:
        """Find a case."""
        key = find_id("case", id)
        return None if key is None else (await selectors.cases_by_id(reader_for(info), [key]))[0]  # type: ignore[return-value]

    @query(requires=Permission.CASE_READ, description="The cases that the viewer sees.")
    async def cases(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: CaseFilterArgument = None,
        order_by: CaseOrderArgument = CaseOrder.CREATED_AT_DESC,
    ) -> CaseConnection:
        """List cases."""
        return await selectors.CASES.page(  # type: ignore[return-value]
            reader_for(info),
            order=order_by.value,
            window=window(first, after, last, before),
            filters=case_filters(filter),
        )

    @query(
        requires=Permission.CASE_DELETE,
        description="The centre's deleted cases, the last deleted first, for restoring one.",
    )
    async def deleted_cases(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[DeletedCase]:
        """List deleted cases."""
        return await selectors.DELETED_CASES.page(  # type: ignore[return-value]
            info.context.reader, order="DELETED_AT_DESC", window=window(first, after, last, before), filters={}
        )
