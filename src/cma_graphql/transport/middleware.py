"""Wraps the whole application: request ids, access log, metrics, security headers, CORS, and the last resort."""

import re
import time
from collections.abc import Collection, Iterable, Mapping

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from cma_graphql.core.ids import new_id
from cma_graphql.core.logging import get_logger, log_context
from cma_graphql.transport.answers import error_body, json_response
from cma_graphql.transport.calendar_http import CALENDAR_PATH
from cma_graphql.transport.client_address import TrustedProxies
from cma_graphql.transport.files import CLIENT_GONE, FILE_PATHS
from cma_graphql.transport.graphql_http import PREFLIGHT_HEADERS
from cma_graphql.transport.metrics import Metrics
from cma_graphql.transport.negotiation import JSON
from cma_graphql.transport.record import RequestRecord, begin_record

_log = get_logger("access")

GRAPHQL_PATH = "/graphql"
EXPORT_PATH = "/export"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]+")
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_NAME_LENGTH = 64
_SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"
_OUR_NAMES = frozenset(name.lower().encode() for name in (*_SECURITY_HEADERS, "Strict-Transport-Security"))

RawHeaders = list[tuple[bytes, bytes]]


def with_edge_middleware(
    app: ASGIApp,
    *,
    metrics: Metrics,
    allowed_origins: Collection[str] = (),
    trusted_proxies: Iterable[str] = (),
    production: bool,
    direct: Mapping[str, ASGIApp] | None = None,
    paths: Collection[str] = (
        GRAPHQL_PATH,
        EXPORT_PATH,
        CALENDAR_PATH,
        *FILE_PATHS,
        "/livez",
        "/readyz",
        "/metrics",
    ),
) -> ASGIApp:
    """Wrap an application for the outside world.

    `allowed_origins` are exact (`https://cases.example.org`); ValueError names one that is not. `direct` are endpoints
    that need no router, by their paths: a request that names no origin goes straight to them. `paths` are those that
    the access log may write, with what lies under them; any other path is written as `-`, for it may say anything.
    """
    for origin in allowed_origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"CMA_ALLOWED_ORIGINS: {origin!r} is not an origin such as https://cases.example.org")
    shared = CORSMiddleware(
        app,
        allow_origins=tuple(allowed_origins),
        allow_methods=("GET", "POST", "PUT"),
        allow_headers=("Authorization", "Content-Type", "Last-Event-ID", "X-Request-Id", *PREFLIGHT_HEADERS),
        allow_credentials=False,
        expose_headers=("X-Request-Id", "Retry-After", "Content-Disposition", "Cma-Redacted"),
    )
    return EdgeMiddleware(
        shared,
        metrics=metrics,
        proxies=TrustedProxies(trusted_proxies),
        production=production,
        direct=direct or {},
        paths=paths,
    )


class EdgeMiddleware:
    """Gives each request its record, and on its end writes one line of the access log and the metrics."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: Metrics,
        proxies: TrustedProxies,
        production: bool,
        direct: Mapping[str, ASGIApp],
        paths: Collection[str],
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._proxies = proxies
        self._production = production
        self._direct = direct
        self._bound: FilteringBoundLogger | None = None
        self._paths = tuple(paths)
        self._plain = _raw(_SECURITY_HEADERS)
        self._strict = _raw({**_SECURITY_HEADERS, "Strict-Transport-Security": _STRICT_TRANSPORT})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. A WebSocket is given its record and passed on; what is neither is passed on as it is."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        app, asked = self._direct.get(scope["path"], self._app), ""
        for name, value in scope["headers"]:
            if name == b"origin":
                app = self._app
            elif name == b"x-request-id":
                asked = asked or value.decode("latin-1")
        record = RequestRecord(
            request_id=asked if asked and _REQUEST_ID.fullmatch(asked) else str(new_id()),
            remote_address=self._proxies.client_address(scope),
        )
        begin_record(scope, record)
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        strict = self._production and self._proxies.is_https(scope)
        answer = _Answer(send, record, self._strict if strict else self._plain)
        began = time.perf_counter()
        self._metrics.began()
        with log_context(request_id=record.request_id):
            try:
                await app(scope, receive, answer.send)
            except Exception as error:  # noqa: BLE001 - the last resort: logged without its text, answered if still possible
                _log.error("unforeseen error", exc_info=error)
                record.add_codes(["INTERNAL"])
                if not answer.status:
                    await _send_internal(record, scope, receive, answer.send)
            finally:
                seconds = time.perf_counter() - began
                status = answer.status or CLIENT_GONE
                is_graphql = scope["path"] == GRAPHQL_PATH and scope["method"] != "OPTIONS"
                self._metrics.ended(record, status=status, seconds=seconds, is_graphql=is_graphql)
                self._write_line(scope, record, status, seconds, answer.length)

    def _write_line(self, scope: Scope, record: RequestRecord, status: int, seconds: float, length: int) -> None:
        """Write what was asked and how it went; no address, query string, variable, token or agent."""
        fields: dict[str, object] = {
            "method": scope["method"] if scope["method"] in _METHODS else "OTHER",
            "path": self._path(scope["path"]),
            "status": status,
            "ms": round(seconds * 1000, 1),
            "bytes": length,
        }
        if record.operation_type is not None:
            fields["operation"] = (record.operation_name or "")[:_NAME_LENGTH]
            fields["type"] = record.operation_type
        if record.cost is not None:
            fields["cost"] = record.cost
        if record.codes:
            fields["codes"] = record.codes
        fields.update(record.actor)
        self._bound = self._bound or _log.bind()  # once: the lines of requests are most of all lines
        self._bound.info("request", **fields)

    def _path(self, path: str) -> str:
        """Give a path that is ours, shortened to the part that is fixed."""
        for known in self._paths:
            if path == known:
                return known
            if path.startswith(f"{known}/"):
                return f"{known}/…"
        return "/" if path == "/" else "-"


class _Answer:
    """Sends an answer on, with our headers added where the application set none of its own."""

    def __init__(self, send: Send, record: RequestRecord, headers: RawHeaders) -> None:
        self._send = send
        self._record = record
        self._headers = headers
        self.status = 0
        self.length = 0

    async def send(self, message: Message) -> None:
        """Send one message of an answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own: RawHeaders = list(message.get("headers", ()))
            ours = self._headers
            if any(name in _OUR_NAMES for name, _ in own):
                present = {name for name, _ in own}
                ours = [header for header in ours if header[0] not in present]
            request_id = (b"x-request-id", self._record.request_id.encode())
            message = {**message, "headers": [*own, *ours, request_id]}
        elif message["type"] == "http.response.body":
            self.length += len(message.get("body", b""))
        await self._send(message)


def _raw(headers: Mapping[str, str]) -> RawHeaders:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


async def _send_internal(record: RequestRecord, scope: Scope, receive: Receive, send: Send) -> None:
    message = "Something went wrong on our side. Quote the request id when you report it."
    body = error_body("INTERNAL", message, record.request_id)
    await json_response(body, 500, JSON)(scope, receive, send)
