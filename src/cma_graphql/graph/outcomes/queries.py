"""Queries of outcomes."""

from datetime import date
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.outcomes import selectors
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import query
from cma_graphql.graph.outcomes.inputs import OutcomeFilterArgument, outcome_filters
from cma_graphql.graph.outcomes.types import Outcome, OutcomeSum
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window


@strawberry.type
class OutcomeQueries:
    """What can be asked about outcomes."""

    @query(requires=Permission.CASE_READ, description="The outcomes of the cases that the viewer sees, the last first.")
    async def outcomes(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: OutcomeFilterArgument = None,
    ) -> Connection[Outcome]:
        """List outcomes."""
        return await selectors.OUTCOMES.page(  # type: ignore[return-value]
            info.context.reader,
            order="OCCURRED_ON_DESC",
            window=window(first, after, last, before),
            filters=outcome_filters(filter),
        )

    @query(
        requires=Permission.CASE_READ,
        description="What came about in a time, in the cases that the viewer sees: one line for each code that did.",
        size=20,
    )
    async def outcome_sums(
        self,
        info: Info,
        since: Annotated[date, strawberry.argument(description="The first day.")],
        until: Annotated[date, strawberry.argument(description="The last day, not before the first.")],
    ) -> list[OutcomeSum]:
        """Sum up outcomes."""
        if until < since:
            raise Invalid("until", "before-start", "The last day comes before the first.")
        return await selectors.outcome_sums(info.context.reader, since=since, until=until)  # type: ignore[return-value]
