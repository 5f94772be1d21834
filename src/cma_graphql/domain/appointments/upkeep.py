"""What falls due of appointments by itself: reminders, outcomes that nobody has said, the tasks of requests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from cma_graphql.core.events import Audience, Change, Publicity
from cma_graphql.core.ids import new_id
from cma_graphql.domain.appointments.audience import audience_of_appointment
from cma_graphql.domain.appointments.diary_selectors import diary_of_centre, reminders_of_centre
from cma_graphql.domain.appointments.events import AppointmentOutcomeMissing, AppointmentReminderDue
from cma_graphql.domain.appointments.models import ACTIVE, Appointment, AppointmentReminder, ReminderChannel
from cma_graphql.domain.appointments.request_selectors import requests_without_task, tasks_without_open_request
from cma_graphql.domain.appointments.request_tasks import audience_of_its_task, see_to_request
from cma_graphql.domain.appointments.selectors import appointments_to_remind_of, appointments_without_outcome
from cma_graphql.domain.appointments.services.taking import tell
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.tasks import keeping_step
from cma_graphql.domain.tasks.models import Task, TaskState
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST = 200
"""How many appointments one call sees to."""
GRACE = timedelta(hours=1)
"""How long after its end an appointment may wait for its outcome."""


async def remind_of_appointments(uow: UnitOfWork, at: datetime) -> int:
    """Tell of the appointments of the centre of which it is time to remind; answer how many reminders that were.

    Each is told once. Where several of one appointment are due at once, since nobody looked for a while, the nearest
    is told and the others are only written down. One that was booked later than a reminder of it would have been due
    has none.
    """
    hours = reminders_of_centre(await uow.one(diary_of_centre))
    due: dict[UUID, list[int]] = {}
    for before in hours:
        rows = await uow.all(
            appointments_to_remind_of, hours=before, at=at, until=at + timedelta(hours=before), most=MOST
        )
        for row in rows:
            due.setdefault(row["key"], []).append(before)
    reminded = 0
    for appointment in await uow.lock_all(Appointment, sorted(due)[:MOST]):
        # Somebody may have moved it, or called it off, before it was locked.
        if appointment.status in ACTIVE and appointment.starts_at > at:
            await _remind(uow, appointment, due[appointment.id], at)
            reminded += len(due[appointment.id])
    return reminded


async def flag_unattended(uow: UnitOfWork, at: datetime) -> int:
    """Note, once for each, the appointments that ended an hour ago or more and of which nobody said what became."""
    rows = await uow.all(appointments_without_outcome, at=at - GRACE, most=MOST)
    flagged = 0
    for appointment in await uow.lock_all(Appointment, [row["key"] for row in rows]):
        if appointment.status not in ACTIVE or appointment.outcome_missing_at is not None:
            continue
        audience = await _audience(uow, appointment)
        changes = uow.change(appointment, outcome_missing_at=at)
        await tell(uow, AppointmentOutcomeMissing, appointment, changes, before=audience, after=audience)
        flagged += 1
    return flagged


async def see_to_requests(uow: UnitOfWork, at: datetime) -> int:  # noqa: ARG001 - what falls due is told the time
    """Make the tasks that open requests lack, and cancel those of requests that are open no more; answer how many."""
    lacking = [row["key"] for row in await uow.all(requests_without_task, most=MOST)]
    gone = await uow.all(tasks_without_open_request, most=MOST)
    await uow.lock_all(Case, sorted({row["case_id"] for row in gone} - {None}))
    places = {row["key"]: (row["case_id"], row["client_id"]) for row in gone}
    done = 0
    for task in await uow.lock_all(Task, sorted(places)):
        case_id, client_id = places[task.id]
        if task.state == TaskState.OPEN:
            audience = await audience_of_its_task(uow, case_id=case_id, client_id=client_id)
            await keeping_step.cancel(uow, task, audience=audience)
            done += 1
    for key in lacking:
        done += await see_to_request(uow, request_id=key)
    return done


async def _remind(uow: UnitOfWork, appointment: Appointment, hours: Sequence[int], at: datetime) -> None:
    nearest = min(hours)
    uow.add_lines(
        AppointmentReminder(
            id=new_id(),
            appointment_id=appointment.id,
            channel=ReminderChannel.EVENT.value,
            hours_before=before,
            due_at=appointment.starts_at - timedelta(hours=before),
            sent_at=at if before == nearest else None,
        )
        for before in hours
    )
    audience = await _audience(uow, appointment)
    changes = {
        "hours_before": Change(None, nearest, Publicity.OPEN),
        "starts_at": Change(None, appointment.starts_at, Publicity.OPEN),
    }
    await tell(uow, AppointmentReminderDue, appointment, changes, before=audience, after=audience)


async def _audience(uow: UnitOfWork, appointment: Appointment) -> Audience:
    return await audience_of_appointment(
        uow, case_id=appointment.case_id, client_id=appointment.client_id, advisor_id=appointment.advisor_id
    )
