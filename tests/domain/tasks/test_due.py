"""When tasks are due: days in London, whatever its clocks do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.clock import LONDON, stopped
from cma_graphql.core.formats import FormatError
from cma_graphql.domain.tasks.due import Due, read_due

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@given(DAYS)
def test_a_day_ends_with_its_last_moment_in_london(day: date) -> None:
    due = Due.by_day(day)
    last = due.at - timedelta(microseconds=1)
    assert (due.on, due.timed) == (day, False)
    assert last.astimezone(LONDON).date() == day
    assert due.at.astimezone(LONDON).date() == day + timedelta(days=1)
    assert due.at.astimezone(LONDON).hour == 0


@given(DAYS)
def test_days_follow_one_another_without_a_gap(day: date) -> None:
    hours = (Due.by_day(day + timedelta(days=1)).at - Due.by_day(day).at) / timedelta(hours=1)
    assert hours in {23, 24, 25}  # 23 and 25 where the clocks change


@given(INSTANTS)
def test_an_hour_falls_on_its_day(at: datetime) -> None:
    due = Due.by_instant(at)
    assert (due.at, due.timed, due.on) == (at, True, at.astimezone(LONDON).date())
    assert due.at < Due.by_day(due.on).at


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 6, 1), 24)])
def test_a_day_is_as_long_as_its_clocks_make_it(day: date, hours: int) -> None:
    assert Due.by_day(day).at - Due.by_day(day - timedelta(days=1)).at == timedelta(hours=hours)


def test_what_is_due_today_is_not_past_until_london_says_so() -> None:
    day = date(2027, 6, 1)  # summer time: the day ends at eleven in the evening, UTC
    with stopped(datetime(2027, 6, 1, 22, 59, 59, tzinfo=UTC)):
        assert read_due(day, None).at == datetime(2027, 6, 1, 23, tzinfo=UTC)
    with stopped(datetime(2027, 6, 1, 23, tzinfo=UTC)), pytest.raises(FormatError) as refused:
        read_due(day, None)
    assert refused.value.rule == "future"


def test_half_past_one_comes_twice_when_the_clocks_go_back() -> None:
    with stopped(datetime(2027, 10, 1, tzinfo=UTC)):
        first = read_due(None, datetime(2027, 10, 31, 0, 30, tzinfo=UTC))
        second = read_due(None, datetime(2027, 10, 31, 1, 30, tzinfo=UTC))
    assert first.on == second.on == date(2027, 10, 31)
    assert {due.at.astimezone(LONDON).strftime("%H:%M") for due in (first, second)} == {"01:30"}
    assert first.at < second.at
