"""Builders of appointments, and days on which there can be some."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import LONDON, today
from cma_graphql.core.ids import new_id
from cma_graphql.domain.appointments.calendar import new_feed_token
from cma_graphql.domain.appointments.diary_models import HolidayRegion
from cma_graphql.domain.appointments.models import Appointment, AppointmentType, MeetingMode
from cma_graphql.domain.appointments.openings import Openings
from cma_graphql.domain.appointments.request_models import AppointmentRequest
from cma_graphql.domain.appointments.services.booking import book_appointment
from cma_graphql.domain.appointments.services.diaries import add_opening_exception
from cma_graphql.domain.appointments.services.feeds import create_calendar_feed
from cma_graphql.domain.appointments.services.requests import request_appointment
from cma_graphql.domain.appointments.upkeep import remind_of_appointments
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data
from support.notes import a_note


def working_day(after: int = 7) -> date:
    """Answer a day, at least so many days from now, on which a centre in England is open as usual."""
    openings = Openings(region=HolidayRegion.ENG)
    day = today() + timedelta(days=after)
    while openings.hours_on(day) is None:
        day += timedelta(days=1)
    return day


def at_london(day: date, clock: str) -> datetime:
    """Answer the instant of a time by the clock in London."""
    return datetime.combine(day, time.fromisoformat(clock), LONDON)


async def an_appointment(data: Data, centre: UUID, *, advisor: Actor, client_id: UUID, **given: Any) -> UUID:
    """Make an appointment, on the next working day at ten unless said, whatever the rules of booking."""
    starts_at: datetime = given.pop("starts_at", at_london(working_day(), "10:00"))
    minutes: int = given.pop("duration_minutes", 60)
    created_at: datetime | None = given.pop("created_at", None)
    values = {
        "case_id": None,
        "appointment_type": "ADVICE",
        "status": "SCHEDULED",
        "meeting_mode": "PHONE",
        "follow_up_required": False,
        **given,
    }
    appointment = Appointment(
        id=new_id(),
        client_id=client_id,
        advisor_id=advisor.user_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        duration_minutes=minutes,
        **values,
    )
    async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
        uow.add(appointment)
        if created_at is not None:
            appointment.created_at = created_at
    return appointment.id


async def a_request(data: Data, centre: UUID, *, client_id: UUID, **given: Any) -> UUID:
    """Make an open request of a client, whatever the rules of asking."""
    request = AppointmentRequest(
        id=new_id(),
        client_id=client_id,
        **{"case_id": None, "from_portal": True, "status": "OPEN", "preferred_times": [], **given},
    )
    async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
        uow.add(request)
    return request.id


async def fill_appointments(data: Data, world: Any) -> None:
    """Give every case of a walk's centre an appointment whose words carry the centre's mark, and a reminder of it."""
    manager: Actor = world.actors[Role.CENTRE_MANAGER.value]
    mark, day = world.mark, working_day()
    for hour, case_id in enumerate(world.cases.values(), start=9):
        async with unit_of_work(data.database, data.keys, manager) as uow:
            appointment_id = await book_appointment(
                uow,
                start=at_london(day, f"{hour:02d}:00"),
                appointment_type=AppointmentType.ADVICE,
                meeting_mode=MeetingMode.HOME_VISIT,
                case_id=case_id,
                advisor_id=manager.user_id,
                location=mark,
                preparation_notes=mark,
            )
        await a_note(data, manager, case_id, body=f"{mark} note", appointment_id=appointment_id)
        async with unit_of_work(data.database, data.keys, manager) as uow:
            await request_appointment(uow, case_id=case_id, note=mark)
    async with unit_of_work(data.database, data.keys, system_of(world.centre)) as uow:
        await remind_of_appointments(uow, at_london(day, "08:00"))
    async with unit_of_work(data.database, data.keys, manager) as uow:
        await add_opening_exception(uow, on_day=date(2099, 3, 31), reason=mark, opens="08:00", closes="18:00")
        await create_calendar_feed(uow, token=new_feed_token(world.centre))
