"""Gives a case that is locked to an advisor who may have it: the one place where that is done."""

from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.casework.taking_over import take_over
from cma_graphql.domain.staffing.assignments import note_assignment
from cma_graphql.domain.workflow.services.people import follow_advisor
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def give_case(
    uow: UnitOfWork, case: Case, advisor_id: UUID, *, reason: str, override_capacity_reason: str | None = None
) -> None:
    """Give the case, have the former advisor's open stages, appointments and tasks follow it.

    And note when the new one was last given one.
    """
    former_id = case.advisor_id
    await cases.change_advisor(uow, case, advisor_id, reason=reason, override_capacity_reason=override_capacity_reason)
    await follow_advisor(uow, case, former_id)
    await note_assignment(uow, advisor_id, now())
    if former_id is not None and former_id != advisor_id:
        await take_over(uow, case, former_id)
