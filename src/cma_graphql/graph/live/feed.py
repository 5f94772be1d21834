"""The feed of one centre: reads the log forward once for all its subscribers, and each one's own past for itself."""

import asyncio
from collections import Counter
from collections.abc import Callable

import structlog

from cma_graphql.access.actor import system_of
from cma_graphql.core.clock import now, today
from cma_graphql.graph.live.delivery import Delivery
from cma_graphql.graph.live.fanout import FanOut
from cma_graphql.graph.live.states import Renew
from cma_graphql.graph.live.subscription import Subscription
from cma_graphql.graph.live.types import Heartbeat, ResyncReason, ResyncRequired
from cma_graphql.persistence.access_log import Wait
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.event_log import Happening, OutOfRetention, read_after, read_head
from cma_graphql.persistence.failures import OUTAGES

_PORTION = 200
"""How many events are read at a time."""
OWN_PORTION = 50
"""How many of them for one subscriber alone: fewer than fit into its queue."""
_PAUSE_SECONDS = 0.5
"""How long to wait when the database is away."""
_LOOKED_AT_SECONDS = 5.0
"""How often those are looked at to whom nothing happens: whether they may still look."""

_log = structlog.get_logger(source=__name__)


class Feed:
    """Feeds the subscriptions of one centre."""

    def __init__(
        self,
        database: Database,
        fanout: FanOut,
        renew: Renew,
        *,
        lag: Callable[[float], None],
        counts: Counter[str],
        wait: Wait = asyncio.sleep,
    ) -> None:
        self._database = database
        self._fanout = fanout
        self._renew = renew
        self._lag = lag
        self._counts = counts
        self._wait = wait
        self._joined: set[Subscription] = set()
        self._position: int | None = None
        """The number up to which all that have joined were fed; None: nobody has."""
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Say that the log may have grown."""
        self._wake.set()

    # What a subscription asks for

    def join(self, subscription: Subscription) -> bool:
        """Have further events pushed, where the subscription has come as far as the feed; tell whether it has."""
        if self._position is None and subscription.at_head:
            self._position = subscription.position
        if self._position is None or subscription.position < self._position:
            return False
        self._joined.add(subscription)
        subscription.joined = True
        self._wake.set()
        return True

    def leave(self, subscription: Subscription) -> None:
        """Push nothing more."""
        self._joined.discard(subscription)
        subscription.joined = False
        if not self._joined:
            self._position = None

    async def read_forward(self, subscription: Subscription) -> None:
        """Read a portion of the log behind a subscription's place, and push what of it is for its viewer."""
        try:
            async with self._database.read(system_of(subscription.actor.centre_id)) as reader:
                events = await read_after(reader, subscription.position, most=OWN_PORTION)
            await self._renew([subscription])
            for event in events:
                await self._fanout.deliver(event, [subscription])
            subscription.at_head = len(events) < OWN_PORTION
        except OutOfRetention:
            subscription.ask_for_resync(ResyncReason.OUT_OF_RETENTION)
        except OUTAGES:
            await self._wait(_PAUSE_SECONDS)

    async def sign_of_life(self, subscription: Subscription) -> Delivery:
        """Answer that nothing has happened."""
        if subscription.shown_on not in {None, today()}:  # what is overdue changes with the day, without an event
            self._fanout.states.note(subscription)
        cursor = self._fanout.cursor(subscription, subscription.position)
        return Delivery(await self._fanout.control(subscription, Heartbeat(cursor=cursor)), cursor)

    async def resync(self, subscription: Subscription, reason: ResyncReason) -> Delivery:
        """Answer that events were passed over, and go on at the log's end, once the database can say where that is."""
        head = None
        while head is None:
            try:
                async with self._database.read(system_of(subscription.actor.centre_id)) as reader:
                    head = await read_head(reader)
            except OUTAGES:
                await self._wait(_PAUSE_SECONDS)
        self._counts[f"resync_{reason.value.lower()}"] += 1
        subscription.go_to(max(head, subscription.position), at_head=True)
        cursor = self._fanout.cursor(subscription, subscription.position)
        if subscription.watch.state is not None:
            self._fanout.states.note(subscription)
        required = ResyncRequired(reason=reason, cursor=cursor)
        return Delivery(await self._fanout.control(subscription, required), cursor)

    # Feeding

    async def run(self) -> None:
        """Feed whoever has joined, until cancelled."""
        while True:
            await self._woken()
            try:
                await self._forward()
            except OutOfRetention:
                for subscription in tuple(self._joined):  # each reads forward for itself, and is told
                    self.leave(subscription)
                    subscription.set_back()
            except OUTAGES:
                await self._wait(_PAUSE_SECONDS)
                self._wake.set()
            except Exception:  # noqa: BLE001 - one centre's fault may end nobody's subscriptions; it is tried again
                _log.exception("feeding failed")
                await self._wait(_PAUSE_SECONDS)
                self._wake.set()

    async def _woken(self) -> None:
        try:
            async with asyncio.timeout(_LOOKED_AT_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    async def _forward(self) -> None:
        looked = False
        while self._joined and self._position is not None:
            centre_id = next(iter(self._joined)).actor.centre_id
            async with self._database.read(system_of(centre_id)) as reader:
                events = await read_after(reader, self._position, most=_PORTION)
            if not events:
                if not looked:
                    await self._renew(tuple(self._joined))
                return
            for event in events:
                await self._renew(tuple(self._joined))
                looked = True
                if self._position != event.seq - 1:
                    break  # all have left meanwhile, and others joined farther back
                await self._feed(event)
            if len(events) < _PORTION:
                return  # that was the log's end; what has come since has woken, as has whoever joined

    async def _feed(self, event: Happening) -> None:
        # Whoever joins while the event is on its way reads it forward.
        self._position = event.seq
        try:
            await self._fanout.deliver(event, self._joined)
        except BaseException:
            if self._position == event.seq:
                self._position -= 1
            raise
        self._lag((now() - event.occurred_at).total_seconds())
