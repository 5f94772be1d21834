"""Queries of workflows: stages and approvals across the cases that the viewer sees."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.workflow import approval_selectors, selectors
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.workflow.approval_types import Approval
from cma_graphql.graph.workflow.enums import ApprovalOrder, StageOrder
from cma_graphql.graph.workflow.inputs import (
    ApprovalFilterArgument,
    WorkflowStageFilterArgument,
    approval_filters,
    stage_filters,
)
from cma_graphql.graph.workflow.types import WorkflowStage
from cma_graphql.persistence.listing import Filters
from cma_graphql.persistence.window import Window

StageOrderArgument = Annotated[StageOrder, strawberry.argument(description="In which order.")]
ApprovalOrderArgument = Annotated[ApprovalOrder, strawberry.argument(description="In which order.")]


@strawberry.type
class WorkflowQueries:
    """What can be asked about workflows."""

    @query(requires=Permission.CASE_READ, description="The stage with this id, or null.")
    async def workflow_stage(self, info: Info, id: IdArgument) -> WorkflowStage | None:
        """Find a stage."""
        key = find_id("workflowstage", id)
        found = [None] if key is None else await selectors.stages_by_id(info.context.reader, [key])
        return found[0]  # type: ignore[return-value]

    @query(requires=Permission.CASE_READ, description="The stages of the cases that the viewer sees.")
    async def workflow_stages(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: WorkflowStageFilterArgument = None,
        order_by: StageOrderArgument = StageOrder.CREATED_AT_DESC,
    ) -> Connection[WorkflowStage]:
        """List stages."""
        page = await selectors.STAGES.page(
            info.context.reader,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=stage_filters(filter),
        )
        return Connection[WorkflowStage].of(page, [wrapped(WorkflowStage, row, info.context) for row in page.rows])

    @query(requires=Permission.CASE_READ, description="The approval with this id, or null.")
    async def approval(self, info: Info, id: IdArgument) -> Approval | None:
        """Find an approval."""
        key = find_id("approval", id)
        found = [None] if key is None else await approval_selectors.approvals_by_id(info.context.reader, [key])
        return found[0]  # type: ignore[return-value]

    @query(requires=Permission.CASE_READ, description="The approvals about the cases that the viewer sees.")
    async def approvals(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: ApprovalFilterArgument = None,
        order_by: ApprovalOrderArgument = ApprovalOrder.REQUESTED_AT_DESC,
    ) -> Connection[Approval]:
        """List approvals."""
        return await _approvals(info, order_by, window(first, after, last, before), approval_filters(filter))

    @query(
        requires=Permission.CASE_APPROVE,
        description="The approvals that the viewer may decide on now, those that were asked for first at the top: of a "
        "role that is the viewer's, pending, not the viewer's own work, and not decided by the viewer.",
    )
    async def approvals_awaiting_me(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: ApprovalFilterArgument = None,
    ) -> Connection[Approval]:
        """List what waits for the viewer."""
        roles = sorted(role.value for role in info.context.actor.roles)
        filters = {**approval_filters(filter), "awaiting": roles}
        return await _approvals(info, ApprovalOrder.REQUESTED_AT_ASC, window(first, after, last, before), filters)


async def _approvals(info: Info, order: ApprovalOrder, asked: Window, filters: Filters) -> Connection[Approval]:
    page = await approval_selectors.APPROVALS.page(
        info.context.reader, order=order.value, window=asked, filters=filters
    )
    return Connection[Approval].of(page, [wrapped(Approval, row, info.context) for row in page.rows])
