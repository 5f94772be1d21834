"""An asset as somebody states it to a service, whatever door it comes through: shares and amounts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.assets.details import AssetDetails, read_asset

PRESENT: dict[str, object] = {"asset_type": "SAVINGS", "ownership_share": Decimal("100.00"), "exempt": False}


@pytest.mark.parametrize(
    ("share", "rule"),
    [
        ("NaN", "finite"),
        ("sNaN", "finite"),
        ("Infinity", "finite"),
        ("0", "range"),
        ("-1", "range"),
        ("100.001", "range"),
        ("1E+9", "range"),
        ("99.999", "decimals"),
        ("1E-30", "decimals"),
    ],
)
def test_a_share_that_is_none_is_refused(share: str, rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_asset({"ownership_share": Decimal(share), "joint_owner": "Kim"}, present=PRESENT)
    assert (refused.value.field, refused.value.rule) == ("ownership_share", rule)


@pytest.mark.parametrize(
    ("amount", "rule"),
    [
        ("NaN", "finite"),
        ("-Infinity", "finite"),
        ("-0.01", "minimum"),
        ("0.001", "decimals"),
        ("10000000000000", "digits"),
        ("10000000000.00", "maximum"),
    ],
)
@pytest.mark.parametrize("field", ["estimated_value", "secured_amount"])
def test_an_amount_that_is_none_is_refused(field: str, amount: str, rule: str) -> None:
    stated: AssetDetails = {field: Decimal(amount)}  # type: ignore[misc]
    with pytest.raises(Invalid) as refused:
        read_asset(stated, present=PRESENT)
    assert (refused.value.field, refused.value.rule) == (field, rule)


@given(share=st.decimals(min_value=Decimal("0.01"), max_value=Decimal("99.99"), places=2))
def test_a_share_is_kept_with_two_decimals(share: Decimal) -> None:
    kept = read_asset({"ownership_share": share.normalize(), "joint_owner": "Kim"}, present=PRESENT)
    assert (kept["ownership_share"], kept["joint_owner"]) == (share, "Kim")
    assert str(kept["ownership_share"]) == f"{share:.2f}"
