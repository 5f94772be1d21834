"""Resolves a case: the advice has come to a result."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.cases.models import CaseStatus, ResolutionType
from cma_graphql.domain.casework.closures import require_not_for_two
from cma_graphql.domain.casework.conclude import conclude
from cma_graphql.domain.casework.guards import require_step_is_open
from cma_graphql.domain.casework.reading import SUMMARY_LENGTH, read_satisfaction
from cma_graphql.domain.casework.taking import take
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def resolve_case(
    uow: UnitOfWork,
    *,
    case_id: UUID,
    version: int,
    resolution_type: ResolutionType,
    summary: str,
    satisfaction: int | None = None,
) -> UUID:
    """Write down the result of the advice, behind the last required stage. Trainees propose it (casework/propose.py).

    So does everybody for a vulnerable client's case of high risk: nobody ends the work on it alone (closures.py).

    Raises Forbidden, ApprovalRequired, NotFound, Conflict, TransitionRefused, Invalid, InvalidInput.
    """
    case = await take(uow, Permission.CASE_CONCLUDE, case_id, version, target=CaseStatus.RESOLVED)
    await require_step_is_open(uow, case, CaseStatus.RESOLVED)
    await require_not_for_two(uow, case, instead=CaseStatus.RESOLVED)
    faults = Faults()
    result = faults.read("summary", multiline, summary, max_length=SUMMARY_LENGTH)
    rating = read_satisfaction(faults, satisfaction)
    faults.raise_any()
    await conclude(uow, case, resolution_type=resolution_type, summary=result, satisfaction=rating)
    return case.id
