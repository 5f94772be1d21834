"""Chooses an advisor by score: who carries the least of what they can, of those who can take the case at all."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import LONDON, now, today
from cma_graphql.core.errors import CapacityReached, Invalid, NotFound
from cma_graphql.domain.cases.models import Case, Level
from cma_graphql.domain.cases.triage import TriageReason
from cma_graphql.domain.casework.advisors import advisors_of_centre, has_room, share
from cma_graphql.domain.staffing.models import AdvisorSkill
from cma_graphql.domain.staffing.needs import needs_of
from cma_graphql.domain.staffing.presence import DAYS_AHEAD, next_day_at_work
from cma_graphql.domain.staffing.selectors import absences_between, profiles_by_id, working_hours_of
from cma_graphql.domain.staffing.times import midnight
from cma_graphql.domain.staffing.workload import POINTS, Load, loads_of, unfit
from cma_graphql.domain.users.models import Membership
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

Candidate = tuple[Membership, Record | None, Load]
_NEVER = datetime.min.replace(tzinfo=UTC)


async def choose_advisor(
    uow: UnitOfWork, case: Case, *, skills: Collection[AdvisorSkill] = (), besides: UUID | None = None
) -> UUID | TriageReason:
    """Answer which advisor of the centre a case goes to, or why it goes to none (domain reference 5.4).

    Of those who take new cases, have what the case asks of its advisor, have room for it and are at work next, the
    one who carries the least of what they can; of two alike, who has not been given a case for longer. All advisors
    of the centre are locked, in one order, so that who is chosen at the same time is counted one after the other.
    """
    needs = await needs_of(uow, case, skills)
    found = [member for member in await _lock_advisors(uow) if member.id != besides]
    candidates = [
        each
        for each in await _with_what_they_carry(uow, case, found)
        if each[1] is None or each[1]["accepts_new_cases"]
    ]
    if not candidates:
        return TriageReason.NOBODY_ADVISES
    candidates = [
        each
        for each in candidates
        if needs.met_by(*(([], []) if each[1] is None else (each[1]["skills"], each[1]["languages"])))
    ]
    if not candidates:
        return TriageReason.NOBODY_HAS_THE_SKILLS
    candidates = _with_room(candidates, case)
    if not candidates:
        return TriageReason.NOBODY_HAS_ROOM
    candidates = await _next_at_work(uow, candidates)
    return best_of(candidates) if candidates else TriageReason.NOBODY_IS_AVAILABLE


async def choose_among(
    uow: UnitOfWork, case: Case, advisor_ids: Sequence[UUID], *, field: str, override: str | None
) -> UUID:
    """Answer which of these people a case goes to, by score alone: whoever names them knows what they can do.

    Raises NotFound and Invalid, naming the field, for somebody who cannot be given cases, and CapacityReached where
    none of them has room, unless a reason says why not.
    """
    members = {member.id: member for member in await uow.lock_all(Membership, advisor_ids)}
    for index, advisor_id in enumerate(advisor_ids):
        place = f"{field}.{index}"
        if advisor_id not in members:
            raise NotFound(place)
        fault = unfit(
            members[advisor_id].status, members[advisor_id].roles, permission=Permission.CASE_UPDATE, field=place
        )
        if fault is not None:
            raise fault
    candidates = await _with_what_they_carry(uow, case, [members[key] for key in advisor_ids])
    roomy = _with_room(candidates, case)
    if roomy or override is not None:
        return best_of(roomy or candidates)
    least, _, load = min(candidates, key=lambda each: share(each[2].points, each[0].capacity_points))
    raise CapacityReached(
        least.capacity_points or 0,
        load=load.points,
        added=POINTS[Level(case.complexity)],
        with_room=(),
        message="None of these people has room for the case. Name somebody else, or give a reason to override this.",
    )


def best_of(candidates: Sequence[Candidate]) -> UUID:
    """Answer who of several, at least one, carries the least, of those alike who has waited longest."""

    def score(candidate: Candidate) -> tuple[float, datetime, UUID]:
        member, profile, load = candidate
        last = None if profile is None else profile["last_assigned_at"]
        return share(load.points, member.capacity_points), last or _NEVER, member.id

    return min(candidates, key=score)[0].id


def require_chosen(chosen: UUID | TriageReason) -> UUID:
    """Answer who was chosen; raise Invalid with the rule `nobody-fits` where a case stays with its advisor."""
    if isinstance(chosen, TriageReason):
        raise Invalid("id", "nobody-fits", "Nobody else can be given this case automatically.", because=chosen.value)
    return chosen


async def _lock_advisors(uow: UnitOfWork) -> list[Membership]:
    rows = await uow.all(advisors_of_centre)
    members = await uow.lock_all(Membership, [row["key"] for row in rows])
    return [
        member
        for member in members
        if unfit(member.status, member.roles, permission=Permission.CASE_UPDATE, field="id") is None
    ]


async def _with_what_they_carry(uow: UnitOfWork, case: Case, members: Sequence[Membership]) -> list[Candidate]:
    """Read, once they are locked, what people can do and carry."""
    ids = [member.id for member in members]
    profiles = await profiles_by_id(uow, ids)
    loads = await loads_of(uow, ids, besides=case.id)
    return list(zip(members, profiles, loads, strict=True))


def _with_room(candidates: Sequence[Candidate], case: Case) -> list[Candidate]:
    added = POINTS[Level(case.complexity)]
    return [each for each in candidates if has_room(each[2].points, each[0].capacity_points, added)]


async def _next_at_work(uow: UnitOfWork, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Answer those who are at work today; where nobody is, those of the first of the coming days on which some are."""
    ids, start = [member.id for member, _, _ in candidates], midnight(today())
    hours = await working_hours_of(uow, ids)
    absences = await absences_between(
        uow, ids, start, midnight(start.astimezone(LONDON).date() + timedelta(DAYS_AHEAD))
    )
    at = now()
    days = [next_day_at_work(week, away, at) for week, away in zip(hours, absences, strict=True)]
    soonest = min((day for day in days if day is not None), default=None)
    return [each for each, day in zip(candidates, days, strict=True) if day is not None and day == soonest]
