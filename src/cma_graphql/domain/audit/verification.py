"""Proves that nobody has altered, removed or inserted an audit entry: each one's hash covers the one before it."""

from dataclasses import dataclass

from cma_graphql.core.digests import CHAIN_START, chain_hash, salted_digest
from cma_graphql.domain.audit import selectors
from cma_graphql.persistence.reads import Reads, Record
from cma_graphql.persistence.recording import chained_facts

_STRETCH = 1_000


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk along the chain found."""

    entries: int
    """How many entries were walked."""
    broken_at: int | None
    """The number of the first entry that does not hold; None where all do."""
    reason: str | None

    @property
    def intact(self) -> bool:
        """Whether the whole chain holds."""
        return self.broken_at is None


def _fault(entry: Record, expected_seq: int, previous: bytes) -> str | None:
    """Tell what is wrong with an entry that should follow `previous`."""
    if entry["seq"] != expected_seq:
        return "an entry is missing"
    if bytes(entry["previous_hash"]) != previous:
        return "it does not follow the entry before it"
    if chain_hash(previous, chained_facts(dict(entry))) != bytes(entry["hash"]):
        return "its facts are not those that were recorded"
    salt = entry["salt"]
    for field, shown in entry["changes"].items():
        # Erasure empties `changes` and takes the salt; what is still shown has to match its digest.
        if shown is None or salt is None:
            continue
        digests = [salted_digest(shown["old"], bytes(salt)), salted_digest(shown["new"], bytes(salt))]
        if digests != entry["digests"].get(field):
            return "a shown value is not the one that was recorded"
    return None


async def verify_chain(reads: Reads) -> Verification:
    """Walk the centre's audit chain from its start to its head."""
    previous, seq = CHAIN_START, 0
    while stretch := await reads.all(selectors.chain_after, after=seq, stretch=_STRETCH):
        for entry in stretch:
            fault = _fault(entry, seq + 1, previous)
            if fault is not None:
                return Verification(entries=seq, broken_at=seq + 1, reason=fault)
            previous, seq = bytes(entry["hash"]), seq + 1
    head = await reads.one(selectors.chain_head)
    if head is None or head["seq"] != seq or bytes(head["hash"]) != previous:
        return Verification(entries=seq, broken_at=seq + 1, reason="the newest entries are missing")
    return Verification(entries=seq, broken_at=None, reason=None)
