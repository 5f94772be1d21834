"""What a template says, as it is read: by those who run cases through its stages, edit it and show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates.kinds import (
    ApprovalTrigger,
    ApprovalType,
    Channel,
    NotificationMoment,
    Recipient,
    StageCondition,
    StageType,
)
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.compliance.models import EvidenceKind
from cma_graphql.domain.documents.models import DocumentType


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who has to approve something."""

    approval_type: ApprovalType
    min_approvers: int
    """How many different people: 1 for SINGLE, one for each role for SEQUENTIAL."""
    approver_roles: tuple[Role, ...]
    """One role; for SEQUENTIAL two or more, in the order in which they approve."""
    deadline_days: int | None
    """Within how many days of being asked; after that it is escalated, never approved by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDefinition:
    """One stage of a template."""

    id: UUID
    code: str
    """Unique within the version."""
    name: str
    description: str | None
    stage_type: StageType
    advice_stage: CaseStage
    """Where in the advice a case is while it is in this stage; its gate applies when the last such stage ends."""
    sequence_order: int
    """From 1. Stages run in this order; no two have the same, unless the later one is parallel."""
    is_required: bool
    """Whether it cannot be skipped, and those of later steps wait for it."""
    is_parallel: bool
    """Whether it runs beside the stage before it rather than after it (`steps_of`)."""
    auto_assign: bool
    """Whether it is given to somebody by itself: to the case's advisor where the role is theirs, else by workload."""
    role: Role | None
    """Who does it; None: nobody, the server does. An ADVISOR's stage is the case's advisor's, a trainee's too."""
    duration_days: int | None
    """Within how many days of becoming ready it is to be done."""
    estimated_hours: int | None
    condition: StageCondition
    sample_percent: int | None
    """For SAMPLED alone: how many in a hundred cases."""
    depends_on: tuple[str, ...]
    """Codes of stages that must have ended (or been skipped, or spared) besides the required ones of earlier steps."""
    returns_to: str | None
    """The code of the earlier stage that a rejection opens again; None: this one."""
    approval: Approval | None
    """Who has to approve it before it is completed; None: nobody."""
    wait_days: tuple[int, ...]
    """For WAIT alone: after how many days from its beginning it is looked at again; the last one ends the wait."""
    gate_evidence: EvidenceKind
    """What shows that it is done, where no record of the product does; NONE: nothing is asked for."""

    @property
    def approval_required(self) -> bool:
        """Tell whether somebody has to approve it before it is completed."""
        return self.approval is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRule:
    """What needs an approval wherever in its stages a case is."""

    trigger: ApprovalTrigger
    approval: Approval


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRule:
    """Who is told of what, and how."""

    moment: NotificationMoment
    stage_code: str | None
    """The stage it is about; None: every one."""
    recipient: Recipient
    channel: Channel
    days: int
    """How many days before or after the moment; 0: at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRule:
    """A document that a case has to have."""

    document_type: DocumentType
    stage_code: str | None
    """By the end of which stage; None: before it is closed."""
    is_mandatory: bool
    document_template: str | None
    """The code of the letter that it is made from; None: it comes from elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """All that a template says, in a draft or in a version."""

    stages: tuple[StageDefinition, ...] = ()
    """By `sequence_order`, those of one order as they were put."""
    approval_rules: tuple[ApprovalRule, ...] = ()
    notification_rules: tuple[NotificationRule, ...] = ()
    document_rules: tuple[DocumentRule, ...] = ()

    @property
    def steps(self) -> tuple[tuple[StageDefinition, ...], ...]:
        """Answer the stages in the steps in which they run."""
        return steps_of(self.stages)

    def stage(self, code: str) -> StageDefinition | None:
        """Answer the stage of this code, or None."""
        return next((stage for stage in self.stages if stage.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateVersion(Definition):
    """One published version: it never changes, and a case that began with it keeps it."""

    id: UUID
    template_id: UUID
    template_code: str
    template_name: str
    number: int
    """From 1, without gaps."""
    published_at: datetime
    published_by: UUID
    note: str | None
    """What is new in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a case takes over from a published version: its stages, and the documents that they ask for."""

    version_id: UUID
    stages: tuple[StageDefinition, ...]
    document_rules: tuple[DocumentRule, ...]


def steps_of(stages: Sequence[StageDefinition]) -> tuple[tuple[StageDefinition, ...], ...]:
    """Group stages, in their order, into steps: those of a step run side by side, a step after the one before it."""
    steps: list[list[StageDefinition]] = []
    for stage in stages:
        if stage.is_parallel and steps:
            steps[-1].append(stage)
        else:
            steps.append([stage])
    return tuple(tuple(step) for step in steps)
