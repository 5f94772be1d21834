"""Takes what a booking or a change of an appointment needs, and tells of it to those who see the appointment."""

from uuid import UUID

from cma_graphql.core.errors import Forbidden, Invalid, NotFound
from cma_graphql.core.events import Audience, Changes, Event
from cma_graphql.domain.appointments.audience import audience_of_appointment
from cma_graphql.domain.appointments.models import Appointment
from cma_graphql.domain.appointments.policy import WRITE, require_reach
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of
from cma_graphql.domain.clients.models import Client
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def take_client(
    uow: UnitOfWork, *, case_id: UUID | None, client_id: UUID | None, portal: bool = False
) -> tuple[UUID | None, UUID]:
    """Lock the case, or where there is none the client, for whom something is booked; answer the keys of both.

    `portal` says that clients of the portal may, too, for themselves.
    Raises Forbidden, NotFound, Invalid (rules `required`, `client-of-another-case`, `case-ended`).
    """
    if case_id is not None:
        case = await take_case_of(uow, WRITE, case_id, portal=portal)
        if client_id not in {None, case.client_id}:
            raise Invalid("client_id", "client-of-another-case", "This case is another client's.")
        return case.id, case.client_id
    if client_id is None:
        raise Invalid("client_id", "required", "Name the client, or the case that it is about.")
    client = await uow.lock(Client, client_id, field="client_id")
    await require_reach(uow, case=None, client_id=client.id)
    return None, client.id


async def take_appointment(uow: UnitOfWork, appointment_id: UUID, version: int) -> tuple[Appointment, Audience]:
    """Lock an appointment after its case, and answer who sees it.

    Whose diary it stands in may change it, whoever's case it is about. Raises Forbidden, NotFound, Conflict.
    """
    uow.actor.require(WRITE)
    found = await uow.get(Appointment, appointment_id, field="id")
    try:
        await _require(uow, found)
    except (NotFound, Forbidden):
        if found.advisor_id != uow.actor.user_id:
            raise
    audience = await audience_of_appointment(
        uow, case_id=found.case_id, client_id=found.client_id, advisor_id=found.advisor_id
    )
    return await uow.lock(Appointment, appointment_id, version=version), audience


async def _require(uow: UnitOfWork, found: Appointment) -> None:
    case = None if found.case_id is None else await uow.lock(Case, found.case_id, field="id")
    await require_reach(uow, case=case, client_id=found.client_id)


async def tell(
    uow: UnitOfWork,
    event: type[Event],
    appointment: Appointment,
    changes: Changes,
    *,
    before: Audience | None,
    after: Audience | None,
) -> None:
    """Record what happened to an appointment. No changes to an old one: nothing."""
    if not changes and before is not None:
        return
    await uow.flush()
    uow.record(
        event(
            subject_id=appointment.id,
            case_id=appointment.case_id,
            client_id=appointment.client_id,
            version=appointment.version,
        ),
        changes=changes,
        before=before,
        after=after,
    )
