"""The table of the network's case types."""

from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.persistence.base import Row


class CaseTypeCatalogueEntry(Row):
    """A case type of the network: read-only to centres, which work with copies (decision 6)."""

    __tablename__ = "case_type_catalogue"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    requires_legal_review: Mapped[bool]
    requires_compliance_review: Mapped[bool]
    position: Mapped[int]

    __table_args__ = (Index("case_type_catalogue_code_key", "code", unique=True),)
