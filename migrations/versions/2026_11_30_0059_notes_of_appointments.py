"""Notes about appointments, and tasks that come of waits."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

_FORMER = (
    "rule IN ('CASE_REVIEW', 'HOLD_REVIEW', 'DEBT_ACTION', 'COURT_DATE_WEEK', 'COURT_DATE_DAY', 'NOTE_FOLLOW_UP', "
    "'CASE_RETENTION', 'TEMPLATE_NOTICE')"
)
_RULES = (
    "rule IN ('CASE_REVIEW', 'HOLD_REVIEW', 'DEBT_ACTION', 'COURT_DATE_WEEK', 'COURT_DATE_DAY', 'STAGE_WAIT', "
    "'NOTE_FOLLOW_UP', 'CASE_RETENTION', 'TEMPLATE_NOTICE')"
)


def upgrade() -> None:
    """Let a rule of waits make tasks; the rows that there are hold to the former rules, which are among these."""
    # squawk-ignore, since the wider list takes its place in the same transaction
    op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE tasks DROP CONSTRAINT tasks_rule_check")
    op.create_check_constraint(op.f("tasks_rule_check"), "tasks", _RULES, postgresql_not_valid=True)
    table = "appointment_notes"
    targets = (("appointment_id", "appointments"), ("note_id", "notes"), ("client_id", "clients"))
    op.create_table(
        table,
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_by", sa.Uuid(), nullable=False),
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
    op.create_index(f"{table}_centre_id_note_id_key", table, ["centre_id", "note_id"], unique=True)
    op.create_index(
        f"{table}_centre_id_appointment_id_idx",
        table,
        ["centre_id", "appointment_id", "linked_at", "id"],
        unique=False,
    )
    op.confine_to_centre(table, client="own")


def downgrade() -> None:
    """Take the table back, and the tasks of waits with their rule."""
    op.drop_table("appointment_notes")
    op.execute("DELETE FROM tasks WHERE rule = 'STAGE_WAIT'")
    op.execute("ALTER TABLE tasks DROP CONSTRAINT tasks_rule_check")
    op.create_check_constraint(op.f("tasks_rule_check"), "tasks", _FORMER, postgresql_not_valid=True)
