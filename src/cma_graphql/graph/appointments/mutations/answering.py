"""What the mutations of one appointment share: which one, in which version, and what it is like afterwards."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import strawberry

from cma_graphql.graph.appointments.types import Appointment
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput, reread, write


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


P = TypeVar("P", bound=AppointmentPayload)


async def answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[Any]], given: MutationInput, **said: Any
) -> P:
    """Call a service in a unit of work; answer its appointment as it is afterwards."""
    outcome = await write(info, service, given, **said)
    appointment = await reread(info, Appointment, outcome.subject_ids[0])
    return payload(appointment=appointment, replayed=outcome.replayed)


async def on_one(
    info: Info, payload: type[P], service: Callable[..., Awaitable[Any]], given: AppointmentInput, **said: Any
) -> P:
    """Call a service for the one appointment that an input names."""
    key = read_id("appointment", given.id)
    return await answer(info, payload, service, given, appointment_id=key, version=given.expected_version, **said)
