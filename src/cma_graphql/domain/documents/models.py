"""The tables of documents, of their versions and of the debts they are evidence of."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Index,
    and_,
    exists,
    false,
    or_,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, aliased, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.core.formats.words import WordsOf, file_name_words, text_words
from cma_graphql.domain.cases.models import of_visible_case
from cma_graphql.persistence.base import (
    ACTOR_CENTRE,
    CentreRow,
    EnumText,
    SoftDeleted,
    Tracked,
    belongs_to,
)


class DocumentType(StrEnum):
    """What a document is to the work on a case (seed 003)."""

    IDENTITY = "IDENTITY"
    PROOF_OF_ADDRESS = "PROOF_OF_ADDRESS"
    PROOF_OF_INCOME = "PROOF_OF_INCOME"
    BANK_STATEMENT = "BANK_STATEMENT"
    CREDITOR_LETTER = "CREDITOR_LETTER"
    COURT_PAPER = "COURT_PAPER"
    ENFORCEMENT_NOTICE = "ENFORCEMENT_NOTICE"
    BENEFIT_LETTER = "BENEFIT_LETTER"
    TENANCY_OR_MORTGAGE = "TENANCY_OR_MORTGAGE"
    AUTHORITY_TO_ACT = "AUTHORITY_TO_ACT"
    CONSENT_FORM = "CONSENT_FORM"
    FINANCIAL_STATEMENT = "FINANCIAL_STATEMENT"
    ADVICE_LETTER = "ADVICE_LETTER"
    CASELOAD_CSV = "CASELOAD_CSV"
    OTHER = "OTHER"


class AccessLevel(StrEnum):
    """Which of the centre's staff see a document; the client sees it by another column."""

    CASE_TEAM = "CASE_TEAM"
    """Whose own case it is: its advisor and its team; and those who see the whole centre."""
    MANAGERS_AND_COMPLIANCE = "MANAGERS_AND_COMPLIANCE"
    """Managers and compliance officers alone: confidential."""
    CENTRE = "CENTRE"
    """Whoever sees the case."""


class UploadState(StrEnum):
    """How far the file of one version has come (domain reference 5.3)."""

    PENDING = "PENDING"
    SCANNING = "SCANNING"
    AVAILABLE = "AVAILABLE"
    QUARANTINED = "QUARANTINED"
    FAILED = "FAILED"
    DELETED = "DELETED"


class Document(Tracked, SoftDeleted, CentreRow):
    """A paper of one case, in one or more versions; one without a case is the centre's own."""

    __tablename__ = "documents"
    searched: ClassVar[Mapping[str, WordsOf]] = {"title": text_words, "tags": text_words}

    case_id: Mapped[UUID | None]
    client_id: Mapped[UUID | None]
    """Whose case it is, for the portal's confinement; none for a paper of the centre's own."""
    title: Mapped[str]
    document_type: Mapped[str] = mapped_column(EnumText(DocumentType))
    access_level: Mapped[str] = mapped_column(EnumText(AccessLevel))
    shared_with_client: Mapped[bool] = mapped_column(server_default=text("false"))
    from_client: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether the client handed it in, through the portal: they see it whether or not it is shared."""
    description: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    """Free text, so no array of text: events would show that in clear."""
    upload_state: Mapped[str] = mapped_column(EnumText(UploadState))
    """Of the newest version, so that a list can be filtered by it."""
    current_version: Mapped[int | None]
    """The newest version whose file is available."""
    versions_made: Mapped[int] = mapped_column(server_default="0")
    """How many versions were ever asked for: the newest one's number."""
    deletion_reason: Mapped[str | None]

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        EnumText(DocumentType).check("document_type"),
        EnumText(AccessLevel).check("access_level"),
        EnumText(UploadState).check("upload_state"),
        CheckConstraint("(case_id IS NULL) = (client_id IS NULL)", name="case_and_client"),
        CheckConstraint("case_id IS NOT NULL OR NOT shared_with_client", name="shared_with_client"),
        CheckConstraint("case_id IS NOT NULL OR NOT from_client", name="from_client"),
        CheckConstraint("jsonb_array_length(tags) <= 20", name="tags"),
        CheckConstraint("versions_made BETWEEN 0 AND 100", name="versions_made"),
        CheckConstraint("current_version BETWEEN 1 AND versions_made", name="current_version"),
        Index("documents_centre_id_created_at_idx", "centre_id", "created_at", "id"),
        Index("documents_centre_id_case_id_idx", "centre_id", "case_id", "created_at", "id"),
        Index(
            "documents_centre_id_case_id_document_type_idx", "centre_id", "case_id", "document_type", "created_at", "id"
        ),
        Index("documents_centre_id_client_id_idx", "centre_id", "client_id", "created_at", "id"),
        Index("documents_centre_id_created_by_idx", "centre_id", "created_by", "created_at", "id"),
        Index("documents_centre_id_document_type_idx", "centre_id", "document_type", "created_at", "id"),
        Index("documents_centre_id_access_level_idx", "centre_id", "access_level", "created_at", "id"),
        Index("documents_centre_id_upload_state_idx", "centre_id", "upload_state", "created_at", "id"),
        Index(
            "documents_centre_id_deleted_at_idx",
            "centre_id",
            "deleted_at",
            "id",
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the documents an actor with this sight sees, by case and access level (domain reference 5.5).

        A person sees the documents of their own cases; one that is open to the centre, whoever sees its case. A
        client sees what was shared with them and what they handed in themselves.
        """
        return visible_document(cls, sight)


class DocumentVersion(CentreRow):
    """One file of a document: asked for, uploaded, looked at, and from then on never changed."""

    __tablename__ = "document_versions"
    searched: ClassVar[Mapping[str, WordsOf]] = {"file_name": file_name_words}
    searched_under: ClassVar[str] = "document_id"

    document_id: Mapped[UUID]
    client_id: Mapped[UUID | None]
    number: Mapped[int]
    file_name: Mapped[str]
    declared_media_type: Mapped[str]
    verified_media_type: Mapped[str | None]
    """What the file's own bytes say it is."""
    size: Mapped[int] = mapped_column(BigInteger)
    """In bytes, as declared; an available file has exactly these."""
    sha256: Mapped[str]
    """In hexadecimal, as declared; an available file has exactly this."""
    storage_key: Mapped[str]
    """Where the store keeps the bytes. It leaves the server inside signed addresses alone."""
    encryption_key_id: Mapped[str | None]
    """The key under which the store keeps the bytes."""
    upload_state: Mapped[str] = mapped_column(EnumText(UploadState))
    failure_field: Mapped[str | None]
    failure_rule: Mapped[str | None]
    failure_reason: Mapped[str | None]
    requested_at: Mapped[datetime]
    requested_by: Mapped[UUID]
    completed_at: Mapped[datetime | None]

    __table_args__ = (
        belongs_to("documents", "document_id"),
        belongs_to("clients", "client_id"),
        EnumText(UploadState).check("upload_state"),
        CheckConstraint("number BETWEEN 1 AND 100", name="number"),
        CheckConstraint("size >= 1", name="size"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint(
            "upload_state <> 'AVAILABLE' OR (verified_media_type IS NOT NULL AND encryption_key_id IS NOT NULL)",
            name="available",
        ),
        Index("document_versions_centre_id_document_id_number_key", "centre_id", "document_id", "number", unique=True),
        Index("document_versions_centre_id_storage_key_key", "centre_id", "storage_key", unique=True),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the versions of documents an actor with this sight sees."""
        return of_visible_document(cls.document_id, sight)


class DocumentDebt(CentreRow):
    """What a document has to do with one debt of its case: it is evidence of it, until it is not."""

    __tablename__ = "document_debts"

    document_id: Mapped[UUID]
    debt_id: Mapped[UUID]
    client_id: Mapped[UUID]
    linked_at: Mapped[datetime]
    linked_by: Mapped[UUID]
    unlinked_at: Mapped[datetime | None]
    unlinked_by: Mapped[UUID | None]

    __table_args__ = (
        belongs_to("documents", "document_id"),
        belongs_to("debts", "debt_id"),
        belongs_to("clients", "client_id"),
        Index(
            "document_debts_centre_id_document_id_debt_id_key",
            "centre_id",
            "document_id",
            "debt_id",
            unique=True,
            postgresql_where=text("unlinked_at IS NULL"),
        ),
        Index("document_debts_centre_id_debt_id_idx", "centre_id", "debt_id", "document_id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the links of documents an actor with this sight sees."""
        return of_visible_document(cls.document_id, sight)


def visible_document(document: Any, sight: Sight) -> ColumnElement[bool]:
    """Match the documents an actor with this sight sees; those without a case only who sees everything."""
    case_id = document.case_id
    rule: ColumnElement[bool]
    match sight:
        case Sight.EVERYTHING:
            rule = or_(case_id.is_(None), of_visible_case(case_id, sight))
        case Sight.NOTHING:
            rule = false()
        case Sight.RECORD:
            theirs = or_(document.shared_with_client, document.from_client)
            rule = and_(theirs, of_visible_case(case_id, sight))
        case Sight.TEAM:
            rule = or_(
                and_(document.access_level == AccessLevel.CASE_TEAM.value, of_visible_case(case_id, Sight.OWN)),
                and_(document.access_level == AccessLevel.CENTRE.value, of_visible_case(case_id, sight)),
            )
        case Sight.OWN | Sight.CENTRE:
            open_level = document.access_level != AccessLevel.MANAGERS_AND_COMPLIANCE.value
            rule = and_(open_level, of_visible_case(case_id, sight))
    return rule


def of_visible_document(document_id: Any, sight: Sight, *, deleted: bool = False) -> ColumnElement[bool]:
    """Match what hangs on a document that an actor with this sight sees; on a deleted one where `deleted` says so."""
    seen = aliased(Document, name="seen_document")  # a name of its own: a list of documents may stand around it
    return exists().where(
        seen.centre_id == ACTOR_CENTRE,
        seen.id == document_id,
        true() if deleted else seen.deleted_at.is_(None),
        visible_document(seen, sight),
    )
