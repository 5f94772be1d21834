"""Adds a stage to one case's workflow: a place in it, and who has to approve it."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.errors import Invalid, LimitReached, NotFound
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates.kinds import APPROVERS, ApprovalType, StageCondition, StageType
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.cases.parts import take_case_of
from cma_graphql.domain.compliance.models import EvidenceKind
from cma_graphql.domain.workflow.events import StageAdded
from cma_graphql.domain.workflow.models import WorkflowStage
from cma_graphql.domain.workflow.running import Run, end_of_day, fault_of_deadline, named, require_run, step_of
from cma_graphql.domain.workflow.states import StageState
from cma_graphql.domain.workflow.taking import REASON_LENGTH, lock_worker
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_STAGES = 100
"""A case's stages are a plain list, so they have a bound (decision 17)."""
NAME_LENGTH = 100
MOST_HOURS = 1_000
_MOST_APPROVERS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStage:
    """A stage as it is added."""

    name: str
    stage_type: StageType
    advice_stage: CaseStage
    description: str | None = None
    required: bool = True
    evidence: EvidenceKind = EvidenceKind.NONE
    approval_type: ApprovalType | None = None
    approver_roles: tuple[Role, ...] = field(default=())
    min_approvers: int = 1
    assignee_id: UUID | None = None
    deadline_on: date | None = None
    estimated_hours: int | None = None


async def add_stage(
    uow: UnitOfWork, *, case_id: UUID, new: NewStage, after_id: UUID | None = None, beside: bool = False
) -> UUID:
    """Add a stage behind another one, or beside it; named none, before all others. Answers the stage.

    Behind one stands for between that one's group and the next: what comes later waits for it if it is required.
    Raises Forbidden, NotFound (also a case without a workflow), Invalid, InvalidInput, LimitReached.
    """
    case = await take_case_of(uow, Permission.WORKFLOW_PROGRESS, case_id)
    run = await require_run(uow, case)
    if len(run.stages) >= MOST_STAGES:
        raise LimitReached("case-stages", MOST_STAGES, f"A case has at most {MOST_STAGES} stages.")
    name, about = _read(new)
    after = None
    if after_id is not None:
        after = run.stages.get(after_id)
        if after is None:
            raise NotFound("after_id")
    if new.assignee_id is not None:
        await lock_worker(uow, case, new.assignee_id, field="assignee_id")
    stage = WorkflowStage(
        id=new_id(),
        case_id=case.id,
        client_id=case.client_id,
        workflow_id=run.workflow.id,
        name=name,
        description=about,
        stage_type=new.stage_type.value,
        advice_stage=new.advice_stage.value,
        position=await _make_room(run, after, beside=beside),
        required=new.required,
        parallel=beside,
        auto_assign=False,
        condition=StageCondition.ALWAYS.value,
        role=Role.ADVISOR.value,
        depends_on=[],
        approval_type=None if new.approval_type is None else new.approval_type.value,
        approver_roles=[role.value for role in new.approver_roles],
        min_approvers=new.min_approvers,
        estimated_hours=new.estimated_hours,
        wait_days=[],
        gate_evidence=new.evidence.value,
        documents=[],
        state=StageState.PENDING.value,
        assignee_id=new.assignee_id,
        deadline_at=None if new.deadline_on is None else end_of_day(new.deadline_on),
        ended_with_case=False,
    )
    changes = uow.add(stage)
    await uow.flush()
    run.stages[stage.id] = stage
    uow.add_lines([step_of(stage, None, by=uow.actor.user_id)])
    await run.tell(StageAdded, stage, changes, new=True)
    await run.settle()
    return stage.id


def _read(new: NewStage) -> tuple[str, str | None]:
    faults = Faults()
    name = faults.read("name", one_line, new.name, max_length=NAME_LENGTH)
    about = None
    if new.description is not None:
        about = faults.read("description", multiline, new.description, max_length=REASON_LENGTH)
    if new.stage_type in {StageType.WAIT, StageType.AUTOMATED}:
        faults.add("stage_type", "of-templates", "Such a stage is part of a template only.", type=new.stage_type.value)
    late = fault_of_deadline(new.deadline_on)
    if late is not None:
        faults.take(late)
    if new.estimated_hours is not None and not 1 <= new.estimated_hours <= MOST_HOURS:
        faults.add("estimated_hours", "range", f"A stage takes 1 to {MOST_HOURS} hours.", maximum=MOST_HOURS)
    _check_approval(faults, new)
    faults.raise_any()
    return name or "", about


def _check_approval(faults: Faults, new: NewStage) -> None:
    roles = sorted(APPROVERS)
    kind, approvers = new.approval_type, new.approver_roles
    if kind is None:
        if approvers:
            faults.add("approver_roles", "approval", "Say how many of them have to approve.")
        if new.stage_type is StageType.APPROVAL:
            faults.add("approval_type", "required", "An approval says who has to approve it.")
        return
    if set(approvers) - APPROVERS:
        faults.add("approver_roles", "approver-role", "Not all of these roles approve.", roles=roles)
    if (len(approvers) < 2) if kind is ApprovalType.SEQUENTIAL else (len(approvers) != 1):  # noqa: PLR2004 - one after another
        faults.add("approver_roles", "approvers", "Name one role; for SEQUENTIAL two or more.", type=kind.value)
    if not 1 <= new.min_approvers <= _MOST_APPROVERS or (kind is ApprovalType.SINGLE and new.min_approvers > 1):
        faults.add("min_approvers", "range", f"It takes 1 to {_MOST_APPROVERS}; 1 for SINGLE.", maximum=_MOST_APPROVERS)


async def _make_room(run: Run, after: WorkflowStage | None, *, beside: bool) -> int:
    """Answer the position of a stage behind another one; what comes behind it moves on, unless it stands beside."""
    order = run.in_order()
    if after is None and beside:
        raise Invalid("after_id", "required", "Name the stage beside which it stands.")
    group = None if after is None else _last_of_group(order, after)
    behind = order if group is None else order[order.index(group) + 1 :]
    passed = [stage for stage in behind if stage.state == StageState.COMPLETED]
    if passed:
        raise Invalid(
            "after_id",
            "passed",
            "What comes behind has been done already: add the stage behind that.",
            stages=named(passed),
        )
    if after is not None and beside:
        return after.position
    place = group.position + 1 if group is not None else (order[0].position if order else 1)
    if behind and behind[0].position <= place:
        shift = place + 1 - behind[0].position
        for stage in behind:
            run.uow.change(stage, position=stage.position + shift)
        await run.uow.flush()
    return place


def _last_of_group(order: list[WorkflowStage], after: WorkflowStage) -> WorkflowStage:
    """Answer the last of the stages that run beside one."""
    last = after
    for stage in order[order.index(after) + 1 :]:
        if stage.position != last.position and not stage.parallel:
            break
        last = stage
    return last
