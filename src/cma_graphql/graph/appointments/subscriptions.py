"""Subscriptions to appointments."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.graph.appointments.inputs import AppointmentEventFilterArgument
from cma_graphql.graph.appointments.live_types import APPOINTMENTS, AppointmentUpdate
from cma_graphql.graph.fields import subscription
from cma_graphql.graph.live.topics import NOBODYS, Watch
from cma_graphql.graph.live.types import AfterCursor
from cma_graphql.graph.node import find_id

CaseArgument = Annotated[
    strawberry.ID | None, strawberry.argument(description="The id of the case. Unset: all that the viewer sees.")
]


@strawberry.type
class AppointmentSubscriptions:
    """What can be followed of appointments."""

    @subscription(
        requires=Permission.CASE_READ,
        description="What happens to the appointments that the viewer sees, of one case or of all, in order: booked, "
        "confirmed, moved, kept, missed, called off; that it is time to remind of one; that nobody has said how one "
        "went; and to clients' requests: made, booked, declined, withdrawn. "
        "`Removed` with the id of a case: take its appointments off the screen, and query those that are left.",
    )
    async def appointment_events(
        self,
        filter: AppointmentEventFilterArgument = None,
        case_id: CaseArgument = None,
        after: AfterCursor = None,
    ) -> AsyncGenerator[AppointmentUpdate]:
        """Follow appointments in sight."""
        names = None if filter is None or filter.names is None else frozenset(name.value for name in filter.names)
        key = None if case_id is None else find_id("case", case_id) or NOBODYS
        return Watch(APPOINTMENTS, after=after, case_id=key, names=names)  # type: ignore[return-value]
