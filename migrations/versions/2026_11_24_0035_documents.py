"""Documents, their versions and the debts they are evidence of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and confine them."""
    op.create_table(
        "documents",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("document_type", sa.Text(), nullable=False),
        sa.Column("access_level", sa.Text(), nullable=False),
        sa.Column("shared_with_client", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("from_client", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("tags", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("upload_state", sa.Text(), nullable=False),
        sa.Column("current_version", sa.Integer(), nullable=True),
        sa.Column("versions_made", sa.Integer(), server_default="0", nullable=False),
        sa.Column("deletion_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "document_type IN ('IDENTITY', 'PROOF_OF_ADDRESS', 'PROOF_OF_INCOME', 'BANK_STATEMENT', 'CREDITOR_LETTER', 'COURT_PAPER', 'ENFORCEMENT_NOTICE', 'BENEFIT_LETTER', 'TENANCY_OR_MORTGAGE', 'AUTHORITY_TO_ACT', 'CONSENT_FORM', 'FINANCIAL_STATEMENT', 'ADVICE_LETTER', 'CASELOAD_CSV', 'OTHER')",
            name=op.f("documents_document_type_check"),
        ),
        sa.CheckConstraint(
            "access_level IN ('CASE_TEAM', 'MANAGERS_AND_COMPLIANCE', 'CENTRE')",
            name=op.f("documents_access_level_check"),
        ),
        sa.CheckConstraint(
            "upload_state IN ('PENDING', 'SCANNING', 'AVAILABLE', 'QUARANTINED', 'FAILED', 'DELETED')",
            name=op.f("documents_upload_state_check"),
        ),
        sa.CheckConstraint("(case_id IS NULL) = (client_id IS NULL)", name=op.f("documents_case_and_client_check")),
        sa.CheckConstraint(
            "case_id IS NOT NULL OR NOT shared_with_client", name=op.f("documents_shared_with_client_check")
        ),
        sa.CheckConstraint("case_id IS NOT NULL OR NOT from_client", name=op.f("documents_from_client_check")),
        sa.CheckConstraint("jsonb_array_length(tags) <= 20", name=op.f("documents_tags_check")),
        sa.CheckConstraint("versions_made BETWEEN 0 AND 100", name=op.f("documents_versions_made_check")),
        sa.CheckConstraint("current_version BETWEEN 1 AND versions_made", name=op.f("documents_current_version_check")),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("documents_centre_id_fkey")),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"], ["cases.centre_id", "cases.id"], name=op.f("documents_centre_id_case_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("documents_centre_id_client_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("documents_pkey")),
    )
    for name, columns in (
        ("created_at", ["created_at"]),
        ("case_id", ["case_id", "created_at"]),
        ("case_id_document_type", ["case_id", "document_type", "created_at"]),
        ("client_id", ["client_id", "created_at"]),
        ("created_by", ["created_by", "created_at"]),
        ("document_type", ["document_type", "created_at"]),
        ("access_level", ["access_level", "created_at"]),
        ("upload_state", ["upload_state", "created_at"]),
    ):
        op.create_index(f"documents_centre_id_{name}_idx", "documents", ["centre_id", *columns, "id"], unique=False)
    op.create_index(
        "documents_centre_id_deleted_at_idx",
        "documents",
        ["centre_id", "deleted_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_table(
        "document_versions",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("declared_media_type", sa.Text(), nullable=False),
        sa.Column("verified_media_type", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("encryption_key_id", sa.Text(), nullable=True),
        sa.Column("upload_state", sa.Text(), nullable=False),
        sa.Column("failure_field", sa.Text(), nullable=True),
        sa.Column("failure_rule", sa.Text(), nullable=True),
        sa.Column("failure_reason", sa.Text(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "upload_state IN ('PENDING', 'SCANNING', 'AVAILABLE', 'QUARANTINED', 'FAILED', 'DELETED')",
            name=op.f("document_versions_upload_state_check"),
        ),
        sa.CheckConstraint("number BETWEEN 1 AND 100", name=op.f("document_versions_number_check")),
        sa.CheckConstraint("size >= 1", name=op.f("document_versions_size_check")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("document_versions_sha256_check")),
        sa.CheckConstraint(
            "upload_state <> 'AVAILABLE' OR (verified_media_type IS NOT NULL AND encryption_key_id IS NOT NULL)",
            name=op.f("document_versions_available_check"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("document_versions_centre_id_fkey")),
        sa.ForeignKeyConstraint(
            ["centre_id", "document_id"],
            ["documents.centre_id", "documents.id"],
            name=op.f("document_versions_centre_id_document_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("document_versions_centre_id_client_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("document_versions_pkey")),
    )
    op.create_index(
        "document_versions_centre_id_document_id_number_key",
        "document_versions",
        ["centre_id", "document_id", "number"],
        unique=True,
    )
    op.create_index(
        "document_versions_centre_id_storage_key_key",
        "document_versions",
        ["centre_id", "storage_key"],
        unique=True,
    )
    op.create_table(
        "document_debts",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("debt_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_by", sa.Uuid(), nullable=False),
        sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unlinked_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("document_debts_centre_id_fkey")),
        *(
            sa.ForeignKeyConstraint(
                ["centre_id", f"{column}_id"],
                [f"{table}.centre_id", f"{table}.id"],
                name=op.f(f"document_debts_centre_id_{column}_id_fkey"),
            )
            for column, table in (("document", "documents"), ("debt", "debts"), ("client", "clients"))
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("document_debts_pkey")),
    )
    op.create_index(
        "document_debts_centre_id_document_id_debt_id_key",
        "document_debts",
        ["centre_id", "document_id", "debt_id"],
        unique=True,
        postgresql_where=sa.text("unlinked_at IS NULL"),
    )
    op.create_index(
        "document_debts_centre_id_debt_id_idx",
        "document_debts",
        ["centre_id", "debt_id", "document_id"],
        unique=False,
    )
    op.confine_to_centre("documents", client="own")
    op.confine_to_centre("document_debts", client="own")
    op.confine_to_centre("document_versions", client="own")


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("document_debts")
    op.drop_table("document_versions")
    op.drop_table("documents")
