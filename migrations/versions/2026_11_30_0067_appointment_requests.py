"""What clients of the portal ask for an appointment by; when a centre is open, as they read it."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

_FORMER = (
    "rule IN ('CASE_REVIEW', 'HOLD_REVIEW', 'DEBT_ACTION', 'COURT_DATE_WEEK', 'COURT_DATE_DAY', 'STAGE_WAIT', "
    "'NOTE_FOLLOW_UP', 'CASE_RETENTION', 'TEMPLATE_NOTICE')"
)
_RULES = (
    "rule IN ('CASE_REVIEW', 'HOLD_REVIEW', 'DEBT_ACTION', 'COURT_DATE_WEEK', 'COURT_DATE_DAY', 'STAGE_WAIT', "
    "'NOTE_FOLLOW_UP', 'CASE_RETENTION', 'TEMPLATE_NOTICE', 'APPOINTMENT_REQUEST')"
)
_DIARY = ("diary_settings", "opening_days", "opening_exceptions")
_APPLICATION = "cma_app, cma_worker"
_NO_CLIENT = "CASE WHEN coalesce(current_setting('app.client_id', true), '') = '' THEN 0 ELSE 1 END <> 1"


def upgrade() -> None:
    """Make the table, of which a client reaches their own; let them read when the centre is open, and write nothing.

    The tasks that there are hold to the former rules, which are among these.
    """
    # squawk-ignore, since the wider list takes its place in the same transaction
    op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE tasks DROP CONSTRAINT tasks_rule_check")
    op.create_check_constraint(op.f("tasks_rule_check"), "tasks", _RULES, postgresql_not_valid=True)
    _make_requests()
    op.confine_to_centre("appointment_requests", client="own")
    for table in _DIARY:
        for command, clause in (("INSERT", "WITH CHECK"), ("UPDATE", "USING")):
            op.execute(
                f"CREATE POLICY {table}_client_{command.lower()} ON {table} AS RESTRICTIVE FOR {command} "
                f"TO {_APPLICATION} {clause} ({_NO_CLIENT})"
            )
        op.execute(f"DROP POLICY {table}_client ON {table}")


def downgrade() -> None:
    """Take the table back, and the tasks of requests with their rule; close the diary to clients."""
    for table in _DIARY:
        op.execute(f"CREATE POLICY {table}_client ON {table} AS RESTRICTIVE TO {_APPLICATION} USING ({_NO_CLIENT})")
        for command in ("insert", "update"):
            op.execute(f"DROP POLICY {table}_client_{command} ON {table}")
    op.drop_table("appointment_requests")
    op.execute("DELETE FROM tasks WHERE rule = 'APPOINTMENT_REQUEST'")
    op.execute("ALTER TABLE tasks DROP CONSTRAINT tasks_rule_check")
    op.create_check_constraint(op.f("tasks_rule_check"), "tasks", _FORMER, postgresql_not_valid=True)


def _make_requests() -> None:
    table = "appointment_requests"
    targets = (("case_id", "cases"), ("client_id", "clients"), ("appointment_id", "appointments"))
    checks = {
        "status": "status IN ('OPEN', 'BOOKED', 'DECLINED', 'WITHDRAWN')",
        "meeting_mode": "meeting_mode IN ('IN_PERSON', 'PHONE', 'VIDEO', 'HOME_VISIT', 'OUTREACH')",
        "preferred_times": "cardinality(preferred_times) BETWEEN 0 AND 5",
        "decided_at": "(status = 'OPEN') = (decided_at IS NULL)",
        "appointment_id": "(status = 'BOOKED') = (appointment_id IS NOT NULL)",
        "decline_reason": "(status = 'DECLINED') = (decline_reason IS NOT NULL)",
    }
    op.create_table(
        table,
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("from_portal", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("meeting_mode", sa.Text(), nullable=True),
        sa.Column("preferred_times", sa.ARRAY(sa.DateTime(timezone=True)), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"{table}_{name}_check")) for name, rule in checks.items()),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f(f"{table}_centre_id_fkey")),
        *(
            sa.ForeignKeyConstraint(
                ["centre_id", column],
                [f"{target}.centre_id", f"{target}.id"],
                name=op.f(f"{table}_centre_id_{column}_fkey"),
            )
            for column, target in targets
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f(f"{table}_pkey")),
    )
    for name, columns in {
        "created_at": [],
        "status": ["status"],
        "case_id": ["case_id"],
        "client_id": ["client_id"],
    }.items():
        op.create_index(
            f"{table}_centre_id_{name}_idx", table, ["centre_id", *columns, "created_at", "id"], unique=False
        )
    op.create_index(
        f"{table}_centre_id_without_case_idx",
        table,
        ["centre_id", "client_id", "id"],
        unique=False,
        postgresql_where=sa.text("case_id IS NULL"),
    )
    op.create_index(
        f"{table}_centre_id_appointment_id_key",
        table,
        ["centre_id", "appointment_id"],
        unique=True,
        postgresql_where=sa.text("appointment_id IS NOT NULL"),
    )
