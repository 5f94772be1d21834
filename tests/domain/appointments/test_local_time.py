"""Local times: in any zone, and where a clock change makes nonsense of them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.appointments.local_time import (
    LocalTime,
    Occurrence,
    first_instant,
    instant_of,
    last_instant,
    read_minute,
    write_minute,
)

FORWARD, BACK = date(2027, 3, 28), date(2027, 10, 31)


def refusal(when: LocalTime | datetime) -> tuple[str, str, dict[str, object]]:
    """Answer the field, the rule and the parameters by which a time is refused."""
    with pytest.raises(Invalid) as caught:
        instant_of(when, field="start")
    return caught.value.field, caught.value.rule, dict(caught.value.params)


@pytest.mark.parametrize(
    ("when", "instant"),
    [
        (LocalTime(day=date(2027, 1, 15), clock="09:30"), datetime(2027, 1, 15, 9, 30, tzinfo=UTC)),
        (LocalTime(day=date(2027, 7, 15), clock="09:30"), datetime(2027, 7, 15, 8, 30, tzinfo=UTC)),
        (LocalTime(day=date(2027, 7, 15), clock="00:15"), datetime(2027, 7, 14, 23, 15, tzinfo=UTC)),
        (
            LocalTime(day=date(2027, 7, 15), clock="09:30", zone="America/New_York"),
            datetime(2027, 7, 15, 13, 30, tzinfo=UTC),
        ),
        (LocalTime(day=FORWARD, clock="00:59"), datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        (LocalTime(day=FORWARD, clock="02:00"), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (LocalTime(day=BACK, clock="00:59"), datetime(2027, 10, 30, 23, 59, tzinfo=UTC)),
        (LocalTime(day=BACK, clock="02:00"), datetime(2027, 10, 31, 2, 0, tzinfo=UTC)),
        (datetime(2027, 7, 15, 9, 30, tzinfo=timezone(timedelta(hours=2))), datetime(2027, 7, 15, 7, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_an_instant(when: LocalTime | datetime, instant: datetime) -> None:
    assert instant_of(when, field="start") == instant


@pytest.mark.parametrize("clock", ["01:00", "01:30", "01:59"])
def test_a_time_that_is_left_out_is_refused_with_the_next(clock: str) -> None:
    params = {"next": "02:00", "instant": "2027-03-28T01:00:00Z"}
    assert refusal(LocalTime(day=FORWARD, clock=clock)) == ("start.local.time", "time-left-out", params)
    chosen = LocalTime(day=FORWARD, clock=clock, occurrence=Occurrence.LATER)
    assert refusal(chosen)[1] == "time-left-out"


def test_a_time_that_is_shown_twice_needs_a_choice() -> None:
    params = {"earlier": "2027-10-31T00:30:00Z", "later": "2027-10-31T01:30:00Z"}
    assert refusal(LocalTime(day=BACK, clock="01:30")) == ("start.local.time", "time-twice", params)
    for occurrence, hour in ((Occurrence.EARLIER, 0), (Occurrence.LATER, 1)):
        chosen = LocalTime(day=BACK, clock="01:30", occurrence=occurrence)
        assert instant_of(chosen, field="start") == datetime(2027, 10, 31, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "Europe", "../etc/passwd", "", "europe/london\x00"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    found = refusal(LocalTime(day=FORWARD, clock="09:00", zone=zone))
    assert found == ("start.local.time_zone", "time-zone", {"usual": "Europe/London"})


@pytest.mark.parametrize("clock", ["24:00", "9:30", "09:60", "0930", "", "٠٩:٣٠"])
def test_what_is_no_time_is_refused(clock: str) -> None:
    assert refusal(LocalTime(day=FORWARD, clock=clock))[:2] == ("start.local.time", "clock-format")


@pytest.mark.parametrize("day", [date.min, date(1999, 12, 31), date(2100, 1, 1), date.max])
def test_days_far_off_are_refused(day: date) -> None:
    assert refusal(LocalTime(day=day, clock="09:00"))[:2] == ("start.local.day", "diary-day")
    assert refusal(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))[:2] == ("start.instant", "diary-day")


def test_an_instant_is_a_full_minute() -> None:
    assert refusal(datetime(2027, 7, 15, 9, 30, 1, tzinfo=UTC))[:2] == ("start.instant", "whole-minute")


def test_minutes_are_written_and_read() -> None:
    assert [read_minute(text) for text in ("00:00", "09:30", "23:59", "24:00")] == [0, 570, 1439, 1440]
    assert [write_minute(minute) for minute in (0, 570, 1440)] == ["00:00", "09:30", "24:00"]


def test_a_working_day_begins_and_ends_with_the_clock() -> None:
    assert first_instant(FORWARD, 90) == last_instant(FORWARD, 90) == datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert first_instant(BACK, 90) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert last_instant(BACK, 90) == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
