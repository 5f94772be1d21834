"""What the room works with besides the database: the store of files, and how it looks at one that came in."""

from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.documents.examination import Examination, Findings, wrong_size
from cma_graphql.domain.documents.media_types import read_media_type
from cma_graphql.domain.documents.models import UploadState
from cma_graphql.integrations.storage.port import (
    Announced,
    DownloadAddress,
    FileChanged,
    FileStore,
    Found,
    StorageKey,
    UploadTarget,
)
from cma_graphql.persistence.reads import Record

UPLOAD_LIFETIME = timedelta(minutes=15)
"""How long a file may be handed in under the address it was given."""
DOWNLOAD_LIFETIME = timedelta(seconds=60)
"""How long a file can be fetched from the address that was given out."""
ABANDONED_AFTER = timedelta(days=1)
"""When a file that came in and was never completed is deleted."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that was looked at."""

    findings: Findings
    encryption_key_id: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentStorage:
    """The store of files, one for the whole process. Nothing here belongs inside a transaction."""

    store: FileStore
    largest: int
    """How many bytes a file has at most."""

    async def upload_target(self, version: Record) -> UploadTarget:
        """Say how to hand in the file of a version. Raises Unavailable."""
        announced = Announced(
            key=StorageKey(version["storage_key"]),
            size=version["size"],
            sha256=version["sha256"],
            media_type=version["declared_media_type"],
        )
        return await self.store.upload_target(announced, expires_at=now() + UPLOAD_LIFETIME)

    async def download_address(self, version: Record) -> DownloadAddress:
        """Say where to fetch the file of an available version. Raises Unavailable."""
        return await self.store.download_address(
            StorageKey(version["storage_key"]),
            file_name=version["file_name"],
            media_type=version["verified_media_type"],
            expires_at=now() + DOWNLOAD_LIFETIME,
        )

    async def arrived(self, version: Record) -> Found:
        """Look for a version's file. Raises Invalid (rule `upload-missing`) where none came, Unavailable."""
        found = await self.store.find(StorageKey(version["storage_key"]))
        if found is None:
            raise Invalid("version_number", "upload-missing", "The file has not been uploaded yet.")
        return found

    async def examine(self, version: Record, found: Found) -> Examined:
        """Look at a version's file, and put it where no upload reaches if it is what it was said to be.

        Raises Invalid (rule `upload-changed`) where it was replaced meanwhile, Unavailable.
        """
        key = StorageKey(version["storage_key"])
        examination = Examination(
            read_media_type(version["declared_media_type"]), size=version["size"], sha256=version["sha256"]
        )
        try:
            if found.size != version["size"]:  # nobody waits for a file that is refused in any case
                fault = wrong_size(expected=version["size"], found=found.size)
                return Examined(Findings(fault, UploadState.FAILED))
            async with aclosing(self.store.read(key, found)) as pieces:
                async for piece in pieces:
                    examination.feed(piece)
            findings = examination.finish()
            if findings.fault is not None:
                return Examined(findings)
            return Examined(findings, await self.store.keep(key, found))
        except FileChanged:
            raise Invalid(
                "version_number", "upload-changed", "The file was replaced while it was looked at: complete it again."
            ) from None

    async def discard(self, version: Record) -> None:
        """Delete the file of a version that was refused. Raises Unavailable."""
        await self.store.delete(StorageKey(version["storage_key"]))

    async def forget_abandoned(self) -> None:
        """Delete what came in a day ago and was never completed. Raises Unavailable."""
        await self.store.forget_abandoned(before=now() - ABANDONED_AFTER)

    def new_key(self, centre_id: UUID, document_id: UUID) -> str:
        """Make the key of a further file."""
        return StorageKey.of_new(centre_id, document_id).text
