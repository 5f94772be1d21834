"""Mutations of appointments."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments.services import booking, outcomes
from cma_graphql.graph.appointments.enums import AppointmentType, MeetingMode
from cma_graphql.graph.appointments.inputs import StartInput, when
from cma_graphql.graph.appointments.types import Appointment
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput, given_fields, reread, write

_WHAT = strawberry.argument(description="What to do.")
_WHY_OVERRIDE = (
    "Why it is to be although the centre is closed then, or the advisor does not work or is away: for managers. A time "
    "that is taken stays taken."
)


@strawberry.input(description="Which appointment to change, as you last read it.")
class AppointmentInput(MutationInput):
    """The part that inputs about one appointment share."""

    id: strawberry.ID = strawberry.field(description="The appointment.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.type(description="What a mutation of an appointment answers.")
class AppointmentPayload(Payload):
    """The part that payloads with an appointment share."""

    appointment: Appointment | None = strawberry.field(
        default=None,
        description="The appointment as it is now; null where it was refused, or is out of the viewer's sight.",
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


@strawberry.input(description="An appointment to which the client will come.")
class AppointmentConfirmInput(AppointmentInput):
    """What confirming takes."""


@strawberry.type(description="The appointment, confirmed.")
class AppointmentConfirmPayload(AppointmentPayload):
    """What appointmentConfirm answers."""


@strawberry.input(description="An appointment to which the client came.")
class AppointmentAttendInput(AppointmentInput):
    """What came of it."""

    outcome_summary: str = strawberry.field(description="What came of it, in up to 5,000 characters.")
    follow_up_required: bool = strawberry.field(default=False, description="Whether something has to follow.")
    follow_up_on: date | None = strawberry.field(default=None, description="The day on which it should.")


@strawberry.type(description="The appointment, kept.")
class AppointmentAttendPayload(AppointmentPayload):
    """What appointmentAttend answers."""


@strawberry.input(description="An appointment to which the client did not come.")
class AppointmentMissInput(AppointmentInput):
    """What missing takes."""

    outcome_summary: str | None = strawberry.field(
        default=None, description="What there is to say of it, in up to 5,000 characters."
    )


@strawberry.type(description="The appointment, missed.")
class AppointmentMissPayload(AppointmentPayload):
    """What appointmentMiss answers."""


@strawberry.input(description="An appointment to call off.")
class AppointmentCancelInput(AppointmentInput):
    """What calling off takes."""

    by_client: bool = strawberry.field(description="Whether it is the client who calls it off, and not the centre.")
    reason: str = strawberry.field(description="Why, in up to 1,000 characters.")


@strawberry.type(description="The appointment, called off.")
class AppointmentCancelPayload(AppointmentPayload):
    """What appointmentCancel answers."""


@strawberry.input(description="What to change of an appointment; an absent field stays as it is, a null empties it.")
class AppointmentUpdateInput(AppointmentInput):
    """Changes of an appointment."""

    appointment_type: strawberry.Maybe[AppointmentType] = strawberry.field(
        description="What it is for; while it is to come."
    )
    meeting_mode: strawberry.Maybe[MeetingMode] = strawberry.field(description="How the two meet; while it is to come.")
    location: strawberry.Maybe[str | None] = strawberry.field(description="Where they meet; while it is to come.")
    preparation_notes: strawberry.Maybe[str | None] = strawberry.field(
        description="What to prepare for it; while it is to come."
    )
    outcome_summary: strawberry.Maybe[str | None] = strawberry.field(
        description="What came of it; once it was kept or missed."
    )
    follow_up_required: strawberry.Maybe[bool] = strawberry.field(
        description="Whether something has to follow; once it was kept or missed."
    )
    follow_up_on: strawberry.Maybe[date | None] = strawberry.field(
        description="The day on which it should; once it was kept or missed."
    )


@strawberry.type(description="The changed appointment.")
class AppointmentUpdatePayload(AppointmentPayload):
    """What appointmentUpdate answers."""


_DETAILS = (
    "appointment_type",
    "meeting_mode",
    "location",
    "preparation_notes",
    "outcome_summary",
    "follow_up_required",
    "follow_up_on",
)
P = TypeVar("P", bound=AppointmentPayload)


async def _answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[Any]], given: MutationInput, **said: Any
) -> P:
    """Call a service in a unit of work; answer its appointment as it is afterwards."""
    outcome = await write(info, service, given, **said)
    appointment = await reread(info, Appointment, outcome.subject_ids[0])
    return payload(appointment=appointment, replayed=outcome.replayed)


async def _on_one(
    info: Info, payload: type[P], service: Callable[..., Awaitable[Any]], given: AppointmentInput, **said: Any
) -> P:
    key = read_id("appointment", given.id)
    return await _answer(info, payload, service, given, appointment_id=key, version=given.expected_version, **said)


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
        return await _answer(
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
        )

    @mutation(
        requires=Permission.APPOINTMENT_WRITE,
        description="Move an appointment: another one stands in for it, and the two lead to one another.",
    )
    async def appointment_reschedule(
        self, info: Info, input: Annotated[AppointmentRescheduleInput, _WHAT]
    ) -> AppointmentReschedulePayload:
        """Move an appointment."""
        return await _on_one(
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

    @mutation(requires=Permission.APPOINTMENT_WRITE, description="Write down that the client will come.")
    async def appointment_confirm(
        self, info: Info, input: Annotated[AppointmentConfirmInput, _WHAT]
    ) -> AppointmentConfirmPayload:
        """Confirm an appointment."""
        return await _on_one(info, AppointmentConfirmPayload, outcomes.confirm_appointment, input)

    @mutation(
        requires=Permission.APPOINTMENT_WRITE,
        description="Write down that the client came, and what came of it. From half an hour before its time on.",
    )
    async def appointment_attend(
        self, info: Info, input: Annotated[AppointmentAttendInput, _WHAT]
    ) -> AppointmentAttendPayload:
        """Keep an appointment."""
        return await _on_one(
            info,
            AppointmentAttendPayload,
            outcomes.attend_appointment,
            input,
            outcome_summary=input.outcome_summary,
            follow_up_required=input.follow_up_required,
            follow_up_on=input.follow_up_on,
        )

    @mutation(
        requires=Permission.APPOINTMENT_WRITE,
        description="Write down that the client did not come. From its time on.",
    )
    async def appointment_miss(
        self, info: Info, input: Annotated[AppointmentMissInput, _WHAT]
    ) -> AppointmentMissPayload:
        """Miss an appointment."""
        return await _on_one(
            info,
            AppointmentMissPayload,
            outcomes.miss_appointment,
            input,
            outcome_summary=input.outcome_summary,
        )

    @mutation(
        requires=Permission.APPOINTMENT_WRITE,
        description="Call an appointment off, and say why. Clients call off their own.",
    )
    async def appointment_cancel(
        self, info: Info, input: Annotated[AppointmentCancelInput, _WHAT]
    ) -> AppointmentCancelPayload:
        """Call an appointment off."""
        return await _on_one(
            info,
            AppointmentCancelPayload,
            outcomes.cancel_appointment,
            input,
            by_client=input.by_client,
            reason=input.reason,
        )

    @mutation(
        requires=Permission.APPOINTMENT_WRITE,
        description="Change what an appointment says of itself; its time and its advisor are changed by moving it.",
    )
    async def appointment_update(
        self, info: Info, input: Annotated[AppointmentUpdateInput, _WHAT]
    ) -> AppointmentUpdatePayload:
        """Change an appointment."""
        return await _on_one(
            info,
            AppointmentUpdatePayload,
            outcomes.update_appointment,
            input,
            **given_fields(input, *_DETAILS),
        )
