"""When a task is due: on a day, which ends in London, or at an hour."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from cma_graphql.core.clock import LONDON, now
from cma_graphql.core.formats import FormatError
from cma_graphql.domain.notes.reading import LAST_DAY


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due, as it is kept."""

    on: date
    at: datetime
    timed: bool

    @classmethod
    def by_day(cls, day: date) -> Self:
        """Answer a day: what is due on it is overdue once it has ended in London, whatever its clocks do."""
        end = datetime.combine(day + timedelta(days=1), time.min, LONDON)
        return cls(day, end.astimezone(UTC), timed=False)

    @classmethod
    def by_instant(cls, at: datetime) -> Self:
        """Answer an instant, with the day on which it falls in London."""
        return cls(at.astimezone(LONDON).date(), at.astimezone(UTC), timed=True)

    def columns(self) -> dict[str, object]:
        """Answer the columns of a task."""
        return {"due_on": self.on, "due_at": self.at, "timed": self.timed}


def read_due(due_on: date | None, due_at: datetime | None) -> Due:
    """Answer when a task is due, given a day or an instant; raise FormatError for both, for neither, for the past."""
    if due_on is not None and due_at is None:
        due = Due.by_day(min(due_on, LAST_DAY))
    elif due_at is not None and due_on is None:
        due = Due.by_instant(due_at)
    else:
        raise FormatError("one-due", "Say the day on which it is due, or the hour: one of them.")
    if due.at <= now():
        raise FormatError("future", "A task is due today or later.", after=now().isoformat())
    if (due_on or due.on) > LAST_DAY:
        raise FormatError("too-late", "Nothing is due so late.", until=LAST_DAY.isoformat())
    return due
