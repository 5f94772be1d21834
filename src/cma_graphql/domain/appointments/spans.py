"""Spans of time and what is left of them: sets of instants as sorted spans that do not touch one another."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

_MINUTE = timedelta(minutes=1)


class Span(NamedTuple):
    """From an instant to another, itself not within."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        """Tell whether the two have an instant in common."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: "Span") -> bool:
        """Tell whether all of another span is within."""
        return self.start <= other.start and other.end <= self.end


def merged(spans: Iterable[Span]) -> list[Span]:
    """Answer the same instants as sorted spans that do not touch."""
    found: list[Span] = []
    for span in sorted(span for span in spans if span.start < span.end):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def common(first: Sequence[Span], second: Sequence[Span]) -> list[Span]:
    """Answer the instants that two merged sets share."""
    found, one, two = list[Span](), 0, 0
    while one < len(first) and two < len(second):
        start, end = max(first[one].start, second[two].start), min(first[one].end, second[two].end)
        if start < end:
            found.append(Span(start, end))
        if first[one].end <= second[two].end:
            one += 1
        else:
            two += 1
    return found


def without(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """Answer the instants of one merged set that are not in another."""
    found, place = list[Span](), 0
    for span in spans:
        start = span.start
        while place < len(taken) and taken[place].end <= start:
            place += 1
        at = place
        while at < len(taken) and taken[at].start < span.end:
            if start < taken[at].start:
                found.append(Span(start, taken[at].start))
            start = max(start, taken[at].end)
            at += 1
        if start < span.end:
            found.append(Span(start, span.end))
    return found


def starts(free: Sequence[Span], duration: timedelta, *, step: timedelta) -> Iterator[datetime]:
    """Go through the instants, whole steps of the hour, from which a span has as long as this free."""
    minutes = step // _MINUTE
    for span in free:
        at = span.start.replace(second=0, microsecond=0)
        at += _MINUTE if at < span.start else timedelta()
        at += timedelta(minutes=-at.minute % minutes)
        while at + duration <= span.end:
            yield at
            at += step
