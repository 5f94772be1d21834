"""What is told of tasks as they change."""

from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.notes.sighted import may_lose_confidences
from cma_graphql.domain.tasks.sighted import tasks_and_audiences
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.live.happened import Happened
from cma_graphql.graph.live.topics import Topic, leaves_sight
from cma_graphql.graph.live.types import Heartbeat, Removed, ResyncRequired
from cma_graphql.graph.tasks.types import Task
from cma_graphql.persistence.event_log import Happening

_SETTLING = frozenset({"task", "case", "client"})


@strawberry.type(description="Something happened to a task.")
class TaskEvent(Happened):
    """One event, with the task as it is when the event is delivered."""

    @relation(description="The task as it is now; null where the viewer does not see it any more.")
    async def task(happened: list["TaskEvent"], info: Info) -> list[Task | None]:  # noqa: ARG002 - read beforehand
        """Answer each event's task, which was read together with who sees it."""
        return [event.record for event in happened]  # type: ignore[misc] # records are wrapped


TaskUpdate = Annotated[
    TaskEvent | Removed | Heartbeat | ResyncRequired,
    strawberry.union("TaskUpdate", description="What a subscription to tasks answers."),
]


def _task_or_place(event: Happening) -> UUID | None:
    return event.subject_id if event.entity in _SETTLING else None


def _of_a_task(event: Happening) -> bool:
    return event.entity == "task"


def _hides(actor: Actor, event: Happening) -> bool:
    if leaves_sight(actor, event):
        return True
    return event.entity == "case" and may_lose_confidences(actor, event.before, event.after)


TASKS = Topic(
    requires=Permission.CASE_READ,
    settled_by=_SETTLING,
    concerns=_task_or_place,
    present=tasks_and_audiences,
    made=TaskEvent.of,
    tells=_of_a_task,
    hides=_hides,
)
