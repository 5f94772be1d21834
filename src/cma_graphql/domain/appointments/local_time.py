"""Times as a clock on the wall shows them: read in any zone, refused where a clock change makes nonsense of them.

A clock that is put forward leaves out an hour: a time within it is refused, with the first one that exists. A clock
that is put back shows an hour twice: such a time is refused until somebody says which of the two is meant. Taking the
first silently would, when it is wrong, have one of the two wait for an hour; and asking costs nothing, since in the
United Kingdom it is an hour of a Sunday night, of which nobody books by mistake anything but their own misreading.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from cma_graphql.core.clock import LONDON
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats import FormatError

OUR_ZONE = "Europe/London"
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
"""Within these days a diary is kept."""
MINUTES_OF_A_DAY = 24 * 60
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_MINUTE = timedelta(minutes=1)


class Occurrence(StrEnum):
    """Which of the two is meant where a clock is put back and shows a time twice."""

    EARLIER = "EARLIER"
    LATER = "LATER"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTime:
    """A day and a time as somebody said them."""

    day: date
    clock: str
    """`09:30`."""
    zone: str = OUR_ZONE
    occurrence: Occurrence | None = None


When = datetime | LocalTime
"""An instant, or what a clock shows then."""


def instant_of(when: When, *, field: str) -> datetime:
    """Answer the instant that is meant, in UTC and to the minute; raise Invalid, naming the part of the field."""
    if isinstance(when, datetime):
        return read_field(f"{field}.instant", _whole_minute, when)
    zone = read_field(f"{field}.local.time_zone", _zone, when.zone)
    clock = read_field(f"{field}.local.time", read_clock, when.clock)
    read_field(f"{field}.local.day", _diary_day, when.day)
    return read_field(f"{field}.local.time", _resolved, datetime.combine(when.day, clock), zone, when.occurrence)


def read_clock(text: str) -> time:
    """Read a time of day; raise FormatError."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise FormatError("clock-format", "A time is written like 09:30, from 00:00 to 23:59.")
    return time(int(found[1]), int(found[2]))


def read_minute(text: str) -> int:
    """Read a time of day as minutes after midnight; 24:00 is the day's end. Raise FormatError."""
    if text == "24:00":
        return MINUTES_OF_A_DAY
    at = read_clock(text)
    return at.hour * 60 + at.minute


def write_minute(minute: int) -> str:
    """Write minutes after midnight as a time of day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def london_day(at: datetime) -> date:
    """Tell the day that it is in London at an instant."""
    return at.astimezone(LONDON).date()


def first_instant(day: date, minute: int) -> datetime:
    """Answer when a clock in London first shows so many minutes of a day, or, where it leaves them out, more."""
    return _at(day, minute, last=False)


def last_instant(day: date, minute: int) -> datetime:
    """Answer when a clock in London shows so many minutes of a day for the last time, or, if it does not, more."""
    return _at(day, minute, last=True)


def _at(day: date, minute: int, *, last: bool) -> datetime:
    shown = datetime.combine(day, time(0)) + timedelta(minutes=minute)
    meant = shown.replace(tzinfo=LONDON, fold=int(last)).astimezone(UTC)
    return meant if _shows(meant, LONDON) == shown else _after_the_gap(shown, LONDON)


def _resolved(shown: datetime, zone: ZoneInfo, occurrence: Occurrence | None) -> datetime:
    earlier, later = (shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if _shows(earlier, zone) != shown:
        after = _after_the_gap(shown, zone)
        there = after.astimezone(zone)
        raise FormatError(
            "time-left-out",
            f"The clock is put forward and leaves this time out: the first one after it is {there:%H:%M}.",
            next=f"{there:%H:%M}",
            instant=_written(after),
        )
    if earlier == later or occurrence is Occurrence.EARLIER:
        return earlier
    if occurrence is Occurrence.LATER:
        return later
    raise FormatError(
        "time-twice",
        "The clock is put back and shows this time twice: say whether the earlier or the later one is meant.",
        earlier=_written(earlier),
        later=_written(later),
    )


def _shows(at: datetime, zone: ZoneInfo) -> datetime:
    """Tell what a clock shows at an instant."""
    return at.astimezone(zone).replace(tzinfo=None)


def _after_the_gap(shown: datetime, zone: ZoneInfo) -> datetime:
    """Answer the first instant whose clock shows more than a time that it leaves out."""
    at = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)  # by the offset after the change: before the gap
    while _shows(at, zone) < shown:
        at += _MINUTE
    return at


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _diary_day(day: date) -> date:
    if not EARLIEST <= day < LATEST:
        raise FormatError("diary-day", "No diary is kept for this day.", earliest=str(EARLIEST), before=str(LATEST))
    return day


def _zone(name: str) -> ZoneInfo:
    if name not in _known_zones():
        raise FormatError("time-zone", "No time zone of the IANA database has this name.", usual=OUR_ZONE)
    return ZoneInfo(name)


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _whole_minute(at: datetime) -> datetime:
    if at.second or at.microsecond:
        raise FormatError("whole-minute", "An appointment begins at a full minute.")
    _diary_day(at.date())
    return at.astimezone(UTC)
