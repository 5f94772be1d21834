"""What a case's former advisor leaves to the new one: appointments on it, and tasks (record 68)."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from cma_graphql.core.clock import LONDON, today
from cma_graphql.core.events import Audience
from cma_graphql.domain.appointments.models import Appointment
from cma_graphql.domain.appointments.services import together as appointments_together
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.casework.ending import lock_appointments_to_come
from cma_graphql.domain.tasks import together as tasks_together
from cma_graphql.domain.tasks.due import Due
from cma_graphql.domain.tasks.models import Task, TaskKind, TaskState
from cma_graphql.domain.tasks.selectors import open_tasks_by_case
from cma_graphql.persistence.unit_of_work import UnitOfWork

TITLE = "Settle the appointments that the former advisor still has"


async def take_over(uow: UnitOfWork, case: Case, former_id: UUID) -> None:
    """Have a locked case's new advisor keep the former one's appointments on it, and do the former one's tasks.

    An appointment for which the new advisor has no time stays where it is, for the client counts on it; a task asks
    the new advisor to look at those.
    """
    appointments = await lock_appointments_to_come(uow, case.id, advisor_id=former_id)
    rows = await uow.all(open_tasks_by_case, keys=[case.id])
    tasks = await uow.lock_all(Task, [row["key"] for row in rows if row["assignee_id"] == former_id])
    tasks = [task for task in tasks if task.state == TaskState.OPEN and task.assignee_id == former_id]
    if case.advisor_id is None or not (appointments or tasks):
        return
    seen = await cases.audience_of(uow, case)
    places: dict[UUID | None, Audience] = {case.id: seen}
    left = await appointments_together.give_all(uow, appointments, case.advisor_id, audience_of=lambda _: seen)
    if left:
        await tasks_together.add_all(uow, [_to_settle(case, left)], places=places)
    if tasks:
        before = replace(seen, user_ids=tuple(sorted({*seen.user_ids, former_id})))
        await tasks_together.give_all(uow, tasks, None, places=places, before={case.id: before})


def _to_settle(case: Case, left: list[Appointment]) -> Task:
    times = [appointment.starts_at.astimezone(LONDON) for appointment in left]
    return tasks_together.new_task(
        title=TITLE,
        details="You have no time for: " + "; ".join(f"{at:%d %B %Y, %H:%M}" for at in times) + ".",
        kind=TaskKind.MEETING,
        due=Due.by_day(max(today(), times[0].date() - timedelta(days=1))),
        case_id=case.id,
        client_id=case.client_id,
        assignee_id=None,
    )
