"""Documents for tests: a store in a folder, files of every kind, and whole uploads."""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.core.clock import now
from cma_graphql.core.ids import new_id
from cma_graphql.core.signed_addresses import SignedAddresses
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.debts.models import Debt
from cma_graphql.domain.documents.models import Document, DocumentDebt, DocumentVersion
from cma_graphql.integrations.storage.folder import FolderStore
from cma_graphql.integrations.storage.port import DOWNLOADS, UPLOADS, StorageKey
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys, Keyring
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data

LARGEST = 8 * 1024 * 1024
PUBLIC_URL = "https://cma.example"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
_OFFICE = "application/vnd.openxmlformats-officedocument"


def archive(*members: str, first: str | None = None) -> bytes:
    """Make a ZIP archive with these members; `first` is the text of a member `mimetype` that stands before them."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        if first is not None:
            zipped.writestr("mimetype", first)
        for member in members:
            zipped.writestr(member, "<x/>" * 50, zipfile.ZIP_DEFLATED)
    return made.getvalue()


ODT = "application/vnd.oasis.opendocument.text"
SAMPLES: dict[str, tuple[str, bytes]] = {
    "application/pdf": ("letter.pdf", PDF),
    "image/png": ("scan.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06"),
    "image/jpeg": ("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01"),
    "image/tiff": ("fax.tiff", b"II*\x00\x08\x00\x00\x00\x00\x00"),
    "image/heic": ("phone.heic", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"),
    f"{_OFFICE}.wordprocessingml.document": ("letter.docx", archive("[Content_Types].xml", "word/document.xml")),
    f"{_OFFICE}.spreadsheetml.sheet": ("budget.xlsx", archive("[Content_Types].xml", "xl/workbook.xml")),
    ODT: ("letter.odt", archive("content.xml", "META-INF/manifest.xml", first=ODT)),
    "text/csv; charset=utf-8": ("cases.csv", "name,balance\nZoë,12.50\n".encode()),
    "text/plain; charset=utf-8": ("note.txt", b"Called at nine.\n"),
    "message/rfc822": ("mail.eml", b"From: a@example.org\r\nDate: Tue, 24 Nov 2026 09:00:00 +0000\r\n\r\nHello\r\n"),
}
"""A small file of every kind that is taken in, by media type."""


def _addresses(now: Callable[[], datetime]) -> SignedAddresses:
    return SignedAddresses({"test": bytes(range(32))}, current="test", now=now)


def a_folder_store(
    folder: Path, database: Database, keys: CentreKeys, *, now: Callable[[], datetime] = now
) -> FolderStore:
    """Make a store in a folder."""

    async def keys_of(centre_id: UUID) -> Keyring:
        async with database.read(system_of(centre_id)) as reader:
            return await keys.of(reader)

    return FolderStore(folder, keys_of=keys_of, addresses=_addresses(now), public_url=PUBLIC_URL)


async def pieces(content: bytes, size: int = 64 * 1024) -> AsyncIterator[bytes]:
    """Send a file a piece at a time."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


def token_of(url: str) -> str:
    """Answer the token in an address."""
    return url.rpartition("/")[2]


async def hand_in(store: FolderStore, url: str, content: bytes) -> None:
    """Upload a file as a browser would, past HTTP."""
    assert url.startswith(f"{PUBLIC_URL}{UPLOADS}/")
    await store.receive(token_of(url), pieces(content))


async def smuggle(store: FolderStore, storage_key: str, content: bytes) -> None:
    """Have a file come in that is not as long as the one announced, as a store might let it that does not count."""
    says = {"key": storage_key, "size": len(content)}
    await store.receive(_addresses(now).sign("upload", says, expires_at=now() + timedelta(minutes=1)), pieces(content))


async def fetched(store: FolderStore, url: str) -> bytes:
    """Download a file as a browser would, past HTTP."""
    assert url.startswith(f"{PUBLIC_URL}{DOWNLOADS}/")
    leaving = await store.send(token_of(url))
    return b"".join([chunk async for chunk in leaving.chunks])


def said_of(content: bytes, media_type: str = "application/pdf", file_name: str = "letter.pdf") -> dict[str, Any]:
    """Say of a file what is so, as a `FileInput`."""
    return {
        "fileName": file_name,
        "mediaType": media_type,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


async def a_document(data: Data, centre_id: UUID, case_id: UUID | None, **given: Any) -> UUID:
    """Make a document with one version, available unless `upload_state` says otherwise; its file is not stored."""
    by: Actor = given.pop("by", None) or system_of(centre_id)
    state = given.pop("upload_state", "AVAILABLE")
    available = state == "AVAILABLE"
    file_name = given.pop("file_name", "letter.pdf")
    storage_key = given.pop("storage_key", None)
    async with unit_of_work(data.database, data.keys, system_of(centre_id)) as uow:
        client_id = None if case_id is None else (await uow.get(Case, case_id)).client_id
        document = Document(
            id=given.pop("id", None) or new_id(),
            case_id=case_id,
            client_id=client_id,
            upload_state=state,
            versions_made=1,
            current_version=1 if available else None,
            **{
                "title": "A letter",
                "document_type": "CREDITOR_LETTER" if case_id is not None else "CASELOAD_CSV",
                "access_level": "CASE_TEAM" if case_id is not None else "MANAGERS_AND_COMPLIANCE",
                "shared_with_client": False,
                "from_client": False,
                "tags": [],
                **given,
            },
        )
        uow.add(document)
        document.created_by = document.updated_by = by.user_id
        await uow.flush()
        uow.add(_version_of(document, 1, by, file_name=file_name, upload_state=state, storage_key=storage_key))
    return document.id


async def a_version(data: Data, centre_id: UUID, document_id: UUID, *, number: int, file_name: str) -> None:
    """Make a further version of a document, available; its file is not stored."""
    async with unit_of_work(data.database, data.keys, system_of(centre_id)) as uow:
        document = await uow.lock(Document, document_id)
        uow.change(document, versions_made=number, current_version=number)
        uow.add(_version_of(document, number, system_of(centre_id), file_name=file_name))


def _version_of(
    document: Document,
    number: int,
    by: Actor,
    *,
    file_name: str,
    upload_state: str = "AVAILABLE",
    storage_key: str | None = None,
) -> DocumentVersion:
    available = upload_state == "AVAILABLE"
    return DocumentVersion(
        id=new_id(),
        document_id=document.id,
        client_id=document.client_id,
        number=number,
        file_name=file_name,
        declared_media_type="application/pdf",
        verified_media_type="application/pdf" if available else None,
        size=len(PDF),
        sha256=hashlib.sha256(PDF).hexdigest(),
        storage_key=storage_key or StorageKey.of_new(document.centre_id, document.id).text,
        encryption_key_id="test" if available else None,
        upload_state=upload_state,
        requested_at=now(),
        requested_by=by.user_id,
        completed_at=now() if available else None,
    )


async def a_link(data: Data, centre_id: UUID, document_id: UUID, debt_id: UUID, client_id: UUID) -> None:
    """Make a document evidence of a debt."""
    async with unit_of_work(data.database, data.keys, system_of(centre_id)) as uow:
        uow.add(
            DocumentDebt(
                id=new_id(),
                document_id=document_id,
                debt_id=debt_id,
                client_id=client_id,
                linked_at=now(),
                linked_by=uow.actor.user_id,
            )
        )


async def fill_documents(data: Data, centre_id: UUID, mark: str, cases: Mapping[str, UUID]) -> None:
    """Give a walk's centre documents of every access level in each of its cases, one of them evidence of a debt."""
    words = {"title": f"{mark} letter", "description": f"{mark} description", "tags": [mark.lower()]}
    for case_id in cases.values():
        document_id = await a_document(data, centre_id, case_id, file_name=f"{mark}.pdf", **words)
        await a_document(data, centre_id, case_id, access_level="CENTRE", shared_with_client=True, **words)
        await a_document(data, centre_id, case_id, access_level="MANAGERS_AND_COMPLIANCE", **words)
        async with unit_of_work(data.database, data.keys, system_of(centre_id)) as uow:
            debts = await uow.connection.run(
                select(Debt.id, Debt.client_id).where(Debt.centre_id == centre_id, Debt.case_id == case_id)
            )
        if debts:
            await a_link(data, centre_id, document_id, debts[0]["id"], debts[0]["client_id"])
    await a_document(data, centre_id, None, file_name=f"{mark}.csv", **words)
