"""Changes what a document says of itself, and who sees it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.tags import read_tags
from cma_graphql.domain.documents.events import DocumentAccessChanged, DocumentUpdated
from cma_graphql.domain.documents.models import AccessLevel, Document, DocumentType
from cma_graphql.domain.documents.policy import require_level
from cma_graphql.domain.documents.reading import read_description, read_title
from cma_graphql.domain.documents.taking import audience_of_document, take_document, tell_of_document
from cma_graphql.persistence.unit_of_work import UnitOfWork


class DocumentEdits(TypedDict, total=False):
    """The fields that an update states: an absent one stays as it is, None empties it."""

    title: str
    type: DocumentType
    description: str | None
    tags: Sequence[str]


async def update_document(uow: UnitOfWork, *, document_id: UUID, version: int, edits: DocumentEdits) -> UUID:
    """Change the stated fields of a document. Raises Forbidden, NotFound, Conflict, Invalid, InvalidInput."""
    taken = await take_document(uow, Permission.DOCUMENT_ACCESS, document_id, version=version)
    faults = Faults()
    columns = _read(faults, taken.document, edits)
    faults.raise_any()
    changes = uow.change(taken.document, **columns)
    if changes:
        await tell_of_document(uow, DocumentUpdated, taken, changes)
    return document_id


def _read(faults: Faults, document: Document, edits: DocumentEdits) -> Mapping[str, Any]:
    columns: dict[str, Any] = {}
    given: Mapping[str, Any] = edits
    for name in ("title", "type", "tags"):
        if name in given and given[name] is None:
            faults.add(name, "blank", "This may not be empty.", minimum=1)
    if given.get("title") is not None:
        columns["title"] = faults.read("title", read_title, given["title"])
    if "description" in given:
        columns["description"] = faults.read("description", read_description, given["description"])
    if given.get("tags") is not None:
        columns["tags"] = faults.read("tags", read_tags, given["tags"])
    if given.get("type") is not None:
        kind: DocumentType = given["type"]
        if (kind is DocumentType.CASELOAD_CSV) != (document.case_id is None):
            faults.add(
                "type", "document-type", "A caseload to import belongs to no case, and nothing else is without one."
            )
        columns["document_type"] = kind.value
    return columns


async def set_access(
    uow: UnitOfWork,
    *,
    document_id: UUID,
    version: int,
    access_level: AccessLevel | None = None,
    shared_with_client: bool | None = None,
) -> UUID:
    """Settle who sees a document, also that of an ended case; None leaves a thing as it is.

    Raises Forbidden, NotFound, Conflict, Invalid (rule `access-level` for a paper of the centre's own).
    """
    taken = await take_document(uow, Permission.DOCUMENT_ACCESS, document_id, version=version, ended=True)
    if taken.case is None:
        raise Invalid("access_level", "access-level", "What belongs to no case is the managers' to see.")
    if access_level is not None:
        require_level(uow.actor, access_level)
    before = await audience_of_document(uow, taken)
    columns: dict[str, object] = {}
    if access_level is not None:
        columns["access_level"] = access_level.value
    if shared_with_client is not None:
        columns["shared_with_client"] = shared_with_client
    changes = uow.change(taken.document, **columns)
    if changes:
        await tell_of_document(uow, DocumentAccessChanged, taken, changes, before=before)
    return document_id
