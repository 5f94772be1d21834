"""The rules of tasks, in all rows: looked through while others write."""

from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Look the rules through."""
    op.execute("ALTER TABLE tasks VALIDATE CONSTRAINT tasks_rule_check")


def downgrade() -> None:
    """Hold the rules to it without having looked the rows through."""
    op.execute("ALTER TABLE tasks DROP CONSTRAINT tasks_rule_check")
    op.create_check_constraint(
        op.f("tasks_rule_check"),
        "tasks",
        "rule IN ('CASE_REVIEW', 'HOLD_REVIEW', 'DEBT_ACTION', 'COURT_DATE_WEEK', 'COURT_DATE_DAY', 'STAGE_WAIT', "
        "'NOTE_FOLLOW_UP', 'CASE_RETENTION', 'TEMPLATE_NOTICE')",
        postgresql_not_valid=True,
    )
