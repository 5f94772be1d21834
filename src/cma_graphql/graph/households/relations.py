"""The household of a client."""

from typing import Any

from cma_graphql.domain.households.selectors import households_of_clients
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.refs import HouseholdRef


def household_of_client() -> Any:
    """Declare the household of each client, whose key is the client's."""

    async def household(clients: list[Any], info: Info) -> list[HouseholdRef | None]:
        """Answer each client's household."""
        return await households_of_clients(info.context.reader, [client.key for client in clients])

    return relation(description="Who lives with the client, and how, once that is recorded.", reads=())(household)
