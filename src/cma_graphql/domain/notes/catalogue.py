"""The table of the network's categories of notes."""

from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.persistence.base import Row


class NoteCategoryCatalogueEntry(Row):
    """A category of notes of the network: read-only to centres, which work with copies (decision 6)."""

    __tablename__ = "note_category_catalogue"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    legal: Mapped[bool]
    position: Mapped[int]

    __table_args__ = (Index("note_category_catalogue_code_key", "code", unique=True),)
