"""Queries of debts and their types."""

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.debts import policy, selectors
from cma_graphql.graph.context import Info
from cma_graphql.graph.debts.deleted import DeletedDebt
from cma_graphql.graph.debts.enums import DebtOrder
from cma_graphql.graph.debts.inputs import DebtFilterArgument, DebtOrderArgument, debt_filters
from cma_graphql.graph.debts.types import Debt, DebtType
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window


@strawberry.type
class DebtQueries:
    """What can be asked about debts."""

    @query(requires=Permission.CASE_READ, description="The debt with this id, or null.")
    async def debt(self, info: Info, id: IdArgument) -> Debt | None:
        """Find a debt."""
        key = find_id("debt", id)
        return None if key is None else (await selectors.debts_by_id(info.context.reader, [key]))[0]  # type: ignore[return-value]

    @query(requires=Permission.CASE_READ, description="The debts in the cases that the viewer sees.")
    async def debts(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: DebtFilterArgument = None,
        order_by: DebtOrderArgument = DebtOrder.CREATED_AT_DESC,
    ) -> Connection[Debt]:
        """List debts."""
        return await selectors.DEBTS.page(  # type: ignore[return-value]
            info.context.reader,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=debt_filters(info.context, filter),
        )

    @query(
        requires=Permission.DEBT_WRITE,
        description="The deleted debts of the cases that the viewer sees, the last deleted first, for restoring one.",
    )
    async def deleted_debts(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[DeletedDebt]:
        """List deleted debts."""
        policy.require_staff(info.context.actor)
        return await selectors.DELETED_DEBTS.page(  # type: ignore[return-value]
            info.context.reader, order="DELETED_AT_DESC", window=window(first, after, last, before), filters={}
        )

    @query(requires=Permission.REFERENCE_READ, description="The types of debt that the viewer's centre knows.", size=50)
    async def debt_types(self, info: Info) -> list[DebtType]:
        """List the centre's types of debt."""
        return await selectors.debt_types(info.context.reader)  # type: ignore[return-value]
