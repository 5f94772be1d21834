"""Mutations of what becomes of appointments: confirmed, kept, missed, called off, changed."""

from datetime import date
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments.services import outcomes
from cma_graphql.graph.appointments.enums import AppointmentType, MeetingMode
from cma_graphql.graph.appointments.mutations.answering import AppointmentInput, AppointmentPayload, on_one
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.writing import given_fields

_WHAT = strawberry.argument(description="What to do.")


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


@strawberry.type
class AppointmentOutcomeMutations:
    """What becomes of appointments."""

    @mutation(requires=Permission.APPOINTMENT_WRITE, description="Write down that the client will come.")
    async def appointment_confirm(
        self, info: Info, input: Annotated[AppointmentConfirmInput, _WHAT]
    ) -> AppointmentConfirmPayload:
        """Confirm an appointment."""
        return await on_one(info, AppointmentConfirmPayload, outcomes.confirm_appointment, input)

    @mutation(
        requires=Permission.APPOINTMENT_WRITE,
        description="Write down that the client came, and what came of it. From half an hour before its time on.",
    )
    async def appointment_attend(
        self, info: Info, input: Annotated[AppointmentAttendInput, _WHAT]
    ) -> AppointmentAttendPayload:
        """Keep an appointment."""
        return await on_one(
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
        return await on_one(
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
        return await on_one(
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
        return await on_one(
            info,
            AppointmentUpdatePayload,
            outcomes.update_appointment,
            input,
            **given_fields(input, *_DETAILS),
        )
