"""One event to all who are to have it: one read, one execution, one text for all viewers who are alike (decision 23).

Alike are viewers of the same operation, roles and key's scopes. An answer that turned out to depend on who asked is its
viewer's alone, and the others' are made for each of them.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Hashable, Iterable, Sequence
from datetime import datetime, timedelta

import structlog

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unavailable
from cma_graphql.core.vault import Vault
from cma_graphql.graph.live.cursors import write_event_cursor
from cma_graphql.graph.live.delivery import Delivery
from cma_graphql.graph.live.gate import sees
from cma_graphql.graph.live.rendering import MakeContext, Rendered, Rendering, rendering
from cma_graphql.graph.live.states import States
from cma_graphql.graph.live.subscription import Subscription
from cma_graphql.graph.live.topics import Told
from cma_graphql.graph.live.types import Removed
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.access_log import AccessRecorder
from cma_graphql.persistence.event_log import Happening
from cma_graphql.persistence.failures import OUTAGES

_NOTED_AGAIN_AFTER = timedelta(minutes=1)
"""How long a client's record may be delivered again to the same subscriber without another line in the access log."""

_AT_ONCE = 200
"""How many have an answer before others get a turn."""

_log = structlog.get_logger(source=__name__)


class FanOut:
    """Makes the answers of events, and hands them to their subscribers' queues."""

    def __init__(
        self, *, vault: Vault, make_context: MakeContext, access_log: AccessRecorder, at_once: int, counts: Counter[str]
    ) -> None:
        """`at_once` is how many answers are made at the same time: each holds a connection."""
        self._vault = vault
        self._make_context = make_context
        self._access_log = access_log
        self._places = asyncio.Semaphore(at_once)
        self._counts = counts
        self.states = States(vault=vault, make_context=make_context, places=self._places, counts=counts)

    async def deliver(self, event: Happening, subscriptions: Iterable[Subscription]) -> None:
        """Give an event to those of these subscriptions that have not had it. Raises Unavailable: then to some only.

        Given again, it goes to the rest of them.
        """
        groups: dict[tuple[Told, Hashable], list[Subscription]] = {}
        for subscription in tuple(subscriptions):
            if subscription.position != event.seq - 1 or subscription.ended:
                continue  # it has had the event, or has been set back: numbers have no gaps, and none is jumped over
            told = subscription.watch.judge(subscription.actor, event)
            if told is Told.NOTHING:
                subscription.pass_over(event.seq)
            elif subscription.watch.state is not None:
                subscription.pass_over(event.seq)
                self.states.note(subscription)
            else:
                groups.setdefault((told, subscription.alike), []).append(subscription)
        await _all(
            self._answer_or_end(event, removed=told is Told.REMOVED, group=group) for (told, _), group in groups.items()
        )

    async def control(self, subscription: Subscription, payload: object) -> bytes:
        """Write what a subscription is told apart from events, which reads nothing."""
        async with rendering(self._make_context, subscription.actor, subscription.facts) as made:
            return (await made.answer(subscription.operation, payload)).body

    def cursor(self, subscription: Subscription, seq: int) -> str:
        """Write a cursor for a subscription's viewer."""
        return write_event_cursor(self._vault, subscription.actor.centre_id, seq)

    async def _answer_or_end(self, event: Happening, *, removed: bool, group: list[Subscription]) -> None:
        """Answer a group; where that fails by a fault of ours, end those who have no answer, and nobody else."""
        try:
            await self._answer(event, removed=removed, group=group)
        except OUTAGES:
            raise
        except Exception:  # noqa: BLE001 - logged; whoever subscribes again after the same cursor tries it again
            _log.exception("an event could not be answered", event_name=event.name)
            for each in group:
                if each.position < event.seq:
                    each.end(Unavailable())

    async def _answer(self, event: Happening, *, removed: bool, group: list[Subscription]) -> None:
        while group:
            first = group[0]
            async with self._places, rendering(self._make_context, first.actor, first.facts) as made:
                rendered: Rendered | None
                if removed:
                    rendered = await self._removed(event, made, first)
                else:
                    rendered, group = await self._event(event, made, group)
            if rendered is None:
                continue
            having, group = (group[:1], group[1:]) if rendered.personal else (group, [])
            await self._hand_over(event, rendered, having)
            if group:
                await _all(self._answer(event, removed=removed, group=[each]) for each in group)
                return

    async def _removed(self, event: Happening, made: Rendering, first: Subscription) -> Rendered:
        gone = Removed(
            id=write_id(event.entity, event.subject_id),
            cursor=self.cursor(first, event.seq),
            occurred_at=event.occurred_at,
        )
        return await made.answer(first.operation, gone)

    async def _event(
        self, event: Happening, made: Rendering, group: list[Subscription]
    ) -> tuple[Rendered | None, list[Subscription]]:
        """Make an event's answer as the first of a group; answer also who of them still sees the record.

        The log says who saw it when it happened. What is shown is the record as it is now: so whoever has lost sight
        of it since, by an event that follows, is told nothing here; and `Removed`, there.
        """
        first = group[0]
        topic = first.watch.topic
        key = topic.concerns(event)
        present = (await topic.present(made.reader, [key])).get(key) if key is not None else None
        staying: list[Subscription] = []
        for each in group:
            if present is not None and sees(each.actor, present[1]) and each.watch.wants(each.actor, event, present[0]):
                staying.append(each)
            else:
                each.pass_over(event.seq)
        if present is None or not staying or staying[0] is not first:
            return None, staying
        payload = topic.made(event, present[0], self.cursor(first, event.seq))
        return await made.answer(first.operation, payload), staying

    async def _hand_over(self, event: Happening, rendered: Rendered, having: Sequence[Subscription]) -> None:
        delivery = Delivery(rendered.body, self.cursor(having[0], event.seq))
        self._counts["rendered"] += 1
        self._counts["rendered_for_one"] += rendered.personal
        present = now()
        for number, each in enumerate(having, start=1):
            if not number % _AT_ONCE:
                await asyncio.sleep(0)
            if each.position < event.seq and not each.ended:
                self._note(each, rendered, present)
                self._counts["delivered" if each.push(event.seq, delivery) else "overflowed"] += 1

    def _note(self, subscription: Subscription, rendered: Rendered, present: datetime) -> None:
        """Tell the access log whose record is delivered to whom: once a minute, however often it changes."""
        since = present - _NOTED_AGAIN_AFTER
        told = subscription.told_of
        fresh = [client for client in rendered.clients if client not in told or told[client] <= since]
        if fresh:
            self._access_log.note(subscription.actor, subscription.operation.name, fresh, rendered.fields)
            for client in [client for client, at in told.items() if at <= since]:
                del told[client]
            told.update(dict.fromkeys(fresh, present))


async def _all(works: Iterable[Coroutine[None, None, None]]) -> None:
    """Do all of them, and raise what one raised only when none is under way any more."""
    for outcome in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
