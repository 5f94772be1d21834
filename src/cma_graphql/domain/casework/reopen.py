"""Takes a case up again after its end."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases import policy
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.casework.guards import require_step_is_open
from cma_graphql.domain.casework.reading import read_reason
from cma_graphql.domain.casework.taking import take
from cma_graphql.domain.workflow.services.ending import resume_with_case
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def reopen_case(uow: UnitOfWork, *, case_id: UUID, version: int, reason: str) -> UUID:
    """Take up a resolved, closed or referred case again, or, as a manager, a cancelled one; within six years.

    Its closing day and the other marks of its end go; its history stays, and stages that were given up
    with it wait for their turn again. Raises Forbidden, NotFound, Conflict,
    TransitionRefused, Invalid.
    """
    case = await take(uow, Permission.CASE_REOPEN, case_id, version)
    policy.require_may_reopen(uow.actor, case)
    await require_step_is_open(uow, case, CaseStatus.REOPENED)
    await cases.change_status(uow, case, CaseStatus.REOPENED, reason=read_reason(reason))
    await resume_with_case(uow, case)
    return case.id
