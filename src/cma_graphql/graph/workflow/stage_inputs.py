"""What the mutations of stages are given."""

from datetime import date

import strawberry

from cma_graphql.access.permissions import Role
from cma_graphql.graph.cases.enums import CaseStage
from cma_graphql.graph.compliance.enums import EvidenceKind
from cma_graphql.graph.workflow.enums import ApprovalType, StageType
from cma_graphql.graph.writing import MutationInput

_REASON = "Why."


@strawberry.input(description="Which stage to change, as you last read it.")
class WorkflowStageInput(MutationInput):
    """The part that inputs about one stage share."""

    id: strawberry.ID = strawberry.field(description="The stage.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.input(description="A stage to begin, or to take up again.")
class WorkflowStageStartInput(WorkflowStageInput):
    """A stage to start."""


@strawberry.input(description="A stage that is done.")
class WorkflowStageCompleteInput(WorkflowStageInput):
    """A stage to complete."""

    notes: str | None = strawberry.field(default=None, description="How it was done.")
    evidence_document_id: strawberry.ID | None = strawberry.field(
        default=None, description="The document of the case that shows it."
    )


@strawberry.input(description="An optional stage to leave out.")
class WorkflowStageSkipInput(WorkflowStageInput):
    """A stage to skip."""

    reason: str = strawberry.field(description=_REASON)


@strawberry.input(description="A stage to open again.")
class WorkflowStageReopenInput(WorkflowStageInput):
    """A stage to reopen."""

    reason: str = strawberry.field(description=_REASON)


@strawberry.input(description="A stage of one's own to give to a colleague.")
class WorkflowStageDelegateInput(WorkflowStageInput):
    """A stage to delegate."""

    member_id: strawberry.ID = strawberry.field(description="Whose it is to be.")
    reason: str = strawberry.field(description=_REASON)


@strawberry.input(description="A stage to give to somebody.")
class WorkflowStageReassignInput(WorkflowStageInput):
    """A stage to reassign."""

    member_id: strawberry.ID = strawberry.field(description="Whose it is to be.")
    reason: str = strawberry.field(description=_REASON)


@strawberry.input(description="A stage to be done by another day.")
class WorkflowStageSetDeadlineInput(WorkflowStageInput):
    """A stage to set a deadline for."""

    deadline_on: date | None = strawberry.field(description="The day by whose end it is to be done; null: none.")


@strawberry.input(description="Who has to approve a stage.")
class WorkflowStageApprovalInput:
    """An approval."""

    approval_type: ApprovalType = strawberry.field(description="How many have to approve, and in which order.")
    roles: list[Role] = strawberry.field(description="Of which role they are: one; two or more where it is sequential.")
    min_approvers: int = strawberry.field(default=1, description="How many of the role have to approve.")


@strawberry.input(description="A stage for one case alone.")
class WorkflowStageAddInput(MutationInput):
    """A stage to add."""

    case_id: strawberry.ID = strawberry.field(description="The case, which runs by a workflow.")
    name: str = strawberry.field(description="What it is called.")
    description: str | None = strawberry.field(default=None, description="What is to be done.")
    stage_type: StageType = strawberry.field(
        default=StageType.TASK, description="What kind of work it is; WAIT and AUTOMATED are for templates."
    )
    advice_stage: CaseStage = strawberry.field(description="Where in the course of advice it belongs.")
    after_id: strawberry.ID | None = strawberry.field(
        default=None, description="The stage behind which, or beside which, it stands; null: before all others."
    )
    beside: bool = strawberry.field(default=False, description="Whether it runs beside that stage, not behind it.")
    required: bool = strawberry.field(default=True, description="Whether it cannot be skipped, and later ones wait.")
    gate_evidence: EvidenceKind = strawberry.field(
        default=EvidenceKind.NONE, description="What has to be shown when it is completed."
    )
    approval: WorkflowStageApprovalInput | None = strawberry.field(
        default=None, description="Who has to approve it; null: nobody."
    )
    assignee_id: strawberry.ID | None = strawberry.field(default=None, description="Whose it is.")
    deadline_on: date | None = strawberry.field(default=None, description="The day by whose end it is to be done.")
    estimated_hours: int | None = strawberry.field(default=None, description="How many hours it is expected to take.")
