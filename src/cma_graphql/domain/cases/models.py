"""The tables of cases and their history of states."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, Numeric, text, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.core.formats.words import WordsOf, tag_words, text_words
from cma_graphql.domain.cases.triage import TriageReason
from cma_graphql.domain.clients.sight import looked_up, visible_case
from cma_graphql.persistence.base import (
    ACTOR_CENTRE,
    CentreRow,
    EnumText,
    SoftDeleted,
    Tracked,
    belongs_to,
)


class CaseStatus(StrEnum):
    """Who must act on a case, and whether it is live (domain reference 5.2)."""

    NEW = "NEW"
    ASSIGNED = "ASSIGNED"
    IN_PROGRESS = "IN_PROGRESS"
    ON_HOLD = "ON_HOLD"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"
    REOPENED = "REOPENED"
    REFERRED = "REFERRED"
    CANCELLED = "CANCELLED"


class CaseStage(StrEnum):
    """Where in the advice a case is (domain reference 5.1)."""

    ENQUIRY = "ENQUIRY"
    TRIAGE = "TRIAGE"
    APPOINTMENT = "APPOINTMENT"
    FACT_FIND = "FACT_FIND"
    BUDGET = "BUDGET"
    ADVICE = "ADVICE"
    RECOMMENDATION = "RECOMMENDATION"
    IMPLEMENTATION = "IMPLEMENTATION"
    REVIEW = "REVIEW"
    CLOSURE = "CLOSURE"


class Priority(StrEnum):
    """How soon a case needs attention (seed 003)."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    URGENT = "URGENT"


class Level(StrEnum):
    """How complex or how risky a case is."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class CaseCategory(StrEnum):
    """Whose debts they are, or what they concern (domain reference 4.3)."""

    PERSONAL = "PERSONAL"
    JOINT = "JOINT"
    BUSINESS = "BUSINESS"
    HOUSING = "HOUSING"
    ENFORCEMENT = "ENFORCEMENT"
    INSOLVENCY = "INSOLVENCY"


class BillingMethod(StrEnum):
    """Who pays for the work; free debt advice is NONE (seed 004)."""

    NONE = "NONE"
    FUNDED_PROJECT = "FUNDED_PROJECT"
    FIXED_FEE = "FIXED_FEE"
    HOURLY = "HOURLY"
    RETAINER = "RETAINER"


class ResolutionType(StrEnum):
    """What the advice came to."""

    SOLUTION_IMPLEMENTED = "SOLUTION_IMPLEMENTED"
    ADVICE_GIVEN = "ADVICE_GIVEN"
    REFERRED = "REFERRED"
    SELF_HELP = "SELF_HELP"
    NO_FURTHER_ACTION = "NO_FURTHER_ACTION"
    WITHDRAWN = "WITHDRAWN"


class ClosureReason(StrEnum):
    """Why a case was closed (domain reference 5.1)."""

    ADVICE_COMPLETE = "ADVICE_COMPLETE"
    SOLUTION_IN_PLACE = "SOLUTION_IN_PLACE"
    CLIENT_DISENGAGED = "CLIENT_DISENGAGED"
    CLIENT_WITHDREW = "CLIENT_WITHDREW"
    REFERRED_EXTERNALLY = "REFERRED_EXTERNALLY"
    TRANSFERRED_CENTRE = "TRANSFERRED_CENTRE"
    AGENCY_CANNOT_CONTINUE = "AGENCY_CANNOT_CONTINUE"
    CONFLICT_OF_INTEREST = "CONFLICT_OF_INTEREST"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    MOVED_AWAY = "MOVED_AWAY"
    DECEASED = "DECEASED"
    DUPLICATE = "DUPLICATE"
    OPENED_IN_ERROR = "OPENED_IN_ERROR"


class Case(Tracked, SoftDeleted, CentreRow):
    """One client's debts, worked on until closed."""

    __tablename__ = "cases"
    searched: ClassVar[Mapping[str, WordsOf]] = {
        "case_number": text_words,
        "title": text_words,
        "former_reference": text_words,
        "tags": tag_words,
    }

    case_number: Mapped[str]
    former_reference: Mapped[str | None]
    """What an imported case was called in the system it comes from."""
    client_id: Mapped[UUID]
    case_type_id: Mapped[UUID]
    advisor_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    title: Mapped[str]
    description: Mapped[str]
    summary: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    """Free text, so no array of text: events would show that in clear."""
    category: Mapped[str] = mapped_column(EnumText(CaseCategory))
    status: Mapped[str] = mapped_column(EnumText(CaseStatus))
    stage: Mapped[str] = mapped_column(EnumText(CaseStage))
    priority: Mapped[str] = mapped_column(EnumText(Priority))
    complexity: Mapped[str] = mapped_column(EnumText(Level))
    risk_level: Mapped[str] = mapped_column(EnumText(Level))
    restricted: Mapped[bool]
    """Only the advisor, the case team, managers and compliance officers see it (decision 26)."""
    compliance_required: Mapped[bool]
    legal_review_required: Mapped[bool]
    estimated_value: Mapped[Decimal | None] = mapped_column(Numeric(15, 2))
    actual_cost: Mapped[Decimal | None] = mapped_column(Numeric(15, 2))
    billing_method: Mapped[str] = mapped_column(EnumText(BillingMethod))
    opened_on: Mapped[date]
    assigned_at: Mapped[datetime | None]
    triage_reason: Mapped[str | None] = mapped_column(EnumText(TriageReason))
    triage_at: Mapped[datetime | None]
    next_review_at: Mapped[datetime | None]
    hold_reason: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    resolution_type: Mapped[str | None] = mapped_column(EnumText(ResolutionType))
    resolution_summary: Mapped[str | None]
    satisfaction: Mapped[int | None]
    closed_on: Mapped[date | None]
    closure_reason: Mapped[str | None] = mapped_column(EnumText(ClosureReason))
    closure_note: Mapped[str | None]
    referred_to: Mapped[str | None]
    cancellation_reason: Mapped[str | None]

    __table_args__ = (
        belongs_to("clients", "client_id"),
        belongs_to("case_types", "case_type_id"),
        belongs_to("memberships", "advisor_id"),
        belongs_to("teams", "team_id"),
        EnumText(CaseCategory).check("category"),
        EnumText(CaseStatus).check("status"),
        EnumText(CaseStage).check("stage"),
        EnumText(Priority).check("priority"),
        EnumText(Level).check("complexity"),
        EnumText(Level).check("risk_level"),
        EnumText(BillingMethod).check("billing_method"),
        EnumText(TriageReason).check("triage_reason"),
        EnumText(ResolutionType).check("resolution_type"),
        EnumText(ClosureReason).check("closure_reason"),
        CheckConstraint("jsonb_array_length(tags) <= 20", name="tags"),
        CheckConstraint("estimated_value >= 0", name="estimated_value"),
        CheckConstraint("actual_cost >= 0", name="actual_cost"),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction"),
        Index("cases_centre_id_case_number_key", "centre_id", "case_number", unique=True),
        Index(
            "cases_centre_id_former_reference_key",
            "centre_id",
            "former_reference",
            unique=True,
            postgresql_where=text("former_reference IS NOT NULL AND deleted_at IS NULL"),
        ),
        Index("cases_centre_id_created_at_idx", "centre_id", "created_at", "id"),
        Index("cases_centre_id_opened_on_idx", "centre_id", "opened_on", "id"),
        Index("cases_centre_id_status_created_at_idx", "centre_id", "status", "created_at", "id"),
        Index("cases_centre_id_client_id_idx", "centre_id", "client_id", "created_at", "id"),
        Index("cases_centre_id_advisor_id_idx", "centre_id", "advisor_id", "created_at", "id"),
        Index("cases_centre_id_team_id_idx", "centre_id", "team_id", "created_at", "id"),
        Index("cases_centre_id_status_opened_on_idx", "centre_id", "status", "opened_on", "id"),
        Index("cases_centre_id_status_case_number_idx", "centre_id", "status", "case_number", "id"),
        Index("cases_centre_id_advisor_id_opened_on_idx", "centre_id", "advisor_id", "opened_on", "id"),
        Index("cases_centre_id_advisor_id_case_number_idx", "centre_id", "advisor_id", "case_number", "id"),
        Index("cases_centre_id_team_id_opened_on_idx", "centre_id", "team_id", "opened_on", "id"),
        Index("cases_centre_id_team_id_case_number_idx", "centre_id", "team_id", "case_number", "id"),
        Index("cases_centre_id_case_type_id_idx", "centre_id", "case_type_id"),
        *(
            Index(
                f"cases_centre_id_unassigned_{column}_idx",
                "centre_id",
                column,
                "id",
                postgresql_where=text("advisor_id IS NULL"),
            )
            for column in ("created_at", "opened_on", "case_number", "triage_at")
        ),
        Index(
            "cases_centre_id_next_review_at_idx",
            "centre_id",
            "next_review_at",
            "id",
            postgresql_where=text("next_review_at IS NOT NULL"),
        ),
        Index(
            "cases_centre_id_advisor_id_open_idx",
            "centre_id",
            "advisor_id",
            "complexity",
            "id",
            postgresql_where=text(
                "status IN ('NEW', 'ASSIGNED', 'IN_PROGRESS', 'ON_HOLD', 'REOPENED') AND deleted_at IS NULL"
            ),
        ),
        Index("cases_centre_id_restricted_idx", "centre_id", "client_id", postgresql_where=text("restricted")),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the cases an actor with this sight sees."""
        return visible_case(cls, sight)


class CaseStatusChange(CentreRow):
    """One step of a case from a state to another; written once."""

    __tablename__ = "case_status_history"

    case_id: Mapped[UUID]
    from_status: Mapped[str | None] = mapped_column(EnumText(CaseStatus))
    to_status: Mapped[str] = mapped_column(EnumText(CaseStatus))
    reason: Mapped[str | None]
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        EnumText(CaseStatus).check("from_status"),
        EnumText(CaseStatus).check("to_status"),
        Index("case_status_history_centre_id_case_id_idx", "centre_id", "case_id", "changed_at", "id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the history of cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)


def of_visible_case(case_id: Any, sight: Sight) -> ColumnElement[bool]:
    """Match what hangs on a case that an actor with this sight sees, and that is not deleted."""
    rule = visible_case(Case, sight)
    return looked_up(
        Case.centre_id == ACTOR_CENTRE,
        Case.id == case_id,
        Case.deleted_at.is_(None),
        true() if rule is None else rule,
    )
