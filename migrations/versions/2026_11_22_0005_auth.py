"""Sessions, refresh tokens, one-time links, keys of programs."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; those of the whole network are granted to nobody but the backup (decision 3)."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("authenticated_by", sa.Text(), nullable=False),
        sa.Column("remote_address", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "authenticated_by IN ('PASSWORD', 'INVITATION')", name=op.f("sessions_authenticated_by_check")
        ),
        sa.CheckConstraint(
            "revoked_because IN ('LOGOUT', 'CENTRE_SWITCH', 'REVOKED', 'PASSWORD_CHANGE', 'PASSWORD_RESET', 'TOKEN_REUSE', 'MEMBERSHIP')",
            name=op.f("sessions_revoked_because_check"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("sessions_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("sessions_pkey")),
    )
    op.create_index("sessions_user_id_idx", "sessions", ["user_id", "created_at"], unique=False)
    op.create_index("sessions_expires_at_idx", "sessions", ["expires_at"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("successor", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("refresh_tokens_session_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("refresh_tokens_pkey")),
    )
    op.create_index("refresh_tokens_session_id_idx", "refresh_tokens", ["session_id"], unique=False)
    op.create_table(
        "one_time_links",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('INVITATION', 'PASSWORD_RESET')", name=op.f("one_time_links_purpose_check")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("one_time_links_user_id_fkey")),
        sa.PrimaryKeyConstraint("digest", name=op.f("one_time_links_pkey")),
    )
    op.create_index("one_time_links_user_id_idx", "one_time_links", ["user_id", "purpose"], unique=False)
    op.create_index("one_time_links_expires_at_idx", "one_time_links", ["expires_at"], unique=False)
    op.create_table(
        "service_keys",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("service_keys_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("service_keys_pkey")),
    )
    op.create_index("service_keys_centre_id_digest_key", "service_keys", ["centre_id", "digest"], unique=True)
    op.create_index(
        "service_keys_centre_id_created_at_idx", "service_keys", ["centre_id", "created_at", "id"], unique=False
    )
    op.create_index("service_keys_digest_idx", "service_keys", ["digest"], unique=False)
    op.confine_to_centre("service_keys", client="denied")
    op.execute("GRANT SELECT ON sessions, refresh_tokens, one_time_links TO cma_backup")


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("service_keys")
    op.drop_table("one_time_links")
    op.drop_table("refresh_tokens")
    op.drop_table("sessions")
