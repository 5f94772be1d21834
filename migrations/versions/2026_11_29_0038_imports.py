"""Imported caseloads, and what their clients and cases were called before."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_CALLED_BEFORE = ("clients", "cases")


def upgrade() -> None:
    """Add the columns and the table; a later revision makes the keys of the columns."""
    for table in _CALLED_BEFORE:
        op.add_column(table, sa.Column("former_reference", sa.Text(), nullable=True))
    op.create_table(
        "caseload_imports",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("clients", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("debts", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("caseload_imports_sha256_check")),
        sa.CheckConstraint(
            "clients >= 0 AND cases >= 0 AND debts >= 0 AND lines = clients + cases + debts",
            name=op.f("caseload_imports_lines_check"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("caseload_imports_centre_id_fkey")),
        sa.ForeignKeyConstraint(
            ["centre_id", "document_id"],
            ["documents.centre_id", "documents.id"],
            name=op.f("caseload_imports_centre_id_document_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "imported_by"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("caseload_imports_centre_id_imported_by_fkey"),
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("caseload_imports_pkey")),
    )
    op.create_index("caseload_imports_centre_id_sha256_key", "caseload_imports", ["centre_id", "sha256"], unique=True)
    op.create_index(
        "caseload_imports_centre_id_imported_at_idx", "caseload_imports", ["centre_id", "imported_at", "id"]
    )
    op.create_index("caseload_imports_centre_id_document_id_idx", "caseload_imports", ["centre_id", "document_id"])
    op.create_index("caseload_imports_centre_id_imported_by_idx", "caseload_imports", ["centre_id", "imported_by"])
    op.confine_to_centre("caseload_imports", client="denied", grants="SELECT, INSERT")


def downgrade() -> None:
    """Take all of it back; what imported records were called before is lost."""
    op.drop_table("caseload_imports")
    for table in _CALLED_BEFORE:
        op.drop_column(table, "former_reference")
