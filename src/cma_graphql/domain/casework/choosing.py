"""Chooses an advisor by score: who carries the least of what they can, of those who can take the case at all."""

from collections.abc import Collection, Sequence
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import CapacityReached, Invalid, NotFound
from cma_graphql.domain.cases.models import Case, Level
from cma_graphql.domain.cases.triage import TriageReason
from cma_graphql.domain.casework.advisors import advisors_of_centre, has_room
from cma_graphql.domain.casework.candidates import (
    Candidate,
    Wanted,
    candidates_of,
    chosen,
    weighed,
    with_presence,
)
from cma_graphql.domain.staffing.models import AdvisorSkill
from cma_graphql.domain.staffing.needs import needs_of
from cma_graphql.domain.staffing.workload import POINTS, unfit
from cma_graphql.domain.users.models import Membership
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def choose_advisor(
    uow: UnitOfWork, case: Case, *, skills: Collection[AdvisorSkill] = (), besides: UUID | None = None
) -> UUID | TriageReason:
    """Answer which advisor of the centre a case goes to, or why it goes to none (domain reference 5.4).

    Of those who take new cases, have what the case asks of its advisor, have room for it and are at work next, the
    one who carries the least of what they can; of two alike, who has not been given a case for longer. All advisors
    of the centre are locked, in one order, so that who is chosen at the same time is counted one after the other.
    """
    wanted = Wanted(needs=await needs_of(uow, case, skills), points=points_of(case), besides=besides)
    candidates = weighed(await _with_what_they_carry(uow, case, await _lock_advisors(uow)), wanted)
    fit = [each for each in candidates if not each.hindrances]
    return chosen(await with_presence(uow, fit) if fit else candidates)


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
    added = points_of(case)
    roomy = [each for each in candidates if has_room(each.load.points, each.capacity, added)]
    best = min(roomy or candidates, key=lambda each: each.score)
    if roomy or override is not None:
        return best.user_id
    raise CapacityReached(
        best.capacity or 0,
        load=best.load.points,
        added=added,
        with_room=(),
        message="None of these people has room for the case. Name somebody else, or give a reason to override this.",
    )


def points_of(case: Case) -> int:
    """Answer what a case counts against its advisor's capacity."""
    return POINTS[Level(case.complexity)]


def require_chosen(found: UUID | TriageReason) -> UUID:
    """Answer who was chosen; raise Invalid with the rule `nobody-fits` where a case stays with its advisor."""
    if isinstance(found, TriageReason):
        raise Invalid("id", "nobody-fits", "Nobody else can be given this case automatically.", because=found.value)
    return found


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
    return await candidates_of(uow, [(member.id, member.capacity_points) for member in members], case_id=case.id)
