"""Live updates of one process: begins subscriptions, keeps a feed for each centre that somebody follows."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from graphql import FieldNode, GraphQLError, OperationDefinitionNode, OperationType, located_error
from graphql.execution.execute import execute_subscription

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import now
from cma_graphql.core.errors import DomainError, Forbidden, Invalid, Unauthenticated, Unavailable
from cma_graphql.core.request import RequestFacts
from cma_graphql.domain.auth.authenticate import actor_for
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.auth.standing import read_session_standings
from cma_graphql.execution.draining import DrainingExecutor
from cma_graphql.graph.live.cursors import read_event_cursor, require_past
from cma_graphql.graph.live.delivery import Delivery, Directly
from cma_graphql.graph.live.fanout import FanOut
from cma_graphql.graph.live.feed import Feed
from cma_graphql.graph.live.rendering import MakeContext, Operation
from cma_graphql.graph.live.subscription import Subscription
from cma_graphql.graph.live.topics import Watch
from cma_graphql.graph.operations import Operations
from cma_graphql.graph.prepared import PreparedDocument
from cma_graphql.graph.refusals import OPERATION_NOT_SERVED, Refusal, RequestRefused
from cma_graphql.persistence.access_log import AccessRecorder
from cma_graphql.persistence.bus import Bus
from cma_graphql.persistence.event_log import read_head

HEARTBEAT_SECONDS = 25.0
"""After how long without an event a subscription shows that it stands, and moves its cursor on."""
_SESSIONS_AT_ONCE = 500


@dataclass(slots=True)
class _Kept:
    """A centre's feed, as long as anybody follows the centre."""

    feed: Feed
    task: asyncio.Task[None]
    end_listening: Callable[[], None]
    followers: int = 0


class LiveUpdates:
    """Begins subscriptions and feeds them; made by the application, closed by it before the database."""

    def __init__(
        self,
        *,
        operations: Operations,
        sign_in: SignIn,
        bus: Bus,
        access_log: AccessRecorder,
        make_context: MakeContext,
        at_once: int,
        lag: Callable[[float], None] = lambda _seconds: None,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        """`at_once` is how many answers are made at the same time, a connection each; `lag` is told each event's."""
        self._operations = operations
        self._sign_in = sign_in
        self._database = sign_in.database
        self._vault = sign_in.keys.vault
        self._bus = bus
        self._make_context = make_context
        self._lag = lag
        self._heartbeat_seconds = heartbeat_seconds
        self._counts: Counter[str] = Counter()
        self._fanout = FanOut(
            vault=self._vault,
            make_context=make_context,
            access_log=access_log,
            at_once=at_once,
            counts=self._counts,
        )
        self._fanout.states.renew = self._renew
        self._feeds: dict[UUID, _Kept] = {}
        self._subscriptions: set[Subscription] = set()
        self._shapes: WeakValueDictionary[Hashable, Operation] = WeakValueDictionary()
        self._closed = False

    @property
    def counts(self) -> Mapping[str, int]:
        """Answers `delivered` and `overflowed`, texts `rendered` and those `rendered_for_one`, and `resync_…`."""
        return self._counts

    @property
    def subscriptions(self) -> int:
        """How many subscriptions there are."""
        return len(self._subscriptions)

    @property
    def queued(self) -> int:
        """How many answers wait to be taken."""
        return sum(subscription.queued for subscription in self._subscriptions)

    async def subscribe(
        self,
        prepared: PreparedDocument,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        facts: RequestFacts,
        *,
        extensions: Mapping[str, Any] | None = None,
        resume_after: str | None = None,
        directly: Directly | None = None,
    ) -> AsyncGenerator[Delivery]:
        """Begin a subscription; answer its deliveries. See `graph.live.delivery`."""
        if operation.operation is not OperationType.SUBSCRIPTION:
            raise RequestRefused([Refusal(OPERATION_NOT_SERVED, "Only subscriptions are followed.")])
        if self._closed:
            raise Unavailable
        actor = await actor_for(self._sign_in, facts.authorization, facts)
        context = self._make_context(actor, facts)
        try:
            executor = self._operations.executor(prepared, operation, variables, context, extensions)
            watch = await _watch_of(executor)
            head = await read_head(context.reader)
            position = self._place(watch, actor, head, resume_after, operation)
        finally:
            await context.end_reading()
        executor.context_value = None
        anew = watch.state is not None and watch.after is None and resume_after is None
        subscription = Subscription(
            self._shared(Operation.of(prepared, operation, variables, executor)),
            watch,
            actor,
            facts,
            position,
            at_head=position == head,
            heartbeat_seconds=self._heartbeat_seconds,
            directly=directly,
        )
        return self._run(subscription, anew=anew)

    async def close(self) -> None:
        """End every subscription, without an error, and every feed."""
        self._closed = True
        for subscription in self._subscriptions:
            subscription.stop()
        tasks = [kept.task for kept in self._feeds.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._fanout.states.close()

    def _shared(self, operation: Operation) -> Operation:
        """Answer the operation of those who ask the same, whose executor makes the answers of all of them."""
        return self._shapes.setdefault(operation.key, operation)

    def _place(
        self, watch: Watch, actor: Actor, head: int, resume_after: str | None, operation: OperationDefinitionNode
    ) -> int:
        """Answer the number after which events are told. Raises RequestRefused for a cursor that is none."""
        after = watch.after if resume_after is None else resume_after
        if after is None:
            return head
        try:
            return require_past(read_event_cursor(self._vault, actor.centre_id, after), head)
        except Invalid as invalid:
            fields = [each for each in operation.selection_set.selections if isinstance(each, FieldNode)]
            raise RequestRefused([located_error(invalid, fields)]) from None

    async def _run(self, subscription: Subscription, *, anew: bool) -> AsyncGenerator[Delivery]:
        centre_id = subscription.actor.centre_id
        feed = self._take(centre_id)
        self._subscriptions.add(subscription)
        deliveries = subscription.deliveries(feed)
        try:
            if not self._closed:
                if anew:
                    self._fanout.states.note(subscription)
                async for delivery in deliveries:
                    yield delivery
                    del delivery  # it is not to be held until the next one
        finally:
            await deliveries.aclose()
            self._subscriptions.discard(subscription)
            await self._give_back(centre_id)

    def _take(self, centre_id: UUID) -> Feed:
        kept = self._feeds.get(centre_id)
        if kept is None:
            feed = Feed(self._database, self._fanout, self._renew, lag=self._lag, counts=self._counts)
            task = asyncio.create_task(feed.run(), name="feed")
            kept = self._feeds[centre_id] = _Kept(feed, task, self._bus.listen(centre_id, feed.wake))
        kept.followers += 1
        return kept.feed

    async def _give_back(self, centre_id: UUID) -> None:
        kept = self._feeds[centre_id]
        kept.followers -= 1
        if not kept.followers:
            del self._feeds[centre_id]
            kept.end_listening()
            kept.task.cancel()
            await asyncio.gather(kept.task, return_exceptions=True)

    async def _renew(self, subscriptions: Collection[Subscription]) -> None:
        """See to it that nobody's standing is older than a second; those to read are read in one statement."""
        standings = self._sign_in.standings
        missing: dict[UUID, list[Subscription]] = {}
        for subscription in subscriptions:
            session_id = subscription.session_id
            if session_id is None:
                await self._renew_key(subscription)
            elif (standing := standings.get(session_id)) is None:
                missing.setdefault(session_id, []).append(subscription)
            else:
                subscription.take_over(standing)
        session_ids = list(missing)
        for begin in range(0, len(session_ids), _SESSIONS_AT_ONCE):
            portion, read_at = session_ids[begin : begin + _SESSIONS_AT_ONCE], now()
            centre_id = missing[portion[0]][0].actor.centre_id
            read = await read_session_standings(self._database, centre_id, portion)
            for session_id in portion:
                if session_id in read:
                    standings.keep(session_id, read[session_id], read_at=read_at)
                for subscription in missing[session_id]:
                    if session_id in read:
                        subscription.take_over(read[session_id])
                    else:
                        subscription.end(Unauthenticated())

    async def _renew_key(self, subscription: Subscription) -> None:
        facts = subscription.facts
        try:
            subscription.go_on_as(await actor_for(self._sign_in, facts.authorization, facts))
        except Unauthenticated as refused:
            subscription.end(refused)


async def _watch_of(executor: DrainingExecutor) -> Watch:
    """Call the root field; answer what it follows. Raises RequestRefused, or what keeps the caller from anything."""
    try:
        begun = execute_subscription(executor)
        watch = await begun if executor.is_awaitable(begun) else begun
    except GraphQLError as error:
        refused = _cause(error)
        if isinstance(refused, Unauthenticated | Forbidden | Unavailable):
            raise refused from None
        if not isinstance(refused, DomainError | GraphQLError):
            raise
        raise RequestRefused([error]) from None
    if not isinstance(watch, Watch):
        raise TypeError("A subscription field has to answer the Watch of a topic.")
    return watch


def _cause(error: GraphQLError) -> BaseException:
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause
