"""The tables of creditors: the network's register, and each centre's own directory."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.core.formats.words import WordsOf, text_words
from cma_graphql.persistence.base import CentreRow, EnumText, Row, Tracked


class CreditorKind(StrEnum):
    """What a creditor is, or does."""

    BANK_OR_CARD = "BANK_OR_CARD"
    BUILDING_SOCIETY = "BUILDING_SOCIETY"
    CREDIT_UNION = "CREDIT_UNION"
    HIGH_COST_LENDER = "HIGH_COST_LENDER"
    RETAIL_OR_CATALOGUE = "RETAIL_OR_CATALOGUE"
    MORTGAGE_LENDER = "MORTGAGE_LENDER"
    UTILITY = "UTILITY"
    WATER = "WATER"
    TELECOMS = "TELECOMS"
    LOCAL_AUTHORITY = "LOCAL_AUTHORITY"
    CENTRAL_GOVERNMENT = "CENTRAL_GOVERNMENT"
    COURT = "COURT"
    LANDLORD = "LANDLORD"
    DEBT_COLLECTOR = "DEBT_COLLECTOR"
    ENFORCEMENT_AGENT = "ENFORCEMENT_AGENT"
    SOLICITOR = "SOLICITOR"
    INDIVIDUAL = "INDIVIDUAL"
    OTHER = "OTHER"


class CreditorCatalogueEntry(Row):
    """A creditor of the network's register: read-only to centres, which work with copies (decision 6)."""

    __tablename__ = "creditor_catalogue"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(Text(collation="C"))
    trading_names: Mapped[str | None]
    kind: Mapped[str] = mapped_column(EnumText(CreditorKind))
    is_collector: Mapped[bool]
    website: Mapped[str | None]
    note: Mapped[str | None]

    __table_args__ = (
        EnumText(CreditorKind).check("kind"),
        Index("creditor_catalogue_code_key", "code", unique=True),
        Index("creditor_catalogue_name_key_idx", "name_key", "id"),
    )


class Creditor(Tracked, CentreRow):
    """Whom a centre's clients owe, or who collects for them: a copy from the register, or the centre's own."""

    __tablename__ = "creditors"
    searched: ClassVar[Mapping[str, WordsOf]] = {"name": text_words, "trading_names": text_words}

    catalogue_id: Mapped[UUID | None]
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(Text(collation="C"))
    """The name folded: for sorting, and for finding it by its beginning (decision 16)."""
    trading_names: Mapped[str | None]
    """One a line."""
    kind: Mapped[str] = mapped_column(EnumText(CreditorKind))
    is_collector: Mapped[bool]
    """Whether debts are passed to it: a collector, an assignee, an enforcement agent, a solicitor."""
    contact_name: Mapped[str | None]
    contact_phone: Mapped[str | None]
    contact_email: Mapped[str | None]
    address_line1: Mapped[str | None]
    address_line2: Mapped[str | None]
    city: Mapped[str | None]
    postcode: Mapped[str | None]
    notes: Mapped[str | None]
    active: Mapped[bool]

    __table_args__ = (
        EnumText(CreditorKind).check("kind"),
        Index("creditors_centre_id_name_key_idx", "centre_id", "name_key", "id"),
        Index("creditors_centre_id_kind_idx", "centre_id", "kind", "name_key", "id"),
        Index(
            "creditors_centre_id_catalogue_id_key",
            "centre_id",
            "catalogue_id",
            unique=True,
            postgresql_where=text("catalogue_id IS NOT NULL"),
        ),
    )
