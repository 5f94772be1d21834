"""The tables of frameworks, their checklists and requirements, and what each case has done of them."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import CaseStage, of_visible_case
from cma_graphql.domain.documents.models import Document
from cma_graphql.persistence.base import CentreRow, EnumText, Tracked, belongs_to

NOT_DUE = date(9999, 12, 31)
"""The due day of a checklist of which nothing is due: later than any other, so that lists can be ordered by it."""


class Certainty(StrEnum):
    """How surely a requirement follows from its source (domain reference 4.1)."""

    VERIFIED = "VERIFIED"
    GENERAL = "GENERAL"


class Mandatory(StrEnum):
    """Whether a requirement has to be met."""

    YES = "YES"
    NO = "NO"
    CONDITIONAL = "CONDITIONAL"


class EvidenceKind(StrEnum):
    """What shows that a requirement is met."""

    DOCUMENT = "DOCUMENT"
    NOTE = "NOTE"
    FIELD = "FIELD"
    SIGNATURE = "SIGNATURE"
    NONE = "NONE"


class ItemState(StrEnum):
    """What became of a requirement in one case."""

    OPEN = "OPEN"
    DONE = "DONE"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    WAIVED = "WAIVED"
    FAILED = "FAILED"


class BaseStatus(StrEnum):
    """Where a checklist stands, whatever the day."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLIANT = "COMPLIANT"
    NON_COMPLIANT = "NON_COMPLIANT"
    WAIVED = "WAIVED"


class ComplianceStatus(StrEnum):
    """Where a checklist, or a case by all of its checklists, stands today."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLIANT = "COMPLIANT"
    NON_COMPLIANT = "NON_COMPLIANT"
    OVERDUE = "OVERDUE"
    WAIVED = "WAIVED"


class ComplianceFramework(Tracked, CentreRow):
    """A centre's copy of a framework, or one of its own."""

    __tablename__ = "compliance_frameworks"

    catalogue_id: Mapped[UUID | None]
    code: Mapped[str]
    name: Mapped[str]
    edition: Mapped[str]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    source: Mapped[str]
    description: Mapped[str]
    active: Mapped[bool]
    position: Mapped[int]

    __table_args__ = (
        Index("compliance_frameworks_centre_id_code_edition_key", "centre_id", "code", "edition", unique=True),
    )


class ComplianceChecklist(Tracked, CentreRow):
    """A centre's checklist in one revision; a case keeps the revision with which it began."""

    __tablename__ = "compliance_checklists"

    framework_id: Mapped[UUID]
    catalogue_id: Mapped[UUID | None]
    code: Mapped[str]
    revision: Mapped[int]
    name: Mapped[str]
    case_types: Mapped[list[str]]
    """The codes of the case types that ask for it (domain reference 4.3)."""
    gate_stage: Mapped[str | None] = mapped_column(EnumText(CaseStage))
    mandatory: Mapped[bool]
    active: Mapped[bool]
    retired_on: Mapped[date | None]
    position: Mapped[int]

    __table_args__ = (
        belongs_to("compliance_frameworks", "framework_id"),
        EnumText(CaseStage).check("gate_stage"),
        Index(
            "compliance_checklists_centre_id_framework_id_code_revision_key",
            "centre_id",
            "framework_id",
            "code",
            "revision",
            unique=True,
        ),
        Index(
            "compliance_checklists_centre_id_framework_id_code_key",
            "centre_id",
            "framework_id",
            "code",
            unique=True,
            postgresql_where=text("active"),
        ),
    )


class ComplianceRequirement(CentreRow):
    """One requirement on a centre's checklist; written once, so that cases keep the words they began with."""

    __tablename__ = "compliance_requirements"

    checklist_id: Mapped[UUID]
    code: Mapped[str]
    text: Mapped[str]
    source: Mapped[str]
    certainty: Mapped[str] = mapped_column(EnumText(Certainty))
    mandatory: Mapped[str] = mapped_column(EnumText(Mandatory))
    evidence_kind: Mapped[str] = mapped_column(EnumText(EvidenceKind))
    case_types: Mapped[list[str]]
    """The case types of the checklist to which it is confined; none: all of them."""
    weight: Mapped[int]
    gate_stage: Mapped[str | None] = mapped_column(EnumText(CaseStage))
    deadline_days: Mapped[int | None]
    position: Mapped[int]

    __table_args__ = (
        belongs_to("compliance_checklists", "checklist_id"),
        EnumText(Certainty).check("certainty"),
        EnumText(Mandatory).check("mandatory"),
        EnumText(EvidenceKind).check("evidence_kind"),
        EnumText(CaseStage).check("gate_stage"),
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight"),
        CheckConstraint("deadline_days BETWEEN 0 AND 3650", name="deadline_days"),
        Index(
            "compliance_requirements_centre_id_checklist_id_code_key", "centre_id", "checklist_id", "code", unique=True
        ),
    )


class CaseCompliance(Tracked, CentreRow):
    """One checklist of one case; its figures follow from its items (compliance/progress.py)."""

    __tablename__ = "case_compliance"

    case_id: Mapped[UUID]
    client_id: Mapped[UUID]
    framework_id: Mapped[UUID]
    checklist_id: Mapped[UUID]
    begun_on: Mapped[date]
    base_status: Mapped[str] = mapped_column(EnumText(BaseStatus))
    completion: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    done_weight: Mapped[int]
    applicable_weight: Mapped[int]
    due_on: Mapped[date]
    """The earliest deadline of what is still owed; NOT_DUE where nothing is due."""

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("compliance_frameworks", "framework_id"),
        belongs_to("compliance_checklists", "checklist_id"),
        EnumText(BaseStatus).check("base_status"),
        CheckConstraint("completion BETWEEN 0 AND 100", name="completion"),
        CheckConstraint("0 <= done_weight AND done_weight <= applicable_weight", name="weights"),
        Index(
            "case_compliance_centre_id_case_id_checklist_id_key", "centre_id", "case_id", "checklist_id", unique=True
        ),
        Index("case_compliance_centre_id_due_on_idx", "centre_id", "due_on", "id"),
        Index("case_compliance_centre_id_base_status_idx", "centre_id", "base_status", "due_on", "id"),
        Index("case_compliance_centre_id_checklist_id_idx", "centre_id", "checklist_id", "due_on", "id"),
        Index("case_compliance_centre_id_framework_id_idx", "centre_id", "framework_id", "due_on", "id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the checklists of cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)


class ComplianceItem(Tracked, CentreRow):
    """One requirement in one case: what became of it, shown by what."""

    __tablename__ = "case_compliance_items"

    case_id: Mapped[UUID]
    case_compliance_id: Mapped[UUID]
    requirement_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(EnumText(ItemState))
    binding: Mapped[bool]
    """Whether it is owed while it is open: a mandatory one is, a conditional one once its condition holds."""
    reason: Mapped[str | None]
    evidence_document_id: Mapped[UUID | None]
    evidence_note: Mapped[str | None]
    checked_on: Mapped[date | None]
    checked_by: Mapped[UUID | None]
    notes: Mapped[str | None]
    remedial_action: Mapped[str | None]
    deadline_on: Mapped[date | None]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("case_compliance", "case_compliance_id"),
        belongs_to("compliance_requirements", "requirement_id"),
        belongs_to(Document.__tablename__, "evidence_document_id"),
        belongs_to("memberships", "checked_by"),
        EnumText(ItemState).check("state"),
        CheckConstraint(
            "state NOT IN ('NOT_APPLICABLE', 'WAIVED') OR reason IS NOT NULL",
            name="reason",
        ),
        CheckConstraint("state <> 'FAILED' OR remedial_action IS NOT NULL", name="remedial_action"),
        Index(
            "case_compliance_items_centre_id_case_compliance_id_key",
            "centre_id",
            "case_compliance_id",
            "requirement_id",
            unique=True,
        ),
        Index("case_compliance_items_centre_id_case_id_idx", "centre_id", "case_id"),
        Index(
            "case_compliance_items_centre_id_evidence_document_id_idx",
            "centre_id",
            "evidence_document_id",
            postgresql_where=text("evidence_document_id IS NOT NULL"),
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the items of cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)
