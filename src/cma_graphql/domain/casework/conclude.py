"""How a case is resolved and closed, once it is settled that it may be: by whoever does it, or by an approval."""

from cma_graphql.core.clock import now, today
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import Case, CaseStatus, ClosureReason, ResolutionType
from cma_graphql.domain.casework.ending import end_what_is_open
from cma_graphql.domain.workflow.services.ending import end_with_case
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def conclude(
    uow: UnitOfWork, case: Case, *, resolution_type: ResolutionType, summary: str | None, satisfaction: int | None
) -> None:
    """Write down the result of the advice of a locked case whose step is open."""
    await cases.change_status(
        uow,
        case,
        CaseStatus.RESOLVED,
        reason=summary,
        resolved_at=now(),
        resolution_type=resolution_type.value,
        resolution_summary=summary,
        satisfaction=satisfaction if satisfaction is not None else case.satisfaction,
    )


async def shut(uow: UnitOfWork, case: Case, *, reason: ClosureReason, note: str | None) -> None:
    """Close a locked case whose step is open; what is open of it by then is given up with it."""
    await cases.change_status(
        uow,
        case,
        CaseStatus.CLOSED,
        reason=note,
        closed_on=today(),
        closure_reason=reason.value,
        closure_note=note,
    )
    await end_with_case(uow, case, reason=note)
    await end_what_is_open(uow, case, reason="The case was closed.")
