"""What of an asset is the client's, to the penny; and what the assets of a case come to."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from cma_graphql.core.money import NOTHING, PENNY

WHOLE = Decimal("100.00")
"""The share of a sole owner, in per cent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """The part of an asset that its worth is made of."""

    estimated_value: Decimal
    secured_amount: Decimal
    ownership_share: Decimal
    exempt: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetTotals:
    """What the assets of a case come to, in pounds: each a sum over those that are listed."""

    value: Decimal
    secured: Decimal
    equity: Decimal
    exempt_equity: Decimal
    counted_equity: Decimal
    """The equity in what is not exempt."""


def equity(*, value: Decimal, secured: Decimal, share: Decimal) -> Decimal:
    """Answer the client's equity in one asset: the share, in per cent, of the value less what is owed against it.

    What is owed against the whole is taken off the whole first, down to nothing; then the share is taken, and
    rounded once, half a penny up. Each asset is rounded by itself, so that totals equal what is listed.
    """
    free = max(NOTHING, value - secured)
    return (free * share / WHOLE).quantize(PENNY, rounding=ROUND_HALF_UP)


def equity_of(asset: Valued) -> Decimal:
    """Answer the client's equity in an asset."""
    return equity(value=asset.estimated_value, secured=asset.secured_amount, share=asset.ownership_share)


def total(assets: Iterable[Valued]) -> AssetTotals:
    """Add up assets."""
    value = secured = exempt = counted = NOTHING
    for asset in assets:
        value += asset.estimated_value
        secured += asset.secured_amount
        if asset.exempt:
            exempt += equity_of(asset)
        else:
            counted += equity_of(asset)
    return AssetTotals(
        value=value, secured=secured, equity=exempt + counted, exempt_equity=exempt, counted_equity=counted
    )
