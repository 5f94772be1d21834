"""Mutations of the workflows of cases as a whole."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.workflow.services.begin import begin_by_hand
from cma_graphql.domain.workflow.services.ending import cancel_workflow
from cma_graphql.graph.cases.types import Case
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.workflow.types import CaseWorkflow
from cma_graphql.graph.writing import MutationInput, reread, write


@strawberry.input(description="A case without a workflow, and by what it is to run.")
class CaseWorkflowBeginInput(MutationInput):
    """A workflow to begin."""

    case_id: strawberry.ID = strawberry.field(description="The case.")
    template_version_id: strawberry.ID | None = strawberry.field(
        default=None, description="The published version of a template; null: that of the case's type."
    )


@strawberry.type(description="The case with its workflow.")
class CaseWorkflowBeginPayload(Payload):
    """What caseWorkflowBegin answers."""

    case: Case | None = strawberry.field(
        default=None, description="The case as it is now; null where it was refused, or is out of the viewer's sight."
    )


@strawberry.input(description="A workflow to give up.")
class CaseWorkflowCancelInput(MutationInput):
    """A workflow to cancel."""

    id: strawberry.ID = strawberry.field(description="The workflow.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="The workflow, given up.")
class CaseWorkflowCancelPayload(Payload):
    """What caseWorkflowCancel answers."""

    case_workflow: CaseWorkflow | None = strawberry.field(
        default=None, description="The workflow as it is now; null where it was refused."
    )


@strawberry.type
class CaseWorkflowMutations:
    """What can be done with a workflow as a whole."""

    @mutation(
        requires=Permission.WORKFLOW_PROGRESS,
        description="Begin a workflow on a case that has none; cases that are opened begin with that of their type.",
    )
    async def case_workflow_begin(
        self, info: Info, input: Annotated[CaseWorkflowBeginInput, strawberry.argument(description="The case.")]
    ) -> CaseWorkflowBeginPayload:
        """Begin a workflow."""
        version = input.template_version_id
        outcome = await write(
            info,
            begin_by_hand,
            input,
            case_id=read_id("case", input.case_id, field="case_id"),
            version_id=None
            if version is None
            else read_id("casetemplateversion", version, field="template_version_id"),
        )
        case = await reread(info, Case, outcome.subject_ids[0])
        return CaseWorkflowBeginPayload(case=case, replayed=outcome.replayed)

    @mutation(
        requires=Permission.CASE_APPROVE,
        description="Give up what is still open of a workflow, so that its case can be closed without; pending "
        "approvals are withdrawn.",
    )
    async def case_workflow_cancel(
        self, info: Info, input: Annotated[CaseWorkflowCancelInput, strawberry.argument(description="The workflow.")]
    ) -> CaseWorkflowCancelPayload:
        """Cancel a workflow."""
        outcome = await write(
            info,
            cancel_workflow,
            input,
            workflow_id=read_id("caseworkflow", input.id),
            version=input.expected_version,
            reason=input.reason,
        )
        workflow = await reread(info, CaseWorkflow, outcome.subject_ids[0])
        return CaseWorkflowCancelPayload(case_workflow=workflow, replayed=outcome.replayed)
