"""What somebody who has left the centre leaves behind: nothing of it stays in their name (record 68)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.core.events import Audience
from cma_graphql.domain.appointments.models import ACTIVE, Appointment
from cma_graphql.domain.appointments.policy import BOOKABLE, may_be_booked
from cma_graphql.domain.appointments.services import together as appointments_together
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.sighted import cases_and_audiences
from cma_graphql.domain.casework.leaving_selectors import (
    appointments_left,
    approvals_left,
    managers_at_work,
    stages_left,
    tasks_left,
)
from cma_graphql.domain.centres.selectors import centres_by_id
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.sighted import audiences_of_clients
from cma_graphql.domain.tasks import together as tasks_together
from cma_graphql.domain.tasks.assigning import DO_TASKS
from cma_graphql.domain.tasks.due import Due
from cma_graphql.domain.tasks.models import Task, TaskKind, TaskState
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.domain.workflow.approval_models import Approval
from cma_graphql.domain.workflow.models import WorkflowStage
from cma_graphql.domain.workflow.policy import DO_STAGES
from cma_graphql.domain.workflow.services.handing_on import hand_on
from cma_graphql.domain.workflow.services.people import release_all
from cma_graphql.domain.workflow.states import ApprovalState
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_AT_ONCE = 200
"""How many records of each kind one call sees to."""
WHY = "The advisor does not advise at the centre any more."
TITLE = "Give the client another appointment: the advisor is not there any more"


@dataclass(frozen=True, slots=True)
class Left:
    """What is in the names of people who have left, and the cases and clients that it hangs on, all of it locked.

    Of those who stay it is what their roles do not let them do any more. Approvals are those that too few may decide.
    """

    appointments: Sequence[Appointment]
    tasks: Sequence[Task]
    stages: Sequence[WorkflowStage]
    approvals: Sequence[Approval]
    cases: dict[UUID, Case]
    clients: Sequence[UUID]


async def lock_what_is_left(
    uow: UnitOfWork, at: datetime, *, by: UUID | None = None, roles: frozenset[Role] = frozenset()
) -> Left:
    """Lock what is in the names of people who have left: cases and clients first (decision 37).

    And what somebody leaves who is about to go, or to have these roles alone. Of approvals these are all that may be
    left: who decides on them is settled once the person has gone (`hand_on`).
    """

    def found(able: Collection[Role]) -> dict[str, Any]:
        return {"keys": [by] if by is not None and roles.isdisjoint(able) else [], "most": MOST_AT_ONCE}

    appointments = await uow.all(appointments_left, at=at, **found(BOOKABLE))
    tasks = await uow.all(tasks_left, **found(DO_TASKS))
    stages = await uow.all(stages_left, **found(DO_STAGES))
    approvals = await uow.all(approvals_left, **found(()))
    on_cases = _keys((*appointments, *tasks, *stages, *approvals), "case_id")
    on_clients = _keys([row for row in (*appointments, *tasks) if row["case_id"] is None], "client_id")
    cases = {case.id: case for case in await uow.lock_all(Case, on_cases)}
    clients = await uow.lock_all(Client, on_clients)
    locked = [
        each
        for each in await uow.lock_all(Appointment, _keys(appointments, "key"))
        if each.status in ACTIVE and each.starts_at > at
    ]
    return Left(
        appointments=locked,
        tasks=[each for each in await uow.lock_all(Task, _keys(tasks, "key")) if each.state == TaskState.OPEN],
        stages=await uow.lock_all(WorkflowStage, _keys(stages, "key")),
        approvals=[
            each
            for each in await uow.lock_all(Approval, _keys(approvals, "key"))
            if each.state == ApprovalState.PENDING
        ],
        cases=cases,
        clients=[client.id for client in clients],
    )


async def answer_for(uow: UnitOfWork, left: Left, at: datetime) -> int:
    """See to what was locked, once its people are deactivated, or have their new roles; answer how much it was."""
    number = len(left.appointments) + len(left.tasks) + len(left.stages)
    if not (number or left.approvals):
        return 0
    places: dict[UUID | None, Audience] = {
        key: seen for key, (_, seen) in (await cases_and_audiences(uow, list(left.cases))).items()
    }
    of_clients = await audiences_of_clients(uow, left.clients)
    places |= dict(of_clients.items())
    advisors = await _advisors_at_work(uow, left)
    manager_id = await _manager(uow)
    await _answer_for_appointments(uow, left, advisors, manager_id, places)
    await _answer_for_tasks(uow, left, advisors, manager_id, places)
    await release_all(uow, left.stages, cases=left.cases, advisors=advisors, audiences=places)
    return number + await hand_on(uow, left.approvals, at, cases=left.cases, audiences=places)


async def _answer_for_appointments(
    uow: UnitOfWork,
    left: Left,
    advisors: dict[UUID, UUID],
    manager_id: UUID | None,
    places: tasks_together.Places,
) -> None:
    """Have the case's advisor keep them where there is time; call the others off, and have the client given others."""
    kept_by: dict[UUID, list[Appointment]] = {}
    lost = []
    for appointment in left.appointments:
        advisor = None if appointment.case_id is None else advisors.get(appointment.case_id)
        if advisor is None:
            lost.append(appointment)
        else:
            kept_by.setdefault(advisor, []).append(appointment)

    def seen(appointment: Appointment) -> Audience:
        return places.get(appointment.case_id or appointment.client_id, Audience(restricted=True))

    for advisor, appointments in sorted(kept_by.items()):
        lost += await appointments_together.give_all(uow, appointments, advisor, audience_of=seen)
    await appointments_together.call_off_all(uow, lost, reason=WHY, audience_of=seen)
    anew = [
        tasks_together.new_task(
            title=TITLE,
            kind=TaskKind.MEETING,
            due=Due.by_day(today()),
            case_id=appointment.case_id,
            client_id=appointment.client_id,
            assignee_id=None if appointment.case_id in advisors else manager_id,
        )
        for appointment in lost
        if appointment.case_id in advisors or manager_id is not None
    ]
    await tasks_together.add_all(uow, anew, places=places)


async def _answer_for_tasks(
    uow: UnitOfWork,
    left: Left,
    advisors: dict[UUID, UUID],
    manager_id: UUID | None,
    places: tasks_together.Places,
) -> None:
    """Make them their cases' advisors'; those without one a manager's; and cancel them where there is none."""
    of_advisors = [task for task in left.tasks if task.case_id in advisors]
    others = [task for task in left.tasks if task.case_id not in advisors]
    await tasks_together.give_all(uow, of_advisors, None, places=places)
    if manager_id is None:
        await tasks_together.end_all(uow, others, reason=WHY, places=places)
    else:
        await tasks_together.give_all(uow, others, manager_id, places=places)


async def _advisors_at_work(uow: UnitOfWork, left: Left) -> dict[UUID, UUID]:
    """Answer who advises on each of these cases, those left out whose advisor does no more, or that have none."""
    named = sorted({case.advisor_id for case in left.cases.values() if case.advisor_id is not None})
    found = await memberships_by_id(uow, named)
    at_work = {row["key"] for row in found if row is not None and may_be_booked(row["status"], row["roles"])}
    return {
        case.id: case.advisor_id
        for case in left.cases.values()
        if case.advisor_id is not None and case.advisor_id in at_work
    }


async def _manager(uow: UnitOfWork) -> UUID | None:
    """Answer who sees to what nobody else does: who acts, the centre's manager, or any of its managers."""
    at_work = [row["key"] for row in await uow.all(managers_at_work)]
    if uow.actor.kind is ActorKind.STAFF and uow.actor.user_id in at_work:
        return uow.actor.user_id
    (centre,) = await centres_by_id(uow, [uow.actor.centre_id])
    if centre is not None and centre["manager_id"] in at_work:
        return centre["manager_id"]  # type: ignore[no-any-return]
    return at_work[0] if at_work else None


def _keys(rows: Sequence[Record], column: str) -> list[UUID]:
    return sorted({row[column] for row in rows} - {None})
