"""Digests of records: canonical JSON, salted digests of values, and the chain that links audit entries."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Union
from uuid import UUID

Value = Union[  # noqa: UP007 - a recursive name needs a string, which `|` does not take
    None, bool, int, str, Decimal, UUID, date, datetime, Sequence["Value"], Mapping[str, "Value"]
]
"""What has one canonical form. A float has none: its digits depend on who prints it."""

DIGEST_BYTES = 32
SALT_BYTES = 16
CHAIN_START = bytes(DIGEST_BYTES)
"""What stands before the first entry of a chain."""
_write = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode
_AS_THEY_ARE = frozenset({type(None), bool, int, str})


def canonical_json(value: Value) -> bytes:
    """Write a value as JSON in its one form: sorted keys, no spaces, UTF-8.

    UUIDs, days, instants (UTC, microseconds) and decimals (plain, no trailing zeros) become strings, so that
    a value read back from the database has the form it was written in. Raises TypeError for a float and every
    other type, ValueError for an instant without zone, a decimal that is not finite, half a character.
    """
    return _write(_plain(value)).encode()


def digest(value: Value) -> str:
    """Return the SHA-256 of a value's canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def salted_digest(value: Value, salt: bytes) -> str:
    """Return the SHA-256 of a salt of 16 bytes and a value, as 64 hexadecimal digits.

    It proves a value that is known, and once the salt is erased it says nothing about one that is not.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes, this one {len(salt)}.")
    return hashlib.sha256(salt + canonical_json(value)).hexdigest()


def chain_hash(previous: bytes, record: Mapping[str, Value]) -> bytes:
    """Return the 32 bytes that link a record to the one before it; the first follows CHAIN_START."""
    if len(previous) != DIGEST_BYTES:
        raise ValueError(f"A link of the chain has {DIGEST_BYTES} bytes, this one {len(previous)}.")
    return hashlib.sha256(previous + canonical_json(record)).digest()


def _plain(value: object) -> object:
    if type(value) in _AS_THEY_ARE:
        return value
    match value:
        case None | bool() | int() | str():
            return value
        case Mapping():
            return {_key(key): _plain(part) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case _:
            return _written(value)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"A key is a text, not a {type(key).__name__}.")
    return key


def _written(value: object) -> str:
    match value:
        case UUID():
            return str(value)
        case Decimal():
            return _written_decimal(value)
        case datetime():
            if value.tzinfo is None:
                raise ValueError("An instant without a zone has no canonical form.")
            return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"A {type(value).__name__} has no canonical form.")


def _written_decimal(number: Decimal) -> str:
    if not number.is_finite():
        raise ValueError("A decimal that is not finite has no canonical form.")
    written = f"{number:f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written == "-0" else written
