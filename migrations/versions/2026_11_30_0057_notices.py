"""Notices of templates' rules, tasks of notices and of retention, dead jobs that go."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

_MOMENTS = (
    "moment IN ('STAGE_READY', 'STAGE_COMPLETED', 'STAGE_REJECTED', 'DEADLINE_NEAR', 'DEADLINE_PASSED', "
    "'APPROVAL_REQUESTED', 'APPROVAL_DECIDED', 'APPROVAL_OVERDUE')"
)
_RULES = "rule IN ('CASE_REVIEW', 'HOLD_REVIEW', 'DEBT_ACTION', 'COURT_DATE_WEEK', 'COURT_DATE_DAY', 'NOTE_FOLLOW_UP'"


def _belongs_to(table: str, column: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["centre_id", column],
        [f"{table}.centre_id", f"{table}.{key}"],
        name=op.f(f"notices_centre_id_{column}_fkey"),
    )


def _hold_tasks_to(check: str) -> None:
    """Hold the tasks that come to these rules; 0058 looks those through that there are, which blocks nobody."""
    # Nobody relies on the narrower list: the server of the release before writes no other rule.
    op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE tasks DROP CONSTRAINT tasks_rule_check")
    op.create_check_constraint(op.f("tasks_rule_check"), "tasks", check, postgresql_not_valid=True)


def upgrade() -> None:
    """Make the table and confine it; widen the list of rules."""
    op.create_table(
        "notices",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=True),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("occasion", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_MOMENTS, name=op.f("notices_moment_check")),
        sa.CheckConstraint("channel IN ('TASK', 'EMAIL', 'SMS')", name=op.f("notices_channel_check")),
        sa.CheckConstraint("(stage_id IS NULL) <> (approval_id IS NULL)", name=op.f("notices_subject_check")),
        _belongs_to("cases", "case_id"),
        _belongs_to("case_template_notifications", "rule_id"),
        _belongs_to("case_stages", "stage_id"),
        _belongs_to("approvals", "approval_id"),
        _belongs_to("memberships", "user_id", "user_id"),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("notices_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("notices_pkey")),
    )
    op.create_index(
        "notices_centre_id_rule_id_key",
        "notices",
        ["centre_id", "rule_id", "occasion", "stage_id", "approval_id", "user_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("notices_centre_id_case_id_idx", "notices", ["centre_id", "case_id"], unique=False)
    op.confine_to_centre("notices", client="denied", grants="SELECT, INSERT")
    _hold_tasks_to(f"{_RULES}, 'CASE_RETENTION', 'TEMPLATE_NOTICE')")
    op.execute("GRANT DELETE ON dead_jobs TO cma_worker")


def downgrade() -> None:
    """Take the table back, and what came of it with it; narrow the list."""
    op.execute("REVOKE DELETE ON dead_jobs FROM cma_worker")
    op.execute("DELETE FROM tasks WHERE rule IN ('CASE_RETENTION', 'TEMPLATE_NOTICE')")
    _hold_tasks_to(f"{_RULES})")
    op.drop_table("notices")
