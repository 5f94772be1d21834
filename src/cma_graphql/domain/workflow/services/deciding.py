"""What an approver says; what it does to a case beyond its stage, casework does (casework/decide.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid
from cma_graphql.core.events import Change, Publicity
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.text import multiline
from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates.kinds import ApprovalType, NotificationMoment
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of, tell_of_part
from cma_graphql.domain.cases.services import said
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.domain.workflow.approval_models import BY_HAND, Approval, ApprovalDecision
from cma_graphql.domain.workflow.approval_selectors import votes_on
from cma_graphql.domain.workflow.counting import Decision, Panel, Vote, panel_of
from cma_graphql.domain.workflow.events import ApprovalDecided
from cma_graphql.domain.workflow.gates import Gates
from cma_graphql.domain.workflow.models import WorkflowStage
from cma_graphql.domain.workflow.policy import Asked, asked_of, require_may_decide, whose_work
from cma_graphql.domain.workflow.running import Run, require_run
from cma_graphql.domain.workflow.services.asking import require_pending
from cma_graphql.domain.workflow.services.progress import faults_of_ending, reopen
from cma_graphql.domain.workflow.states import ApprovalState, StageState, has_ended
from cma_graphql.domain.workflow.taking import REASON_LENGTH, Taken
from cma_graphql.domain.workflow.telling import queue_notices
from cma_graphql.persistence.unit_of_work import UnitOfWork

SETTLES = {
    Decision.APPROVE: ApprovalState.APPROVED,
    Decision.REJECT: ApprovalState.REJECTED,
    Decision.REQUEST_CHANGES: ApprovalState.CHANGES_REQUESTED,
    Decision.DELEGATE: ApprovalState.PENDING,
    Decision.ABSTAIN: ApprovalState.PENDING,
}
"""What a decision may make of an approval."""
_TO_BE_SAID = frozenset({Decision.REJECT, Decision.REQUEST_CHANGES})


@dataclass(slots=True)
class Decided:
    """An approval on which somebody has just decided, with its case; both locked."""

    case: Case
    approval: Approval


def panel_of_record(*, approval_type: str, roles: Sequence[str], needed: int, votes: Sequence[Vote]) -> Panel:
    """Make the panel of an approval; of ALL, who abstains is not waited for, as long as somebody is."""
    if approval_type == ApprovalType.ALL:
        needed = max(1, needed - sum(vote.decision is Decision.ABSTAIN for vote in votes))
    return panel_of(approval_type, roles=[Role(role) for role in roles], needed=needed)


def panel_about(approval: Approval, votes: Sequence[Vote]) -> Panel:
    """Make the panel of an approval that was loaded."""
    return panel_of_record(
        approval_type=approval.approval_type, roles=approval.roles, needed=approval.needed, votes=votes
    )


def asked_about(approval: Approval) -> Asked:
    """Answer who decides on an approval that was loaded."""
    return asked_of(
        requested_by=approval.requested_by,
        assignee_id=approval.assignee_id,
        escalated_at=approval.escalated_at,
        handed_on_at=approval.handed_on_at,
        delegated_to=approval.delegated_to,
    )


async def decide(
    uow: UnitOfWork,
    *,
    approval_id: UUID,
    version: int,
    decision: Decision,
    gates: Gates,
    comment: str | None = None,
    delegate_id: UUID | None = None,
) -> Decided:
    """Write down what an approver decides, and what follows for the stage that it is about; `gates` are asked again.

    Of two approvers at once one decides; the other's version is not the present one any more. Raises Forbidden (it is
    another role's), NotFound, Conflict, TransitionRefused (it is settled), Invalid (own work, decided already, a
    comment or a delegate that is missing or unfit; what keeps the stage from ending).
    """
    uow.actor.require(Permission.CASE_APPROVE)
    found = await uow.get(Approval, approval_id, field="id")
    by_hand = found.subject in BY_HAND
    case = await take_case_of(uow, Permission.CASE_APPROVE, found.case_id, field="id", ended=by_hand)
    approval = await uow.lock(Approval, approval_id, version=version)
    require_pending(approval, SETTLES[decision])
    votes = await votes_on(uow, approval_id)
    asked = asked_about(approval)
    role = require_may_decide(uow.actor, panel_about(approval, votes), votes, asked)
    why = _read_comment(decision, comment)
    if decision is Decision.DELEGATE:
        await _require_fit(uow, approval, votes, delegate_id)
    votes.append(Vote(user_id=uow.actor.user_id, decision=decision, role=role))
    uow.add_lines(
        [
            ApprovalDecision(
                id=new_id(),
                case_id=case.id,
                approval_id=approval.id,
                user_id=uow.actor.user_id,
                decision=decision.value,
                role=role.value,
                comment=why,
                delegated_to=delegate_id,
                decided_at=now(),
            )
        ]
    )
    await _count(uow, case, approval, votes, comment=why, delegate_id=delegate_id)
    if approval.stage_id is None:
        if approval.state != ApprovalState.PENDING:
            await queue_notices(uow, case, NotificationMoment.APPROVAL_DECIDED)
    else:
        await _follow(uow, case, approval, gates, comment=why)
    return Decided(case, approval)


def _read_comment(decision: Decision, comment: str | None) -> str | None:
    if comment is None:
        if decision in _TO_BE_SAID:
            raise Invalid("comment", "required", "Say why, so that it can be mended.", decision=decision.value)
        return None
    return read_field("comment", multiline, comment, max_length=REASON_LENGTH)


async def _require_fit(uow: UnitOfWork, approval: Approval, votes: list[Vote], delegate_id: UUID | None) -> None:
    """Raise Invalid or NotFound where somebody cannot decide in the actor's stead."""
    if delegate_id is None:
        raise Invalid("member_id", "required", "Name whom you give the decision to.")
    member = await uow.lock(Membership, delegate_id, field="member_id")
    roles = list(approval.asked_roles)
    if member.status != MembershipStatus.ACTIVE:
        raise Invalid("member_id", "inactive", "This person does not act for the centre at present.")
    if delegate_id in whose_work(approval.requested_by, approval.assignee_id):
        raise Invalid("member_id", "own-work", "Nobody approves their own work: name a colleague.", roles=roles)
    if delegate_id == uow.actor.user_id or asked_about(approval).has_decided(votes, delegate_id):
        raise Invalid("member_id", "already-decided", "Name somebody who has not decided yet.", roles=roles)
    if not set(member.roles) & set(roles):
        raise Invalid("member_id", "approver-role", f"This is to be decided by {' or '.join(roles)}.", roles=roles)


async def _count(
    uow: UnitOfWork,
    case: Case,
    approval: Approval,
    votes: list[Vote],
    *,
    comment: str | None,
    delegate_id: UUID | None,
) -> None:
    panel = panel_about(approval, votes)
    outcome = panel.outcome(votes)
    last = votes[-1]
    asked = panel.asked_now(votes) if outcome is ApprovalState.PENDING else []
    if asked and asked_about(approval).managers:
        asked = sorted({*asked, Role.CENTRE_MANAGER})
    settled: dict[str, object] = {}
    if outcome is not ApprovalState.PENDING:
        settled = {"settled_at": now(), "settled_by": uow.actor.user_id, "settled_note": comment}
    if last.decision is Decision.DELEGATE:
        settled = {"delegated_to": delegate_id}
    changes = uow.change(approval, state=outcome.value, asked_roles=[role.value for role in asked], **settled)
    if not changes:
        uow.touch(approval)  # another decision counts its version up, so that two at once do not both pass
    told = {"decision": Change(None, last.decision.value, Publicity.OPEN)}
    await tell_of_part(uow, ApprovalDecided, case, approval, {**changes, **told, **said(comment=comment)})


async def _follow(uow: UnitOfWork, case: Case, approval: Approval, gates: Gates, *, comment: str | None) -> None:
    """Let a settled approval's stage end, or go back to whoever does it."""
    if approval.state == ApprovalState.PENDING or approval.stage_id is None:
        return
    run = await require_run(uow, case)
    stage = run.stages[approval.stage_id]
    await queue_notices(uow, case, NotificationMoment.APPROVAL_DECIDED, [stage.code])
    if approval.state == ApprovalState.APPROVED:
        taken = Taken(uow, case, run, stage)
        for fault in await faults_of_ending(
            taken, gates, document_id=stage.evidence_document_id, notes=stage.completion_notes
        ):
            raise fault
        await run.finish_work(stage, by=approval.requested_by)
    elif approval.state == ApprovalState.REJECTED:
        await run.move(stage, StageState.REJECTED, reason=comment)
        await _return(run, stage, comment)
    else:
        await run.move(stage, StageState.IN_PROGRESS, reason=comment)
        await _return(run, stage, comment)
    await run.settle()


async def _return(run: Run, stage: WorkflowStage, comment: str | None) -> None:
    """Open the earlier stage again to which a template sends back what was not approved."""
    earlier = next((each for each in run.stages.values() if each.code and each.code == stage.returns_to), None)
    if earlier is not None and has_ended(earlier.state):
        await reopen(Taken(run.uow, run.case, run, earlier), earlier, reason=comment or "")
