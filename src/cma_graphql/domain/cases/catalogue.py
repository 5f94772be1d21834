"""The table of the network's case types."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.domain.cases.models import CaseCategory, Level, Priority
from cma_graphql.persistence.base import EnumText, Row


class CaseTypeCatalogueEntry(Row):
    """A case type of the network: read-only to centres, which work with copies (decision 6)."""

    __tablename__ = "case_type_catalogue"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_type_catalogue.id"))
    category: Mapped[str] = mapped_column(EnumText(CaseCategory), server_default="PERSONAL")
    default_priority: Mapped[str] = mapped_column(EnumText(Priority), server_default="MEDIUM")
    default_complexity: Mapped[str] = mapped_column(EnumText(Level), server_default="MEDIUM")
    requires_legal_review: Mapped[bool]
    requires_compliance_review: Mapped[bool]
    position: Mapped[int]
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        EnumText(CaseCategory).check("category"),
        EnumText(Priority).check("default_priority"),
        EnumText(Level).check("default_complexity"),
        CheckConstraint("parent_id <> id", name="parent"),
        Index("case_type_catalogue_code_key", "code", unique=True),
    )
