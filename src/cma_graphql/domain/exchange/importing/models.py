"""The table of imported caseloads."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.persistence.base import CentreRow, belongs_to


class CaseloadImport(CentreRow):
    """One file that was taken over: written once, so that it is not taken over twice."""

    __tablename__ = "caseload_imports"

    document_id: Mapped[UUID | None]
    """The document it was uploaded as; None: it came from the command line."""
    file_name: Mapped[str]
    sha256: Mapped[str]
    """Of the whole file, in hexadecimal."""
    lines: Mapped[int]
    """How many records it had."""
    clients: Mapped[int]
    cases: Mapped[int]
    debts: Mapped[int]
    imported_at: Mapped[datetime] = mapped_column(sort_order=90)
    imported_by: Mapped[UUID] = mapped_column(sort_order=90)

    __table_args__ = (
        belongs_to("documents", "document_id"),
        belongs_to("memberships", "imported_by"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint(
            "clients >= 0 AND cases >= 0 AND debts >= 0 AND lines = clients + cases + debts",
            name="lines",
        ),
        Index("caseload_imports_centre_id_sha256_key", "centre_id", "sha256", unique=True),
        Index("caseload_imports_centre_id_imported_at_idx", "centre_id", "imported_at", "id"),
        Index("caseload_imports_centre_id_document_id_idx", "centre_id", "document_id"),
        Index("caseload_imports_centre_id_imported_by_idx", "centre_id", "imported_by"),
    )
