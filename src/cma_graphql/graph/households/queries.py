"""Queries of what households are measured by."""

from datetime import date
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import today
from cma_graphql.domain.households import selectors
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import query
from cma_graphql.graph.households.types import HouseholdAgeBand


@strawberry.type
class HouseholdQueries:
    """What can be asked about households; a household itself is found under its client, and by `node`."""

    @query(
        requires=Permission.REFERENCE_READ,
        description="The age bands by which the forms of statements count dependants, youngest first.",
        size=5,
    )
    async def household_age_bands(
        self,
        info: Info,
        as_of: Annotated[
            date | None, strawberry.argument(description="Those that hold on this day; today unless said.")
        ] = None,
    ) -> list[HouseholdAgeBand]:
        """List age bands."""
        return await selectors.age_bands(info.context.reader, as_of or today())  # type: ignore[return-value]
