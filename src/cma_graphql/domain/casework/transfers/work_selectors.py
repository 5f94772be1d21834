"""Every select of the work on a case that goes over with it: notes, open tasks, appointments that are past."""

from sqlalchemy import ARRAY, Text, literal, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.appointments.models import Appointment, AppointmentStatus
from cma_graphql.domain.notes.models import Note, NoteCategory
from cma_graphql.domain.tasks.models import Task, TaskOrigin, TaskState
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.reads import KEYS, AnySelect, live, statement

OF_A_NOTE = ("priority", "body", "tags", "confidential", "visible_to_client", "follow_up_on", "created_at")
OF_A_TASK = (
    "title",
    "details",
    "kind",
    "priority",
    "due_on",
    "due_at",
    "timed",
    "confidential",
    "state",
    "origin",
    "rule",
    "occasion",
    "snoozes",
    "snooze_reason",
    "created_at",
)
OF_AN_APPOINTMENT = (
    "appointment_type",
    "status",
    "starts_at",
    "ends_at",
    "duration_minutes",
    "meeting_mode",
    "location",
    "preparation_notes",
    "outcome_summary",
    "follow_up_required",
    "follow_up_on",
    "cancellation_reason",
    "override_reason",
    "created_at",
)
_PAST = (
    AppointmentStatus.ATTENDED,
    AppointmentStatus.NO_SHOW,
    AppointmentStatus.CANCELLED_BY_CLIENT,
    AppointmentStatus.CANCELLED_BY_CENTRE,
    AppointmentStatus.RESCHEDULED,
)


@statement
def notes_going_over(sight: Sight) -> AnySelect:
    """Select a case's notes, confidential ones too, the first written first."""
    return (
        select(
            Note.id.label("key"),
            Note.corrects_id,
            Note.created_by,
            Note.author_elsewhere,
            Note.documents_elsewhere,
            NoteCategory.code,
            *(getattr(Note, name) for name in OF_A_NOTE),
        )
        .join(NoteCategory, (NoteCategory.centre_id == Note.centre_id) & (NoteCategory.id == Note.category_id))
        .where(live(Note, sight), NoteCategory.centre_id == ACTOR_CENTRE, Note.case_id == any_(KEYS))
        .order_by(Note.created_at, Note.id)
    )


@statement
def tasks_going_over(sight: Sight) -> AnySelect:
    """Select a case's open tasks: those by hand and of notes. Rules make theirs anew, of the dates that go over."""
    return (
        select(
            Task.id.label("key"),
            Task.source_id,
            Task.created_by,
            Task.author_elsewhere,
            *(getattr(Task, name) for name in OF_A_TASK),
        )
        .where(
            live(Task, sight),
            Task.state == TaskState.OPEN.value,
            Task.origin != TaskOrigin.RULE.value,
            Task.case_id == any_(KEYS),
        )
        .order_by(Task.created_at, Task.id)
    )


@statement
def appointments_going_over(sight: Sight) -> AnySelect:
    """Select a case's appointments of which it is known what became, the first booked first."""
    return (
        select(
            Appointment.id.label("key"),
            Appointment.rescheduled_from_id,
            Appointment.advisor_id,
            Appointment.advisor_elsewhere,
            *(getattr(Appointment, name) for name in OF_AN_APPOINTMENT),
        )
        .where(
            live(Appointment, sight),
            Appointment.status == any_(literal([status.value for status in _PAST], ARRAY(Text()))),
            Appointment.case_id == any_(KEYS),
        )
        .order_by(Appointment.created_at, Appointment.id)
    )
