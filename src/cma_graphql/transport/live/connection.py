"""One WebSocket from its opening to its end, by the protocol graphql-transport-ws.

Messages are taken one after another, and none is read while the answer to the last one cannot be sent: whoever does
not read cannot ask either. Every fault that the protocol has a code for closes the connection with it; whatever is
wrong with one operation is that operation's own affair.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from starlette.types import Receive, Send

from cma_graphql.core.errors import DomainError, LimitReached, Unauthenticated
from cma_graphql.core.logging import get_logger
from cma_graphql.core.request import RequestFacts
from cma_graphql.graph.scalars import write_instant
from cma_graphql.transport.body import ClientGone
from cma_graphql.transport.graphql_answers import refusal_errors
from cma_graphql.transport.live.answering import Live
from cma_graphql.transport.live.messages import (
    FAILED,
    FORBIDDEN,
    INIT_TIMEOUT,
    INVALID,
    RESTART,
    TOO_MANY_INITS,
    TRY_AGAIN,
    UNAUTHORIZED,
    Closing,
    Complete,
    Incoming,
    Init,
    Ping,
    Pong,
    Subscribe,
    authorization_of,
    read_message,
    write_ack,
    write_pong,
)
from cma_graphql.transport.live.running import OperationsOfOne
from cma_graphql.transport.live.seats import Ending, Seat
from cma_graphql.transport.live.sessions import LiveSession
from cma_graphql.transport.metrics import Metrics
from cma_graphql.transport.record import RequestRecord

_CLOSE_SECONDS = 2.0
"""How long a close frame may take on its way; whoever does not read is cut off."""
_NO_CODE = 1005

AtOnce = Callable[[Sequence[bytes]], bool]
"""Sends a text in parts where nothing has to be waited for; answers whether it did."""

_log = get_logger("live")

_ENDINGS: Mapping[Ending, Closing] = {
    Ending.SESSION: Closing(FORBIDDEN, "The session has ended."),
    Ending.RESTART: Closing(RESTART, "The server restarts."),
    Ending.UNINITIALISED: Closing(INIT_TIMEOUT, "Connection initialisation timeout"),
}


class Connection:
    """One connection, accepted; `serve` returns when it is over and nothing of it is left."""

    def __init__(
        self,
        live: Live,
        metrics: Metrics,
        seat: Seat,
        facts: RequestFacts,
        *,
        receive: Receive,
        send: Send,
        at_once: AtOnce | None = None,
    ) -> None:
        """Take the facts of the handshake; its header Authorization counts where the first message has none.

        `at_once` is the server's short way, where it has one.
        """
        self._live = live
        self._metrics = metrics
        self._seat = seat
        self._facts = facts
        self._receive = receive
        self._raw_send = send
        self._at_once = at_once
        self._sending = asyncio.Lock()
        self._is_closed = False
        self._is_initialised = False
        self._session: LiveSession | None = None
        self._init_timer: asyncio.TimerHandle | None = None
        self.operations = OperationsOfOne(
            live, metrics, seat, send=self._send, send_at_once=self._send_at_once, facts=self._facts_of
        )
        self.received = 0
        self.sent = 0
        self.code = _NO_CODE
        """The close code: ours, or what the client sent."""

    @property
    def actor(self) -> Mapping[str, str]:
        """What the access log says of whoever it is."""
        return {} if self._session is None else self._session.log_fields()

    async def serve(self) -> None:
        """Read and answer until either side ends it."""
        loop = asyncio.get_running_loop()
        self._init_timer = loop.call_later(self._live.bounds.init_seconds, lambda: self._seat.end(Ending.UNINITIALISED))
        reader = asyncio.create_task(self._read())
        try:
            reader.add_done_callback(lambda _: self._seat.end(Ending.OVER))
            await self._seat.ended
            closing = await self._why(reader)
            if closing is not None:
                self.code = closing.code
                await self._close(closing)
        finally:
            self._is_closed = True
            self._init_timer.cancel()
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
            if self._session is not None:
                self._session.forget()
            await self.operations.end()

    async def _why(self, reader: "asyncio.Task[None]") -> Closing | None:
        """Tell with what the connection has to be closed; None where the client has closed it."""
        if not reader.done():
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
            ending = self._seat.ended.result()
            if ending is Ending.RESTART:
                await self.operations.settle(self._live.bounds.drain_seconds)
            return _ENDINGS[ending]
        error = reader.exception()
        if error is None or isinstance(error, ClientGone):
            return None
        if isinstance(error, Closing):
            return error
        _log.error("unforeseen error", exc_info=error)
        return Closing(FAILED, "Something went wrong on our side.")

    async def _read(self) -> None:
        while await self._take_next():
            pass

    async def _take_next(self) -> bool:
        """Take one message, or answer that there are no more; between messages none is held."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self.code = message.get("code") or _NO_CODE
            return False
        self.received += 1
        self._live.counts.socket_in.inc()
        text = message.get("text")
        if text is None:
            raise Closing(INVALID, "Messages are text.")
        await self._take(read_message(text))
        return True

    async def _take(self, message: Incoming) -> None:
        match message:
            case Init():
                await self._initialise(message)
            case Ping():
                await self._answer_ping(message)
            case Pong():
                pass
            case Subscribe():
                if self._session is None:
                    raise Closing(UNAUTHORIZED, "Unauthorized")
                await self.operations.begin(message, self._facts.remote_address)
            case Complete():
                self.operations.complete(message.id)

    async def _initialise(self, message: Init) -> None:
        """Find out who it is, and take it on."""
        if self._is_initialised:
            raise Closing(TOO_MANY_INITS, "Too many initialisation requests")
        self._is_initialised = True
        given = authorization_of(message.payload) or self._facts.authorization
        if given is None:
            raise Closing(UNAUTHORIZED, "The payload names no authorization.")
        self._facts = replace(self._facts, authorization=given)
        try:
            session = await self._live.sessions.enter(self._facts, lambda: self._seat.end(Ending.SESSION))
        except Unauthenticated:
            raise Closing(FORBIDDEN, "Forbidden") from None
        except DomainError as error:
            raise Closing(TRY_AGAIN, error.message) from None
        self._session = session
        try:
            self._live.seats.assign(self._seat, session.whose)
        except LimitReached as error:
            raise Closing(TRY_AGAIN, error.message) from None
        if self._init_timer is not None:
            self._init_timer.cancel()
        await self._send(write_ack(write_instant(session.ends_at)))

    async def _answer_ping(self, message: Ping) -> None:
        """Answer; with a newer token, go on with that one (decision 29: the same session's, or none)."""
        given = authorization_of(message.payload)
        if given is None:
            await self._send(write_pong())
            return
        if self._session is None:
            raise Closing(UNAUTHORIZED, "Unauthorized")
        facts = replace(self._facts, authorization=given)
        try:
            is_same = await self._session.renew(facts)
        except Unauthenticated:
            is_same = False
        except DomainError as error:
            record = RequestRecord(facts.request_id)
            await self._send(write_pong({"errors": refusal_errors(error, record)}))
            return
        if not is_same:
            raise Closing(FORBIDDEN, "Forbidden")
        self._facts = facts
        await self._send(write_pong({"sessionExpiresAt": write_instant(self._session.ends_at)}))

    def _facts_of(self, record: RequestRecord) -> RequestFacts:
        """Give the facts of one operation: the token as it is now, a request id of its own. Note whose it is."""
        record.actor = dict(self.actor)
        return replace(self._facts, request_id=record.request_id)

    async def _send(self, text: str) -> None:
        """Send a message. One at a time: what waits is a message each operation, never a heap of them.

        Raises ClientGone. How long a client may not read is the keep-alive's to say.
        """
        async with self._sending:
            if self._is_closed:
                raise ClientGone
            try:
                await self._raw_send({"type": "websocket.send", "text": text})
            except OSError:
                raise ClientGone from None
            self.sent += 1
            self._live.counts.socket_out.inc()

    def _send_at_once(self, text: Sequence[bytes]) -> bool:
        """Send a message past everything that waits, unless something does; answer whether it was sent."""
        if (
            self._at_once is None
            or self._is_closed
            or self._sending.locked()
            or self._seat.ended.done()
            or not self._at_once(text)
        ):
            return False
        self.sent += 1
        self._live.counts.socket_out.inc()
        return True

    async def _close(self, closing: Closing) -> None:
        self._is_closed = True
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._raw_send({"type": "websocket.close", "code": closing.code, "reason": closing.reason})
