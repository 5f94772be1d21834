"""Workflows and their stages, as the schema shows them; approval_types.py has the approvals."""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import now
from cma_graphql.domain.case_templates.template_selectors import versions_by_id
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.documents.selectors import documents_by_id
from cma_graphql.domain.users.selectors import memberships_by_optional_id
from cma_graphql.domain.workflow import approval_selectors, policy, selectors
from cma_graphql.domain.workflow.states import has_ended, is_overdue
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.cases.enums import CaseStage
from cma_graphql.graph.compliance.enums import EvidenceKind
from cma_graphql.graph.context import Info
from cma_graphql.graph.documents.enums import DocumentType
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import ApprovalRef, CaseRef, CaseTemplateVersionRef, DocumentRef, MembershipRef
from cma_graphql.graph.workflow.enums import ApprovalType, StageState, StageType, WorkflowState
from cma_graphql.persistence.reads import Record

_HOUR_SECONDS = 3_600
_PLACES = Decimal("0.01")


@strawberry.type(description="What the viewer may do with the stages of a case, by right.")
class WorkflowViewerCan:
    """The viewer's rights over one case's stages."""

    progress: bool = strawberry.field(
        description="Begin, complete, skip and reopen stages, add them, set deadlines, ask for approvals."
    )
    reassign: bool = strawberry.field(description="Give stages to others.")
    cancel: bool = strawberry.field(description="Cancel the workflow.")


async def _rights(info: Info, case_ids: list[UUID]) -> list[WorkflowViewerCan]:
    rights = await policy.rights_over(info.context.reader, case_ids)
    return [
        WorkflowViewerCan(progress=right.progress, reassign=right.reassign, cancel=right.cancel) for right in rights
    ]


@strawberry.type(description="One step of a stage from a state to another.")
class WorkflowStageStep(FromRecord):
    """One line of a stage's history."""

    from_state: StageState | None = strawberry.field(description="The state it was in; null for its beginning.")
    to_state: StageState = strawberry.field(description="The state it came to.")
    reason: str | None = strawberry.field(description="Why, where something was said.")
    changed_at: datetime = strawberry.field(description="When.")
    key: strawberry.Private[UUID]
    stage_id: strawberry.Private[UUID]
    changed_by_id: strawberry.Private[UUID]

    @relation(description="Who did it; null where the server did.", requires=Permission.USER_READ, reads=())
    async def changed_by(steps: list["WorkflowStageStep"], info: Info) -> list[MembershipRef | None]:
        """Answer who took each step."""
        return await memberships_by_optional_id(reader_for(info), [step.changed_by_id for step in steps])

    @relation(description="The stage that took it.", reads=())
    async def stage(steps: list["WorkflowStageStep"], info: Info) -> list["WorkflowStage | None"]:
        """Answer whose step each is."""
        return await selectors.stages_by_id(reader_for(info), [step.stage_id for step in steps])  # type: ignore[return-value]


@node_type(table="case_stages", load=selectors.stages_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="One stage of a case's workflow, and how far it has come.")
class WorkflowStage(Node):
    """One stage of one case."""

    prefix: ClassVar[str] = "workflowstage"
    client_column: ClassVar[str | None] = "client_id"

    code: str | None = strawberry.field(
        description="Its code in the template; null for one that was added to this case alone."
    )
    name: str = strawberry.field(description="What it is called.")
    description: str | None = strawberry.field(description="What is to be done.")
    stage_type: StageType = strawberry.field(description="What kind of work it is.")
    advice_stage: CaseStage = strawberry.field(description="Where in the course of advice it belongs.")
    position: int = strawberry.field(description="Its place: stages run in this order, those of one place overlap.")
    required: bool = strawberry.field(description="Whether it cannot be skipped, and later ones wait for it.")
    parallel: bool = strawberry.field(description="Whether it runs beside what stands before it.")
    role: Role | None = strawberry.field(description="Who does it, by role; null: the server.")
    approval_type: ApprovalType | None = strawberry.field(description="How it is approved; null: it is not.")
    approver_roles: list[Role] = strawberry.field(description="Who approves it; in order where that is sequential.")
    min_approvers: int = strawberry.field(description="How many have to approve it.")
    gate_evidence: EvidenceKind = strawberry.field(description="What has to be shown when it is completed.")
    required_documents: list[DocumentType] = strawberry.field(
        description="The types of documents that the case has to have by its end."
    )
    estimated_hours: int | None = strawberry.field(description="How many hours it is expected to take.")
    state: StageState = strawberry.field(description="How far it has come.")
    ready_at: datetime | None = strawberry.field(description="When its turn came.")
    started_at: datetime | None = strawberry.field(description="When it was begun.")
    completed_at: datetime | None = strawberry.field(description="When it was done, and approved where it has to be.")
    deadline_at: datetime | None = strawberry.field(description="By when it is to be done.")
    completion_notes: str | None = strawberry.field(description="What was said when it was completed.")
    reason: str | None = strawberry.field(
        description="Why it was skipped, sent back, given up or opened again: what was said last."
    )
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    case_id: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID]
    workflow_id: strawberry.Private[UUID]
    assignee_id: strawberry.Private[UUID | None]
    completed_by_id: strawberry.Private[UUID | None]
    evidence_document_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Whether it is part of no template: somebody added it to this case.")
    def added(self) -> bool:
        """Tell whether it has no code."""
        return self.code is None

    @strawberry.field(description="Whether it waits for somebody past its deadline.")
    def overdue(self) -> bool:
        """Compare the deadline with now."""
        return is_overdue(self.state, self.deadline_at, now())

    @strawberry.field(description="How many hours it took, with two decimals; null until it is completed.")
    def actual_hours(self) -> Decimal | None:
        """Count from its beginning to its end."""
        if self.started_at is None or self.completed_at is None:
            return None
        seconds = Decimal((self.completed_at - self.started_at).total_seconds())
        return (seconds / _HOUR_SECONDS).quantize(_PLACES, ROUND_HALF_UP)

    @relation(description="Whose it is at present.", requires=Permission.USER_READ, reads=())
    async def assignee(stages: list["WorkflowStage"], info: Info) -> list[MembershipRef | None]:
        """Answer each stage's assignee."""
        return await memberships_by_optional_id(reader_for(info), [stage.assignee_id for stage in stages])

    @relation(description="Who completed it.", requires=Permission.USER_READ, reads=())
    async def completed_by(stages: list["WorkflowStage"], info: Info) -> list[MembershipRef | None]:
        """Answer who completed each."""
        return await memberships_by_optional_id(reader_for(info), [stage.completed_by_id for stage in stages])

    @relation(
        description="The document that shows what was done; null where there is none that the viewer sees.",
        requires=Permission.DOCUMENT_ACCESS,
        reads=(),
    )
    async def evidence_document(stages: list["WorkflowStage"], info: Info) -> list[DocumentRef | None]:
        """Answer each stage's document."""
        keys = sorted({stage.evidence_document_id for stage in stages if stage.evidence_document_id is not None})
        found = dict(zip(keys, await documents_by_id(info.context.reader, keys), strict=True))
        return [None if stage.evidence_document_id is None else found[stage.evidence_document_id] for stage in stages]

    @relation(description="The approvals that were asked for, newest first.", size=2, reads=())
    async def approvals(stages: list["WorkflowStage"], info: Info) -> list[list[ApprovalRef]]:
        """Answer each stage's approvals."""
        return await approval_selectors.approvals_of_stages(info.context.reader, [stage.key for stage in stages])

    @relation(description="Its steps from state to state, oldest first.", size=5, reads=())
    async def steps(stages: list["WorkflowStage"], info: Info) -> list[list[WorkflowStageStep]]:
        """Answer each stage's history."""
        return await selectors.steps_of_stages(info.context.reader, [stage.key for stage in stages])  # type: ignore[return-value]

    @relation(description="The case whose stage it is.", reads=())
    async def case(stages: list["WorkflowStage"], info: Info) -> list[CaseRef | None]:
        """Answer each stage's case."""
        return await cases_by_id(reader_for(info), [stage.case_id for stage in stages])

    @relation(description="The workflow that it is part of.", reads=())
    async def workflow(stages: list["WorkflowStage"], info: Info) -> list["CaseWorkflow | None"]:
        """Answer each stage's workflow."""
        return await selectors.workflows_by_id(info.context.reader, [stage.workflow_id for stage in stages])  # type: ignore[return-value]

    @relation(description="What the viewer may do with it, by right.", reads=())
    async def viewer_can(stages: list["WorkflowStage"], info: Info) -> list[WorkflowViewerCan]:
        """Answer the viewer's rights over each stage."""
        return await _rights(info, [stage.case_id for stage in stages])

    history = history_by("subject_id")


@strawberry.type(description="How far a workflow has come, in stages.")
class WorkflowProgress:
    """One workflow's stages, counted."""

    stages: int = strawberry.field(description="How many stages it goes through: those that were skipped left out.")
    completed: int = strawberry.field(description="How many of them are done.")
    required_open: int = strawberry.field(description="How many required ones are still to be done.")
    overdue: int = strawberry.field(description="How many have passed their deadline.")
    percentage: int = strawberry.field(description="What is done of it, in whole per cent, rounded down; 0 to 100.")


def _progress(stages: Sequence[Record]) -> WorkflowProgress:
    at = now()
    gone_through = [stage for stage in stages if stage["state"] not in {StageState.SKIPPED, StageState.CANCELLED}]
    completed = sum(stage["state"] == StageState.COMPLETED for stage in gone_through)
    return WorkflowProgress(
        stages=len(gone_through),
        completed=completed,
        required_open=sum(stage["required"] and not has_ended(stage["state"]) for stage in gone_through),
        overdue=sum(is_overdue(stage["state"], stage["deadline_at"], at) for stage in gone_through),
        percentage=100 * completed // len(gone_through) if gone_through else 0,
    )


@node_type(table="case_workflows", load=selectors.workflows_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="The workflow that a case runs by, in the version of the template with which it began.")
class CaseWorkflow(Node):
    """The workflow of one case."""

    prefix: ClassVar[str] = "caseworkflow"
    client_column: ClassVar[str | None] = "client_id"

    state: WorkflowState = strawberry.field(description="Whether it goes on.")
    started_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    end_reason: str | None = strawberry.field(description="Why what was open was given up.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    case_id: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID]
    template_version_id: strawberry.Private[UUID | None]

    @relation(
        description="The version of the template with which it began.", requires=Permission.REFERENCE_READ, reads=()
    )
    async def template_version(workflows: list["CaseWorkflow"], info: Info) -> list[CaseTemplateVersionRef | None]:
        """Answer each workflow's version."""
        keys = sorted({one.template_version_id for one in workflows if one.template_version_id is not None})
        found = dict(zip(keys, await versions_by_id(info.context.reader, keys), strict=True))
        return [None if one.template_version_id is None else found[one.template_version_id] for one in workflows]

    @relation(description="Its stages, in their order.", size=15, reads=())
    async def stages(workflows: list["CaseWorkflow"], info: Info) -> list[list[WorkflowStage]]:
        """Answer each workflow's stages: those of its case."""
        return await selectors.stages_of_cases(info.context.reader, [workflow.case_id for workflow in workflows])  # type: ignore[return-value]

    @relation(description="How far it has come.", reads=())
    async def progress(workflows: list["CaseWorkflow"], info: Info) -> list[WorkflowProgress]:
        """Count each workflow's stages: those of its case."""
        found = await selectors.stages_of_cases(info.context.reader, [workflow.case_id for workflow in workflows])
        return [_progress(stages) for stages in found]

    @relation(description="The case that runs by it.", reads=())
    async def case(workflows: list["CaseWorkflow"], info: Info) -> list[CaseRef | None]:
        """Answer each workflow's case."""
        return await cases_by_id(reader_for(info), [workflow.case_id for workflow in workflows])

    @relation(description="What the viewer may do with its stages, by right.", reads=())
    async def viewer_can(workflows: list["CaseWorkflow"], info: Info) -> list[WorkflowViewerCan]:
        """Answer the viewer's rights over each workflow."""
        return await _rights(info, [workflow.case_id for workflow in workflows])

    history = history_by("subject_id")
