"""What is told of appointments as they change."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments.audience import appointments_and_audiences
from cma_graphql.graph.appointments.types import Appointment
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.live.happened import Happened
from cma_graphql.graph.live.topics import Topic, about, subject_of
from cma_graphql.graph.live.types import Heartbeat, Removed, ResyncRequired

_SETTLING = frozenset({"appointment", "case"})


@strawberry.type(description="Something happened to an appointment.")
class AppointmentEvent(Happened):
    """One event, with the appointment as it is when the event is delivered."""

    @relation(description="The appointment as it is now; null where the viewer does not see it any more.")
    async def appointment(happened: list["AppointmentEvent"], info: Info) -> list[Appointment | None]:  # noqa: ARG002 - read beforehand
        """Answer each event's appointment, which was read together with who sees it."""
        return [event.record for event in happened]  # type: ignore[misc] # records are wrapped


AppointmentUpdate = Annotated[
    AppointmentEvent | Removed | Heartbeat | ResyncRequired,
    strawberry.union("AppointmentUpdate", description="What a subscription to appointments answers."),
]


APPOINTMENTS = Topic(
    requires=Permission.CASE_READ,
    settled_by=_SETTLING,
    concerns=subject_of(_SETTLING),
    present=appointments_and_audiences,
    made=AppointmentEvent.of,
    tells=about("appointment"),
)
