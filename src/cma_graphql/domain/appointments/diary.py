"""What advisors' diaries hold for some days: when they work, when they are away, what is taken, what is left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID

from cma_graphql.core.clock import LONDON, now
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.appointments.diary_selectors import openings_between
from cma_graphql.domain.appointments.local_time import london_day, write_minute
from cma_graphql.domain.appointments.openings import Openings, days, span_of
from cma_graphql.domain.appointments.selectors import times_taken
from cma_graphql.domain.appointments.spans import Span, common, merged, starts, without
from cma_graphql.domain.staffing.selectors import absences_between, working_hours_of
from cma_graphql.persistence.reads import Reads, Record

STEP = timedelta(minutes=15)
"""Suggested appointments begin at a quarter of an hour."""
ALTERNATIVES = 3
LOOKED_AHEAD = timedelta(days=14)
"""How far a refused booking looks for other times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """One advisor's diary for some days."""

    advisor_id: UUID
    first: date
    last: date
    openings: Openings
    week: Sequence[Record]
    """The advisor's working hours; empty where nobody has said any: then the centre's."""
    absences: Sequence[Span]
    taken: Sequence[Record]
    """The appointments of the advisor, and of the client where one is asked for, that are still to come."""

    def free(self, *, apart_from: UUID | None = None) -> list[Span]:
        """Answer the times left: the centre is open, the advisor works and is there, neither has anything else."""
        busy = [Span(row["starts_at"], row["ends_at"]) for row in self.taken if row["key"] != apart_from]
        there = common(merged(self.openings.spans(self.first, self.last)), merged(self._at_work()))
        return without(without(there, merged(self.absences)), merged(busy))

    def starts(self, duration: timedelta, *, after: datetime, apart_from: UUID | None = None) -> Iterator[datetime]:
        """Go through the instants at which an appointment of this length may begin, none of them before another."""
        free = self.free(apart_from=apart_from)
        return (at for at in starts(free, duration, step=STEP) if at >= after)

    def alternatives(self, duration: timedelta, *, near: datetime, apart_from: UUID | None = None) -> list[datetime]:
        """Answer the first few times from the day of a refused one on that would do."""
        after = max(now(), datetime.combine(london_day(near), datetime.min.time(), LONDON))
        return list(islice(self.starts(duration, after=after, apart_from=apart_from), ALTERNATIVES))

    def objection(self, span: Span, *, field: str) -> Invalid | None:
        """Tell why an appointment cannot be at a time, appointments apart; None: it can."""
        day = london_day(span.start)
        found = self._closed(span, field) or self._away(span, field)
        if found is None and self.week and not any(part.holds(span) for part in merged(self._at_work(day))):
            hours = [row for row in self.week if row["weekday"] == day.isoweekday()]
            written = [f"{write_minute(row['start_minute'])}-{write_minute(row['end_minute'])}" for row in hours]
            message = "The advisor does not work at this time."
            found = Invalid(field, "outside-working-hours", message, works=written, free=self._written_free(span))
        return found

    def has_time(self, span: Span) -> bool:
        """Tell whether nothing is against an appointment at a time, and nothing else is then."""
        day = london_day(span.start)
        hours = self.openings.hours_on(day)
        return (
            hours is not None
            and span_of(day, hours).holds(span)
            and not any(absence.overlaps(span) for absence in self.absences)
            and (not self.week or any(part.holds(span) for part in merged(self._at_work(day))))
            and next(self.clashes(span), None) is None
        )

    def clashes(self, span: Span, *, apart_from: UUID | None = None) -> Iterator[Record]:
        """Go through the appointments that take some of a time."""
        for row in self.taken:
            if row["key"] != apart_from and span.overlaps(Span(row["starts_at"], row["ends_at"])):
                yield row

    def _closed(self, span: Span, field: str) -> Invalid | None:
        found = self.openings.objection(span, field=field)
        if found is None:
            return None
        return Invalid(field, found.rule, found.message, **found.params, free=self._written_free(span))

    def _away(self, span: Span, field: str) -> Invalid | None:
        away = next((absence for absence in self.absences if absence.overlaps(span)), None)
        if away is None:
            return None
        return Invalid(
            field,
            "advisor-absent",
            "The advisor is away at this time.",
            until=_written(away.end),
            free=self._written_free(span),
        )

    def _at_work(self, day: date | None = None) -> Iterator[Span]:
        for each in days(self.first, self.last) if day is None else [day]:
            if not self.week:
                yield span_of(each, (0, 1440))
            for row in self.week:
                if row["weekday"] == each.isoweekday():
                    yield span_of(each, (row["start_minute"], row["end_minute"]))

    def _written_free(self, span: Span) -> list[str]:
        return [_written(at) for at in self.alternatives(span.end - span.start, near=span.start)]


async def diaries_of(
    reads: Reads, advisor_ids: Sequence[UUID], first: date, last: date, *, client_id: UUID | None = None
) -> Mapping[UUID, Diary]:
    """Answer these advisors' diaries for the days from one to another, itself within: six statements."""
    whole = Span(span_of(first, (0, 1440)).start, span_of(last, (0, 1440)).end)
    openings = await openings_between(reads, first, last)
    weeks = await working_hours_of(reads, advisor_ids)
    absences = await absences_between(reads, advisor_ids, whole.start, whole.end)
    taken = await times_taken(reads, advisor_ids, client_id, whole.start, whole.end)
    return {
        advisor_id: Diary(
            advisor_id=advisor_id,
            first=first,
            last=last,
            openings=openings,
            week=week,
            absences=[Span(row["starts_at"], row["ends_at"]) for row in away],
            taken=[row for row in taken if advisor_id == row["advisor_id"] or client_id == row["client_id"]],
        )
        for advisor_id, week, away in zip(advisor_ids, weeks, absences, strict=True)
    }


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
