"""What is due in cases, on which day: each room's part is one select."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Text, literal, select, text, union_all
from sqlalchemy.dialects.postgresql import distinct_on

from cma_graphql.access.actor import Sight
from cma_graphql.domain.appointments.models import Appointment
from cma_graphql.domain.compliance.models import NOT_DUE, CaseCompliance
from cma_graphql.domain.tasks.models import Task, open_to
from cma_graphql.domain.tasks.rules import london_day
from cma_graphql.domain.workflow.models import WorkflowStage
from cma_graphql.persistence.reads import of_centre


class DueKind(StrEnum):
    """What is due in a case."""

    REVIEW = "REVIEW"
    """The case is to be looked at again."""
    REQUIREMENT = "REQUIREMENT"
    """A requirement of a checklist has its deadline."""
    STAGE = "STAGE"
    """A stage of the workflow that waits for somebody has its deadline."""
    TASK = "TASK"
    """A task is to be done."""
    APPOINTMENT = "APPOINTMENT"
    """An appointment is to come, or nobody has said how it went."""


# Texts, not parameters: so that indexes of such rows alone are found by whatever plan.
_WAITING = text("case_stages.state IN ('READY', 'IN_PROGRESS', 'AWAITING_APPROVAL', 'REJECTED')")
_OPEN = text("tasks.state = 'OPEN'")
_TO_COME = text("appointments.status IN ('SCHEDULED', 'CONFIRMED')")


def _reviews(cases: Any, _sight: Sight) -> Any:
    return select(cases.c.id.label("case_id"), london_day(cases.c.next_review_at).label("due_on")).where(
        cases.c.next_review_at.is_not(None)
    )


def _requirements(cases: Any, _sight: Sight) -> Any:
    return (
        select(CaseCompliance.case_id, CaseCompliance.due_on)
        .join(cases, cases.c.id == CaseCompliance.case_id)
        .where(of_centre(CaseCompliance), CaseCompliance.due_on < NOT_DUE)
    )


def _stages(cases: Any, _sight: Sight) -> Any:
    return (
        select(WorkflowStage.case_id, london_day(WorkflowStage.deadline_at).label("due_on"))
        .join(cases, cases.c.id == WorkflowStage.case_id)
        .where(
            of_centre(WorkflowStage),
            WorkflowStage.deleted_at.is_(None),
            WorkflowStage.deadline_at.is_not(None),
            _WAITING,
        )
    )


def _tasks(cases: Any, sight: Sight) -> Any:
    return (
        select(Task.case_id, Task.due_on)
        .join(cases, cases.c.id == Task.case_id)
        .where(of_centre(Task), _OPEN, open_to(Task, sight))
    )


def _appointments(cases: Any, _sight: Sight) -> Any:
    return (
        select(Appointment.case_id, london_day(Appointment.starts_at).label("due_on"))
        .join(cases, cases.c.id == Appointment.case_id)
        .where(of_centre(Appointment), _TO_COME)
    )


SOURCES: Mapping[DueKind, Callable[[Any, Sight], Any]] = {
    DueKind.REVIEW: _reviews,
    DueKind.REQUIREMENT: _requirements,
    DueKind.STAGE: _stages,
    DueKind.TASK: _tasks,
    DueKind.APPOINTMENT: _appointments,
}
"""For each kind, the select of `case_id` and `due_on` in cases that the actor sees: a later room adds its own.

Where not everybody who sees a case sees all that is due in it, the select says so by the actor's sight.
"""


def first_due(cases: Any, sight: Sight) -> Any:
    """Select the first thing due in each of these cases: `case_id`, `due_on`, `kind`.

    `cases` is a select of cases that the actor sees, with `id` and `next_review_at`.
    """
    parts = []
    for kind, source in SOURCES.items():
        part = source(cases, sight).subquery()
        parts.append(select(part.c.case_id, part.c.due_on, literal(kind.value, Text()).label("kind")))
    due = union_all(*parts).subquery("due")
    return select(due).ext(distinct_on(due.c.case_id)).order_by(due.c.case_id, due.c.due_on, due.c.kind)
