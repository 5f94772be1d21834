"""What people carry, put together: three statements for any number of them."""

from collections.abc import Sequence
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.domain.staffing.selectors import absences_to_come_of, profiles_by_id
from cma_graphql.domain.staffing.workload import loads_of
from cma_graphql.graph.staffing.types import Workload
from cma_graphql.persistence.reads import Reads


async def workloads_of(reads: Reads, people: Sequence[tuple[UUID, int | None]]) -> dict[UUID, Workload]:
    """Answer what these people, each with the capacity, carry."""
    keys, at = [key for key, _ in people], now()
    loads, profiles = await loads_of(reads, keys), await profiles_by_id(reads, keys)
    absences = await absences_to_come_of(reads, keys, at)
    return {
        key: Workload(
            key=key,
            open_cases=load.open_cases,
            points=load.points,
            capacity_points=capacity,
            accepts_new_cases=profile is None or profile["accepts_new_cases"],
            away_until=next((row["ends_at"] for row in away if row["starts_at"] <= at), None),
        )
        for (key, capacity), load, profile, away in zip(people, loads, profiles, absences, strict=True)
    }
