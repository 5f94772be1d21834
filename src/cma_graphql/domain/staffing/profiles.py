"""What managers say of an advisor: what the person can do, whether new cases come, and when the person works."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid
from cma_graphql.core.events import STAFF, Change, Publicity
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.language import normalise_language
from cma_graphql.core.ids import new_id
from cma_graphql.domain.staffing.events import AdvisorProfileChanged, WorkingHoursChanged
from cma_graphql.domain.staffing.hours import GivenInterval, Interval, read_week
from cma_graphql.domain.staffing.models import AdvisorProfile, WorkingHours
from cma_graphql.domain.staffing.policy import require_manager
from cma_graphql.domain.staffing.selectors import working_hours_of
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_LANGUAGES = 20


async def set_profile(uow: UnitOfWork, *, user_id: UUID, version: int, values: Mapping[str, Any]) -> UUID:
    """Change what was given of what an advisor can do: `accepts_new_cases`, `skills`, `languages`.

    `version` is the membership's, whose part the profile is. Raises Forbidden, NotFound, Conflict, InvalidInput.
    """
    member = await _take(uow, user_id, version)
    faults = Faults()
    columns: dict[str, Any] = {}
    if "accepts_new_cases" in values:
        columns["accepts_new_cases"] = values["accepts_new_cases"]
    if "skills" in values:
        columns["skills"] = sorted(skill.value for skill in _each_once(faults, "skills", values["skills"]))
    if "languages" in values:
        columns["languages"] = _languages(faults, values["languages"])
    faults.raise_any()
    changes = uow.change(await _profile(uow, user_id), **columns)
    if changes:
        uow.touch(member)
        await uow.flush()
        uow.record(
            AdvisorProfileChanged(subject_id=user_id, version=member.version),
            changes={name: Change(change.old, change.new, Publicity.OPEN) for name, change in changes.items()},
            before=STAFF,
            after=STAFF,
        )
    return user_id


async def set_working_hours(uow: UnitOfWork, *, user_id: UUID, version: int, hours: Sequence[GivenInterval]) -> UUID:
    """Say when somebody works, a week for all weeks from now on; nothing given: it is not said.

    `version` is the membership's. Raises Forbidden, NotFound, Conflict, Invalid, InvalidInput.
    """
    member = await _take(uow, user_id, version)
    faults = Faults()
    week = read_week(faults, hours)
    faults.raise_any()
    (rows,) = await working_hours_of(uow, [user_id])
    present = {Interval(row["weekday"], row["start_minute"], row["end_minute"]): row["key"] for row in rows}
    if set(week) == set(present):
        return user_id
    gone = [key for interval, key in present.items() if interval not in set(week)]
    for row in await uow.lock_all(WorkingHours, gone):
        uow.change(row, removed_at=now(), removed_by=uow.actor.user_id)
    await uow.flush()
    uow.add_lines(
        WorkingHours(
            id=new_id(),
            user_id=user_id,
            weekday=interval.weekday,
            start_minute=interval.start_minute,
            end_minute=interval.end_minute,
            added_at=now(),
            added_by=uow.actor.user_id,
        )
        for interval in week
        if interval not in present
    )
    uow.touch(member)
    await uow.flush()
    uow.record(
        WorkingHoursChanged(subject_id=user_id, version=member.version),
        changes={"hours": Change(_told(sorted(present)), _told(week), Publicity.OPEN)},
        before=STAFF,
        after=STAFF,
    )
    return user_id


async def _take(uow: UnitOfWork, user_id: UUID, version: int) -> Membership:
    """Lock the membership of somebody of the staff for a manager's change."""
    require_manager(uow.actor)
    member = await uow.lock(Membership, user_id, version=version)
    if member.client_id is not None:
        raise Invalid("id", "client", "This is a client of the centre, who does not work for it.")
    if member.status == MembershipStatus.DEACTIVATED:
        raise Invalid("id", "inactive", "This person does not act for the centre any more.")
    return member


async def _profile(uow: UnitOfWork, user_id: UUID) -> AdvisorProfile:
    found = await uow.lock_all(AdvisorProfile, [user_id])
    if found:
        return found[0]
    profile = AdvisorProfile(id=user_id, accepts_new_cases=True, skills=[], languages=[])
    uow.add(profile)
    await uow.flush()
    return profile


def _each_once(faults: Faults, field: str, given: Sequence[Any]) -> Sequence[Any]:
    if len(set(given)) < len(given):
        faults.add(field, "duplicate", "Name each of them once.")
    return given


def _languages(faults: Faults, given: Sequence[str]) -> list[str]:
    if len(given) > MOST_LANGUAGES:
        faults.add("languages", "too-many", f"At most {MOST_LANGUAGES} languages.", maximum=MOST_LANGUAGES)
        return []
    read = [faults.read(f"languages.{index}", normalise_language, text) for index, text in enumerate(given)]
    return sorted(_each_once(faults, "languages", [tag for tag in read if tag is not None]))


def _told(week: Sequence[Interval]) -> list[list[int]]:
    return [[interval.weekday, interval.start_minute, interval.end_minute] for interval in week]
