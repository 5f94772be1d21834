"""Every select of what notes were written about which appointments."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.appointments.models import Appointment, AppointmentNote
from cma_graphql.domain.appointments.selectors import APPOINTMENT_COLUMNS
from cma_graphql.domain.notes.models import Note
from cma_graphql.domain.notes.selectors import NOTE_COLUMNS
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, grouped, live, of_centre, statement


@statement
def notes_by_appointment(sight: Sight) -> AnySelect:
    """Select the notes about these appointments that the actor sees, the first first."""
    return (
        select(AppointmentNote.appointment_id, *NOTE_COLUMNS)
        .join(Note, (Note.centre_id == AppointmentNote.centre_id) & (Note.id == AppointmentNote.note_id))
        .where(live(AppointmentNote, sight), live(Note, sight), AppointmentNote.appointment_id == any_(KEYS))
        .order_by(AppointmentNote.appointment_id, AppointmentNote.linked_at, AppointmentNote.id)
    )


@statement
def appointments_by_note(sight: Sight) -> AnySelect:
    """Select the appointments, each with the one of these notes that is about it, both seen by the actor."""
    return (
        select(AppointmentNote.note_id, *APPOINTMENT_COLUMNS)
        .join(
            Appointment,
            (Appointment.centre_id == AppointmentNote.centre_id) & (Appointment.id == AppointmentNote.appointment_id),
        )
        .where(live(AppointmentNote, sight), live(Appointment, sight), AppointmentNote.note_id == any_(KEYS))
    )


@statement
def number_of_notes_of_appointment(_sight: Sight) -> AnySelect:
    """Count the notes about an appointment, whoever asks."""
    return select(func.count().label("number")).where(
        of_centre(AppointmentNote), AppointmentNote.appointment_id == bindparam("appointment_id", type_=Uuid())
    )


async def notes_of_appointments(reads: Reads, appointment_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer the notes about each appointment."""
    return await grouped(reads, notes_by_appointment, appointment_ids, by="appointment_id")


async def appointments_of_notes(reads: Reads, note_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer the appointment that each note is about, None where it is about none that the actor sees."""
    rows = await grouped(reads, appointments_by_note, note_ids, by="note_id")
    return [found[0] if found else None for found in rows]
