"""Seals whole files, segment by segment, so that none has to be in memory: AES-256-GCM under a key of the file's own.

A sealed file is: version (1), data key id (16), salt (32), then segments of 256 KiB of text, each with its tag of 16
bytes. A segment's nonce is its number and whether it is the last one (the STREAM construction of Hoang, Reyhanitabar,
Rogaway and Vizár, 2015), so that none can be left out, doubled, moved or cut off without the seal breaking.
"""

from collections.abc import Callable, Iterator
from secrets import token_bytes
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag

from cma_graphql.core.vault import Break, DataKey, Randomness, SealBroken

SEGMENT_BYTES = 256 * 1024
_VERSION = b"\x01"
_ID_BYTES = 16
_SALT_BYTES = 32
_TAG_BYTES = 16
_NUMBER_BYTES = 11
_HEAD_BYTES = len(_VERSION) + _ID_BYTES + _SALT_BYTES

FindKey = Callable[[UUID], DataKey]
"""Answers the data key with an id; raises LookupError where there is none."""


class FileSealer:
    """Seals one file for one place as it comes in."""

    def __init__(self, key: DataKey, *, place: str, randomness: Randomness = token_bytes) -> None:
        salt = randomness(_SALT_BYTES)
        self.head = _VERSION + key.key_id.bytes + salt
        """What the sealed file begins with."""
        self._cipher = key.file_cipher(salt=salt, place=place)
        self._waiting = bytearray()
        self._number = 0

    def feed(self, chunk: bytes) -> bytes:
        """Take what has come; answer what can be written, which may be nothing yet."""
        self._waiting += chunk
        sealed = bytearray()
        while len(self._waiting) > SEGMENT_BYTES:  # the last segment is only known once all has come
            sealed += self._seal(bytes(self._waiting[:SEGMENT_BYTES]), last=False)
            del self._waiting[:SEGMENT_BYTES]
        return bytes(sealed)

    def finish(self) -> bytes:
        """Answer the last segment."""
        return self._seal(bytes(self._waiting), last=True)

    def _seal(self, segment: bytes, *, last: bool) -> bytes:
        nonce, self._number = _nonce(self._number, last=last), self._number + 1
        return self._cipher.encrypt(nonce, segment, None)


def read_sealed(file: BinaryIO, find_key: FindKey, *, place: str) -> Iterator[bytes]:
    """Open a sealed file segment by segment. Raises SealBroken, also for one that was cut off or is another's."""
    head = file.read(_HEAD_BYTES)
    cipher = _key_of(head, find_key, place).file_cipher(salt=head[-_SALT_BYTES:], place=place)
    number = 0
    segment = file.read(SEGMENT_BYTES + _TAG_BYTES)
    while True:
        following = file.read(SEGMENT_BYTES + _TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), segment, None)
        except InvalidTag:
            raise SealBroken(Break.ALTERED, place) from None
        if not following:
            return
        segment, number = following, number + 1


def key_id_of_file(file: BinaryIO, *, place: str) -> UUID:
    """Tell under which data key a file was sealed. Raises SealBroken for what is no sealed file."""
    return _key_id(file.read(_HEAD_BYTES), place)


def opened_size(sealed_size: int) -> int:
    """Tell how many bytes a sealed file of this size has when it is opened; negative for what is no sealed file."""
    body = sealed_size - _HEAD_BYTES
    segments = max(1, -(-body // (SEGMENT_BYTES + _TAG_BYTES)))
    return body - segments * _TAG_BYTES


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_NUMBER_BYTES) + (b"\x01" if last else b"\x00")


def _key_id(head: bytes, place: str) -> UUID:
    if len(head) < _HEAD_BYTES:
        raise SealBroken(Break.TRUNCATED, place)
    if not head.startswith(_VERSION):
        raise SealBroken(Break.VERSION, place)
    return UUID(bytes=head[len(_VERSION) : len(_VERSION) + _ID_BYTES])


def _key_of(head: bytes, find_key: FindKey, place: str) -> DataKey:
    try:
        return find_key(_key_id(head, place))
    except LookupError:
        raise SealBroken(Break.DATA_KEY, place) from None
