"""What happened to appointments and to a centre's diary."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AppointmentBooked(Event):
    """A client has an appointment."""

    name: ClassVar[str] = "appointment.booked"
    entity: ClassVar[str] = "appointment"


@dataclass(frozen=True, kw_only=True)
class AppointmentUpdated(Event):
    """What an appointment says of itself changed, its time and advisor apart."""

    name: ClassVar[str] = "appointment.updated"
    entity: ClassVar[str] = "appointment"


@dataclass(frozen=True, kw_only=True)
class AppointmentConfirmed(Event):
    """The client will come."""

    name: ClassVar[str] = "appointment.confirmed"
    entity: ClassVar[str] = "appointment"


@dataclass(frozen=True, kw_only=True)
class AppointmentRescheduled(Event):
    """Another appointment stands in for this one."""

    name: ClassVar[str] = "appointment.rescheduled"
    entity: ClassVar[str] = "appointment"


@dataclass(frozen=True, kw_only=True)
class AppointmentAttended(Event):
    """The client came."""

    name: ClassVar[str] = "appointment.attended"
    entity: ClassVar[str] = "appointment"


@dataclass(frozen=True, kw_only=True)
class AppointmentMissed(Event):
    """The client did not come."""

    name: ClassVar[str] = "appointment.missed"
    entity: ClassVar[str] = "appointment"


@dataclass(frozen=True, kw_only=True)
class AppointmentCancelled(Event):
    """An appointment was called off."""

    name: ClassVar[str] = "appointment.cancelled"
    entity: ClassVar[str] = "appointment"


@dataclass(frozen=True, kw_only=True)
class AppointmentReassigned(Event):
    """Somebody else keeps an appointment, at the same time."""

    name: ClassVar[str] = "appointment.reassigned"
    entity: ClassVar[str] = "appointment"


@dataclass(frozen=True, kw_only=True)
class AppointmentTakenOver(Event):
    """A case from another centre brought an appointment that is past."""

    name: ClassVar[str] = "appointment.taken_over"
    entity: ClassVar[str] = "appointment"


@dataclass(frozen=True, kw_only=True)
class AppointmentReminderDue(Event):
    """It is time to remind of an appointment."""

    name: ClassVar[str] = "appointment.reminder_due"
    entity: ClassVar[str] = "appointment"


@dataclass(frozen=True, kw_only=True)
class AppointmentOutcomeMissing(Event):
    """An appointment is over, and nobody has said how it went."""

    name: ClassVar[str] = "appointment.outcome_missing"
    entity: ClassVar[str] = "appointment"


@dataclass(frozen=True, kw_only=True)
class AppointmentRequested(Event):
    """A client would like an appointment."""

    name: ClassVar[str] = "appointment_request.made"
    entity: ClassVar[str] = "appointmentrequest"


@dataclass(frozen=True, kw_only=True)
class AppointmentRequestBooked(Event):
    """A client has the appointment that they asked for."""

    name: ClassVar[str] = "appointment_request.booked"
    entity: ClassVar[str] = "appointmentrequest"


@dataclass(frozen=True, kw_only=True)
class AppointmentRequestDeclined(Event):
    """A client does not get the appointment that they asked for."""

    name: ClassVar[str] = "appointment_request.declined"
    entity: ClassVar[str] = "appointmentrequest"


@dataclass(frozen=True, kw_only=True)
class AppointmentRequestWithdrawn(Event):
    """A client does not want the appointment any more that they asked for."""

    name: ClassVar[str] = "appointment_request.withdrawn"
    entity: ClassVar[str] = "appointmentrequest"


@dataclass(frozen=True, kw_only=True)
class DiaryUpdated(Event):
    """A centre keeps its diary in another way."""

    name: ClassVar[str] = "diary.updated"
    entity: ClassVar[str] = "centre"


@dataclass(frozen=True, kw_only=True)
class OpeningExceptionAdded(Event):
    """One day is unlike its weekday."""

    name: ClassVar[str] = "diary.exception_added"
    entity: ClassVar[str] = "centre"


@dataclass(frozen=True, kw_only=True)
class OpeningExceptionWithdrawn(Event):
    """One day is like its weekday again."""

    name: ClassVar[str] = "diary.exception_withdrawn"
    entity: ClassVar[str] = "centre"


@dataclass(frozen=True, kw_only=True)
class CalendarFeedCreated(Event):
    """An advisor's appointments can be read at an address."""

    name: ClassVar[str] = "calendar.feed_created"
    entity: ClassVar[str] = "calendarfeed"


@dataclass(frozen=True, kw_only=True)
class CalendarFeedRevoked(Event):
    """An address of an advisor's appointments is good for nothing any more."""

    name: ClassVar[str] = "calendar.feed_revoked"
    entity: ClassVar[str] = "calendarfeed"
