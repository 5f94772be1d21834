"""Clients and their consents."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and confine them."""
    op.create_table(
        "clients",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(collation="C"), nullable=False),
        sa.Column("date_of_birth", sa.LargeBinary(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("national_insurance_number", sa.LargeBinary(), nullable=True),
        sa.Column("national_insurance_index", sa.LargeBinary(), nullable=True),
        sa.Column("safe_contact_note", sa.LargeBinary(), nullable=True),
        sa.Column("phone_primary", sa.Text(), nullable=True),
        sa.Column("phone_secondary", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_key", sa.Text(collation="C"), nullable=True),
        sa.Column("address_line1", sa.Text(), nullable=True),
        sa.Column("address_line2", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("postcode_key", sa.Text(collation="C"), nullable=True),
        sa.Column("marital_status", sa.Text(), nullable=True),
        sa.Column("employment_statuses", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("dependents", sa.Integer(), server_default="0", nullable=False),
        sa.Column("preferred_language", sa.Text(), nullable=True),
        sa.Column("interpreter_needed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "marital_status IN ('SINGLE', 'MARRIED', 'CIVIL_PARTNERSHIP', 'COHABITING', 'SEPARATED', 'DIVORCED', 'WIDOWED', 'NOT_STATED')",
            name=op.f("clients_marital_status_check"),
        ),
        sa.CheckConstraint("dependents BETWEEN 0 AND 30", name=op.f("clients_dependents_check")),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("clients_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("clients_pkey")),
    )
    op.create_index("clients_centre_id_created_at_idx", "clients", ["centre_id", "created_at", "id"], unique=False)
    op.create_index("clients_centre_id_created_by_idx", "clients", ["centre_id", "created_by"], unique=False)
    op.create_index("clients_centre_id_email_key_idx", "clients", ["centre_id", "email_key"], unique=False)
    op.create_index("clients_centre_id_name_key_idx", "clients", ["centre_id", "name_key", "id"], unique=False)
    op.create_index("clients_centre_id_ni_idx", "clients", ["centre_id", "national_insurance_index"], unique=False)
    op.create_index("clients_centre_id_postcode_key_idx", "clients", ["centre_id", "postcode_key", "id"], unique=False)
    op.create_index(
        "clients_centre_id_reference_key",
        "clients",
        ["centre_id", "reference"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "client_consents",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("wording_version", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawal_note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('IN_PERSON', 'TELEPHONE', 'ONLINE', 'PAPER')", name=op.f("client_consents_channel_check")
        ),
        sa.CheckConstraint(
            "purpose IN ('ADVICE', 'CREDITOR_CONTACT', 'CREDIT_SEARCH', 'REFERRAL', 'QA', 'FUNDER_REPORT', 'RESEARCH', 'MARKETING', 'AI_ASSIST')",
            name=op.f("client_consents_purpose_check"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("client_consents_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("client_consents_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("client_consents_pkey")),
    )
    op.create_index(
        "client_consents_centre_id_client_id_idx",
        "client_consents",
        ["centre_id", "client_id", "given_at"],
        unique=False,
    )
    op.create_index(
        "client_consents_centre_id_client_id_purpose_key",
        "client_consents",
        ["centre_id", "client_id", "purpose"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.confine_to_centre("clients", client="own", client_column="id")
    op.confine_to_centre("client_consents", client="own")


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("client_consents")
    op.drop_table("clients")
