"""Thousands of events in two centres, by chance: each subscriber of every role is told what a model says, and no more.

The records change with the events, a transaction for many of them; before the next one everybody has been told of it.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import Any

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.graph.live.cursors import write_event_cursor
from cma_graphql.persistence.event_log import read_head
from graph.live.conftest import Live
from support.centre_at_random import CaseState, PaperState, RandomCentre, Viewer
from support.documents import a_document
from support.following import Follower, Following
from support.polling import until

SEED = 20_261_129
BATCHES, IN_A_BATCH = 28, 36
CASES, PAPERS_OF_EACH = 6, 2
TOPICS = {
    "cases": "subscription { caseEvents { __typename ... on CaseEvent { case { id } } ... on Removed { id } } }",
    "documents": "subscription { documentProcessed { __typename ... on DocumentEvent { document { id } } "
    "... on Removed { id } } }",
    "compliance": "subscription { complianceAlerts { __typename ... on ComplianceEvent { case { id } } "
    "... on Removed { id } } }",
}


@dataclass
class Listener:
    """One subscriber, and all that it has been told."""

    viewer: Viewer
    topic: str
    follower: Follower
    subscription: Any
    heard: list[tuple[str, str, str | None]] = field(default_factory=list)

    async def listen(self) -> None:
        """Hear everything."""
        async for delivery in self.follower.deliveries:
            answer = json.loads(delivery.body)
            assert "errors" not in answer
            (value,) = answer["data"].values()
            if value["__typename"] != "Heartbeat":
                record = value.get("id") or (value.get("case") or value.get("document"))["id"]
                self.heard.append((value["__typename"], record, delivery.cursor))

    def has_come_to(self, seq: int) -> bool:
        """Tell whether it has heard all up to a number."""
        return bool(self.subscription.position == seq and not self.subscription.queued)


async def a_centre(live: Live, random: Random) -> tuple[RandomCentre, dict[Viewer, str]]:
    """Make a centre with somebody of every role, who are signed in."""
    data = live.scene.data
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    there = Live(replace(live.scene, centre=centre, manager=manager), live.signing_in)
    teams = [await data.a_team(centre) for _ in range(2)]
    clients = [await data.a_client(centre) for _ in range(2)]
    people: list[tuple[Role, dict[str, Any]]] = [
        *[(role, {}) for role in (Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER, Role.AUDITOR, Role.TRAINEE)],
        *[(Role.ADVISOR, {"team_ids": (team,)}) for team in teams],
        *[(Role.CLIENT, {"client_id": client}) for client in clients],
    ]
    headers = {}
    for role, given in people:
        actor, header = await there.somebody(role, **given)
        headers[Viewer(actor, role)] = header
    _, program = await there.a_program(Permission.CASE_READ, Permission.DOCUMENT_ACCESS)
    headers[Viewer(await live.signing_in.actor(program), Role.SERVICE)] = program
    cases, papers = {}, {}
    for number in range(CASES):
        client = clients[number % len(clients)]
        key = await data.a_case(centre, client_id=client)
        cases[key] = CaseState(key, client)
        for _ in range(PAPERS_OF_EACH):
            paper = await a_document(data, centre, key)
            papers[paper] = (key, PaperState(paper))
    async with data.database.read(manager) as reader:
        seq = await read_head(reader)
    return RandomCentre(data, centre, random, list(headers), teams, cases, papers, seq), headers


@asynccontextmanager
async def listening(following: Following, headers: dict[Viewer, str]) -> AsyncIterator[list[Listener]]:
    """Listen as everybody, to every topic."""
    listeners: list[Listener] = []
    async with AsyncExitStack() as stack:
        for viewer, header in headers.items():
            for topic, text in TOPICS.items():
                before = set(following.updates._subscriptions)
                follower = await stack.enter_async_context(following.follow(header, text))
                (subscription,) = following.updates._subscriptions - before
                listeners.append(Listener(viewer, topic, follower, subscription))
        tasks = [asyncio.create_task(listener.listen()) for listener in listeners]
        try:
            yield listeners
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert [end for end in ends if not isinstance(end, asyncio.CancelledError)] == []


async def test_nothing_crosses_and_nothing_is_missed(live: Live, following: Following) -> None:
    random = Random(SEED)  # noqa: S311 - nothing secret
    here, there = [await a_centre(live, random) for _ in range(2)]
    vault = live.scene.graph.keys.vault
    expected: dict[int, list[tuple[str, str, str]]] = {}
    async with listening(following, here[1]) as of_here, listening(following, there[1]) as of_there:
        sides = ((here[0], of_here), (there[0], of_there))
        for _ in range(BATCHES):
            for centre, listeners in sides:
                batch = await centre.happens(IN_A_BATCH)
                for listener in listeners:
                    expected.setdefault(id(listener), []).extend(
                        (kind, record, write_event_cursor(vault, centre.id, seq))
                        for kind, record, seq in centre.told(listener.viewer, listener.topic, batch)
                    )
            for centre, listeners in sides:
                await until(partial(_all_have_come_to, listeners, centre.seq), 30)
        told: Counter[tuple[Role, str, str]] = Counter()
        for listener in (*of_here, *of_there):
            who = (listener.viewer.role, listener.topic)
            assert listener.heard == expected[id(listener)], who
            told.update((*who, kind) for kind, _, _ in listener.heard)
    assert len(here[0].log) + len(there[0].log) == 2 * BATCHES * IN_A_BATCH
    kinds = {"cases": "CaseEvent", "documents": "DocumentEvent", "compliance": "ComplianceEvent"}
    for role in {viewer.role for viewer in here[1]}:  # or nothing would be shown by it
        for topic, kind in kinds.items():
            own_work = role is Role.CLIENT and topic == "compliance"
            assert (told[role, topic, kind] > 0) is not own_work, (role, topic)
            assert told[role, topic, "Removed"] > 0, (role, topic)


def _all_have_come_to(listeners: list[Listener], seq: int) -> bool:
    return all(listener.has_come_to(seq) for listener in listeners)
