"""Suggests when an appointment could be: with one advisor, or with any who can do what is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import islice
from uuid import UUID

from cma_graphql.core.clock import now, today
from cma_graphql.core.faults import Faults
from cma_graphql.domain.appointments.diary import Diary, diaries_of
from cma_graphql.domain.appointments.diary_selectors import bookable_advisors
from cma_graphql.domain.appointments.local_time import LATEST
from cma_graphql.domain.appointments.policy import BOOKABLE, require_staff
from cma_graphql.domain.appointments.services.booking import LONGEST, SHORTEST
from cma_graphql.domain.staffing.models import AdvisorSkill
from cma_graphql.persistence.reads import Reads

MOST_DAYS = 31
MOST_ADVISORS = 200
MOST_SLOTS = 100


@dataclass(frozen=True, slots=True, order=True)
class FreeSlot:
    """When an advisor has time for an appointment."""

    starts_at: datetime
    place: int
    """The advisor's among those asked for, by name: of two who have time, the first by name comes first."""
    ends_at: datetime
    advisor_id: UUID


async def suggested_slots(
    reads: Reads,
    *,
    first: date,
    last: date,
    duration_minutes: int,
    most: int,
    advisor_id: UUID | None = None,
    skill: AdvisorSkill | None = None,
    client_id: UUID | None = None,
) -> list[FreeSlot]:
    """Answer the first free times from one day to another, itself within: seven statements, whoever is asked for.

    `client_id` names a client who has to have time, too. Raises Forbidden, Invalid or InvalidInput.
    """
    require_staff(reads.actor)
    faults = Faults()
    if first > last:
        faults.add("last", "order", "The last day is not before the first.", first=first.isoformat())
    elif (last - first).days >= MOST_DAYS:
        faults.add("last", "span", f"At most {MOST_DAYS} days are looked through at once.", maximum=MOST_DAYS)
    if not today() <= first < LATEST or last >= LATEST:
        faults.add("first", "future", "Free times are looked for from today on.", after=today().isoformat())
    if not SHORTEST <= duration_minutes <= LONGEST:
        message = f"An appointment takes between {SHORTEST} and {LONGEST} minutes."
        faults.add("duration_minutes", "duration", message, minimum=SHORTEST, maximum=LONGEST)
    if not 1 <= most <= MOST_SLOTS:
        faults.add("most", "page-size", f"Ask for 1 to {MOST_SLOTS} free times.", maximum=MOST_SLOTS)
    faults.raise_any()
    people = await reads.all(bookable_advisors, roles=[role.value for role in BOOKABLE], most=MOST_ADVISORS)
    wanted = [
        row["key"]
        for row in people
        if advisor_id in {None, row["key"]} and (skill is None or skill.value in (row["skills"] or ()))
    ]
    diaries = await diaries_of(reads, wanted, first, last, client_id=client_id) if wanted else {}
    duration = timedelta(minutes=duration_minutes)
    found = merge(*(_slots(place, diaries[key], duration) for place, key in enumerate(wanted)))
    return list(islice(found, most))


def _slots(place: int, diary: Diary, duration: timedelta) -> Iterator[FreeSlot]:
    for at in diary.starts(duration, after=now()):
        yield FreeSlot(starts_at=at, place=place, ends_at=at + duration, advisor_id=diary.advisor_id)
