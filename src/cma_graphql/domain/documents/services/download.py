"""Gives out the address of a file, once it is on record to whom."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid, NotFound
from cma_graphql.core.events import Change, Publicity
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.documents.events import DocumentDownloaded
from cma_graphql.domain.documents.models import Document, UploadState
from cma_graphql.domain.documents.policy import require_files
from cma_graphql.domain.documents.selectors import version_of
from cma_graphql.domain.documents.taking import Taken, tell_of_document
from cma_graphql.persistence.logs import AccessEntry
from cma_graphql.persistence.unit_of_work import UnitOfWork

FILE_FIELD = "documents.file"
"""What the access log calls it that somebody was given a file."""


async def record_download(uow: UnitOfWork, *, document_id: UUID, number: int | None = None) -> int:
    """Note that the actor is given a version's file, in the audit trail and in the access log; answer which.

    Both rows are committed before anybody learns the address (decision 21); `number` None is the current version.
    Raises Forbidden, NotFound, Invalid (rule `not-available`).
    """
    uow.actor.require(Permission.DOCUMENT_ACCESS)
    document = await uow.get(Document, document_id, field="id")
    require_files(uow.actor)
    wanted = document.current_version if number is None else number
    version = None if wanted is None else await version_of(uow, document_id, wanted)
    if version is None and number is not None:
        raise NotFound("version_number")
    if version is None or wanted is None or version["upload_state"] != UploadState.AVAILABLE:
        raise Invalid(
            "version_number",
            "not-available",
            "There is no file to download.",
            state=document.upload_state if version is None else version["upload_state"],
        )
    case = None if document.case_id is None else await uow.get(Case, document.case_id)
    changes = {"downloaded_version": Change(None, wanted, Publicity.OPEN)}
    uow.add(
        AccessEntry(
            id=new_id(),
            occurred_at=now(),
            actor_kind=uow.actor.kind.value,
            actor_id=uow.actor.user_id,
            session_id=uow.actor.session_id,
            request_id=uow.actor.request_id,
            operation="documentDownload",
            client_ids=[] if document.client_id is None else [document.client_id],
            sensitive_fields=[FILE_FIELD],
        )
    )
    await tell_of_document(uow, DocumentDownloaded, Taken(document, case), changes)
    return wanted
