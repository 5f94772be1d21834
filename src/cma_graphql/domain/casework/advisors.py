"""Who can be given a case: an active colleague who may work on cases and has the capacity (domain reference 5.4)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from cma_graphql.access.permissions import Permission, Reach, Role, reach_of
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.domain.cases.models import Level
from cma_graphql.domain.cases.selectors import open_complexities
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.persistence.unit_of_work import UnitOfWork

POINTS: Mapping[Level, int] = {Level.LOW: 1, Level.MEDIUM: 2, Level.HIGH: 3, Level.CRITICAL: 5}
"""What an open case counts against its advisor's capacity, by complexity."""

_WORKS_ON_CASES = frozenset({Reach.OWN, Reach.TEAM, Reach.CENTRE})


async def lock_colleague(uow: UnitOfWork, user_id: UUID, *, permission: Permission, field: str) -> Membership:
    """Lock the membership of somebody who is to work on a case: active, with roles that hold the permission.

    Locked, so that two cases given to one person at once are counted one after the other, and so that nobody
    is deactivated meanwhile. Raises NotFound or Invalid, naming the input field.
    """
    member = await uow.lock(Membership, user_id, field=field)
    fault = unfit(member.status, member.roles, permission=permission, field=field)
    if fault is not None:
        raise fault
    return member


def unfit(status: str, roles: Sequence[str], *, permission: Permission, field: str) -> Invalid | None:
    """Find why somebody in this state, with these roles, cannot work on a case."""
    if status != MembershipStatus.ACTIVE:
        return Invalid(field, "inactive", "This person does not act for the centre at present.")
    if reach_of(frozenset(map(Role, roles)), permission) not in _WORKS_ON_CASES:
        return Invalid(
            field,
            "lacks-permission",
            f"This person's roles do not hold the permission {permission.name}.",
            permission=permission.name,
        )
    return None


async def require_capacity(uow: UnitOfWork, advisor: Membership, *, case_id: UUID, complexity: str) -> None:
    """Raise LimitReached where a case would take an advisor, whose membership is locked, beyond the capacity."""
    capacity = advisor.capacity_points
    if capacity is None:
        return
    counted = await open_complexities(uow, advisor_id=advisor.id, besides=case_id)
    carried = sum(POINTS[Level(level)] * cases for level, cases in counted.items())
    added = POINTS[Level(complexity)]
    if carried + added > capacity:
        raise LimitReached(
            "advisor-capacity",
            capacity,
            f"The advisor carries {carried} of {capacity} points, and this case counts {added}. Somebody who may "
            "assign cases can override this with a reason.",
        )
