"""Asks for approvals: of a stage, of a step of the case, or of something that people do by hand."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import now, today
from cma_graphql.core.errors import Invalid, TransitionRefused
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.text import multiline
from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates import definition
from cma_graphql.domain.case_templates.kinds import APPROVERS, ApprovalType, NotificationMoment
from cma_graphql.domain.case_templates.selectors import version_of
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of, tell_of_part
from cma_graphql.domain.workflow.approval_models import BY_HAND, Approval, ApprovalSubject
from cma_graphql.domain.workflow.approval_selectors import approvers_present
from cma_graphql.domain.workflow.counting import panel_of
from cma_graphql.domain.workflow.events import ApprovalRequested, ApprovalWithdrawn
from cma_graphql.domain.workflow.models import WorkflowStage
from cma_graphql.domain.workflow.policy import whose_work
from cma_graphql.domain.workflow.running import Run, end_of_day, fault_of_deadline, require_run
from cma_graphql.domain.workflow.selectors import workflows_of_cases
from cma_graphql.domain.workflow.states import ApprovalState, StageState
from cma_graphql.domain.workflow.taking import NOTES_LENGTH, REASON_LENGTH
from cma_graphql.domain.workflow.telling import queue_notices
from cma_graphql.persistence.unit_of_work import UnitOfWork

USUAL = definition.Approval(
    approval_type=ApprovalType.SINGLE, min_approvers=1, approver_roles=(Role.CENTRE_MANAGER,), deadline_days=3
)
"""Who approves where no template says."""


async def ask_for_stage(run: Run, stage: WorkflowStage, *, note: str | None) -> None:
    """Let a stage await its approval. Raises Invalid where too few people of the centre could approve it."""
    asked = definition.Approval(
        approval_type=ApprovalType(stage.approval_type or ApprovalType.SINGLE),
        min_approvers=stage.min_approvers,
        approver_roles=tuple(map(Role, stage.approver_roles)),
        deadline_days=stage.approval_days,
    )
    worker = stage.assignee_id or run.case.advisor_id
    await ask(
        run.uow,
        run.case,
        asked,
        ApprovalSubject.STAGE,
        stage_id=stage.id,
        code=stage.code,
        assignee_id=worker,
        note=note,
    )
    await run.move(stage, StageState.AWAITING_APPROVAL)


async def ask(
    uow: UnitOfWork,
    case: Case,
    asked: definition.Approval,
    subject: ApprovalSubject,
    *,
    note: str | None,
    stage_id: UUID | None = None,
    code: str | None = None,
    assignee_id: UUID | None = None,
    deadline_on: date | None = None,
    **proposed: Any,
) -> UUID:
    """Ask for an approval about a locked case; answer it.

    Raises Invalid, naming the roles, where there are too few people who could approve it besides those whose work it
    is: nobody would ever decide.
    """
    workers = whose_work(uow.actor.user_id, assignee_id)
    needed = await _needed(uow, asked, workers)
    panel = panel_of(asked.approval_type, roles=asked.approver_roles, needed=needed)
    days = asked.deadline_days
    usual = None if days is None else end_of_day(today(), days)
    approval = Approval(
        id=new_id(),
        case_id=case.id,
        client_id=case.client_id,
        stage_id=stage_id,
        subject=subject.value,
        approval_type=asked.approval_type.value,
        roles=[role.value for role in asked.approver_roles],
        needed=needed,
        state=ApprovalState.PENDING.value,
        request_note=note,
        requested_at=now(),
        requested_by=uow.actor.user_id,
        assignee_id=assignee_id,
        asked_roles=[role.value for role in panel.asked_now([])],
        deadline_at=usual if deadline_on is None else end_of_day(deadline_on),
        **proposed,
    )
    changes = uow.add(approval)
    await tell_of_part(uow, ApprovalRequested, case, approval, changes, new=True)
    await queue_notices(uow, case, NotificationMoment.APPROVAL_REQUESTED, [code])
    return approval.id


async def _needed(uow: UnitOfWork, asked: definition.Approval, workers: frozenset[UUID]) -> int:
    """Answer how many people have to approve; of ALL everybody who could."""
    there = [row for row in await approvers_present(uow, asked.approver_roles) if row["key"] not in workers]
    if asked.approval_type is ApprovalType.SEQUENTIAL:
        missing = [role for role in asked.approver_roles if not any(role in row["roles"] for row in there)]
        _require_enough(not missing and len(there) >= len(asked.approver_roles), asked, len(there))
        return len(asked.approver_roles)
    _require_enough(len(there) >= asked.min_approvers, asked, len(there))
    return len(there) if asked.approval_type is ApprovalType.ALL else asked.min_approvers


def _require_enough(enough: bool, asked: definition.Approval, there: int) -> None:  # noqa: FBT001 - what is required
    if enough:
        return
    roles = [role.value for role in asked.approver_roles]
    raise Invalid(
        "id",
        "approvers-missing",
        f"Too few people could approve this, besides those whose work it is: it takes {' and '.join(roles)}.",
        roles=roles,
        needed=asked.min_approvers,
        there=there,
    )


async def request_approval(
    uow: UnitOfWork,
    *,
    case_id: UUID,
    subject: ApprovalSubject,
    note: str,
    role: Role | None = None,
    deadline_on: date | None = None,
) -> UUID:
    """Ask for an approval of something that people then do by hand; who approves it, the case's template says.

    Without a rule of the template it is one of the centre's managers, or of the role that is named; so it is where the
    centre has too few people for the rule. It is asked about a closed case, too: that its client's data are erased,
    say. Raises Forbidden, NotFound, Invalid, InvalidInput.
    """
    case = await take_case_of(uow, Permission.WORKFLOW_PROGRESS, case_id, ended=True)
    if subject not in BY_HAND:
        raise Invalid("subject", "not-by-hand", "This is asked for by completing the stage, or by the proposal.")
    late = fault_of_deadline(deadline_on)
    if late is not None:
        raise late
    if role is not None and role not in APPROVERS:
        raise Invalid("role", "approver-role", "This role does not approve.", roles=sorted(APPROVERS))
    said = read_field("note", multiline, note, max_length=NOTES_LENGTH)
    asked = await rule_for(uow, case, subject)
    if role is not None:
        await _require_rule_is_kept(uow, asked, role, workers=whose_work(uow.actor.user_id, case.advisor_id))
        asked = definition.Approval(
            approval_type=ApprovalType.SINGLE,
            min_approvers=1,
            approver_roles=(role,),
            deadline_days=asked.deadline_days,
        )
    return await ask(uow, case, asked, subject, note=said, assignee_id=case.advisor_id, deadline_on=deadline_on)


async def _require_rule_is_kept(
    uow: UnitOfWork, asked: definition.Approval, role: Role, *, workers: frozenset[UUID]
) -> None:
    """Raise Invalid where a template says who approves, and a role is named by which others, or fewer, would.

    One of several roles of which one approver will do may be named; any, where the centre has too few of those asked.
    """
    one_will_do = asked.approval_type in {ApprovalType.SINGLE, ApprovalType.ANY} and asked.min_approvers == 1
    if asked is USUAL or (one_will_do and role in asked.approver_roles):
        return
    try:
        await _needed(uow, asked, workers)
    except Invalid:
        return
    roles = [each.value for each in asked.approver_roles]
    raise Invalid(
        "role",
        "set-by-template",
        f"The case's template says who approves this: {' and '.join(roles)}. Name no other role.",
        roles=roles,
        needed=asked.min_approvers,
    )


async def rule_for(uow: UnitOfWork, case: Case, subject: ApprovalSubject) -> definition.Approval:
    """Answer who approves something by the template with which a case began, or by the usual rule."""
    (workflow,) = await workflows_of_cases(uow, [case.id])
    if workflow is None or workflow["template_version_id"] is None:
        return USUAL
    version = await version_of(uow, workflow["template_version_id"])
    rules = () if version is None else version.approval_rules
    return next((rule.approval for rule in rules if rule.trigger.value == subject.value), USUAL)


async def withdraw_approval(uow: UnitOfWork, *, approval_id: UUID, version: int, reason: str) -> UUID:
    """Take back what one asked for, or, as who may approve, what a colleague did. The stage is in progress again.

    Raises Forbidden, NotFound, Conflict, TransitionRefused (it is settled), Invalid.
    """
    from_whom = await uow.get(Approval, approval_id, field="id")
    own = from_whom.requested_by == uow.actor.user_id
    needed = Permission.WORKFLOW_PROGRESS if own else Permission.CASE_APPROVE
    case = await take_case_of(uow, needed, from_whom.case_id, field="id", ended=True)
    approval = await uow.lock(Approval, approval_id, version=version)
    require_pending(approval, ApprovalState.WITHDRAWN)
    why = read_field("reason", multiline, reason, max_length=REASON_LENGTH)
    await withdraw(uow, case, [approval], reason=why)
    if approval.stage_id is not None:
        run = await require_run(uow, case)
        await run.move(run.stages[approval.stage_id], StageState.IN_PROGRESS, reason=why)
    return approval.id


async def withdraw(uow: UnitOfWork, case: Case, approvals: Sequence[Approval], *, reason: str | None) -> None:
    """Settle locked approvals of a locked case as withdrawn."""
    for approval in approvals:
        changes = uow.change(
            approval,
            state=ApprovalState.WITHDRAWN.value,
            asked_roles=[],
            settled_at=now(),
            settled_by=uow.actor.user_id,
            settled_note=reason,
        )
        await tell_of_part(uow, ApprovalWithdrawn, case, approval, changes)


def require_pending(approval: Approval, target: ApprovalState) -> None:
    """Raise TransitionRefused for an approval that is settled: it stays as it is."""
    if approval.state != ApprovalState.PENDING:
        raise TransitionRefused(source=approval.state, target=target.value, allowed=[])
