"""Bring the answers of different servers into one form, so that equal records compare equal (decision 33).

Servers write the same record differently: ids typed or as plain uuids, money with or without trailing zeros,
instants in one zone or another and with more or fewer digits, lists as connections. What is left after that has to
be the same to the letter, and in the same order.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

_TYPED_ID = re.compile(r"[a-z]+_([0-9a-f]{32})")

_IDS = frozenset({"id"})
_MONEY = frozenset({"currentBalance"})
_INSTANTS = frozenset({"createdAt"})
_AT_MOST_ONE = frozenset({"currentBudget"})
"""Fields that some servers can only answer as a list."""


class AnswerRefused(Exception):
    """An answer cannot be compared: it has errors, or is not of the form that was asked for."""


class AnswersDiffer(Exception):
    """Two servers do not say the same; the message names the first place."""


def canonical(body: Mapping[str, Any]) -> Any:
    """Answer what a response says, in the one form. Raises AnswerRefused where it has errors or lacks data."""
    [(field, value)] = require_no_errors(body).items()
    return _value(field, _unwrapped(value))


def require_no_errors(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer a response's data, of one root field. Raises AnswerRefused where it has errors or is another thing."""
    if body.get("errors"):
        raise AnswerRefused(f"errors: {body['errors']}")
    data = body.get("data")
    if not isinstance(data, Mapping) or len(data) != 1:
        raise AnswerRefused(f"no single root field: {str(body)[:200]}")
    return data


def _unwrapped(payload: Any) -> Any:
    """Take the record out of a mutation's payload. Raises AnswerRefused where the payload has errors."""
    if isinstance(payload, Mapping) and "case" in payload:
        if payload.get("errors"):
            raise AnswerRefused(f"errors: {payload['errors']}")
        return payload["case"]
    return payload


def _value(field: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        rows = _rows(value)
        if rows is None:
            return {name: _value(name, below) for name, below in value.items()}
        value = rows
    if isinstance(value, list):
        rows = [_value(field, row) for row in value]
        return (rows[0] if rows else None) if field in _AT_MOST_ONE else rows
    return None if value is None else _leaf(field, value)


def _rows(value: Mapping[str, Any]) -> list[Any] | None:
    """Answer the rows of a connection; None where this is none."""
    if set(value) == {"edges"}:
        return [edge["node"] for edge in value["edges"]]
    return value["nodes"] if set(value) == {"nodes"} else None


def _leaf(field: str, value: Any) -> Any:
    if field in _IDS:
        typed = _TYPED_ID.fullmatch(value)
        return str(UUID(typed[1] if typed else value))
    if field in _MONEY:
        return f"{Decimal(str(value)):.2f}"
    if field in _INSTANTS:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise AnswerRefused(f"{field}: {value} is in no zone")
        return at.astimezone(UTC).isoformat(timespec="milliseconds")
    return value


def require_equal(name: str, expected: Any, found: Any) -> None:
    """Compare two canonical answers. Raises AnswersDiffer, naming the server and the first place that differs."""
    place = _first_difference(expected, found, "")
    if place is not None:
        raise AnswersDiffer(f"{name} answers otherwise at {place}")


def _first_difference(expected: Any, found: Any, path: str) -> str | None:
    if isinstance(expected, dict) and isinstance(found, dict):
        if expected.keys() != found.keys():
            return f"{path or 'the root'}: fields {sorted(expected.keys() ^ found.keys())}"
        below = [(f"{path}.{name}", value, found[name]) for name, value in expected.items()]
    elif isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return f"{path or 'the root'}: {len(expected)} rows expected, {len(found)} found"
        below = [(f"{path}[{at}]", *pair) for at, pair in enumerate(zip(expected, found, strict=True))]
    else:
        same = type(expected) is type(found) and expected == found
        return None if same else f"{path or 'the root'}: {expected!r} expected, {found!r} found"
    return next(
        (place for where, one, other in below if (place := _first_difference(one, other, where)) is not None), None
    )
