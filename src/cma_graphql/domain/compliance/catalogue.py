"""The tables of the network's frameworks, which centres have copies of (decision 6)."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.compliance.models import Certainty, EvidenceKind, Mandatory
from cma_graphql.persistence.base import EnumText, Row


class FrameworkCatalogueEntry(Row):
    """A framework of the network: read-only to centres, which work with copies (decision 6)."""

    __tablename__ = "compliance_framework_catalogue"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    edition: Mapped[str]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    source: Mapped[str]
    description: Mapped[str]
    active: Mapped[bool]
    position: Mapped[int]

    __table_args__ = (Index("compliance_framework_catalogue_code_edition_key", "code", "edition", unique=True),)


class ChecklistCatalogueEntry(Row):
    """A checklist of a framework of the network."""

    __tablename__ = "compliance_checklist_catalogue"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    framework_id: Mapped[UUID] = mapped_column(ForeignKey("compliance_framework_catalogue.id"))
    code: Mapped[str]
    name: Mapped[str]
    case_types: Mapped[list[str]]
    gate_stage: Mapped[str | None] = mapped_column(EnumText(CaseStage))
    mandatory: Mapped[bool]
    position: Mapped[int]

    __table_args__ = (
        EnumText(CaseStage).check("gate_stage"),
        Index("compliance_checklist_catalogue_framework_id_code_key", "framework_id", "code", unique=True),
    )


class ItemCatalogueEntry(Row):
    """A requirement on a checklist of the network."""

    __tablename__ = "compliance_item_catalogue"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    checklist_id: Mapped[UUID] = mapped_column(ForeignKey("compliance_checklist_catalogue.id"))
    code: Mapped[str]
    text: Mapped[str]
    source: Mapped[str]
    certainty: Mapped[str] = mapped_column(EnumText(Certainty))
    mandatory: Mapped[str] = mapped_column(EnumText(Mandatory))
    evidence_kind: Mapped[str] = mapped_column(EnumText(EvidenceKind))
    case_types: Mapped[list[str]]
    weight: Mapped[int]
    gate_stage: Mapped[str | None] = mapped_column(EnumText(CaseStage))
    deadline_days: Mapped[int | None]
    position: Mapped[int]

    __table_args__ = (
        EnumText(Certainty).check("certainty"),
        EnumText(Mandatory).check("mandatory"),
        EnumText(EvidenceKind).check("evidence_kind"),
        EnumText(CaseStage).check("gate_stage"),
        Index("compliance_item_catalogue_checklist_id_code_key", "checklist_id", "code", unique=True),
    )
