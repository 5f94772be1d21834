"""Decides on an approval, and does to the case what was proposed once it is approved."""

from uuid import UUID

from cma_graphql.domain.cases.models import CaseStatus, ClosureReason, ResolutionType
from cma_graphql.domain.casework.conclude import conclude, shut
from cma_graphql.domain.casework.gates import GATES
from cma_graphql.domain.casework.guards import require_step_is_open
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.counting import Decision
from cma_graphql.domain.workflow.services import deciding
from cma_graphql.domain.workflow.states import ApprovalState
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def decide_approval(
    uow: UnitOfWork,
    *,
    approval_id: UUID,
    version: int,
    decision: Decision,
    comment: str | None = None,
    delegate_id: UUID | None = None,
) -> UUID:
    """Decide on an approval as one of its approvers.

    The approval that settles a proposal takes the step that was proposed, in the same transaction: the history names
    the approver as who took it, the approval who proposed it. What keeps the case from the step by then refuses the
    approval. Raises what deciding raises, and what the step does.
    """
    decided = await deciding.decide(
        uow,
        approval_id=approval_id,
        version=version,
        decision=decision,
        gates=GATES,
        comment=comment,
        delegate_id=delegate_id,
    )
    case, approval = decided.case, decided.approval
    if approval.state != ApprovalState.APPROVED:
        return approval.id
    if approval.subject == ApprovalSubject.CASE_RESOLUTION and approval.resolution_type is not None:
        await require_step_is_open(uow, case, CaseStatus.RESOLVED)
        kind = ResolutionType(approval.resolution_type)
        await conclude(uow, case, resolution_type=kind, summary=approval.proposal, satisfaction=approval.satisfaction)
    elif approval.subject == ApprovalSubject.CASE_CLOSURE and approval.closure_reason is not None:
        reason = ClosureReason(approval.closure_reason)
        await require_step_is_open(uow, case, CaseStatus.CLOSED, reason=reason)
        await shut(uow, case, reason=reason, note=approval.proposal)
    return approval.id
