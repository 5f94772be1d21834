"""Assets, and the debts that are secured against them."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and confine it."""
    op.create_table(
        "assets",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("asset_type", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("estimated_value", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column("valued_on", sa.Date(), nullable=False),
        sa.Column("valuation_basis", sa.Text(), nullable=False),
        sa.Column("ownership_share", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("joint_owner", sa.Text(), nullable=True),
        sa.Column("secured_amount", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column("secured_debt_id", sa.Uuid(), nullable=True),
        sa.Column("exempt", sa.Boolean(), nullable=False),
        sa.Column("exemption_reason", sa.Text(), nullable=True),
        sa.Column("exemption_note", sa.Text(), nullable=True),
        sa.Column("registration", sa.Text(), nullable=True),
        sa.Column("adapted", sa.Boolean(), nullable=True),
        sa.Column("needed_for_work", sa.Boolean(), nullable=True),
        sa.Column("domestic", sa.Boolean(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("mortgaged", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "asset_type IN ('PROPERTY', 'VEHICLE', 'SAVINGS', 'INVESTMENT', 'PENSION', 'INSURANCE_POLICY', 'HOUSEHOLD_GOODS', 'TOOLS_OF_TRADE', 'JEWELLERY', 'OTHER')",
            name=op.f("assets_asset_type_check"),
        ),
        sa.CheckConstraint(
            "valuation_basis IN ('CLIENT_ESTIMATE', 'PROFESSIONAL_VALUATION', 'ONLINE_GUIDE', 'STATEMENT')",
            name=op.f("assets_valuation_basis_check"),
        ),
        sa.CheckConstraint(
            "exemption_reason IN ('NECESSARY_HOUSEHOLD_ITEM', 'TOOLS_OF_TRADE', 'VEHICLE_ADAPTED', 'VEHICLE_LOW_VALUE', 'PENSION_RIGHTS', 'HELD_ON_TRUST', 'OTHER')",
            name=op.f("assets_exemption_reason_check"),
        ),
        sa.CheckConstraint("estimated_value >= 0 AND secured_amount >= 0", name=op.f("assets_amounts_check")),
        sa.CheckConstraint("ownership_share > 0 AND ownership_share <= 100", name=op.f("assets_ownership_share_check")),
        sa.CheckConstraint(
            "(ownership_share < 100) = (joint_owner IS NOT NULL)", name=op.f("assets_joint_owner_check")
        ),
        sa.CheckConstraint(
            "exempt = (exemption_reason IS NOT NULL) AND (exempt OR exemption_note IS NULL) "
            "AND (exemption_reason IS NULL OR exemption_reason <> 'OTHER' OR exemption_note IS NOT NULL)",
            name=op.f("assets_exemption_check"),
        ),
        sa.CheckConstraint(
            "asset_type = 'VEHICLE' OR num_nonnulls(registration, adapted, needed_for_work, domestic) = 0",
            name=op.f("assets_vehicle_check"),
        ),
        sa.CheckConstraint(
            "asset_type = 'PROPERTY' OR num_nonnulls(address, postcode, mortgaged) = 0",
            name=op.f("assets_property_check"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"], ["cases.centre_id", "cases.id"], name=op.f("assets_centre_id_case_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("assets_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "secured_debt_id"],
            ["debts.centre_id", "debts.id"],
            name=op.f("assets_centre_id_secured_debt_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("assets_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("assets_pkey")),
    )
    op.create_index("assets_centre_id_case_id_idx", "assets", ["centre_id", "case_id", "created_at", "id"])
    op.create_index("assets_centre_id_client_id_idx", "assets", ["centre_id", "client_id"])
    op.create_index(
        "assets_centre_id_secured_debt_id_idx", "assets", ["centre_id", "secured_debt_id", "created_at", "id"]
    )
    op.confine_to_centre("assets", client="own")


def downgrade() -> None:
    """Take the table back."""
    op.drop_table("assets")
