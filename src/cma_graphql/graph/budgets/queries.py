"""Queries of statements and of the catalogue they are made from."""

from datetime import date
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.budgets import selectors
from cma_graphql.domain.budgets.catalogue import frequencies_in_force, lines_in_force
from cma_graphql.domain.budgets.comparison import compare_sheets
from cma_graphql.graph.budgets.catalogue_types import PaymentFrequency, StatementLine
from cma_graphql.graph.budgets.comparison_types import BudgetComparison
from cma_graphql.graph.budgets.types import BudgetSheet
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import IdArgument, find_id

DayArgument = Annotated[
    date | None,
    strawberry.argument(description="Those that a statement of this day may use; today's unless said."),
]
FirstArgument = Annotated[strawberry.ID, strawberry.argument(description="The statement to compare from.")]
SecondArgument = Annotated[strawberry.ID, strawberry.argument(description="The statement to compare with it.")]


@strawberry.type
class BudgetQueries:
    """What can be asked about statements."""

    @query(requires=Permission.CASE_READ, description="The statement with this id, or null.")
    async def budget_sheet(self, info: Info, id: IdArgument) -> BudgetSheet | None:
        """Find a statement."""
        key = find_id("budgetsheet", id)
        return None if key is None else (await selectors.sheets_by_id(info.context.reader, [key]))[0]  # type: ignore[return-value]

    @query(
        requires=Permission.CASE_READ,
        description="Two statements of one case line by line; null where the viewer does not see both.",
    )
    async def budget_comparison(
        self, info: Info, first_id: FirstArgument, second_id: SecondArgument
    ) -> BudgetComparison | None:
        """Compare two statements."""
        first, second = find_id("budgetsheet", first_id), find_id("budgetsheet", second_id)
        if first is None or second is None:
            return None
        found = await compare_sheets(info.context.reader, first, second)
        return None if found is None else BudgetComparison.of(found, info.context)

    @query(requires=Permission.REFERENCE_READ, description="The lines of the form, in their order.", size=150)
    async def statement_lines(self, info: Info, at: DayArgument = None) -> list[StatementLine]:
        """List the catalogue's lines."""
        return await lines_in_force(info.context.reader, at)  # type: ignore[return-value]

    @query(
        requires=Permission.REFERENCE_READ,
        description="The frequencies in which amounts are stated, the most frequent first.",
        size=10,
    )
    async def payment_frequencies(self, info: Info, at: DayArgument = None) -> list[PaymentFrequency]:
        """List the catalogue's frequencies."""
        return await frequencies_in_force(info.context.reader, at)  # type: ignore[return-value]
