"""Hands the cases of one advisor over to others, each by itself."""

from collections.abc import Sequence
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.cases.transitions import OPEN, require_step
from cma_graphql.domain.casework.choosing import choose_advisor, choose_among, require_chosen
from cma_graphql.domain.casework.giving import give_case
from cma_graphql.domain.casework.reading import read_optional_reason, read_reason
from cma_graphql.domain.casework.taking import take
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def hand_over_case(
    uow: UnitOfWork,
    *,
    case_id: UUID,
    version: int,
    from_id: UUID,
    to_ids: Sequence[UUID],
    reason: str,
    override_capacity_reason: str | None = None,
) -> UUID:
    """Give an open case of one advisor to another: of those named who carries the least; nobody named: by score.

    Raises Forbidden, ApprovalRequired, NotFound, Conflict, TransitionRefused (a case at its end), Invalid
    (`other-advisor`, `same-advisor`, `nobody-fits`), CapacityReached.
    """
    case = await take(uow, Permission.CASE_ASSIGN, case_id, version)
    if case.status not in OPEN:
        require_step(case.status, CaseStatus.ASSIGNED)
    why = read_reason(reason)
    override = read_optional_reason(override_capacity_reason, field="override_capacity_reason")
    if case.advisor_id != from_id:
        raise Invalid("id", "other-advisor", "This case is not this advisor's.")
    if from_id in to_ids:
        raise Invalid("to", "same-advisor", "Nobody hands cases over to themselves.")
    if to_ids:
        advisor_id = await choose_among(uow, case, to_ids, field="to", override=override)
    else:
        advisor_id = require_chosen(await choose_advisor(uow, case, besides=from_id))
    await give_case(uow, case, advisor_id, reason=why, override_capacity_reason=override)
    return case.id
