"""The assets of a case, and what they come to; the assets against which a debt is secured."""

from typing import Any

from cma_graphql.domain.assets.selectors import assets_of_cases, assets_of_debts, totals_of_cases
from cma_graphql.graph.assets.types import AssetTotals
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.refs import AssetRef


def assets_of_case() -> Any:
    """Declare the assets of each case."""

    async def assets(cases: list[Any], info: Info) -> list[list[AssetRef]]:
        """Answer each case's assets."""
        return await assets_of_cases(info.context.reader, [case.key for case in cases])

    return relation(description="What the client owns, the first recorded first; at most 200.", size=5, reads=())(
        assets
    )


def asset_totals_of_case() -> Any:
    """Declare what the assets of each case come to."""

    async def asset_totals(cases: list[Any], info: Info) -> list[AssetTotals]:
        """Answer the totals of each case's assets."""
        totals = await totals_of_cases(info.context.reader, [case.key for case in cases])
        return [AssetTotals.of(item) for item in totals]

    return relation(description="What the assets come to.", reads=())(asset_totals)


def assets_of_debt() -> Any:
    """Declare the assets against which each debt is secured."""

    async def secured_assets(debts: list[Any], info: Info) -> list[list[AssetRef]]:
        """Answer the assets against which each debt is secured."""
        return await assets_of_debts(info.context.reader, [debt.key for debt in debts])

    return relation(description="What it is secured against, the first recorded first.", size=5, reads=())(
        secured_assets
    )
