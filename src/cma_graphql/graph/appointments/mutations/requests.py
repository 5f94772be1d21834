"""Mutations of what clients ask for an appointment by; `appointmentBook` takes one, too."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.appointments.services import requests
from cma_graphql.graph.appointments.enums import MeetingMode
from cma_graphql.graph.appointments.inputs import StartInput, when
from cma_graphql.graph.appointments.request_types import AppointmentRequest
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput, reread, write

_WHAT = strawberry.argument(description="What to do.")


@strawberry.input(description="Which request to change, as you last read it.")
class AppointmentRequestIdInput(MutationInput):
    """The part that inputs about one request share."""

    id: strawberry.ID = strawberry.field(description="The request.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.type(description="What a mutation of a request of an appointment answers.")
class AppointmentRequestAnswer(Payload):
    """The part that payloads with a request share."""

    appointment_request: AppointmentRequest | None = strawberry.field(
        default=None,
        description="The request as it is now; null where it was refused, or is out of the viewer's sight.",
    )


@strawberry.input(description="What a client would like: an appointment about one of their cases, or about none.")
class AppointmentRequestInput(MutationInput):
    """What asking takes."""

    case_id: strawberry.ID | None = strawberry.field(default=None, description="The case that it is to be about.")
    client_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Who asks, where the centre writes it down for them and no case is given. Clients ask for "
        "themselves.",
    )
    meeting_mode: MeetingMode | None = strawberry.field(
        default=None, description="How the client would like to meet; null where it does not matter."
    )
    preferred_times: list[StartInput] = strawberry.field(
        default_factory=list,
        description="Up to 5 times that would suit the client, the best first, within half a year: while the centre is "
        "open, or a refusal says when it is. None: any time does.",
    )
    note: str | None = strawberry.field(
        default=None, description="What else there is to say of it, in up to 1,000 characters."
    )


@strawberry.type(description="What the client asked for.")
class AppointmentRequestPayload(AppointmentRequestAnswer):
    """What appointmentRequest answers."""


@strawberry.input(description="A request that the client does not want to be answered any more.")
class AppointmentRequestWithdrawInput(AppointmentRequestIdInput):
    """What withdrawing takes."""


@strawberry.type(description="The request, withdrawn.")
class AppointmentRequestWithdrawPayload(AppointmentRequestAnswer):
    """What appointmentRequestWithdraw answers."""


@strawberry.input(description="A request to which there will be no appointment.")
class AppointmentRequestDeclineInput(AppointmentRequestIdInput):
    """What declining takes."""

    reason: str = strawberry.field(description="Why, in up to 1,000 characters; the client reads it.")


@strawberry.type(description="The request, declined.")
class AppointmentRequestDeclinePayload(AppointmentRequestAnswer):
    """What appointmentRequestDecline answers."""


P = TypeVar("P", bound=AppointmentRequestAnswer)


async def _answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[Any]], given: MutationInput, **said: Any
) -> P:
    outcome = await write(info, service, given, **said)
    request = await reread(info, AppointmentRequest, outcome.subject_ids[0])
    return payload(appointment_request=request, replayed=outcome.replayed)


@strawberry.type
class AppointmentRequestMutations:
    """What can be done with requests of appointments."""

    @mutation(
        requires=Permission.APPOINTMENT_WRITE,
        description="Ask for an appointment: clients of the portal for themselves, staff for a client whose "
        "appointments they write. A client has up to 3 open requests. A task asks somebody to answer it: the case's "
        "advisor; without a case whoever advises on another one of the client's, or a manager.",
    )
    async def appointment_request(
        self, info: Info, input: Annotated[AppointmentRequestInput, _WHAT]
    ) -> AppointmentRequestPayload:
        """Ask for an appointment."""
        return await _answer(
            info,
            AppointmentRequestPayload,
            requests.request_appointment,
            input,
            case_id=None if input.case_id is None else read_id("case", input.case_id, field="case_id"),
            client_id=None if input.client_id is None else read_id("client", input.client_id, field="client_id"),
            meeting_mode=input.meeting_mode,
            preferred_times=[when(time) for time in input.preferred_times],
            note=input.note,
        )

    @mutation(
        requires=Permission.APPOINTMENT_WRITE,
        description="Withdraw an open request: clients their own, staff for a client whose appointments they write.",
    )
    async def appointment_request_withdraw(
        self, info: Info, input: Annotated[AppointmentRequestWithdrawInput, _WHAT]
    ) -> AppointmentRequestWithdrawPayload:
        """Withdraw a request."""
        return await _answer(
            info,
            AppointmentRequestWithdrawPayload,
            requests.withdraw_request,
            input,
            request_id=read_id("appointmentrequest", input.id),
            version=input.expected_version,
        )

    @mutation(
        requires=Permission.APPOINTMENT_WRITE,
        description="Decline an open request, and tell the client why. To book an appointment for it, name it in "
        "`appointmentBook`.",
    )
    async def appointment_request_decline(
        self, info: Info, input: Annotated[AppointmentRequestDeclineInput, _WHAT]
    ) -> AppointmentRequestDeclinePayload:
        """Decline a request."""
        return await _answer(
            info,
            AppointmentRequestDeclinePayload,
            requests.decline_request,
            input,
            request_id=read_id("appointmentrequest", input.id),
            version=input.expected_version,
            reason=input.reason,
        )
