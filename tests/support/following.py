"""Follows subscriptions in process: what a transport is handed, read as its client reads it."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from cma_graphql.core.request import RequestFacts
from cma_graphql.graph.live.delivery import Delivery
from cma_graphql.graph.live.updates import LiveUpdates
from cma_graphql.graph.prepared import Documents

CASE_EVENTS = """
subscription CaseEvents($filter: CaseEventFilter, $after: String) {
  caseEvents(filter: $filter, after: $after) {
    __typename
    ... on CaseEvent { name cursor case { id status } }
    ... on Removed { id cursor }
    ... on Heartbeat { cursor }
    ... on ResyncRequired { reason cursor }
  }
}
"""


@dataclass
class Follower:
    """One subscriber: what it has received, without signs of life."""

    deliveries: AsyncGenerator[Delivery]
    answers: list[dict[str, Any]] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    cursor: str | None = None
    beats: int = 0

    async def take(self, number: int = 1, *, seconds: float = 5) -> list[dict[str, Any]]:
        """Receive so many answers that are more than signs of life; answer their root fields' values."""
        taken: list[dict[str, Any]] = []
        async with asyncio.timeout(seconds):
            while len(taken) < number:
                delivery = await anext(self.deliveries)
                self.cursor = delivery.cursor
                (value,) = json.loads(delivery.body)["data"].values()
                if value["__typename"] == "Heartbeat":
                    self.beats += 1
                    continue
                taken.append(value)
                self.answers.append(json.loads(delivery.body))
                self.texts.append(delivery.body)
        return taken

    async def everything_until(self, cursor: str, *, seconds: float = 20) -> list[dict[str, Any]]:
        """Receive all answers up to a cursor, which events or a sign of life come to; without the signs of life."""
        taken: list[dict[str, Any]] = []
        async with asyncio.timeout(seconds):
            while self.cursor != cursor:
                delivery = await anext(self.deliveries)
                self.cursor = delivery.cursor
                (value,) = json.loads(delivery.body)["data"].values()
                if value["__typename"] != "Heartbeat":
                    taken.append(value)
        return taken

    async def beat(self, *, seconds: float = 5) -> str:
        """Receive one answer, which is a sign of life; answer its cursor."""
        async with asyncio.timeout(seconds):
            delivery = await anext(self.deliveries)
        (value,) = json.loads(delivery.body)["data"].values()
        assert value["__typename"] == "Heartbeat"
        self.cursor = delivery.cursor
        assert value.get("cursor", delivery.cursor) == delivery.cursor
        return str(delivery.cursor)


@dataclass
class Following:
    """Begins subscriptions over one schema's live updates."""

    updates: LiveUpdates
    documents: Documents

    async def begin(self, authorization: str | None, text: str = CASE_EVENTS, **variables: Any) -> Follower:
        """Begin one; nothing is received yet. `resume_after` is what a transport gives besides."""
        resume_after = variables.pop("resume_after", None)
        prepared = self.documents.prepare(text)
        facts = RequestFacts("test-request", "127.0.0.1", "tests", authorization, 20_000)
        return Follower(
            await self.updates.subscribe(
                prepared, prepared.operation(None), variables, facts, resume_after=resume_after
            )
        )

    @asynccontextmanager
    async def follow(
        self, authorization: str | None, text: str = CASE_EVENTS, **variables: Any
    ) -> AsyncIterator[Follower]:
        """Follow something; its first sign of life has been received."""
        follower = await self.begin(authorization, text, **variables)
        try:
            await follower.beat()
            yield follower
        finally:
            await follower.deliveries.aclose()
