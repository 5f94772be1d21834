"""Conversion and totals, to the penny and for whatever lines there are."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.errors import Invalid, TransitionRefused
from cma_graphql.domain.budgets.catalogue import SAVINGS_CAP, SAVINGS_RATE, Form
from cma_graphql.domain.budgets.conversion import monthly_amount
from cma_graphql.domain.budgets.models import LineKind, SheetStatus
from cma_graphql.domain.budgets.totals import (
    STORED,
    Totals,
    TotalsDiffer,
    add_up,
    kept_totals,
    require_agreement,
    require_writable,
    suggested_savings,
)
from cma_graphql.domain.budgets.transitions import FOLLOWING, require_step

VECTORS = [
    ("50.00", 13, "54.17"),
    ("100.00", 52, "433.33"),
    ("250.00", 26, "541.67"),
    ("120.00", 4, "40.00"),
    ("10.00", 1, "0.83"),
    ("0.01", 52, "0.04"),
]
PENCE = st.integers(min_value=0, max_value=10**9).map(lambda pence: Decimal(pence) / 100)
KINDS = list(LineKind)
CODES = {f"{kind.value}.{number}": kind for kind in KINDS for number in range(3)}
ROWS: Any = [
    {
        "scheme": "SFS",
        "scheme_version": "1.1",
        "code": code,
        "kind": kind.value,
        "group_code": kind.value,
        "section": kind.value.title(),
        "position": position,
    }
    for position, (code, kind) in enumerate(CODES.items())
]
FORM = Form(ROWS)


@pytest.mark.parametrize(("amount", "periods", "monthly"), VECTORS)
def test_an_amount_is_what_the_reference_says_a_month(amount: str, periods: int, monthly: str) -> None:
    assert monthly_amount(Decimal(amount), periods_per_year=periods) == Decimal(monthly)


@given(PENCE, st.sampled_from([52, 26, 13, 24, 12, 4, 3, 2, 1, 10]))
def test_the_monthly_amount_is_the_nearest_penny_half_up(amount: Decimal, periods: int) -> None:
    exact = Fraction(amount) * periods / 12
    monthly = monthly_amount(amount, periods_per_year=periods)
    assert monthly == monthly.quantize(Decimal("0.01"))
    assert -Fraction(1, 200) < Fraction(monthly) - exact <= Fraction(1, 200)


@given(st.lists(st.tuples(st.sampled_from(sorted(CODES)), PENCE), max_size=200))
def test_totals_are_the_sums_of_the_listed_lines(listed: list[tuple[str, Decimal]]) -> None:
    totals = add_up(FORM, "SFS", "1.1", [{"code": code, "monthly_amount": amount} for code, amount in listed])

    def of(*kinds: LineKind) -> Decimal:
        return sum((amount for code, amount in listed if CODES[code] in kinds), Decimal(0))

    assert totals.total_income == of(LineKind.INCOME)
    assert totals.total_fixed == of(LineKind.FIXED)
    assert totals.total_flexible == of(LineKind.FLEXIBLE)
    assert totals.total_outgoings == of(LineKind.FIXED, LineKind.FLEXIBLE)
    assert totals.surplus == of(LineKind.INCOME) - of(LineKind.FIXED, LineKind.FLEXIBLE)
    assert totals.available_for_priority == totals.surplus - of(LineKind.SAVINGS, LineKind.DEBT_FEE)
    assert sum((group.amount for group in totals.groups), Decimal(0)) == of(*KINDS)
    assert {group.group_code for group in totals.groups} == {CODES[code].value for code, _ in listed}


def test_a_line_that_the_catalogue_has_lost_is_not_left_out_in_silence() -> None:
    with pytest.raises(LookupError, match="lost the line X"):
        add_up(FORM, "SFS", "1.1", [{"code": "X", "monthly_amount": Decimal(1)}])


@pytest.mark.parametrize("name", STORED)
def test_kept_totals_that_differ_are_named(name: str) -> None:
    counted = Totals(total_income=Decimal("10.00"), total_fixed=Decimal("4.00"))
    kept = {**counted.stored(), name: Decimal("99.00")}
    with pytest.raises(TotalsDiffer) as refusal:
        require_agreement(kept_totals(kept), counted)
    assert refusal.value.params["totals"] == [name]
    require_agreement(kept_totals(counted.stored()), counted)
    require_agreement(kept_totals({**counted.stored(), name: None}), counted)


def test_totals_are_as_long_as_money_may_be() -> None:
    most = Decimal("9999999999999.99")
    require_writable(Totals(total_income=most), "lines")
    require_writable(Totals(total_fixed=most), "lines")
    for totals in (
        Totals(total_fixed=most, total_flexible=Decimal("0.01")),
        Totals(total_fixed=most, savings_contribution=Decimal("0.01")),
    ):
        with pytest.raises(Invalid) as refusal:
            require_writable(totals, "lines")
        assert (refusal.value.field, refusal.value.rule) == ("lines", "digits")


@pytest.mark.parametrize(
    ("surplus", "suggested"),
    [
        ("-10.00", "0.00"),
        ("0.00", "0.00"),
        ("100.09", "10.00"),
        ("199.99", "19.99"),
        ("200.00", "20.00"),
        ("999", "20.00"),
    ],
)
def test_the_saving_is_a_tenth_of_the_surplus_to_a_cap(surplus: str, suggested: str) -> None:
    figures: Any = [
        {"scheme": "SFS", "code": SAVINGS_RATE, "value": Decimal("0.1000")},
        {"scheme": "SFS", "code": SAVINGS_CAP, "value": Decimal("20.0000")},
    ]
    rows: Any = [{**row, "active_from": date(2017, 3, 1), "active_to": date(2025, 12, 31)} for row in figures]
    assert suggested_savings(rows, "SFS", date(2025, 12, 31), Decimal(surplus)) == Decimal(suggested)
    assert suggested_savings(rows, "SFS", date(2026, 1, 1), Decimal(surplus)) is None
    assert suggested_savings(rows[:1], "SFS", date(2025, 1, 1), Decimal(surplus)) is None


def test_half_a_penny_goes_up() -> None:
    assert monthly_amount(Decimal("0.06"), periods_per_year=1) == Decimal("0.01")
    assert monthly_amount(Decimal("0.05"), periods_per_year=1) == Decimal("0.00")


@pytest.mark.parametrize("source", list(SheetStatus))
@pytest.mark.parametrize("target", list(SheetStatus))
def test_a_statement_takes_the_steps_of_its_table_and_no_others(source: SheetStatus, target: SheetStatus) -> None:
    if target in FOLLOWING[source]:
        require_step(source.value, target)
        return
    with pytest.raises(TransitionRefused) as refusal:
        require_step(source.value, target)
    assert refusal.value.allowed == tuple(status.value for status in FOLLOWING[source])


def test_what_is_over_is_over() -> None:
    ends = {status for status, following in FOLLOWING.items() if not following}
    assert ends == {SheetStatus.SUPERSEDED, SheetStatus.WITHDRAWN}
