"""Every select of what advisors can do, of their working hours and absences."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, bindparam, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.staffing.models import Absence, AdvisorProfile, WorkingHours
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, aligned, grouped, live, statement

PROFILE_COLUMNS = (
    AdvisorProfile.id.label("key"),
    AdvisorProfile.accepts_new_cases,
    AdvisorProfile.skills,
    AdvisorProfile.languages,
    AdvisorProfile.last_assigned_at,
)
HOURS_COLUMNS = (
    WorkingHours.id.label("key"),
    WorkingHours.user_id,
    WorkingHours.weekday,
    WorkingHours.start_minute,
    WorkingHours.end_minute,
)
ABSENCE_COLUMNS = (
    Absence.id.label("key"),
    Absence.user_id,
    Absence.kind,
    Absence.starts_at,
    Absence.ends_at,
    Absence.all_day,
    Absence.cover_id,
    Absence.note,
    Absence.created_at,
    Absence.updated_at,
    Absence.version,
)


@statement
def profiles_by_key(sight: Sight) -> AnySelect:
    """Select what these people can do, where it is kept."""
    return select(*PROFILE_COLUMNS).where(live(AdvisorProfile, sight), AdvisorProfile.id == any_(KEYS))


@statement
def hours_by_member(sight: Sight) -> AnySelect:
    """Select the weeks of these people at present, from Monday on; a week has at most MOST_INTERVALS."""
    return (
        select(*HOURS_COLUMNS)
        .where(live(WorkingHours, sight), WorkingHours.removed_at.is_(None), WorkingHours.user_id == any_(KEYS))
        .order_by(WorkingHours.weekday, WorkingHours.start_minute)
    )


@statement
def absences_by_key(sight: Sight) -> AnySelect:
    """Select these absences."""
    return select(*ABSENCE_COLUMNS).where(live(Absence, sight), Absence.id == any_(KEYS))


@statement
def absences_by_member(sight: Sight) -> AnySelect:
    """Select the absences of these people that take in any of a time, by when they begin."""
    return (
        select(*ABSENCE_COLUMNS)
        .where(
            live(Absence, sight),
            Absence.user_id == any_(KEYS),
            Absence.ends_at > bindparam("start", type_=DateTime(timezone=True)),
            Absence.starts_at < bindparam("end", type_=DateTime(timezone=True)),
        )
        .order_by(Absence.starts_at)
    )


async def profiles_by_id(reads: Reads, membership_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer what these people can do, in their order, None where nothing is kept of it."""
    return await aligned(reads, profiles_by_key, membership_ids)


async def working_hours_of(reads: Reads, membership_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer the weeks of these people, in their order: `weekday` (1 is Monday), `start_minute`, `end_minute`.

    Minutes count from midnight by the clock in London, whichever offset the day has; the end is not within. Nobody
    works in two intervals at once. An empty week: nobody has said when the person works.
    """
    return await grouped(reads, hours_by_member, membership_ids, by="user_id")


async def absences_by_id(reads: Reads, absence_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these absences, in their order."""
    return await aligned(reads, absences_by_key, absence_ids)


async def absences_between(
    reads: Reads, membership_ids: Sequence[UUID], start: datetime, end: datetime
) -> list[list[Record]]:
    """Answer the absences of these people that take in any of a time, in the people's order, earliest first.

    Each has `starts_at` and `ends_at`, the first instant after it; one person's do not overlap.
    """
    wanted = list(dict.fromkeys(membership_ids))
    found: dict[UUID, list[Record]] = {key: [] for key in wanted}
    if wanted:
        for row in await reads.all(absences_by_member, keys=wanted, start=start, end=end):
            found[row["user_id"]].append(row)
    return [found[key] for key in membership_ids]
