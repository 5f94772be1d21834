"""Files in a folder: sealed, whole or not at all, and given out only once they were looked at."""

import asyncio
import os
import stat
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unavailable
from cma_graphql.core.ids import new_id
from cma_graphql.core.sealed_files import SEGMENT_BYTES
from cma_graphql.core.signed_addresses import AddressFault, AddressRefused, SignedAddresses
from cma_graphql.integrations.storage import folder as folder_store
from cma_graphql.integrations.storage.folder import FolderStore
from cma_graphql.integrations.storage.port import (
    AlreadyThere,
    DownloadAddress,
    FileChanged,
    Found,
    StorageKey,
    WrongLength,
)
from integrations.storage.conftest import VAULT, Ring, Rings, a_key, announced, content_in, found_in, in_minutes, sent

CONTENT = b"%PDF-1.7 Dear Ms Okafor" + bytes(SEGMENT_BYTES)


def token_of(address: str) -> str:
    return address.rpartition("/")[2]


class Box:
    """A store over a folder, and a clock that can be turned."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.time: datetime | None = None
        self.rings = Rings()
        addresses = SignedAddresses({"k": bytes(range(32))}, current="k", now=lambda: self.time or now())
        self.store = FolderStore(folder, keys_of=self.rings.of, addresses=addresses, public_url="https://cma.example")

    def files(self, part: str = "") -> list[Path]:
        """Answer the files on the disk."""
        return sorted(path for path in (self.folder / part).rglob("*") if path.is_file())

    async def token(self, content: bytes = CONTENT, key: StorageKey | None = None) -> str:
        """Announce a file; answer the token of its address."""
        target = await self.store.upload_target(announced(content, key), expires_at=in_minutes())
        return token_of(target.url)

    async def came_in(self, content: bytes = CONTENT) -> tuple[StorageKey, Found]:
        """Hand a file in."""
        key = a_key()
        await self.store.receive(await self.token(content, key), sent(content))
        return key, await found_in(self.store, key)

    async def kept(self, content: bytes = CONTENT) -> StorageKey:
        """Hand a file in and keep it."""
        key, found = await self.came_in(content)
        await self.store.keep(key, found)
        return key

    async def address(self, key: StorageKey) -> DownloadAddress:
        """Answer a file's address."""
        return await self.store.download_address(
            key, file_name="Brief € März.pdf", media_type="application/pdf", expires_at=in_minutes(1)
        )


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path / "files")


async def whole(chunks: AsyncGenerator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def test_a_file_comes_in_is_kept_and_goes_out(box: Box) -> None:
    said = announced(CONTENT)
    target = await box.store.upload_target(said, expires_at=in_minutes())
    assert target.method == "PUT"
    assert target.url.startswith("https://cma.example/files/uploads/")
    assert (dict(target.form), dict(target.headers)) == ({}, {"Content-Type": "application/octet-stream"})
    assert await box.store.find(said.key) is None
    await box.store.receive(token_of(target.url), sent(CONTENT[:9], CONTENT[9:]))
    found = await found_in(box.store, said.key)
    assert (found.size, found.kept) == (len(CONTENT), False)
    assert await content_in(box.store, said.key, found) == CONTENT
    key_id = await box.store.keep(said.key, found)
    assert key_id == str(box.rings.made[said.key.centre_id].newest.key_id)
    kept = await found_in(box.store, said.key)
    assert (kept.size, kept.kept, kept.mark) == (len(CONTENT), True, found.mark)
    leaving = await box.store.send(token_of((await box.address(said.key)).url))
    assert (leaving.file_name, leaving.media_type, leaving.size) == ("Brief € März.pdf", "application/pdf", kept.size)
    assert await whole(leaving.chunks) == CONTENT


async def test_what_lies_on_the_disk_is_sealed_and_the_owners_alone(box: Box) -> None:
    key = await box.kept()
    (path,) = box.files()
    assert path == box.folder / "kept" / key.text
    assert b"Okafor" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    folders = [folder for folder in box.folder.rglob("*") if folder.is_dir()]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


async def test_addresses_and_targets_show_their_tokens_to_nobody(box: Box) -> None:
    target = await box.store.upload_target(announced(CONTENT), expires_at=in_minutes())
    address = await box.address(a_key())
    assert "files" not in repr(target) + repr(address)


@pytest.mark.parametrize("content", [CONTENT + b"x", CONTENT[:-1], b"", CONTENT * 3])
async def test_another_length_is_refused_and_nothing_stays(box: Box, content: bytes) -> None:
    token = await box.token()
    with pytest.raises(WrongLength) as refused:
        await box.store.receive(token, sent(content))
    assert (refused.value.expected, refused.value.longer) == (len(CONTENT), len(content) > len(CONTENT))
    assert box.files() == []
    await box.store.receive(token, sent(CONTENT))  # the address is still good for the right file
    assert len(box.files("incoming")) == 1


async def test_a_longer_file_is_refused_before_all_of_it_has_come(box: Box) -> None:
    read = []

    async def endless() -> AsyncGenerator[bytes]:
        while True:
            read.append(1)
            yield bytes(SEGMENT_BYTES)

    with pytest.raises(WrongLength):
        await box.store.receive(await box.token(), endless())
    assert len(read) == 2
    assert box.files() == []


async def test_an_upload_that_breaks_off_leaves_nothing(box: Box) -> None:
    token = await box.token()
    with pytest.raises(ConnectionResetError):
        await box.store.receive(token, sent(CONTENT[:SEGMENT_BYTES], b"x", then=ConnectionResetError()))
    assert box.files() == []
    await box.store.receive(token, sent(CONTENT))
    assert len(box.files()) == 1


async def test_an_upload_that_is_cancelled_leaves_nothing(box: Box) -> None:
    token, begun = await box.token(), asyncio.Event()

    async def stalled() -> AsyncGenerator[bytes]:
        yield CONTENT[:10]
        begun.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(box.store.receive(token, stalled()))
    await begun.wait()
    assert len(box.files()) == 1
    upload.cancel()
    await asyncio.gather(upload, return_exceptions=True)
    assert box.files() == []


async def test_an_address_takes_one_file(box: Box) -> None:
    token = await box.token()
    await box.store.receive(token, sent(CONTENT))
    with pytest.raises(AlreadyThere):
        await box.store.receive(token, sent(CONTENT))
    assert len(box.files()) == 1


async def test_of_two_at_once_one_is_taken(box: Box) -> None:
    key = a_key()
    token = await box.token(key=key)
    other = b"%PDF-1.7 Dear Mr Nobody" + bytes(SEGMENT_BYTES)
    ended = await asyncio.gather(
        *(box.store.receive(token, sent(content)) for content in (CONTENT, other) * 5), return_exceptions=True
    )
    assert sum(each is None for each in ended) == 1
    assert {type(each) for each in ended if each is not None} == {AlreadyThere}
    assert len(box.files()) == 1
    assert await content_in(box.store, key) in {CONTENT, other}


async def test_kept_files_are_not_replaced(box: Box) -> None:
    key = await box.kept()
    with pytest.raises(AlreadyThere):
        await box.store.receive(await box.token(key=key), sent(CONTENT))
    assert await content_in(box.store, key) == CONTENT


async def test_keeping_twice_or_at_once_is_keeping_once(box: Box) -> None:
    key, found = await box.came_in()
    ids = await asyncio.gather(*(box.store.keep(key, found) for _ in range(8)))
    assert {*ids, await box.store.keep(key, await found_in(box.store, key))} == {ids[0]}
    assert [path.relative_to(box.folder).parts[0] for path in box.files()] == ["kept"]


async def test_another_file_than_the_one_that_was_found_is_told(box: Box) -> None:
    key, found = await box.came_in()
    path = box.folder / "incoming" / key.text
    path.write_bytes(path.read_bytes())
    os.utime(path, ns=(1, 1))
    with pytest.raises(FileChanged):
        await content_in(box.store, key, found)
    with pytest.raises(FileChanged):
        await box.store.keep(key, found)
    path.unlink()
    with pytest.raises(FileChanged):
        await content_in(box.store, key, found)
    with pytest.raises(FileChanged):
        await box.store.keep(key, found)
    assert box.files() == []


async def test_a_broken_seal_is_found_before_anything_is_sent(box: Box) -> None:
    key = await box.kept(b"%PDF short")
    (path,) = box.files()
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    with pytest.raises(FileChanged):
        await box.store.send(token_of((await box.address(key)).url))


async def test_a_file_moved_to_another_place_does_not_open(box: Box) -> None:
    theirs, ours = await box.kept(b"theirs!"), await box.kept(b"ours!!!")
    (box.folder / "kept" / ours.text).write_bytes((box.folder / "kept" / theirs.text).read_bytes())
    with pytest.raises(FileChanged):
        await content_in(box.store, ours)


async def test_files_of_an_older_key_open_and_new_ones_have_the_newest(box: Box) -> None:
    key = await box.kept()
    ring = box.rings.made[key.centre_id]
    newer = VAULT.open_data_key(key.centre_id, VAULT.new_data_key(key.centre_id))
    box.rings.made[key.centre_id] = Ring(newer, {ring.newest.key_id: ring.newest})
    assert await content_in(box.store, key) == CONTENT
    later = a_key(key.centre_id)
    await box.store.receive(await box.token(key=later), sent(CONTENT))
    assert await box.store.keep(later, await found_in(box.store, later)) == str(newer.key_id)


async def test_only_what_is_kept_goes_out(box: Box) -> None:
    key, _ = await box.came_in()
    address = token_of((await box.address(key)).url)
    with pytest.raises(AddressRefused):
        await box.store.send(address)
    await box.store.keep(key, await found_in(box.store, key))
    await (await box.store.send(address)).chunks.aclose()
    await box.store.delete(key)
    with pytest.raises(AddressRefused):
        await box.store.send(address)
    assert box.files() == []
    await box.store.delete(key)  # again is no error


async def test_addresses_are_good_for_one_thing_and_a_while(box: Box) -> None:
    key = await box.kept()
    upload, download = await box.token(), token_of((await box.address(key)).url)
    for refused, reason in (
        (box.store.receive(download, sent(CONTENT)), AddressFault.FORGED),
        (box.store.send(upload), AddressFault.FORGED),
        (box.store.receive("x.y.z", sent(CONTENT)), AddressFault.FORGED),
    ):
        with pytest.raises(AddressRefused) as fault:
            await refused
        assert fault.value.reason is reason
    box.time = in_minutes(16)
    with pytest.raises(AddressRefused) as late:
        await box.store.receive(upload, sent(CONTENT))
    assert late.value.reason is AddressFault.EXPIRED
    with pytest.raises(AddressRefused):
        await box.store.send(download)


async def test_what_was_never_completed_is_forgotten(box: Box) -> None:
    kept, (old, _), (new, _) = await box.kept(), await box.came_in(), await box.came_in()
    unfinished = (box.folder / "incoming" / old.text).with_name(f".{new_id()}.{new_id().hex}")
    unfinished.write_bytes(b"half")
    long_ago = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    for path in (unfinished, box.folder / "incoming" / old.text, box.folder / "kept" / kept.text):
        os.utime(path, (long_ago, long_ago))
    assert await box.store.forget_abandoned(before=now() - timedelta(days=1)) == 2
    assert await box.store.find(old) is None
    assert await box.store.find(new) is not None
    assert await box.store.find(kept) is not None
    for _ in range(2):  # the folder of a centre changes when that of a document goes
        for folder in [*box.folder.glob("incoming/*/*"), *box.folder.glob("incoming/*")]:
            os.utime(folder, (long_ago, long_ago))
        assert await box.store.forget_abandoned(before=now() - timedelta(days=1)) == 0
    left = [path.name for path in (box.folder / "incoming").iterdir()]
    assert left == [str(new.centre_id)]  # folders that were emptied are gone, too


async def test_a_disk_that_refuses_is_a_store_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("no folder")
    box = Box(tmp_path / "files")
    key = a_key()
    for refused in (
        box.store.ping(),
        box.store.find(key),
        box.store.receive(await box.token(), sent(CONTENT)),
        box.store.delete(key),
    ):
        with pytest.raises(Unavailable):
            await refused


async def test_a_sign_of_life_makes_the_folders(box: Box) -> None:
    await box.store.ping()
    assert sorted(path.name for path in box.folder.iterdir()) == ["incoming", "kept"]


CENTRE = "01900000-0000-7000-8000-00000000000a"


@pytest.mark.parametrize(
    "text",
    ["", "a/b/c", "../../etc/passwd", f"{CENTRE}/{CENTRE}", f"{CENTRE}/../{CENTRE}", f"/{CENTRE}/{CENTRE}/{CENTRE}"],
)
def test_no_other_text_is_a_key(text: str) -> None:
    with pytest.raises(ValueError, match="key"):
        StorageKey(text)


@pytest.mark.parametrize("faster", [True, False], ids=["kept by another", "deleted by another"])
async def test_a_file_that_takes_the_place_of_the_looked_at_one_is_not_kept(
    box: Box, monkeypatch: pytest.MonkeyPatch, *, faster: bool
) -> None:
    key, _ = await box.came_in(b"%PDF unseen")
    incoming, kept = box.folder / "incoming" / key.text, box.folder / "kept" / key.text
    unseen = incoming.read_bytes()
    incoming.unlink()
    await box.store.receive(await box.token(key=key), sent(CONTENT))
    found = await found_in(box.store, key)
    make = folder_store._make

    def meanwhile(place: Path) -> None:
        monkeypatch.setattr(folder_store, "_make", make)
        make(place)
        if faster:
            incoming.rename(kept)
        else:
            incoming.unlink()
        incoming.write_bytes(unseen)

    monkeypatch.setattr(folder_store, "_make", meanwhile)
    if faster:
        await box.store.keep(key, found)
        assert await content_in(box.store, key) == CONTENT
    else:
        with pytest.raises(FileChanged):
            await box.store.keep(key, found)
        assert box.files("kept") == []


@pytest.mark.parametrize("look", ["stat", "open"])
async def test_a_file_that_is_kept_while_it_is_looked_for_is_found(
    box: Box, monkeypatch: pytest.MonkeyPatch, look: str
) -> None:
    key, found = await box.came_in()
    real: Any = getattr(Path, look)
    moved: list[Path] = []

    def looked(path: Path, *given: Any, **more: Any) -> Any:
        if moved or path != box.folder / "kept" / key.text:
            return real(path, *given, **more)
        moved.append(path)
        try:
            return real(path, *given, **more)  # it is not there yet
        finally:
            box.store._keep(key, found)

    monkeypatch.setattr(Path, look, looked)
    if look == "stat":
        assert await found_in(box.store, key) == replace(found, kept=True)
    else:
        assert await content_in(box.store, key, found) == CONTENT
    assert moved
