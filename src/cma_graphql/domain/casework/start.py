"""Starts the work on a case, or takes it up again after a hold."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.casework.guards import require_step_is_open
from cma_graphql.domain.casework.taking import take
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def start_case(uow: UnitOfWork, *, case_id: UUID, version: int) -> UUID:
    """Start the work: there is an advisor, and the client consented to advice. After a hold this resumes it.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid, InvalidInput.
    """
    case = await take(uow, Permission.CASE_CHANGE_STATUS, case_id, version)
    await require_step_is_open(uow, case, CaseStatus.IN_PROGRESS)
    await cases.change_status(uow, case, CaseStatus.IN_PROGRESS)
    return case.id
