"""The appointments, and requests of them, under another record: a page for each case, client or advisor."""

from typing import Any

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments.request_selectors import REQUESTS
from cma_graphql.domain.appointments.selectors import APPOINTMENTS
from cma_graphql.graph.appointments.enums import AppointmentOrder, RequestOrder
from cma_graphql.graph.appointments.inputs import (
    AppointmentFilterArgument,
    AppointmentOrderArgument,
    RequestFilterArgument,
    RequestOrderArgument,
    appointment_filters,
    request_filters,
)
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.pagination import After, Before, First, Last, window
from cma_graphql.graph.refs import AppointmentConnection, AppointmentRequestConnection


def appointments_by(column: str, description: str) -> Any:
    """Declare the appointments of a type's records; `column` of the appointments is what names them there."""

    async def appointments(  # noqa: PLR0917 - a connection's arguments
        parents: list[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: AppointmentFilterArgument = None,
        order_by: AppointmentOrderArgument = AppointmentOrder.STARTS_AT_DESC,
    ) -> list[AppointmentConnection | None]:
        """Answer a page of each parent's appointments."""
        return await APPOINTMENTS.pages(  # type: ignore[return-value]
            reader_for(info),
            [parent.key for parent in parents],
            by=column,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=appointment_filters(filter),
        )

    return relation(description=description, requires=Permission.CASE_READ, reads=())(appointments)


def requests_by(column: str, description: str) -> Any:
    """Declare the requests of a type's records; `column` of the requests is what names them there."""

    async def appointment_requests(  # noqa: PLR0917 - a connection's arguments
        parents: list[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: RequestFilterArgument = None,
        order_by: RequestOrderArgument = RequestOrder.CREATED_AT_DESC,
    ) -> list[AppointmentRequestConnection | None]:
        """Answer a page of each parent's requests."""
        return await REQUESTS.pages(  # type: ignore[return-value]
            reader_for(info),
            [parent.key for parent in parents],
            by=column,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=request_filters(filter),
        )

    return relation(description=description, requires=Permission.CASE_READ, reads=())(appointment_requests)
