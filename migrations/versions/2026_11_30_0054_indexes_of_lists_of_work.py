"""What lists of notes, tasks, appointments and approvals, loads and boards go by, made while others write."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

_WAITING = (
    "state IN ('READY', 'IN_PROGRESS', 'AWAITING_APPROVAL', 'REJECTED') AND deadline_at IS NOT NULL "
    "AND deleted_at IS NULL"
)
_INDEXES = (
    (
        "cases_centre_id_advisor_id_open_idx",
        "cases",
        ["centre_id", "advisor_id", "complexity", "id"],
        "status IN ('NEW', 'ASSIGNED', 'IN_PROGRESS', 'ON_HOLD', 'REOPENED') AND deleted_at IS NULL",
    ),
    ("notes_centre_id_confidential_idx", "notes", ["centre_id", "created_at", "id"], "confidential"),
    ("notes_centre_id_without_case_idx", "notes", ["centre_id", "client_id", "id"], "case_id IS NULL"),
    ("tasks_centre_id_without_case_idx", "tasks", ["centre_id", "client_id", "id"], "case_id IS NULL"),
    ("tasks_centre_id_open_case_idx", "tasks", ["centre_id", "case_id", "due_on"], "state = 'OPEN'"),
    ("appointments_centre_id_without_case_idx", "appointments", ["centre_id", "client_id", "id"], "case_id IS NULL"),
    (
        "appointments_centre_id_outcome_missing_idx",
        "appointments",
        ["centre_id", "starts_at", "id"],
        "outcome_missing_at IS NOT NULL",
    ),
    (
        "appointments_centre_id_to_come_case_idx",
        "appointments",
        ["centre_id", "case_id", "starts_at"],
        "status IN ('SCHEDULED', 'CONFIRMED')",
    ),
    (
        "case_stages_centre_id_waiting_case_idx",
        "case_stages",
        ["centre_id", "case_id", "deadline_at"],
        _WAITING,
    ),
    ("approvals_centre_id_requested_by_idx", "approvals", ["centre_id", "requested_by", "requested_at", "id"], None),
)


def upgrade() -> None:
    """Make the indexes."""
    with op.get_context().autocommit_block():
        for name, table, columns, where in _INDEXES:
            op.create_index(
                name,
                table,
                columns,
                unique=False,
                postgresql_where=None if where is None else sa.text(where),
                postgresql_concurrently=True,
                if_not_exists=True,
            )


def downgrade() -> None:
    """Take the indexes back."""
    with op.get_context().autocommit_block():
        for name, table, _columns, _where in _INDEXES:
            op.drop_index(name, table_name=table, postgresql_concurrently=True, if_exists=True)
