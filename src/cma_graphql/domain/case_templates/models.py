"""The tables of templates, their published versions and what these say."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates.kinds import (
    APPROVERS,
    ApprovalTrigger,
    ApprovalType,
    Channel,
    NotificationMoment,
    Recipient,
    StageCondition,
    StageType,
    TemplateCategory,
)
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.compliance.models import EvidenceKind
from cma_graphql.domain.documents.models import DocumentType
from cma_graphql.persistence.base import CentreRow, EnumText, Tracked, belongs_to

MOST_STAGES = 60
MOST_RULES = 60
"""Of a kind, in one template."""
MOST_APPROVERS = 10
MOST_DAYS = 3_650
MOST_HOURS = 1_000
MOST_WAITS = 12


class CaseTemplate(Tracked, CentreRow):
    """A centre's template: a copy of the network's, or one of its own."""

    __tablename__ = "case_templates"

    catalogue_id: Mapped[UUID | None]
    code: Mapped[str]
    name: Mapped[str]
    description: Mapped[str | None]
    category: Mapped[str] = mapped_column(EnumText(TemplateCategory))
    case_type_id: Mapped[UUID | None]
    """The case type it is meant for; none: any."""
    is_default: Mapped[bool]
    """Whether cases begin with it where their type says nothing else."""
    active: Mapped[bool]
    published_number: Mapped[int]
    """The number of its newest version; 0 before the first."""
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What the next version is to say, while somebody works on it (case_templates/drafts.py)."""

    __table_args__ = (
        belongs_to("case_types", "case_type_id"),
        EnumText(TemplateCategory).check("category"),
        CheckConstraint("char_length(code) BETWEEN 1 AND 20", name="code"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name"),
        CheckConstraint("published_number >= 0", name="published_number"),
        CheckConstraint("published_number > 0 OR draft IS NOT NULL", name="draft"),
        CheckConstraint("NOT is_default OR (active AND published_number > 0)", name="is_default"),
        Index("case_templates_centre_id_code_key", "centre_id", "code", unique=True),
        Index("case_templates_centre_id_default_key", "centre_id", unique=True, postgresql_where=text("is_default")),
        Index("case_templates_centre_id_case_type_id_idx", "centre_id", "case_type_id", "code", "id"),
    )


class CaseTemplateVersion(CentreRow):
    """One published version of a template; written once."""

    __tablename__ = "case_template_versions"

    template_id: Mapped[UUID]
    number: Mapped[int]
    note: Mapped[str | None]
    published_at: Mapped[datetime]
    published_by: Mapped[UUID]

    __table_args__ = (
        belongs_to("case_templates", "template_id"),
        CheckConstraint("number >= 1", name="number"),
        Index(
            "case_template_versions_centre_id_template_id_number_key", "centre_id", "template_id", "number", unique=True
        ),
    )


def _approval_checks(*, optional: bool) -> tuple[CheckConstraint, ...]:
    """Say what an approval has to be: of somebody who may approve, and of as many as its type can have."""
    approvers = ", ".join(f"'{role}'" for role in sorted(APPROVERS))
    none = "WHEN approval_type IS NULL THEN cardinality(approver_roles) = 0 " if optional else ""
    return (
        EnumText(ApprovalType).check("approval_type"),
        CheckConstraint(f"min_approvers BETWEEN 1 AND {MOST_APPROVERS}", name="min_approvers"),
        CheckConstraint("approval_type <> 'SINGLE' OR min_approvers = 1", name="single_approver"),
        CheckConstraint(f"approver_roles <@ ARRAY[{approvers}]", name="approver_roles"),
        CheckConstraint(
            f"CASE {none}WHEN approval_type = 'SEQUENTIAL' "
            "THEN cardinality(approver_roles) >= 2 AND min_approvers = cardinality(approver_roles) "
            "ELSE cardinality(approver_roles) = 1 END",
            name="approvers_in_order",
        ),
        CheckConstraint(f"approval_deadline_days BETWEEN 1 AND {MOST_DAYS}", name="approval_deadline_days"),
    )


class CaseTemplateStage(CentreRow):
    """One stage of a version; written once."""

    __tablename__ = "case_template_stages"

    version_id: Mapped[UUID]
    code: Mapped[str]
    name: Mapped[str]
    description: Mapped[str | None]
    stage_type: Mapped[str] = mapped_column(EnumText(StageType))
    advice_stage: Mapped[str] = mapped_column(EnumText(CaseStage))
    sequence_order: Mapped[int]
    position: Mapped[int]
    """Its place among all stages of the version, from 1."""
    is_required: Mapped[bool]
    is_parallel: Mapped[bool]
    auto_assign: Mapped[bool]
    role: Mapped[str | None] = mapped_column(EnumText(Role))
    duration_days: Mapped[int | None]
    estimated_hours: Mapped[int | None]
    condition: Mapped[str] = mapped_column(EnumText(StageCondition))
    sample_percent: Mapped[int | None]
    depends_on: Mapped[list[str]]
    returns_to: Mapped[str | None]
    approval_type: Mapped[str | None] = mapped_column(EnumText(ApprovalType))
    min_approvers: Mapped[int | None]
    approver_roles: Mapped[list[str]]
    approval_deadline_days: Mapped[int | None]
    wait_days: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    gate_evidence: Mapped[str] = mapped_column(EnumText(EvidenceKind))

    __table_args__ = (
        belongs_to("case_template_versions", "version_id"),
        EnumText(StageType).check("stage_type"),
        EnumText(CaseStage).check("advice_stage"),
        EnumText(Role).check("role"),
        EnumText(StageCondition).check("condition"),
        EnumText(EvidenceKind).check("gate_evidence"),
        CheckConstraint("sequence_order >= 1", name="sequence_order"),
        CheckConstraint(f"position BETWEEN 1 AND {MOST_STAGES}", name="position"),
        CheckConstraint("(role IS NULL) = (stage_type = 'AUTOMATED')", name="nobody"),
        CheckConstraint(f"duration_days BETWEEN 1 AND {MOST_DAYS}", name="duration_days"),
        CheckConstraint(f"estimated_hours BETWEEN 1 AND {MOST_HOURS}", name="estimated_hours"),
        CheckConstraint("sample_percent BETWEEN 1 AND 100", name="sample_percent"),
        CheckConstraint("(condition = 'SAMPLED') = (sample_percent IS NOT NULL)", name="sampled"),
        CheckConstraint("stage_type <> 'APPROVAL' OR approval_type IS NOT NULL", name="approval"),
        CheckConstraint("(approval_type IS NULL) = (min_approvers IS NULL)", name="approvers"),
        CheckConstraint("approval_type IS NOT NULL OR approval_deadline_days IS NULL", name="no_approval"),
        CheckConstraint(f"cardinality(wait_days) <= {MOST_WAITS} AND 0 < ALL (wait_days)", name="wait_days"),
        CheckConstraint("(stage_type = 'WAIT') = (cardinality(wait_days) > 0)", name="wait"),
        *_approval_checks(optional=True),
        Index("case_template_stages_centre_id_version_id_code_key", "centre_id", "version_id", "code", unique=True),
        Index(
            "case_template_stages_centre_id_version_id_position_key", "centre_id", "version_id", "position", unique=True
        ),
    )


class CaseTemplateApproval(CentreRow):
    """What needs an approval in every stage of a version; written once."""

    __tablename__ = "case_template_approvals"

    version_id: Mapped[UUID]
    trigger: Mapped[str] = mapped_column(EnumText(ApprovalTrigger))
    approval_type: Mapped[str] = mapped_column(EnumText(ApprovalType))
    min_approvers: Mapped[int]
    approver_roles: Mapped[list[str]]
    approval_deadline_days: Mapped[int | None]
    position: Mapped[int]

    __table_args__ = (
        belongs_to("case_template_versions", "version_id"),
        EnumText(ApprovalTrigger).check("trigger"),
        *_approval_checks(optional=False),
        Index(
            "case_template_approvals_centre_id_version_id_trigger_key",
            "centre_id",
            "version_id",
            "trigger",
            unique=True,
        ),
    )


class CaseTemplateNotification(CentreRow):
    """Who is told of what, by a version; written once."""

    __tablename__ = "case_template_notifications"

    version_id: Mapped[UUID]
    moment: Mapped[str] = mapped_column(EnumText(NotificationMoment))
    stage_id: Mapped[UUID | None]
    recipient: Mapped[str] = mapped_column(EnumText(Recipient))
    channel: Mapped[str] = mapped_column(EnumText(Channel))
    days: Mapped[int]
    position: Mapped[int]

    __table_args__ = (
        belongs_to("case_template_versions", "version_id"),
        belongs_to("case_template_stages", "stage_id"),
        EnumText(NotificationMoment).check("moment"),
        EnumText(Recipient).check("recipient"),
        EnumText(Channel).check("channel"),
        CheckConstraint(f"days BETWEEN 0 AND {MOST_DAYS}", name="days"),
        CheckConstraint("moment <> 'DEADLINE_NEAR' OR days > 0", name="deadline_near"),
        Index(
            "case_template_notifications_centre_id_version_id_position_key",
            "centre_id",
            "version_id",
            "position",
            unique=True,
        ),
    )


class CaseTemplateDocument(CentreRow):
    """A document that cases of a version have to have; written once."""

    __tablename__ = "case_template_documents"

    version_id: Mapped[UUID]
    document_type: Mapped[str] = mapped_column(EnumText(DocumentType))
    stage_id: Mapped[UUID | None]
    is_mandatory: Mapped[bool]
    document_template: Mapped[str | None]
    position: Mapped[int]

    __table_args__ = (
        belongs_to("case_template_versions", "version_id"),
        belongs_to("case_template_stages", "stage_id"),
        EnumText(DocumentType).check("document_type"),
        Index(
            "case_template_documents_centre_id_version_id_position_key",
            "centre_id",
            "version_id",
            "position",
            unique=True,
        ),
    )


class CaseTypeTemplate(CentreRow):
    """The template that cases of a type begin with; none: what the type above it says, or the centre's default."""

    __tablename__ = "case_type_templates"

    case_type_id: Mapped[UUID]
    template_id: Mapped[UUID | None]

    __table_args__ = (
        belongs_to("case_types", "case_type_id"),
        belongs_to("case_templates", "template_id"),
        Index("case_type_templates_centre_id_case_type_id_key", "centre_id", "case_type_id", unique=True),
        Index("case_type_templates_centre_id_template_id_idx", "centre_id", "template_id"),
    )
