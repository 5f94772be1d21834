"""Amounts of money."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.formats import FormatError
from cma_graphql.core.money import NOTHING, format_money, parse_money

LARGEST = Decimal("9999999999999.99")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("0", "0.00"),
        ("-0.00", "0.00"),
        ("1234.5", "1234.50"),
        (" 1234.56 ", "1234.56"),
        ("-12", "-12.00"),
        ("007", "7.00"),
        (42, "42.00"),
        (-1, "-1.00"),
        (Decimal("1E+2"), "100.00"),
        (Decimal("0E+999999"), "0.00"),
        (Decimal("-0"), "0.00"),
        ("9999999999999.99", "9999999999999.99"),
        (LARGEST, "9999999999999.99"),
    ],
)
def test_accepts(value: str | int | Decimal, written: str) -> None:
    amount = parse_money(value)
    assert str(amount) == written
    assert format_money(amount) == written


@pytest.mark.parametrize(
    ("value", "rule", "params"),
    [
        ("", "money", {}),
        ("£5", "money", {}),
        ("1,000.00", "money", {}),
        ("1e3", "money", {}),
        ("+1", "money", {}),
        ("1.", "money", {}),
        (".5", "money", {}),
        ("--1", "money", {}),
        ("1_000", "money", {}),
        ("１", "money", {}),  # noqa: RUF001 - a full-width digit
        ("1\x00", "money", {}),
        ("\ud800", "money", {}),
        (True, "money", {}),
        ("NaN", "finite", {}),
        ("-Infinity", "finite", {}),
        (Decimal("NaN"), "finite", {}),
        (Decimal("sNaN"), "finite", {}),
        (Decimal("-Infinity"), "finite", {}),
        ("1.234", "decimals", {"maximum": 2}),
        ("1.230", "decimals", {"maximum": 2}),
        (Decimal("0.001"), "decimals", {"maximum": 2}),
        (Decimal("1E-999999"), "decimals", {"maximum": 2}),
        ("10000000000000", "digits", {"maximum": 13}),
        (10**13, "digits", {"maximum": 13}),
        pytest.param(-(10**100_000), "digits", {"maximum": 13}, id="vast"),
        (Decimal("1E+999999"), "digits", {"maximum": 13}),
        pytest.param("9" * 1_000_000, "digits", {"maximum": 13}, id="megabyte"),
    ],
)
def test_refuses(value: str | int | Decimal, rule: str, params: dict[str, int]) -> None:
    with pytest.raises(FormatError) as refused:
        parse_money(value)
    assert (refused.value.rule, refused.value.params) == (rule, params)


@pytest.mark.parametrize("value", [1.5, None, b"1", [1]])
def test_refuses_other_types(value: object) -> None:
    with pytest.raises(FormatError) as refused:
        parse_money(value)  # type: ignore[arg-type]
    assert refused.value.rule == "money"


def test_refuses_less_than_the_minimum() -> None:
    assert parse_money("0", minimum=NOTHING) == NOTHING
    with pytest.raises(FormatError) as refused:
        parse_money("-0.01", minimum=NOTHING)
    assert (refused.value.rule, refused.value.params) == ("minimum", {"minimum": "0.00"})


def test_refuses_to_write_part_of_a_penny() -> None:
    with pytest.raises(FormatError):
        format_money(Decimal("0.005"))


@given(st.decimals(min_value=-LARGEST, max_value=LARGEST, places=2))
def test_reading_undoes_writing(amount: Decimal) -> None:
    written = format_money(amount)
    assert re.fullmatch(r"-?[0-9]{1,13}\.[0-9]{2}", written)
    assert parse_money(written) == amount


@given(st.text() | st.from_regex(r"-?[0-9]{1,15}(\.[0-9]{0,3})?", fullmatch=True) | st.integers() | st.decimals())
def test_what_is_accepted_is_whole_pennies(value: str | int | Decimal) -> None:
    try:
        amount = parse_money(value)
    except FormatError:
        return
    assert amount.as_tuple().exponent == -2
    assert abs(amount) <= LARGEST
    assert amount == Decimal(value)
