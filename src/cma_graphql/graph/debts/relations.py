"""The debts under another record: a client's, a creditor's, a type's, a page for each; a case's, all of them."""

from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.money import NOTHING
from cma_graphql.domain.debts.selectors import DEBTS, debts_of_cases, totals_of_cases
from cma_graphql.graph.context import Info
from cma_graphql.graph.debts.enums import DebtOrder, DebtPriority, DebtStatus
from cma_graphql.graph.debts.inputs import DebtFilterArgument, DebtOrderArgument, debt_filters
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.pagination import After, Before, First, Last, window
from cma_graphql.graph.refs import DebtConnection, DebtRef
from cma_graphql.graph.scalars import Money


def debts_by(column: str, description: str) -> Any:
    """Declare the debts of a type's records; `column` of the debts is what names them there."""

    async def debts(  # noqa: PLR0917 - a connection's arguments
        parents: list[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: DebtFilterArgument = None,
        order_by: DebtOrderArgument = DebtOrder.CREATED_AT_DESC,
    ) -> list[DebtConnection | None]:
        """Answer a page of each parent's debts."""
        return await DEBTS.pages(  # type: ignore[return-value]
            reader_for(info),
            [parent.key for parent in parents],
            by=column,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=debt_filters(info.context, filter),
        )

    return relation(description=description, requires=Permission.CASE_READ, reads=())(debts)


def debts_of_case() -> Any:
    """Declare the debts of a case: all of them, since there are two hundred at most."""

    async def debts(
        cases: list[Any],
        info: Info,
        status: Annotated[
            list[DebtStatus] | None, strawberry.argument(description="Only those in one of these states.")
        ] = None,
        priority: Annotated[
            list[DebtPriority] | None, strawberry.argument(description="Only those of one of these priorities.")
        ] = None,
    ) -> list[list[DebtRef]]:
        """Answer each case's debts."""
        return await debts_of_cases(
            reader_for(info), [case.key for case in cases], statuses=status, priorities=priority
        )

    return relation(description="Its debts, oldest record first.", size=10, reads=())(debts)


@strawberry.type(
    description="What is owed in a case. Debts that are ACTIVE, DISPUTED, IN_BREATHING_SPACE or IN_SOLUTION count; "
    "those that are SETTLED, WRITTEN_OFF, PRESCRIBED or CLOSED do not, nor do those for which the client is "
    "NOT_LIABLE. `Debt.countsInTotals` says it of each."
)
class DebtTotals:
    """The totals of one case's debts."""

    count: int = strawberry.field(description="How many debts count.")
    priority_count: int = strawberry.field(description="How many of them are priority debts.")
    non_priority_count: int = strawberry.field(description="How many of them are not.")
    unknown_balances: int = strawberry.field(description="Of how many the balance is not known; they add nothing.")
    total: Money = strawberry.field(description="The sum of the present balances.")
    priority: Money = strawberry.field(description="The sum of the present balances of priority debts.")
    non_priority: Money = strawberry.field(description="The sum of the present balances of the others.")
    arrears: Money = strawberry.field(description="The sum of the arrears.")
    monthly_payments: Money = strawberry.field(description="What the agreements ask for a month, together.")
    secured: Money = strawberry.field(description="The sum of the secured amounts.")


def debt_totals() -> Any:
    """Declare the totals of a case's debts."""

    async def totals(cases: list[Any], info: Info) -> list[DebtTotals]:
        """Answer each case's totals, all by one statement."""
        keys = [case.key for case in cases]
        found = await totals_of_cases(info.context.reader, keys)
        return [_totals(found.get(key)) for key in keys]

    return relation(description="What is owed, added up.", reads=())(totals)


def _totals(row: Any) -> DebtTotals:
    if row is None:
        nothing = Money(NOTHING)
        return DebtTotals(
            count=0,
            priority_count=0,
            non_priority_count=0,
            unknown_balances=0,
            total=nothing,
            priority=nothing,
            non_priority=nothing,
            arrears=nothing,
            monthly_payments=nothing,
            secured=nothing,
        )
    return DebtTotals(
        count=row["count"],
        priority_count=row["priority_count"],
        non_priority_count=row["count"] - row["priority_count"],
        unknown_balances=row["unknown_balances"],
        total=row["total"],
        priority=row["priority"],
        non_priority=Money(row["total"] - row["priority"]),
        arrears=row["arrears"],
        monthly_payments=row["monthly_payments"],
        secured=row["secured"],
    )
