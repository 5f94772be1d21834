"""Dates of birth."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.person import age_on, check_date_of_birth

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("born", "rule", "params"),
    [
        (date(2026, 3, 2), "date-in-future", {}),
        (date(2026, 3, 1), "minimum-age", {"minimum": 16}),
        (date(2010, 3, 2), "minimum-age", {"minimum": 16}),
        (date(1905, 3, 1), "maximum-age", {"maximum": 120}),
        (date(1, 1, 1), "maximum-age", {"maximum": 120}),
    ],
)
def test_refuses(born: date, rule: str, params: dict[str, int]) -> None:
    with pytest.raises(FormatError) as refused:
        check_date_of_birth(born, today=TODAY)
    assert (refused.value.rule, refused.value.params) == (rule, params)


@pytest.mark.parametrize("born", [date(2008, 3, 1), date(1980, 6, 1), date(1905, 3, 2)])
def test_accepts_without_a_warning(born: date) -> None:
    assert check_date_of_birth(born, today=TODAY) is None


@pytest.mark.parametrize("born", [date(2008, 3, 2), date(2010, 3, 1)])
def test_warns_of_a_minor(born: date) -> None:
    caution = check_date_of_birth(born, today=TODAY)
    assert caution is not None
    assert (caution.rule, caution.params) == ("minor", {"age": 18})


def test_the_birthday_of_a_leap_day_is_the_first_of_march() -> None:
    born = date(2008, 2, 29)
    assert age_on(date(2026, 2, 28), born=born) == 17
    assert age_on(date(2026, 3, 1), born=born) == 18
    assert age_on(date(2028, 2, 29), born=born) == 20


@given(st.dates(), st.dates())
def test_a_day_never_makes_anybody_younger(born: date, day: date) -> None:
    if day > born and day < date.max:
        assert 0 <= age_on(day + timedelta(days=1), born=born) - age_on(day, born=born) <= 1
