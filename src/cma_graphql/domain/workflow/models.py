"""The tables of workflows: a case's stages with their history, the approvals asked for and what approvers said."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ColumnElement, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates.kinds import ApprovalType, StageCondition, StageType
from cma_graphql.domain.cases.models import CaseStage, of_visible_case
from cma_graphql.domain.compliance.models import EvidenceKind
from cma_graphql.domain.workflow.states import StageState
from cma_graphql.persistence.base import CentreRow, EnumText, SoftDeleted, Tracked, belongs_to


class WorkflowState(StrEnum):
    """Whether a case's workflow goes on."""

    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class CaseWorkflow(Tracked, SoftDeleted, CentreRow):
    """The workflow that a case runs by: the version of the template with which it began."""

    __tablename__ = "case_workflows"

    case_id: Mapped[UUID]
    client_id: Mapped[UUID]
    template_version_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(EnumText(WorkflowState))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    documents: Mapped[list[str]]
    """The types of documents that the case has to have before it is closed."""

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("case_template_versions", "template_version_id"),
        EnumText(WorkflowState).check("state"),
        CheckConstraint("(state = 'ACTIVE') = (ended_at IS NULL)", name="ended_at"),
        Index(
            "case_workflows_centre_id_case_id_key",
            "centre_id",
            "case_id",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the workflows of cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)


class WorkflowStage(Tracked, SoftDeleted, CentreRow):
    """One stage of a case's workflow, as its template defined it or as somebody added it, and how far it has come."""

    __tablename__ = "case_stages"

    case_id: Mapped[UUID]
    client_id: Mapped[UUID]
    workflow_id: Mapped[UUID]
    code: Mapped[str | None]
    """Its code in the template; None for one that was added to this case alone."""
    name: Mapped[str]
    description: Mapped[str | None]
    stage_type: Mapped[str] = mapped_column(EnumText(StageType))
    advice_stage: Mapped[str] = mapped_column(EnumText(CaseStage))
    position: Mapped[int]
    required: Mapped[bool]
    parallel: Mapped[bool]
    auto_assign: Mapped[bool]
    role: Mapped[str | None] = mapped_column(EnumText(Role))
    """Who does it; None: nobody, the server does."""
    condition: Mapped[str] = mapped_column(EnumText(StageCondition))
    sample_percent: Mapped[int | None]
    depends_on: Mapped[list[str]]
    returns_to: Mapped[str | None]
    approval_type: Mapped[str | None] = mapped_column(EnumText(ApprovalType))
    """None: nobody has to approve it."""
    approver_roles: Mapped[list[str]]
    min_approvers: Mapped[int]
    approval_days: Mapped[int | None]
    duration_days: Mapped[int | None]
    estimated_hours: Mapped[int | None]
    wait_days: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    gate_evidence: Mapped[str] = mapped_column(EnumText(EvidenceKind))
    documents: Mapped[list[str]]
    """The types of documents that the case has to have by its end."""
    state: Mapped[str] = mapped_column(EnumText(StageState))
    assignee_id: Mapped[UUID | None]
    ready_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[UUID | None]
    deadline_at: Mapped[datetime | None]
    late_at: Mapped[datetime | None]
    """When it was told of as overdue; None: not yet."""
    completion_notes: Mapped[str | None]
    evidence_document_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    """Why it was skipped, sent back, cancelled or opened again: what was said last."""
    ended_with_case: Mapped[bool]
    """Whether it was cancelled because the case ended: it goes on when the case is reopened."""

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("case_workflows", "workflow_id"),
        belongs_to("memberships", "assignee_id"),
        belongs_to("memberships", "completed_by"),
        belongs_to("documents", "evidence_document_id"),
        EnumText(StageType).check("stage_type"),
        EnumText(CaseStage).check("advice_stage"),
        EnumText(Role).check("role"),
        EnumText(StageCondition).check("condition"),
        EnumText(ApprovalType).check("approval_type"),
        EnumText(EvidenceKind).check("gate_evidence"),
        EnumText(StageState).check("state"),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("min_approvers BETWEEN 1 AND 10", name="min_approvers"),
        CheckConstraint("(approval_type IS NULL) = (cardinality(approver_roles) = 0)", name="approval"),
        CheckConstraint("state <> 'SKIPPED' OR reason IS NOT NULL", name="skipped"),
        CheckConstraint("state <> 'COMPLETED' OR completed_at IS NOT NULL", name="completed"),
        Index("case_stages_centre_id_case_id_position_idx", "centre_id", "case_id", "position", "id"),
        Index("case_stages_centre_id_assignee_id_idx", "centre_id", "assignee_id", "created_at", "id"),
        Index("case_stages_centre_id_state_idx", "centre_id", "state", "created_at", "id"),
        Index("case_stages_centre_id_stage_type_idx", "centre_id", "stage_type", "created_at", "id"),
        Index("case_stages_centre_id_created_at_idx", "centre_id", "created_at", "id"),
        Index(
            "case_stages_centre_id_deadline_at_idx",
            "centre_id",
            "deadline_at",
            "id",
            postgresql_where=text("state IN ('READY', 'IN_PROGRESS', 'AWAITING_APPROVAL', 'REJECTED')"),
        ),
        Index(
            "case_stages_centre_id_waiting_case_idx",
            "centre_id",
            "case_id",
            "deadline_at",
            postgresql_where=text(
                "state IN ('READY', 'IN_PROGRESS', 'AWAITING_APPROVAL', 'REJECTED') AND deadline_at IS NOT NULL "
                "AND deleted_at IS NULL"
            ),
        ),
        Index(
            "case_stages_centre_id_evidence_document_id_idx",
            "centre_id",
            "evidence_document_id",
            postgresql_where=text("evidence_document_id IS NOT NULL"),
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the stages of cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)


class WorkflowStageStep(CentreRow):
    """One step of a stage from a state to another; written once."""

    __tablename__ = "case_stage_history"

    case_id: Mapped[UUID]
    stage_id: Mapped[UUID]
    from_state: Mapped[str | None] = mapped_column(EnumText(StageState))
    to_state: Mapped[str] = mapped_column(EnumText(StageState))
    reason: Mapped[str | None]
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("case_stages", "stage_id"),
        EnumText(StageState).check("from_state"),
        EnumText(StageState).check("to_state"),
        Index("case_stage_history_centre_id_stage_id_idx", "centre_id", "stage_id", "changed_at", "id"),
        Index("case_stage_history_centre_id_case_id_idx", "centre_id", "case_id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the history of cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)
