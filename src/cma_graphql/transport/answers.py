"""Writes answers: the status that the specification asks for, the body as JSON, always well-formed.

Two editions of GraphQL over HTTP are in use, and differ in the statuses of refused and of partial answers. DRAFT_2025
is what clients and the audit suite of the npm package graphql-http expect today; SEPTEMBER_2026 is the specification's
first release (422 for what is refused, 294 for data with errors).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from cma_graphql.core import json_text
from cma_graphql.graph.refusals import PARSE_FAILED
from cma_graphql.transport.negotiation import GRAPHQL_RESPONSE, JSON

write_json = json_text.write_json
ALLOWED_METHODS = "GET, HEAD, OPTIONS, POST"
RETRY_SECONDS = 2
"""After how many seconds to come back when a server that we need is away."""


_VARY = (b"vary", b"Accept")
_OURS = frozenset({"vary", "content-type", "content-length"})


def _content_type(media_type: str) -> tuple[bytes, bytes]:
    return (b"content-type", f"{media_type}; charset=utf-8".encode("latin-1"))


_CONTENT_TYPES = {media_type: _content_type(media_type) for media_type in (JSON, GRAPHQL_RESPONSE)}


class HttpRefused(Exception):
    """A request that is refused before its document is looked at."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.extensions = dict(extensions or {})


@dataclass(frozen=True, slots=True)
class Edition:
    """The statuses of one edition of GraphQL over HTTP."""

    malformed: int
    """For a request whose parameters are missing or of the wrong type."""
    refused: int
    """For a document that is not valid, an operation that cannot be found, variables that do not fit."""
    partial: int
    """For data with errors."""
    legacy_hides_refusals: bool
    """Whether a client that accepts application/json alone gets 200 for what the other media type gets 4xx for."""
    offers: tuple[str, ...]
    """Media types of answers; the first is chosen where a client accepts anything."""

    def refusal_status(self, codes: Sequence[str], media_type: str) -> int:
        """Tell the status for a well-formed request that was refused before execution."""
        if media_type == JSON and self.legacy_hides_refusals:
            return 200
        return 400 if PARSE_FAILED in codes else self.refused

    def refusal_media_type(self, media_type: str, status: int) -> str:
        """Tell the media type for a refusal: the released edition never sends a 4xx or 5xx as application/json."""
        return media_type if self.legacy_hides_refusals or status < 300 else GRAPHQL_RESPONSE  # noqa: PLR2004

    def executed_status(self, *, has_errors: bool, media_type: str) -> int:
        """Tell the status for an operation that was executed; null data is data."""
        return self.partial if has_errors and media_type == GRAPHQL_RESPONSE else 200


DRAFT_2025 = Edition(
    malformed=400, refused=400, partial=200, legacy_hides_refusals=True, offers=(JSON, GRAPHQL_RESPONSE)
)
SEPTEMBER_2026 = Edition(
    malformed=422, refused=422, partial=294, legacy_hides_refusals=False, offers=(GRAPHQL_RESPONSE, JSON)
)


class _JSONAnswer(Response):
    """An answer whose head is written as bytes at once: most of what is sent has the same."""

    def __init__(self, body: bytes, status: int, media_type: str, headers: Mapping[str, str]) -> None:
        self.status_code = status
        self.media_type = media_type
        self.background = None
        self.body = body
        own = {name.lower(): value for name, value in headers.items()} if headers else {}
        self.raw_headers = [
            (b"content-length", b"%d" % len(body)),
            _VARY,
            _CONTENT_TYPES.get(media_type) or _content_type(media_type),
            *((name.encode("latin-1"), value.encode("latin-1")) for name, value in own.items() if name not in _OURS),
        ]


def json_response(body: bytes, status: int, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    """Build a response from an encoded body, its charset said."""
    return _JSONAnswer(body, status, media_type, headers or {})


def one_error(
    code: str, message: str, request_id: str, extensions: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """Give an error that the edge itself answers with."""
    return {"message": message, "extensions": {**(extensions or {}), "code": code, "requestId": request_id}}


def error_body(code: str, message: str, request_id: str, extensions: Mapping[str, object] | None = None) -> bytes:
    """Encode an answer that holds one error and no data."""
    return write_json({"errors": [one_error(code, message, request_id, extensions)]})
