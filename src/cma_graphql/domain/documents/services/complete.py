"""Completes an upload in two acts, between which the file is looked at, outside every transaction."""

from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Forbidden, Invalid, NotFound
from cma_graphql.domain.documents.events import DocumentScanStarted, DocumentUploaded, DocumentUploadRefused
from cma_graphql.domain.documents.media_types import read_media_type
from cma_graphql.domain.documents.models import DocumentVersion, UploadState
from cma_graphql.domain.documents.policy import require_files
from cma_graphql.domain.documents.selectors import documents_by_id, version_of
from cma_graphql.domain.documents.storage import Examined
from cma_graphql.domain.documents.taking import Taken, take_document, tell_of_document
from cma_graphql.persistence.reads import Reads, Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

UNSETTLED = frozenset({UploadState.PENDING, UploadState.SCANNING})
"""The states of a version whose file has not been judged."""


async def version_in_question(reads: Reads, document_id: UUID, number: int) -> Record:
    """Answer a version of a document that the actor sees, and where its file is. Raises NotFound, Forbidden."""
    require_files(reads.actor)
    version = await version_of(reads, document_id, number)
    if version is None:
        (document,) = await documents_by_id(reads, [document_id])
        raise NotFound("id" if document is None else "version_number")
    if reads.actor.kind is ActorKind.CLIENT and version["requested_by"] != reads.actor.user_id:
        raise Forbidden(Permission.DOCUMENT_ACCESS.name, "Only who announced a file completes it.")
    return version


async def begin_scan(uow: UnitOfWork, *, document_id: UUID, number: int) -> UUID:
    """Note that a version's file has come and is being looked at; nothing for one that was looked at before.

    The case may have ended meanwhile: what was announced before is still taken in. Raises Forbidden, NotFound.
    """
    taken, version = await _take(uow, document_id, number)
    if version.upload_state == UploadState.PENDING:
        changes = uow.change(version, upload_state=UploadState.SCANNING.value)
        _reflect(uow, taken, version)
        await tell_of_document(uow, DocumentScanStarted, taken, changes)
    return document_id


async def settle_upload(uow: UnitOfWork, *, document_id: UUID, number: int, examined: Examined | None) -> UUID:
    """Settle a version by what its file was found to be, once: a settled one stays as it is.

    An available file is what the document shows from now on, unless a newer one is. Raises Forbidden, NotFound.
    """
    taken, version = await _take(uow, document_id, number)
    if examined is None or version.upload_state not in UNSETTLED:
        return document_id
    fault = examined.findings.fault
    changes = uow.change(
        version,
        upload_state=examined.findings.state.value,
        completed_at=now(),
        verified_media_type=None if fault is not None else read_media_type(version.declared_media_type).text,
        encryption_key_id=examined.encryption_key_id,
        failure_field=None if fault is None else fault.field,
        failure_rule=None if fault is None else fault.rule,
        failure_reason=None if fault is None else fault.message,
    )
    current = max(number, taken.document.current_version or 0) if fault is None else taken.document.current_version
    changes = {**changes, **uow.change(taken.document, current_version=current)}
    _reflect(uow, taken, version)
    await tell_of_document(uow, DocumentUploaded if fault is None else DocumentUploadRefused, taken, changes)
    return document_id


def refusal_of(version: Record) -> Invalid | None:
    """Answer why a version's file was refused; None where it was not. The same every time it is asked for."""
    if version["failure_rule"] is None:
        return None
    return Invalid(
        version["failure_field"], version["failure_rule"], version["failure_reason"], state=version["upload_state"]
    )


async def _take(uow: UnitOfWork, document_id: UUID, number: int) -> tuple[Taken, DocumentVersion]:
    row = await version_in_question(uow, document_id, number)
    taken = await take_document(uow, Permission.DOCUMENT_ACCESS, document_id, portal=True, ended=True)
    return taken, await uow.lock(DocumentVersion, row["key"])


def _reflect(uow: UnitOfWork, taken: Taken, version: DocumentVersion) -> None:
    """Show the state of the newest version at the document, where lists filter by it."""
    if version.number == taken.document.versions_made:
        uow.change(taken.document, upload_state=version.upload_state)
    uow.touch(taken.document)
