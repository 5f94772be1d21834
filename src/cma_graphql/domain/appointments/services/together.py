"""Calls several appointments off, or has somebody else keep them: because of what becomes of a case or of a person."""

from collections.abc import Callable, Sequence
from uuid import UUID

from cma_graphql.core.errors import Overlaps
from cma_graphql.core.events import Audience
from cma_graphql.domain.appointments.audience import with_advisor
from cma_graphql.domain.appointments.diary import diaries_of
from cma_graphql.domain.appointments.events import AppointmentCancelled, AppointmentReassigned
from cma_graphql.domain.appointments.local_time import london_day
from cma_graphql.domain.appointments.models import Appointment, AppointmentStatus
from cma_graphql.domain.appointments.policy import may_be_booked
from cma_graphql.domain.appointments.services.taking import tell
from cma_graphql.domain.appointments.spans import Span
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.persistence.alike import change_alike
from cma_graphql.persistence.failures import TryAgain
from cma_graphql.persistence.unit_of_work import UnitOfWork

AudienceOf = Callable[[Appointment], Audience]
"""Tells who sees an appointment, its advisor apart."""


async def call_off_all(
    uow: UnitOfWork, appointments: Sequence[Appointment], *, reason: str, audience_of: AudienceOf
) -> None:
    """Call locked appointments off for the centre, by one statement; their times are free again, reminders stop."""
    for appointment, changes in await change_alike(
        uow,
        appointments,
        status=AppointmentStatus.CANCELLED_BY_CENTRE.value,
        cancellation_reason=reason,
        outcome_missing_at=None,
    ):
        seen = with_advisor(audience_of(appointment), appointment.advisor_id)
        await tell(uow, AppointmentCancelled, appointment, changes, before=seen, after=seen)


async def give_all(
    uow: UnitOfWork, appointments: Sequence[Appointment], advisor_id: UUID, *, audience_of: AudienceOf
) -> list[Appointment]:
    """Have another advisor keep those locked appointments for which they have time; answer the others.

    They have time where they are bookable, work then, are not away and have nothing else. Eight statements, whatever
    the number. Raises TryAgain where somebody has just booked the advisor: then all of it is looked at again.
    """
    if not appointments:
        return []
    fitting = await _fitting(uow, appointments, advisor_id)
    former = {appointment.id: appointment.advisor_id for appointment in fitting}
    try:
        changed = await change_alike(uow, fitting, advisor_id=advisor_id)
    except Overlaps as lost:
        raise TryAgain from lost
    for appointment, changes in changed:
        seen = audience_of(appointment)
        await tell(
            uow,
            AppointmentReassigned,
            appointment,
            changes,
            before=with_advisor(seen, former[appointment.id]),
            after=with_advisor(seen, advisor_id),
        )
    return [appointment for appointment in appointments if appointment.id not in former]


async def _fitting(uow: UnitOfWork, appointments: Sequence[Appointment], advisor_id: UUID) -> list[Appointment]:
    (member,) = await memberships_by_id(uow, [advisor_id])
    if member is None or not may_be_booked(member["status"], member["roles"]):
        return []
    days = [london_day(appointment.starts_at) for appointment in appointments]
    diary = (await diaries_of(uow, [advisor_id], min(days), max(days)))[advisor_id]
    return [each for each in appointments if diary.has_time(Span(each.starts_at, each.ends_at))]
