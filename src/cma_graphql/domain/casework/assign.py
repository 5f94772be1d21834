"""Gives a case to an advisor."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.cases.transitions import OPEN, require_step
from cma_graphql.domain.casework.advisors import lock_colleague, require_capacity
from cma_graphql.domain.casework.giving import give_case
from cma_graphql.domain.casework.reading import read_optional_reason, read_reason
from cma_graphql.domain.casework.taking import take
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def assign_case(
    uow: UnitOfWork,
    *,
    case_id: UUID,
    version: int,
    advisor_id: UUID,
    reason: str,
    override_capacity_reason: str | None = None,
) -> UUID:
    """Give a case to an advisor, or to another one; a new or reopened case becomes ASSIGNED.

    The advisor is an active member of the centre who may update cases and whose open cases leave room for this
    one, unless a reason says why not (domain reference 5.2 and 5.4). Raises Forbidden, ApprovalRequired
    (advisors propose), NotFound, Conflict, TransitionRefused (a case at its end), Invalid, LimitReached.
    """
    case = await take(uow, Permission.CASE_ASSIGN, case_id, version)
    if case.status not in OPEN:
        require_step(case.status, CaseStatus.ASSIGNED)
    why = read_reason(reason)
    override = read_optional_reason(override_capacity_reason, field="override_capacity_reason")
    if case.advisor_id == advisor_id and case.status not in {CaseStatus.NEW, CaseStatus.REOPENED}:
        raise Invalid("advisor_id", "same-advisor", "This person advises on the case already.")
    advisor = await lock_colleague(uow, advisor_id, permission=Permission.CASE_UPDATE, field="advisor_id")
    if override is None:
        await require_capacity(uow, advisor, case_id=case.id, complexity=case.complexity)
    await give_case(uow, case, advisor_id, reason=why, override_capacity_reason=override)
    return case.id
