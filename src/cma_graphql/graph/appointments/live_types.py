"""What is told of appointments as they change."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments.audience import with_requests
from cma_graphql.graph.appointments.request_types import AppointmentRequest
from cma_graphql.graph.appointments.types import Appointment
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.live.happened import Happened
from cma_graphql.graph.live.topics import Topic, subject_of
from cma_graphql.graph.live.types import Heartbeat, Removed, ResyncRequired
from cma_graphql.persistence.event_log import Happening
from cma_graphql.persistence.reads import Record

_TOLD = frozenset({"appointment", "appointmentrequest"})
_SETTLING = _TOLD | {"case"}


@strawberry.type(description="Something happened to an appointment, or to a client's request of one.")
class AppointmentEvent(Happened):
    """One event, with the appointment or the request as it is when the event is delivered."""

    @relation(description="The appointment as it is now; null where something happened to a request.")
    async def appointment(happened: list["AppointmentEvent"], info: Info) -> list[Appointment | None]:  # noqa: ARG002 - read beforehand
        """Answer each event's appointment, which was read together with who sees it."""
        return _records(happened, "appointment")  # type: ignore[return-value] # records are wrapped

    @relation(description="The request as it is now; null where something happened to an appointment.")
    async def request(happened: list["AppointmentEvent"], info: Info) -> list[AppointmentRequest | None]:  # noqa: ARG002 - the same
        """Answer each event's request, which was read so, too."""
        return _records(happened, "appointmentrequest")  # type: ignore[return-value] # records are wrapped


AppointmentUpdate = Annotated[
    AppointmentEvent | Removed | Heartbeat | ResyncRequired,
    strawberry.union("AppointmentUpdate", description="What a subscription to appointments answers."),
]


def _records(happened: Sequence[AppointmentEvent], entity: str) -> list[Record | None]:
    """Answer what each event is about, where that is of this kind."""
    return [event.record if event.entity == entity else None for event in happened]


def _tells(event: Happening) -> bool:
    return event.entity in _TOLD


APPOINTMENTS = Topic(
    requires=Permission.CASE_READ,
    settled_by=_SETTLING,
    concerns=subject_of(_SETTLING),
    present=with_requests,
    made=AppointmentEvent.of,
    tells=_tells,
)
