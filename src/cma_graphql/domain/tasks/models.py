"""The table of tasks."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, exists, false, not_, or_, text, true
from sqlalchemy.orm import Mapped, aliased, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import Priority, of_visible_case
from cma_graphql.domain.clients.models import of_visible_client
from cma_graphql.persistence.base import ACTOR_CENTRE, ACTOR_USER, CentreRow, EnumText, Tracked, belongs_to


class TaskKind(StrEnum):
    """What sort of work it is."""

    CALL = "CALL"
    LETTER = "LETTER"
    MEETING = "MEETING"
    REVIEW = "REVIEW"
    DEADLINE = "DEADLINE"
    COURT = "COURT"
    FOLLOW_UP = "FOLLOW_UP"
    OTHER = "OTHER"


class TaskState(StrEnum):
    """What became of a task."""

    OPEN = "OPEN"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


class TaskOrigin(StrEnum):
    """Where a task comes from."""

    HAND = "HAND"
    RULE = "RULE"
    """It keeps step with a date of the product's (tasks/rules.py)."""
    FOLLOW_UP = "FOLLOW_UP"
    """It keeps step with the follow-up of a note."""


class RuleCode(StrEnum):
    """The rules by which tasks come by themselves; tasks/rules.py says what each goes by."""

    CASE_REVIEW = "CASE_REVIEW"
    HOLD_REVIEW = "HOLD_REVIEW"
    DEBT_ACTION = "DEBT_ACTION"
    COURT_DATE_WEEK = "COURT_DATE_WEEK"
    COURT_DATE_DAY = "COURT_DATE_DAY"
    STAGE_WAIT = "STAGE_WAIT"
    NOTE_FOLLOW_UP = "NOTE_FOLLOW_UP"
    CASE_RETENTION = "CASE_RETENTION"
    TEMPLATE_NOTICE = "TEMPLATE_NOTICE"
    APPOINTMENT_REQUEST = "APPOINTMENT_REQUEST"
    """Its room makes them, and takes them away (appointments/request_tasks.py)."""


class Activity(StrEnum):
    """A kind of record that shows that a task is done."""

    NOTE = "NOTE"
    DOCUMENT = "DOCUMENT"
    BUDGET_SHEET = "BUDGET_SHEET"
    COMPLIANCE_ITEM = "COMPLIANCE_ITEM"


class Task(Tracked, CentreRow):
    """Something to be done by a day or an hour: on a case, on a client, or on neither."""

    __tablename__ = "tasks"

    case_id: Mapped[UUID | None]
    client_id: Mapped[UUID | None]
    title: Mapped[str]
    details: Mapped[str | None]
    kind: Mapped[str] = mapped_column(EnumText(TaskKind))
    priority: Mapped[str] = mapped_column(EnumText(Priority))
    due_on: Mapped[date]
    """The day in London."""
    due_at: Mapped[datetime]
    """The instant from which it is overdue: of a day, its end in London."""
    timed: Mapped[bool]
    """Whether it is due at an hour, not on a day."""
    assignee_id: Mapped[UUID | None]
    """Who does it; None: the case's advisor, whoever that is."""
    confidential: Mapped[bool]
    """Whether only those see it who see the confidential note that it comes from."""
    state: Mapped[str] = mapped_column(EnumText(TaskState))
    origin: Mapped[str] = mapped_column(EnumText(TaskOrigin))
    rule: Mapped[str | None] = mapped_column(EnumText(RuleCode))
    source_id: Mapped[UUID | None]
    """The record whose date it keeps step with: a case, a debt, a stage, a note, a request; or a notice of a rule."""
    occasion: Mapped[date | None]
    """That date, when the task was last brought into step."""
    snoozes: Mapped[int]
    snooze_reason: Mapped[str | None]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[UUID | None]
    outcome: Mapped[str | None]
    closed_by_kind: Mapped[str | None] = mapped_column(EnumText(Activity))
    closed_by_id: Mapped[UUID | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    due_told_on: Mapped[date | None]
    """The day due of which it was told that it has come."""
    overdue_told_on: Mapped[date | None]
    """The day due of which it was told that it is past."""
    author_elsewhere: Mapped[str | None]
    """Who made it at the centre that the case came from, by name and centre; None: it was made here."""

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("memberships", "assignee_id"),
        EnumText(TaskKind).check("kind"),
        EnumText(Priority).check("priority"),
        EnumText(TaskState).check("state"),
        EnumText(TaskOrigin).check("origin"),
        EnumText(RuleCode).check("rule"),
        EnumText(Activity).check("closed_by_kind"),
        CheckConstraint("case_id IS NULL OR client_id IS NOT NULL", name="client_of_case"),
        CheckConstraint("case_id IS NOT NULL OR assignee_id IS NOT NULL", name="assignee"),
        CheckConstraint("case_id IS NOT NULL OR NOT confidential", name="confidential"),
        CheckConstraint("(closed_by_kind IS NULL) = (closed_by_id IS NULL)", name="closed_by"),
        CheckConstraint("(state = 'DONE') = (completed_at IS NOT NULL)", name="completed_at"),
        CheckConstraint("(state = 'CANCELLED') = (cancelled_at IS NOT NULL)", name="cancelled_at"),
        CheckConstraint(
            "(origin = 'HAND') = (rule IS NULL) AND (rule IS NULL) = (source_id IS NULL) "
            "AND (rule IS NULL) = (occasion IS NULL)",
            name="by_hand",
        ),
        CheckConstraint("snoozes >= 0", name="snoozes"),
        Index("tasks_centre_id_due_at_idx", "centre_id", "due_at", "id"),
        Index("tasks_centre_id_created_at_idx", "centre_id", "created_at", "id"),
        Index("tasks_centre_id_state_due_at_idx", "centre_id", "state", "due_at", "id"),
        Index("tasks_centre_id_kind_due_at_idx", "centre_id", "kind", "due_at", "id"),
        Index("tasks_centre_id_priority_due_at_idx", "centre_id", "priority", "due_at", "id"),
        Index("tasks_centre_id_case_id_idx", "centre_id", "case_id", "due_at", "id"),
        Index("tasks_centre_id_client_id_idx", "centre_id", "client_id", "due_at", "id"),
        Index("tasks_centre_id_assignee_id_idx", "centre_id", "assignee_id", "due_at", "id"),
        Index(
            "tasks_centre_id_without_case_idx", "centre_id", "client_id", "id", postgresql_where=text("case_id IS NULL")
        ),
        Index(
            "tasks_centre_id_open_case_idx", "centre_id", "case_id", "due_on", postgresql_where=text("state = 'OPEN'")
        ),
        Index("tasks_centre_id_source_id_idx", "centre_id", "source_id", "rule", "occasion"),
        Index(
            "tasks_centre_id_rule_source_id_key",
            "centre_id",
            "rule",
            "source_id",
            unique=True,
            postgresql_where=text("state = 'OPEN' AND rule IS NOT NULL"),
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the tasks an actor with this sight sees: with the case or the client; others, those it is for."""
        return visible_task(cls, sight)


def visible_task(task: Any, sight: Sight) -> ColumnElement[bool]:
    """Match the tasks an actor with this sight sees; the portal shows none."""
    case_id = task.case_id
    on_client = and_(case_id.is_(None), of_visible_client(task.client_id, sight))
    on_nobody = task.client_id.is_(None)
    own = _of_actor(task)
    rule: ColumnElement[bool]
    match sight:
        case Sight.NOTHING:
            rule = false()
        case Sight.RECORD:
            rule = of_visible_case(case_id, sight)  # and row security denies the portal the table
        case Sight.EVERYTHING:
            rule = or_(of_visible_case(case_id, sight), on_client, on_nobody)
        case Sight.OWN | Sight.TEAM | Sight.CENTRE:
            rule = or_(
                of_visible_case(case_id, Sight.OWN) if sight.confided_in else false(),
                and_(or_(not_(task.confidential), own), of_visible_case(case_id, sight)),
                on_client,
                and_(on_nobody, own),
            )
    return rule


def open_to(task: Any, sight: Sight) -> ColumnElement[bool]:
    """Match, of the tasks on cases that an actor with this sight sees, those that they see themselves."""
    plain: ColumnElement[bool] = not_(task.confidential)
    match sight:
        case Sight.EVERYTHING:
            return true()
        case Sight.NOTHING:
            return false()
        case Sight.RECORD:
            return plain  # and row security denies the portal the table
        case Sight.OWN | Sight.TEAM | Sight.CENTRE:
            confided = of_visible_case(task.case_id, Sight.OWN) if sight.confided_in else false()
            return or_(plain, _of_actor(task), confided)


def _of_actor(task: Any) -> ColumnElement[bool]:
    """Match the tasks that the actor does, or made."""
    return or_(task.assignee_id == ACTOR_USER, task.created_by == ACTOR_USER)


def of_visible_task(task_id: Any, sight: Sight) -> ColumnElement[bool]:
    """Match what hangs on a task that an actor with this sight sees."""
    seen = aliased(Task, name="seen_task")  # a name of its own: a list of tasks may stand around it
    return exists().where(seen.centre_id == ACTOR_CENTRE, seen.id == task_id, visible_task(seen, sight))
