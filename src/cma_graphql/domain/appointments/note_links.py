"""Says of a note that is being written which appointment it is about."""

from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.core.ids import new_id
from cma_graphql.domain.appointments.models import Appointment, AppointmentNote
from cma_graphql.domain.appointments.note_selectors import number_of_notes_of_appointment
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_NOTES = 100
"""How many notes an appointment has."""


async def place_of_note(
    uow: UnitOfWork, appointment_id: UUID, *, case_id: UUID | None, client_id: UUID | None
) -> tuple[UUID | None, UUID | None]:
    """Answer the case, or else the client, on which a note about an appointment is written.

    That is the appointment's, named or not. Raises NotFound, Invalid (rule `other-place`).
    """
    appointment = await uow.get(Appointment, appointment_id, field="appointment_id")
    place = (appointment.case_id, appointment.client_id if appointment.case_id is None else None)
    if (case_id, client_id) not in {place, (None, None)}:
        raise Invalid("appointment_id", "other-place", "The appointment is about another case or client.")
    return place


async def link_note(uow: UnitOfWork, appointment_id: UUID, note_id: UUID) -> None:
    """Link a note that was just written to its appointment. Raises NotFound, LimitReached."""
    appointment = await uow.lock(Appointment, appointment_id, field="appointment_id")
    counted = await uow.one(number_of_notes_of_appointment, appointment_id=appointment_id)
    if counted is not None and counted["number"] >= MOST_NOTES:
        raise LimitReached("appointment-notes", MOST_NOTES)
    link = AppointmentNote(
        id=new_id(),
        appointment_id=appointment_id,
        note_id=note_id,
        client_id=appointment.client_id,
        linked_at=now(),
        linked_by=uow.actor.user_id,
    )
    uow.add_lines([link])
