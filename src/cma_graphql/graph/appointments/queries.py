"""Queries of appointments and diaries."""

from datetime import date
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments import diary_selectors, selectors
from cma_graphql.domain.appointments.request_selectors import REQUESTS
from cma_graphql.domain.appointments.services.booking import USUAL_MINUTES
from cma_graphql.domain.appointments.suggesting import suggested_slots
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.graph.appointments.diary_types import CalendarFeed, OpeningTimes, diary_now
from cma_graphql.graph.appointments.enums import AdvisorSkill, AppointmentOrder, RequestOrder
from cma_graphql.graph.appointments.inputs import (
    AppointmentFilterArgument,
    AppointmentOrderArgument,
    RequestFilterArgument,
    RequestOrderArgument,
    appointment_filters,
    request_filters,
)
from cma_graphql.graph.appointments.request_types import AppointmentRequest
from cma_graphql.graph.appointments.types import Appointment, AppointmentSlot
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import CALL, list_size
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window

_SOME = 20
_STATEMENTS = 8
"""How many a suggestion takes."""
FromDay = Annotated[date, strawberry.argument(description="The first day, today or later.")]
UntilDay = Annotated[
    date, strawberry.argument(description="The last day, itself within: at most 31 days are looked through.")
]
Minutes = Annotated[int, strawberry.argument(description="How many minutes it takes, 5 to 480.")]
Advisor = Annotated[strawberry.ID | None, strawberry.argument(description="With whom. Unset: with any advisor.")]
Skill = Annotated[AdvisorSkill | None, strawberry.argument(description="What the advisor has to be able to do.")]
ForClient = Annotated[
    strawberry.ID | None, strawberry.argument(description="The client, who has to have time, too. Unset: nobody yet.")
]
HowMany = Annotated[int, strawberry.argument(description="How many suggestions at most, up to 100.")]


@strawberry.type
class AppointmentQueries:
    """What can be asked about appointments."""

    @query(requires=Permission.CASE_READ, description="The appointment with this id, or null.")
    async def appointment(self, info: Info, id: IdArgument) -> Appointment | None:
        """Find an appointment."""
        key = find_id("appointment", id)
        return None if key is None else (await selectors.appointments_by_id(info.context.reader, [key]))[0]  # type: ignore[return-value]

    @query(
        requires=Permission.CASE_READ,
        description="The appointments that the viewer sees: those of cases and clients in sight, and their own.",
    )
    async def appointments(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: AppointmentFilterArgument = None,
        order_by: AppointmentOrderArgument = AppointmentOrder.STARTS_AT_ASC,
    ) -> Connection[Appointment]:
        """List appointments."""
        return await selectors.APPOINTMENTS.page(  # type: ignore[return-value]
            info.context.reader,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=appointment_filters(filter),
        )

    @query(
        requires=Permission.CASE_READ,
        description="What clients ask for an appointment by, as far as the viewer sees the case, or where it names "
        "none the client: clients their own.",
    )
    async def appointment_requests(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: RequestFilterArgument = None,
        order_by: RequestOrderArgument = RequestOrder.CREATED_AT_ASC,
    ) -> Connection[AppointmentRequest]:
        """List requests."""
        return await REQUESTS.page(  # type: ignore[return-value]
            info.context.reader,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=request_filters(filter),
        )

    @query(
        requires=Permission.APPOINTMENT_WRITE,
        description="When an appointment could be, the earliest first: the centre is open, it is no bank holiday, the "
        "advisor works and is there, and neither of the two has anything else. Advisors whose hours nobody has "
        "written down work when the centre is open.",
        call=_STATEMENTS * CALL,
        size=list_size(_SOME, by=["most"]),
    )
    async def appointment_slots(  # noqa: PLR0917 - what is asked for
        self,
        info: Info,
        from_day: FromDay,
        until_day: UntilDay,
        duration_minutes: Minutes = USUAL_MINUTES,
        advisor_id: Advisor = None,
        skill: Skill = None,
        client_id: ForClient = None,
        most: HowMany = _SOME,
    ) -> list[AppointmentSlot]:
        """Suggest times; an advisor or a client who is not in sight has none."""
        reader = info.context.reader
        advisor = None if advisor_id is None else find_id("membership", advisor_id)
        client = None if client_id is None else find_id("client", client_id)
        unknown = (advisor_id is not None and advisor is None) or (client_id is not None and client is None)
        if unknown or (client is not None and (await clients_by_id(reader, [client]))[0] is None):
            return []
        found = await suggested_slots(
            reader,
            first=from_day,
            last=until_day,
            duration_minutes=duration_minutes,
            most=most,
            advisor_id=advisor,
            skill=skill,
            client_id=client,
        )
        return [
            AppointmentSlot(starts_at=slot.starts_at, ends_at=slot.ends_at, advisor_id=slot.advisor_id)
            for slot in found
        ]

    @query(requires=Permission.APPOINTMENT_WRITE, description="How the viewer's centre keeps its diary.", call=2 * CALL)
    async def opening_times(self, info: Info) -> OpeningTimes:
        """Read the diary's settings."""
        return await diary_now(info)

    @query(
        requires=Permission.APPOINTMENT_WRITE,
        description="The addresses at which calendar programs read the viewer's appointments, those that are good.",
        size=5,
    )
    async def calendar_feeds(self, info: Info) -> list[CalendarFeed]:
        """List one's own feeds."""
        return await info.context.reader.all(diary_selectors.good_feeds)  # type: ignore[return-value]
