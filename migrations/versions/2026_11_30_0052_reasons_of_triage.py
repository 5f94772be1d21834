"""What cases wait in triage for is one of the reasons, in all rows: looked through while others write."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Look the reasons through that there are."""
    op.execute("ALTER TABLE cases VALIDATE CONSTRAINT cases_triage_reason_check")


def downgrade() -> None:
    """Leave it: what has been looked through holds."""
