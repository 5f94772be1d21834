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
    """Hold the reasons to it without having looked the rows through."""
    op.execute("ALTER TABLE cases DROP CONSTRAINT cases_triage_reason_check")
    op.create_check_constraint(
        op.f("cases_triage_reason_check"),
        "cases",
        "triage_reason IN ('NOBODY_ADVISES', 'NOBODY_HAS_THE_SKILLS', 'NOBODY_HAS_ROOM', 'NOBODY_IS_AVAILABLE')",
        postgresql_not_valid=True,
    )
