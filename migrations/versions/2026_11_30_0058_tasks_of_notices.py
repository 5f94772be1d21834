"""Tasks come by the rules that there are, in all rows: looked through while others write."""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Look the tasks through that there are."""
    op.execute("ALTER TABLE tasks VALIDATE CONSTRAINT tasks_rule_check")


def downgrade() -> None:
    """Hold the tasks to it without having looked the rows through."""
    op.execute("ALTER TABLE tasks DROP CONSTRAINT tasks_rule_check")
    op.create_check_constraint(
        op.f("tasks_rule_check"),
        "tasks",
        "rule IN ('CASE_REVIEW', 'HOLD_REVIEW', 'DEBT_ACTION', 'COURT_DATE_WEEK', 'COURT_DATE_DAY', 'NOTE_FOLLOW_UP', "
        "'CASE_RETENTION', 'TEMPLATE_NOTICE')",
        postgresql_not_valid=True,
    )
