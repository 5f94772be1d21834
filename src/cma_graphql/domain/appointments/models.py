"""The tables of appointments and of the reminders that were due of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, exists, false, func, or_, text, true
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import of_visible_case
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.sight import looked_up, visible_client
from cma_graphql.domain.notes.models import of_visible_note
from cma_graphql.persistence.base import (
    ACTOR_CENTRE,
    ACTOR_CLIENT,
    ACTOR_USER,
    CentreRow,
    EnumText,
    Tracked,
    belongs_to,
)


class AppointmentType(StrEnum):
    """What an appointment is for."""

    FIRST_ADVICE = "FIRST_ADVICE"
    FACT_FIND = "FACT_FIND"
    BUDGET = "BUDGET"
    ADVICE = "ADVICE"
    SIGNING = "SIGNING"
    REVIEW = "REVIEW"
    EMERGENCY = "EMERGENCY"
    OTHER = "OTHER"


class MeetingMode(StrEnum):
    """How the two meet (seed 003; domain reference F18)."""

    IN_PERSON = "IN_PERSON"
    PHONE = "PHONE"
    VIDEO = "VIDEO"
    HOME_VISIT = "HOME_VISIT"
    OUTREACH = "OUTREACH"


class AppointmentStatus(StrEnum):
    """What became of an appointment (domain reference 5.3)."""

    SCHEDULED = "SCHEDULED"
    CONFIRMED = "CONFIRMED"
    ATTENDED = "ATTENDED"
    NO_SHOW = "NO_SHOW"
    CANCELLED_BY_CLIENT = "CANCELLED_BY_CLIENT"
    CANCELLED_BY_CENTRE = "CANCELLED_BY_CENTRE"
    RESCHEDULED = "RESCHEDULED"


class ReminderChannel(StrEnum):
    """By which way somebody was reminded."""

    EVENT = "EVENT"
    EMAIL = "EMAIL"
    SMS = "SMS"


ACTIVE = (AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED)
"""The states in which an appointment is still to come, and so takes its time."""
_TAKES_TIME = text("status IN ('SCHEDULED', 'CONFIRMED')")
_TIME = func.tstzrange(text("starts_at"), text("ends_at"))


class Appointment(Tracked, CentreRow):
    """One meeting of a client with an advisor; about a case, once there is one."""

    __tablename__ = "appointments"

    case_id: Mapped[UUID | None]
    client_id: Mapped[UUID]
    advisor_id: Mapped[UUID | None]
    """Whose diary it stands in; None: nobody's here, since it is past and came with its case from another centre."""
    advisor_elsewhere: Mapped[str | None]
    """With whom it was there, by name and centre."""
    appointment_type: Mapped[str] = mapped_column(EnumText(AppointmentType))
    status: Mapped[str] = mapped_column(EnumText(AppointmentStatus))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    duration_minutes: Mapped[int]
    meeting_mode: Mapped[str] = mapped_column(EnumText(MeetingMode))
    location: Mapped[str | None]
    preparation_notes: Mapped[str | None]
    outcome_summary: Mapped[str | None]
    follow_up_required: Mapped[bool] = mapped_column(server_default=text("false"))
    follow_up_on: Mapped[date | None]
    cancellation_reason: Mapped[str | None]
    override_reason: Mapped[str | None]
    """Why a manager booked it although the diary said otherwise."""
    rescheduled_from_id: Mapped[UUID | None]
    """The appointment that this one stands in for."""
    outcome_missing_at: Mapped[datetime | None]
    """When it was noticed that it is over and nobody has said how it went."""

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("memberships", "advisor_id"),
        belongs_to("appointments", "rescheduled_from_id"),
        EnumText(AppointmentType).check("appointment_type"),
        EnumText(AppointmentStatus).check("status"),
        EnumText(MeetingMode).check("meeting_mode"),
        CheckConstraint("duration_minutes BETWEEN 5 AND 480", name="duration_minutes"),
        CheckConstraint("ends_at = starts_at + duration_minutes * interval '1 minute'", name="ends_at"),
        CheckConstraint(
            "status NOT IN ('CANCELLED_BY_CLIENT', 'CANCELLED_BY_CENTRE') OR cancellation_reason IS NOT NULL",
            name="cancellation_reason",
        ),
        CheckConstraint(
            "(advisor_id IS NULL) = (advisor_elsewhere IS NOT NULL) "
            "AND (advisor_id IS NOT NULL OR status NOT IN ('SCHEDULED', 'CONFIRMED'))",
            name="advisor",
        ),
        CheckConstraint("follow_up_on IS NULL OR follow_up_required", name="follow_up_on"),
        # Nobody is in two places at once: the last word, whatever services have looked up before (record 0066).
        ExcludeConstraint(
            ("centre_id", "="),
            ("advisor_id", "="),
            (_TIME, "&&"),
            name="appointments_advisor_excl",
            using="gist",
            where=_TAKES_TIME,
        ),
        ExcludeConstraint(
            ("centre_id", "="),
            ("client_id", "="),
            (_TIME, "&&"),
            name="appointments_client_excl",
            using="gist",
            where=_TAKES_TIME,
        ),
        Index("appointments_centre_id_starts_at_idx", "centre_id", "starts_at", "id"),
        Index("appointments_centre_id_status_idx", "centre_id", "status", "starts_at", "id"),
        Index("appointments_centre_id_advisor_id_idx", "centre_id", "advisor_id", "starts_at", "id"),
        Index("appointments_centre_id_case_id_idx", "centre_id", "case_id", "starts_at", "id"),
        Index("appointments_centre_id_client_id_idx", "centre_id", "client_id", "starts_at", "id"),
        Index(
            "appointments_centre_id_without_case_idx",
            "centre_id",
            "client_id",
            "id",
            postgresql_where=text("case_id IS NULL"),
        ),
        Index(
            "appointments_centre_id_outcome_missing_idx",
            "centre_id",
            "starts_at",
            "id",
            postgresql_where=text("outcome_missing_at IS NOT NULL"),
        ),
        Index(
            "appointments_centre_id_to_come_case_idx", "centre_id", "case_id", "starts_at", postgresql_where=_TAKES_TIME
        ),
        Index(
            "appointments_centre_id_rescheduled_from_id_key",
            "centre_id",
            "rescheduled_from_id",
            unique=True,
            postgresql_where=text("rescheduled_from_id IS NOT NULL"),
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the appointments an actor with this sight sees."""
        return visible_appointment(cls, sight)


class AppointmentReminder(CentreRow):
    """That a reminder of an appointment was due, by one way; it is written once and stays."""

    __tablename__ = "appointment_reminders"

    appointment_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(EnumText(ReminderChannel))
    hours_before: Mapped[int]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    """When it was told; none where a later reminder of the same appointment was due by then, which was told instead."""

    __table_args__ = (
        belongs_to("appointments", "appointment_id"),
        EnumText(ReminderChannel).check("channel"),
        CheckConstraint("hours_before BETWEEN 1 AND 336", name="hours_before"),
        Index(
            "appointment_reminders_centre_id_appointment_id_key",
            "centre_id",
            "appointment_id",
            "channel",
            "hours_before",
            unique=True,
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the reminders of appointments an actor with this sight sees."""
        return exists().where(
            Appointment.centre_id == ACTOR_CENTRE,
            Appointment.id == cls.appointment_id,
            visible_appointment(Appointment, sight),
        )


class AppointmentNote(CentreRow):
    """That a note was written about an appointment; it is written once and stays."""

    __tablename__ = "appointment_notes"

    appointment_id: Mapped[UUID]
    note_id: Mapped[UUID]
    client_id: Mapped[UUID]
    linked_at: Mapped[datetime]
    linked_by: Mapped[UUID]

    __table_args__ = (
        belongs_to("appointments", "appointment_id"),
        belongs_to("notes", "note_id"),
        belongs_to("clients", "client_id"),
        Index("appointment_notes_centre_id_note_id_key", "centre_id", "note_id", unique=True),
        Index("appointment_notes_centre_id_appointment_id_idx", "centre_id", "appointment_id", "linked_at", "id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the notes that an actor with this sight sees: a confidential one leaves no trace."""
        return of_visible_note(cls.note_id, sight)


def visible_appointment(appointment: type[Appointment], sight: Sight) -> ColumnElement[bool]:
    """Match the appointments an actor with this sight sees: their own, those of the cases they see.

    One without a case is seen by whoever sees the client. An advisor sees what is in their own diary, whosever case it
    is about, since they have to keep it; the case itself they do not see by that.
    """
    if sight is Sight.NOTHING:
        return false()
    if sight is Sight.RECORD:
        return and_(
            appointment.client_id == ACTOR_CLIENT,
            or_(appointment.case_id.is_(None), of_visible_case(appointment.case_id, sight)),
        )
    seen = of_visible_place(appointment, sight)
    return seen if sight is Sight.EVERYTHING else or_(appointment.advisor_id == ACTOR_USER, seen)


def of_visible_place(row: Any, sight: Sight) -> ColumnElement[bool]:
    """Match what hangs on a case that staff with this sight see, or, where it names none, on a client that they see."""
    rule = visible_client(Client, sight)
    of_client = looked_up(
        Client.centre_id == ACTOR_CENTRE,
        Client.id == row.client_id,
        Client.deleted_at.is_(None),
        true() if rule is None else rule,
    )
    return or_(
        and_(row.case_id.is_not(None), of_visible_case(row.case_id, sight)),
        and_(row.case_id.is_(None), of_client),
    )
