"""The table of outcomes: a ledger, in which nothing is changed and what was wrong is withdrawn."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import of_visible_case
from cma_graphql.domain.outcomes.codes import RECURRING, WITH_AMOUNT, GainBasis, GainCertainty, OutcomeCode
from cma_graphql.persistence.base import CentreRow, EnumText, Tracked, belongs_to


def _among(codes: frozenset[OutcomeCode]) -> str:
    return ", ".join(f"'{code.value}'" for code in OutcomeCode if code in codes)


class Outcome(Tracked, CentreRow):
    """One thing that the advice in a case came to, on one day."""

    __tablename__ = "outcomes"

    case_id: Mapped[UUID]
    client_id: Mapped[UUID]
    debt_id: Mapped[UUID | None]
    """The debt that it concerns, where it concerns one."""
    code: Mapped[str] = mapped_column(EnumText(OutcomeCode))
    occurred_on: Mapped[date]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(15, 2))
    """Pounds, once or a year by `basis`."""
    basis: Mapped[str | None] = mapped_column(EnumText(GainBasis))
    certainty: Mapped[str | None] = mapped_column(EnumText(GainCertainty))
    note: Mapped[str | None]
    main: Mapped[bool]
    """Whether it is the outcome that the case is reported under."""
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    withdrawal_reason: Mapped[str | None]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("debts", "debt_id"),
        EnumText(OutcomeCode).check("code"),
        EnumText(GainBasis).check("basis"),
        EnumText(GainCertainty).check("certainty"),
        CheckConstraint(
            f"(code IN ({_among(WITH_AMOUNT)})) = (amount IS NOT NULL) "
            "AND num_nonnulls(amount, basis, certainty) IN (0, 3) AND amount > 0",
            name="amount",
        ),
        CheckConstraint(f"basis <> 'ANNUAL' OR code IN ({_among(RECURRING)})", name="annual"),
        CheckConstraint("num_nonnulls(withdrawn_at, withdrawn_by, withdrawal_reason) IN (0, 3)", name="withdrawal"),
        CheckConstraint("NOT main OR withdrawn_at IS NULL", name="main"),
        Index("outcomes_centre_id_case_id_idx", "centre_id", "case_id", "occurred_on", "id"),
        Index("outcomes_centre_id_client_id_idx", "centre_id", "client_id"),
        Index("outcomes_centre_id_debt_id_idx", "centre_id", "debt_id", "occurred_on", "id"),
        Index("outcomes_centre_id_occurred_on_idx", "centre_id", "occurred_on", "id"),
        Index("outcomes_centre_id_code_idx", "centre_id", "code", "occurred_on", "id"),
        Index(
            "outcomes_centre_id_case_id_main_key", "centre_id", "case_id", unique=True, postgresql_where=text("main")
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the outcomes of cases an actor with this sight sees."""
        return of_visible_case(cls.case_id, sight)
