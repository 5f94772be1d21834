"""What becomes of a case's appointments and tasks as it ends, or goes to somebody else (record 68)."""

from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid
from cma_graphql.core.events import Audience
from cma_graphql.domain.appointments.models import ACTIVE, Appointment
from cma_graphql.domain.appointments.selectors import appointments_to_come_by_case
from cma_graphql.domain.appointments.services.requests import decline_requests_of_case
from cma_graphql.domain.appointments.services.together import call_off_all
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.tasks.models import Task, TaskState
from cma_graphql.domain.tasks.selectors import open_tasks_by_case
from cma_graphql.domain.tasks.together import end_all
from cma_graphql.persistence.unit_of_work import UnitOfWork

_MOST_TIMES = 20


async def has_no_appointments_to_come(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find a case whose client has still an appointment, and will come to it."""
    found = await uow.all(appointments_to_come_by_case, keys=[case.id], at=now())
    if not found:
        return None
    return Invalid(
        "",
        "appointments-to-come",
        f"Appointments are still to come ({len(found)}): keep them, or say that they are called off with the case.",
        number=len(found),
        starts=[f"{row['starts_at']:%Y-%m-%dT%H:%M:%SZ}" for row in found[:_MOST_TIMES]],
    )


async def lock_appointments_to_come(uow: UnitOfWork, case_id: UUID, *, advisor_id: UUID | None) -> list[Appointment]:
    """Lock the appointments of a locked case that have not begun, the first first; of one advisor where that is said.

    Who keeps an appointment may change it without the case: what was called off meanwhile is left out.
    """
    at = now()
    rows = await uow.all(appointments_to_come_by_case, keys=[case_id], at=at)
    keys = [row["key"] for row in rows if advisor_id in {None, row["advisor_id"]}]
    found = {each.id: each for each in await uow.lock_all(Appointment, keys)}
    return [found[key] for key in keys if found[key].status in ACTIVE and found[key].starts_at > at]


async def call_off_appointments(uow: UnitOfWork, case: Case, *, reason: str) -> None:
    """Call the appointments to come of a locked case off: their times are free again, nobody is reminded of them.

    Requests of further ones are declined; the client reads why.
    """
    appointments = await lock_appointments_to_come(uow, case.id, advisor_id=None)
    if appointments:
        seen = await cases.audience_of(uow, case)
        await call_off_all(uow, appointments, reason=reason, audience_of=lambda _: seen)
    await decline_requests_of_case(uow, case, reason=reason)


async def end_what_is_open(uow: UnitOfWork, case: Case, *, reason: str) -> None:
    """Call the appointments to come of a locked case off and cancel its open tasks. Reopening brings none back."""
    await call_off_appointments(uow, case, reason=reason)
    rows = await uow.all(open_tasks_by_case, keys=[case.id])
    tasks = await uow.lock_all(Task, [row["key"] for row in rows])
    still_open = [task for task in tasks if task.state == TaskState.OPEN]
    if still_open:
        places: dict[UUID | None, Audience] = {case.id: await cases.audience_of(uow, case)}
        await end_all(uow, still_open, reason=reason, places=places)
