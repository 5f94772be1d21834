"""The tables of budgets: the network's catalogue of statement lines, and a case's statements with their lines."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import of_visible_case
from cma_graphql.domain.clients.models import ConsentChannel
from cma_graphql.domain.households.models import StatementScheme
from cma_graphql.persistence.base import CentreRow, EnumText, Row, SoftDeleted, Tracked, belongs_to


class LineKind(StrEnum):
    """What a line counts as in the totals of a statement (domain reference 2.3)."""

    INCOME = "INCOME"
    FIXED = "FIXED"
    FLEXIBLE = "FLEXIBLE"
    SAVINGS = "SAVINGS"
    DEBT_FEE = "DEBT_FEE"


class GuidelineCategory(StrEnum):
    """The flexible costs for which the scheme issues spending guidelines (domain reference 2.4)."""

    COMMUNICATIONS_LEISURE = "COMMUNICATIONS_LEISURE"
    FOOD_HOUSEKEEPING = "FOOD_HOUSEKEEPING"
    PERSONAL = "PERSONAL"


class Frequency(StrEnum):
    """How often an amount comes or goes (domain reference 2.5)."""

    WEEKLY = "WEEKLY"
    FORTNIGHTLY = "FORTNIGHTLY"
    FOUR_WEEKLY = "FOUR_WEEKLY"
    TWICE_MONTHLY = "TWICE_MONTHLY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    TERMLY = "TERMLY"
    HALF_YEARLY = "HALF_YEARLY"
    ANNUAL = "ANNUAL"
    TEN_INSTALMENTS = "TEN_INSTALMENTS"


class SheetType(StrEnum):
    """Which statement of a case it is (seed 003)."""

    INITIAL = "INITIAL"
    REVISED = "REVISED"
    FINAL = "FINAL"


class SheetStatus(StrEnum):
    """How far a statement has come (domain reference 2.3)."""

    DRAFT = "DRAFT"
    READY_FOR_REVIEW = "READY_FOR_REVIEW"
    CONFIRMED_BY_CLIENT = "CONFIRMED_BY_CLIENT"
    SENT = "SENT"
    SUPERSEDED = "SUPERSEDED"
    WITHDRAWN = "WITHDRAWN"


class VerificationStatus(StrEnum):
    """Whether somebody has compared a statement with its evidence (seed 003)."""

    UNVERIFIED = "UNVERIFIED"
    PARTIALLY_VERIFIED = "PARTIALLY_VERIFIED"
    VERIFIED = "VERIFIED"
    REJECTED = "REJECTED"


class StatementLine(Row):
    """A line that a scheme's statement may have, and when: the same for the whole network, read-only to centres."""

    __tablename__ = "statement_lines"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(EnumText(StatementScheme))
    scheme_version: Mapped[str]
    code: Mapped[str]
    kind: Mapped[str] = mapped_column(EnumText(LineKind))
    group_code: Mapped[str]
    section: Mapped[str]
    name: Mapped[str]
    element: Mapped[str]
    """The line's name in files that are exchanged with others."""
    repeatable: Mapped[bool]
    needs_description: Mapped[bool]
    guideline_category: Mapped[str | None] = mapped_column(EnumText(GuidelineCategory))
    position: Mapped[int]
    active_from: Mapped[date]
    active_to: Mapped[date | None]
    source: Mapped[str]
    certainty: Mapped[str]

    __table_args__ = (
        EnumText(StatementScheme).check("scheme"),
        EnumText(LineKind).check("kind"),
        EnumText(GuidelineCategory).check("guideline_category"),
        CheckConstraint("active_to >= active_from", name="active"),
        Index("statement_lines_scheme_code_key", "scheme", "scheme_version", "code", unique=True),
    )


class PaymentFrequency(Row):
    """How many periods of a frequency a year has, and since when it may be used."""

    __tablename__ = "payment_frequencies"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(EnumText(Frequency))
    name: Mapped[str]
    periods_per_year: Mapped[int]
    position: Mapped[int]
    active_from: Mapped[date]
    active_to: Mapped[date | None]
    source: Mapped[str]
    certainty: Mapped[str]

    __table_args__ = (
        EnumText(Frequency).check("code"),
        CheckConstraint("periods_per_year > 0", name="periods_per_year"),
        CheckConstraint("active_to >= active_from", name="active"),
        Index("payment_frequencies_code_key", "code", unique=True),
    )


class StatementParameter(Row):
    """A figure by which a scheme reckons, for a time."""

    __tablename__ = "statement_parameters"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(EnumText(StatementScheme))
    code: Mapped[str]
    value: Mapped[Decimal] = mapped_column(Numeric(15, 4))
    active_from: Mapped[date]
    active_to: Mapped[date | None]
    source: Mapped[str]
    certainty: Mapped[str]

    __table_args__ = (
        EnumText(StatementScheme).check("scheme"),
        CheckConstraint("active_to >= active_from", name="active"),
        Index("statement_parameters_scheme_code_key", "scheme", "code", "active_from", unique=True),
    )


class BudgetSheet(Tracked, CentreRow):
    """One version of a case's financial statement. It is never deleted; what is given up is withdrawn."""

    __tablename__ = "budget_sheets"

    case_id: Mapped[UUID]
    client_id: Mapped[UUID]
    number: Mapped[int]
    """1, 2, 3 … within the case."""
    scheme: Mapped[str] = mapped_column(EnumText(StatementScheme))
    scheme_version: Mapped[str]
    statement_date: Mapped[date]
    sheet_type: Mapped[str] = mapped_column(EnumText(SheetType))
    status: Mapped[str] = mapped_column(EnumText(SheetStatus))
    joint_application: Mapped[bool]
    asset_use_considered: Mapped[bool]
    savings_considered: Mapped[bool]
    notes: Mapped[str | None]
    began_in_portal: Mapped[bool]
    copied_from_id: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    verification_status: Mapped[str] = mapped_column(EnumText(VerificationStatus))
    verified_by: Mapped[UUID | None]
    verified_at: Mapped[datetime | None]
    verification_note: Mapped[str | None]
    accuracy_confirmed_at: Mapped[datetime | None]
    consent_to_send_at: Mapped[datetime | None]
    confirmation_channel: Mapped[str | None] = mapped_column(EnumText(ConsentChannel))
    consent_channel: Mapped[str | None] = mapped_column(EnumText(ConsentChannel))
    supersedes_id: Mapped[UUID | None]
    sent_at: Mapped[datetime | None]
    sent_to: Mapped[str | None]
    withdrawal_reason: Mapped[str | None]
    total_income: Mapped[Decimal | None] = mapped_column(Numeric(15, 2))
    total_fixed: Mapped[Decimal | None] = mapped_column(Numeric(15, 2))
    total_flexible: Mapped[Decimal | None] = mapped_column(Numeric(15, 2))
    savings_contribution: Mapped[Decimal | None] = mapped_column(Numeric(15, 2))
    debt_admin_fee: Mapped[Decimal | None] = mapped_column(Numeric(15, 2))

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("budget_sheets", "copied_from_id"),
        belongs_to("budget_sheets", "supersedes_id"),
        belongs_to("memberships", "verified_by"),
        EnumText(StatementScheme).check("scheme"),
        EnumText(SheetType).check("sheet_type"),
        EnumText(SheetStatus).check("status"),
        EnumText(VerificationStatus).check("verification_status"),
        EnumText(ConsentChannel).check("confirmation_channel"),
        EnumText(ConsentChannel).check("consent_channel"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint(
            "status <> 'SENT' OR (accuracy_confirmed_at IS NOT NULL AND consent_to_send_at IS NOT NULL "
            "AND sent_at IS NOT NULL)",
            name="sent",
        ),
        CheckConstraint(
            "status NOT IN ('CONFIRMED_BY_CLIENT', 'SENT') OR (accuracy_confirmed_at IS NOT NULL "
            "AND total_income IS NOT NULL AND total_fixed IS NOT NULL AND total_flexible IS NOT NULL "
            "AND savings_contribution IS NOT NULL AND debt_admin_fee IS NOT NULL)",
            name="confirmed",
        ),
        Index("budget_sheets_centre_id_case_id_number_key", "centre_id", "case_id", "number", unique=True),
        Index(
            "budget_sheets_centre_id_case_id_current_key",
            "centre_id",
            "case_id",
            unique=True,
            postgresql_where=text("status IN ('CONFIRMED_BY_CLIENT', 'SENT')"),
        ),
        Index("budget_sheets_centre_id_client_id_idx", "centre_id", "client_id", "accuracy_confirmed_at"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the statements of cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)


class BudgetLine(Tracked, SoftDeleted, CentreRow):
    """One amount on a statement, as it was stated and a month."""

    __tablename__ = "budget_lines"

    sheet_id: Mapped[UUID]
    case_id: Mapped[UUID]
    client_id: Mapped[UUID]
    code: Mapped[str]
    entry: Mapped[int]
    """Tells the lines of one repeatable code apart; 1 for the others."""
    description: Mapped[str | None]
    amount: Mapped[Decimal] = mapped_column(Numeric(15, 2))
    frequency: Mapped[str] = mapped_column(EnumText(Frequency))
    monthly_amount: Mapped[Decimal] = mapped_column(Numeric(15, 2))
    note: Mapped[str | None]
    verified: Mapped[bool]

    __table_args__ = (
        belongs_to("budget_sheets", "sheet_id"),
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        EnumText(Frequency).check("frequency"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("monthly_amount >= 0", name="monthly_amount"),
        CheckConstraint("entry >= 1", name="entry"),
        Index(
            "budget_lines_centre_id_sheet_id_code_entry_key",
            "centre_id",
            "sheet_id",
            "code",
            "entry",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index("budget_lines_centre_id_case_id_idx", "centre_id", "case_id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the lines of cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)
