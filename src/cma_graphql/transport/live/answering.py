"""What an operation comes to, as deliveries: one for a query or mutation, many for a subscription."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from graphql import OperationType

from cma_graphql.core.errors import DeadlineExceeded
from cma_graphql.core.request import RequestFacts
from cma_graphql.graph.live.delivery import Delivery, Directly, Subscribes
from cma_graphql.graph.refusals import OPERATION_NOT_SERVED, Refusal, RequestRefused
from cma_graphql.transport.executing import Asked, Executing
from cma_graphql.transport.graphql_answers import result_body
from cma_graphql.transport.live.counts import LiveCounts
from cma_graphql.transport.live.seats import Seats
from cma_graphql.transport.live.sessions import Sessions
from cma_graphql.transport.record import RequestRecord


@dataclass(frozen=True, slots=True)
class LiveBounds:
    """How much one connection may do, and how long it may be silent."""

    operations: int = 100
    """Operations of one connection at once."""
    init_seconds: float = 5.0
    """How long a WebSocket may take to say who it is."""
    ping_seconds: float = 20.0
    """How often a silent connection is asked for a sign of life, and how long it may take to give one."""
    drain_seconds: float = 5.0
    """How long queries and mutations under way may go on when the server stops."""


@dataclass(frozen=True, slots=True)
class Live:
    """What both transports work with; one for the whole process."""

    executing: Executing
    sessions: Sessions
    seats: Seats
    counts: LiveCounts
    bounds: LiveBounds
    subscriptions: Subscribes | None = None

    async def begin(
        self,
        asked: Asked,
        facts: RequestFacts,
        record: RequestRecord,
        *,
        resume_after: str | None = None,
        directly: Directly | None = None,
    ) -> AsyncGenerator[Delivery]:
        """Execute a query or mutation, or begin a subscription; answer what it comes to.

        A subscription's answers go to `directly` where that takes them (`graph.live.delivery`).

        Once this returns no database connection is held; whoever got it closes it. Raises what keeps the operation
        from beginning: RequestRefused or a DomainError. Both count towards the deadline.
        """
        if asked.type is not OperationType.SUBSCRIPTION:
            result, extensions = await self.executing.execute(asked, facts, record)
            return _only(Delivery(result_body(result, extensions, record), None))
        if self.subscriptions is None:
            raise RequestRefused([Refusal(OPERATION_NOT_SERVED, "Subscriptions are not served at this address.")])
        deadline = asyncio.timeout(self.executing.limits.deadline_ms / 1000)
        try:
            async with deadline:
                return await self.subscriptions.subscribe(
                    asked.prepared,
                    asked.operation,
                    asked.request.variables,
                    facts,
                    extensions=asked.request.extensions,
                    resume_after=resume_after,
                    directly=directly,
                )
        except TimeoutError:
            if not deadline.expired():
                raise
            raise DeadlineExceeded from None


async def _only(delivery: Delivery) -> AsyncGenerator[Delivery]:
    yield delivery
