"""Appointments and their reminders, as the schema shows them."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments import policy, selectors
from cma_graphql.domain.appointments.note_selectors import notes_of_appointments
from cma_graphql.domain.appointments.request_selectors import requests_of_appointments
from cma_graphql.domain.appointments.steps import FOLLOWING
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.users.selectors import memberships_by_id, memberships_by_optional_id
from cma_graphql.graph.appointments.enums import AppointmentStatus, AppointmentType, MeetingMode, ReminderChannel
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import AppointmentRequestRef, CaseRef, ClientRef, MembershipRef, NoteRef


@strawberry.type(description="That it was time to remind of an appointment.")
class AppointmentReminder(FromRecord):
    """One reminder."""

    channel: ReminderChannel = strawberry.field(description="By which way.")
    hours_before: int = strawberry.field(description="How many hours before the appointment.")
    due_at: datetime = strawberry.field(description="When it was due.")
    sent_at: datetime | None = strawberry.field(
        description="When it was told; null where a later one was due by then, and was told instead."
    )


@strawberry.type(description="What the viewer may do with an appointment, by right; its state is another matter.")
class AppointmentViewerCan:
    """The viewer's rights over one appointment."""

    change: bool = strawberry.field(description="Confirm, move and call it off, and say how it went.")
    override: bool = strawberry.field(
        description="Move it to a time at which the centre is closed or the advisor is not there."
    )


@node_type(table="appointments", load=selectors.appointments_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="A meeting of a client with an advisor; about a case, once there is one.")
class Appointment(Node):
    """One appointment."""

    prefix: ClassVar[str] = "appointment"
    client_column: ClassVar[str | None] = "client_id"

    appointment_type: AppointmentType = strawberry.field(description="What it is for.")
    status: AppointmentStatus = strawberry.field(description="What became of it.")
    starts_at: datetime = strawberry.field(description="When it begins.")
    ends_at: datetime = strawberry.field(description="When it ends.")
    duration_minutes: int = strawberry.field(description="How many minutes it takes.")
    meeting_mode: MeetingMode = strawberry.field(description="How the two meet.")
    location: str | None = strawberry.field(description="Where they meet, or by which number or link.")
    follow_up_required: bool = strawberry.field(description="Whether something has to follow.")
    follow_up_on: date | None = strawberry.field(description="The day on which it should.")
    cancellation_reason: str | None = strawberry.field(description="Why it was called off.")
    outcome_missing_at: datetime | None = strawberry.field(
        description="When it was noticed that it is over and nobody has said how it went; null where somebody has."
    )
    created_at: datetime = strawberry.field(description="When it was booked.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    case_id: strawberry.Private[UUID | None]
    client_id: strawberry.Private[UUID]
    advisor_id: strawberry.Private[UUID | None]
    advisor_there: strawberry.Private[str | None]
    created_by: strawberry.Private[UUID]
    rescheduled_from_id: strawberry.Private[UUID | None]
    preparation_text: strawberry.Private[str | None]
    outcome_text: strawberry.Private[str | None]
    override_text: strawberry.Private[str | None]

    @relation(
        description="What to prepare for it.",
        requires=Permission.NOTE_READ_CONFIDENTIAL,
        reads=(),
    )
    async def preparation_notes(appointments: list["Appointment"], info: Info) -> list[str | None]:  # noqa: ARG002 - a relation's arguments
        """Answer what to prepare for each."""
        return [appointment.preparation_text for appointment in appointments]

    @relation(
        description="What came of it.",
        requires=Permission.NOTE_READ_CONFIDENTIAL,
        reads=(),
    )
    async def outcome_summary(appointments: list["Appointment"], info: Info) -> list[str | None]:  # noqa: ARG002 - a relation's arguments
        """Answer what came of each."""
        return [appointment.outcome_text for appointment in appointments]

    @relation(
        description="Why it was booked although the centre is closed then, or the advisor not there.",
        requires=Permission.NOTE_READ_CONFIDENTIAL,
        reads=(),
    )
    async def override_reason(appointments: list["Appointment"], info: Info) -> list[str | None]:  # noqa: ARG002 - a relation's arguments
        """Answer why each is against the diary."""
        return [appointment.override_text for appointment in appointments]

    @strawberry.field(description="The states that may follow its present one.")
    def allowed_statuses(self) -> list[AppointmentStatus]:
        """Read the table of steps."""
        return list(FOLLOWING[AppointmentStatus(self.status)])

    @relation(
        description="The case it is about; null where it is about none, or about one that the viewer does not see.",
        reads=(),
    )
    async def case(appointments: list["Appointment"], info: Info) -> list[CaseRef | None]:
        """Answer each appointment's case."""
        keys = [each.case_id for each in appointments if each.case_id is not None]
        found = dict(zip(keys, await cases_by_id(reader_for(info), keys), strict=True))
        return [None if each.case_id is None else found[each.case_id] for each in appointments]

    @relation(
        description="Whose appointment it is; null where the viewer does not see the client.",
        requires=Permission.CLIENT_READ,
        reads=(),
    )
    async def client(appointments: list["Appointment"], info: Info) -> list[ClientRef | None]:
        """Answer each appointment's client."""
        return await clients_by_id(reader_for(info), [each.client_id for each in appointments])

    @relation(
        description="With whom it is; null where it is past and came with the case from another centre.",
        requires=Permission.USER_READ,
        reads=(),
    )
    async def advisor(appointments: list["Appointment"], info: Info) -> list[MembershipRef | None]:
        """Answer each appointment's advisor."""
        return await memberships_by_optional_id(reader_for(info), [each.advisor_id for each in appointments])

    @relation(
        description="With whom it was at the centre that the case came from, by name; null where it is one of here.",
        requires=Permission.USER_READ,
        reads=(),
    )
    async def advisor_elsewhere(appointments: list["Appointment"], info: Info) -> list[str | None]:  # noqa: ARG002 - a relation's arguments
        """Answer with whom each was elsewhere."""
        return [appointment.advisor_there for appointment in appointments]

    @relation(description="Who booked it.", requires=Permission.USER_READ, reads=())
    async def booker(appointments: list["Appointment"], info: Info) -> list[MembershipRef | None]:
        """Answer who booked each appointment."""
        return await memberships_by_id(reader_for(info), [each.created_by for each in appointments])

    @relation(description="The appointment that it stands in for.", reads=())
    async def rescheduled_from(appointments: list["Appointment"], info: Info) -> list["Appointment | None"]:
        """Answer what each stands in for."""
        keys = [each.rescheduled_from_id for each in appointments]
        return await selectors.appointments_by_optional_id(info.context.reader, keys)  # type: ignore[return-value]

    @relation(description="The appointment that stands in for it.", reads=())
    async def rescheduled_to(appointments: list["Appointment"], info: Info) -> list["Appointment | None"]:
        """Answer what stands in for each."""
        return await selectors.successors_of(info.context.reader, [each.key for each in appointments])  # type: ignore[return-value]

    @relation(description="What the client asked for it by, where they did.", reads=())
    async def request(appointments: list["Appointment"], info: Info) -> list[AppointmentRequestRef | None]:
        """Answer the request for which each was booked."""
        return await requests_of_appointments(reader_for(info), [each.key for each in appointments])

    @relation(description="The reminders of it that were due, the first first.", size=3, reads=())
    async def reminders(appointments: list["Appointment"], info: Info) -> list[list[AppointmentReminder]]:
        """Answer each appointment's reminders."""
        return await selectors.reminders_of(info.context.reader, [each.key for each in appointments])  # type: ignore[return-value]

    @relation(
        description="The notes about it, those that the viewer sees, the first first; at most 100.",
        requires=Permission.CASE_READ,
        size=2,
        reads=(),
    )
    async def notes(appointments: list["Appointment"], info: Info) -> list[list[NoteRef] | None]:
        """Answer each appointment's notes."""
        return await notes_of_appointments(reader_for(info), [each.key for each in appointments])  # type: ignore[return-value]

    @relation(description="What the viewer may do with it.", reads=())
    async def viewer_can(appointments: list["Appointment"], info: Info) -> list[AppointmentViewerCan]:
        """Answer the viewer's rights over each appointment."""
        facts = [
            policy.AppointmentFacts(case_id=each.case_id, client_id=each.client_id, advisor_id=each.advisor_id)
            for each in appointments
        ]
        rights = await policy.rights_over(info.context.reader, facts)
        return [AppointmentViewerCan(change=right.change, override=right.override) for right in rights]

    history = history_by("subject_id")


@strawberry.type(description="When an advisor has time for an appointment.")
class AppointmentSlot:
    """One suggestion."""

    starts_at: datetime = strawberry.field(description="When it could begin.")
    ends_at: datetime = strawberry.field(description="When it would end.")
    advisor_id: strawberry.Private[UUID]

    @relation(description="With whom.", requires=Permission.USER_READ)
    async def advisor(slots: list["AppointmentSlot"], info: Info) -> list[MembershipRef | None]:
        """Answer each slot's advisor."""
        return await memberships_by_id(reader_for(info), [slot.advisor_id for slot in slots])
