"""From when to when somebody is away: given in days, or in times, read to instants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from cma_graphql.core.clock import LONDON, now
from cma_graphql.core.faults import Faults

DAYS = ("first_day", "last_day")
INSTANTS = ("starts_at", "ends_at")
_BACK = timedelta(days=31)
_AHEAD = timedelta(days=2 * 366)
_LONGEST = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Times:
    """A time away; `ends_at` is the first instant after it."""

    starts_at: datetime
    ends_at: datetime
    all_day: bool

    @property
    def field(self) -> str:
        """Tell which field of the input says when it begins."""
        return DAYS[0] if self.all_day else INSTANTS[0]


def midnight(day: date) -> datetime:
    """Answer the instant at which a day begins in London, whichever offset it has."""
    return datetime.combine(day, time(), LONDON)


def read_times(faults: Faults, given: Mapping[str, Any]) -> Times | None:
    """Answer from when to when it is, the last day included; note faults and answer None where there are any.

    Rules: `days-or-times` (one of the pairs, whole), `ends-before-start`, `past` (it is over), `too-early` (it began
    more than 31 days ago), `too-late` (it begins more than two years ahead), `too-long`.
    """
    first, last, starts, ends = (given.get(name) for name in (*DAYS, *INSTANTS))
    if first is not None and last is not None and starts is None and ends is None:
        if last < first:
            faults.add("last_day", "ends-before-start", "The last day is not before the first.")
            return None
        return _bounded(faults, Times(midnight(first), midnight(last + timedelta(days=1)), all_day=True))
    if starts is not None and ends is not None and first is None and last is None:
        if ends <= starts:
            faults.add("ends_at", "ends-before-start", "An absence ends after it begins.")
            return None
        return _bounded(faults, Times(starts, ends, all_day=False))
    faults.add(
        "first_day", "days-or-times", "Say a first and a last day, or when it begins and ends, and not both of them."
    )
    return None


def _bounded(faults: Faults, times: Times) -> Times | None:
    at, before = now(), len(faults.found)
    first, last = (times.field, DAYS[1] if times.all_day else INSTANTS[1])
    if times.ends_at <= at:
        faults.add(last, "past", "This is over: nobody can be covered for then any more.", after=at.isoformat())
    elif times.starts_at < at - _BACK:
        faults.add(first, "too-early", f"It began more than {_BACK.days} days ago.", days=_BACK.days)
    elif times.starts_at > at + _AHEAD:
        faults.add(first, "too-late", "It begins more than two years ahead.", days=_AHEAD.days)
    elif times.ends_at - times.starts_at > _LONGEST:
        faults.add(last, "too-long", "It takes more than two years.", days=_LONGEST.days)
    return times if len(faults.found) == before else None
