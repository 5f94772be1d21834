"""The task that a client's request gives somebody, so that nobody overlooks it: made, done and cancelled with it.

Tasks are not the portal's to see or to write: what a client does there is followed by a job, and by upkeep where that
was lost.
"""

from datetime import date, timedelta
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.core.clock import now
from cma_graphql.core.events import Audience
from cma_graphql.domain.appointments.audience import audience_of_appointment
from cma_graphql.domain.appointments.diary_selectors import openings_between
from cma_graphql.domain.appointments.local_time import london_day
from cma_graphql.domain.appointments.request_models import AppointmentRequest, RequestStatus
from cma_graphql.domain.appointments.request_selectors import people_to_answer, requests_by_id
from cma_graphql.domain.cases.models import Case, Priority
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.jobs.queue import enqueue
from cma_graphql.domain.tasks import keeping_step
from cma_graphql.domain.tasks.audience import audience_on
from cma_graphql.domain.tasks.events import TaskCompleted
from cma_graphql.domain.tasks.keeping_step import Occasion
from cma_graphql.domain.tasks.models import RuleCode, Task, TaskKind, TaskOrigin, TaskState
from cma_graphql.domain.tasks.selectors import tasks_of_source
from cma_graphql.domain.tasks.taking import tell
from cma_graphql.persistence.unit_of_work import UnitOfWork

SEE_TO_REQUEST = "appointments.see_to_request"
"""The job that follows what a client does in the portal, by its name in the worker's registry."""
TITLE = "Answer a client who asks for an appointment"
_LOOKED_AHEAD = timedelta(days=14)
_A_DAY = timedelta(days=1)
_ANSWERS = {RequestStatus.BOOKED.value: "Booked.", RequestStatus.DECLINED.value: "Declined."}


async def keep_task(uow: UnitOfWork, request: AppointmentRequest) -> None:
    """Make, end or cancel the task of a locked request; for a client of the portal the worker does."""
    if uow.actor.kind is ActorKind.CLIENT:
        await enqueue(uow, SEE_TO_REQUEST, {"request_id": request.id}, key=f"request:{request.id}")
        return
    tasks = await uow.all(tasks_of_source, source_id=request.id, rule=RuleCode.APPOINTMENT_REQUEST.value)
    open_one = next((row["key"] for row in tasks if row["state"] == TaskState.OPEN), None)
    if request.status == RequestStatus.OPEN:
        if not tasks:
            await _begin(uow, request)
    elif open_one is not None:
        task = await uow.lock(Task, open_one)
        audience = await audience_of_its_task(uow, case_id=request.case_id, client_id=request.client_id)
        if request.status in _ANSWERS and uow.actor.kind is not ActorKind.SYSTEM:
            await _end(uow, task, _ANSWERS[request.status], audience)
        else:
            await keeping_step.cancel(uow, task, audience=audience)


async def see_to_request(uow: UnitOfWork, *, request_id: UUID) -> int:
    """Bring the task of one request into step with it; answer whether there is such a request."""
    (found,) = await requests_by_id(uow, [request_id])
    if found is None:
        return 0
    if found["case_id"] is not None:
        await uow.lock(Case, found["case_id"])
    else:
        await uow.lock(Client, found["client_id"])
    await keep_task(uow, await uow.lock(AppointmentRequest, request_id))
    return 1


async def _begin(uow: UnitOfWork, request: AppointmentRequest) -> None:
    """Make it: the case's advisor's; without a case, theirs who advises the client on another one, or a manager's."""
    assignee = None
    if request.case_id is None:
        found = await uow.one(people_to_answer, client_id=request.client_id)
        if found is None:
            return  # nobody is at work who could be asked; upkeep asks whoever comes
        assignee = found["key"]
    asked_on = london_day(request.created_at)
    occasion = Occasion(
        rule=RuleCode.APPOINTMENT_REQUEST,
        origin=TaskOrigin.RULE,
        kind=TaskKind.MEETING,
        title=TITLE,
        priority=Priority.HIGH,
        source_id=request.id,
        case_id=request.case_id,
        client_id=request.client_id,
        on=asked_on,
        due_on=await _next_open_day(uow, asked_on),
        assignee_id=assignee,
    )
    audience = await audience_of_its_task(uow, case_id=request.case_id, client_id=request.client_id)
    await keeping_step.begin(uow, occasion, audience)


async def _end(uow: UnitOfWork, task: Task, outcome: str, audience: Audience) -> None:
    changes = uow.change(
        task, state=TaskState.DONE.value, completed_at=now(), completed_by=uow.actor.user_id, outcome=outcome
    )
    await uow.flush()
    tell(uow, TaskCompleted, task, changes, audience)


async def _next_open_day(uow: UnitOfWork, day: date) -> date:
    """Answer the first day after another on which the centre is open; within two weeks, or else the next day."""
    openings = await openings_between(uow, day + _A_DAY, day + _LOOKED_AHEAD)
    following = (day + number * _A_DAY for number in range(1, _LOOKED_AHEAD.days + 1))
    return next((each for each in following if openings.hours_on(each) is not None), day + _A_DAY)


async def audience_of_its_task(uow: UnitOfWork, *, case_id: UUID | None, client_id: UUID) -> Audience:
    """Tell who sees the task of a request about a case, or of a client: the centre's people, and never the client."""
    place = await audience_of_appointment(uow, case_id=case_id, client_id=client_id, advisor_id=None)
    return audience_on(place, confidential=False, assignee_id=None, beside=None, people=())
