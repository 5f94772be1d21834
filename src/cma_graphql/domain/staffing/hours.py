"""How a week of working hours is read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.domain.staffing.models import MINUTES_OF_A_DAY

MOST_INTERVALS = 28
"""Four a day: a week is a plain list, so it has a bound (decision 17)."""
_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_MINUTES_OF_AN_HOUR = 60


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A time of the week, by the clock in London; the end is not within."""

    weekday: int
    start_minute: int
    end_minute: int


@dataclass(frozen=True, slots=True)
class GivenInterval:
    """A time of the week as it was given: a day from 1, Monday, to 7, and times like 09:00."""

    weekday: int
    starts: str
    ends: str


def read_minute(text: str) -> int:
    """Answer the minutes from midnight to a time like 09:30; the day's end is 24:00. Refuses with `time`."""
    match = _TIME.fullmatch(text)
    minute = MINUTES_OF_A_DAY + 1 if match is None else int(match[1]) * _MINUTES_OF_AN_HOUR + int(match[2])
    if minute > MINUTES_OF_A_DAY:
        raise FormatError("time", "A time of the day is written like 09:30; the day's end is 24:00.")
    return minute


def write_minute(minute: int) -> str:
    """Write a time of the day like 09:30."""
    return f"{minute // _MINUTES_OF_AN_HOUR:02}:{minute % _MINUTES_OF_AN_HOUR:02}"


def read_week(faults: Faults, given: Sequence[GivenInterval]) -> list[Interval]:
    """Answer a week's intervals in order; note faults, each with its interval: `hours.0.starts`.

    Rules: `too-many`, `time`, `ends-before-start`, `overlap`.
    """
    if len(given) > MOST_INTERVALS:
        faults.add("hours", "too-many", f"A week has at most {MOST_INTERVALS} intervals.", maximum=MOST_INTERVALS)
        return []
    read: list[tuple[Interval, int]] = []
    for index, interval in enumerate(given):
        starts = faults.read(f"hours.{index}.starts", read_minute, interval.starts)
        ends = faults.read(f"hours.{index}.ends", read_minute, interval.ends)
        if starts is None or ends is None:
            continue
        if ends <= starts:
            faults.add(
                f"hours.{index}.ends",
                "ends-before-start",
                "Working hours end after they begin; those over midnight are two intervals.",
            )
        else:
            read.append((Interval(interval.weekday, starts, ends), index))
    read.sort()
    for (former, _), (latter, index) in pairwise(read):
        if former.weekday == latter.weekday and latter.start_minute < former.end_minute:
            faults.add(
                f"hours.{index}.starts",
                "overlap",
                "Nobody works in two intervals at once.",
                until=write_minute(former.end_minute),
            )
    return [interval for interval, _ in read]
