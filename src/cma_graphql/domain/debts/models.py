"""The tables of debts, their types, payments, balances and holders."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ColumnElement, Index, Numeric, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import of_visible_case
from cma_graphql.domain.centres.models import Jurisdiction
from cma_graphql.domain.debts.kinds import (
    Certainty,
    DebtExclusion,
    DebtPriority,
    DebtStatus,
    EnforcementStage,
    Liability,
    LimitationKind,
    RegulatedCredit,
)
from cma_graphql.persistence.base import (
    BlindIndex,
    CentreRow,
    EnumText,
    Row,
    Sealed,
    SoftDeleted,
    Tracked,
    belongs_to,
)

MONEY = Numeric(15, 2)
RATE = Numeric(8, 2)


class DebtTypeColumns:
    """What a type of debt says, in the network's catalogue and in a centre's copy of it."""

    code: Mapped[str]
    name: Mapped[str]
    default_priority: Mapped[str] = mapped_column(EnumText(DebtPriority))
    adviser_decides: Mapped[bool]
    """Whether lists of priority debts differ about it, or it depends on the goods or the business."""
    excluded_from: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    """Values of `DebtExclusion`."""
    regulated_credit: Mapped[str] = mapped_column(EnumText(RegulatedCredit))
    limitation_kind: Mapped[str] = mapped_column(EnumText(LimitationKind))
    sanction: Mapped[str]
    """The worst that not paying may lead to."""
    note: Mapped[str | None]
    source: Mapped[str]
    certainty: Mapped[str] = mapped_column(EnumText(Certainty))
    position: Mapped[int]


def _checks() -> tuple[CheckConstraint, ...]:
    exclusions = ", ".join(f"'{member.value}'" for member in DebtExclusion)
    return (
        EnumText(DebtPriority).check("default_priority"),
        EnumText(RegulatedCredit).check("regulated_credit"),
        EnumText(LimitationKind).check("limitation_kind"),
        EnumText(Certainty).check("certainty"),
        CheckConstraint(f"excluded_from <@ ARRAY[{exclusions}]", name="excluded_from"),
    )


class DebtTypeCatalogueEntry(DebtTypeColumns, Row):
    """A type of debt of the network: read-only to centres, which work with copies (decision 6)."""

    __tablename__ = "debt_type_catalogue"

    id: Mapped[UUID] = mapped_column(primary_key=True)

    __table_args__ = (*_checks(), Index("debt_type_catalogue_code_key", "code", unique=True))


class DebtType(DebtTypeColumns, CentreRow):
    """A centre's copy of a type of debt, made when the centre is."""

    __tablename__ = "debt_types"

    catalogue_id: Mapped[UUID | None]
    active: Mapped[bool]

    __table_args__ = (*_checks(), Index("debt_types_centre_id_code_key", "centre_id", "code", unique=True))


class LimitationPeriod(Row):
    """After how many years a kind of debt may be too old to be enforced, where, and since when that is so."""

    __tablename__ = "limitation_periods"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str] = mapped_column(EnumText(Jurisdiction))
    kind: Mapped[str] = mapped_column(EnumText(LimitationKind))
    years: Mapped[int]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    """The last day of the rule; None: it stands."""
    certainty: Mapped[str] = mapped_column(EnumText(Certainty))
    source: Mapped[str]

    __table_args__ = (
        EnumText(Jurisdiction).check("jurisdiction"),
        EnumText(LimitationKind).check("kind"),
        EnumText(Certainty).check("certainty"),
        CheckConstraint("years > 0", name="years"),
        CheckConstraint("valid_until >= valid_from", name="valid_until"),
        Index("limitation_periods_jurisdiction_kind_key", "jurisdiction", "kind", "valid_from", unique=True),
    )


class Debt(Tracked, SoftDeleted, CentreRow):
    """What a client owes on one account, in one case."""

    __tablename__ = "debts"

    case_id: Mapped[UUID]
    client_id: Mapped[UUID]
    debt_type_id: Mapped[UUID]
    creditor_id: Mapped[UUID]
    """Who was owed at first."""
    collector_id: Mapped[UUID | None]
    """Who holds or collects it now, where that is another than the creditor."""
    description: Mapped[str | None]
    account_number: Mapped[bytes | None] = mapped_column(Sealed)
    account_number_index: Mapped[bytes | None] = mapped_column(BlindIndex)
    original_balance: Mapped[Decimal | None] = mapped_column(MONEY)
    current_balance: Mapped[Decimal | None] = mapped_column(MONEY)
    """None: not known yet."""
    balance_as_of: Mapped[date | None]
    monthly_payment: Mapped[Decimal | None] = mapped_column(MONEY)
    """What the agreement asks for a month."""
    arrears: Mapped[Decimal | None] = mapped_column(MONEY)
    interest_rate: Mapped[Decimal | None] = mapped_column(RATE)
    """Per cent a year (APR)."""
    interest_frozen: Mapped[bool]
    priority: Mapped[str] = mapped_column(EnumText(DebtPriority))
    priority_override_reason: Mapped[str | None]
    """Why the priority is not the type's; None: it is."""
    liability: Mapped[str] = mapped_column(EnumText(Liability))
    joint_party_name: Mapped[str | None]
    """The other party of a joint debt; who is guaranteed, for a guarantor."""
    regulated_credit: Mapped[str] = mapped_column(EnumText(RegulatedCredit))
    jurisdiction: Mapped[str] = mapped_column(EnumText(Jurisdiction))
    incurred_on: Mapped[date | None]
    defaulted_on: Mapped[date | None]
    last_payment_on: Mapped[date | None]
    last_acknowledged_on: Mapped[date | None]
    """When the client last acknowledged it in writing."""
    judgment_on: Mapped[date | None]
    judgment_amount: Mapped[Decimal | None] = mapped_column(MONEY)
    judgment_reference: Mapped[str | None]
    judgment_satisfied: Mapped[bool | None]
    enforcement_stage: Mapped[str] = mapped_column(EnumText(EnforcementStage))
    next_action: Mapped[str | None]
    next_action_on: Mapped[date | None]
    due_key: Mapped[date]
    """The day of the next action, or the last of all days: lists sort by it, and sort by nothing that may be null."""
    secured_amount: Mapped[Decimal | None] = mapped_column(MONEY)
    fraud_alleged: Mapped[bool]
    notes: Mapped[str | None]
    status: Mapped[str] = mapped_column(EnumText(DebtStatus))
    status_reason: Mapped[str | None]
    status_changed_at: Mapped[datetime]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("debt_types", "debt_type_id"),
        belongs_to("creditors", "creditor_id"),
        belongs_to("creditors", "collector_id"),
        EnumText(DebtPriority).check("priority"),
        EnumText(Liability).check("liability"),
        EnumText(RegulatedCredit).check("regulated_credit"),
        EnumText(Jurisdiction).check("jurisdiction"),
        EnumText(EnforcementStage).check("enforcement_stage"),
        EnumText(DebtStatus).check("status"),
        CheckConstraint(
            "original_balance >= 0 AND current_balance >= 0 AND monthly_payment >= 0 AND arrears >= 0 "
            "AND judgment_amount >= 0 AND secured_amount >= 0 AND interest_rate BETWEEN 0 AND 99999.99",
            name="amounts",
        ),
        CheckConstraint("(current_balance IS NULL) = (balance_as_of IS NULL)", name="balance_as_of"),
        CheckConstraint(
            "liability NOT IN ('JOINT', 'GUARANTOR') OR joint_party_name IS NOT NULL", name="joint_party_name"
        ),
        # The driver writes the last of all days, `date.max`, as infinity.
        CheckConstraint("due_key = coalesce(next_action_on, 'infinity'::date)", name="due_key"),
        Index("debts_centre_id_created_at_idx", "centre_id", "created_at", "id"),
        Index("debts_centre_id_due_key_idx", "centre_id", "due_key", "id"),
        Index("debts_centre_id_status_due_key_idx", "centre_id", "status", "due_key", "id"),
        Index("debts_centre_id_status_created_at_idx", "centre_id", "status", "created_at", "id"),
        Index("debts_centre_id_enforcement_stage_created_at_idx", "centre_id", "enforcement_stage", "created_at", "id"),
        Index("debts_centre_id_case_id_idx", "centre_id", "case_id", "created_at", "id"),
        Index("debts_centre_id_client_id_idx", "centre_id", "client_id", "created_at", "id"),
        Index("debts_centre_id_creditor_id_idx", "centre_id", "creditor_id", "created_at", "id"),
        Index("debts_centre_id_collector_id_idx", "centre_id", "collector_id", "created_at", "id"),
        Index("debts_centre_id_debt_type_id_idx", "centre_id", "debt_type_id", "created_at", "id"),
        Index("debts_centre_id_enforcement_stage_idx", "centre_id", "enforcement_stage", "due_key", "id"),
        Index("debts_centre_id_account_number_idx", "centre_id", "account_number_index"),
        Index(
            "debts_centre_id_deleted_at_idx",
            "centre_id",
            "deleted_at",
            "id",
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the debts of cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)


class OfADebt:
    """A line of a debt's history: written once."""

    case_id: Mapped[UUID]
    client_id: Mapped[UUID]
    debt_id: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(sort_order=90)
    recorded_by: Mapped[UUID] = mapped_column(sort_order=90)


class DebtPayment(OfADebt, CentreRow):
    """One payment on a debt."""

    __tablename__ = "debt_payments"

    paid_on: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(MONEY)
    lowers_balance: Mapped[bool]
    """Whether the balance went down by it; one made before the day of the balance is in that balance already."""
    note: Mapped[str | None]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("debts", "debt_id"),
        CheckConstraint("amount > 0", name="amount"),
        Index("debt_payments_centre_id_debt_id_idx", "centre_id", "debt_id", "paid_on", "id"),
        Index("debt_payments_centre_id_case_id_idx", "centre_id", "case_id"),
        Index("debt_payments_centre_id_client_id_idx", "centre_id", "client_id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the payments in cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)


class DebtBalance(OfADebt, CentreRow):
    """What a debt stood at on one day, as somebody stated it."""

    __tablename__ = "debt_balances"

    as_of: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(MONEY)
    note: Mapped[str | None]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("debts", "debt_id"),
        CheckConstraint("amount >= 0", name="amount"),
        Index("debt_balances_centre_id_debt_id_idx", "centre_id", "debt_id", "as_of", "id"),
        Index("debt_balances_centre_id_case_id_idx", "centre_id", "case_id"),
        Index("debt_balances_centre_id_client_id_idx", "centre_id", "client_id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the balances in cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)


class DebtHolder(OfADebt, CentreRow):
    """Who held a debt from which day: the creditor at first, then whom it was passed to."""

    __tablename__ = "debt_holders"

    creditor_id: Mapped[UUID]
    position: Mapped[int]
    """0 for the creditor at first, counted up at each reassignment."""
    held_from: Mapped[date | None]
    """None: from the beginning."""
    reason: Mapped[str | None]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("debts", "debt_id"),
        belongs_to("creditors", "creditor_id"),
        CheckConstraint("(position = 0) = (held_from IS NULL)", name="held_from"),
        Index("debt_holders_centre_id_debt_id_key", "centre_id", "debt_id", "position", unique=True),
        Index("debt_holders_centre_id_case_id_idx", "centre_id", "case_id"),
        Index("debt_holders_centre_id_client_id_idx", "centre_id", "client_id"),
        Index("debt_holders_centre_id_creditor_id_idx", "centre_id", "creditor_id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the holders of debts in cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)
