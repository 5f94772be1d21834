"""What a client asks for an appointment by: made, withdrawn, declined; booking answers it, too."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Conflict, Invalid, LimitReached, TransitionRefused
from cma_graphql.core.events import Audience, Changes, Event
from cma_graphql.core.faults import Faults, read_field
from cma_graphql.core.formats.text import multiline
from cma_graphql.core.ids import new_id
from cma_graphql.domain.appointments.audience import audience_of_appointment
from cma_graphql.domain.appointments.diary_selectors import openings_between
from cma_graphql.domain.appointments.events import (
    AppointmentRequestBooked,
    AppointmentRequestDeclined,
    AppointmentRequested,
    AppointmentRequestWithdrawn,
)
from cma_graphql.domain.appointments.local_time import When, instant_of, london_day
from cma_graphql.domain.appointments.models import Appointment, MeetingMode
from cma_graphql.domain.appointments.policy import WRITE, require_reach, require_staff
from cma_graphql.domain.appointments.request_models import AppointmentRequest, RequestStatus
from cma_graphql.domain.appointments.request_selectors import (
    number_of_open_requests,
    open_requests_by_case,
    open_requests_by_client,
)
from cma_graphql.domain.appointments.request_tasks import keep_task
from cma_graphql.domain.appointments.services.taking import take_client
from cma_graphql.domain.appointments.spans import Span
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.clients.models import Client
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_OPEN = 3
"""How many open requests a client has at once."""
MOST_TIMES = 5
AHEAD = timedelta(days=183)
"""How far ahead a client says when it would suit them."""
AT_LEAST = timedelta(minutes=15)
"""How long a centre has to be open still at such a time."""
NOTE_LENGTH = 1_000
REASON_LENGTH = 1_000


async def request_appointment(
    uow: UnitOfWork,
    *,
    case_id: UUID | None = None,
    client_id: UUID | None = None,
    meeting_mode: MeetingMode | None = None,
    preferred_times: Sequence[When] = (),
    note: str | None = None,
) -> UUID:
    """Ask for an appointment: a client for themselves, staff for a client whose appointments they write.

    Raises Forbidden, NotFound, Invalid or InvalidInput (the times, when the centre is open), LimitReached.
    """
    uow.actor.require(WRITE)
    portal = uow.actor.kind is ActorKind.CLIENT
    if portal and case_id is None and client_id is None:
        client_id = uow.actor.client_id
    on_case, of_client = await take_client(uow, case_id=case_id, client_id=client_id, portal=True)
    await uow.lock(Client, of_client, field="client_id")  # two requests at once are counted one after the other
    said = None if note is None else read_field("note", multiline, note, max_length=NOTE_LENGTH)
    times = await _read_times(uow, preferred_times)
    counted = await uow.one(number_of_open_requests, client_id=of_client)
    if counted is not None and counted["number"] >= MOST_OPEN:
        raise LimitReached("open-appointment-requests", MOST_OPEN)
    request = AppointmentRequest(
        id=new_id(),
        client_id=of_client,
        case_id=on_case,
        from_portal=portal,
        status=RequestStatus.OPEN.value,
        meeting_mode=None if meeting_mode is None else meeting_mode.value,
        preferred_times=times,
        note=said,
    )
    changes = uow.add(request)
    await _tell(uow, AppointmentRequested, request, changes, await _audience(uow, request), new=True)
    await keep_task(uow, request)
    return request.id


async def withdraw_request(uow: UnitOfWork, *, request_id: UUID, version: int) -> UUID:
    """Write down that a client does not want it any more. Raises Forbidden, NotFound, Conflict, TransitionRefused."""
    request, audience = await _take(uow, request_id, version)
    await _decide(uow, AppointmentRequestWithdrawn, request, audience, RequestStatus.WITHDRAWN)
    return request.id


async def decline_request(uow: UnitOfWork, *, request_id: UUID, version: int, reason: str) -> UUID:
    """Tell a client why there is no such appointment. Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid.

    The client reads the reason.
    """
    require_staff(uow.actor)
    why = read_field("reason", multiline, reason, max_length=REASON_LENGTH)
    request, audience = await _take(uow, request_id, version)
    await _decide(uow, AppointmentRequestDeclined, request, audience, RequestStatus.DECLINED, decline_reason=why)
    return request.id


async def decline_requests_of_case(uow: UnitOfWork, case: Case, *, reason: str) -> None:
    """Decline the open requests about a locked case that ends, or goes to somebody else: there are few."""
    await _decline_all(uow, await uow.all(open_requests_by_case, keys=[case.id]), reason=reason)


async def decline_requests_of_client(uow: UnitOfWork, client: Client, *, reason: str) -> None:
    """Decline the open requests of a locked client who is deleted: there are at most three."""
    await _decline_all(uow, await uow.all(open_requests_by_client, keys=[client.id]), reason=reason)


async def _decline_all(uow: UnitOfWork, rows: Sequence[Record], *, reason: str) -> None:
    for request in await uow.lock_all(AppointmentRequest, [row["key"] for row in rows]):
        if request.status == RequestStatus.OPEN:
            audience = await _audience(uow, request)
            await _decide(
                uow, AppointmentRequestDeclined, request, audience, RequestStatus.DECLINED, decline_reason=reason
            )


async def take_to_book(
    uow: UnitOfWork, request_id: UUID, *, case_id: UUID | None, client_id: UUID
) -> AppointmentRequest:
    """Lock the request that a booking answers, whose case or client is locked.

    Raises NotFound, Invalid (`request-of-another-client`, `request-of-another-case`), Conflict where somebody has
    answered it already.
    """
    request = await uow.lock(AppointmentRequest, request_id, field="request_id")
    if request.client_id != client_id:
        raise Invalid("request_id", "request-of-another-client", "This request is another client's.")
    if request.case_id not in {None, case_id}:
        raise Invalid("request_id", "request-of-another-case", "This request is about another case.")
    if request.status != RequestStatus.OPEN:
        raise Conflict(table=AppointmentRequest.__tablename__, record_id=request.id, current_version=request.version)
    return request


async def answer_by(uow: UnitOfWork, request: AppointmentRequest, appointment: Appointment) -> None:
    """Write down which appointment a locked open request has come to."""
    audience = await _audience(uow, request)
    await _decide(uow, AppointmentRequestBooked, request, audience, RequestStatus.BOOKED, appointment_id=appointment.id)


async def _take(uow: UnitOfWork, request_id: UUID, version: int) -> tuple[AppointmentRequest, Audience]:
    """Lock a request after its case or its client, and answer who sees it."""
    uow.actor.require(WRITE)
    found = await uow.get(AppointmentRequest, request_id, field="id")
    case = None if found.case_id is None else await uow.lock(Case, found.case_id, field="id")
    if case is None:
        await uow.lock(Client, found.client_id, field="id")
    await require_reach(uow, case=case, client_id=found.client_id)
    audience = await _audience(uow, found)
    return await uow.lock(AppointmentRequest, request_id, version=version), audience


async def _decide(
    uow: UnitOfWork,
    event: type[Event],
    request: AppointmentRequest,
    audience: Audience,
    status: RequestStatus,
    **values: object,
) -> None:
    if request.status != RequestStatus.OPEN:
        raise TransitionRefused(source=request.status, target=status.value, allowed=())
    changes = uow.change(request, status=status.value, decided_at=now(), decided_by=uow.actor.user_id, **values)
    await _tell(uow, event, request, changes, audience)
    await keep_task(uow, request)


async def _read_times(uow: UnitOfWork, preferred: Sequence[When]) -> list[datetime]:
    """Read when it would suit the client, each time once: to come, not too far ahead, while the centre is open."""
    if len(preferred) > MOST_TIMES:
        message = f"Say at most {MOST_TIMES} times."
        raise Invalid("preferred_times", "too-many", message, maximum=MOST_TIMES)
    faults, at = Faults(), now()
    read = list[tuple[int, datetime]]()
    for place, when in enumerate(preferred):
        try:
            read.append((place, _time_to_come(when, field=_field(place), at=at)))
        except Invalid as refused:
            faults.take(refused)
    if read:
        days = [london_day(time) for _, time in read]
        openings = await openings_between(uow, min(days), max(days))
        for place, time in read:
            objection = openings.objection(Span(time, time + AT_LEAST), field=_field(place))
            if objection is not None:
                faults.take(objection)
    faults.raise_any()
    return list(dict.fromkeys(time for _, time in read))


def _time_to_come(when: When, *, field: str, at: datetime) -> datetime:
    time = instant_of(when, field=field)
    if time <= at:
        raise Invalid(field, "future", "An appointment is for a time to come.", after=f"{at:%Y-%m-%dT%H:%M:%SZ}")
    if time > at + AHEAD:
        before = f"{at + AHEAD:%Y-%m-%dT%H:%M:%SZ}"
        raise Invalid(field, "too-far", "Nobody plans so far ahead: say a time within half a year.", before=before)
    return time


def _field(place: int) -> str:
    return f"preferred_times.{place}"


async def _tell(
    uow: UnitOfWork,
    event: type[Event],
    request: AppointmentRequest,
    changes: Changes,
    audience: Audience,
    *,
    new: bool = False,
) -> None:
    await uow.flush()
    uow.record(
        event(subject_id=request.id, case_id=request.case_id, client_id=request.client_id, version=request.version),
        changes=changes,
        before=None if new else audience,
        after=audience,
    )


async def _audience(uow: UnitOfWork, request: AppointmentRequest) -> Audience:
    return await audience_of_appointment(uow, case_id=request.case_id, client_id=request.client_id, advisor_id=None)
