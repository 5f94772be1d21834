"""What the product asks of a store of files: take one in, look at it, keep it, give it out, forget it.

A file comes in under an address that a stranger to our network writes to, so it is never given out from there: once
it has been looked at it is moved to where no upload reaches, and only from there it is read. Every method may raise
Unavailable. Call none of them inside a transaction.
"""

import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import quote
from uuid import UUID

from cma_graphql.core.ids import new_id

UPLOADS = "/files/uploads"
DOWNLOADS = "/files/downloads"
"""Where a store whose files pass through this server has its addresses."""

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_KEY = re.compile(f"{_UUID}/{_UUID}/{_UUID}")


@dataclass(frozen=True, slots=True)
class StorageKey:
    """Where a file is: of our making, and telling nothing. Raises ValueError for any other text."""

    text: str

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.text):
            raise ValueError("This is not the key of a stored file.")

    @property
    def centre_id(self) -> UUID:
        """Whose file it is."""
        return UUID(self.text.partition("/")[0])

    @classmethod
    def of_new(cls, centre_id: UUID, document_id: UUID) -> "StorageKey":
        """Make the key of a further file of a document."""
        return cls(f"{centre_id}/{document_id}/{new_id()}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a file was said to be before it came."""

    key: StorageKey
    size: int
    sha256: str
    """In hexadecimal."""
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadTarget:
    """How to hand a file in: one HTTP request. It holds a signature, so it stays out of logs."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Fields of a multipart form to send before the file, whose own field is named `file`; none: the body is it."""
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadAddress:
    """Where to fetch a file with GET, for a short time."""

    url: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A file that came in."""

    size: int
    mark: str
    """Changes when the file is replaced by another."""
    kept: bool = False
    """Whether it has been moved to where no upload reaches."""


class FileStore(Protocol):
    """Somebody who keeps files."""

    async def upload_target(self, announced: Announced, *, expires_at: datetime) -> UploadTarget:
        """Say how to hand a file in."""
        ...

    async def find(self, key: StorageKey) -> Found | None:
        """Look for a file, whether it has been kept or has only come in."""
        ...

    def read(self, key: StorageKey, found: Found) -> AsyncGenerator[bytes]:
        """Answer a file's bytes, a piece at a time. Raises FileChanged where it is not the one that was found."""
        ...

    async def keep(self, key: StorageKey, found: Found) -> str:
        """Move a file to where no upload reaches; answer the id of the key that encrypts it. Twice is once.

        Raises FileChanged where it is not the one that was found.
        """
        ...

    async def download_address(
        self, key: StorageKey, *, file_name: str, media_type: str, expires_at: datetime
    ) -> DownloadAddress:
        """Say where a kept file can be fetched as an attachment of this name."""
        ...

    async def delete(self, key: StorageKey) -> None:
        """Delete a file, wherever it is; one that is not there is deleted already."""
        ...

    async def forget_abandoned(self, *, before: datetime) -> int:
        """Delete what came in before an instant and was never kept; answer how many files that were."""
        ...

    async def ping(self) -> None:
        """Ask for a sign of life."""
        ...


class WrongLength(Exception):
    """An upload is longer or shorter than the file that was announced; nothing of it is kept."""

    def __init__(self, *, expected: int, longer: bool) -> None:
        super().__init__(f"The file that was announced has {expected} bytes; this one has {_than(longer)}.")
        self.expected = expected
        self.longer = longer


class AlreadyThere(Exception):
    """A file has come in under this address before: an address takes one."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A kept file on its way to whoever has its address."""

    file_name: str
    media_type: str
    size: int
    chunks: AsyncGenerator[bytes]


class FileChanged(Exception):
    """A file is gone, or is another one than that which was looked at."""


def _than(longer: bool) -> str:  # noqa: FBT001 - a word for a fact
    return "more" if longer else "fewer"


def attachment(file_name: str) -> str:
    """Write the Content-Disposition by which a browser saves a file under its name and never shows it (RFC 6266)."""
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\%' else "_" for letter in file_name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
