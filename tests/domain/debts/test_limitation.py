"""Periods of limitation: counted from the latest day, by the rule of the law and the day."""

from datetime import date
from typing import Any

import pytest

from cma_graphql.domain.debts.limitation import DatedDebt, Period, limitation_expiry

TODAY = date(2026, 11, 24)
OLD = date(1980, 1, 1)
PERIODS = [
    Period("ENGLAND_AND_WALES", "SIMPLE_CONTRACT", 6, OLD, None, "SOURCED", "S37"),
    Period("SCOTLAND", "SIMPLE_CONTRACT", 4, OLD, date(2025, 2, 27), "SOURCED", "older"),
    Period("SCOTLAND", "SIMPLE_CONTRACT", 5, date(2025, 2, 28), None, "GENERAL_KNOWLEDGE", "newer"),
    Period("SCOTLAND", "DECREE", 20, OLD, None, "SOURCED", "S37"),
]


def debt(**given: Any) -> DatedDebt:
    values: dict[str, Any] = {
        "jurisdiction": "ENGLAND_AND_WALES",
        "kind": "SIMPLE_CONTRACT",
        "defaulted_on": None,
        "last_payment_on": None,
        "last_acknowledged_on": None,
        "judgment_on": None,
        **given,
    }
    return DatedDebt(**values)


@pytest.mark.parametrize(
    ("given", "start", "end"),
    [
        ({"defaulted_on": date(2020, 3, 1)}, date(2020, 3, 1), date(2026, 3, 1)),
        ({"defaulted_on": date(2020, 3, 1), "last_payment_on": date(2021, 5, 2)}, date(2021, 5, 2), date(2027, 5, 2)),
        (
            {"last_payment_on": date(2021, 5, 2), "last_acknowledged_on": date(2022, 1, 1)},
            date(2022, 1, 1),
            date(2028, 1, 1),
        ),
        ({"defaulted_on": date(2020, 2, 29)}, date(2020, 2, 29), date(2026, 2, 28)),
        ({"jurisdiction": "SCOTLAND", "defaulted_on": date(2020, 3, 1)}, date(2020, 3, 1), date(2025, 3, 1)),
        (
            {"jurisdiction": "SCOTLAND", "defaulted_on": date(2010, 3, 1), "judgment_on": date(2012, 4, 5)},
            date(2012, 4, 5),
            date(2032, 4, 5),
        ),
    ],
)
def test_it_ends_the_rules_years_after_the_latest_day(given: dict[str, Any], start: date, end: date) -> None:
    expiry = limitation_expiry(debt(**given), PERIODS, on=TODAY)
    assert expiry is not None
    assert (expiry.counted_from, expiry.expires_on) == (start, end)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"kind": "NOT_KNOWN", "defaulted_on": date(2020, 3, 1)},
        {"jurisdiction": "NORTHERN_IRELAND", "defaulted_on": date(2020, 3, 1)},
        {"defaulted_on": date(2020, 3, 1), "judgment_on": date(2021, 3, 1)},
    ],
    ids=["no day", "no rule", "no rule of that law", "an English judgment"],
)
def test_what_is_not_known_is_not_said(given: dict[str, Any]) -> None:
    assert limitation_expiry(debt(**given), PERIODS, on=TODAY) is None


def test_the_rule_is_the_one_of_the_day() -> None:
    scottish = debt(jurisdiction="SCOTLAND", defaulted_on=date(2020, 3, 1))
    found = [limitation_expiry(scottish, PERIODS, on=day) for day in (date(2025, 2, 27), date(2025, 2, 28))]
    assert [(one.years, one.source) for one in found if one is not None] == [(4, "older"), (5, "newer")]
