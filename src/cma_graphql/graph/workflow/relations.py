"""What workflows add to a case and to its documents."""

from typing import Any

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.workflow.approval_selectors import approvals_of_cases
from cma_graphql.domain.workflow.selectors import stages_of_cases, stages_of_documents, workflows_of_cases
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.refs import ApprovalRef, CaseWorkflowRef, WorkflowStageRef


def workflow_of_case() -> Any:
    """Declare the workflows of cases."""

    async def workflow(cases: list[Any], info: Info) -> list[CaseWorkflowRef | None]:
        """Answer each case's workflow."""
        return await workflows_of_cases(info.context.reader, [case.key for case in cases])

    return relation(
        description="The workflow that it runs by; null for a case that was opened without one: `caseWorkflowBegin`.",
        reads=(),
    )(workflow)


def stages_of_case() -> Any:
    """Declare the stages of cases."""

    async def stages(cases: list[Any], info: Info) -> list[list[WorkflowStageRef]]:
        """Answer each case's stages."""
        return await stages_of_cases(info.context.reader, [case.key for case in cases])

    return relation(description="The stages of its workflow, in their order.", size=15, reads=())(stages)


def approvals_of_case() -> Any:
    """Declare the approvals of cases."""

    async def approvals(cases: list[Any], info: Info) -> list[list[ApprovalRef]]:
        """Answer each case's approvals."""
        return await approvals_of_cases(info.context.reader, [case.key for case in cases])

    return relation(description="The approvals that were asked for, newest first.", size=5, reads=())(approvals)


def stages_by_document() -> Any:
    """Declare the stages of cases that documents are evidence of."""

    async def workflow_stages(documents: list[Any], info: Info) -> list[list[WorkflowStageRef] | None]:
        """Answer each document's stages."""
        return await stages_of_documents(info.context.reader, [document.key for document in documents])  # type: ignore[return-value]

    return relation(
        description="The stages of its case that it is evidence of.", requires=Permission.CASE_READ, size=2, reads=()
    )(workflow_stages)
