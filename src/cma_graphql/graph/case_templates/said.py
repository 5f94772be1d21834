"""What a template says, as the schema shows it: stages and rules, in a draft or in a version."""

from typing import Self

import strawberry

from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates import definition
from cma_graphql.graph.case_templates.enums import (
    ApprovalTrigger,
    ApprovalType,
    Channel,
    NotificationMoment,
    Recipient,
    StageCondition,
    StageType,
)
from cma_graphql.graph.cases.enums import CaseStage
from cma_graphql.graph.compliance.enums import EvidenceKind
from cma_graphql.graph.documents.enums import DocumentType


@strawberry.type(description="Who has to approve something.")
class CaseTemplateApproval:
    """An approval."""

    approval_type: ApprovalType = strawberry.field(description="How many have to, and in which order.")
    min_approvers: int = strawberry.field(
        description="How many different people: 1 for SINGLE, one of each role for SEQUENTIAL."
    )
    approver_roles: list[Role] = strawberry.field(
        description="The role of those who approve; for SEQUENTIAL several, in their order."
    )
    deadline_days: int | None = strawberry.field(
        description="Within how many days; after that it is escalated, never approved by itself."
    )

    @classmethod
    def of(cls, approval: definition.Approval) -> Self:
        """Show one."""
        return cls(
            approval_type=approval.approval_type,
            min_approvers=approval.min_approvers,
            approver_roles=list(approval.approver_roles),
            deadline_days=approval.deadline_days,
        )


@strawberry.type(description="One stage that cases go through.")
class CaseTemplateStage:
    """A stage of a template."""

    code: str = strawberry.field(description="Its code, which no other stage of the template has: `FACT-FIND`.")
    name: str = strawberry.field(description="What it is called.")
    description: str | None = strawberry.field(description="What is to be done.")
    stage_type: StageType = strawberry.field(description="What kind of work it is.")
    advice_stage: CaseStage = strawberry.field(description="Where in the advice a case is meanwhile.")
    sequence_order: int = strawberry.field(
        description="Its step, from 1: stages of one step run side by side, a step after the one before it."
    )
    is_required: bool = strawberry.field(description="Whether it cannot be skipped, and later steps wait for it.")
    is_parallel: bool = strawberry.field(description="Whether it runs beside the stage before it.")
    auto_assign: bool = strawberry.field(description="Whether it is given to somebody by itself.")
    role: Role | None = strawberry.field(
        description="Who does it; an ADVISOR's stage is the case's advisor's, a trainee's too. Null: the server."
    )
    duration_days: int | None = strawberry.field(description="Within how many days of becoming ready it is to be done.")
    estimated_hours: int | None = strawberry.field(description="How many hours of work it is thought to be.")
    condition: StageCondition = strawberry.field(description="Which cases go through it.")
    sample_percent: int | None = strawberry.field(description="For SAMPLED: how many in a hundred cases.")
    depends_on: list[str] = strawberry.field(
        description="The codes of stages that it waits for, besides the required ones of earlier steps."
    )
    returns_to: str | None = strawberry.field(
        description="The code of the earlier stage that a rejection opens again; null: this one."
    )
    approval: CaseTemplateApproval | None = strawberry.field(
        description="Who has to approve it before it is completed; null: nobody."
    )
    wait_days: list[int] = strawberry.field(
        description="For WAIT: after how many days it is looked at again; the last one ends the wait."
    )
    gate_evidence: EvidenceKind = strawberry.field(
        description="What shows that it is done, where no record of the product does."
    )

    @strawberry.field(description="Whether somebody has to approve it before it is completed.")
    def approval_required(self) -> bool:
        """Tell whether there is an approval."""
        return self.approval is not None

    @classmethod
    def of(cls, stage: definition.StageDefinition) -> Self:
        """Show one."""
        return cls(
            code=stage.code,
            name=stage.name,
            description=stage.description,
            stage_type=stage.stage_type,
            advice_stage=stage.advice_stage,
            sequence_order=stage.sequence_order,
            is_required=stage.is_required,
            is_parallel=stage.is_parallel,
            auto_assign=stage.auto_assign,
            role=stage.role,
            duration_days=stage.duration_days,
            estimated_hours=stage.estimated_hours,
            condition=stage.condition,
            sample_percent=stage.sample_percent,
            depends_on=list(stage.depends_on),
            returns_to=stage.returns_to,
            approval=None if stage.approval is None else CaseTemplateApproval.of(stage.approval),
            wait_days=list(stage.wait_days),
            gate_evidence=stage.gate_evidence,
        )


@strawberry.type(description="What needs an approval wherever in its stages a case is.")
class CaseTemplateApprovalRule:
    """An approval rule."""

    trigger: ApprovalTrigger = strawberry.field(description="What needs it.")
    approval: CaseTemplateApproval = strawberry.field(description="Who has to approve.")

    @classmethod
    def of(cls, rule: definition.ApprovalRule) -> Self:
        """Show one."""
        return cls(trigger=rule.trigger, approval=CaseTemplateApproval.of(rule.approval))


@strawberry.type(description="Who is told of what, and how.")
class CaseTemplateNotificationRule:
    """A notification rule."""

    moment: NotificationMoment = strawberry.field(description="When.")
    stage_code: str | None = strawberry.field(description="The stage it is about; null: every one.")
    recipient: Recipient = strawberry.field(description="Who.")
    channel: Channel = strawberry.field(description="By what.")
    days: int = strawberry.field(description="How many days before or after the moment; 0: at once.")

    @classmethod
    def of(cls, rule: definition.NotificationRule) -> Self:
        """Show one."""
        return cls(
            moment=rule.moment,
            stage_code=rule.stage_code,
            recipient=rule.recipient,
            channel=rule.channel,
            days=rule.days,
        )


@strawberry.type(description="A document that a case has to have.")
class CaseTemplateDocumentRule:
    """A document rule."""

    document_type: DocumentType = strawberry.field(description="What kind of document.")
    stage_code: str | None = strawberry.field(description="By the end of which stage; null: before it is closed.")
    is_mandatory: bool = strawberry.field(description="Whether the case does not go on without it.")
    document_template: str | None = strawberry.field(
        description="The code of the letter it is made from; null: it comes from elsewhere."
    )

    @classmethod
    def of(cls, rule: definition.DocumentRule) -> Self:
        """Show one."""
        return cls(
            document_type=rule.document_type,
            stage_code=rule.stage_code,
            is_mandatory=rule.is_mandatory,
            document_template=rule.document_template,
        )
