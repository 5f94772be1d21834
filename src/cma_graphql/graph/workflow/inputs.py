"""How stages and approvals are filtered, and which events of workflows are told."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now
from cma_graphql.graph.node import find_id
from cma_graphql.graph.workflow.enums import (
    ApprovalState,
    ApprovalSubject,
    StageState,
    StageType,
    WorkflowEventName,
)


@strawberry.input(description="Which stages: every condition given has to hold; values in a list are alternatives.")
class WorkflowStageFilter:
    """Conditions on stages."""

    case: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these cases.")
    state: list[StageState] | None = strawberry.field(default=None, description="Being in one of these states.")
    stage_type: list[StageType] | None = strawberry.field(default=None, description="Being of one of these kinds.")
    assignee: list[strawberry.ID] | None = strawberry.field(default=None, description="Being one of these people's.")
    overdue: bool | None = strawberry.field(default=None, description="`true`: waiting for somebody past the deadline.")
    due_before: datetime | None = strawberry.field(
        default=None, description="Waiting for somebody, and due before this."
    )
    created_from: datetime | None = strawberry.field(default=None, description="Of a workflow begun then or later.")
    created_before: datetime | None = strawberry.field(default=None, description="Of a workflow begun before this.")


@strawberry.input(description="Which approvals: every condition given has to hold; values in a list are alternatives.")
class ApprovalFilter:
    """Conditions on approvals."""

    case: list[strawberry.ID] | None = strawberry.field(default=None, description="About one of these cases.")
    state: list[ApprovalState] | None = strawberry.field(default=None, description="Being in one of these states.")
    subject: list[ApprovalSubject] | None = strawberry.field(default=None, description="Being about one of these.")
    role: list[Role] | None = strawberry.field(default=None, description="To be approved by one of these roles.")
    requester: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Asked for by one of these people."
    )
    overdue: bool | None = strawberry.field(default=None, description="`true`: pending past the deadline.")


@strawberry.input(description="Which events of workflows to tell: every condition given has to hold.")
class WorkflowEventFilter:
    """Conditions on events."""

    names: list[WorkflowEventName] | None = strawberry.field(
        default=None, description="Being one of these. That a case has left the viewer's sight is always told."
    )


WorkflowStageFilterArgument = Annotated[WorkflowStageFilter | None, strawberry.argument(description="Which stages.")]
ApprovalFilterArgument = Annotated[ApprovalFilter | None, strawberry.argument(description="Which approvals.")]
WorkflowEventFilterArgument = Annotated[WorkflowEventFilter | None, strawberry.argument(description="Which events.")]


def _keys(prefix: str, ids: list[strawberry.ID]) -> list[UUID]:
    return [key for text in ids if (key := find_id(prefix, text)) is not None]


def stage_filters(given: WorkflowStageFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; an id that is none of its type matches nothing."""
    if given is None:
        return {}
    filters: dict[str, object] = {
        name: value
        for name in ("due_before", "created_from", "created_before")
        if (value := getattr(given, name)) is not None
    }
    for name, prefix in (("case", "case"), ("assignee", "membership")):
        if (ids := getattr(given, name)) is not None:
            filters[name] = _keys(prefix, ids)
    for name in ("state", "stage_type"):
        if (values := getattr(given, name)) is not None:
            filters[name] = sorted({value.value for value in values})
    if given.overdue:
        filters["overdue"] = now()
    return filters


def approval_filters(given: ApprovalFilter | None) -> dict[str, object]:
    """Answer the listing's conditions, likewise."""
    if given is None:
        return {}
    filters: dict[str, object] = {}
    for name, prefix in (("case", "case"), ("requester", "membership")):
        if (ids := getattr(given, name)) is not None:
            filters[name] = _keys(prefix, ids)
    for name in ("state", "subject", "role"):
        if (values := getattr(given, name)) is not None:
            filters[name] = sorted({value.value for value in values})
    if given.overdue:
        filters["overdue"] = now()
    return filters
