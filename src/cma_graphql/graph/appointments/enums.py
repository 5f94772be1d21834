"""The enums of appointments, with their descriptions."""

from enum import StrEnum

from cma_graphql.domain.appointments import events
from cma_graphql.domain.appointments.diary_models import HolidayRegion
from cma_graphql.domain.appointments.local_time import Occurrence
from cma_graphql.domain.appointments.models import AppointmentStatus, AppointmentType, MeetingMode, ReminderChannel
from cma_graphql.domain.appointments.request_models import RequestStatus
from cma_graphql.domain.staffing.models import AdvisorSkill
from cma_graphql.graph.enums import described

__all__ = [
    "AdvisorSkill",
    "AppointmentEventName",
    "AppointmentOrder",
    "AppointmentStatus",
    "AppointmentType",
    "HolidayRegion",
    "MeetingMode",
    "Occurrence",
    "ReminderChannel",
    "RequestOrder",
    "RequestStatus",
]

described(
    AppointmentType,
    "What an appointment is for.",
    {
        "FIRST_ADVICE": "The first talk about somebody's debts.",
        "FACT_FIND": "Going through debts, household and papers.",
        "BUDGET": "Drawing up or reviewing a financial statement.",
        "ADVICE": "Going through the ways out, and choosing one.",
        "SIGNING": "Signing an application or an authority.",
        "REVIEW": "Looking at how a solution goes.",
        "EMERGENCY": "Something that cannot wait: bailiffs, an eviction, a disconnection.",
        "OTHER": "Anything else.",
    },
)
described(
    MeetingMode,
    "How client and advisor meet.",
    {
        "IN_PERSON": "At the centre.",
        "PHONE": "By telephone.",
        "VIDEO": "By a video call.",
        "HOME_VISIT": "At the client's home.",
        "OUTREACH": "At a session elsewhere: a food bank, a surgery, a court.",
    },
)
described(
    AppointmentStatus,
    "What became of an appointment.",
    {
        "SCHEDULED": "It is to come.",
        "CONFIRMED": "It is to come, and the client has said so.",
        "ATTENDED": "The client came.",
        "NO_SHOW": "The client did not come.",
        "CANCELLED_BY_CLIENT": "The client called it off.",
        "CANCELLED_BY_CENTRE": "The centre called it off.",
        "RESCHEDULED": "Another appointment stands in for it.",
    },
)
described(
    ReminderChannel,
    "By which way an appointment was reminded of.",
    {"EVENT": "An event, for those who follow them.", "EMAIL": "By e-mail.", "SMS": "By text message."},
)
described(
    HolidayRegion,
    "Whose bank holidays a centre keeps.",
    {"ENG": "England's.", "WLS": "Wales's.", "SCT": "Scotland's.", "NIR": "Northern Ireland's."},
)
described(
    Occurrence,
    "Which of two times is meant where a clock is put back and shows it twice.",
    {"EARLIER": "The first, in summer time.", "LATER": "The second, in winter time."},
    name="LocalTimeOccurrence",
)
described(
    AdvisorSkill,
    "What an advisor can do beyond the advice that every advisor gives.",
    {
        "DRO_APPROVED_INTERMEDIARY": "Apply for debt relief orders, as an approved intermediary.",
        "DAS_APPROVED_ADVISOR": "Apply for debt payment programmes, as an approved money adviser.",
        "SPECIALIST_DEBT": "Specialist debt work.",
        "BANKRUPTCY": "Bankruptcy and sequestration.",
        "BUSINESS_DEBT": "Debts of a business.",
        "HOUSING": "Arrears of rent and mortgage, and evictions.",
        "WELFARE_BENEFITS": "Benefits.",
        "MENTAL_HEALTH_CRISIS": "Mental health crisis moratoria.",
        "COMPLAINTS": "Complaints.",
    },
)


class AppointmentOrder(StrEnum):
    """In which order appointments are listed."""

    STARTS_AT_ASC = "STARTS_AT_ASC"
    STARTS_AT_DESC = "STARTS_AT_DESC"


described(
    AppointmentOrder,
    "In which order appointments are listed.",
    {"STARTS_AT_ASC": "The earliest first.", "STARTS_AT_DESC": "The latest first."},
)


described(
    RequestStatus,
    "What became of what a client asked for.",
    {
        "OPEN": "Nobody has answered it yet.",
        "BOOKED": "There is an appointment.",
        "DECLINED": "There is none, and the client was told why.",
        "WITHDRAWN": "The client does not want one any more.",
    },
    name="AppointmentRequestStatus",
)


class RequestOrder(StrEnum):
    """In which order requests are listed."""

    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"


described(
    RequestOrder,
    "In which order requests of appointments are listed.",
    {"CREATED_AT_ASC": "The first asked first.", "CREATED_AT_DESC": "The last asked first."},
    name="AppointmentRequestOrder",
)


class AppointmentEventName(StrEnum):
    """The events of appointments, by the names that the log has for them."""

    BOOKED = events.AppointmentBooked.name
    UPDATED = events.AppointmentUpdated.name
    CONFIRMED = events.AppointmentConfirmed.name
    RESCHEDULED = events.AppointmentRescheduled.name
    ATTENDED = events.AppointmentAttended.name
    MISSED = events.AppointmentMissed.name
    CANCELLED = events.AppointmentCancelled.name
    REASSIGNED = events.AppointmentReassigned.name
    TAKEN_OVER = events.AppointmentTakenOver.name
    REMINDER_DUE = events.AppointmentReminderDue.name
    OUTCOME_MISSING = events.AppointmentOutcomeMissing.name
    REQUEST_MADE = events.AppointmentRequested.name
    REQUEST_BOOKED = events.AppointmentRequestBooked.name
    REQUEST_DECLINED = events.AppointmentRequestDeclined.name
    REQUEST_WITHDRAWN = events.AppointmentRequestWithdrawn.name


described(
    AppointmentEventName,
    "What may happen to an appointment, or to a client's request of one.",
    {
        "BOOKED": "It was booked.",
        "UPDATED": "What it says of itself changed.",
        "CONFIRMED": "The client will come.",
        "RESCHEDULED": "Another appointment stands in for it.",
        "ATTENDED": "The client came.",
        "MISSED": "The client did not come.",
        "CANCELLED": "It was called off.",
        "REASSIGNED": "Another advisor keeps it, at the same time.",
        "TAKEN_OVER": "It is past, and came with a case from another centre.",
        "REMINDER_DUE": "It is time to remind of it.",
        "OUTCOME_MISSING": "It is over, and nobody has said how it went.",
        "REQUEST_MADE": "A client asks for one.",
        "REQUEST_BOOKED": "A client has the one that they asked for.",
        "REQUEST_DECLINED": "A client does not get the one that they asked for.",
        "REQUEST_WITHDRAWN": "A client does not want the one any more that they asked for.",
    },
)
