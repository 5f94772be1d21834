"""Two versions of a statement side by side, as the schema shows them."""

from typing import Self

import strawberry

from cma_graphql.domain.budgets.comparison import Comparison, LineDifference
from cma_graphql.graph.budgets.catalogue_types import StatementLine
from cma_graphql.graph.budgets.totals_types import BudgetTotals
from cma_graphql.graph.budgets.types import BudgetLine, BudgetSheet
from cma_graphql.graph.context import Context
from cma_graphql.graph.cost_directives import list_size
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.scalars import Money


@strawberry.type(description="One line of either of two statements that are compared.")
class BudgetLineComparison:
    """One line, before and after."""

    code: str = strawberry.field(description="Which line of the form.")
    entry: int = strawberry.field(description="Tells the lines of one repeatable code apart; 1 for the others.")
    statement_line: StatementLine = strawberry.field(description="The line of the form.")
    before: BudgetLine | None = strawberry.field(description="The line of the first statement; null: it has none.")
    after: BudgetLine | None = strawberry.field(description="The line of the second statement; null: it has none.")
    monthly_before: Money = strawberry.field(description="Pounds a month on the first statement.")
    monthly_after: Money = strawberry.field(description="Pounds a month on the second statement.")
    difference: Money = strawberry.field(description="Pounds a month more on the second; negative: less.")

    @classmethod
    def of(cls, difference: LineDifference, context: Context) -> Self:
        """Show one line's difference."""
        return cls(
            code=difference.catalogue_line["code"],
            entry=difference.entry,
            statement_line=wrapped(StatementLine, difference.catalogue_line, context),
            before=wrapped(BudgetLine, difference.before, context),
            after=wrapped(BudgetLine, difference.after, context),
            monthly_before=Money(difference.monthly_before),
            monthly_after=Money(difference.monthly_after),
            difference=Money(difference.monthly_after - difference.monthly_before),
        )


@strawberry.type(description="Two statements of one case, side by side.")
class BudgetComparison:
    """Two statements."""

    first: BudgetSheet = strawberry.field(description="The first statement.")
    second: BudgetSheet = strawberry.field(description="The second statement.")
    totals_before: BudgetTotals = strawberry.field(description="What the first statement comes to.")
    totals_after: BudgetTotals = strawberry.field(description="What the second statement comes to.")
    surplus_difference: Money = strawberry.field(
        description="Pounds a month of surplus more on the second; negative: less."
    )
    lines: list[BudgetLineComparison] = strawberry.field(
        description="Every line that either of them has, in the order of the form; those that stayed, too.",
        directives=[list_size(40)],
    )

    @classmethod
    def of(cls, comparison: Comparison, context: Context) -> Self:
        """Show a comparison."""
        return cls(
            first=wrapped(BudgetSheet, comparison.first, context),
            second=wrapped(BudgetSheet, comparison.second, context),
            totals_before=BudgetTotals.of(comparison.before),
            totals_after=BudgetTotals.of(comparison.after),
            surplus_difference=Money(comparison.after.surplus - comparison.before.surplus),
            lines=[BudgetLineComparison.of(line, context) for line in comparison.lines],
        )
