"""One subscription: its viewer, its place in the log, and a bounded queue of answers that it has not taken yet."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Hashable
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import today
from cma_graphql.core.errors import DomainError, Forbidden
from cma_graphql.core.request import RequestFacts
from cma_graphql.core.waking import Flag
from cma_graphql.domain.auth.standing import Standing
from cma_graphql.graph.live.delivery import Delivery, Directly
from cma_graphql.graph.live.rendering import Operation
from cma_graphql.graph.live.topics import Watch
from cma_graphql.graph.live.types import ResyncReason

MOST_QUEUED = 256
"""How many answers wait in memory for one subscriber; what comes then is read again from the log."""


class Stream(Protocol):
    """What feeds a subscription: the events of its centre."""

    def join(self, subscription: "Subscription") -> bool:
        """Have further events pushed, where the subscription has come as far as the feed; tell whether it has."""

    def leave(self, subscription: "Subscription") -> None:
        """Push nothing more."""

    async def read_forward(self, subscription: "Subscription") -> None:
        """Read a portion of the log behind the subscription's place, and push what of it is for the viewer."""

    async def sign_of_life(self, subscription: "Subscription") -> Delivery:
        """Answer that nothing has happened."""

    async def resync(self, subscription: "Subscription", reason: ResyncReason) -> Delivery:
        """Answer that events were passed over, and go on at the log's end."""


class Subscription:
    """What one subscriber follows, and how far it has come."""

    def __init__(
        self,
        operation: Operation,
        watch: Watch,
        actor: Actor,
        facts: RequestFacts,
        position: int,
        *,
        at_head: bool,
        heartbeat_seconds: float,
        directly: Directly | None = None,
    ) -> None:
        self.operation = operation
        self.watch = watch
        self.actor = actor
        self.facts = facts
        self.position = position
        """The number up to which events are in the queue, handed over, or none of the viewer's."""
        self.at_head = at_head
        """Whether this was the log's end when last looked at: else it catches up by itself, and delays nobody."""
        self.joined = False
        """Whether the feed pushes what happens; else it is read forward when it is wanted."""
        self.session_id = actor.session_id
        self.told_of: dict[UUID, datetime] = {}
        """When the access log was last told that a client's record was delivered."""
        self.shown_on: date | None = None
        """On which day the last state was shown."""
        self._handed_over = position
        self._queue: deque[tuple[int, Delivery]] | None = None
        """Made where somebody does not take answers at once; an empty one takes 760 bytes."""
        self._something = Flag()
        self._directly = directly
        self._waiting = False
        """Whether the subscriber has taken everything and waits for more."""
        self._failure: DomainError | None = None
        self._resync: ResyncReason | None = None
        self._stopped = False
        self._standing: Standing | None = None
        self._stream: Stream | None = None
        self._heartbeat_seconds = heartbeat_seconds
        self._time = asyncio.get_running_loop().time
        self._spoke_at = self._time()
        self._silent = False
        self._timer: asyncio.TimerHandle | None = None

    @property
    def alike(self) -> Hashable:
        """What those share who are told the same, unless an answer asks who the viewer is."""
        return self.operation.key, self.actor.kind, self.actor.roles, self.actor.scopes

    @property
    def queued(self) -> int:
        """How many answers wait."""
        return len(self._queue or ())

    def push(self, seq: int, delivery: Delivery) -> bool:
        """Give an event's answer to a subscriber that waits for it and takes it at once; else queue it.

        Where the queue is full, drop it and all that waits; answer False.

        Nothing is lost: the subscription is not fed any more, and reads the log forward from what it has taken.
        """
        if self._waiting and self._directly is not None and not self._something.is_set() and self._directly(delivery):
            self.position = self._handed_over = seq
            self._spoke_at = self._time()
            return True
        if self.queued >= MOST_QUEUED:
            if self._stream is not None:
                self._stream.leave(self)
            self.go_to(self._handed_over)
            self._something.set()
            return False
        self._enqueue(seq, delivery)
        self.position = seq
        return True

    def show(self, delivery: Delivery) -> None:
        """Queue a state, which nothing but a newer one makes worthless."""
        self._enqueue(self.position, delivery)
        self.shown_on = today()

    def _enqueue(self, seq: int, delivery: Delivery) -> None:
        if self._queue is None:
            self._queue = deque()
        self._queue.append((seq, delivery))
        self._something.set()

    def pass_over(self, seq: int) -> None:
        """Move on past an event that is none of the viewer's; never back, where a resync has gone on meanwhile."""
        if seq <= self.position:
            return
        self.position = seq
        if not self._queue:
            self._handed_over = seq

    def go_to(self, seq: int, *, at_head: bool = False) -> None:
        """Drop what waits and go on at a number."""
        self._queue = None
        self.position = self._handed_over = seq
        self.at_head = at_head

    def end(self, failure: DomainError) -> None:
        """Deliver nothing more: the viewer may not look any longer."""
        self._failure = failure
        self._queue = None
        self._something.set()

    def stop(self) -> None:
        """Deliver nothing more: the server stops."""
        self._stopped = True
        self._something.set()

    @property
    def ended(self) -> bool:
        """Whether nothing is delivered any more."""
        return self._stopped or self._failure is not None

    def ask_for_resync(self, reason: ResyncReason) -> None:
        """Have the subscriber told that events are passed over."""
        self._resync = reason
        self._something.set()

    def set_back(self) -> None:
        """Go on by reading forward: the feed does not push any more."""
        self.at_head = False
        self._something.set()

    def take_over(self, standing: Standing) -> None:
        """Go on as the viewer's session now stands."""
        if standing is not self._standing:
            self._standing = standing
            self.go_on_as(standing.actor(self.facts))

    def go_on_as(self, actor: Actor) -> None:
        """Go on as the viewer is now; with other rights what is on the screen is to be queried again."""
        if actor == self.actor:
            return
        self.actor = actor
        permission = self.watch.topic.requires
        if not actor.may(permission):
            self.end(Forbidden(permission.name))
        else:
            self.ask_for_resync(ResyncReason.RIGHTS_CHANGED)

    async def deliveries(self, stream: Stream) -> AsyncGenerator[Delivery]:
        """Answer, one after another, what the subscriber is to have; raise what ended it."""
        self._stream = stream
        try:
            yield await stream.sign_of_life(self)
            self._tick()
            while not self._stopped:
                if self._failure is not None:
                    raise self._failure
                if self._resync is not None:
                    reason, self._resync = self._resync, None
                    yield await stream.resync(self, reason)
                    self._spoke_at = self._time()
                elif self._queue:
                    yield self._next_of(self._queue)
                    self._spoke_at = self._time()
                elif not self.joined and not stream.join(self):
                    await stream.read_forward(self)
                elif self._silent:
                    self._silent = False
                    yield await stream.sign_of_life(self)
                    self._spoke_at = self._time()
                    self._tick()
                else:
                    await self._wait()
        finally:
            stream.leave(self)
            if self._timer is not None:
                self._timer.cancel()

    def _next_of(self, queue: deque[tuple[int, Delivery]]) -> Delivery:
        self._handed_over, delivery = queue.popleft()
        if not queue:
            self._queue = None
        return delivery

    async def _wait(self) -> None:
        """Wait for something to say; answers may be given directly meanwhile."""
        self._something.clear()
        self._waiting = True
        try:
            await self._something.wait()
        finally:
            self._waiting = False

    def _tick(self) -> None:
        """Find that nothing has been said for long, or look again when that may be so: one timer, not one an event."""
        left = self._spoke_at + self._heartbeat_seconds - self._time()
        if left > 0:
            self._timer = asyncio.get_running_loop().call_later(left, self._tick)
        else:
            self._timer = None
            self._silent = True
            self._something.set()
