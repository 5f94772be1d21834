"""What becomes of an appointment: confirmed, kept, missed, called off; and what it says of itself."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.core.clock import now, today
from cma_graphql.core.errors import Forbidden, Invalid
from cma_graphql.core.events import Event
from cma_graphql.core.faults import Faults, read_field
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.appointments.events import (
    AppointmentAttended,
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentMissed,
    AppointmentUpdated,
)
from cma_graphql.domain.appointments.models import ACTIVE, Appointment, AppointmentStatus, AppointmentType, MeetingMode
from cma_graphql.domain.appointments.policy import WRITE, require_staff
from cma_graphql.domain.appointments.services.booking import LOCATION_LENGTH, NOTES_LENGTH, REASON_LENGTH
from cma_graphql.domain.appointments.services.taking import take_appointment, tell
from cma_graphql.domain.appointments.steps import require_step
from cma_graphql.persistence.unit_of_work import UnitOfWork

EARLY = timedelta(minutes=30)
"""How long before its time an appointment may begin."""


async def confirm_appointment(uow: UnitOfWork, *, appointment_id: UUID, version: int) -> UUID:
    """Write down that the client will come. Raises Forbidden, NotFound, Conflict, TransitionRefused."""
    require_staff(uow.actor)
    return await _step(uow, AppointmentConfirmed, appointment_id, version, AppointmentStatus.CONFIRMED)


async def attend_appointment(
    uow: UnitOfWork,
    *,
    appointment_id: UUID,
    version: int,
    outcome_summary: str,
    follow_up_required: bool = False,
    follow_up_on: date | None = None,
) -> UUID:
    """Write down that the client came, and what came of it; a day for what follows, if anything does.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid, InvalidInput.
    """
    require_staff(uow.actor)
    faults = Faults()
    outcome = faults.read("outcome_summary", multiline, outcome_summary, max_length=NOTES_LENGTH)
    _check_follow_up(faults, required=follow_up_required, on=follow_up_on)
    faults.raise_any()
    return await _step(
        uow,
        AppointmentAttended,
        appointment_id,
        version,
        AppointmentStatus.ATTENDED,
        early=EARLY,
        outcome_summary=outcome,
        follow_up_required=follow_up_required,
        follow_up_on=follow_up_on,
    )


async def miss_appointment(
    uow: UnitOfWork, *, appointment_id: UUID, version: int, outcome_summary: str | None = None
) -> UUID:
    """Write down that the client did not come. Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid."""
    require_staff(uow.actor)
    outcome = None if outcome_summary is None else _read("outcome_summary", outcome_summary, NOTES_LENGTH)
    return await _step(
        uow,
        AppointmentMissed,
        appointment_id,
        version,
        AppointmentStatus.NO_SHOW,
        early=timedelta(),
        outcome_summary=outcome,
    )


async def cancel_appointment(
    uow: UnitOfWork, *, appointment_id: UUID, version: int, by_client: bool, reason: str
) -> UUID:
    """Call an appointment off, for the client or for the centre, and say why.

    A client of the portal does so for themselves alone. Raises Forbidden, NotFound, Conflict, TransitionRefused,
    Invalid.
    """
    uow.actor.require(WRITE)
    if uow.actor.kind is ActorKind.CLIENT and not by_client:
        raise Forbidden(WRITE.name, "What the centre calls off, its staff does.")
    why = _read("reason", reason, REASON_LENGTH)
    target = AppointmentStatus.CANCELLED_BY_CLIENT if by_client else AppointmentStatus.CANCELLED_BY_CENTRE
    return await _step(uow, AppointmentCancelled, appointment_id, version, target, cancellation_reason=why)


async def update_appointment(uow: UnitOfWork, *, appointment_id: UUID, version: int, **given: Any) -> UUID:
    """Change what an appointment says of itself; its time and its advisor are changed by moving it.

    `appointment_type`, `meeting_mode`, `location` and `preparation_notes` while it is to come; `outcome_summary`,
    `follow_up_required` and `follow_up_on` once it was kept or missed. Raises Forbidden, NotFound, Conflict, Invalid,
    InvalidInput.
    """
    require_staff(uow.actor)
    appointment, audience = await take_appointment(uow, appointment_id, version)
    faults = Faults()
    values = _read_details(faults, appointment, given)
    faults.raise_any()
    changes = uow.change(appointment, **values)
    await tell(uow, AppointmentUpdated, appointment, changes, before=audience, after=audience)
    return appointment.id


_BEFORE = frozenset({"appointment_type", "meeting_mode", "location", "preparation_notes"})
_LENGTHS = {"location": LOCATION_LENGTH, "preparation_notes": NOTES_LENGTH, "outcome_summary": NOTES_LENGTH}


def _read_details(faults: Faults, appointment: Appointment, given: dict[str, Any]) -> dict[str, object]:
    to_come = appointment.status in ACTIVE
    over = appointment.status in {AppointmentStatus.ATTENDED, AppointmentStatus.NO_SHOW}
    values: dict[str, object] = {}
    for name, value in given.items():
        if name in _BEFORE and not to_come:
            faults.add(name, "appointment-over", "The appointment is not to come any more.", status=appointment.status)
        elif name not in _BEFORE and not over:
            faults.add(name, "appointment-not-over", "What came of an appointment is said once it is over.")
        elif name in _LENGTHS and value is not None:
            values[name] = faults.read(name, multiline, value, max_length=_LENGTHS[name])
        else:
            values[name] = value.value if isinstance(value, AppointmentType | MeetingMode) else value
    required = bool(values.get("follow_up_required", appointment.follow_up_required))
    on = values.get("follow_up_on", appointment.follow_up_on)
    if {"follow_up_required", "follow_up_on"} & values.keys():
        if not required and "follow_up_on" not in values:
            values["follow_up_on"] = on = None
        changed = on != appointment.follow_up_on
        _check_follow_up(faults, required=required, on=on if isinstance(on, date) else None, past=not changed)
    return values


async def _step(
    uow: UnitOfWork,
    event: type[Event],
    appointment_id: UUID,
    version: int,
    target: AppointmentStatus,
    *,
    early: timedelta | None = None,
    **values: object,
) -> UUID:
    """Take an appointment from its state to another; where `early` says so, not before its time less that."""
    appointment, audience = await take_appointment(uow, appointment_id, version)
    require_step(appointment.status, target)
    if early is not None and now() < appointment.starts_at - early:
        since = appointment.starts_at - early
        message = "That is said of an appointment once its time has come."
        raise Invalid("id", "too-early", message, since=f"{since:%Y-%m-%dT%H:%M:%SZ}")
    changes = uow.change(appointment, status=target.value, outcome_missing_at=None, **values)
    await tell(uow, event, appointment, changes, before=audience, after=audience)
    return appointment.id


def _check_follow_up(faults: Faults, *, required: bool, on: date | None, past: bool = False) -> None:
    if on is None:
        return
    if not required:
        faults.add("follow_up_on", "follow-up-not-required", "A day is for a follow-up that is required.")
    elif not past and on < today():
        faults.add("follow_up_on", "future", "A follow-up is today or later.", after=today().isoformat())


def _read(field: str, text: str, length: int) -> str:
    return read_field(field, multiline, text, max_length=length)
