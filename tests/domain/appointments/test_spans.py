"""What is left of a day, against a model that looks at every minute of it; clock changes included."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.clock import LONDON
from cma_graphql.domain.appointments.openings import span_of
from cma_graphql.domain.appointments.spans import Span, common, merged, starts, without

MINUTE = timedelta(minutes=1)
FORWARD, BACK, PLAIN = date(2027, 3, 28), date(2027, 10, 31), date(2027, 6, 15)
"""The day on which the clock is put forward, the one on which it is put back, and one like most."""


def minutes_of(day: date) -> list[datetime]:
    """Answer every minute of a day in London, as instants."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=2)
    found = []
    for _ in range(30 * 60):
        if at.astimezone(LONDON).date() == day:
            found.append(at)
        at += MINUTE
    return found


def shown(at: datetime) -> int:
    """Tell how many minutes after midnight the clock shows."""
    there = at.astimezone(LONDON)
    return there.hour * 60 + there.minute


def within(day: date, opens: int, closes: int) -> set[datetime]:
    """Answer the minutes between two times, by looking at the clock at every one of them.

    They begin with the first minute of the day at which the clock has come to `opens`, and end before the last one at
    which it comes to `closes`.
    """
    every = minutes_of(day)
    begins = next((place for place, at in enumerate(every) if shown(at) >= opens), len(every))
    exactly = [place for place, at in enumerate(every) if shown(at) == closes]
    ends = exactly[-1] if exactly else next((place for place, at in enumerate(every) if shown(at) > closes), len(every))
    return set(every[begins:ends])


def minutes_in(spans: list[Span]) -> set[datetime]:
    """Answer every minute within spans."""
    return {span.start + MINUTE * number for span in spans for number in range((span.end - span.start) // MINUTE)}


days = st.sampled_from([FORWARD, BACK, PLAIN])
hours = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1])


@given(days, hours)
def test_hours_by_the_clock_are_those_instants(day: date, pair: tuple[int, int]) -> None:
    span = span_of(day, pair)
    found = minutes_in([span]) if span.start < span.end else set()
    assert found == within(day, *pair)


@given(days, st.lists(hours, max_size=4), st.lists(hours, max_size=4), st.lists(hours, max_size=6), st.data())
def test_free_starts_are_those_that_a_look_at_every_minute_finds(
    day: date,
    open_: list[tuple[int, int]],
    work: list[tuple[int, int]],
    taken: list[tuple[int, int]],
    data: st.DataObject,
) -> None:
    duration = data.draw(st.sampled_from([5, 15, 30, 60, 90]))
    step = data.draw(st.sampled_from([5, 15, 30, 60]))
    sets = [merged(span_of(day, pair) for pair in pairs) for pairs in (open_, work, taken)]
    free = without(common(sets[0], sets[1]), sets[2])
    found = list(starts(free, timedelta(minutes=duration), step=timedelta(minutes=step)))
    is_open, works, busy = ({at for pair in pairs for at in within(day, *pair)} for pairs in (open_, work, taken))
    left = (is_open & works) - busy
    expected = [
        at
        for at in minutes_of(day)
        if at.minute % step == 0 and all(at + MINUTE * number in left for number in range(duration))
    ]
    assert found == expected


def test_spans_that_touch_are_one() -> None:
    first = datetime(2027, 6, 15, 9, tzinfo=UTC)
    one, two = Span(first, first + MINUTE), Span(first + MINUTE, first + 2 * MINUTE)
    assert merged([two, one, Span(first, first)]) == [Span(first, first + 2 * MINUTE)]
    assert not one.overlaps(two)
    assert Span(first, first + 2 * MINUTE).holds(two)


@pytest.mark.parametrize(("day", "length"), [(FORWARD, 23), (BACK, 25), (PLAIN, 24)])
def test_a_day_is_as_long_as_the_clock_makes_it(day: date, length: int) -> None:
    span = span_of(day, (0, 1440))
    assert span.end - span.start == timedelta(hours=length)
