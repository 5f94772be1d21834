"""The table of the network's templates, which centres have copies of (decision 6)."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.domain.case_templates.kinds import TemplateCategory
from cma_graphql.persistence.base import EnumText, Row


class TemplateCatalogueEntry(Row):
    """A template of the network: read-only to centres, which work with copies (decision 6)."""

    __tablename__ = "case_template_catalogue"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    category: Mapped[str] = mapped_column(EnumText(TemplateCategory))
    is_default: Mapped[bool]
    """Whether a centre's cases begin with it where their type says nothing else."""
    definition: Mapped[dict[str, Any]]
    """What it says, written as a draft is (case_templates/drafts.py)."""
    position: Mapped[int]

    __table_args__ = (
        EnumText(TemplateCategory).check("category"),
        Index("case_template_catalogue_code_key", "code", unique=True),
    )
