"""The budget under another record: a case's statements and surplus, a client's income."""

from typing import Any

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.budgets.selectors import current_sheets, current_sheets_of_clients, sheets_of_cases
from cma_graphql.domain.budgets.totals import kept_totals
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.refs import BudgetSheetRef
from cma_graphql.graph.scalars import Money


def budget_sheets_of_case() -> Any:
    """Declare a case's statements."""

    async def budget_sheets(cases: list[Any], info: Info) -> list[list[BudgetSheetRef] | None]:
        """Answer each case's statements."""
        return await sheets_of_cases(reader_for(info), [case.key for case in cases])  # type: ignore[return-value]

    return relation(
        description="The versions of its financial statement, newest first; at most 100.",
        requires=Permission.CASE_READ,
        size=5,
        reads=(),
    )(budget_sheets)


def current_budget_of_case() -> Any:
    """Declare a case's statement that counts."""

    async def current_budget(cases: list[Any], info: Info) -> list[BudgetSheetRef | None]:
        """Answer the statement of each case that counts."""
        return await current_sheets(reader_for(info), [case.key for case in cases])

    return relation(
        description="The statement that counts: the last that the client confirmed, sent or not. Null before that.",
        requires=Permission.CASE_READ,
        reads=(),
    )(current_budget)


def monthly_surplus_of_case() -> Any:
    """Declare what is left of a case's income."""

    async def monthly_surplus(cases: list[Any], info: Info) -> list[Money | None]:
        """Answer each case's surplus."""
        sheets = await current_sheets(info.context.reader, [case.key for case in cases])
        kept = [None if sheet is None else kept_totals(sheet) for sheet in sheets]
        return [None if totals is None else Money(totals.surplus) for totals in kept]

    return relation(
        description="What is left a month of the income after the outgoings, as the client last confirmed it; negative "
        "where the outgoings are higher. Null without a confirmed statement.",
        requires=Permission.CASE_READ,
        reads=(),
    )(monthly_surplus)


def monthly_income_of_client() -> Any:
    """Declare a client's income."""

    async def monthly_income(clients: list[Any], info: Info) -> list[Money | None]:
        """Answer each client's income."""
        sheets = await current_sheets_of_clients(info.context.reader, [client.key for client in clients])
        kept = [None if sheet is None else kept_totals(sheet) for sheet in sheets]
        return [None if totals is None else Money(totals.total_income) for totals in kept]

    return relation(
        description="The household's income a month, by the statement that the client confirmed last among those of "
        "the cases that the viewer sees. Null without one.",
        requires=Permission.CASE_READ,
        reads=(),
    )(monthly_income)
