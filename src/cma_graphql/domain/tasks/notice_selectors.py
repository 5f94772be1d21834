"""What notification rules of templates ask to be told, and of what nobody has been told yet."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    not_,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.case_templates.kinds import NotificationMoment
from cma_graphql.domain.case_templates.models import CaseTemplateNotification, CaseTemplateStage
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.domain.tasks.notice_models import Notice
from cma_graphql.domain.tasks.rules import values
from cma_graphql.domain.workflow.approval_models import Approval
from cma_graphql.domain.workflow.events import ApprovalNotified, StageNotified
from cma_graphql.domain.workflow.models import CaseWorkflow, WorkflowStage, WorkflowStageStep
from cma_graphql.domain.workflow.states import BEGUN, ENDED, MOMENTS, ApprovalState, StageState
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, live, of_centre, statement

RULE = CaseTemplateNotification
_CASE = aliased(Case, name="its_case")  # a name of its own: the rules of what hangs on cases look at cases, too
_AT = bindparam("at", type_=DateTime(timezone=True))
_SOON = bindparam("soon", type_=DateTime(timezone=True))
"""A little later: the clock of the server that wrote an instant down may be ahead of the worker's."""
_SINCE = bindparam("since", type_=DateTime(timezone=True))
_MOST = bindparam("most", type_=Integer())
_LONDON = "Europe/London"
_ASKED = NotificationMoment.APPROVAL_REQUESTED
_OPEN = and_(*(WorkflowStage.state != state.value for state in sorted(ENDED)))
_WAITING = or_(*(WorkflowStage.state == state.value for state in sorted({*BEGUN, StageState.READY})))


def _days(number: Any) -> Any:
    return func.make_interval(0, 0, 0, number)


def _by_day(instant: Any, number: Any) -> Any:
    """Answer an instant so many days later as London's clocks go."""
    return func.timezone(_LONDON, func.timezone(_LONDON, instant) + _days(number))


def _found(subject: Any, occasion: Any, due_at: Any, **said: Any) -> AnySelect:
    """Select what a rule says, of which record, and when it falls due."""
    return select(
        RULE.id.label("rule_id"),
        RULE.moment,
        RULE.recipient,
        RULE.channel,
        RULE.position,
        _CASE.id.label("case_id"),
        _CASE.client_id,
        _CASE.advisor_id,
        occasion.label("occasion"),
        due_at.label("told_from"),
        subject.id.label("subject_id"),
        subject.assignee_id,
        subject.deadline_at,
        subject.version,
        *(column.label(name) for name, column in said.items()),
    ).select_from(CaseWorkflow)


def _of_rules(found: AnySelect, sight: Sight) -> AnySelect:
    """Join the rules of the version by which a case runs; the case goes on."""
    return (
        found.join(_CASE, and_(_CASE.centre_id == CaseWorkflow.centre_id, _CASE.id == CaseWorkflow.case_id))
        .join(RULE, and_(RULE.centre_id == CaseWorkflow.centre_id, RULE.version_id == CaseWorkflow.template_version_id))
        .outerjoin(
            CaseTemplateStage,
            and_(CaseTemplateStage.centre_id == RULE.centre_id, CaseTemplateStage.id == RULE.stage_id),
        )
        .where(
            live(CaseWorkflow, sight),
            _CASE.deleted_at.is_(None),
            of_centre(RULE),
            _CASE.status == any_(values(*OPEN)),
            or_(RULE.stage_id.is_(None), CaseTemplateStage.code == WorkflowStage.code),
        )
    )


def _stages(sight: Sight, occasion: Any, due_at: Any) -> AnySelect:
    found = _found(
        WorkflowStage,
        occasion,
        due_at,
        of_stage=true(),
        name=WorkflowStage.name,
        roles=WorkflowStage.approver_roles,
        requested_by=cast(null(), Uuid()),
    ).join(
        WorkflowStage,
        and_(WorkflowStage.centre_id == CaseWorkflow.centre_id, WorkflowStage.workflow_id == CaseWorkflow.id),
    )
    return _of_rules(found, sight).where(live(WorkflowStage, sight))


def _steps(sight: Sight) -> AnySelect:
    """Select steps of stages of which rules tell; of one that is ready, only while it is to be done."""
    due_at = WorkflowStageStep.changed_at + _days(RULE.days)
    found = _stages(sight, WorkflowStageStep.changed_at, due_at).join(
        WorkflowStageStep,
        and_(
            WorkflowStageStep.centre_id == WorkflowStage.centre_id,
            WorkflowStageStep.stage_id == WorkflowStage.id,
        ),
    )
    return found.where(
        live(WorkflowStageStep, sight),
        or_(
            *(
                and_(RULE.moment == moment.value, WorkflowStageStep.to_state == state.value)
                for state, moment in MOMENTS.items()
            )
        ),
        or_(RULE.moment != NotificationMoment.STAGE_READY.value, _OPEN),
        due_at <= _SOON,
        due_at > _SINCE,
    )


def _deadlines(sight: Sight) -> AnySelect:
    """Select deadlines of stages that are to be done: those that are near, and those that have passed."""
    deadline = WorkflowStage.deadline_at
    near = RULE.moment == NotificationMoment.DEADLINE_NEAR.value
    due_at = _by_day(deadline, case((near, -RULE.days), else_=RULE.days))
    return _stages(sight, deadline, due_at).where(
        _WAITING,
        or_(
            and_(near, deadline > _AT, due_at <= _AT),
            and_(
                RULE.moment == NotificationMoment.DEADLINE_PASSED.value,
                deadline <= _AT,
                due_at <= _AT,
                due_at > _SINCE,
            ),
        ),
    )


def _approvals(sight: Sight, moment: NotificationMoment) -> AnySelect:
    """Select what rules tell of approvals at such a moment, once they are asked for, settled or late."""
    pending = Approval.state == ApprovalState.PENDING.value
    occasion: Any
    match moment:
        case NotificationMoment.APPROVAL_REQUESTED:
            occasion, until, holds = Approval.requested_at, _SOON, pending
        case NotificationMoment.APPROVAL_DECIDED:
            occasion, until, holds = (
                Approval.settled_at,
                _SOON,
                and_(not_(pending), Approval.state != ApprovalState.WITHDRAWN.value),
            )
        case _:
            occasion, until, holds = Approval.deadline_at, _AT, pending
    overdue = moment is NotificationMoment.APPROVAL_OVERDUE
    due_at = _by_day(occasion, RULE.days) if overdue else occasion + _days(RULE.days)
    found = _found(
        Approval,
        occasion,
        due_at,
        of_stage=false(),
        name=WorkflowStage.name,
        roles=case((pending, Approval.asked_roles), else_=Approval.roles),
        requested_by=Approval.requested_by,
    )
    found = found.join(
        Approval, and_(Approval.centre_id == CaseWorkflow.centre_id, Approval.case_id == CaseWorkflow.case_id)
    ).outerjoin(
        WorkflowStage,
        and_(
            WorkflowStage.centre_id == Approval.centre_id,
            WorkflowStage.id == Approval.stage_id,
            WorkflowStage.deleted_at.is_(None),
        ),
    )
    return _of_rules(found, sight).where(
        live(Approval, sight), RULE.moment == moment.value, holds, due_at <= until, due_at > _SINCE
    )


def _untold(found: Any) -> Any:
    """Match what nobody has been told yet."""
    return not_(
        exists().where(
            Notice.centre_id == ACTOR_CENTRE,
            Notice.rule_id == found.c.rule_id,
            Notice.occasion == found.c.occasion,
            func.coalesce(Notice.stage_id, Notice.approval_id) == found.c.subject_id,
        )
    )


def _timed(sight: Sight) -> list[AnySelect]:
    return [_deadlines(sight), _approvals(sight, NotificationMoment.APPROVAL_OVERDUE)]


@statement
def notices_due(sight: Sight) -> AnySelect:
    """Select what rules of these cases' templates ask to be told by now, the earliest first."""
    arms = [
        _steps(sight),
        *(_approvals(sight, moment) for moment in (_ASKED, NotificationMoment.APPROVAL_DECIDED)),
        *_timed(sight),
    ]
    found = union_all(*(arm.where(CaseWorkflow.case_id == any_(KEYS)) for arm in arms)).subquery("found")
    return (
        select(*found.c)
        .where(_untold(found))
        .order_by(found.c.told_from, found.c.position, found.c.subject_id)
        .limit(_MOST)
    )


@statement
def cases_to_tell_of(sight: Sight) -> AnySelect:
    """Select the centre's cases with a deadline of which a rule asks to tell by now."""
    found = union_all(*_timed(sight)).subquery("found")
    return (
        select(found.c.case_id)
        .where(_untold(found))
        .group_by(found.c.case_id)
        .order_by(func.min(found.c.told_from), found.c.case_id)
        .limit(_MOST)
    )


@statement
def notices_by_key(sight: Sight) -> AnySelect:
    """Select what these notices are about."""
    return select(Notice.id.label("key"), Notice.stage_id, Notice.approval_id).where(
        live(Notice, sight), Notice.id == any_(KEYS)
    )


async def subjects_of_notices(reads: Reads, keys: Sequence[UUID]) -> Mapping[UUID, tuple[str, UUID]]:
    """Answer what these notices are about: the kind of record, as events name it, and its id."""
    rows = await reads.all(notices_by_key, keys=list(keys))
    return {
        row["key"]: (ApprovalNotified.entity, row["approval_id"])
        if row["stage_id"] is None
        else (StageNotified.entity, row["stage_id"])
        for row in rows
    }
