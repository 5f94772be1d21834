"""Books an appointment, and moves one: never at a time that somebody has no more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid, Overlaps, SlotTaken
from cma_graphql.core.events import Audience
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import multiline
from cma_graphql.core.ids import new_id
from cma_graphql.domain.appointments.audience import audience_of_appointment
from cma_graphql.domain.appointments.diary import LOOKED_AHEAD, diaries_of
from cma_graphql.domain.appointments.events import AppointmentBooked, AppointmentRescheduled
from cma_graphql.domain.appointments.local_time import When, instant_of, london_day
from cma_graphql.domain.appointments.models import Appointment, AppointmentStatus, AppointmentType, MeetingMode
from cma_graphql.domain.appointments.policy import require_bookable, require_may_override, require_staff
from cma_graphql.domain.appointments.request_models import AppointmentRequest
from cma_graphql.domain.appointments.services.requests import answer_by, take_to_book
from cma_graphql.domain.appointments.services.taking import take_appointment, take_client, tell
from cma_graphql.domain.appointments.spans import Span
from cma_graphql.domain.appointments.steps import require_step
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.services import said
from cma_graphql.domain.users.models import Membership
from cma_graphql.persistence.failures import TryAgain
from cma_graphql.persistence.unit_of_work import UnitOfWork

SHORTEST, LONGEST = 5, 480
USUAL_MINUTES = 60
LOCATION_LENGTH = 255
NOTES_LENGTH = 5_000
REASON_LENGTH = 1_000
_FIELD = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time of one advisor, as it was checked."""

    advisor_id: UUID
    span: Span
    override_reason: str | None
    """Why it is against the diary; None where it is not."""

    @property
    def minutes(self) -> int:
        """How long it is."""
        return (self.span.end - self.span.start) // timedelta(minutes=1)


async def book_appointment(
    uow: UnitOfWork,
    *,
    start: When,
    appointment_type: AppointmentType,
    meeting_mode: MeetingMode,
    case_id: UUID | None = None,
    client_id: UUID | None = None,
    advisor_id: UUID | None = None,
    duration_minutes: int = USUAL_MINUTES,
    location: str | None = None,
    preparation_notes: str | None = None,
    override_reason: str | None = None,
    request_id: UUID | None = None,
) -> UUID:
    """Book an appointment of a client, about a case once there is one; with the case's advisor unless said.

    `request_id` is what the client asked for it by: whose it is and what about, unless said, is the request's.
    Raises Forbidden, NotFound, Invalid or InvalidInput (the time, the diary), SlotTaken, Conflict (the request was
    answered already).
    """
    require_staff(uow.actor)
    if request_id is not None and case_id is None and client_id is None:
        asked = await uow.get(AppointmentRequest, request_id, field="request_id")
        case_id, client_id = asked.case_id, asked.client_id
    on_case, of_client = await take_client(uow, case_id=case_id, client_id=client_id)
    request = None if request_id is None else await take_to_book(uow, request_id, case_id=on_case, client_id=of_client)
    advisor = advisor_id or await _usual_advisor(uow, on_case)
    slot = await _checked(
        uow,
        start,
        minutes=duration_minutes,
        advisor_id=advisor,
        client_id=of_client,
        override_reason=override_reason,
    )
    faults = Faults()
    values = {
        "location": _read(faults, "location", location, LOCATION_LENGTH),
        "preparation_notes": _read(faults, "preparation_notes", preparation_notes, NOTES_LENGTH),
    }
    faults.raise_any()
    appointment = Appointment(
        id=new_id(),
        case_id=on_case,
        client_id=of_client,
        appointment_type=appointment_type.value,
        meeting_mode=meeting_mode.value,
        rescheduled_from_id=None,
        **_of_slot(slot),
        **values,
    )
    await _add(uow, appointment)
    if request is not None:
        await answer_by(uow, request, appointment)
    return appointment.id


async def reschedule_appointment(
    uow: UnitOfWork,
    *,
    appointment_id: UUID,
    version: int,
    start: When,
    advisor_id: UUID | None = None,
    duration_minutes: int | None = None,
    override_reason: str | None = None,
    reason: str | None = None,
) -> tuple[UUID, UUID]:
    """Move an appointment: another stands in for it, with everything that was settled. Answer the new and the old one.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid or InvalidInput, SlotTaken.
    """
    require_staff(uow.actor)
    former, audience = await take_appointment(uow, appointment_id, version)
    require_step(former.status, AppointmentStatus.RESCHEDULED)
    assert former.advisor_id is not None  # noqa: S101 - narrows: what is to come has an advisor here
    faults = Faults()
    why = _read(faults, "reason", reason, REASON_LENGTH)
    faults.raise_any()
    slot = await _checked(
        uow,
        start,
        minutes=former.duration_minutes if duration_minutes is None else duration_minutes,
        advisor_id=advisor_id or former.advisor_id,
        client_id=former.client_id,
        override_reason=override_reason,
        apart_from=former.id,
    )
    # Sent before the new one, which may overlap it.
    changes = uow.change(former, status=AppointmentStatus.RESCHEDULED.value)
    await tell(uow, AppointmentRescheduled, former, {**changes, **said(reason=why)}, before=audience, after=audience)
    appointment = Appointment(
        id=new_id(),
        case_id=former.case_id,
        client_id=former.client_id,
        appointment_type=former.appointment_type,
        meeting_mode=former.meeting_mode,
        location=former.location,
        preparation_notes=former.preparation_notes,
        rescheduled_from_id=former.id,
        **_of_slot(slot),
    )
    await _add(uow, appointment)
    return appointment.id, former.id


async def _usual_advisor(uow: UnitOfWork, case_id: UUID | None) -> UUID:
    """Answer the case's advisor, or where there is none whoever books."""
    case = None if case_id is None else await uow.get(Case, case_id)
    return uow.actor.user_id if case is None or case.advisor_id is None else case.advisor_id


async def _checked(
    uow: UnitOfWork,
    start: When,
    *,
    minutes: int,
    advisor_id: UUID,
    client_id: UUID,
    override_reason: str | None,
    apart_from: UUID | None = None,
) -> Slot:
    """Answer a slot at which the advisor and the client have nothing else, and the diary nothing against it."""
    require_bookable(await uow.get(Membership, advisor_id, field="advisor_id"))
    faults = Faults()
    why = _read(faults, "override_reason", override_reason, REASON_LENGTH)
    if not SHORTEST <= minutes <= LONGEST:
        message = f"An appointment takes between {SHORTEST} and {LONGEST} minutes."
        faults.add("duration_minutes", "duration", message, minimum=SHORTEST, maximum=LONGEST)
    faults.raise_any()
    span = _span(start, minutes)
    day = london_day(span.start)
    diary = (await diaries_of(uow, [advisor_id], day, london_day(span.start + LOOKED_AHEAD), client_id=client_id))[
        advisor_id
    ]
    clash = next(diary.clashes(span, apart_from=apart_from), None)
    if clash is not None:
        raise SlotTaken(
            field=_FIELD,
            whose="ADVISOR" if clash["advisor_id"] == advisor_id else "CLIENT",
            table=Appointment.__tablename__,
            record_id=clash["key"],
            alternatives=diary.alternatives(span.end - span.start, near=span.start, apart_from=apart_from),
        )
    objection = diary.objection(span, field=_FIELD)
    if objection is None:
        return Slot(advisor_id=advisor_id, span=span, override_reason=None)
    if why is None:
        raise objection
    require_may_override(uow.actor)
    return Slot(advisor_id=advisor_id, span=span, override_reason=why)


def _span(start: When, minutes: int) -> Span:
    at = instant_of(start, field=_FIELD)
    if at <= now():
        raise Invalid(_FIELD, "future", "An appointment is booked for a time to come.", after=_written(now()))
    return Span(at, at + timedelta(minutes=minutes))


def _of_slot(slot: Slot) -> dict[str, object]:
    """Answer the columns of a new appointment that its slot settles, and those that every new one has."""
    return {
        "advisor_id": slot.advisor_id,
        "status": AppointmentStatus.SCHEDULED.value,
        "starts_at": slot.span.start,
        "ends_at": slot.span.end,
        "duration_minutes": slot.minutes,
        "override_reason": slot.override_reason,
        "follow_up_required": False,
    }


async def _add(uow: UnitOfWork, appointment: Appointment) -> None:
    """Add an appointment and tell of it; raise TryAgain where somebody else has just taken the time.

    Then all of it is done again, and whoever looks finds the other's appointment and can say which it is.
    """
    changes = uow.add(appointment)
    try:
        await uow.flush()
    except Overlaps as lost:
        raise TryAgain from lost
    await tell(uow, AppointmentBooked, appointment, changes, before=None, after=await _audience(uow, appointment))


async def _audience(uow: UnitOfWork, appointment: Appointment) -> Audience:
    return await audience_of_appointment(
        uow, case_id=appointment.case_id, client_id=appointment.client_id, advisor_id=appointment.advisor_id
    )


def _read(faults: Faults, field: str, text: str | None, length: int) -> str | None:
    return None if text is None else faults.read(field, multiline, text, max_length=length)


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
