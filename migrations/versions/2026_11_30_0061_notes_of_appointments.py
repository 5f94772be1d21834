"""Tasks that come of waits."""

from alembic import op

revision = "0061"
down_revision = "0053"
branch_labels = None
depends_on = None

_FORMER = "rule IN ('CASE_REVIEW', 'HOLD_REVIEW', 'DEBT_ACTION', 'COURT_DATE_WEEK', 'COURT_DATE_DAY', 'NOTE_FOLLOW_UP')"
_RULES = (
    "rule IN ('CASE_REVIEW', 'HOLD_REVIEW', 'DEBT_ACTION', 'COURT_DATE_WEEK', 'COURT_DATE_DAY', 'STAGE_WAIT', "
    "'NOTE_FOLLOW_UP')"
)


def upgrade() -> None:
    """Let a rule of waits make tasks; the rows that there are hold to the former rules, which are among these."""
    op.execute("ALTER TABLE tasks DROP CONSTRAINT tasks_rule_check")
    op.create_check_constraint(op.f("tasks_rule_check"), "tasks", _RULES, postgresql_not_valid=True)


def downgrade() -> None:
    """Take the tasks of waits away, and the rule."""
    op.execute("DELETE FROM tasks WHERE rule = 'STAGE_WAIT'")
    op.execute("ALTER TABLE tasks DROP CONSTRAINT tasks_rule_check")
    op.create_check_constraint(op.f("tasks_rule_check"), "tasks", _FORMER, postgresql_not_valid=True)
