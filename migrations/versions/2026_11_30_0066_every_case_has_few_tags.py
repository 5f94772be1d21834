"""A case has at most twenty tags, in all rows: looked through while others write."""

from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Look them through."""
    op.execute("ALTER TABLE cases VALIDATE CONSTRAINT cases_tags_check")


def downgrade() -> None:
    """Hold new rows to it without having looked through those that there are."""
    op.execute("ALTER TABLE cases DROP CONSTRAINT cases_tags_check")
    op.create_check_constraint(
        op.f("cases_tags_check"), "cases", "jsonb_array_length(tags) <= 20", postgresql_not_valid=True
    )
