"""The faults, in turn: what is killed and started again, which sockets are cut, who stops reading."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle
from random import Random

from cma_graphql.core.clock import now
from cma_graphql.persistence.embedded import EmbeddedPostgres, EmbeddedValkey
from soak.crowd import Crowd
from soak.plan import Plan
from soak.processes import ServerProcess
from soak.relay import Link, Relay
from soak.scope import Sees
from soak.subscribers import SocketSubscriber, Subscriber

_PART_CUT = 0.5
"""What part of the connections is cut."""
_ROUNDS = 2
"""How often all cases of the crowd are changed while somebody does not read: more events than a queue holds."""
_LOOK_SECONDS = 0.2

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """One that was brought about."""

    at: datetime
    what: str


@dataclass
class Faults:
    """Brings them about, one after another."""

    plan: Plan
    servers: Sequence[ServerProcess]
    relays: Sequence[Relay]
    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey
    subscribers: Sequence[Subscriber]
    crowd: Crowd
    random: Random
    say: Say
    happened: list[Fault] = field(default_factory=list)

    async def in_turn(self) -> None:
        """Bring about each kind at least once, and on until the time is over."""
        ends_at = time.monotonic() + self.plan.seconds
        kinds: list[Callable[[], Awaitable[None]]] = [
            lambda: self._kill_server(0),
            self._kill_valkey,
            self._cut_sockets,
            self._stop_reading,
            self._restart_postgres,
            lambda: self._kill_server(1),
            self._cut_sockets,
            self._kill_postgres,
        ]
        for number, kind in enumerate(cycle(kinds)):
            if number >= len(kinds) and time.monotonic() >= ends_at:
                return
            await asyncio.sleep(self.plan.pause_seconds)
            await kind()

    def before(self, at: datetime) -> str:
        """Name the last fault before an instant."""
        earlier = [fault for fault in self.happened if fault.at <= at]
        return earlier[-1].what if earlier else "no fault"

    def _note(self, what: str) -> None:
        self.happened.append(Fault(now(), what))
        self.say(what)

    async def _kill_server(self, number: int) -> None:
        server = self.servers[number]
        self._note(f"{server.name} is killed")
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(self.plan.pause_seconds)
        await server.start()

    async def _kill_valkey(self) -> None:
        self._note("Valkey is killed")
        await asyncio.to_thread(self.valkey.kill)
        await asyncio.sleep(self.plan.pause_seconds)
        await asyncio.to_thread(self.valkey.start)

    async def _restart_postgres(self) -> None:
        self._note("PostgreSQL restarts")
        await asyncio.to_thread(self.postgres.stop)
        await asyncio.to_thread(self.postgres.start)

    async def _kill_postgres(self) -> None:
        self._note("PostgreSQL is killed")
        await asyncio.to_thread(self.postgres.kill)
        await asyncio.sleep(self.plan.pause_seconds)
        await asyncio.to_thread(self.postgres.start)

    async def _cut_sockets(self) -> None:
        links = [link for relay in self.relays for link in relay.links.values()]
        chosen = self.random.sample(links, round(_PART_CUT * len(links)))
        self._note(f"{len(chosen)} sockets are cut in the middle of a frame")
        for link in chosen:
            link.to_be_cut = True
        await asyncio.sleep(self.plan.pause_seconds)

    async def _stop_reading(self) -> None:
        """Let those who see the crowd read nothing while it is changed; half of them then read on."""
        readers = [
            each
            for each in self.subscribers
            if isinstance(each, SocketSubscriber)
            and each.viewer.centre == self.crowd.manager.centre_id
            and each.viewer.sees is Sees.ALL
            and each.only is None
        ]
        links = [link for each in readers if (link := each.link) is not None]
        ran_over = await self._ran_over()
        self._note(f"{len(links)} subscribers stop reading")
        for link in links:
            link.stop_reading()
        for _ in range(_ROUNDS):
            await self.crowd.change_all()
        until = time.monotonic() + self.plan.ping_seconds
        while await self._ran_over() == ran_over and time.monotonic() < until:  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(_LOOK_SECONDS)
        late, gone = links[::2], links[1::2]
        for link in late:
            link.read_on()
        await asyncio.sleep(2 * self.plan.ping_seconds + 1)
        let_go = await self._let_go(gone)
        ran_over = await self._ran_over() - ran_over
        self.say(f"{let_go} of {len(gone)} that read nothing at all were let go, {ran_over:g} queues ran over")

    async def _ran_over(self) -> float:
        """Answer how many queues of subscribers have run over at the servers."""
        figures = [await server.figures() for server in self.servers]
        return sum(each.get('cma_live_answers_total{what="overflowed"}', 0) for each in figures)

    async def _let_go(self, links: Sequence[Link]) -> int:
        """Read what is left for those who did not read; answer how many the server has ended meanwhile."""
        for link in links:
            link.read_on()
        if links:
            ends = [asyncio.ensure_future(link.ended.wait()) for link in links]
            _, waiting = await asyncio.wait(ends, timeout=2 * self.plan.ping_seconds)
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        return sum(link.ended.is_set() for link in links)
