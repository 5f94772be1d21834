"""Deletes a client, and what is still to be done for them with it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Text, bindparam, literal, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.events import Audience
from cma_graphql.domain.appointments.models import ACTIVE, Appointment
from cma_graphql.domain.appointments.services.requests import decline_requests_of_client
from cma_graphql.domain.appointments.services.together import call_off_all
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.sighted import cases_and_audiences
from cma_graphql.domain.clients.audience import audience_of_client
from cma_graphql.domain.clients.services import delete
from cma_graphql.domain.tasks.models import Task, TaskState
from cma_graphql.domain.tasks.together import end_all
from cma_graphql.persistence.failures import TryAgain
from cma_graphql.persistence.reads import KEYS, AnySelect, Record, of_centre, statement
from cma_graphql.persistence.unit_of_work import UnitOfWork

WHY = "The client's record was deleted."


@statement
def appointments_to_come_by_client(_sight: Sight) -> AnySelect:
    """Select the appointments of these clients that have not begun, about a case or not, whoever asks."""
    return (
        select(Appointment.id.label("key"), Appointment.case_id)
        .where(
            of_centre(Appointment),
            Appointment.client_id == any_(KEYS),
            Appointment.status == any_(literal([status.value for status in ACTIVE], ARRAY(Text()))),
            Appointment.starts_at > bindparam("at", type_=DateTime(timezone=True)),
        )
        .order_by(Appointment.id)
    )


@statement
def open_tasks_by_client(_sight: Sight) -> AnySelect:
    """Select the open tasks about these clients, of a case or not, whoever sees them."""
    return (
        select(Task.id.label("key"), Task.case_id)
        .where(of_centre(Task), Task.client_id == any_(KEYS), Task.state == TaskState.OPEN.value)
        .order_by(Task.id)
    )


async def delete_client(uow: UnitOfWork, *, client_id: UUID, version: int) -> UUID:
    """Delete a client none of whose cases is open, and end what is still to be done for them.

    Appointments to come are called off, requests for one declined, open tasks cancelled, also those of cases that are
    resolved. Whoever books for the client, or makes a task, locks the client or the case first, so that nothing is
    left; restoring the client brings none of it back.

    Raises Forbidden, NotFound, Conflict, Invalid (`open-cases`).
    """
    uow.actor.require(Permission.CLIENT_DELETE)
    cases = _of_cases(*await _what_is_open(uow, client_id))
    await uow.lock_all(Case, cases)
    client = await delete.take_for_deletion(uow, client_id, version)
    appointments, tasks = await _what_is_open(uow, client_id)
    if not set(_of_cases(appointments, tasks)) <= set(cases):
        raise TryAgain  # of a case that was not locked before its client
    places: dict[UUID | None, Audience] = {
        key: seen for key, (_, seen) in (await cases_and_audiences(uow, cases)).items()
    }
    places[client.id] = await audience_of_client(uow, client)
    await _call_off(uow, appointments, places)
    await decline_requests_of_client(uow, client, reason=WHY)
    found = await uow.lock_all(Task, [row["key"] for row in tasks])
    await end_all(uow, [task for task in found if task.state == TaskState.OPEN], reason=WHY, places=places)
    return await delete.delete_client(uow, client)


async def _call_off(uow: UnitOfWork, rows: Sequence[Record], places: dict[UUID | None, Audience]) -> None:
    """Call off those that nobody changed since they were found; who keeps one may change it without the client."""
    at = now()
    found = await uow.lock_all(Appointment, [row["key"] for row in rows])

    def seen(appointment: Appointment) -> Audience:
        return places.get(appointment.case_id or appointment.client_id, Audience(restricted=True))

    to_come = [each for each in found if each.status in ACTIVE and each.starts_at > at]
    await call_off_all(uow, to_come, reason=WHY, audience_of=seen)


async def _what_is_open(uow: UnitOfWork, client_id: UUID) -> tuple[Sequence[Record], Sequence[Record]]:
    """Answer the appointments to come and the open tasks of a client, and the cases that they are about."""
    appointments = await uow.all(appointments_to_come_by_client, keys=[client_id], at=now())
    return appointments, await uow.all(open_tasks_by_client, keys=[client_id])


def _of_cases(*rows: Sequence[Record]) -> list[UUID]:
    return sorted({row["case_id"] for found in rows for row in found} - {None})
