"""The file of an uploaded document, fetched from the store: never inside a transaction."""

import io
from contextlib import aclosing
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid, LimitReached, NotFound
from cma_graphql.domain.documents.media_types import read_media_type
from cma_graphql.domain.documents.models import DocumentType
from cma_graphql.domain.documents.selectors import documents_by_id, version_of
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.domain.exchange.importing.decoding import CaseloadFile
from cma_graphql.domain.exchange.importing.services import MOST_BYTES, MOST_LINE_ENDS
from cma_graphql.integrations.storage.port import FileChanged, StorageKey
from cma_graphql.persistence.reads import Reads, Record


async def caseload_version(reads: Reads, document_id: UUID) -> Record:
    """Answer the version of a document that is imported: its current one.

    Raises Forbidden, NotFound, Invalid (`document-type`, `not-available`), LimitReached where it is too large.
    """
    reads.actor.require(Permission.CASELOAD_IMPORT)
    (document,) = await documents_by_id(reads, [document_id])
    if document is None:
        raise NotFound("document_id")
    if document["document_type"] != DocumentType.CASELOAD_CSV:
        raise Invalid("document_id", "document-type", "Only a document of the type CASELOAD_CSV is imported.")
    number = document["current_version"]
    version = None if number is None else await version_of(reads, document_id, number)
    if version is None:
        raise Invalid("document_id", "not-available", "The document has no file yet.", state=document["upload_state"])
    if read_media_type(version["verified_media_type"]).charset is None:
        raise Invalid("document_id", "document-type", "Only text is imported: a file of the type text/csv.")
    if version["size"] > MOST_BYTES:
        raise LimitReached(
            "import-bytes",
            MOST_BYTES,
            f"A file of more than {MOST_BYTES} bytes is imported by the command `cma-graphql import`.",
        )
    return version


async def fetch(storage: DocumentStorage, version: Record) -> CaseloadFile:
    """Fetch the file of a version; it is no longer than `caseload_version` found.

    Raises Invalid, Unavailable, LimitReached where it would be read a line at a time for too long.
    """
    found = await storage.arrived(version)
    content = bytearray()
    try:
        async with aclosing(storage.store.read(StorageKey(version["storage_key"]), found)) as pieces:
            async for piece in pieces:
                content += piece
    except FileChanged:
        raise Invalid("document_id", "file-changed", "The file is not the one that was uploaded.") from None
    whole = bytes(content)
    if whole.count(b"\n") > MOST_LINE_ENDS:
        raise LimitReached(
            "import-line-ends",
            MOST_LINE_ENDS,
            f"A file with more than {MOST_LINE_ENDS} line ends is imported by the command `cma-graphql import`. Empty "
            "lines count, too.",
        )
    charset = read_media_type(version["verified_media_type"]).charset or "utf-8"
    return CaseloadFile(version["file_name"], lambda: io.BytesIO(whole), charset)
