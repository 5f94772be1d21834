"""The tables of approvals: what is asked for, and what approvers said."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates.kinds import ApprovalType
from cma_graphql.domain.cases.models import ClosureReason, ResolutionType, of_visible_case
from cma_graphql.domain.workflow.counting import Decision
from cma_graphql.domain.workflow.states import ApprovalState
from cma_graphql.persistence.base import CentreRow, EnumText, Tracked, belongs_to


class ApprovalSubject(StrEnum):
    """What somebody else has to approve: a stage, a step of the case, or what is asked for by hand (reference 5.4)."""

    STAGE = "STAGE"
    CASE_RESOLUTION = "CASE_RESOLUTION"
    CASE_CLOSURE = "CASE_CLOSURE"
    TRAINEE_RECOMMENDATION = "TRAINEE_RECOMMENDATION"
    DRO_SUBMISSION = "DRO_SUBMISSION"
    WRITE_OFF_OVER_LIMIT = "WRITE_OFF_OVER_LIMIT"
    VULNERABLE_HIGH_RISK_CLOSURE = "VULNERABLE_HIGH_RISK_CLOSURE"
    MANDATORY_ITEM_WAIVER = "MANDATORY_ITEM_WAIVER"
    DATA_EXPORT = "DATA_EXPORT"
    ERASURE = "ERASURE"
    CENTRE_TRANSFER = "CENTRE_TRANSFER"
    LEGAL_REVIEW = "LEGAL_REVIEW"


BY_HAND = frozenset(ApprovalSubject) - {
    ApprovalSubject.STAGE,
    ApprovalSubject.CASE_RESOLUTION,
    ApprovalSubject.CASE_CLOSURE,
    ApprovalSubject.VULNERABLE_HIGH_RISK_CLOSURE,
}
"""What is asked for by hand, of which the product does nothing once it is approved: people do it."""


class Approval(Tracked, CentreRow):
    """Something that somebody else has to approve, and what became of it."""

    __tablename__ = "approvals"

    case_id: Mapped[UUID]
    client_id: Mapped[UUID]
    stage_id: Mapped[UUID | None]
    subject: Mapped[str] = mapped_column(EnumText(ApprovalSubject))
    approval_type: Mapped[str] = mapped_column(EnumText(ApprovalType))
    roles: Mapped[list[str]]
    needed: Mapped[int]
    """How many people have to approve; of ALL as many as held the role when it was asked for."""
    state: Mapped[str] = mapped_column(EnumText(ApprovalState))
    request_note: Mapped[str | None]
    requested_at: Mapped[datetime]
    requested_by: Mapped[UUID]
    assignee_id: Mapped[UUID | None]
    """Whose work it is, where that is not who asked: they do not approve it either."""
    delegated_to: Mapped[UUID | None]
    asked_roles: Mapped[list[str]]
    """The roles that may decide now; none once it is settled."""
    handed_on_at: Mapped[datetime | None]
    """When the managers were asked because too few of those who were to decide were left."""
    deadline_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None]
    settled_note: Mapped[str | None]
    """What was said with the decision that settled it, or why it was withdrawn."""
    resolution_type: Mapped[str | None] = mapped_column(EnumText(ResolutionType))
    closure_reason: Mapped[str | None] = mapped_column(EnumText(ClosureReason))
    proposal: Mapped[str | None]
    """The summary of a proposed resolution, the note of a proposed closing."""
    satisfaction: Mapped[int | None]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("case_stages", "stage_id"),
        belongs_to("memberships", "requested_by"),
        belongs_to("memberships", "assignee_id"),
        belongs_to("memberships", "delegated_to"),
        belongs_to("memberships", "settled_by"),
        EnumText(ApprovalSubject).check("subject"),
        EnumText(ApprovalType).check("approval_type"),
        EnumText(ApprovalState).check("state"),
        EnumText(ResolutionType).check("resolution_type"),
        EnumText(ClosureReason).check("closure_reason"),
        CheckConstraint("(subject = 'STAGE') = (stage_id IS NOT NULL)", name="stage"),
        CheckConstraint("(subject = 'CASE_RESOLUTION') = (resolution_type IS NOT NULL)", name="resolution"),
        CheckConstraint("(subject = 'CASE_CLOSURE') = (closure_reason IS NOT NULL)", name="closure"),
        CheckConstraint("(state = 'PENDING') = (settled_at IS NULL)", name="settled_at"),
        CheckConstraint("needed >= 1", name="needed"),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction"),
        Index("approvals_centre_id_case_id_idx", "centre_id", "case_id", "requested_at", "id"),
        Index("approvals_centre_id_requested_at_idx", "centre_id", "requested_at", "id"),
        Index("approvals_centre_id_requested_by_idx", "centre_id", "requested_by", "requested_at", "id"),
        Index("approvals_centre_id_state_idx", "centre_id", "state", "requested_at", "id"),
        Index(
            "approvals_centre_id_stage_id_idx",
            "centre_id",
            "stage_id",
            postgresql_where=text("stage_id IS NOT NULL"),
        ),
        Index(
            "approvals_centre_id_stage_id_key",
            "centre_id",
            "stage_id",
            unique=True,
            postgresql_where=text("state = 'PENDING' AND stage_id IS NOT NULL"),
        ),
        Index(
            "approvals_centre_id_case_id_subject_key",
            "centre_id",
            "case_id",
            "subject",
            unique=True,
            postgresql_where=text("state = 'PENDING' AND subject IN ('CASE_RESOLUTION', 'CASE_CLOSURE')"),
        ),
        Index(
            "approvals_centre_id_deadline_at_idx",
            "centre_id",
            "deadline_at",
            "id",
            postgresql_where=text("state = 'PENDING'"),
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the approvals of cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)


class ApprovalDecision(CentreRow):
    """What one approver said; written once."""

    __tablename__ = "approval_decisions"

    case_id: Mapped[UUID]
    approval_id: Mapped[UUID]
    user_id: Mapped[UUID]
    decision: Mapped[str] = mapped_column(EnumText(Decision))
    role: Mapped[str] = mapped_column(EnumText(Role))
    """The role in which it was made."""
    comment: Mapped[str | None]
    delegated_to: Mapped[UUID | None]
    decided_at: Mapped[datetime]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("approvals", "approval_id"),
        belongs_to("memberships", "user_id"),
        belongs_to("memberships", "delegated_to"),
        EnumText(Decision).check("decision"),
        EnumText(Role).check("role"),
        CheckConstraint("(decision = 'DELEGATE') = (delegated_to IS NOT NULL)", name="delegated_to"),
        Index("approval_decisions_centre_id_approval_id_idx", "centre_id", "approval_id", "decided_at", "id"),
        Index(
            "approval_decisions_centre_id_approval_id_user_id_key",
            "centre_id",
            "approval_id",
            "user_id",
            unique=True,
            postgresql_where=text("decision <> 'DELEGATE'"),
        ),
        Index("approval_decisions_centre_id_case_id_idx", "centre_id", "case_id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the decisions on cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)
