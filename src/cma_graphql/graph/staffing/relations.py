"""What staffing adds to people: what they can do, when they work and are away, what they carry."""

from typing import Any

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.domain.staffing import selectors
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.refs import AbsenceRef, AdvisorProfileRef, WorkingIntervalRef, WorkloadRef
from cma_graphql.graph.staffing.workloads import workloads_of


def profile_of_members() -> Any:
    """Declare what people can do."""

    async def profile(members: list[Any], info: Info) -> list[AdvisorProfileRef | None]:
        """Answer each person's profile."""
        return await selectors.profiles_by_id(info.context.reader, [member.key for member in members])

    return relation(description="What the person can do as an advisor; null where nothing is kept of it.", reads=())(
        profile
    )


def working_hours_of_members() -> Any:
    """Declare when people work."""

    async def working_hours(members: list[Any], info: Info) -> list[list[WorkingIntervalRef]]:
        """Answer each person's week."""
        return await selectors.working_hours_of(info.context.reader, [member.key for member in members])

    return relation(
        description="When the person works, from Monday on; empty where it is not said.", size=10, reads=()
    )(working_hours)


def absences_of_members() -> Any:
    """Declare when people are away."""

    async def absences(members: list[Any], info: Info) -> list[list[AbsenceRef]]:
        """Answer each person's absences that are not over."""
        return await selectors.absences_to_come_of(info.context.reader, [member.key for member in members], now())

    return relation(description="When the person is away or will be, soonest first; at most 100.", size=5, reads=())(
        absences
    )


def workload_of_members() -> Any:
    """Declare what people carry."""

    async def workload(members: list[Any], info: Info) -> list[WorkloadRef | None]:
        """Answer what each person carries."""
        own = info.context.actor.centre_id
        found = await workloads_of(
            info.context.reader,
            [(member.key, member.capacity_points) for member in members if member.centre_id == own],
        )
        return [found.get(member.key) if member.centre_id == own else None for member in members]

    return relation(
        description="What the person carries of open cases.",
        requires=Permission.CASE_ASSIGN,
        reads=("capacity_points",),
    )(workload)
