"""What clients ask for an appointment by, as the schema shows it."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments import policy
from cma_graphql.domain.appointments.request_selectors import requests_by_id
from cma_graphql.domain.appointments.selectors import appointments_by_optional_id
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.users.selectors import memberships_by_id, memberships_by_optional_id
from cma_graphql.graph.appointments.enums import MeetingMode, RequestStatus
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.refs import AppointmentRef, CaseRef, ClientRef, MembershipRef


@strawberry.type(
    description="What the viewer may do with a request of an appointment, by right; its state is another matter."
)
class AppointmentRequestViewerCan:
    """The viewer's rights over one request."""

    answer: bool = strawberry.field(description="Book an appointment for it, or decline it.")
    withdraw: bool = strawberry.field(description="Withdraw it.")


@node_type(table="appointment_requests", load=requests_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="That a client would like an appointment, about one of their cases or about none.")
class AppointmentRequest(Node):
    """One request."""

    prefix: ClassVar[str] = "appointmentrequest"
    client_column: ClassVar[str | None] = "client_id"

    status: RequestStatus = strawberry.field(description="What became of it.")
    from_portal: bool = strawberry.field(
        description="Whether the client asked themselves; else somebody of the centre wrote it down for them."
    )
    meeting_mode: MeetingMode | None = strawberry.field(
        description="How the client would like to meet; null where it does not matter."
    )
    preferred_times: list[datetime] = strawberry.field(
        description="When it would suit the client, the best time first; empty where any time does."
    )
    note: str | None = strawberry.field(description="What else the client says of it.")
    decline_reason: str | None = strawberry.field(description="Why it was declined; the client reads it.")
    decided_at: datetime | None = strawberry.field(
        description="When it was answered or withdrawn; null as long as it is open."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    case_id: strawberry.Private[UUID | None]
    client_id: strawberry.Private[UUID]
    appointment_id: strawberry.Private[UUID | None]
    created_by: strawberry.Private[UUID]
    decided_by: strawberry.Private[UUID | None]

    @relation(
        description="The case it is about; null where it is about none, or about one that the viewer does not see.",
        reads=(),
    )
    async def case(requests: list["AppointmentRequest"], info: Info) -> list[CaseRef | None]:
        """Answer each request's case."""
        keys = [each.case_id for each in requests if each.case_id is not None]
        found = dict(zip(keys, await cases_by_id(reader_for(info), keys), strict=True))
        return [None if each.case_id is None else found[each.case_id] for each in requests]

    @relation(
        description="Who asks; null where the viewer does not see the client.",
        requires=Permission.CLIENT_READ,
        reads=(),
    )
    async def client(requests: list["AppointmentRequest"], info: Info) -> list[ClientRef | None]:
        """Answer each request's client."""
        return await clients_by_id(reader_for(info), [each.client_id for each in requests])

    @relation(
        description="What was booked for it; null where nothing was, or where the viewer does not see it.",
        reads=(),
    )
    async def appointment(requests: list["AppointmentRequest"], info: Info) -> list[AppointmentRef | None]:
        """Answer each request's appointment."""
        return await appointments_by_optional_id(reader_for(info), [each.appointment_id for each in requests])

    @relation(description="Who wrote it down.", requires=Permission.USER_READ, reads=())
    async def creator(requests: list["AppointmentRequest"], info: Info) -> list[MembershipRef | None]:
        """Answer who made each request."""
        return await memberships_by_id(reader_for(info), [each.created_by for each in requests])

    @relation(
        description="Who answered or withdrew it; null where the product did.", requires=Permission.USER_READ, reads=()
    )
    async def decider(requests: list["AppointmentRequest"], info: Info) -> list[MembershipRef | None]:
        """Answer who decided each request."""
        return await memberships_by_optional_id(reader_for(info), [each.decided_by for each in requests])

    @relation(description="What the viewer may do with it.", reads=())
    async def viewer_can(requests: list["AppointmentRequest"], info: Info) -> list[AppointmentRequestViewerCan]:
        """Answer the viewer's rights over each request."""
        facts = [
            policy.AppointmentFacts(case_id=each.case_id, client_id=each.client_id, advisor_id=None)
            for each in requests
        ]
        rights = await policy.rights_over(info.context.reader, facts)
        viewer = info.context.actor.client_id
        own = [each.client_id == viewer for each in requests]
        return [
            AppointmentRequestViewerCan(answer=right.change, withdraw=right.change or theirs)
            for theirs, right in zip(own, rights, strict=True)
        ]

    history = history_by("subject_id")
