"""What falls due in workflows by itself: approvals that nobody decided in time, stages that are late, waits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import LONDON
from cma_graphql.core.events import Change, Publicity
from cma_graphql.domain.case_templates.kinds import StageType
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import tell_of_part
from cma_graphql.domain.workflow.approval_models import Approval
from cma_graphql.domain.workflow.approval_selectors import overdue_approvals
from cma_graphql.domain.workflow.events import ApprovalEscalated, StageOverdue
from cma_graphql.domain.workflow.models import WorkflowStage
from cma_graphql.domain.workflow.running import end_of_day, run_of
from cma_graphql.domain.workflow.selectors import stages_newly_late, waits_passed
from cma_graphql.domain.workflow.services.progress import ends_by_itself
from cma_graphql.domain.workflow.states import ApprovalState, StageState, is_overdue
from cma_graphql.domain.workflow.taking import Taken
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

WAITED = "The days to wait are over."
"""What the history says of a wait that ended by itself."""


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


async def end_waits(uow: UnitOfWork, at: datetime) -> int:
    """See to the waits of which a day has passed; answer how many there were (at most 200 a call).

    Before its last day a wait goes on to the next one. With the last one it ends by itself, unless that would take
    the case on to another part of the advice, or something is to be shown or approved: a client who has not answered
    has not accepted. Then it is overdue until somebody says how it ended. Each day is told of once; the task that
    comes of it is a rule's (tasks/rules.py).
    """
    due = await waits_passed(uow, at)
    cases = await _lock_cases(uow, due)
    seen = 0
    for row in due:
        case = cases.get(row["case_id"])
        run = None if case is None else await run_of(uow, case)
        stage = None if run is None else run.stages.get(row["key"])
        if case is None or run is None or stage is None or not _has_passed(stage, at):
            continue
        await _pass(Taken(uow, case, run, stage), at)
        seen += 1
    return seen


def _has_passed(stage: WorkflowStage, at: datetime) -> bool:
    """Tell whether a day of a stage that waits has passed since it was looked last."""
    waits = stage.stage_type == StageType.WAIT and stage.state == StageState.IN_PROGRESS
    if not waits or stage.deadline_at is None or stage.deadline_at >= at:
        return False
    return stage.late_at is None or stage.late_at < stage.deadline_at


async def _pass(taken: Taken, at: datetime) -> None:
    stage = taken.stage
    begun = at if stage.started_at is None else stage.started_at
    ends = sorted(end_of_day(begun.astimezone(LONDON).date(), days) for days in stage.wait_days)
    to_come = [end for end in ends if end >= at]
    if not to_come and await ends_by_itself(taken):
        await taken.run.finish_work(stage, by=None, reason=WAITED)
        await taken.run.settle()
        return
    later = {"deadline_at": to_come[0]} if to_come else {}
    changes = taken.uow.change(stage, late_at=at, **later)
    await taken.run.tell(StageOverdue, stage, changes)


async def _lock_cases(uow: UnitOfWork, rows: Sequence[Record]) -> Mapping[UUID, Case]:
    """Lock the cases before what hangs on them (decision 37)."""
    keys = sorted({row["case_id"] for row in rows})
    return {case.id: case for case in await uow.lock_all(Case, keys)}
