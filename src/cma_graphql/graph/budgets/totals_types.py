"""What a statement comes to, as the schema shows it."""

from typing import Self

import strawberry

from cma_graphql.domain.budgets.totals import Totals
from cma_graphql.graph.budgets.enums import LineKind
from cma_graphql.graph.cost_directives import list_size
from cma_graphql.graph.scalars import Money


@strawberry.type(description="What the lines of one section of a statement come to.")
class BudgetGroupTotal:
    """One section's sum."""

    kind: LineKind = strawberry.field(description="What the section counts as.")
    group_code: str = strawberry.field(description="The section's stable code, such as `INC.EARN`.")
    section: str = strawberry.field(description="The section, in words.")
    amount: Money = strawberry.field(description="Pounds a month.")


@strawberry.type(
    description="What a statement comes to, in pounds a month. Offers to priority creditors are no part of it yet, "
    "nor is, therefore, what is left for non-priority debts."
)
class BudgetTotals:
    """A statement's sums."""

    total_income: Money = strawberry.field(description="All income.")
    total_fixed: Money = strawberry.field(description="All fixed costs.")
    total_flexible: Money = strawberry.field(description="All flexible costs.")
    total_outgoings: Money = strawberry.field(description="Fixed and flexible costs.")
    surplus: Money = strawberry.field(description="Income less outgoings; negative where they exceed it.")
    savings_contribution: Money = strawberry.field(description="What is put aside.")
    debt_admin_fee: Money = strawberry.field(description="The fee for the administration of debts.")
    available_for_priority: Money = strawberry.field(
        description="What is left for priority debts: the surplus less the savings contribution and the fee."
    )
    groups: list[BudgetGroupTotal] = strawberry.field(
        description="The sums of the sections that have lines, in the order of the form.",
        directives=[list_size(15)],
    )

    @classmethod
    def of(cls, totals: Totals) -> Self:
        """Show totals."""
        return cls(
            total_income=Money(totals.total_income),
            total_fixed=Money(totals.total_fixed),
            total_flexible=Money(totals.total_flexible),
            total_outgoings=Money(totals.total_outgoings),
            surplus=Money(totals.surplus),
            savings_contribution=Money(totals.savings_contribution),
            debt_admin_fee=Money(totals.debt_admin_fee),
            available_for_priority=Money(totals.available_for_priority),
            groups=[
                BudgetGroupTotal(
                    kind=LineKind(group.kind),
                    group_code=group.group_code,
                    section=group.section,
                    amount=Money(group.amount),
                )
                for group in totals.groups
            ],
        )
