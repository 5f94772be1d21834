"""Queries of clients."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.clients import selectors
from cma_graphql.graph.clients.inputs import ClientFilter, ClientOrder, client_filters
from cma_graphql.graph.clients.types import Client
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window


@strawberry.type
class ClientQueries:
    """What can be asked about clients."""

    @query(requires=Permission.CLIENT_READ, description="The client with this id, or null.")
    async def client(self, info: Info, id: IdArgument) -> Client | None:
        """Find a client."""
        key = find_id("client", id)
        return None if key is None else (await selectors.clients_by_id(info.context.reader, [key]))[0]  # type: ignore[return-value]

    @query(requires=Permission.CLIENT_READ, description="The clients that the viewer sees.")
    async def clients(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Annotated[ClientFilter | None, strawberry.argument(description="Which clients.")] = None,
        order_by: Annotated[ClientOrder, strawberry.argument(description="In which order.")] = ClientOrder.NAME_ASC,
    ) -> Connection[Client]:
        """List clients."""
        return await selectors.CLIENTS.page(  # type: ignore[return-value]
            info.context.reader,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=client_filters(info.context, filter),
        )
