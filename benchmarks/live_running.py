"""The course of the measuring of live updates: who is measured, how often, and that all say the same."""

import asyncio
import contextlib
import json
import resource
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dataset import Dataset, Facts
from live import Fanned, Paced, Stall, Subscribers, fan_out, pace, stall, subscribed
from live_events import Announcer, LoggedEvents, PublishedEvents, sign_in
from measure import MeasurementFailed
from peers import LIVE_PEERS
from servers import OURS, Server, running

_FIELDS = "id caseNumber title status priority"
_PEERS_QUERY = f"subscription {{ caseEvents {{ name occurredAt case {{ {_FIELDS} }} }} }}"
SHARED, PERSONAL = "shared", "per viewer"
_RELATIONS = {SHARED: "", PERSONAL: " client { id }"}
"""What makes the product's answers each viewer's own: a relation that passes a rule of who sees the record."""
_FILES = 16_384
_WARMED_BY = 100
_OTHER_CENTRE = (
    "SELECT id, code FROM centres WHERE code LIKE 'FILL%' AND id <> $1"
    " AND EXISTS (SELECT FROM cases WHERE centre_id = centres.id) ORDER BY code LIMIT 1"
)
_CASES_OF = "SELECT id FROM cases WHERE centre_id = $1 AND deleted_at IS NULL AND NOT restricted ORDER BY id LIMIT 16"
_BUSIEST = """
SELECT users.id, users.email, array_agg(cases.id) AS cases FROM cases
JOIN memberships ON memberships.centre_id = cases.centre_id AND memberships.user_id = cases.advisor_id
JOIN users ON users.id = cases.advisor_id
WHERE cases.centre_id = $1 AND cases.deleted_at IS NULL AND NOT cases.restricted AND memberships.roles = '{ADVISOR}'
  AND memberships.status = 'ACTIVE'
GROUP BY users.id, users.email ORDER BY count(*) DESC, users.id LIMIT 1"""


@dataclass(frozen=True, slots=True)
class LivePlan:
    """How much is measured."""

    rounds: dict[int, int]
    """By number of subscribers, how often all servers are measured in turn."""
    events: int = 20
    at_once: int = 10
    rate: int = 100
    seconds: float = 3.0
    personal: int = 100
    stalled: int = 1_000
    """How many events one transaction has."""


@dataclass(slots=True)
class LiveResults:
    """What was found."""

    rounds: defaultdict[int, defaultdict[str, list[Fanned]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    """By number of subscribers, by server."""
    paced: dict[str, Paced] = field(default_factory=dict)
    kinds: dict[str, Fanned] = field(default_factory=dict)
    """The product by kind of operation: what is made once for all who are alike, and what is each viewer's own."""
    stall: Stall | None = None
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class LiveServer:
    """One running server, and what is asked of it."""

    server: Server
    announcer: Announcer
    query: str
    tokens: Sequence[str] = ()

    @property
    def name(self) -> str:
        """What it is called in figures."""
        return self.server.name

    @property
    def pid(self) -> int:
        """Its first process."""
        return self.server.process.pid

    def orders(self, _subscribers: int) -> dict[str, Any]:
        """Answer what the client needs."""
        first = '"Heartbeat"' if self.name == OURS else ""
        return {"port": self.server.port, "tokens": list(self.tokens), "query": self.query, "first": first}


def product_query(kind: str) -> str:
    """Write the product's subscription."""
    told = f"name occurredAt case {{ {_FIELDS}{_RELATIONS[kind]} }}"
    return f"subscription {{ caseEvents {{ __typename ... on CaseEvent {{ {told} }} }} }}"


def measure_live(dataset: Dataset, facts: Facts, cases: int, plan: LivePlan, say: Callable[[str], None]) -> LiveResults:
    """Measure all of it. Raises MeasurementFailed."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, _FILES), most))  # what is started has it too
    with running(dataset, facts, cases, LIVE_PEERS, live=True) as servers:
        return asyncio.run(_Course(dataset, facts, cases, plan, say).run(servers))


class _Course:
    """One measuring, from the first subscriber to the last."""

    def __init__(self, dataset: Dataset, facts: Facts, cases: int, plan: LivePlan, say: Callable[[str], None]) -> None:
        self._dataset = dataset
        self._facts = facts
        self._superuser = dataset.address("postgres", cases)
        self._cases = cases
        self._plan = plan
        self._say = say
        self._found = LiveResults(versions={peer.name: peer.version() for peer in LIVE_PEERS})

    async def run(self, servers: Sequence[Server]) -> LiveResults:
        ours = servers[0]
        async with contextlib.AsyncExitStack() as held:
            manager = self._facts.manager
            product = await self._product(held, ours, self._facts.centre_id, manager, max(self._plan.rounds))
            payload = await self._payload(product)
            peers = [
                LiveServer(server, await _held(held, PublishedEvents(server.port, payload)), _PEERS_QUERY)
                for server in servers[1:]
            ]
            for server in (product, *peers):
                await fan_out(server, _WARMED_BY, events=3, at_once=1)
            for number, rounds in self._plan.rounds.items():
                await self._rounds(number, rounds, [product, *peers])
            for server in (product, *peers):
                self._found.paced[server.name] = await pace(
                    server, _WARMED_BY, rate=self._plan.rate, seconds=self._plan.seconds
                )
            await self._kinds(held, ours)
            await self._stall(held, ours, product)
        return self._found

    async def _rounds(self, number: int, rounds: int, servers: Sequence[LiveServer]) -> None:
        """Measure all in turn, another one first each time."""
        for count in range(rounds):
            turn = count % len(servers)
            for server in (*servers[turn:], *servers[:turn]):
                fanned = await fan_out(server, number, events=self._plan.events, at_once=self._plan.at_once)
                self._found.rounds[number][server.name].append(fanned)
                self._say(
                    f"  {number:5,} subscribers, {server.name:12} {fanned.per_second:8,.0f} messages/s, last after"
                    f" {fanned.middle_ms:.0f} ms; {fanned.cpu_us:.1f} µs; {fanned.memory / 1024:.1f} KiB"
                )

    async def _kinds(self, held: contextlib.AsyncExitStack, ours: Server) -> None:
        """Measure both kinds of operation, for an advisor of whom every relation asks what is in their sight."""
        (found,) = await self._rows(_BUSIEST, self._facts.centre_id)
        product = await self._product(
            held,
            ours,
            self._facts.centre_id,
            found["email"],
            self._plan.personal,
            cases=found["cases"][:16],
            audience=[found["id"]],
        )
        for kind in (SHARED, PERSONAL):
            product.query = product_query(kind)
            self._found.kinds[kind] = await fan_out(product, self._plan.personal, events=5, at_once=2)

    async def _stall(self, held: contextlib.AsyncExitStack, ours: Server, product: LiveServer) -> None:
        (row,) = await self._rows(_OTHER_CENTRE, self._facts.centre_id)
        other = await self._product(held, ours, row["id"], f"manager@{row['code'].lower()}.example.org", 1)
        self._found.stall = await stall(product, other, number=_WARMED_BY, events=self._plan.stalled)

    async def _product(
        self,
        held: contextlib.AsyncExitStack,
        server: Server,
        centre_id: UUID,
        email: str,
        many: int,
        *,
        cases: Sequence[UUID] = (),
        audience: Sequence[UUID] = (),
    ) -> LiveServer:
        """Sign somebody in so many times, who follows a centre."""
        if not cases:
            cases = [row["id"] for row in await self._rows(_CASES_OF, centre_id)]
        bell = self._dataset.valkey.url
        events = await LoggedEvents.open(self._superuser, bell, centre_id, cases, audience=audience)
        tokens = await sign_in(
            self._superuser,
            email,
            centre_id,
            many=many,
            keys=self._dataset.secret("token_keys"),
            issuer=f"http://127.0.0.1:{server.port}",
        )
        return LiveServer(server, await _held(held, events), product_query(SHARED), tokens)

    async def _rows(self, statement: str, *arguments: object) -> Sequence[Any]:
        return await asyncio.to_thread(self._dataset.run, self._cases, statement, *arguments)

    async def _payload(self, product: LiveServer) -> dict[str, Any]:
        """Answer an event as the product tells it, for the peers to tell the same."""
        async with subscribed(product, 1) as subscribers:
            told = await one_event(product, subscribers)
        return {name: told[name] for name in ("name", "occurredAt", "case")}


async def one_event(server: LiveServer, subscribers: Subscribers) -> dict[str, Any]:
    """Make an event; answer what the last subscriber was told. Raises MeasurementFailed where that is no event."""
    await subscribers.say("1")
    await server.announcer.announce()
    sample = (await subscribers.arrived()).sample
    told = ((sample.get("payload") or {}).get("data") or {}).get("caseEvents")
    if not isinstance(told, dict):
        raise MeasurementFailed(f"{server.name} told no event: {json.dumps(sample)[:500]}")
    return told


async def _held(held: contextlib.AsyncExitStack, announcer: Announcer) -> Announcer:
    held.push_async_callback(announcer.close)
    return announcer
