"""Cursors: where in a list a row stands, by the keys that the list is sorted by."""

import base64
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger

_VERSION = 1
_LONGEST = 1_000


class NoCursor(Exception):
    """A text is no cursor of this list in this order."""


def read_cursor(cursor: str, order: str, keys: Sequence[Any]) -> list[object]:
    """Answer the values of the columns `keys` that a cursor of an order holds; raise NoCursor for any other text."""
    if len(cursor) > _LONGEST:
        raise NoCursor
    try:
        version, named, *texts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if (version, named) != (_VERSION, order) or len(texts) != len(keys):
            raise NoCursor
        return [
            _read_key(key.type.python_type, 63 if isinstance(key.type, BigInteger) else 31, text)
            for key, text in zip(keys, texts, strict=True)
        ]
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise NoCursor from None


def write_cursor(order: str, keys: Sequence[object]) -> str:
    """Write a cursor: opaque to clients, and nothing in it that its row does not show."""
    texts = [key.isoformat() if isinstance(key, date | datetime) else key for key in keys]
    written = orjson.dumps([_VERSION, order, *texts], default=str)
    return base64.urlsafe_b64encode(written).rstrip(b"=").decode()


def _read_key(kind: type, bits: int, text: object) -> object:
    """Read a cursor's key as the column's type; raise ValueError, TypeError or OverflowError for anything else."""
    if kind is datetime:
        read = datetime.fromisoformat(text)  # type: ignore[arg-type]
        if read.tzinfo is None:
            raise ValueError("a time without zone")
        return read.astimezone(UTC)
    if kind is date:
        return date.fromisoformat(text)  # type: ignore[arg-type]
    if kind is UUID:
        return UUID(text)  # type: ignore[arg-type]
    if kind is int and isinstance(text, int) and not isinstance(text, bool) and -(2**bits) <= text < 2**bits:
        return text
    if kind is str and isinstance(text, str) and "\x00" not in text:
        return text
    raise TypeError("not a key of this column")


KEY_TYPES = frozenset({datetime, date, UUID, int, str})
