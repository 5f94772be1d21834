"""Says what a payload refused, in short: kind and field, or kind, field and rule."""

from typing import Any


def refusals(payload: dict[str, Any]) -> list[tuple[str, ...]]:
    """Answer each error as (kind, path), or (kind, path, rule) of a broken rule."""
    return [
        (error["__typename"], ".".join(error["path"]), *([error["rule"]] if "rule" in error else []))
        for error in payload["errors"]
    ]
