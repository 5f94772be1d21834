"""Mutations of stages: one for each thing that people do with one."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.casework.complete_stage import complete_stage
from cma_graphql.domain.workflow.services import people, progress
from cma_graphql.domain.workflow.services.adding import NewStage, add_stage
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.workflow.stage_inputs import (
    WorkflowStageAddInput,
    WorkflowStageCompleteInput,
    WorkflowStageDelegateInput,
    WorkflowStageInput,
    WorkflowStageReassignInput,
    WorkflowStageReopenInput,
    WorkflowStageSetDeadlineInput,
    WorkflowStageSkipInput,
    WorkflowStageStartInput,
)
from cma_graphql.graph.workflow.types import WorkflowStage
from cma_graphql.graph.writing import MutationInput, reread, write


@strawberry.type(description="What a mutation of a stage answers.")
class WorkflowStagePayload(Payload):
    """The part that payloads with a stage share."""

    workflow_stage: WorkflowStage | None = strawberry.field(
        default=None, description="The stage as it is now; null where it was refused."
    )


@strawberry.type(description="The stage, begun.")
class WorkflowStageStartPayload(WorkflowStagePayload):
    """What workflowStageStart answers."""


@strawberry.type(description="The stage, completed or awaiting approval.")
class WorkflowStageCompletePayload(WorkflowStagePayload):
    """What workflowStageComplete answers."""


@strawberry.type(description="The stage, left out.")
class WorkflowStageSkipPayload(WorkflowStagePayload):
    """What workflowStageSkip answers."""


@strawberry.type(description="The stage, open again.")
class WorkflowStageReopenPayload(WorkflowStagePayload):
    """What workflowStageReopen answers."""


@strawberry.type(description="The stage, a colleague's.")
class WorkflowStageDelegatePayload(WorkflowStagePayload):
    """What workflowStageDelegate answers."""


@strawberry.type(description="The stage, somebody's.")
class WorkflowStageReassignPayload(WorkflowStagePayload):
    """What workflowStageReassign answers."""


@strawberry.type(description="The stage with its deadline.")
class WorkflowStageSetDeadlinePayload(WorkflowStagePayload):
    """What workflowStageSetDeadline answers."""


@strawberry.type(description="The stage that was added.")
class WorkflowStageAddPayload(WorkflowStagePayload):
    """What workflowStageAdd answers."""


P = TypeVar("P", bound=WorkflowStagePayload)


async def _answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[UUID]], given: MutationInput, **said: Any
) -> P:
    """Call a service in a unit of work; answer its stage as it is afterwards."""
    outcome = await write(info, service, given, **said)
    stage = await reread(info, WorkflowStage, outcome.subject_ids[0])
    return payload(workflow_stage=stage, replayed=outcome.replayed)


def _on(given: WorkflowStageInput) -> dict[str, Any]:
    return {"stage_id": read_id("workflowstage", given.id), "version": given.expected_version}


def _optional(prefix: str, text: str | None, field: str) -> UUID | None:
    return None if text is None else read_id(prefix, text, field=field)


def _new(given: WorkflowStageAddInput) -> NewStage:
    approval = given.approval
    return NewStage(
        name=given.name,
        description=given.description,
        stage_type=given.stage_type,
        advice_stage=given.advice_stage,
        required=given.required,
        evidence=given.gate_evidence,
        approval_type=None if approval is None else approval.approval_type,
        approver_roles=() if approval is None else tuple(approval.roles),
        min_approvers=1 if approval is None else approval.min_approvers,
        assignee_id=_optional("membership", given.assignee_id, "assignee_id"),
        deadline_on=given.deadline_on,
        estimated_hours=given.estimated_hours,
    )


@strawberry.type
class WorkflowStageMutations:
    """What can be done with a stage."""

    @mutation(
        requires=Permission.WORKFLOW_PROGRESS,
        description="Begin a stage whose turn has come, or take up one that was not approved. An approval is asked for "
        "so. It becomes the viewer's where it is nobody's.",
    )
    async def workflow_stage_start(
        self, info: Info, input: Annotated[WorkflowStageStartInput, strawberry.argument(description="The stage.")]
    ) -> WorkflowStageStartPayload:
        """Start a stage."""
        return await _answer(info, WorkflowStageStartPayload, progress.start_stage, input, **_on(input))

    @mutation(
        requires=Permission.WORKFLOW_PROGRESS,
        description="Say that a stage is done, with what it asks to be shown. Where it has to be approved, the "
        "approval is asked for. When the last stage of a part of the advice ends, what that part is left through is "
        "asked for.",
    )
    async def workflow_stage_complete(
        self, info: Info, input: Annotated[WorkflowStageCompleteInput, strawberry.argument(description="The stage.")]
    ) -> WorkflowStageCompletePayload:
        """Complete a stage."""
        return await _answer(
            info,
            WorkflowStageCompletePayload,
            complete_stage,
            input,
            **_on(input),
            notes=input.notes,
            evidence_document_id=_optional("document", input.evidence_document_id, "evidence_document_id"),
        )

    @mutation(requires=Permission.WORKFLOW_PROGRESS, description="Leave an optional stage out, for a reason.")
    async def workflow_stage_skip(
        self, info: Info, input: Annotated[WorkflowStageSkipInput, strawberry.argument(description="The stage.")]
    ) -> WorkflowStageSkipPayload:
        """Skip a stage."""
        return await _answer(
            info, WorkflowStageSkipPayload, progress.skip_stage, input, **_on(input), reason=input.reason
        )

    @mutation(
        requires=Permission.WORKFLOW_PROGRESS,
        description="Open a stage again that has ended; those behind it wait for it once more.",
    )
    async def workflow_stage_reopen(
        self, info: Info, input: Annotated[WorkflowStageReopenInput, strawberry.argument(description="The stage.")]
    ) -> WorkflowStageReopenPayload:
        """Reopen a stage."""
        return await _answer(
            info, WorkflowStageReopenPayload, progress.reopen_stage, input, **_on(input), reason=input.reason
        )

    @mutation(
        requires=Permission.WORKFLOW_PROGRESS,
        description="Give a stage of one's own to a colleague who works on the case, or sees all of the centre's.",
    )
    async def workflow_stage_delegate(
        self, info: Info, input: Annotated[WorkflowStageDelegateInput, strawberry.argument(description="The stage.")]
    ) -> WorkflowStageDelegatePayload:
        """Delegate a stage."""
        member = read_id("membership", input.member_id, field="member_id")
        given = {**_on(input), "member_id": member, "reason": input.reason}
        return await _answer(info, WorkflowStageDelegatePayload, people.delegate_stage, input, **given)

    @mutation(
        requires=Permission.WORKFLOW_PROGRESS,
        description="Give a stage of a case that the viewer works on, or manages, to somebody who may do it.",
    )
    async def workflow_stage_reassign(
        self, info: Info, input: Annotated[WorkflowStageReassignInput, strawberry.argument(description="The stage.")]
    ) -> WorkflowStageReassignPayload:
        """Reassign a stage."""
        member = read_id("membership", input.member_id, field="member_id")
        given = {**_on(input), "member_id": member, "reason": input.reason}
        return await _answer(info, WorkflowStageReassignPayload, people.reassign_stage, input, **given)

    @mutation(
        requires=Permission.WORKFLOW_PROGRESS, description="Set the day by whose end a stage is to be done, or none."
    )
    async def workflow_stage_set_deadline(
        self, info: Info, input: Annotated[WorkflowStageSetDeadlineInput, strawberry.argument(description="The stage.")]
    ) -> WorkflowStageSetDeadlinePayload:
        """Set a deadline."""
        return await _answer(
            info,
            WorkflowStageSetDeadlinePayload,
            progress.set_stage_deadline,
            input,
            **_on(input),
            deadline_on=input.deadline_on,
        )

    @mutation(
        requires=Permission.WORKFLOW_PROGRESS,
        description="Add a stage to the workflow of one case, in a place behind which nothing is done yet.",
    )
    async def workflow_stage_add(
        self, info: Info, input: Annotated[WorkflowStageAddInput, strawberry.argument(description="The stage.")]
    ) -> WorkflowStageAddPayload:
        """Add a stage."""
        return await _answer(
            info,
            WorkflowStageAddPayload,
            add_stage,
            input,
            case_id=read_id("case", input.case_id, field="case_id"),
            new=_new(input),
            after_id=_optional("workflowstage", input.after_id, "after_id"),
            beside=input.beside,
        )
