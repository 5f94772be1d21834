"""Answers operations as server-sent events: the protocol graphql-sse, one operation a connection.

Once the head is sent every answer is a `next`, and the last word a `complete`. A stream that breaks off without one,
because a session ended or the server stops, is one to be resumed: with the header `Last-Event-ID`.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from typing import Any

from graphql import OperationType
from starlette.types import Message, Send

from cma_graphql.core.errors import Unauthenticated
from cma_graphql.graph.live.delivery import Delivery
from cma_graphql.graph.refusals import RequestRefused
from cma_graphql.transport.answers import write_json
from cma_graphql.transport.body import ClientGone
from cma_graphql.transport.disconnect import CancelledWhenGone
from cma_graphql.transport.executing import Asked, refuse_mutation_by_get
from cma_graphql.transport.graphql_answers import refusal_errors
from cma_graphql.transport.graphql_request import GraphQLRequest
from cma_graphql.transport.incoming import Incoming
from cma_graphql.transport.live.answering import Live
from cma_graphql.transport.live.seats import Ending, Seat

EVENT_STREAM = "text/event-stream"

_HEAD = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"x-accel-buffering", b"no"),  # nginx would keep events back otherwise
    (b"vary", b"Accept"),
]
_COMPLETE = b"event: complete\ndata: \n\n"
_PING = b":\n\n"
_LONGEST_CURSOR = 512


class EventStreams:
    """Answers requests that accept `text/event-stream`."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def answer(self, request: GraphQLRequest, incoming: Incoming, send: Send) -> None:
        """Answer one request to its end. Raises what is answered with a status of its own, and ClientGone."""
        stream = _Stream(send, stall_seconds=2 * self._live.bounds.ping_seconds)
        try:
            asked = self._live.executing.prepare(request, incoming.record)
            refuse_mutation_by_get(asked, incoming.method)
            async with CancelledWhenGone(incoming.receive, watched=asked.type is not OperationType.MUTATION):
                if asked.type is OperationType.SUBSCRIPTION:
                    await self._follow(asked, incoming, stream)
                else:
                    facts = incoming.facts(self._live.executing.limits)
                    async with aclosing(await self._live.begin(asked, facts, incoming.record)) as deliveries:
                        async for delivery in deliveries:
                            await stream.next(delivery)
            await stream.end()
        except RequestRefused as error:
            # The protocol's own rule: clients of events do not read the bodies of other answers.
            await stream.next(_refused(error, incoming))
            await stream.end()
        except ClientGone:
            raise
        except Exception as error:
            if not stream.is_begun:
                raise
            await stream.next(_refused(error, incoming))
            await stream.end()

    async def _follow(self, asked: Asked, incoming: Incoming, stream: "_Stream") -> None:
        """Send a subscription's deliveries until it, its session, its client or the server ends."""
        facts = incoming.facts(self._live.executing.limits)
        if facts.authorization is None:
            raise Unauthenticated
        counts = self._live.counts
        async with AsyncExitStack() as held:
            seat = held.enter_context(self._live.seats.take())
            session = await self._live.sessions.enter(facts, lambda: seat.end(Ending.SESSION))
            held.callback(session.forget)
            self._live.seats.assign(seat, session.whose)
            incoming.record.actor = dict(session.log_fields())
            cursor = incoming.headers.get("last-event-id", "")[:_LONGEST_CURSOR] or None
            begun = await self._live.begin(asked, facts, incoming.record, resume_after=cursor)
            deliveries = await held.enter_async_context(aclosing(begun))
            await stream.begin()
            counts.connections.labels("sse").inc()
            reason = "gone"
            try:
                reason = await self._pass_on(deliveries, seat, stream)
            finally:
                counts.connections.labels("sse").dec()
                counts.stream_ended(reason)

    async def _pass_on(self, deliveries: AsyncGenerator[Delivery], seat: Seat, stream: "_Stream") -> str:
        """Send what comes, and a comment where nothing does; answer why it ended."""
        while True:
            step = asyncio.create_task(_next(deliveries))
            try:
                while not step.done():
                    waiting: set[asyncio.Future[Any]] = {step, seat.ended}
                    await asyncio.wait(
                        waiting, timeout=self._live.bounds.ping_seconds, return_when=asyncio.FIRST_COMPLETED
                    )
                    if seat.ended.done():
                        stream.is_broken = True
                        return seat.ended.result().value
                    if not step.done():
                        await stream.ping()
            finally:
                step.cancel()
                await asyncio.gather(step, return_exceptions=True)
            try:
                delivery = step.result()
            except Unauthenticated:
                stream.is_broken = True
                return Ending.SESSION.value
            if delivery is None:
                stream.is_broken = self._live.seats.draining
                return "complete"
            await stream.next(delivery)
            self._live.counts.event_out.inc()


async def _next(deliveries: AsyncGenerator[Delivery]) -> Delivery | None:
    """Give the next delivery; None at the end."""
    try:
        return await anext(deliveries)
    except StopAsyncIteration:
        return None


class _Stream:
    """The answer's body. Whoever does not read for too long is cut off, and may come back with the last cursor."""

    def __init__(self, send: Send, *, stall_seconds: float) -> None:
        self._send = send
        self._stall_seconds = stall_seconds
        self.is_begun = False
        self.is_broken = False
        """Whether it is to end without a `complete`."""

    async def begin(self) -> None:
        """Send the head, once."""
        if not self.is_begun:
            self.is_begun = True
            await self._send_part({"type": "http.response.start", "status": 200, "headers": _HEAD})
            await self._send_body(_PING)  # the head itself is sent with the first part of the body only

    async def next(self, delivery: Delivery) -> None:
        """Send one answer, its cursor as the event's id."""
        await self.begin()
        cursor = b"" if delivery.cursor is None else b"id: " + delivery.cursor.encode() + b"\n"
        await self._send_body(b"%bevent: next\ndata: %b\n\n" % (cursor, delivery.body))

    async def ping(self) -> None:
        """Send a comment, which no client shows and every proxy counts as a sign of life."""
        await self._send_body(_PING)

    async def end(self) -> None:
        """Say that there is nothing more to come, unless there is; and end the body."""
        await self.begin()
        await self._send_body(b"" if self.is_broken else _COMPLETE, more=False)

    async def _send_body(self, part: bytes, *, more: bool = True) -> None:
        await self._send_part({"type": "http.response.body", "body": part, "more_body": more})

    async def _send_part(self, message: Message) -> None:
        try:
            async with asyncio.timeout(self._stall_seconds):
                await self._send(message)
        except TimeoutError:
            raise ClientGone from None


def _refused(error: Exception, incoming: Incoming) -> Delivery:
    return Delivery(write_json({"errors": refusal_errors(error, incoming.record)}), None)
