"""Serves an application by uvicorn: WebSockets within our bounds, and an end that lets connections go in peace.

uvicorn's own end asks each connection to close and waits for it, but a stream of events has no end; and the
application learns of it only afterwards. So connections that stay open are drained first.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State

from cma_graphql.core.waking import Flag, Inbox
from cma_graphql.transport.live.socket import AT_ONCE

_MOST_PARTS = 1_024
"""How many frames one message may come in: empty ones are bounded by no length."""

_WHOLE_TEXT = 0x80 | Opcode.TEXT
_TWO_BYTES_FOLLOW, _EIGHT_BYTES_FOLLOW = 126, 127

# uvicorn would write a line with address and query string for each WebSocket, a traceback for each malformed one.
_silent = logging.getLogger("cma_graphql.transport.sockets")
_silent.setLevel(logging.CRITICAL + 1)


class SocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSockets, which say nothing and hold nothing for a client that does not read."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.queue: Any = Inbox()
        self.writable: Any = Flag()
        self.writable.set()
        self.logger = _silent
        self.conn.logger = _silent
        self.conn.debug = False

    async def send(self, message: Any) -> None:
        """Send what the application says; let go of the handshake, which nobody asks for any more.

        Its headers are emptied, since the request is held by the frame of the parser, and they by the scope.
        """
        await super().send(message)
        if message["type"] == "websocket.accept":
            self.request.headers.clear()
            cast("list[Any]", self.scope["headers"]).clear()
            del self.request, self.response

    def handle_connect(self, event: Request) -> None:
        """Begin the application, which may send texts at once."""
        super().handle_connect(event)
        if not self.handshake_complete:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[AT_ONCE] = self.text_at_once

    def text_at_once(self, parts: Sequence[bytes]) -> bool:
        """Send a text of so many parts, where the client reads and is not leaving; answer whether it was sent."""
        if not self.writable.is_set() or self.conn.state is not State.OPEN or self.transport.is_closing():
            return False
        self.transport.write(b"".join((_text_head(sum(map(len, parts))), *parts)))
        return True

    def handle_ping(self) -> None:
        """Answer a ping, unless earlier answers have not been taken: their heap would have no bound."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def handle_cont(self, event: Frame) -> None:
        """Take a part of a message; a message of too many is refused as one that is too long."""
        if len(self.frames) >= _MOST_PARTS:
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "too many frames")
            self.handle_parser_exception()
            return
        super().handle_cont(event)

    def keepalive_timeout(self) -> None:
        """Cut off a client that gives no sign of life, without a close frame.

        Nobody reads one, but a client that had only slept: uvicorn's 1011 would tell it never to come back.
        """
        self.pong_timer = None
        self.pending_ping_payload = None
        self.transport.abort()

    async def run_asgi(self) -> None:
        """Run the application; afterwards nothing waits for a client that does not read."""
        await super().run_asgi()
        if not self.writable.is_set():
            self.transport.abort()


def _text_head(length: int) -> bytes:
    """Write the head of a frame that is a whole text, as servers do: without a mask."""
    if length < _TWO_BYTES_FOLLOW:
        return bytes((_WHOLE_TEXT, length))
    if length < 2**16:
        return bytes((_WHOLE_TEXT, _TWO_BYTES_FOLLOW)) + length.to_bytes(2)
    return bytes((_WHOLE_TEXT, _EIGHT_BYTES_FOLLOW)) + length.to_bytes(8)


def socket_options(*, message_bytes: int, ping_seconds: float) -> dict[str, Any]:
    """Give uvicorn's settings for WebSockets.

    Nothing is compressed: it takes memory and time for each connection, and frames of many subscribers are shared.
    """
    return {
        "ws": SocketProtocol,
        "ws_max_size": message_bytes,
        "ws_ping_interval": ping_seconds,
        "ws_ping_timeout": ping_seconds,
        "ws_per_message_deflate": False,
    }


class Server(uvicorn.Server):
    """uvicorn, which says when it serves, and drains connections that stay open before it ends."""

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        drain: Callable[[], Awaitable[object]],
        when_ready: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(config)
        self._drain = drain
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, then say so; a start that failed says its own reason."""
        await super().startup(sockets=sockets)
        if self.started and self._when_ready is not None:
            self._when_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nobody in, send away who stays, then end as uvicorn does, all within its time for both."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for server in self.servers:
            server.close()
        drained = asyncio.ensure_future(self._drain())
        while not drained.done() and not self.force_exit:
            await asyncio.wait({drained}, timeout=0.1)
        drained.cancel()
        if self.config.timeout_graceful_shutdown is not None:
            left = self.config.timeout_graceful_shutdown - (loop.time() - began)
            self.config.timeout_graceful_shutdown = max(1, round(left))
        await super().shutdown(sockets=sockets)
