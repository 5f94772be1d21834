"""What is told of the workflows of cases as they go on."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.sighted import cases_and_audiences
from cma_graphql.domain.workflow.approval_selectors import approvals_by_id
from cma_graphql.domain.workflow.selectors import stages_by_id, workflows_by_id
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.live.happened import Happened
from cma_graphql.graph.live.topics import Topic
from cma_graphql.graph.live.types import Heartbeat, Removed, ResyncRequired
from cma_graphql.graph.refs import CaseRef
from cma_graphql.graph.workflow.approval_types import Approval
from cma_graphql.graph.workflow.types import CaseWorkflow, WorkflowStage
from cma_graphql.persistence.event_log import Happening
from cma_graphql.persistence.reads import Reads, Record

PARTS = frozenset({"caseworkflow", "workflowstage", "approval"})


@strawberry.type(description="Something happened to the workflow of a case, to one of its stages, or to an approval.")
class WorkflowEvent(Happened):
    """One event, with what it is about as it is when the event is delivered."""

    @relation(description="The case as it is now; null where the viewer does not see it any more.")
    async def case(happened: list["WorkflowEvent"], info: Info) -> list[CaseRef | None]:  # noqa: ARG002 - read beforehand
        """Answer each event's case, which was read together with who sees it."""
        return [event.record for event in happened]

    @relation(description="The workflow; null where something happened to a stage or an approval.")
    async def workflow(happened: list["WorkflowEvent"], info: Info) -> list[CaseWorkflow | None]:
        """Answer each event's workflow."""
        return await _subjects(happened, info, "caseworkflow", workflows_by_id)  # type: ignore[return-value]

    @relation(description="The stage; null where something happened to the workflow or to an approval.")
    async def stage(happened: list["WorkflowEvent"], info: Info) -> list[WorkflowStage | None]:
        """Answer each event's stage."""
        return await _subjects(happened, info, "workflowstage", stages_by_id)  # type: ignore[return-value]

    @relation(description="The approval; null where something happened to the workflow or to a stage.")
    async def approval(happened: list["WorkflowEvent"], info: Info) -> list[Approval | None]:
        """Answer each event's approval."""
        return await _subjects(happened, info, "approval", approvals_by_id)  # type: ignore[return-value]


WorkflowUpdate = Annotated[
    WorkflowEvent | Removed | Heartbeat | ResyncRequired,
    strawberry.union("WorkflowUpdate", description="What a subscription to workflows answers."),
]


async def _subjects(
    happened: Sequence[WorkflowEvent],
    info: Info,
    entity: str,
    load: Callable[[Reads, Sequence[UUID]], Awaitable[list[Record | None]]],
) -> list[Record | None]:
    """Answer what each event is about, where that is of this kind."""
    keys = [event.subject_id for event in happened if event.entity == entity]
    found = dict(zip(keys, await load(info.context.reader, keys), strict=True))
    return [found[event.subject_id] if event.entity == entity else None for event in happened]


def _case(event: Happening) -> UUID | None:
    return event.case_id if event.entity == "case" or event.entity in PARTS else None


def _of_workflows(event: Happening) -> bool:
    return event.entity in PARTS


WORKFLOWS = Topic(
    requires=Permission.CASE_READ,
    settled_by=frozenset({"case"}),
    concerns=_case,
    present=cases_and_audiences,
    made=WorkflowEvent.of,
    tells=_of_workflows,
)
