"""Queries of clients."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.clients import selectors
from cma_graphql.domain.clients.details import read_details
from cma_graphql.domain.clients.duplicates import possible_duplicates
from cma_graphql.graph.clients.enums import ClientOrder
from cma_graphql.graph.clients.filters import ClientFilter, client_filters
from cma_graphql.graph.clients.inputs import ClientPossibleDuplicatesInput, known_details
from cma_graphql.graph.clients.types import Client, DeletedClient
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import CALL
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window
from cma_graphql.graph.records import wrapped


@strawberry.type(description="Clients of the centre who may be the person that is about to be recorded.")
class ClientPossibleDuplicates:
    """What the centre knows, as far as it may be told."""

    visible: list[Client] = strawberry.field(description="Those that the viewer sees.")
    others_exist: bool = strawberry.field(
        description="Whether there are some that the viewer does not see: ask a manager about them."
    )


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

    @query(
        requires=Permission.CLIENT_CREATE,
        description="Whether the centre may know a person already: ask it before you record a client.",
        call=2 * CALL,
    )
    async def client_possible_duplicates(
        self,
        info: Info,
        input: Annotated[
            ClientPossibleDuplicatesInput, strawberry.argument(description="What is known of the person.")
        ],
    ) -> ClientPossibleDuplicates:
        """Look for a person in the whole centre, telling of those beyond the viewer's sight only that there are any."""
        context = info.context
        kept = read_details(known_details(input), inside="input.")
        found = await possible_duplicates(context.reader, context.keys.vault, kept)
        visible = [wrapped(Client, record, context) for record in found.visible]
        return ClientPossibleDuplicates(visible=visible, others_exist=bool(found.hidden))

    @query(
        requires=Permission.CLIENT_DELETE,
        description="The centre's deleted clients, the last deleted first, for restoring one.",
    )
    async def deleted_clients(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[DeletedClient]:
        """List deleted clients."""
        return await selectors.DELETED_CLIENTS.page(  # type: ignore[return-value]
            info.context.reader,
            order="DELETED_AT_DESC",
            window=window(first, after, last, before),
            filters={},
        )
