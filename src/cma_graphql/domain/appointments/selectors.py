"""Every select of appointments and their reminders."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    DateTime,
    Integer,
    Text,
    Uuid,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.appointments.models import ACTIVE, Appointment, AppointmentReminder, AppointmentStatus
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.sight import cases_seen, visible_client
from cma_graphql.persistence.base import ACTOR_CENTRE, ACTOR_USER
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    aligned,
    aligned_optional,
    grouped,
    live,
    of_centre,
    statement,
)

APPOINTMENT_COLUMNS = (
    Appointment.id.label("key"),
    Appointment.case_id,
    Appointment.client_id,
    Appointment.advisor_id,
    Appointment.advisor_elsewhere.label("advisor_there"),
    Appointment.appointment_type,
    Appointment.status,
    Appointment.starts_at,
    Appointment.ends_at,
    Appointment.duration_minutes,
    Appointment.meeting_mode,
    Appointment.location,
    Appointment.preparation_notes.label("preparation_text"),
    Appointment.outcome_summary.label("outcome_text"),
    Appointment.follow_up_required,
    Appointment.follow_up_on,
    Appointment.cancellation_reason,
    Appointment.override_reason.label("override_text"),
    Appointment.rescheduled_from_id,
    Appointment.outcome_missing_at,
    Appointment.created_at,
    Appointment.created_by,
    Appointment.updated_at,
    Appointment.version,
)
_STILL_TO_COME = Appointment.status == any_(literal([status.value for status in ACTIVE], ARRAY(Text())))
_FROM, _UNTIL = (bindparam(name, type_=DateTime(timezone=True)) for name in ("starts_from", "starts_before"))
_AT = bindparam("at", type_=DateTime(timezone=True))
_HOURS: Any = bindparam("hours", type_=Integer())


def _keys_seen(sight: Sight) -> object:
    """Select the keys of the appointments that a narrow sight sees; None where it sees most of the centre's."""
    seen = cases_seen(sight)
    if seen is None:
        return None
    keys = select(Appointment.id.label("key"))
    rule = visible_client(Client, sight)
    clients = exists().where(
        Client.centre_id == ACTOR_CENTRE,
        Client.id == Appointment.client_id,
        Client.deleted_at.is_(None),
        *([] if rule is None else [rule]),
    )
    return select(
        union_all(
            keys.where(Appointment.centre_id == ACTOR_CENTRE, Appointment.advisor_id == ACTOR_USER),
            keys.where(Appointment.centre_id == ACTOR_CENTRE, Appointment.case_id == seen.c.id),
            keys.where(Appointment.centre_id == ACTOR_CENTRE, Appointment.case_id.is_(None), clients),
        )
        .subquery("seen_appointments")
        .c.key
    )


APPOINTMENTS = Listing(
    Appointment,
    columns=APPOINTMENT_COLUMNS,
    orders={
        "STARTS_AT_ASC": Order((Appointment.starts_at,)),
        "STARTS_AT_DESC": Order((Appointment.starts_at,), descending=True),
    },
    conditions={
        "status": Appointment.status == any_(bindparam("status", type_=ARRAY(Text()))),
        "type": Appointment.appointment_type == any_(bindparam("type", type_=ARRAY(Text()))),
        "mode": Appointment.meeting_mode == any_(bindparam("mode", type_=ARRAY(Text()))),
        "advisor": Appointment.advisor_id == any_(bindparam("advisor", type_=ARRAY(Uuid()))),
        "case": Appointment.case_id == any_(bindparam("case", type_=ARRAY(Uuid()))),
        "client": Appointment.client_id == any_(bindparam("client", type_=ARRAY(Uuid()))),
        "not_with_case_advisor": exists().where(
            Case.centre_id == ACTOR_CENTRE,
            Case.id == Appointment.case_id,
            Case.deleted_at.is_(None),
            Case.advisor_id.is_distinct_from(Appointment.advisor_id),
        ),
        "own": Appointment.advisor_id == ACTOR_USER,
        "starts_from": Appointment.starts_at >= _FROM,
        "starts_before": Appointment.starts_at < _UNTIL,
        "outcome_missing": Appointment.outcome_missing_at.is_not(None),
    },
    parents=("case_id", "client_id", "advisor_id"),
    source=_keys_seen,
    merged={"status": Appointment.status, "advisor": Appointment.advisor_id},
    exact=("case", "client"),
)


@statement
def appointments_by_key(sight: Sight) -> AnySelect:
    """Select these appointments."""
    return select(*APPOINTMENT_COLUMNS).where(live(Appointment, sight), Appointment.id == any_(KEYS))


@statement
def attended_by_case(_sight: Sight) -> AnySelect:
    """Select those of these cases, whoever asks, to an appointment of which the client came."""
    return (
        select(Appointment.case_id.label("key"))
        .where(
            of_centre(Appointment),
            Appointment.case_id == any_(KEYS),
            Appointment.status == AppointmentStatus.ATTENDED.value,
        )
        .distinct()
    )


@statement
def appointments_by_former(sight: Sight) -> AnySelect:
    """Select the appointments that stand in for these."""
    return select(*APPOINTMENT_COLUMNS).where(live(Appointment, sight), Appointment.rescheduled_from_id == any_(KEYS))


@statement
def reminders_by_appointment(sight: Sight) -> AnySelect:
    """Select the reminders of these appointments, the first due first."""
    return (
        select(
            AppointmentReminder.id.label("key"),
            AppointmentReminder.appointment_id,
            AppointmentReminder.channel,
            AppointmentReminder.hours_before,
            AppointmentReminder.due_at,
            AppointmentReminder.sent_at,
        )
        .where(live(AppointmentReminder, sight), AppointmentReminder.appointment_id == any_(KEYS))
        .order_by(AppointmentReminder.due_at, AppointmentReminder.id)
    )


@statement
def taken_times(_sight: Sight) -> AnySelect:
    """Select the times at which these advisors, or this client, have appointments still to come, whoever asks."""
    return (
        select(
            Appointment.id.label("key"),
            Appointment.advisor_id,
            Appointment.client_id,
            Appointment.starts_at,
            Appointment.ends_at,
        )
        .where(
            of_centre(Appointment),
            _STILL_TO_COME,
            Appointment.ends_at > bindparam("start", type_=DateTime(timezone=True)),
            Appointment.starts_at < bindparam("end", type_=DateTime(timezone=True)),
            or_(Appointment.advisor_id == any_(KEYS), Appointment.client_id == bindparam("client", type_=Uuid())),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )


@statement
def appointments_to_remind_of(sight: Sight) -> AnySelect:
    """Select appointments still to come that begin within a time, with the hours that they were reminded of."""
    reminded = (
        select(literal(1))
        .where(
            AppointmentReminder.centre_id == ACTOR_CENTRE,
            AppointmentReminder.appointment_id == Appointment.id,
            AppointmentReminder.hours_before == _HOURS,
        )
        .exists()
    )
    return (
        select(*APPOINTMENT_COLUMNS)
        .where(
            live(Appointment, sight),
            _STILL_TO_COME,
            Appointment.starts_at > _AT,
            Appointment.starts_at <= bindparam("until", type_=DateTime(timezone=True)),
            Appointment.created_at <= Appointment.starts_at - func.make_interval(0, 0, 0, 0, _HOURS),
            ~reminded,
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(bindparam("most", type_=Integer()))
    )


@statement
def appointments_without_outcome(sight: Sight) -> AnySelect:
    """Select appointments that were over at an instant without anybody saying how they went, or that nobody did."""
    return (
        select(Appointment.id.label("key"))
        .where(
            live(Appointment, sight),
            _STILL_TO_COME,
            Appointment.ends_at <= _AT,
            Appointment.outcome_missing_at.is_(None),
        )
        .order_by(Appointment.ends_at, Appointment.id)
        .limit(bindparam("most", type_=Integer()))
    )


@statement
def appointments_of_feed(_sight: Sight) -> AnySelect:
    """Select what a calendar program is shown of one advisor's appointments within a time: no more than these."""
    return (
        select(
            Appointment.id.label("key"),
            Appointment.case_id,
            Appointment.status,
            Appointment.meeting_mode,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.updated_at,
            Appointment.version,
        )
        .where(
            of_centre(Appointment),
            Appointment.advisor_id == bindparam("advisor", type_=Uuid()),
            Appointment.starts_at >= bindparam("start", type_=DateTime(timezone=True)),
            Appointment.starts_at < bindparam("end", type_=DateTime(timezone=True)),
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(bindparam("most", type_=Integer()))
    )


@statement
def numbers_by_case(sight: Sight) -> AnySelect:
    """Select the numbers of these cases."""
    return select(Case.id.label("key"), Case.case_number).where(live(Case, sight), Case.id == any_(KEYS))


@statement
def appointments_to_come_by_case(_sight: Sight) -> AnySelect:
    """Select the appointments of these cases that have not begun, the first first, whoever asks."""
    return (
        select(Appointment.id.label("key"), Appointment.case_id, Appointment.advisor_id, Appointment.starts_at)
        .where(of_centre(Appointment), _STILL_TO_COME, Appointment.case_id == any_(KEYS), Appointment.starts_at > _AT)
        .order_by(Appointment.starts_at, Appointment.id)
    )


async def appointments_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these appointments, in their order, None for those the actor does not see."""
    return await aligned(reads, appointments_by_key, keys)


async def was_attended(reads: Reads, case_id: UUID) -> bool:
    """Tell whether a client came to an appointment of their case."""
    return bool(await reads.all(attended_by_case, keys=[case_id]))


async def appointments_by_optional_id(reads: Reads, keys: Sequence[UUID | None]) -> list[Record | None]:
    """Answer like `appointments_by_id` where some keys are absent."""
    return await aligned_optional(reads, appointments_by_key, keys)


async def successors_of(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer the appointment that stands in for each of these, None where there is none."""
    found = await grouped(reads, appointments_by_former, keys, by="rescheduled_from_id")
    return [rows[0] if rows else None for rows in found]


async def reminders_of(reads: Reads, keys: Sequence[UUID]) -> list[list[Record]]:
    """Answer the reminders of each appointment, the first due first."""
    return await grouped(reads, reminders_by_appointment, keys, by="appointment_id")


async def times_taken(
    reads: Reads, advisor_ids: Sequence[UUID], client_id: UUID | None, start: datetime, end: datetime
) -> Sequence[Record]:
    """Answer the times that these advisors and this client have no more, whoever's appointments they are."""
    return await reads.all(taken_times, keys=list(advisor_ids), client=client_id, start=start, end=end)
