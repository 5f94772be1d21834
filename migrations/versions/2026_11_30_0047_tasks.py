"""Tasks: what is to be done by when, made by hand, by rules and by follow-ups."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_CHECKS = {
    "kind": "kind IN ('CALL', 'LETTER', 'MEETING', 'REVIEW', 'DEADLINE', 'COURT', 'FOLLOW_UP', 'OTHER')",
    "priority": "priority IN ('LOW', 'MEDIUM', 'HIGH', 'URGENT')",
    "state": "state IN ('OPEN', 'DONE', 'CANCELLED')",
    "origin": "origin IN ('HAND', 'RULE', 'FOLLOW_UP')",
    "rule": "rule IN ('CASE_REVIEW', 'HOLD_REVIEW', 'DEBT_ACTION', 'COURT_DATE_WEEK', 'COURT_DATE_DAY', "
    "'NOTE_FOLLOW_UP')",
    "closed_by_kind": "closed_by_kind IN ('NOTE', 'DOCUMENT', 'BUDGET_SHEET', 'COMPLIANCE_ITEM')",
    "client_of_case": "case_id IS NULL OR client_id IS NOT NULL",
    "assignee": "case_id IS NOT NULL OR assignee_id IS NOT NULL",
    "confidential": "case_id IS NOT NULL OR NOT confidential",
    "closed_by": "(closed_by_kind IS NULL) = (closed_by_id IS NULL)",
    "completed_at": "(state = 'DONE') = (completed_at IS NOT NULL)",
    "cancelled_at": "(state = 'CANCELLED') = (cancelled_at IS NOT NULL)",
    "by_hand": "(origin = 'HAND') = (rule IS NULL) AND (rule IS NULL) = (source_id IS NULL) "
    "AND (rule IS NULL) = (occasion IS NULL)",
    "snoozes": "snoozes >= 0",
}


def upgrade() -> None:
    """Make the table and confine it: nothing of it is for the portal."""
    op.create_table(
        "tasks",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timed", sa.Boolean(), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("occasion", sa.Date(), nullable=True),
        sa.Column("snoozes", sa.Integer(), nullable=False),
        sa.Column("snooze_reason", sa.Text(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("closed_by_kind", sa.Text(), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("due_told_on", sa.Date(), nullable=True),
        sa.Column("overdue_told_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *(sa.CheckConstraint(check, name=op.f(f"tasks_{name}_check")) for name, check in _CHECKS.items()),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("tasks_centre_id_fkey")),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"], ["cases.centre_id", "cases.id"], name=op.f("tasks_centre_id_case_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("tasks_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "assignee_id"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("tasks_centre_id_assignee_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("tasks_pkey")),
    )
    for name, columns in (
        ("due_at", ["due_at", "id"]),
        ("created_at", ["created_at", "id"]),
        ("state_due_at", ["state", "due_at", "id"]),
        ("kind_due_at", ["kind", "due_at", "id"]),
        ("priority_due_at", ["priority", "due_at", "id"]),
        ("case_id", ["case_id", "due_at", "id"]),
        ("client_id", ["client_id", "due_at", "id"]),
        ("assignee_id", ["assignee_id", "due_at", "id"]),
        ("source_id", ["source_id", "rule", "occasion"]),
    ):
        op.create_index(f"tasks_centre_id_{name}_idx", "tasks", ["centre_id", *columns], unique=False)
    op.create_index(
        "tasks_centre_id_rule_source_id_key",
        "tasks",
        ["centre_id", "rule", "source_id"],
        unique=True,
        postgresql_where=sa.text("state = 'OPEN' AND rule IS NOT NULL"),
    )
    op.confine_to_centre("tasks", client="denied")


def downgrade() -> None:
    """Take the table back."""
    op.drop_table("tasks")
