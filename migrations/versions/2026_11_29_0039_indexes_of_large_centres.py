"""Indexes by which a large centre is listed, and by which nothing is imported twice.

A revision of their own: they are made while cases and clients are written, which no transaction can do.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_INDEXES = (
    ("clients_centre_id_birth_year_idx", "clients", ["centre_id", "birth_year"], None),
    ("cases_centre_id_status_opened_on_idx", "cases", ["centre_id", "status", "opened_on", "id"], None),
    ("cases_centre_id_status_case_number_idx", "cases", ["centre_id", "status", "case_number", "id"], None),
    ("cases_centre_id_advisor_id_opened_on_idx", "cases", ["centre_id", "advisor_id", "opened_on", "id"], None),
    ("cases_centre_id_advisor_id_case_number_idx", "cases", ["centre_id", "advisor_id", "case_number", "id"], None),
    ("cases_centre_id_team_id_opened_on_idx", "cases", ["centre_id", "team_id", "opened_on", "id"], None),
    ("cases_centre_id_team_id_case_number_idx", "cases", ["centre_id", "team_id", "case_number", "id"], None),
    ("cases_centre_id_unassigned_created_at_idx", "cases", ["centre_id", "created_at", "id"], "advisor_id IS NULL"),
    ("cases_centre_id_unassigned_opened_on_idx", "cases", ["centre_id", "opened_on", "id"], "advisor_id IS NULL"),
    ("cases_centre_id_unassigned_case_number_idx", "cases", ["centre_id", "case_number", "id"], "advisor_id IS NULL"),
    (
        "cases_centre_id_next_review_at_idx",
        "cases",
        ["centre_id", "next_review_at", "id"],
        "next_review_at IS NOT NULL",
    ),
    ("debts_centre_id_status_created_at_idx", "debts", ["centre_id", "status", "created_at", "id"], None),
    (
        "debts_centre_id_enforcement_stage_created_at_idx",
        "debts",
        ["centre_id", "enforcement_stage", "created_at", "id"],
        None,
    ),
    ("cases_centre_id_restricted_idx", "cases", ["centre_id", "client_id"], "restricted"),
)
_CALLED_BEFORE = ("clients", "cases")


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
        for table in _CALLED_BEFORE:
            op.create_index(
                f"{table}_centre_id_former_reference_key",
                table,
                ["centre_id", "former_reference"],
                unique=True,
                postgresql_where=sa.text("former_reference IS NOT NULL AND deleted_at IS NULL"),
                postgresql_concurrently=True,
                if_not_exists=True,
            )


def downgrade() -> None:
    """Take the indexes back."""
    with op.get_context().autocommit_block():
        for table in _CALLED_BEFORE:
            op.drop_index(
                f"{table}_centre_id_former_reference_key",
                table_name=table,
                postgresql_concurrently=True,
                if_exists=True,
            )
        for name, table, _columns, _where in _INDEXES:
            op.drop_index(name, table_name=table, postgresql_concurrently=True, if_exists=True)
