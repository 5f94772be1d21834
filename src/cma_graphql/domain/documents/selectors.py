"""Every select of documents, their versions and their links to debts."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, Uuid, bindparam, exists, func, not_, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.clock import LONDON
from cma_graphql.domain.cases.models import Case, CaseStatusChange
from cma_graphql.domain.cases.retention import RETENTION_YEARS, years_after
from cma_graphql.domain.clients.sight import keys_on_cases_seen
from cma_graphql.domain.debts.models import Debt
from cma_graphql.domain.documents.models import Document, DocumentDebt, DocumentVersion
from cma_graphql.domain.documents.policy import ENDED
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.narrowing import Rare
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    aligned,
    grouped,
    live,
    of_centre,
    statement,
)

DOCUMENT_COLUMNS = (
    Document.id.label("key"),
    Document.case_id,
    Document.client_id,
    Document.title,
    Document.document_type,
    Document.access_level,
    Document.shared_with_client,
    Document.from_client,
    Document.description,
    Document.tags,
    Document.upload_state,
    Document.current_version,
    Document.versions_made,
    Document.created_at,
    Document.created_by,
    Document.updated_at,
    Document.version,
)
DELETED_COLUMNS = (
    Document.id.label("key"),
    Document.case_id,
    Document.client_id,
    Document.title,
    Document.document_type,
    Document.deletion_reason,
    Document.deleted_at,
    Document.deleted_by,
    Document.version,
)
VERSION_COLUMNS = (
    DocumentVersion.id.label("key"),
    DocumentVersion.document_id,
    DocumentVersion.client_id,
    DocumentVersion.number,
    DocumentVersion.file_name,
    DocumentVersion.declared_media_type,
    DocumentVersion.verified_media_type,
    DocumentVersion.size,
    DocumentVersion.sha256,
    DocumentVersion.encryption_key_id,
    DocumentVersion.upload_state,
    DocumentVersion.failure_field,
    DocumentVersion.failure_rule,
    DocumentVersion.failure_reason,
    DocumentVersion.requested_at,
    DocumentVersion.requested_by,
    DocumentVersion.completed_at,
)

_EVIDENCE_OF = exists().where(
    DocumentDebt.centre_id == ACTOR_CENTRE,
    DocumentDebt.document_id == Document.id,
    DocumentDebt.unlinked_at.is_(None),
    DocumentDebt.debt_id == any_(bindparam("debt", type_=ARRAY(Uuid()))),
)
DOCUMENTS = Listing(
    Document,
    columns=DOCUMENT_COLUMNS,
    orders={
        "CREATED_AT_ASC": Order((Document.created_at,)),
        "CREATED_AT_DESC": Order((Document.created_at,), descending=True),
    },
    conditions={
        "type": Document.document_type == any_(bindparam("type", type_=ARRAY(Text()))),
        "state": Document.upload_state == any_(bindparam("state", type_=ARRAY(Text()))),
        "access_level": Document.access_level == any_(bindparam("access_level", type_=ARRAY(Text()))),
        "case": Document.case_id == any_(bindparam("case", type_=ARRAY(Uuid()))),
        "client": Document.client_id == any_(bindparam("client", type_=ARRAY(Uuid()))),
        "uploaded_by": Document.created_by == any_(bindparam("uploaded_by", type_=ARRAY(Uuid()))),
        "shared_with_client": Document.shared_with_client,
        "not_shared_with_client": not_(Document.shared_with_client),
        "debt": _EVIDENCE_OF,
        "without_case": Document.case_id.is_(None),
    },
    parents=("case_id", "client_id", "created_by"),
    source=keys_on_cases_seen(Document),
    rare={"debt": Rare(_EVIDENCE_OF)},
    merged={
        "state": Document.upload_state,
        "access_level": Document.access_level,
        "uploaded_by": Document.created_by,
        "type": Document.document_type,
    },
    exact=("case", "client"),
)
DELETED_DOCUMENTS = Listing(
    Document,
    columns=DELETED_COLUMNS,
    orders={"DELETED_AT_DESC": Order((Document.deleted_at,), descending=True)},
    conditions={},
    deleted=True,
    source=keys_on_cases_seen(Document, deleted=True),
)


@statement
def documents_by_key(sight: Sight) -> AnySelect:
    """Select these documents."""
    return select(*DOCUMENT_COLUMNS).where(live(Document, sight), Document.id == any_(KEYS))


@statement
def deleted_documents_by_key(sight: Sight) -> AnySelect:
    """Select these documents, where they are deleted."""
    return select(*DELETED_COLUMNS).where(live(Document, sight, deleted=True), Document.id == any_(KEYS))


@statement
def case_of_document(sight: Sight, deleted: bool) -> AnySelect:  # noqa: FBT001 - part of the shape
    """Select whose case a document, or a deleted one, hangs on."""
    return select(Document.case_id).where(
        live(Document, sight, deleted=deleted), Document.id == bindparam("document_id", type_=Uuid())
    )


@statement
def versions_by_document(sight: Sight) -> AnySelect:
    """Select the versions of these documents, newest first; at most a hundred each."""
    return (
        select(*VERSION_COLUMNS)
        .where(live(DocumentVersion, sight), DocumentVersion.document_id == any_(KEYS))
        .order_by(DocumentVersion.document_id, DocumentVersion.number.desc())
    )


@statement
def current_versions_by_document(sight: Sight) -> AnySelect:
    """Select the newest available version of each of these documents."""
    return (
        select(*VERSION_COLUMNS)
        .join(
            Document,
            (Document.centre_id == DocumentVersion.centre_id)
            & (Document.id == DocumentVersion.document_id)
            & (Document.current_version == DocumentVersion.number),
        )
        .where(live(DocumentVersion, sight), live(Document, sight), Document.id == any_(KEYS))
    )


@statement
def version_by_number(sight: Sight) -> AnySelect:
    """Select one version, with where its file is: for those who work with the file, not for answers."""
    return select(*VERSION_COLUMNS, DocumentVersion.storage_key).where(
        live(DocumentVersion, sight),
        DocumentVersion.document_id == bindparam("document_id", type_=Uuid()),
        DocumentVersion.number == bindparam("number", type_=Integer()),
    )


@statement
def versions_by_key(sight: Sight) -> AnySelect:
    """Select these versions, with where their files are: for those who work with the files, not for answers."""
    return select(*VERSION_COLUMNS, DocumentVersion.storage_key).where(
        live(DocumentVersion, sight), DocumentVersion.id == any_(KEYS)
    )


@statement
def links_of_document(_sight: Sight) -> AnySelect:
    """Select the present links of a document that the actor holds locked, also to debts that are deleted."""
    return select(DocumentDebt.id.label("key"), DocumentDebt.debt_id).where(
        of_centre(DocumentDebt),
        DocumentDebt.unlinked_at.is_(None),
        DocumentDebt.document_id == bindparam("document_id", type_=Uuid()),
    )


@statement
def debt_keys_by_document(sight: Sight) -> AnySelect:
    """Select which debts these documents are evidence of, the first linked first; at most a hundred each."""
    return (
        select(DocumentDebt.document_id, DocumentDebt.debt_id)
        .join(Debt, (Debt.centre_id == DocumentDebt.centre_id) & (Debt.id == DocumentDebt.debt_id))
        .where(
            live(DocumentDebt, sight),
            live(Debt, sight),
            DocumentDebt.unlinked_at.is_(None),
            DocumentDebt.document_id == any_(KEYS),
        )
        .order_by(DocumentDebt.document_id, DocumentDebt.linked_at, DocumentDebt.id)
    )


@statement
def documents_by_debt(sight: Sight) -> AnySelect:
    """Select the documents that are evidence of these debts, the first linked first; at most a hundred each."""
    return (
        select(DocumentDebt.debt_id, *DOCUMENT_COLUMNS)
        .join(Document, (Document.centre_id == DocumentDebt.centre_id) & (Document.id == DocumentDebt.document_id))
        .where(
            live(DocumentDebt, sight),
            live(Document, sight),
            DocumentDebt.unlinked_at.is_(None),
            DocumentDebt.debt_id == any_(KEYS),
        )
        .order_by(DocumentDebt.debt_id, DocumentDebt.linked_at, DocumentDebt.id)
    )


@statement
def ends_by_case(sight: Sight) -> AnySelect:
    """Select when these cases ended, those that did."""
    latest = (
        select(func.max(CaseStatusChange.changed_at))
        .where(of_centre(CaseStatusChange), CaseStatusChange.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery()
    )
    return select(Case.id.label("key"), Case.closed_on, func.coalesce(latest, Case.updated_at).label("ended_at")).where(
        live(Case, sight), Case.id == any_(KEYS), Case.status == any_(bindparam("ended", type_=ARRAY(Text())))
    )


async def documents_by_id(reads: Reads, document_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these documents, in their order, None for those the actor does not see."""
    return await aligned(reads, documents_by_key, document_ids)


async def deleted_documents_by_id(reads: Reads, document_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these documents, in their order, None for those that are not deleted."""
    return await aligned(reads, deleted_documents_by_key, document_ids)


async def versions_of_documents(reads: Reads, document_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer each document's versions, newest first."""
    return await grouped(reads, versions_by_document, document_ids, by="document_id")


async def current_versions(reads: Reads, document_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer each document's newest available version."""
    found = await grouped(reads, current_versions_by_document, document_ids, by="document_id")
    return [rows[0] if rows else None for rows in found]


async def version_of(reads: Reads, document_id: UUID, number: int) -> Record | None:
    """Answer one version of a document that the actor sees, storage key included; None where there is none."""
    return await reads.one(version_by_number, document_id=document_id, number=number)


async def versions_by_id(reads: Reads, version_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these versions, in their order, storage key included; None for those the actor does not see."""
    return await aligned(reads, versions_by_key, version_ids)


async def debt_ids_of_documents(reads: Reads, document_ids: Sequence[UUID]) -> list[list[UUID]]:
    """Answer which debts each document is evidence of."""
    found = await grouped(reads, debt_keys_by_document, document_ids, by="document_id")
    return [[row["debt_id"] for row in rows] for rows in found]


async def documents_of_debts(reads: Reads, debt_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer the documents that are evidence of each debt."""
    return await grouped(reads, documents_by_debt, debt_ids, by="debt_id")


async def retention_dates(reads: Reads, case_ids: Sequence[UUID | None]) -> list[date | None]:
    """Answer until which day the papers of each case are kept; None while it goes on, and for no case.

    Six years from the case's end (domain reference 4.4): the day it was closed, or took its last step.
    """
    wanted = list({case_id for case_id in case_ids if case_id is not None})
    rows = await reads.all(ends_by_case, keys=wanted, ended=sorted(ENDED)) if wanted else []
    ends = {row["key"]: row["closed_on"] or row["ended_at"].astimezone(LONDON).date() for row in rows}
    return [
        None if case_id is None or case_id not in ends else years_after(ends[case_id], RETENTION_YEARS)
        for case_id in case_ids
    ]
