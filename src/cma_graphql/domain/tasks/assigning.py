"""Who can be given a task: an active colleague who works on cases and sees the one that it hangs on."""

from uuid import UUID

from cma_graphql.access.permissions import STAFF_ROLES, Permission, Reach, Role, reach_of
from cma_graphql.core.errors import Invalid
from cma_graphql.core.events import Audience
from cma_graphql.domain.tasks.selectors import teams_of_person
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.persistence.unit_of_work import UnitOfWork

_WORKS = frozenset({Reach.OWN, Reach.TEAM, Reach.CENTRE})
DO_TASKS = tuple(
    role for role in Role if role in STAFF_ROLES and reach_of(frozenset({role}), Permission.NOTE_WRITE) in _WORKS
)
"""The roles whose holders can be given tasks."""


async def require_fit(uow: UnitOfWork, user_id: UUID, place: Audience | None, *, field: str) -> None:
    """Lock the membership of somebody who is to do a task; `place` is who sees its case or client, if it has one.

    Locked, so that nobody is deactivated meanwhile. Raises NotFound or Invalid, naming the input field.
    """
    member = await uow.lock(Membership, user_id, field=field)
    if member.status != MembershipStatus.ACTIVE:
        raise Invalid(field, "inactive", "This person does not act for the centre at present.")
    roles = frozenset(map(Role, member.roles))
    if reach_of(roles, Permission.NOTE_WRITE) not in _WORKS:
        raise Invalid(field, "lacks-permission", "This person does no work on cases.", permission="NOTE_WRITE")
    if place is not None and not await _sees(uow, user_id, reach_of(roles, Permission.CASE_READ), place):
        raise Invalid(field, "out-of-sight", "This person does not see the case or the client.")


async def is_fit(uow: UnitOfWork, member: Membership, place: Audience) -> bool:
    """Tell whether somebody acts for the centre, works on cases and sees a case that this audience sees."""
    roles = frozenset(map(Role, member.roles))
    if member.status != MembershipStatus.ACTIVE or reach_of(roles, Permission.NOTE_WRITE) not in _WORKS:
        return False
    return await _sees(uow, member.id, reach_of(roles, Permission.CASE_READ), place)


async def _sees(uow: UnitOfWork, user_id: UUID, reach: Reach, place: Audience) -> bool:
    """Tell whether somebody with this reach belongs to an audience: what the gate says of who is signed in."""
    if reach is Reach.CENTRE or user_id in place.user_ids:
        return True
    if reach is not Reach.TEAM or place.restricted:
        return False
    teams = {row["team_id"] for row in await uow.all(teams_of_person, user_id=user_id)}
    return not teams.isdisjoint({place.team_id, *place.team_ids})
