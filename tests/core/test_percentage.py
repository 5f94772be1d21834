"""Rates in per cent: what is read, what is refused."""

from decimal import Decimal

import pytest

from cma_graphql.core.formats import FormatError
from cma_graphql.core.percentage import format_percentage, parse_percentage


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("0", "0.00"),
        ("-0.00", "0.00"),
        (7, "7.00"),
        (" 19.9 ", "19.90"),
        ("1250.5", "1250.50"),
        ("99999.99", "99999.99"),
    ],
)
def test_a_rate_is_read_exactly(given: str | int, kept: str) -> None:
    rate = parse_percentage(given)
    assert (rate, format_percentage(rate)) == (Decimal(kept), kept)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ("", "percentage"),
        ("19,9", "percentage"),
        ("19.9%", "percentage"),
        ("1e3", "percentage"),
        ("9" * 41, "percentage"),
        (True, "percentage"),
        ("NaN", "finite"),
        ("-Infinity", "finite"),
        ("1.999", "decimals"),
        ("-1", "minimum"),
        ("100000", "maximum"),
    ],
)
def test_what_is_no_rate_is_refused_by_its_rule(given: str | int, rule: str) -> None:
    with pytest.raises(FormatError) as refused:
        parse_percentage(given)
    assert refused.value.rule == rule
