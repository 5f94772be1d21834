"""Every select of what is still in the name of people who do not work at the centre any more."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    DateTime,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Role
from cma_graphql.domain.appointments.models import ACTIVE, Appointment
from cma_graphql.domain.appointments.policy import BOOKABLE
from cma_graphql.domain.case_templates.kinds import ApprovalType
from cma_graphql.domain.clients.sight import looked_up
from cma_graphql.domain.tasks.assigning import DO_TASKS
from cma_graphql.domain.tasks.models import Task, TaskState
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.domain.workflow.approval_models import Approval, ApprovalDecision
from cma_graphql.domain.workflow.counting import Decision
from cma_graphql.domain.workflow.models import WorkflowStage
from cma_graphql.domain.workflow.policy import DO_STAGES
from cma_graphql.domain.workflow.states import ENDED, ApprovalState
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.reads import KEYS, AnySelect, live, of_centre, statement

_BOOKABLE = bindparam("able", [role.value for role in BOOKABLE], type_=ARRAY(Text()))
_WORKS = bindparam("able", [role.value for role in DO_TASKS], type_=ARRAY(Text()))
_PROGRESSES = bindparam("able", [role.value for role in DO_STAGES], type_=ARRAY(Text()))
_MOST = bindparam("most", type_=Integer())
_STILL_TO_COME = Appointment.status == any_(literal([status.value for status in ACTIVE], ARRAY(Text())))


def _left(found: AnySelect, entity: Any, person: Any, able: Any) -> AnySelect:
    """Keep what is in the name of somebody who was deactivated, has no role that is able to do it, or is named."""
    return (
        found.join(Membership, (Membership.centre_id == entity.centre_id) & (Membership.id == person))
        .where(
            of_centre(Membership),
            or_(
                Membership.status == MembershipStatus.DEACTIVATED.value,
                not_(Membership.roles.bool_op("&&")(able)),
                Membership.id == any_(KEYS),
            ),
        )
        .order_by(entity.id)
        .limit(_MOST)
    )


@statement
def appointments_left(sight: Sight) -> AnySelect:
    """Select the appointments to come of people who have left, or advise no more."""
    found = select(Appointment.id.label("key"), Appointment.case_id, Appointment.client_id).where(
        live(Appointment, sight), _STILL_TO_COME, Appointment.starts_at > bindparam("at", type_=DateTime(timezone=True))
    )
    return _left(found, Appointment, Appointment.advisor_id, _BOOKABLE)


@statement
def tasks_left(sight: Sight) -> AnySelect:
    """Select the open tasks of people who have left, or work on cases no more."""
    found = select(Task.id.label("key"), Task.case_id, Task.client_id).where(
        live(Task, sight), Task.state == TaskState.OPEN.value
    )
    return _left(found, Task, Task.assignee_id, _WORKS)


@statement
def stages_left(sight: Sight) -> AnySelect:
    """Select the stages that have not ended and are to be done by people who have left, or do none any more."""
    found = select(WorkflowStage.id.label("key"), WorkflowStage.case_id).where(
        live(WorkflowStage, sight), *(WorkflowStage.state != state.value for state in sorted(ENDED))
    )
    return _left(found, WorkflowStage, WorkflowStage.assignee_id, _PROGRESSES)


@statement
def approvals_left(sight: Sight) -> AnySelect:
    """Select the approvals on which too few may decide, those who are named not counted, or that are given to nobody.

    A sequence needs one person for its next step; what was handed on once stays with those who may decide then.
    """
    person, delegate = aliased(Membership), aliased(Membership)
    has_decided = (
        select(literal_column("1"))
        .select_from(ApprovalDecision)
        .where(
            ApprovalDecision.centre_id == ACTOR_CENTRE,
            ApprovalDecision.approval_id == Approval.id,
            ApprovalDecision.user_id == person.id,
            or_(ApprovalDecision.decision != Decision.DELEGATE.value, Approval.delegated_to != person.id),  # NULL: no
        )
        .correlate(Approval, person)
        .exists()
    )
    free = (
        select(func.count())
        .select_from(person)
        .where(
            *_at_work(person),
            person.id != Approval.requested_by,
            person.id.is_distinct_from(Approval.assignee_id),
            not_(has_decided),
        )
        .correlate(Approval)
        .scalar_subquery()
    )
    counted = (
        select(func.count())
        .select_from(ApprovalDecision)
        .where(
            ApprovalDecision.centre_id == ACTOR_CENTRE,
            ApprovalDecision.approval_id == Approval.id,
            or_(
                ApprovalDecision.decision == Decision.APPROVE.value,
                and_(
                    ApprovalDecision.decision == Decision.ABSTAIN.value,
                    Approval.approval_type == ApprovalType.ALL.value,
                ),
            ),
        )
        .correlate(Approval)
        .scalar_subquery()
    )
    in_a_row = Approval.approval_type == ApprovalType.SEQUENTIAL.value
    seats = case((in_a_row, 1), else_=func.greatest(1, Approval.needed - counted))
    decided_instead = looked_up(
        ApprovalDecision.centre_id == ACTOR_CENTRE,
        ApprovalDecision.approval_id == Approval.id,
        ApprovalDecision.user_id == Approval.delegated_to,
        ApprovalDecision.decision != Decision.DELEGATE.value,
    )
    may_instead = looked_up(*_at_work(delegate), delegate.id == Approval.delegated_to)
    return (
        select(Approval.id.label("key"), Approval.case_id)
        .where(
            live(Approval, sight),
            Approval.state == ApprovalState.PENDING.value,
            or_(
                and_(Approval.handed_on_at.is_(None), free < seats),
                and_(Approval.delegated_to.is_not(None), not_(decided_instead), not_(may_instead)),
            ),
        )
        .order_by(Approval.id)
        .limit(_MOST)
    )


def _at_work(person: Any) -> tuple[Any, ...]:
    """Tell who acts for the centre in a role that is asked about an approval, those left out who are named."""
    return (
        person.centre_id == ACTOR_CENTRE,
        person.status == MembershipStatus.ACTIVE.value,
        person.roles.bool_op("&&")(Approval.asked_roles),
        not_(person.id == any_(KEYS)),
    )


@statement
def managers_at_work(_sight: Sight) -> AnySelect:
    """Select the active managers of the centre."""
    return (
        select(Membership.id.label("key"))
        .where(
            of_centre(Membership),
            Membership.status == MembershipStatus.ACTIVE.value,
            Membership.roles.op("@>")(bindparam("roles", [Role.CENTRE_MANAGER.value], type_=ARRAY(Text()))),
        )
        .order_by(Membership.id)
    )
