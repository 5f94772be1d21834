"""Reads the headers Accept and Content-Type as RFC 9110 says."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"
_KEPT = 64
"""Clients send the same few headers with every request; what was read of so many is remembered."""


@dataclass(frozen=True, slots=True)
class _Range:
    type: str
    subtype: str
    quality: float
    position: int

    def specificity(self, offer: str) -> int | None:
        """Tell how closely this range fits an offer: 2 exactly, 1 by its type, 0 as `*/*`, None not at all."""
        main, _, sub = offer.partition("/")
        if (self.type, self.subtype) == (main, sub):
            return 2
        if self.subtype == "*":
            return 1 if self.type == main else 0 if self.type == "*" else None
        return None


@lru_cache(maxsize=_KEPT)
def choose_media_type(accept: tuple[str, ...], offers: tuple[str, ...]) -> str | None:
    """Choose among offers what the Accept headers prefer; None when they accept none.

    Without a header everything is accepted. Equal preferences are settled by the header's order, then by the offers'.
    """
    ranges = list(_ranges(",".join(accept)))
    if not ranges:
        return offers[0]
    best: tuple[float, int, int] | None = None
    chosen = None
    for index, offer in enumerate(offers):
        fitting = [(fit, each) for each in ranges if (fit := each.specificity(offer)) is not None]
        if not fitting:
            continue
        _, closest = max(fitting, key=lambda one: one[0])
        rank = (closest.quality, -closest.position, -index)
        if closest.quality > 0 and (best is None or rank > best):
            best, chosen = rank, offer
    return chosen


@lru_cache(maxsize=_KEPT)
def is_utf8_json(content_types: tuple[str, ...]) -> bool:
    """Tell whether a body is declared as JSON in UTF-8, once; no charset means UTF-8."""
    if len(content_types) != 1:
        return False
    media_type, parameters = _split(content_types[0])
    return media_type == JSON and all(value in {"utf-8", "utf8"} for key, value in parameters if key == "charset")


def _ranges(header: str) -> Iterator[_Range]:
    for position, part in enumerate(header.split(",")):
        media_type, parameters = _split(part)
        main, slash, sub = media_type.partition("/")
        if not (main and slash and sub):
            continue
        quality = 1.0
        for key, value in parameters:
            if key == "q":
                try:
                    quality = float(value)
                except ValueError:
                    quality = 0.0
            elif key == "charset" and value not in {"utf-8", "utf8"}:
                quality = 0.0
        if not 0 <= quality <= 1:
            quality = 0.0
        yield _Range(main, sub, quality, position)


def _split(header: str) -> tuple[str, list[tuple[str, str]]]:
    """Split `type/subtype; key=value` into its type and its parameters, all in lower case."""
    media_type, *rest = header.lower().split(";")
    parameters = []
    for part in rest:
        key, _, value = part.partition("=")
        parameters.append((key.strip(), value.strip().strip('"')))
    return media_type.strip(), parameters
