"""The cases under another record: a client's, an advisor's, a team's, a type's; a page for each parent."""

from typing import Any

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.selectors import CASES
from cma_graphql.graph.cases.connection import CaseConnection
from cma_graphql.graph.cases.enums import CaseOrder
from cma_graphql.graph.cases.inputs import CaseFilterArgument, CaseOrderArgument, case_filters
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.pagination import After, Before, First, Last, window


def cases_by(column: str, description: str) -> Any:
    """Declare the cases of a type's records; `column` of the cases is what names them there."""

    async def cases(  # noqa: PLR0917 - a connection's arguments
        parents: list[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: CaseFilterArgument = None,
        order_by: CaseOrderArgument = CaseOrder.CREATED_AT_DESC,
    ) -> list[CaseConnection | None]:
        """Answer a page of each parent's cases."""
        return await CASES.pages(  # type: ignore[return-value]
            reader_for(info),
            [parent.key for parent in parents],
            by=column,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=case_filters(filter),
        )

    return relation(description=description, requires=Permission.CASE_READ, reads=())(cases)
