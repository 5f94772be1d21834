"""Puts a case on hold."""

from datetime import date
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.casework.guards import require_step_is_open
from cma_graphql.domain.casework.reading import REASON_LENGTH, read_review
from cma_graphql.domain.casework.taking import take
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def hold_case(uow: UnitOfWork, *, case_id: UUID, version: int, reason: str, review_on: date) -> UUID:
    """Let a case wait, for a reason and until a day after today: nine in the morning in London.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid, InvalidInput.
    """
    case = await take(uow, Permission.CASE_CHANGE_STATUS, case_id, version)
    await require_step_is_open(uow, case, CaseStatus.ON_HOLD)
    faults = Faults()
    why = faults.read("reason", multiline, reason, max_length=REASON_LENGTH)
    review_at = read_review(faults, review_on)
    faults.raise_any()
    await cases.change_status(uow, case, CaseStatus.ON_HOLD, reason=why, hold_reason=why, next_review_at=review_at)
    return case.id
