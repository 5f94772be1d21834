"""Centres, people, teams."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and confine them."""
    op.create_table(
        "centres",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("organisation_type", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("address_line1", sa.Text(), nullable=True),
        sa.Column("address_line2", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("manager_id", sa.Uuid(), nullable=True),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "jurisdiction IN ('ENGLAND_AND_WALES', 'SCOTLAND', 'NORTHERN_IRELAND')",
            name=op.f("centres_jurisdiction_check"),
        ),
        sa.CheckConstraint(
            "organisation_type IN ('CITIZENS_ADVICE', 'INDEPENDENT_CHARITY', 'LOCAL_AUTHORITY', 'CREDIT_UNION', 'HOUSING_ASSOCIATION', 'PLATFORM')",
            name=op.f("centres_organisation_type_check"),
        ),
        sa.CheckConstraint("status IN ('ACTIVE', 'SUSPENDED', 'CLOSED')", name=op.f("centres_status_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("centres_pkey")),
    )
    op.create_index("centres_code_key", "centres", ["code"], unique=True)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("users_pkey")),
    )
    op.create_index("users_email_key_key", "users", ["email_key"], unique=True)
    op.create_table(
        "memberships",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("roles", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(collation="C"), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("hire_date", sa.Date(), nullable=True),
        sa.Column("qualification_level", sa.Text(), nullable=True),
        sa.Column("capacity_points", sa.Integer(), nullable=True),
        sa.Column("supervisor_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("status IN ('INVITED', 'ACTIVE', 'DEACTIVATED')", name=op.f("memberships_status_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "supervisor_id"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("memberships_centre_id_supervisor_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("memberships_centre_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("memberships_user_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "user_id", name=op.f("memberships_pkey")),
    )
    op.create_index(
        "memberships_centre_id_name_key_idx", "memberships", ["centre_id", "name_key", "user_id"], unique=False
    )
    op.create_index(
        "memberships_centre_id_supervisor_id_idx", "memberships", ["centre_id", "supervisor_id"], unique=False
    )
    op.create_index("memberships_user_id_idx", "memberships", ["user_id"], unique=False)
    op.create_table(
        "teams",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("teams_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("teams_pkey")),
    )
    op.create_index(
        "teams_centre_id_name_key_key",
        "teams",
        ["centre_id", "name_key"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "team_members",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id", "team_id"], ["teams.centre_id", "teams.id"], name=op.f("team_members_centre_id_team_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "user_id"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("team_members_centre_id_user_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("team_members_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("team_members_pkey")),
    )
    op.create_index(
        "team_members_centre_id_team_id_user_id_key",
        "team_members",
        ["centre_id", "team_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index("team_members_centre_id_user_id_idx", "team_members", ["centre_id", "user_id"], unique=False)
    op.create_foreign_key(
        "centres_manager_id_fkey",
        "centres",
        "memberships",
        ["id", "manager_id"],
        ["centre_id", "user_id"],
        deferrable=True,
        initially="DEFERRED",
    )
    op.confine_to_centre("centres", client="open", column="id", platform=True)
    op.confine_to_centre("memberships", client="denied", platform=True)
    op.confine_to_centre("teams", client="denied", platform=True)
    op.confine_to_centre("team_members", client="denied")
    # Reached through functions only: nobody but the owner reads people as such (decision 3).
    op.execute("GRANT SELECT ON users TO cma_backup")
    # The platform's own row: acts without a centre are logged under it (decision 4).
    op.execute(
        "INSERT INTO centres (id, name, code, organisation_type, jurisdiction, status, created_at, created_by, "
        "updated_at, updated_by) VALUES ('00000000-0000-7000-8000-000000000001', 'The platform', 'PLATFORM', "
        "'PLATFORM', 'ENGLAND_AND_WALES', 'ACTIVE', now(), '00000000-0000-7000-8000-000000000002', now(), "
        "'00000000-0000-7000-8000-000000000002')"
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_constraint("centres_manager_id_fkey", "centres")
    op.drop_table("team_members")
    op.drop_table("teams")
    op.drop_table("memberships")
    op.drop_table("users")
    op.drop_table("centres")
