"""Each centre's data key, unwrapped once and kept in memory for a while."""

from collections import OrderedDict
from uuid import UUID

from sqlalchemy import insert, select

from cma_graphql.access.actor import Sight
from cma_graphql.core.clock import now
from cma_graphql.core.vault import DataKey, Vault, WrappedKey, sealed_key_id
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.logs import CentreKey
from cma_graphql.persistence.reads import AnySelect, Reads, statement
from cma_graphql.persistence.transaction import Transaction

_KEPT = 1_000


class Keyring:
    """A centre's data keys by their ids; the newest seals, all open."""

    def __init__(self, keys: dict[UUID, DataKey], newest: UUID) -> None:
        self._keys = keys
        self.newest = keys[newest]

    def opening(self, sealed: bytes) -> DataKey:
        """Answer the key that a sealed value names."""
        return self._keys[sealed_key_id(sealed)]

    def named(self, key_id: UUID) -> DataKey:
        """Answer the key with this id; raise LookupError where the centre has no such key."""
        return self._keys[key_id]


@statement
def wrapped_keys(_sight: Sight) -> AnySelect:
    """Select the centre's wrapped keys, newest first."""
    return (
        select(CentreKey.key_id, CentreKey.master_key_id, CentreKey.wrapped)
        .where(CentreKey.centre_id == ACTOR_CENTRE)
        .order_by(CentreKey.created_at.desc(), CentreKey.key_id.desc())
    )


class CentreKeys:
    """Finds and keeps the keyrings of the centres this process serves."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self._rings: OrderedDict[UUID, Keyring] = OrderedDict()

    async def of(self, reads: Reads) -> Keyring:
        """Answer the keyring of the transaction's centre."""
        centre_id = reads.actor.centre_id
        ring = self._rings.get(centre_id)
        if ring is None:
            rows = await reads.all(wrapped_keys)
            if not rows:
                raise LookupError("the centre has no data key")
            keys = {
                row["key_id"]: self.vault.open_data_key(
                    centre_id, WrappedKey(row["key_id"], row["master_key_id"], bytes(row["wrapped"]))
                )
                for row in rows
            }
            ring = self._rings[centre_id] = Keyring(keys, rows[0]["key_id"])
            while len(self._rings) > _KEPT:
                self._rings.popitem(last=False)
        else:
            self._rings.move_to_end(centre_id)
        return ring

    async def make(self, transaction: Transaction, centre_id: UUID) -> None:
        """Give a new centre its first data key."""
        wrapped = self.vault.new_data_key(centre_id)
        await transaction.count(
            insert(CentreKey).values(
                centre_id=centre_id,
                key_id=wrapped.key_id,
                master_key_id=wrapped.master_key_id,
                wrapped=wrapped.wrapped,
                created_at=now(),
            )
        )
