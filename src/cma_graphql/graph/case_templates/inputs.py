"""What the mutations of templates and their drafts are given."""

import strawberry

from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates import definition
from cma_graphql.domain.case_templates.stages import StatedStage
from cma_graphql.graph.case_templates.enums import (
    ApprovalTrigger,
    ApprovalType,
    Channel,
    NotificationMoment,
    Recipient,
    StageCondition,
    StageType,
    TemplateCategory,
)
from cma_graphql.graph.cases.enums import CaseStage
from cma_graphql.graph.compliance.enums import EvidenceKind
from cma_graphql.graph.documents.enums import DocumentType
from cma_graphql.graph.writing import MutationInput

CODE = "Up to 20 letters and digits, with hyphens between, which no other template of the centre has."
NAME = "What it is called, in up to 100 characters."
DESCRIPTION = "What it is for, in up to 2,000 characters."
CATEGORY = "Whose business it is; compliance officers manage LEGAL and COMPLIANCE ones."
CASE_TYPE = "The case type it is meant for; null: any."


@strawberry.input(description="Which template to change, as you last read it.")
class CaseTemplateInput(MutationInput):
    """The part that inputs about one template share."""

    id: strawberry.ID = strawberry.field(description="The template.")
    expected_version: int = strawberry.field(
        description="The `version` that you read, which counts changes of the draft, too; another one is a conflict."
    )


@strawberry.input(description="A template of the centre's own.")
class CaseTemplateCreateInput(MutationInput):
    """A new template."""

    code: str = strawberry.field(description=CODE)
    name: str = strawberry.field(description=NAME)
    description: str | None = strawberry.field(default=None, description=DESCRIPTION)
    category: TemplateCategory = strawberry.field(default=TemplateCategory.GENERAL, description=CATEGORY)
    case_type_id: strawberry.ID | None = strawberry.field(default=None, description=CASE_TYPE)


@strawberry.input(description="A template that says what another one does.")
class CaseTemplateCloneInput(MutationInput):
    """A copy."""

    id: strawberry.ID = strawberry.field(description="The template to copy: its draft, or else its newest version.")
    code: str = strawberry.field(description=CODE)
    name: str = strawberry.field(description=NAME)
    description: str | None = strawberry.field(default=None, description=f"{DESCRIPTION} Null: as that one's.")


@strawberry.input(description="What to change of a template; an absent field stays as it is, a null empties it.")
class CaseTemplateUpdateInput(CaseTemplateInput):
    """Changes of a template."""

    name: strawberry.Maybe[str] = strawberry.field(description=NAME)
    description: strawberry.Maybe[str | None] = strawberry.field(description=DESCRIPTION)
    category: strawberry.Maybe[TemplateCategory] = strawberry.field(description=CATEGORY)
    case_type_id: strawberry.Maybe[strawberry.ID | None] = strawberry.field(description=CASE_TYPE)


@strawberry.input(description="A template that cases are not to begin with any more.")
class CaseTemplateRetireInput(CaseTemplateInput):
    """Which template."""


@strawberry.input(description="A template that cases may begin with again.")
class CaseTemplateActivateInput(CaseTemplateInput):
    """Which template."""


@strawberry.input(description="The template that cases are to begin with where their type names no other.")
class CaseTemplateMakeDefaultInput(CaseTemplateInput):
    """Which template."""


@strawberry.input(description="A draft to publish as the next version.")
class CaseTemplatePublishInput(CaseTemplateInput):
    """Which template."""

    note: str | None = strawberry.field(default=None, description="What is new in it, in up to 2,000 characters.")


@strawberry.input(description="A draft to give up.")
class CaseTemplateDraftDiscardInput(CaseTemplateInput):
    """Which template."""


@strawberry.input(description="Who has to approve something.")
class CaseTemplateApprovalInput:
    """An approval."""

    approval_type: ApprovalType = strawberry.field(
        default=ApprovalType.SINGLE, description="How many have to, and in which order."
    )
    min_approvers: int = strawberry.field(
        default=1, description="How many different people: 1 for SINGLE, one of each role for SEQUENTIAL; at most 10."
    )
    approver_roles: list[Role] = strawberry.field(
        description="The role of those who approve, CENTRE_MANAGER or COMPLIANCE_OFFICER; for SEQUENTIAL both, in "
        "their order."
    )
    deadline_days: int | None = strawberry.field(
        default=None, description="Within how many days, from 1; null: no deadline."
    )

    def stated(self) -> definition.Approval:
        """Answer it as services take it."""
        return definition.Approval(
            approval_type=self.approval_type,
            min_approvers=self.min_approvers,
            approver_roles=tuple(self.approver_roles),
            deadline_days=self.deadline_days,
        )


@strawberry.input(description="What a stage is to be, as a whole; what is left out is not so.")
class CaseTemplateStageInput:
    """A stage."""

    name: str = strawberry.field(description=NAME)
    stage_type: StageType = strawberry.field(description="What kind of work it is.")
    advice_stage: CaseStage = strawberry.field(
        description="Where in the advice a case is meanwhile; later stages do not go back in it."
    )
    description: str | None = strawberry.field(
        default=None, description="What is to be done, in up to 2,000 characters."
    )
    is_required: bool = strawberry.field(
        default=True, description="Whether it cannot be skipped, and later steps wait for it."
    )
    is_parallel: bool = strawberry.field(default=False, description="Whether it runs beside the stage before it.")
    auto_assign: bool = strawberry.field(default=False, description="Whether it is given to somebody by itself.")
    role: Role | None = strawberry.field(
        default=None,
        description="Who does it: CENTRE_MANAGER, COMPLIANCE_OFFICER, ADVISOR or TRAINEE. Null for AUTOMATED alone.",
    )
    duration_days: int | None = strawberry.field(
        default=None, description="Within how many days of becoming ready it is to be done, from 1."
    )
    estimated_hours: int | None = strawberry.field(
        default=None, description="How many hours of work it is thought to be, from 1."
    )
    condition: StageCondition = strawberry.field(
        default=StageCondition.ALWAYS, description="Which cases go through it."
    )
    sample_percent: int | None = strawberry.field(
        default=None, description="For SAMPLED, and for it alone: how many in a hundred cases."
    )
    depends_on: list[str] = strawberry.field(
        default_factory=list,
        description="The codes of stages that it waits for, besides the required ones of earlier steps.",
    )
    returns_to: str | None = strawberry.field(
        default=None, description="The code of the earlier stage that a rejection opens again; null: this one."
    )
    approval: CaseTemplateApprovalInput | None = strawberry.field(
        default=None, description="Who has to approve it before it is completed; an APPROVAL needs one."
    )
    wait_days: list[int] = strawberry.field(
        default_factory=list,
        description="For WAIT, and for it alone: after how many days it is looked at again, each later than the last.",
    )
    gate_evidence: EvidenceKind = strawberry.field(
        default=EvidenceKind.NONE, description="What shows that it is done, where no record of the product does."
    )

    def stated(self) -> StatedStage:
        """Answer it as services take it."""
        return StatedStage(
            name=self.name,
            stage_type=self.stage_type,
            advice_stage=self.advice_stage,
            description=self.description,
            is_required=self.is_required,
            is_parallel=self.is_parallel,
            auto_assign=self.auto_assign,
            role=self.role,
            duration_days=self.duration_days,
            estimated_hours=self.estimated_hours,
            condition=self.condition,
            sample_percent=self.sample_percent,
            depends_on=self.depends_on,
            returns_to=self.returns_to,
            approval=None if self.approval is None else self.approval.stated(),
            wait_days=self.wait_days,
            gate_evidence=self.gate_evidence,
        )


@strawberry.input(description="A stage to put into the draft.")
class CaseTemplateStageAddInput(CaseTemplateInput):
    """A new stage."""

    code: str = strawberry.field(
        description="Up to 40 letters and digits, with hyphens between, which no other stage of the draft has."
    )
    after: str | None = strawberry.field(
        default=None, description="The code of the stage behind which it is put; null: behind all."
    )
    stage: CaseTemplateStageInput = strawberry.field(description="What it is.")


@strawberry.input(description="A stage of the draft that is to be otherwise; its code and its place stay.")
class CaseTemplateStageUpdateInput(CaseTemplateInput):
    """A changed stage."""

    code: str = strawberry.field(description="Which stage.")
    stage: CaseTemplateStageInput = strawberry.field(description="What it is from now on, as a whole.")


@strawberry.input(description="A stage to take out of the draft.")
class CaseTemplateStageRemoveInput(CaseTemplateInput):
    """A stage that goes."""

    code: str = strawberry.field(description="Which stage.")


@strawberry.input(description="The order of the draft's stages.")
class CaseTemplateStagesReorderInput(CaseTemplateInput):
    """An order."""

    steps: list[list[str]] = strawberry.field(
        description="The codes of all stages, each once, in steps: those of one step run side by side."
    )


@strawberry.input(description="What needs an approval wherever in its stages a case is.")
class CaseTemplateApprovalRuleInput:
    """An approval rule."""

    trigger: ApprovalTrigger = strawberry.field(description="What needs it.")
    approval: CaseTemplateApprovalInput = strawberry.field(description="Who has to approve.")


@strawberry.input(description="Who is told of what, and how.")
class CaseTemplateNotificationRuleInput:
    """A notification rule."""

    moment: NotificationMoment = strawberry.field(description="When.")
    recipient: Recipient = strawberry.field(description="Who.")
    stage_code: str | None = strawberry.field(default=None, description="The stage it is about; null: every one.")
    channel: Channel = strawberry.field(default=Channel.TASK, description="By what; a client has no tasks.")
    days: int = strawberry.field(default=0, description="How many days before or after the moment; 0: at once.")


@strawberry.input(description="A document that a case has to have.")
class CaseTemplateDocumentRuleInput:
    """A document rule."""

    document_type: DocumentType = strawberry.field(description="What kind of document.")
    stage_code: str | None = strawberry.field(
        default=None, description="By the end of which stage; null: before it is closed."
    )
    is_mandatory: bool = strawberry.field(default=True, description="Whether the case does not go on without it.")
    document_template: str | None = strawberry.field(
        default=None, description="The code of the letter it is made from, in up to 100 characters."
    )


@strawberry.input(description="The rules of a draft: those of a kind as a whole; an absent kind stays as it is.")
class CaseTemplateRulesSetInput(CaseTemplateInput):
    """Rules."""

    approval_rules: strawberry.Maybe[list[CaseTemplateApprovalRuleInput]] = strawberry.field(
        description="What needs an approval; each trigger once."
    )
    notification_rules: strawberry.Maybe[list[CaseTemplateNotificationRuleInput]] = strawberry.field(
        description="Who is told of what."
    )
    document_rules: strawberry.Maybe[list[CaseTemplateDocumentRuleInput]] = strawberry.field(
        description="The documents that a case has to have."
    )
