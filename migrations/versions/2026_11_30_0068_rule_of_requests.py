"""The rules of tasks, requests of appointments among them, in all rows: looked through while others write."""

from alembic import op

revision = "0068"
down_revision = "0067"
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
        "'NOTE_FOLLOW_UP', 'CASE_RETENTION', 'TEMPLATE_NOTICE', 'APPOINTMENT_REQUEST')",
        postgresql_not_valid=True,
    )
