"""Appointments of a demonstration centre: some to come, one confirmed, one moved, one called off; and requests."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import today
from cma_graphql.domain.appointments.models import AppointmentType, MeetingMode
from cma_graphql.domain.appointments.services.booking import book_appointment, reschedule_appointment
from cma_graphql.domain.appointments.services.outcomes import cancel_appointment, confirm_appointment
from cma_graphql.domain.appointments.services.requests import decline_request, request_appointment
from cma_graphql.domain.appointments.suggesting import suggested_slots
from cma_graphql.domain.cases.selectors import CASES
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.window import Window
from cma_graphql.persistence.writing import unit_of_work

_OF_EACH = 5
_TYPES = (AppointmentType.FIRST_ADVICE, AppointmentType.BUDGET, AppointmentType.ADVICE, AppointmentType.REVIEW)
_MODES = (MeetingMode.IN_PERSON, MeetingMode.PHONE, MeetingMode.VIDEO, MeetingMode.HOME_VISIT)
_WISHES: Sequence[tuple[MeetingMode | None, str]] = (
    (MeetingMode.PHONE, "A letter from the court has come."),
    (MeetingMode.HOME_VISIT, "I cannot come by bus; at a weekend, please."),
    (None, "I have changed jobs and would like to go through my budget."),
)
_PREPARATION = "Bring the newest bank statements and letters from creditors."


async def make_appointments(database: Database, keys: CentreKeys, advisors: Sequence[Actor]) -> None:
    """Book appointments with each advisor for the open cases that are theirs."""
    for advisor in advisors:
        async with database.read(advisor) as reader:
            page = await CASES.page(
                reader,
                order="CREATED_AT_ASC",
                window=Window(first=_OF_EACH),
                filters={"advisor": [advisor.user_id], "status": [status.value for status in OPEN]},
            )
        kinds = cycle(zip(_TYPES, _MODES, strict=True))
        for number, (case, (kind, mode)) in enumerate(zip(page.rows, kinds, strict=False)):
            async with unit_of_work(database, keys, advisor) as uow:
                await _make_one(uow, number, case, kind, mode)


async def make_requests(database: Database, keys: CentreKeys, client: Actor, manager: Actor) -> None:
    """Have the client of the portal ask for three appointments: one is open, one is booked, one is declined."""
    async with unit_of_work(database, keys, manager) as uow:
        first, last = today() + timedelta(days=21), today() + timedelta(days=40)
        slots = await suggested_slots(
            uow,
            first=first,
            last=last,
            duration_minutes=60,
            most=3,
            advisor_id=manager.user_id,
            client_id=client.client_id,
        )
    times = [slot.starts_at for slot in slots]
    made = []
    for mode, note in _WISHES:
        async with unit_of_work(database, keys, client) as uow:
            made.append(await request_appointment(uow, meeting_mode=mode, preferred_times=times, note=note))
    booked, declined, _ = made
    async with unit_of_work(database, keys, manager) as uow:
        await book_appointment(
            uow,
            start=times[0],
            appointment_type=AppointmentType.ADVICE,
            meeting_mode=MeetingMode.PHONE,
            advisor_id=manager.user_id,
            request_id=booked,
        )
    async with unit_of_work(database, keys, manager) as uow:
        await decline_request(
            uow, request_id=declined, version=1, reason="We do not visit at weekends: please ring us."
        )


async def _make_one(uow: UnitOfWork, number: int, case: Record, kind: AppointmentType, mode: MeetingMode) -> None:
    """Book an appointment of a case; what then becomes of it depends on its number."""
    first, last = today() + timedelta(days=1 + number), today() + timedelta(days=20)
    slots = await suggested_slots(
        uow,
        first=first,
        last=last,
        duration_minutes=60,
        most=8,
        advisor_id=uow.actor.user_id,
        client_id=case["client_id"],
    )
    key = await book_appointment(
        uow,
        start=slots[0].starts_at,
        appointment_type=kind,
        meeting_mode=mode,
        case_id=case["key"],
        advisor_id=uow.actor.user_id,
        preparation_notes=_PREPARATION,
    )
    if number == 1:
        await confirm_appointment(uow, appointment_id=key, version=1)
    elif number == 2:  # noqa: PLR2004 - the third
        await reschedule_appointment(uow, appointment_id=key, version=1, start=slots[-1].starts_at)
    elif number == 3:  # noqa: PLR2004 - the fourth
        await cancel_appointment(uow, appointment_id=key, version=1, by_client=True, reason="Has a shift at work.")
