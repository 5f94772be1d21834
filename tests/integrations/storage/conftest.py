"""What the tests of both stores share: a centre's data key, and files to come."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.ids import new_id
from cma_graphql.core.vault import DataKey, Vault
from cma_graphql.integrations.storage.port import Announced, FileStore, Found, StorageKey

VAULT = Vault({"m": bytes(range(32))}, current="m", index_key=bytes(range(32)))


@dataclass
class Ring:
    """The data keys of one centre."""

    newest: DataKey
    older: dict[UUID, DataKey] = field(default_factory=dict)

    def named(self, key_id: UUID) -> DataKey:
        """Answer a key by its id."""
        return {**self.older, self.newest.key_id: self.newest}[key_id]


@dataclass
class Rings:
    """The data keys of every centre, made when they are asked for."""

    made: dict[UUID, Ring] = field(default_factory=dict)

    async def of(self, centre_id: UUID) -> Ring:
        """Answer a centre's keys."""
        if centre_id not in self.made:
            self.made[centre_id] = Ring(VAULT.open_data_key(centre_id, VAULT.new_data_key(centre_id)))
        return self.made[centre_id]


def a_key(centre_id: UUID | None = None) -> StorageKey:
    """Make the key of a file to come."""
    return StorageKey.of_new(centre_id or new_id(), new_id())


def announced(content: bytes, key: StorageKey | None = None, **given: object) -> Announced:
    """Announce a file as it is, unless said."""
    said = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "media_type": "application/pdf"}
    return Announced(key=key or a_key(), **{**said, **given})  # type: ignore[arg-type]


def in_minutes(minutes: int = 15) -> datetime:
    """Answer an instant from now."""
    return now() + timedelta(minutes=minutes)


async def found_in(store: FileStore, key: StorageKey) -> Found:
    """Find a file that is there."""
    found = await store.find(key)
    assert found is not None
    return found


async def content_in(store: FileStore, key: StorageKey, found: Found | None = None) -> bytes:
    """Read a whole file."""
    return b"".join([piece async for piece in store.read(key, found or await found_in(store, key))])


async def sent(*chunks: bytes, then: Exception | None = None) -> AsyncIterator[bytes]:
    """Send chunks, and break off where `then` says how."""
    for chunk in chunks:
        yield chunk
    if then is not None:
        raise then
