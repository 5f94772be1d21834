"""Waives all that is still owed on one checklist of a case, at once."""

from uuid import UUID

from sqlalchemy import and_, or_

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now, today
from cma_graphql.core.errors import Invalid
from cma_graphql.core.events import Change, Publicity
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.cases.parts import take_case_of, tell_of_part
from cma_graphql.domain.cases.services import said
from cma_graphql.domain.compliance.events import ChecklistWaived
from cma_graphql.domain.compliance.models import CaseCompliance, ComplianceItem, ItemState
from cma_graphql.domain.compliance.policy import require_not_own_case
from cma_graphql.domain.compliance.recount import recount
from cma_graphql.domain.compliance.services.items import REASON_LENGTH
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def waive_checklist(uow: UnitOfWork, *, case_compliance_id: UUID, version: int, reason: str) -> UUID:
    """Waive what is owed on a checklist, failed or open, for one reason: managers and compliance officers.

    Nobody does of their own case. For a client who does not come back, say, before the case is closed. What is
    settled stays as it is, and so do optional and conditional requirements of which nothing was said. Raises
    Forbidden, NotFound, Conflict, Invalid.
    """
    uow.actor.require(Permission.COMPLIANCE_WAIVE)
    found = await uow.get(CaseCompliance, case_compliance_id, field="id")
    case = await take_case_of(uow, Permission.COMPLIANCE_WAIVE, found.case_id, field="id")
    require_not_own_case(uow.actor, case)
    await uow.lock(CaseCompliance, case_compliance_id, version=version)
    why = read_field("reason", multiline, reason, max_length=REASON_LENGTH)
    waived = await uow.run_update(
        ComplianceItem,
        ComplianceItem.case_compliance_id == case_compliance_id,
        or_(
            ComplianceItem.state == ItemState.FAILED.value,
            and_(ComplianceItem.state == ItemState.OPEN.value, ComplianceItem.binding),
        ),
        state=ItemState.WAIVED.value,
        reason=why,
        remedial_action=None,
        checked_on=today(),
        checked_by=uow.actor.user_id,
        version=ComplianceItem.version + 1,
        updated_at=now(),
        updated_by=uow.actor.user_id,
    )
    if not waived:
        raise Invalid("id", "nothing-owed", "Nothing is owed on this checklist.")
    await recount(uow, {case_compliance_id})
    checklist = await uow.lock(CaseCompliance, case_compliance_id)
    changes = {"waived": Change(None, waived, Publicity.OPEN), **said(reason=why)}
    await tell_of_part(uow, ChecklistWaived, case, checklist, changes)
    return case_compliance_id
