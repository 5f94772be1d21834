"""Takes WebSockets on at /graphql: from our own origin and those that are allowed, as many as there are places."""

import time
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from cma_graphql.core.errors import DomainError, LimitReached
from cma_graphql.core.logging import get_logger, log_context
from cma_graphql.transport.answers import HttpRefused, error_body, json_response
from cma_graphql.transport.incoming import facts_of
from cma_graphql.transport.live.answering import Live
from cma_graphql.transport.live.connection import Connection
from cma_graphql.transport.live.messages import SUBPROTOCOL, SUBPROTOCOL_UNKNOWN
from cma_graphql.transport.metrics import Metrics
from cma_graphql.transport.negotiation import JSON
from cma_graphql.transport.record import RequestRecord, record_of

_log = get_logger("access")
AT_ONCE = "cma_graphql.text_at_once"
"""The extension of ASGI by which our server sends a text without waiting (`serving.SocketProtocol`)."""
_TRIVIAL = {"FORBIDDEN": "origin", "LIMIT_REACHED": "limit", "UNAVAILABLE": "draining"}


class SocketEndpoint:
    """The ASGI application for WebSockets at /graphql."""

    def __init__(self, live: Live, metrics: Metrics, *, allowed_origins: Collection[str] = ()) -> None:
        self._live = live
        self._metrics = metrics
        self._allowed_origins = frozenset(allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one WebSocket, or refuse it."""
        record = record_of(scope)
        with log_context(connection=record.request_id):
            try:
                self._check_origin(Headers(scope=scope))
                with self._live.seats.take() as seat:
                    facts = facts_of(scope, record, deadline_ms=self._live.executing.limits.deadline_ms)
                    if SUBPROTOCOL in scope.get("subprotocols", ()):
                        await send_accept(receive, send)
                        at_once = scope["extensions"].get(AT_ONCE)
                        connection = Connection(
                            self._live, self._metrics, seat, facts, receive=receive, send=send, at_once=at_once
                        )
                        await self._serve(connection)
                        return
                    await self._close_unknown(receive, send)
            except HttpRefused as refused:
                await self._deny(scope, receive, send, refused)
            except DomainError as error:
                status, waiting = (429, error.retry_after) if isinstance(error, LimitReached) else (503, 5)
                headers = {"Retry-After": str(waiting)}
                await self._deny(scope, receive, send, HttpRefused(status, error.code, error.message, headers=headers))

    async def _serve(self, connection: Connection) -> None:
        began = time.perf_counter()
        self._live.counts.connections.labels("ws").inc()
        try:
            await connection.serve()
        finally:
            self._live.counts.connections.labels("ws").dec()
            self._live.counts.socket_ended(connection.code)
            fields: dict[str, object] = {
                "ms": round((time.perf_counter() - began) * 1000, 1),
                "code": connection.code,
                "operations": connection.operations.begun,
                "refused": connection.operations.refused,
                "received": connection.received,
                "sent": connection.sent,
            }
            _log.info("socket", **{**connection.actor, **fields})

    def _check_origin(self, headers: Headers) -> None:
        """Refuse a page of another origin that is not allowed: it would speak in the name of its visitor.

        Tokens are in messages, which no stranger's page has; still it has no business here. Programs send no Origin.
        """
        origins = headers.getlist("origin")
        if all(each in self._allowed_origins or _is_ours(each, headers.get("host", "")) for each in origins):
            return
        raise HttpRefused(403, "FORBIDDEN", "Pages of this origin may not open a connection here.")

    async def _close_unknown(self, receive: Receive, send: Send) -> None:
        """Close what speaks another protocol, the old `graphql-ws` among them, with the code that says so."""
        await send_accept(receive, send, subprotocol=None)
        await send({"type": "websocket.close", "code": SUBPROTOCOL_UNKNOWN, "reason": "Subprotocol not acceptable"})
        self._live.counts.socket_ended(SUBPROTOCOL_UNKNOWN)
        _log.info("socket refused", code=SUBPROTOCOL_UNKNOWN)

    async def _deny(self, scope: Scope, receive: Receive, send: Send, refused: HttpRefused) -> None:
        """Answer the handshake by HTTP."""
        record: RequestRecord = record_of(scope)
        body = error_body(refused.code, refused.message, record.request_id, refused.extensions)
        self._live.counts.socket_refused(_TRIVIAL.get(refused.code, "request"))
        _log.info("socket refused", status=refused.status, codes=[refused.code])
        socket = WebSocket(scope, receive, send)
        await socket.receive()
        await socket.send_denial_response(json_response(body, refused.status, JSON, refused.headers))


async def send_accept(receive: Receive, send: Send, *, subprotocol: str | None = SUBPROTOCOL) -> None:
    """Take a WebSocket on."""
    await receive()
    await send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": []})


def _is_ours(origin: str, host: str) -> bool:
    """Tell whether a page comes from the host that was called."""
    try:
        return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False
