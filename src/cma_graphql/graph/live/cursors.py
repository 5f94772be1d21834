"""Cursors of the event log: opaque, of one centre, and signed, so that none is made by counting."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from cma_graphql.core.errors import Invalid
from cma_graphql.core.vault import Vault

_VERSION = b"\x01"
_NUMBER_BYTES = 8
_SEAL_BYTES = 15
_LENGTH = 32
"""24 bytes in base64: without padding, so that each cursor is written in one way only."""


def write_event_cursor(vault: Vault, centre_id: UUID, seq: int) -> str:
    """Write the cursor that stands behind a centre's event of this number."""
    number = _VERSION + seq.to_bytes(_NUMBER_BYTES)
    return urlsafe_b64encode(number + _seal(vault, centre_id, number)).decode()


def read_event_cursor(vault: Vault, centre_id: UUID, text: str, *, field: str = "after") -> int:
    """Read the number in a cursor; raise Invalid for a text that is no cursor of this centre's log."""
    try:
        read = urlsafe_b64decode(text.encode("ascii")) if len(text) == _LENGTH else b""
    except ValueError:
        read = b""
    number, seal = read[:-_SEAL_BYTES], read[-_SEAL_BYTES:]
    if not number.startswith(_VERSION) or not hmac.compare_digest(seal, _seal(vault, centre_id, number)):
        raise Invalid(field, "event-cursor", "This is no cursor of the centre's events.")
    return int.from_bytes(number[len(_VERSION) :])


def require_past(seq: int, head: int, *, field: str = "after") -> int:
    """Answer a cursor's number, or raise Invalid where so much has not happened yet."""
    if seq > head:
        raise Invalid(field, "event-cursor-ahead", "Nothing has happened yet behind which this cursor could stand.")
    return seq


def _seal(vault: Vault, centre_id: UUID, number: bytes) -> bytes:
    return vault.blind_index(centre_id, "event_log.cursor", number.hex())[:_SEAL_BYTES]
