"""Deletes a document so that its record and its files stay, and restores it."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.faults import read_field
from cma_graphql.domain.documents.events import DocumentDeleted, DocumentRestored
from cma_graphql.domain.documents.reading import read_reason
from cma_graphql.domain.documents.services.request import check_room
from cma_graphql.domain.documents.taking import audience_of_document, take_document, tell_of_document
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def delete_document(uow: UnitOfWork, *, document_id: UUID, version: int, reason: str) -> UUID:
    """Delete a document, so that nobody sees or downloads it. Raises Forbidden, NotFound, Conflict, Invalid."""
    taken = await take_document(uow, Permission.DOCUMENT_DELETE, document_id, version=version)
    said = read_field("reason", read_reason, reason)
    before = await audience_of_document(uow, taken)
    changes = {**uow.soft_delete(taken.document), **uow.change(taken.document, deletion_reason=said)}
    await tell_of_document(uow, DocumentDeleted, taken, changes, before=before, gone=True)
    return document_id


async def restore_document(uow: UnitOfWork, *, document_id: UUID, version: int) -> UUID:
    """Bring a deleted document back as it was. Raises Forbidden, NotFound, Conflict, Invalid, LimitReached."""
    taken = await take_document(uow, Permission.DOCUMENT_DELETE, document_id, version=version, deleted=True)
    await check_room(uow, taken.case)
    changes = uow.change(taken.document, deleted_at=None, deleted_by=None, deletion_reason=None)
    await tell_of_document(uow, DocumentRestored, taken, changes, new=True)
    return document_id
