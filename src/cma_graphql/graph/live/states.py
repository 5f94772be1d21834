"""States that are told instead of events: read anew when events have changed them, however many those were.

A burst of events costs one reading at its beginning and one for each pause that it lasts. Viewers who are alike share
what is read, as they share the answers of events. Whoever has not taken the last state is read none until they have.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence

import structlog

from cma_graphql.core.errors import Unavailable
from cma_graphql.core.vault import Vault
from cma_graphql.graph.live.cursors import write_event_cursor
from cma_graphql.graph.live.delivery import Delivery
from cma_graphql.graph.live.rendering import MakeContext, Rendered, rendering
from cma_graphql.graph.live.subscription import Subscription
from cma_graphql.persistence.access_log import Wait
from cma_graphql.persistence.event_log import read_head
from cma_graphql.persistence.failures import OUTAGES

PAUSE_SECONDS = 0.5
"""How long a state is let be after it was read."""

Renew = Callable[[Collection[Subscription]], Awaitable[None]]
"""Brings viewers' standings up to date where they are older than a second; ends who has none any more."""

_log = structlog.get_logger(source=__name__)


class States:
    """Reads the states of those whom events have concerned."""

    def __init__(
        self,
        *,
        vault: Vault,
        make_context: MakeContext,
        places: asyncio.Semaphore,
        counts: Counter[str],
        wait: Wait = asyncio.sleep,
    ) -> None:
        """`places` bounds how many answers are made at the same time, those of events among them."""
        self._vault = vault
        self._make_context = make_context
        self._places = places
        self._counts = counts
        self._wait = wait
        self._stale: set[Subscription] = set()
        self._task: asyncio.Task[None] | None = None
        self.renew: Renew | None = None
        """Brings viewers' standings up to date before they are told anything; set by whoever knows them."""

    def note(self, subscription: Subscription) -> None:
        """Have a subscription told its state anew."""
        self._stale.add(subscription)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="states")

    async def close(self) -> None:
        """Read nothing more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while self._stale:
            due = [subscription for subscription in self._stale if subscription.ended or not subscription.queued]
            self._stale.difference_update(due)
            try:
                await self._tell(due)
            except OUTAGES:
                self._stale.update(due)  # whoever has been told is told again
            await self._wait(PAUSE_SECONDS)

    async def _tell(self, due: Sequence[Subscription]) -> None:
        centres: dict[Hashable, list[Subscription]] = {}
        for subscription in due:
            centres.setdefault(subscription.actor.centre_id, []).append(subscription)
        for followers in centres.values():
            if self.renew is not None:
                await self.renew(followers)
            groups: dict[Hashable, list[Subscription]] = {}
            for subscription in followers:
                if not subscription.ended:
                    groups.setdefault(subscription.alike, []).append(subscription)
            for group in groups.values():
                await self._tell_or_end(group)

    async def _tell_or_end(self, group: Sequence[Subscription]) -> None:
        """Tell a group; where that fails by a fault of ours, end those in it, and nobody else."""
        try:
            await self._tell_group(group)
        except OUTAGES:
            raise
        except Exception:  # noqa: BLE001 - logged; whoever subscribes again tries it again
            _log.exception("a state could not be read")
            for each in group:
                each.end(Unavailable())

    async def _tell_group(self, group: Sequence[Subscription]) -> None:
        as_whom = {each: each.actor for each in group}
        while group:
            rendered, cursor = await self._read(group[0])
            having, group = (group[:1], group[1:]) if rendered.personal else (group, [])
            delivery = Delivery(rendered.body, cursor)
            self._counts["rendered"] += 1
            self._counts["rendered_for_one"] += rendered.personal
            for each in having:
                # Whose rights have changed meanwhile is told by a resync, and anew behind it.
                if not each.ended and each.actor is as_whom[each]:
                    each.show(delivery)
                    self._counts["delivered"] += 1

    async def _read(self, first: Subscription) -> tuple[Rendered, str]:
        """Read a state as the first of a group; answer also behind which event that is."""
        state = first.watch.state
        if state is None:
            raise TypeError("Only what is told as a state is read as one.")
        async with self._places, rendering(self._make_context, first.actor, first.facts) as made:
            cursor = write_event_cursor(self._vault, first.actor.centre_id, await read_head(made.reader))
            return await made.answer(first.operation, state(cursor)), cursor
