"""Every select of what is still in the name of people who do not work at the centre any more."""

from typing import Any

from sqlalchemy import ARRAY, DateTime, Integer, Text, bindparam, literal, or_, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Role
from cma_graphql.domain.appointments.models import ACTIVE, Appointment
from cma_graphql.domain.tasks.models import Task, TaskState
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.domain.workflow.models import WorkflowStage
from cma_graphql.domain.workflow.states import ENDED
from cma_graphql.persistence.reads import KEYS, AnySelect, live, of_centre, statement

_MOST = bindparam("most", type_=Integer())
_STILL_TO_COME = Appointment.status == any_(literal([status.value for status in ACTIVE], ARRAY(Text())))


def _left(found: AnySelect, entity: Any, person: Any) -> AnySelect:
    """Keep what is in the name of somebody who was deactivated, or is about to be: these are named."""
    return (
        found.join(Membership, (Membership.centre_id == entity.centre_id) & (Membership.id == person))
        .where(
            of_centre(Membership),
            or_(Membership.status == MembershipStatus.DEACTIVATED.value, Membership.id == any_(KEYS)),
        )
        .order_by(entity.id)
        .limit(_MOST)
    )


@statement
def appointments_left(sight: Sight) -> AnySelect:
    """Select the appointments to come of people who have left."""
    found = select(Appointment.id.label("key"), Appointment.case_id, Appointment.client_id).where(
        live(Appointment, sight), _STILL_TO_COME, Appointment.starts_at > bindparam("at", type_=DateTime(timezone=True))
    )
    return _left(found, Appointment, Appointment.advisor_id)


@statement
def tasks_left(sight: Sight) -> AnySelect:
    """Select the open tasks of people who have left."""
    found = select(Task.id.label("key"), Task.case_id, Task.client_id).where(
        live(Task, sight), Task.state == TaskState.OPEN.value
    )
    return _left(found, Task, Task.assignee_id)


@statement
def stages_left(sight: Sight) -> AnySelect:
    """Select the stages that have not ended and are to be done by people who have left."""
    found = select(WorkflowStage.id.label("key"), WorkflowStage.case_id).where(
        live(WorkflowStage, sight), *(WorkflowStage.state != state.value for state in sorted(ENDED))
    )
    return _left(found, WorkflowStage, WorkflowStage.assignee_id)


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
