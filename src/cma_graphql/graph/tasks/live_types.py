"""What is told of tasks as they change."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.tasks.sighted import tasks_and_audiences
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.live.happened import Happened
from cma_graphql.graph.live.topics import Topic, about, subject_of
from cma_graphql.graph.live.types import Heartbeat, Removed, ResyncRequired
from cma_graphql.graph.notes.live_types import hides_confidences
from cma_graphql.graph.tasks.types import Task

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


TASKS = Topic(
    requires=Permission.CASE_READ,
    settled_by=_SETTLING,
    concerns=subject_of(_SETTLING),
    present=tasks_and_audiences,
    made=TaskEvent.of,
    tells=about("task"),
    hides=hides_confidences,
)
