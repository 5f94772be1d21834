"""The operations of one WebSocket: each in a task of its own, with an id, a record and an end."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any

from graphql import OperationType

from cma_graphql.core.errors import LimitReached, Unauthenticated
from cma_graphql.core.ids import new_id
from cma_graphql.core.logging import get_logger, log_context
from cma_graphql.core.request import RequestFacts
from cma_graphql.graph.live.delivery import Delivery, Directly
from cma_graphql.transport.body import ClientGone
from cma_graphql.transport.graphql_answers import refusal_errors
from cma_graphql.transport.graphql_request import request_from_object
from cma_graphql.transport.live.answering import Live
from cma_graphql.transport.live.messages import (
    DUPLICATE,
    NEXT_TAIL,
    Closing,
    Subscribe,
    write_complete,
    write_error,
    write_next,
    write_next_head,
)
from cma_graphql.transport.live.seats import Ending, Seat
from cma_graphql.transport.metrics import Metrics
from cma_graphql.transport.record import RequestRecord

_log = get_logger("access")

_NAME_LENGTH = 64
_LOGGED_REFUSALS = 20
"""How many operations of one connection are logged although they were refused; the others are only counted."""

SendText = Callable[[str], Awaitable[None]]
SendAtOnce = Callable[[Sequence[bytes]], bool]
"""Sends the parts of a message where that needs no waiting; answers whether it did."""
MakeFacts = Callable[[RequestRecord], RequestFacts]


class Running:
    """One operation under way."""

    __slots__ = ("id", "messages", "payload", "record", "task", "type", "wanted")

    def __init__(self, operation_id: str, record: RequestRecord, payload: object) -> None:
        self.id = operation_id
        self.record = record
        self.payload: object = payload
        """What was asked, until it has begun."""
        self.type: OperationType | None = None
        self.wanted = True
        """Whether the client still waits for it."""
        self.messages = 0
        self.task: asyncio.Task[None] | None = None


class OperationsOfOne:
    """All operations of one connection."""

    def __init__(
        self,
        live: Live,
        metrics: Metrics,
        seat: Seat,
        *,
        send: SendText,
        send_at_once: SendAtOnce,
        facts: MakeFacts,
    ) -> None:
        self._live = live
        self._metrics = metrics
        self._seat = seat
        self._send = send
        self._send_at_once = send_at_once
        self._facts = facts
        self._by_id: dict[str, Running] = {}
        self._all: set[Running] = set()
        """Those that are listened to, and those that are still ending."""
        self.begun = 0
        self.refused = 0

    async def begin(self, message: Subscribe, remote_address: str) -> None:
        """Begin an operation. Raises Closing (4409) where its id is in use.

        What is beyond the limit is refused here, not in a task of its own: whoever asks on and on without reading
        waits for the answers.
        """
        if message.id in self._by_id:
            raise Closing(DUPLICATE, f"Subscriber for {message.id} already exists")
        self.begun += 1
        running = Running(message.id, RequestRecord(str(new_id()), remote_address), message.payload)
        maximum = self._live.bounds.operations
        if len(self._all) >= maximum:
            sentence = f"This connection has {maximum} operations under way, which is as many as one may have."
            error = LimitReached("operations_of_connection", maximum, sentence)
            errors = refusal_errors(error, running.record)
            self._note(running, 0.0)
            await self._send(write_error(message.id, errors))
            return
        self._by_id[message.id] = running
        self._all.add(running)
        running.task = asyncio.create_task(self._run(running))
        running.task.add_done_callback(lambda _: self._all.discard(running))

    def complete(self, operation_id: str) -> None:
        """End an operation that its client wants no more of; one that is not known has just ended by itself."""
        running = self._by_id.pop(operation_id, None)
        if running is not None:
            self._stop(running)

    async def settle(self, seconds: float) -> None:
        """Wait until queries and mutations have been answered, but no longer than so many seconds."""
        tasks = [each.task for each in self._all if each.task and each.type is not OperationType.SUBSCRIPTION]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    async def end(self) -> None:
        """End everything, and wait for it; a mutation goes on to its own end, as over HTTP."""
        for running in list(self._all):
            self._stop(running)
        self._by_id.clear()
        tasks = [each.task for each in self._all if each.task]
        if tasks:
            await asyncio.wait(tasks)

    def _stop(self, running: Running) -> None:
        running.wanted = False
        if running.task is not None and running.type is not OperationType.MUTATION and not running.task.cancelling():
            running.task.cancel()

    async def _run(self, running: Running) -> None:
        """Answer one operation; whatever it raises becomes its own `error`, and touches no other."""
        began = time.perf_counter()
        record = running.record
        self._live.counts.operations.labels("ws").inc()
        with log_context(request_id=record.request_id):
            try:
                await self._answer(running)
            except ClientGone:
                record.add_codes(["CLIENT_GONE"])
            except asyncio.CancelledError:
                if running.type is OperationType.QUERY:
                    record.add_codes(["CLIENT_GONE"])
                raise
            except Unauthenticated as error:
                refusal_errors(error, record)
                self._seat.end(Ending.SESSION)
            except Exception as error:  # noqa: BLE001 - the last resort: masked, logged once, answered well-formed
                await self._fail(running, refusal_errors(error, record))
            finally:
                self._let_go(running)
                self._live.counts.operations.labels("ws").dec()
                self._note(running, time.perf_counter() - began)

    async def _begin(self, running: Running) -> AsyncGenerator[Delivery]:
        """Begin it; what was asked is held no longer than that."""
        record = running.record
        payload, running.payload = running.payload, None
        asked = self._live.executing.prepare(request_from_object(payload), record)
        running.type = asked.type
        return await self._live.begin(asked, self._facts(record), record, directly=self._directly(running))

    async def _answer(self, running: Running) -> None:
        async with aclosing(await self._begin(running)) as deliveries:
            async for delivery in deliveries:
                if not running.wanted:
                    return
                await self._send(write_next(running.id, delivery.body))
                running.messages += 1
                del delivery  # it is not to be held until the next one
        if running.wanted and not (running.type is OperationType.SUBSCRIPTION and self._live.seats.draining):
            self._let_go(running)
            await self._send(write_complete(running.id))

    def _directly(self, running: Running) -> Directly:
        """Make what takes a subscription's answers without a turn of its task: the body is all subscribers' own."""
        head = write_next_head(running.id)

        def take(delivery: Delivery) -> bool:
            taken = running.wanted and self._send_at_once((head, delivery.body, NEXT_TAIL))
            running.messages += taken
            return taken

        return take

    async def _fail(self, running: Running, errors: Sequence[dict[str, Any]]) -> None:
        if running.wanted:
            self._let_go(running)
            try:
                await self._send(write_error(running.id, errors))
            except ClientGone:
                running.record.add_codes(["CLIENT_GONE"])

    def _let_go(self, running: Running) -> None:
        """Free an id before its last message: a client may use it again as soon as it has read that."""
        if self._by_id.get(running.id) is running:
            del self._by_id[running.id]

    def _note(self, running: Running, seconds: float) -> None:
        """Count an operation and write its line; refused ones only as far as nobody can fill the log with them."""
        record = running.record
        self._metrics.operation_ended(record, seconds=seconds)
        if record.codes and not running.messages:
            self.refused += 1
            if self.refused > _LOGGED_REFUSALS:
                return
        fields: dict[str, object] = {"ms": round(seconds * 1000, 1), "messages": running.messages}
        if record.operation_type is not None:
            fields["operation"] = (record.operation_name or "")[:_NAME_LENGTH]
            fields["type"] = record.operation_type
        if record.codes:
            fields["codes"] = record.codes
        _log.info("operation", **{**record.actor, **fields})
