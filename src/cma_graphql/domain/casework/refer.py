"""Hands a case to another organisation."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.text import one_line
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.casework.guards import require_step_is_open
from cma_graphql.domain.casework.reading import RECIPIENT_LENGTH, read_optional_reason
from cma_graphql.domain.casework.taking import take
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def refer_case(
    uow: UnitOfWork, *, case_id: UUID, version: int, recipient: str, reason: str | None = None
) -> UUID:
    """Record that another organisation takes over, with the client's consent to referral.

    It reaches a third party, so the right to do that decides: trainees propose it (domain reference 5.5).
    Raises Forbidden, ApprovalRequired, NotFound, Conflict, TransitionRefused, Invalid, InvalidInput.
    """
    case = await take(uow, Permission.CORRESPONDENCE_SEND, case_id, version)
    await require_step_is_open(uow, case, CaseStatus.REFERRED)
    taker = read_field("recipient", one_line, recipient, max_length=RECIPIENT_LENGTH)
    why = read_optional_reason(reason, field="reason")
    await cases.change_status(uow, case, CaseStatus.REFERRED, reason=why, referred_to=taker)
    return case.id
