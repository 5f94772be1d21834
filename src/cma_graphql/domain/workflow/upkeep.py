"""What falls due in workflows by itself: approvals that nobody decided in time, stages that are late."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from cma_graphql.access.permissions import Role
from cma_graphql.core.events import Change, Publicity
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import tell_of_part
from cma_graphql.domain.workflow.approval_models import Approval
from cma_graphql.domain.workflow.approval_selectors import overdue_approvals
from cma_graphql.domain.workflow.events import ApprovalEscalated, StageOverdue
from cma_graphql.domain.workflow.models import WorkflowStage
from cma_graphql.domain.workflow.selectors import stages_newly_late
from cma_graphql.domain.workflow.states import ApprovalState, is_overdue
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def escalate_approvals(uow: UnitOfWork, at: datetime) -> int:
    """Ask the centre's managers about approvals whose deadline has passed; nothing is approved by itself.

    Each is escalated once. Answers how many there were; at most 200 a call.
    """
    due = await overdue_approvals(uow, at)
    cases = await _lock_cases(uow, due)
    escalated = 0
    for approval in await uow.lock_all(Approval, [row["key"] for row in due]):
        case = cases.get(approval.case_id)
        late = approval.state == ApprovalState.PENDING and approval.escalated_at is None
        if case is None or not late:
            continue
        asked = sorted({*approval.asked_roles, Role.CENTRE_MANAGER.value})
        changes = uow.change(approval, escalated_at=at, asked_roles=asked)
        told = {"role": Change(None, Role.CENTRE_MANAGER.value, Publicity.OPEN)}
        await tell_of_part(uow, ApprovalEscalated, case, approval, {**changes, **told})
        escalated += 1
    return escalated


async def tell_of_late_stages(uow: UnitOfWork, at: datetime) -> int:
    """Tell of stages that have passed their deadline, each once for a deadline; answer how many (at most 200)."""
    due = await stages_newly_late(uow, at)
    cases = await _lock_cases(uow, due)
    told = 0
    for stage in await uow.lock_all(WorkflowStage, [row["key"] for row in due]):
        case = cases.get(stage.case_id)
        if case is None or stage.late_at is not None or not is_overdue(stage.state, stage.deadline_at, at):
            continue
        changes = uow.change(stage, late_at=at)
        await tell_of_part(uow, StageOverdue, case, stage, changes)
        told += 1
    return told


async def _lock_cases(uow: UnitOfWork, rows: Sequence[Record]) -> Mapping[UUID, Case]:
    """Lock the cases before what hangs on them (decision 37)."""
    keys = sorted({row["case_id"] for row in rows})
    return {case.id: case for case in await uow.lock_all(Case, keys)}
