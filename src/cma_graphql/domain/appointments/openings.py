"""When a centre is open: week by week by the clock in London, but for bank holidays and days of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from holidays import country_holidays
from holidays.holiday_base import HolidayBase

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.appointments.diary_models import HolidayRegion
from cma_graphql.domain.appointments.local_time import first_instant, last_instant, london_day, write_minute
from cma_graphql.domain.appointments.spans import Span
from cma_graphql.domain.centres.models import Jurisdiction

Hours = tuple[int, int]
"""Minutes after midnight: from, and until, itself not within."""
USUAL_HOURS: Hours = (9 * 60, 17 * 60)
USUAL_WEEK: Mapping[int, Hours | None] = {
    weekday: USUAL_HOURS if weekday <= 5 else None  # noqa: PLR2004 - Friday
    for weekday in range(1, 8)
}
"""When a centre is open of which nobody has said anything else."""
USUAL_REMINDERS = (48, 2)
"""How many hours before an appointment such a centre reminds of it."""
USUAL_REGION = {
    Jurisdiction.ENGLAND_AND_WALES: HolidayRegion.ENG,
    Jurisdiction.SCOTLAND: HolidayRegion.SCT,
    Jurisdiction.NORTHERN_IRELAND: HolidayRegion.NIR,
}
_A_DAY = timedelta(days=1)
A_YEAR = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Openings:
    """When one centre is open."""

    region: HolidayRegion
    week: Mapping[int, Hours | None] = field(default_factory=lambda: USUAL_WEEK)
    exceptions: Mapping[date, Hours | None] = field(default_factory=dict)
    """Days unlike their weekday: they count on a bank holiday, too."""

    def hours_on(self, day: date) -> Hours | None:
        """Tell from when until when the centre is open on a day; None: not at all."""
        if day in self.exceptions:
            return self.exceptions[day]
        return None if self.holiday_on(day) is not None else self.week.get(day.isoweekday())

    def holiday_on(self, day: date) -> str | None:
        """Name the bank holiday for which the centre is closed; None: it is not closed for any."""
        return None if day in self.exceptions else bank_holiday(self.region, day)

    def objection(self, span: Span, *, field: str) -> Invalid | None:
        """Tell why the centre is not open at a time, on the day on which that begins; None: it is."""
        day = london_day(span.start)
        holiday = self.holiday_on(day)
        if holiday is not None:
            message = f"The centre is closed for a bank holiday: {holiday}."
            return Invalid(field, "bank-holiday", message, holiday=holiday)
        hours = self.hours_on(day)
        if hours is None:
            return Invalid(field, "closed", "The centre is closed on this day.")
        if not span_of(day, hours).holds(span):
            opens, closes = (write_minute(minute) for minute in hours)
            message = f"On this day the centre is open from {opens} to {closes}."
            return Invalid(field, "outside-opening-hours", message, opens=opens, closes=closes)
        return None

    def spans(self, first: date, last: date) -> Iterator[Span]:
        """Go through the times from one day to another, itself within, at which the centre is open."""
        for day in days(first, last):
            hours = self.hours_on(day)
            if hours is not None:
                span = span_of(day, hours)
                if span.start < span.end:
                    yield span


def days(first: date, last: date) -> Iterator[date]:
    """Go through the days from one to another, itself within."""
    day = first
    while day <= last:
        yield day
        day += _A_DAY


def span_of(day: date, hours: Hours) -> Span:
    """Answer the instants between two times of a day by the clock in London.

    A beginning that the clock shows twice is the first of the two, an end the second; what it leaves out is passed.
    """
    return Span(first_instant(day, hours[0]), last_instant(day, hours[1]))


def bank_holiday(region: HolidayRegion, day: date) -> str | None:
    """Name the bank holiday that a day is in a part of the United Kingdom; None: it is none."""
    return _holidays(region).get(day)


def bank_holidays(region: HolidayRegion, first: date, last: date) -> list[tuple[date, str]]:
    """Name the bank holidays from one day to another, itself within, of at most a year and a day."""
    asked = (first + timedelta(days=number) for number in range(min((last - first).days, A_YEAR) + 1))
    return [(day, name) for day in asked if (name := bank_holiday(region, day)) is not None]


@cache
def _holidays(region: HolidayRegion) -> HolidayBase:
    return country_holidays("GB", subdiv=region.value)
