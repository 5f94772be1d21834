"""When somebody is at work: the hours of their week less their absences, by the clock in London."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from cma_graphql.core.clock import LONDON
from cma_graphql.domain.staffing.hours import Interval
from cma_graphql.domain.staffing.models import MINUTES_OF_A_DAY
from cma_graphql.persistence.reads import Record

Times = tuple[datetime, datetime]
"""From an instant to another, which is not within."""
ASSUMED_WEEK = tuple(Interval(weekday, 9 * 60, 17 * 60) for weekday in range(1, 6))
"""When somebody is taken to work of whom it is not said."""
DAYS_AHEAD = 7


def instant(day: date, minute: int) -> datetime:
    """Answer when a clock in London shows so many minutes after a day's midnight."""
    if minute == MINUTES_OF_A_DAY:
        return datetime.combine(day + timedelta(days=1), time(), LONDON)
    return datetime.combine(day, time(minute // 60, minute % 60), LONDON)


def week_of(hours: Sequence[Record]) -> Sequence[Interval]:
    """Answer a person's week; the usual one where it is not said."""
    return [Interval(row["weekday"], row["start_minute"], row["end_minute"]) for row in hours] or ASSUMED_WEEK


def at_work(week: Iterable[Interval], absences: Sequence[Record], day: date) -> Iterator[Times]:
    """Answer from when to when somebody is at work on a day; the absences are in order and do not overlap."""
    for interval in week:
        if interval.weekday != day.isoweekday():
            continue
        begin, end = instant(day, interval.start_minute), instant(day, interval.end_minute)
        for absence in absences:
            if absence["starts_at"] >= end or absence["ends_at"] <= begin:
                continue
            if absence["starts_at"] > begin:
                yield begin, absence["starts_at"]
            begin = absence["ends_at"]
        if begin < end:
            yield begin, end


def next_day_at_work(hours: Sequence[Record], absences: Sequence[Record], at: datetime) -> int | None:
    """Answer after how many days, none for today, somebody is next at work: of seven days, None where on none."""
    week, today = week_of(hours), at.astimezone(LONDON).date()
    for ahead in range(DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        if any(end > at for _, end in at_work(week, absences, day)):
            return ahead
    return None
