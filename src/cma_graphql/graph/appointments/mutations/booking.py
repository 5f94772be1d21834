"""Mutations that give appointments their time: booking and moving."""

from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments.services import booking
from cma_graphql.graph.appointments.enums import AppointmentType, MeetingMode
from cma_graphql.graph.appointments.inputs import StartInput, when
from cma_graphql.graph.appointments.mutations.answering import AppointmentInput, AppointmentPayload, answer, on_one
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput

_WHAT = strawberry.argument(description="What to do.")
_WHY_OVERRIDE = (
    "Why it is to be although the centre is closed then, or the advisor does not work or is away: for managers. A time "
    "that is taken stays taken."
)


@strawberry.input(description="An appointment to book: of a case, or of a client without one.")
class AppointmentBookInput(MutationInput):
    """What booking takes."""

    start: StartInput = strawberry.field(description="When it begins.")
    appointment_type: AppointmentType = strawberry.field(description="What it is for.")
    meeting_mode: MeetingMode = strawberry.field(default=MeetingMode.IN_PERSON, description="How the two meet.")
    case_id: strawberry.ID | None = strawberry.field(default=None, description="The case that it is about.")
    client_id: strawberry.ID | None = strawberry.field(
        default=None, description="The client; where a case is given, it is the case's."
    )
    advisor_id: strawberry.ID | None = strawberry.field(
        default=None, description="With whom; the case's advisor, or else the viewer, unless said."
    )
    duration_minutes: int = strawberry.field(
        default=booking.USUAL_MINUTES, description="How many minutes it takes, 5 to 480."
    )
    location: str | None = strawberry.field(
        default=None, description="Where they meet, or by which number or link, in up to 255 characters."
    )
    preparation_notes: str | None = strawberry.field(
        default=None, description="What to prepare for it, in up to 5,000 characters."
    )
    override_reason: str | None = strawberry.field(default=None, description=_WHY_OVERRIDE)
    request_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The open request of the client that it answers, which is booked by it. Whose it is and what about "
        "is the request's, where neither a case nor a client is given. One that somebody has answered is a conflict.",
    )


@strawberry.type(description="The appointment, booked.")
class AppointmentBookPayload(AppointmentPayload):
    """What appointmentBook answers."""


@strawberry.input(description="When an appointment is to be instead.")
class AppointmentRescheduleInput(AppointmentInput):
    """What moving takes."""

    start: StartInput = strawberry.field(description="When it begins.")
    advisor_id: strawberry.ID | None = strawberry.field(
        default=None, description="With whom; the same advisor unless said."
    )
    duration_minutes: int | None = strawberry.field(
        default=None, description="How many minutes it takes; as many as before unless said."
    )
    reason: str | None = strawberry.field(default=None, description="Why it is moved, in up to 1,000 characters.")
    override_reason: str | None = strawberry.field(default=None, description=_WHY_OVERRIDE)


@strawberry.type(description="The appointment that stands in for another.")
class AppointmentReschedulePayload(AppointmentPayload):
    """What appointmentReschedule answers."""


def _optional(prefix: str, text: strawberry.ID | None, field: str) -> UUID | None:
    return None if text is None else read_id(prefix, text, field=field)


@strawberry.type
class AppointmentMutations:
    """What can be done with appointments."""

    @mutation(
        requires=Permission.APPOINTMENT_WRITE,
        description="Book an appointment. Advisors do for the clients of their own cases and of their teams', trainees "
        "for those of their own. Of two who book the same time one is refused: `SlotTakenError` says when else.",
    )
    async def appointment_book(
        self, info: Info, input: Annotated[AppointmentBookInput, _WHAT]
    ) -> AppointmentBookPayload:
        """Book an appointment."""
        return await answer(
            info,
            AppointmentBookPayload,
            booking.book_appointment,
            input,
            start=when(input.start),
            appointment_type=input.appointment_type,
            meeting_mode=input.meeting_mode,
            case_id=_optional("case", input.case_id, "case_id"),
            client_id=_optional("client", input.client_id, "client_id"),
            advisor_id=_optional("membership", input.advisor_id, "advisor_id"),
            duration_minutes=input.duration_minutes,
            location=input.location,
            preparation_notes=input.preparation_notes,
            override_reason=input.override_reason,
            request_id=_optional("appointmentrequest", input.request_id, "request_id"),
        )

    @mutation(
        requires=Permission.APPOINTMENT_WRITE,
        description="Move an appointment: another one stands in for it, and the two lead to one another.",
    )
    async def appointment_reschedule(
        self, info: Info, input: Annotated[AppointmentRescheduleInput, _WHAT]
    ) -> AppointmentReschedulePayload:
        """Move an appointment."""
        return await on_one(
            info,
            AppointmentReschedulePayload,
            booking.reschedule_appointment,
            input,
            start=when(input.start),
            advisor_id=_optional("membership", input.advisor_id, "advisor_id"),
            duration_minutes=input.duration_minutes,
            override_reason=input.override_reason,
            reason=input.reason,
        )
