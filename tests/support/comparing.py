"""Compares what two executors make of one operation (decision 33)."""

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

Path = tuple[str | int, ...]


def nulled_at(data: Any, path: Path) -> Path:
    """Answer the part of an error's path that leads to the null it stands for."""
    for length, key in enumerate(path):
        if data is None:
            return path[:length]
        data = data[key]
    assert data is None, path
    return path


def split(data: Any, errors: Sequence[GraphQLError]) -> tuple[list[Any], set[Path]]:
    """Answer errors whose own place is null, as they are told, and the places that are null for errors below them."""
    own: list[Any] = []
    above: set[Path] = set()
    for error in errors:
        path = tuple(error.path or ())
        null = nulled_at(data, path)
        if null == path:
            own.append((path, error.message, [(each.line, each.column) for each in error.locations or ()]))
        else:
            above.add(null)
    return own, above


def assert_agreed(reference: Any, given: Any, operation: object, *, ordered: bool) -> None:
    """Fail where data differ, or error paths outside of nulled places, or what is null for errors below it."""
    assert reference.data == given.data, operation
    own, above = split(reference.data, reference.errors or ())
    own_given, above_given = split(given.data, given.errors or ())
    assert above == above_given, operation
    if not ordered:
        own, own_given = sorted(own, key=repr), sorted(own_given, key=repr)
    assert own == own_given, operation
    assert _keys(reference.data) == _keys(given.data), operation


def _keys(data: Any) -> Any:
    """Answer the order of an answer's keys, which comparing dicts leaves out."""
    if isinstance(data, dict):
        return [(key, _keys(value)) for key, value in data.items()]
    return [_keys(item) for item in data] if isinstance(data, list) else None
