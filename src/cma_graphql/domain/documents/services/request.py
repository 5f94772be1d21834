"""Announces a document, or a further version of one: the file itself is handed in afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Forbidden, Invalid, LimitReached
from cma_graphql.core.events import Changes
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.file_name import normalise_file_name
from cma_graphql.core.formats.tags import read_tags
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of
from cma_graphql.domain.documents.bound_selectors import (
    number_of_case_documents,
    number_of_centre_documents,
    number_of_documents_from_client,
)
from cma_graphql.domain.documents.events import DocumentUploadRequested, DocumentVersionRequested
from cma_graphql.domain.documents.media_types import check_file_name, read_media_type
from cma_graphql.domain.documents.models import AccessLevel, Document, DocumentType, DocumentVersion, UploadState
from cma_graphql.domain.documents.policy import require_files, require_level
from cma_graphql.domain.documents.reading import read_description, read_sha256, read_size, read_title
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.domain.documents.taking import Taken, take_document, tell_of_document
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_DOCUMENTS = 2_000
"""Of one case; as many are the centre's own."""
MOST_FROM_CLIENT = 200
"""Of one case, handed in through the portal: without a bound a client could use up the staff's."""
MOST_VERSIONS = 100
_UNTOLD = frozenset({"storage_key", "document_id", "client_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSaid:
    """What the file to come is said to be."""

    file_name: str
    media_type: str
    size: int
    sha256: str


async def request_upload(
    uow: UnitOfWork,
    *,
    storage: DocumentStorage,
    case_id: UUID | None,
    title: str,
    document_type: DocumentType,
    file: FileSaid,
    description: str | None = None,
    tags: Sequence[str] = (),
    access_level: AccessLevel | None = None,
    shared_with_client: bool = False,
) -> tuple[UUID, UUID]:
    """Make a document of a case, its first file still to come; answer its id and its version's.

    Without a case it is a paper of the centre's own, a caseload to import: the manager's. What a client of the
    portal hands in is the case team's to see, and theirs. Raises Forbidden, NotFound, Invalid, InvalidInput
    (rules of the fields, `document-type`), LimitReached (2,000 of a case, 200 from its client).
    """
    require_files(uow.actor)
    portal = uow.actor.kind is ActorKind.CLIENT
    case: Case | None = None
    if case_id is None:
        uow.actor.require(Permission.CASELOAD_IMPORT)
    else:
        case = await take_case_of(uow, Permission.DOCUMENT_ACCESS, case_id, portal=True)
    if portal and (access_level is not None or shared_with_client or tags):
        raise Forbidden(
            Permission.DOCUMENT_ACCESS.name, "The centre's staff decide who sees it, and what it is tagged."
        )
    level = access_level or (AccessLevel.CASE_TEAM if case is not None else AccessLevel.MANAGERS_AND_COMPLIANCE)
    if case is not None:
        require_level(uow.actor, level)
    faults = Faults()
    if (document_type is DocumentType.CASELOAD_CSV) != (case is None):
        faults.add("type", "document-type", "A caseload to import belongs to no case, and nothing else is without one.")
    if case is None and (shared_with_client or level is not AccessLevel.MANAGERS_AND_COMPLIANCE):
        faults.add("access_level", "access-level", "What belongs to no case is the managers' to see.")
    columns = {
        "title": faults.read("title", read_title, title),
        "description": faults.read("description", read_description, description),
        "tags": faults.read("tags", read_tags, tags),
    }
    said = _read_file(faults, file, largest=storage.largest)
    faults.raise_any()
    await check_room(uow, case)
    if portal:
        await _check_room_of_client(uow, case_id)
    document = Document(
        id=new_id(),
        case_id=case_id,
        client_id=case.client_id if case is not None else None,
        document_type=document_type.value,
        access_level=level.value,
        shared_with_client=shared_with_client,
        from_client=portal,
        upload_state=UploadState.PENDING.value,
        versions_made=1,
        **columns,
    )
    changes = uow.add(document)
    await uow.flush()
    version_id, added = _add_version(uow, storage, document, said)  # once its document is there
    await tell_of_document(uow, DocumentUploadRequested, Taken(document, case), {**changes, **added}, new=True)
    return document.id, version_id


async def request_version(
    uow: UnitOfWork, *, storage: DocumentStorage, document_id: UUID, version: int, file: FileSaid
) -> tuple[UUID, UUID]:
    """Announce a further version of a document; answer the document's id and the version's.

    The present version stays what is downloaded until the new file is available. Raises Forbidden, NotFound,
    Conflict, Invalid, InvalidInput, LimitReached (100 versions).
    """
    taken = await take_document(uow, Permission.DOCUMENT_ACCESS, document_id, version=version, portal=True)
    faults = Faults()
    said = _read_file(faults, file, largest=storage.largest)
    faults.raise_any()
    if taken.document.versions_made >= MOST_VERSIONS:
        raise LimitReached("document-versions", MOST_VERSIONS)
    number = taken.document.versions_made + 1
    changes = uow.change(taken.document, versions_made=number, upload_state=UploadState.PENDING.value)
    version_id, added = _add_version(uow, storage, taken.document, said)
    await tell_of_document(uow, DocumentVersionRequested, taken, {**changes, **added})
    return document_id, version_id


def _read_file(faults: Faults, file: FileSaid, *, largest: int) -> FileSaid:
    """Read what is said of a file; the answer is good only where no fault was found."""
    name = faults.read("file.file_name", normalise_file_name, file.file_name)
    size = faults.read("file.size", read_size, file.size, largest=largest)
    sha256 = faults.read("file.sha256", read_sha256, file.sha256)
    media_type = file.media_type
    try:
        declared = read_media_type(file.media_type, field="file.media_type")
        media_type = declared.text
        if name is not None:
            check_file_name(name, declared, field="file.file_name")
    except Invalid as fault:
        faults.add(fault.field, fault.rule, fault.message, **fault.params)
    return FileSaid(file_name=name or "", media_type=media_type, size=size or 0, sha256=sha256 or "")


async def check_room(uow: UnitOfWork, case: Case | None) -> None:
    """Raise LimitReached where a case, or the centre itself, has as many documents as it may."""
    if case is not None:
        counted = await uow.one(number_of_case_documents, case_id=case.id)
        limit = "case-documents"
    else:
        counted = await uow.one(number_of_centre_documents)
        limit = "centre-documents"
    if counted is not None and counted["number"] >= MOST_DOCUMENTS:
        raise LimitReached(limit, MOST_DOCUMENTS)


async def _check_room_of_client(uow: UnitOfWork, case_id: UUID | None) -> None:
    """Raise LimitReached where a client has handed in, or announced, as much as they may."""
    counted = await uow.one(number_of_documents_from_client, case_id=case_id)
    if counted is not None and counted["number"] >= MOST_FROM_CLIENT:
        raise LimitReached(
            "case-documents-from-client",
            MOST_FROM_CLIENT,
            f"You have handed in {MOST_FROM_CLIENT} papers: ask your advisor to take further ones.",
        )


def _add_version(uow: UnitOfWork, storage: DocumentStorage, document: Document, file: FileSaid) -> tuple[UUID, Changes]:
    """Add the newest version of a document, which counts it already; answer its id and what is told of it."""
    version = DocumentVersion(
        id=new_id(),
        document_id=document.id,
        client_id=document.client_id,
        number=document.versions_made,
        file_name=file.file_name,
        declared_media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        storage_key=storage.new_key(uow.actor.centre_id, document.id),
        upload_state=UploadState.PENDING.value,
        requested_at=now(),
        requested_by=uow.actor.user_id,
    )
    return version.id, {name: change for name, change in uow.add(version).items() if name not in _UNTOLD}
