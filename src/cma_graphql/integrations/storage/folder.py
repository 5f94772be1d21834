"""Keeps files in a folder of this machine, sealed with their centre's data key; for one server, and for development.

Uploads and downloads go through the server itself, at addresses that it signs.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Generator, Iterator
from contextlib import aclosing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, ParamSpec, Protocol, TypeVar
from uuid import UUID

from cma_graphql.core.errors import Unavailable
from cma_graphql.core.ids import new_id
from cma_graphql.core.sealed_files import FileSealer, key_id_of_file, opened_size, read_sealed
from cma_graphql.core.signed_addresses import AddressFault, AddressRefused, SignedAddresses
from cma_graphql.core.vault import DataKey, SealBroken
from cma_graphql.integrations.storage.port import (
    DOWNLOADS,
    UPLOADS,
    AlreadyThere,
    Announced,
    DownloadAddress,
    FileChanged,
    Found,
    Leaving,
    StorageKey,
    UploadTarget,
    WrongLength,
)

_UPLOAD = "upload"
_DOWNLOAD = "download"
P = ParamSpec("P")
T = TypeVar("T")


class DataKeys(Protocol):
    """The data keys of one centre."""

    newest: DataKey

    def named(self, key_id: UUID) -> DataKey:
        """Answer the key with this id; raise LookupError where there is none."""
        ...


KeysOf = Callable[[UUID], Awaitable[DataKeys]]
"""Finds a centre's data keys; raises Unavailable where the database is away, LookupError for no centre."""


class FolderStore:
    """Files in two folders: `incoming`, which uploads write to, and `kept`, which downloads read from."""

    def __init__(self, folder: Path, *, keys_of: KeysOf, addresses: SignedAddresses, public_url: str) -> None:
        self._incoming = folder / "incoming"
        self._kept = folder / "kept"
        self._keys_of = keys_of
        self._addresses = addresses
        self._public_url = public_url

    # What the product asks

    async def upload_target(self, announced: Announced, *, expires_at: datetime) -> UploadTarget:
        """Answer a signed address of this server, which takes a file of this size as the body of a PUT, once."""
        says = {"key": announced.key.text, "size": announced.size}
        token = self._addresses.sign(_UPLOAD, says, expires_at=expires_at)
        return UploadTarget(
            method="PUT",
            url=f"{self._public_url}{UPLOADS}/{token}",
            headers={"Content-Type": "application/octet-stream"},
            expires_at=expires_at,
        )

    async def find(self, key: StorageKey) -> Found | None:
        """Look for a file in both folders."""
        return await _in_thread(self._find, key)

    async def read(self, key: StorageKey, found: Found) -> AsyncGenerator[bytes]:
        """Open a file and answer its bytes. Raises FileChanged, also for one whose seal is broken."""
        keys = await self._keys_of(key.centre_id)
        segments = self._segments(key, keys, found)
        try:
            while (segment := await _in_thread(next, segments, None)) is not None:
                yield segment
        finally:
            await _in_thread(segments.close)

    async def keep(self, key: StorageKey, found: Found) -> str:
        """Move a file into the kept folder; answer the id of the data key that seals it."""
        return await _in_thread(self._keep, key, found)

    async def download_address(
        self, key: StorageKey, *, file_name: str, media_type: str, expires_at: datetime
    ) -> DownloadAddress:
        """Answer a signed address of this server."""
        says = {"key": key.text, "name": file_name, "type": media_type}
        token = self._addresses.sign(_DOWNLOAD, says, expires_at=expires_at)
        return DownloadAddress(url=f"{self._public_url}{DOWNLOADS}/{token}", expires_at=expires_at)

    async def delete(self, key: StorageKey) -> None:
        """Delete a file from both folders."""
        for path in self._places(key):
            await _in_thread(path.unlink, missing_ok=True)

    async def forget_abandoned(self, *, before: datetime) -> int:
        """Delete what lies in the incoming folder since before an instant, unfinished uploads included."""
        return await _in_thread(self._forget_abandoned, before.timestamp())

    async def ping(self) -> None:
        """Make the folders; raise Unavailable where that is refused."""
        await _in_thread(self._make_folders)

    # What the server's own addresses do

    async def receive(self, token: str, chunks: AsyncIterable[bytes]) -> None:
        """Take a file in under a signed address: whole or not at all, and never a second one.

        Raises AddressRefused, WrongLength, AlreadyThere, Unavailable.
        """
        says = self._addresses.read(_UPLOAD, token)
        key, size = StorageKey(says["key"]), int(says["size"])
        if await self.find(key) is not None:
            raise AlreadyThere
        keys = await self._keys_of(key.centre_id)
        target = self._incoming / key.text
        unfinished = target.with_name(f".{target.name}.{new_id().hex}")
        sealer = FileSealer(keys.newest, place=key.text)
        length = 0
        file = await _in_thread(_begin, unfinished)
        try:
            await _in_thread(file.write, sealer.head)
            async for chunk in chunks:
                length += len(chunk)
                if length > size:
                    raise WrongLength(expected=size, longer=True)
                if sealed := sealer.feed(chunk):
                    await _in_thread(file.write, sealed)
            if length < size:
                raise WrongLength(expected=size, longer=False)
            await _in_thread(file.write, sealer.finish())
            await _in_thread(_settle, file, unfinished, target)
        finally:
            await _in_thread(_drop, file, unfinished)

    async def send(self, token: str) -> Leaving:
        """Give a kept file out under a signed address, its first piece already read: whether it can be is known by now.

        Raises AddressRefused, FileChanged where its seal is broken, Unavailable.
        """
        says = self._addresses.read(_DOWNLOAD, token)
        key = StorageKey(says["key"])
        found = await self.find(key)
        if found is None or not found.kept:
            raise AddressRefused(AddressFault.EXPIRED)
        chunks = self.read(key, found)
        first = await anext(chunks)
        return Leaving(says["name"], says["type"], found.size, _preceded(first, chunks))

    # On the disk

    def _places(self, key: StorageKey) -> tuple[Path, Path]:
        return self._kept / key.text, self._incoming / key.text

    def _looked_at(self, key: StorageKey) -> tuple[Path, ...]:
        """Answer where a file is looked for: once more where it is kept, since it may be moved there meanwhile."""
        kept, incoming = self._places(key)
        return kept, incoming, kept

    def _find(self, key: StorageKey) -> Found | None:
        kept, _ = self._places(key)
        for path in self._looked_at(key):
            with suppress(FileNotFoundError):
                state = path.stat()
                return Found(opened_size(state.st_size), _mark(state), path == kept)
        return None

    @contextmanager
    def _opened(self, key: StorageKey, found: Found) -> Iterator[BinaryIO]:
        """Open the file that was found, wherever it is by now. Raises FileChanged."""
        for path in self._looked_at(key):
            with suppress(FileNotFoundError):
                file = path.open("rb")
                break
        else:
            raise FileChanged
        with file:
            if _mark(os.fstat(file.fileno())) != found.mark:
                raise FileChanged
            yield file

    def _segments(self, key: StorageKey, keys: DataKeys, found: Found) -> Generator[bytes]:
        try:
            with self._opened(key, found) as file:
                yield from read_sealed(file, keys.named, place=key.text)
        except SealBroken as broken:
            raise FileChanged from broken

    def _keep(self, key: StorageKey, found: Found) -> str:
        kept, incoming = self._places(key)
        with self._opened(key, found) as file:
            key_id = key_id_of_file(file, place=key.text)
        if not kept.exists():
            _make(kept.parent)
            with suppress(FileNotFoundError, FileExistsError):  # another that completes the same upload was faster
                os.link(incoming, kept)  # fails where a rename would replace
                if _mark(kept.stat()) != found.mark:  # another has come in since the file was looked at
                    kept.unlink()
            if not kept.exists():
                raise FileChanged
            incoming.unlink(missing_ok=True)
            for folder in (kept.parent, kept.parent.parent, self._kept):  # the database will say that it is there
                _sync(folder)
        return str(key_id)

    def _make_folders(self) -> None:
        for folder in (self._incoming, self._kept):
            _make(folder)

    def _forget_abandoned(self, before: float) -> int:
        forgotten = 0
        for path in self._incoming.glob("*/*/*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()
                    forgotten += 1
        for folder in (*self._incoming.glob("*/*"), *self._incoming.glob("*")):
            with suppress(OSError):  # one that has files in it, or has just got one, stays
                if folder.stat().st_mtime < before:
                    folder.rmdir()
        return forgotten


async def _in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Work on the disk without holding up the server; raise Unavailable where the disk refuses."""
    try:
        return await asyncio.to_thread(call, *args, **kwargs)
    except OSError as error:
        raise Unavailable("The store of files does not respond. Try again in a moment.") from error


def _mark(state: os.stat_result) -> str:
    """Tell one file from another that takes its place."""
    return f"{state.st_ino}-{state.st_mtime_ns}"


def _make(folder: Path) -> None:
    """Make a folder and those above it for the owner alone; `parents=True` would leave those above open to others."""
    for each in (*reversed(folder.parents), folder):
        each.mkdir(mode=0o700, exist_ok=True)


def _begin(unfinished: Path) -> BinaryIO:
    _make(unfinished.parent)
    return os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _sync(folder: Path) -> None:
    """Have the disk remember what names a folder holds."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def _preceded(first: bytes, chunks: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    async with aclosing(chunks):
        yield first
        async for chunk in chunks:
            yield chunk


def _settle(file: BinaryIO, unfinished: Path, target: Path) -> None:
    """Give a finished file its name, unless another has it: a link fails where a rename would replace."""
    file.flush()
    os.fsync(file.fileno())
    try:
        os.link(unfinished, target)
    except FileExistsError:
        raise AlreadyThere from None


def _drop(file: BinaryIO, unfinished: Path) -> None:
    file.close()
    unfinished.unlink(missing_ok=True)
