"""Writes answers as JSON."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson


def write_json(body: Mapping[str, Any]) -> bytes:
    """Encode an answer. Raises TypeError for what JSON cannot hold."""
    return orjson.dumps(body, default=_plain)


def _plain(value: object) -> str:
    """Write what orjson does not know by itself; numbers with a fixed point as text, so that none is rounded."""
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON.")
