"""What advice came to: the ledger of outcomes."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

CODES = (
    "'DRO_MADE', 'DRO_REFUSED', 'DRO_REVOKED', 'BANKRUPTCY_ORDER', 'IVA_APPROVED', 'IVA_REJECTED', 'DMP_STARTED', "
    "'ADMIN_ORDER_MADE', 'COMPOSITION_ORDER', 'BREATHING_SPACE_COMPLETED', 'BREATHING_SPACE_CANCELLED', "
    "'MHCM_COMPLETED', 'DAS_APPROVED', 'MAP_AWARDED', 'SEQUESTRATION_AWARDED', 'PTD_PROTECTED', 'MORATORIUM_SCOT', "
    "'PRO_RATA_AGREED', 'TOKEN_AGREED', 'HOLD_AGREED', 'INTEREST_FROZEN', 'FULL_FINAL_SETTLED', 'PARTIAL_WRITE_OFF', "
    "'WRITE_OFF', 'REPAID', 'SELF_HELP', 'LIABILITY_REMOVED', 'STATUTE_BARRED', 'EVICTION_PREVENTED', "
    "'REPOSSESSION_PREVENTED', 'DISCONNECTION_PREVENTED', 'ENFORCEMENT_STOPPED', 'FINE_REMITTED', 'INCOME_GAINED', "
    "'EXPENDITURE_REDUCED', 'GRANT_AWARDED', 'DEBT_WRITTEN_OFF', 'DEBT_RESCHEDULED', 'CONFIDENCE_UP', "
    "'WELLBEING_UP', 'BUDGETING_SKILL_UP', 'NO_CHANGE', 'UNKNOWN'"
)


def upgrade() -> None:
    """Make the table and confine it."""
    op.create_table(
        "outcomes",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("debt_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("certainty", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("main", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(f"code IN ({CODES})", name=op.f("outcomes_code_check")),
        sa.CheckConstraint("basis IN ('ONE_OFF', 'ANNUAL')", name=op.f("outcomes_basis_check")),
        sa.CheckConstraint("certainty IN ('CONFIRMED', 'ESTIMATED')", name=op.f("outcomes_certainty_check")),
        sa.CheckConstraint(
            "(code IN ('INCOME_GAINED', 'EXPENDITURE_REDUCED', 'GRANT_AWARDED', 'DEBT_WRITTEN_OFF', "
            "'DEBT_RESCHEDULED')) = (amount IS NOT NULL) "
            "AND num_nonnulls(amount, basis, certainty) IN (0, 3) AND amount > 0",
            name=op.f("outcomes_amount_check"),
        ),
        sa.CheckConstraint(
            "basis <> 'ANNUAL' OR code IN ('INCOME_GAINED', 'EXPENDITURE_REDUCED')", name=op.f("outcomes_annual_check")
        ),
        sa.CheckConstraint(
            "num_nonnulls(withdrawn_at, withdrawn_by, withdrawal_reason) IN (0, 3)",
            name=op.f("outcomes_withdrawal_check"),
        ),
        sa.CheckConstraint("NOT main OR withdrawn_at IS NULL", name=op.f("outcomes_main_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"], ["cases.centre_id", "cases.id"], name=op.f("outcomes_centre_id_case_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("outcomes_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "debt_id"], ["debts.centre_id", "debts.id"], name=op.f("outcomes_centre_id_debt_id_fkey")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("outcomes_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("outcomes_pkey")),
    )
    op.create_index("outcomes_centre_id_case_id_idx", "outcomes", ["centre_id", "case_id", "occurred_on", "id"])
    op.create_index("outcomes_centre_id_client_id_idx", "outcomes", ["centre_id", "client_id"])
    op.create_index("outcomes_centre_id_debt_id_idx", "outcomes", ["centre_id", "debt_id", "occurred_on", "id"])
    op.create_index("outcomes_centre_id_occurred_on_idx", "outcomes", ["centre_id", "occurred_on", "id"])
    op.create_index("outcomes_centre_id_code_idx", "outcomes", ["centre_id", "code", "occurred_on", "id"])
    op.create_index(
        "outcomes_centre_id_case_id_main_key",
        "outcomes",
        ["centre_id", "case_id"],
        unique=True,
        postgresql_where=sa.text("main"),
    )
    op.confine_to_centre("outcomes", client="own")


def downgrade() -> None:
    """Take the table back."""
    op.drop_table("outcomes")
