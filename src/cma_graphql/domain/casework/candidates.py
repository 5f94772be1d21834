"""Weighs who could be given a case: what keeps each advisor from it, and who of the others comes first.

Whoever is chosen automatically and whoever is suggested are weighed here, by the same functions on the same facts.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from cma_graphql.core.clock import LONDON, now, today
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.cases.triage import TriageReason
from cma_graphql.domain.casework.advisors import has_room, share
from cma_graphql.domain.staffing.needs import Needs
from cma_graphql.domain.staffing.presence import DAYS_AHEAD, next_day_at_work
from cma_graphql.domain.staffing.selectors import absences_between, profiles_by_id, working_hours_of
from cma_graphql.domain.staffing.times import midnight
from cma_graphql.domain.staffing.workload import Load, loads_of
from cma_graphql.persistence.reads import Reads

_NEVER = datetime.min.replace(tzinfo=UTC)
_ANYTIME = DAYS_AHEAD
_WITHOUT_ADVISOR = frozenset({CaseStatus.NEW, CaseStatus.REOPENED})


class Hindrance(StrEnum):
    """What keeps an advisor from being given a case automatically."""

    HAS_THE_CASE = "HAS_THE_CASE"
    TAKES_NO_NEW_CASES = "TAKES_NO_NEW_CASES"
    LACKS_SKILLS = "LACKS_SKILLS"
    LACKS_THE_LANGUAGE = "LACKS_THE_LANGUAGE"
    HAS_NO_ROOM = "HAS_NO_ROOM"
    IS_NOT_AT_WORK = "IS_NOT_AT_WORK"


_NOBODY: Sequence[tuple[TriageReason, frozenset[Hindrance]]] = (
    (TriageReason.NOBODY_ADVISES, frozenset({Hindrance.HAS_THE_CASE, Hindrance.TAKES_NO_NEW_CASES})),
    (TriageReason.NOBODY_HAS_THE_SKILLS, frozenset({Hindrance.LACKS_SKILLS, Hindrance.LACKS_THE_LANGUAGE})),
    (TriageReason.NOBODY_HAS_ROOM, frozenset({Hindrance.HAS_NO_ROOM})),
    (TriageReason.NOBODY_IS_AVAILABLE, frozenset({Hindrance.IS_NOT_AT_WORK})),
)
"""In the order in which it is asked what leaves nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of the advisor of one case."""

    needs: Needs
    points: int
    """What the case counts."""
    besides: UUID | None
    """Who has it, and is not given it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One advisor, as far as it matters to whom a case goes."""

    user_id: UUID
    capacity: int | None
    load: Load
    accepts: bool = True
    skills: Collection[str] = ()
    languages: Sequence[str] = ()
    last_assigned_at: datetime | None = None
    days: int | None = None
    """After how many days the person is next at work, none for today; None: on none of seven, or nobody has asked."""
    away_until: datetime | None = None
    hindrances: frozenset[Hindrance] = field(default_factory=frozenset)

    @property
    def score(self) -> tuple[float, datetime, UUID]:
        """What is used up of the capacity; of two alike who has waited longer for a case comes first, then the id."""
        return share(self.load.points, self.capacity), self.last_assigned_at or _NEVER, self.user_id


def had_by(status: str, advisor_id: UUID | None) -> UUID | None:
    """Answer who has a case and is not given it again; a new or reopened one may go to whoever had it."""
    return None if status in _WITHOUT_ADVISOR else advisor_id


async def candidates_of(reads: Reads, people: Sequence[tuple[UUID, int | None]], *, case_id: UUID) -> list[Candidate]:
    """Read what people, each with the capacity, can do and carry besides a case: two statements."""
    keys = [key for key, _ in people]
    profiles, loads = await profiles_by_id(reads, keys), await loads_of(reads, keys, besides=case_id)
    return [
        Candidate(user_id=key, capacity=capacity, load=load)
        if profile is None
        else Candidate(
            user_id=key,
            capacity=capacity,
            load=load,
            accepts=profile["accepts_new_cases"],
            skills=profile["skills"],
            languages=profile["languages"],
            last_assigned_at=profile["last_assigned_at"],
        )
        for (key, capacity), profile, load in zip(people, profiles, loads, strict=True)
    ]


def weighed(candidates: Iterable[Candidate], wanted: Wanted) -> list[Candidate]:
    """Answer them with what keeps them from the case, when they are at work apart."""
    return [replace(each, hindrances=frozenset(_hindrances(each, wanted))) for each in candidates]


def _hindrances(candidate: Candidate, wanted: Wanted) -> Iterable[Hindrance]:
    if candidate.user_id == wanted.besides:
        yield Hindrance.HAS_THE_CASE
    if not candidate.accepts:
        yield Hindrance.TAKES_NO_NEW_CASES
    if not wanted.needs.skills <= set(candidate.skills):
        yield Hindrance.LACKS_SKILLS
    if not wanted.needs.spoken_by(candidate.languages):
        yield Hindrance.LACKS_THE_LANGUAGE
    if not has_room(candidate.load.points, candidate.capacity, wanted.points):
        yield Hindrance.HAS_NO_ROOM


async def with_presence(reads: Reads, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Read when they are next at work, today or on one of the six days after it: two statements."""
    ids, start, at = [each.user_id for each in candidates], midnight(today()), now()
    end = midnight(start.astimezone(LONDON).date() + timedelta(DAYS_AHEAD))
    hours, absences = await working_hours_of(reads, ids), await absences_between(reads, ids, start, end)
    found = []
    for each, week, away in zip(candidates, hours, absences, strict=True):
        days = next_day_at_work(week, away, at)
        until = next((row["ends_at"] for row in away if row["starts_at"] <= at < row["ends_at"]), None)
        absent = frozenset({Hindrance.IS_NOT_AT_WORK}) if days is None else frozenset[Hindrance]()
        found.append(replace(each, days=days, away_until=until, hindrances=each.hindrances | absent))
    return found


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Answer first those whom nothing keeps from the case, by the day on which they are at work, then by score.

    Those whom something does come behind, in the same order.
    """

    def place(candidate: Candidate) -> tuple[bool, int, tuple[float, datetime, UUID]]:
        days = _ANYTIME if candidate.days is None else candidate.days
        return bool(candidate.hindrances), days, candidate.score

    return sorted(candidates, key=place)


def chosen(candidates: Iterable[Candidate]) -> UUID | TriageReason:
    """Answer whom a case is given to automatically: the first of the ranked; or why it is nobody."""
    found = ranked(candidates)
    if found and not found[0].hindrances:
        return found[0].user_id
    for reason, hindrances in _NOBODY:
        found = [each for each in found if not each.hindrances & hindrances]
        if not found:
            return reason
    raise LookupError("somebody is kept from a case by what is no reason for triage")
