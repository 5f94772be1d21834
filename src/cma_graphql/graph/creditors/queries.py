"""Queries of creditors and of the network's register of them."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.creditors import selectors
from cma_graphql.domain.creditors.selectors import MOST_LISTED
from cma_graphql.graph.context import Info
from cma_graphql.graph.creditors.enums import CreditorOrder
from cma_graphql.graph.creditors.inputs import (
    CreditorFilterArgument,
    CreditorOrderArgument,
    creditor_filters,
    name_prefix,
)
from cma_graphql.graph.creditors.types import Creditor, CreditorRegisterEntry
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window


@strawberry.type
class CreditorQueries:
    """What can be asked about creditors."""

    @query(requires=Permission.REFERENCE_READ, description="The creditor with this id, or null.")
    async def creditor(self, info: Info, id: IdArgument) -> Creditor | None:
        """Find a creditor."""
        key = find_id("creditor", id)
        return None if key is None else (await selectors.creditors_by_id(info.context.reader, [key]))[0]  # type: ignore[return-value]

    @query(requires=Permission.REFERENCE_READ, description="The creditors of the centre's directory.")
    async def creditors(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: CreditorFilterArgument = None,
        order_by: CreditorOrderArgument = CreditorOrder.NAME_ASC,
    ) -> Connection[Creditor]:
        """List creditors."""
        return await selectors.CREDITORS.page(  # type: ignore[return-value]
            info.context.reader,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=creditor_filters(filter),
        )

    @query(
        requires=Permission.REFERENCE_READ,
        description="The network's register of creditors, by name; at most 200 of its entries.",
        size=MOST_LISTED,
    )
    async def creditor_catalogue(
        self,
        info: Info,
        name_starts_with: Annotated[
            str | None, strawberry.argument(description="The name beginning so; case and accents do not count.")
        ] = None,
    ) -> list[CreditorRegisterEntry]:
        """List the register."""
        prefix = None if name_starts_with is None else name_prefix("name_starts_with", name_starts_with)
        return await selectors.creditor_register(info.context.reader, name_starts_with=prefix)  # type: ignore[return-value]
