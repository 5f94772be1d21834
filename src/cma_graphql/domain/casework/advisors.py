"""Who can be given a case: an active colleague who may work on cases and has the capacity (domain reference 5.4)."""

from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, select

from cma_graphql.access.actor import Actor, ActorKind, Sight
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.errors import CapacityReached
from cma_graphql.domain.cases.models import Level
from cma_graphql.domain.staffing.workload import POINTS, loads_of, unfit
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.persistence.reads import AnySelect, Reads, live, statement
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_ALTERNATIVES = 10
MOST_WORKLOADS = 500


def whose_by_default(actor: Actor) -> UUID | None:
    """Answer whose a case is that an actor opens and names nobody for: an advisor's own (decision 26)."""
    return actor.user_id if actor.kind is ActorKind.STAFF and Role.ADVISOR in actor.roles else None


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


async def require_capacity(uow: UnitOfWork, advisor: Membership, *, case_id: UUID, complexity: str) -> None:
    """Raise CapacityReached where a case would take an advisor, whose membership is locked, beyond the capacity.

    It names who of the advisors has room for the case, least loaded first: at most MOST_ALTERNATIVES.
    """
    capacity = advisor.capacity_points
    if capacity is None:
        return
    (load,) = await loads_of(uow, [advisor.id], besides=case_id)
    added = POINTS[Level(complexity)]
    if load.points + added > capacity:
        raise CapacityReached(
            capacity,
            load=load.points,
            added=added,
            with_room=await _with_room(uow, added),
            message=f"The advisor carries {load.points} of {capacity} points, and this case counts {added}. Somebody "
            "who may assign cases can override this with a reason.",
        )


@statement
def advisors_of_centre(sight: Sight) -> AnySelect:
    """Select the active advisors of the centre, in the order in which they are locked."""
    return (
        select(Membership.id.label("key"), Membership.capacity_points)
        .where(
            live(Membership, sight),
            Membership.client_id.is_(None),
            Membership.status == MembershipStatus.ACTIVE.value,
            Membership.roles.op("@>")(bindparam("roles", [Role.ADVISOR.value], type_=ARRAY(Text()))),
        )
        .order_by(Membership.id)
    )


async def advisors_by_load(reads: Reads) -> list[tuple[UUID, int | None]]:
    """Answer the active advisors and their capacities, who has most of it used up first; the first MOST_WORKLOADS."""
    rows = await reads.all(advisors_of_centre)
    loads = await loads_of(reads, [row["key"] for row in rows])
    ranked = sorted(
        ((share(load.points, row["capacity_points"]), row["key"], row) for row, load in zip(rows, loads, strict=True)),
        reverse=True,
    )
    return [(row["key"], row["capacity_points"]) for _, _, row in ranked[:MOST_WORKLOADS]]


async def _with_room(reads: Reads, added: int) -> list[UUID]:
    advisors = await reads.all(advisors_of_centre)
    loads = await loads_of(reads, [row["key"] for row in advisors])
    ranked = sorted(
        (share(load.points, row["capacity_points"]), row["key"])
        for row, load in zip(advisors, loads, strict=True)
        if has_room(load.points, row["capacity_points"], added)
    )
    return [key for _, key in ranked[:MOST_ALTERNATIVES]]


UNLIMITED_AS = 50
"""Whose capacity has no limit is compared with the others as if it were so many points."""


def has_room(points: int, capacity: int | None, added: int) -> bool:
    """Tell whether somebody who carries so many points can carry so many more."""
    return capacity is None or points + added <= capacity


def share(points: int, capacity: int | None) -> float:
    """Answer what of the capacity is used up: the score of domain reference 5.4, the lowest being the best."""
    limit = UNLIMITED_AS if capacity is None else capacity
    return points / limit if limit else float("inf")
