"""The one source of time. Instants are UTC; a day is a day in London."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class _Clock:
    """Where time is read; a stopped clock answers with the instant it was stopped at."""

    stopped_at: datetime | None = None


def now() -> datetime:
    """Tell the present instant, in UTC, to the microsecond."""
    return _Clock.stopped_at or datetime.now(UTC)  # noqa: TID251 - the one place


def today() -> date:
    """Tell the present day in London: day-based rules count these (decision 28)."""
    return now().astimezone(LONDON).date()


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Stop the clock at an instant, for tests and for a demonstration's past; nested stops end with their own block."""
    before = _Clock.stopped_at
    _Clock.stopped_at = at.astimezone(UTC)
    try:
        yield
    finally:
        _Clock.stopped_at = before
