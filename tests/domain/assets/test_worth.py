"""Equity to the penny: what is owed comes off the whole, then the share is taken, then it is rounded once."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.money import MOST_OF_A_PART
from cma_graphql.domain.assets.worth import AssetTotals, Valued, equity, equity_of, total

AMOUNTS = st.decimals(min_value=Decimal("0.00"), max_value=MOST_OF_A_PART, places=2)
SHARES = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("100.00"), places=2)
ASSETS = st.builds(
    Valued, estimated_value=AMOUNTS, secured_amount=AMOUNTS, ownership_share=SHARES, exempt=st.booleans()
)


@pytest.mark.parametrize(
    ("value", "secured", "share", "expected"),
    [
        ("180000.00", "150000.00", "50.00", "15000.00"),
        ("100.00", "0.00", "100.00", "100.00"),
        # Owed more than it is worth: nothing, not less.
        ("100.00", "100.01", "100.00", "0.00"),
        # Half a penny goes up.
        ("0.01", "0.00", "50.00", "0.01"),
        ("0.03", "0.00", "50.00", "0.02"),
        ("0.01", "0.00", "49.99", "0.00"),
        ("100.00", "0.00", "33.33", "33.33"),
        ("100.01", "0.00", "33.33", "33.33"),
        ("1000.00", "0.05", "66.67", "666.67"),
        # The share is taken of what is left. Taken of each first, and rounded twice, it would be 0.00.
        ("0.02", "0.01", "50.00", "0.01"),
        ("9999999999.99", "0.00", "99.99", "9998999999.99"),
    ],
)
def test_the_clients_part_of_one_asset(value: str, secured: str, share: str, expected: str) -> None:
    found = equity(value=Decimal(value), secured=Decimal(secured), share=Decimal(share))
    assert str(found) == expected


@given(asset=ASSETS)
def test_it_is_the_exact_part_rounded_half_up(asset: Valued) -> None:
    exact = (
        Fraction(max(Decimal(0), asset.estimated_value - asset.secured_amount)) * Fraction(asset.ownership_share) / 100
    )
    pence = exact * 100 + Fraction(1, 2)
    assert equity_of(asset) == Decimal(pence.numerator // pence.denominator) / 100
    assert 0 <= equity_of(asset) <= asset.estimated_value


@given(assets=st.lists(ASSETS, max_size=200))
def test_totals_are_the_sums_of_what_is_listed(assets: list[Valued]) -> None:
    found = total(assets)
    assert found.value == sum((asset.estimated_value for asset in assets), Decimal(0))
    assert found.secured == sum((asset.secured_amount for asset in assets), Decimal(0))
    assert found.equity == sum((equity_of(asset) for asset in assets), Decimal(0))
    assert found.exempt_equity == sum((equity_of(asset) for asset in assets if asset.exempt), Decimal(0))
    assert found.counted_equity == found.equity - found.exempt_equity
    for amount in (found.value, found.secured, found.equity, found.exempt_equity, found.counted_equity):
        assert amount == amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        assert amount < 10**13  # what Money can tell


def test_no_assets_come_to_nothing() -> None:
    zero = Decimal("0.00")
    nothing = AssetTotals(value=zero, secured=zero, equity=zero, exempt_equity=zero, counted_equity=zero)
    assert total([]) == nothing
    assert str(total([]).equity) == "0.00"
