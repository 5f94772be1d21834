"""Seals single values of a centre: AES-256-GCM under a data key per centre, which a master key wraps.

A sealed value opens only in the row, column, table and centre it was made for. Its bytes are: version (1),
data key id (16), nonce (12), ciphertext with its tag (16 more than the text). A random nonce of 96 bits is
safe for 2^32 values of one data key; a centre that nears that gets a new one.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from secrets import token_bytes
from typing import NoReturn
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Randomness = Callable[[int], bytes]
"""Makes so many random bytes; another than the system's for tests alone."""

_VERSION = b"\x01"
_KEY_BYTES = 32
_ID_BYTES = 16
_NONCE_BYTES = 12
_TAG_BYTES = 16
_SEALED_OVERHEAD = len(_VERSION) + _ID_BYTES + _NONCE_BYTES + _TAG_BYTES
_WRAPPED_BYTES = len(_VERSION) + _NONCE_BYTES + _KEY_BYTES + _TAG_BYTES
# Associated data begin with their purpose, so that what was made for one is never taken for another.
_VALUE = b"cma value"
_DATA_KEY = b"cma data key"
_BLIND_INDEX = b"cma blind index"
_FILE = b"cma file"


class Break(StrEnum):
    """Why a seal does not open."""

    TRUNCATED = "it is shorter than any seal"
    VERSION = "it is of an unknown version"
    MASTER_KEY = "its master key is not configured"
    DATA_KEY = "it was made with another data key"
    ALTERED = "it was altered, made with another key, or moved from another row, column, table or centre"


class SealBroken(Exception):
    """A sealed value or wrapped key does not open. Says where and why, never what."""

    def __init__(self, reason: Break, where: str) -> None:
        super().__init__(f"The seal of {where} does not open: {reason}.")
        self.reason = reason
        self.where = where


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as the table centre_keys keeps it: useless without the master key."""

    key_id: UUID
    master_key_id: str
    wrapped: bytes = field(repr=False)


class DataKey:
    """The opened key of one centre. Keep it in memory, and not for long; it cannot be printed or pickled."""

    __slots__ = ("_cipher", "_key", "_randomness", "centre_id", "key_id")

    def __init__(self, *, centre_id: UUID, key_id: UUID, key: bytes, randomness: Randomness) -> None:
        self.centre_id = centre_id
        self.key_id = key_id
        self._cipher = AESGCM(key)
        self._key = key
        self._randomness = randomness

    def __repr__(self) -> str:
        return f"<DataKey {self.key_id} of centre {self.centre_id}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A data key is not written down.")

    def seal(self, plaintext: str, *, table: str, column: str, row_id: UUID) -> bytes:
        """Seal a text for one column of one row; twice the same text gives different bytes."""
        nonce = self._randomness(_NONCE_BYTES)
        place = self._place(table, column, row_id)
        return _VERSION + self.key_id.bytes + nonce + self._cipher.encrypt(nonce, plaintext.encode(), place)

    def unseal(self, sealed: bytes, *, table: str, column: str, row_id: UUID) -> str:
        """Open what was sealed for this place. Raises SealBroken."""
        where = f"{table}.{column} in row {row_id}"
        if sealed_key_id(sealed, where=where) != self.key_id:
            raise SealBroken(Break.DATA_KEY, where)
        head = len(_VERSION) + _ID_BYTES
        nonce, ciphertext = sealed[head : head + _NONCE_BYTES], sealed[head + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, ciphertext, self._place(table, column, row_id)).decode()
        except InvalidTag:
            raise SealBroken(Break.ALTERED, where) from None

    def file_cipher(self, *, salt: bytes, place: str) -> AESGCM:
        """Make the cipher of one file: its key is derived for its salt and its place, and seals nothing else."""
        info = _joined(_FILE, self.centre_id.bytes, self.key_id.bytes, place.encode())
        return AESGCM(HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=salt, info=info).derive(self._key))

    def _place(self, table: str, column: str, row_id: UUID) -> bytes:
        return _joined(
            _VALUE,
            self.centre_id.bytes,
            self.key_id.bytes,
            table.encode(),
            column.encode(),
            row_id.bytes,
        )


class Vault:
    """Holds the master keys, which never leave it, and makes and opens the centres' data keys."""

    __slots__ = ("_ciphers", "_current", "_index_key", "_randomness")

    def __init__(
        self,
        master_keys: Mapping[str, bytes],
        *,
        current: str,
        index_key: bytes,
        randomness: Randomness = token_bytes,
    ) -> None:
        """Take the master keys by id, of which `current` wraps and all unwrap; every key has 32 bytes."""
        if current not in master_keys:
            raise ValueError(f"The current master key {current!r} is not among the master keys.")
        for name, key in (*master_keys.items(), ("of the index", index_key)):
            if len(key) != _KEY_BYTES:
                raise ValueError(f"The key {name} has {len(key)} bytes instead of {_KEY_BYTES}.")
        self._ciphers = {name: AESGCM(key) for name, key in master_keys.items()}
        self._current = current
        self._index_key = index_key
        self._randomness = randomness

    def __repr__(self) -> str:
        return f"<Vault of {len(self._ciphers)} master keys, current {self._current!r}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A vault is not written down.")

    def new_data_key(self, centre_id: UUID) -> WrappedKey:
        """Make a centre's data key, wrapped with the current master key for the table centre_keys."""
        key_id = UUID(bytes=self._randomness(_ID_BYTES), version=4)
        return self._wrap(centre_id, key_id, self._randomness(_KEY_BYTES))

    def open_data_key(self, centre_id: UUID, wrapped: WrappedKey) -> DataKey:
        """Open a centre's data key. Raises SealBroken where it is another's or its master key is gone."""
        return DataKey(
            centre_id=centre_id,
            key_id=wrapped.key_id,
            key=self._unwrap(centre_id, wrapped),
            randomness=self._randomness,
        )

    def rewrap(self, centre_id: UUID, wrapped: WrappedKey) -> WrappedKey:
        """Return the same data key under the current master key; what it sealed stays as it is."""
        key = self._unwrap(centre_id, wrapped)
        if wrapped.master_key_id == self._current:
            return wrapped
        return self._wrap(centre_id, wrapped.key_id, key)

    def blind_index(self, centre_id: UUID, purpose: str, normalised: str) -> bytes:
        """Return 32 bytes by which a sealed value is found: equal values of one centre and purpose are equal.

        Another centre or purpose (`clients.nino`) gives other bytes. Normalise first: AB 12 is not AB12 here.
        """
        key = HKDF(
            algorithm=SHA256(),
            length=_KEY_BYTES,
            salt=centre_id.bytes,
            info=_joined(_BLIND_INDEX, purpose.encode()),
        ).derive(self._index_key)
        return hmac.digest(key, normalised.encode(), "sha256")

    def _wrap(self, centre_id: UUID, key_id: UUID, key: bytes) -> WrappedKey:
        nonce = self._randomness(_NONCE_BYTES)
        place = _joined(_DATA_KEY, centre_id.bytes, key_id.bytes, self._current.encode())
        wrapped = _VERSION + nonce + self._ciphers[self._current].encrypt(nonce, key, place)
        return WrappedKey(key_id=key_id, master_key_id=self._current, wrapped=wrapped)

    def _unwrap(self, centre_id: UUID, wrapped: WrappedKey) -> bytes:
        where = f"data key {wrapped.key_id} of centre {centre_id}"
        cipher = self._ciphers.get(wrapped.master_key_id)
        if cipher is None:
            raise SealBroken(Break.MASTER_KEY, where)
        if len(wrapped.wrapped) < _WRAPPED_BYTES:
            raise SealBroken(Break.TRUNCATED, where)
        if not wrapped.wrapped.startswith(_VERSION):
            raise SealBroken(Break.VERSION, where)
        head = len(_VERSION) + _NONCE_BYTES
        place = _joined(_DATA_KEY, centre_id.bytes, wrapped.key_id.bytes, wrapped.master_key_id.encode())
        try:
            return cipher.decrypt(wrapped.wrapped[len(_VERSION) : head], wrapped.wrapped[head:], place)
        except InvalidTag:
            raise SealBroken(Break.ALTERED, where) from None


def sealed_key_id(sealed: bytes, *, where: str = "a value") -> UUID:
    """Tell which data key opens a sealed value. Raises SealBroken where it is no seal at all."""
    if len(sealed) < _SEALED_OVERHEAD:
        raise SealBroken(Break.TRUNCATED, where)
    if not sealed.startswith(_VERSION):
        raise SealBroken(Break.VERSION, where)
    return UUID(bytes=sealed[len(_VERSION) : len(_VERSION) + _ID_BYTES])


def _joined(*parts: bytes) -> bytes:
    """Join parts with their lengths, so that no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(2) + part for part in parts)
