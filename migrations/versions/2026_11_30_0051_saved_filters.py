"""Filters that people keep for themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and confine it."""
    op.create_table(
        "saved_filters",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("filtered_list", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "filtered_list IN ('CASES', 'CLIENTS', 'DEBTS', 'DOCUMENTS')",
            name=op.f("saved_filters_filtered_list_check"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "user_id"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("saved_filters_centre_id_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("saved_filters_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("saved_filters_pkey")),
    )
    op.create_index(
        "saved_filters_centre_id_user_id_name_key",
        "saved_filters",
        ["centre_id", "user_id", "filtered_list", "name_key"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.confine_to_centre("saved_filters", client="denied")


def downgrade() -> None:
    """Take the table back."""
    op.drop_table("saved_filters")
