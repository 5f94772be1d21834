"""What the transports of live updates are given in their own tests: subscriptions and sessions that a test steers."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from graphql import OperationDefinitionNode

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unauthenticated
from cma_graphql.core.request import RequestFacts
from cma_graphql.graph.live.delivery import Delivery, Directly
from cma_graphql.graph.prepared import PreparedDocument

CENTRE = UUID(int=1)


@dataclass(eq=False)
class Feed:
    """One subscription, as it was asked for, and what it tells."""

    variables: Mapping[str, Any]
    facts: RequestFacts
    extensions: Mapping[str, Any]
    resume_after: str | None
    said: "asyncio.Queue[Delivery | Exception | None]" = field(default_factory=asyncio.Queue)
    directly: Directly | None = None
    is_closed: bool = False
    taken: int = 0
    """How many deliveries the transport has asked for and been given."""

    def say(self, text: str, cursor: str | None = None) -> None:
        """Tell something."""
        self.said.put_nowait(Delivery(b'{"data":{"follow":"%b"}}' % text.encode(), cursor))

    def give(self, text: str) -> bool:
        """Tell something past the queue; answer whether the transport has taken it."""
        assert self.directly is not None
        return self.directly(Delivery(b'{"data":{"follow":"%b"}}' % text.encode(), None))

    def fail(self, error: Exception) -> None:
        """Fail with an error."""
        self.said.put_nowait(error)

    def end(self) -> None:
        """Have nothing more to tell."""
        self.said.put_nowait(None)

    async def deliveries(self) -> AsyncGenerator[Delivery]:
        """Give what is told."""
        try:
            while (said := await self.said.get()) is not None:
                if isinstance(said, Exception):
                    raise said
                self.taken += 1
                yield said
        finally:
            self.is_closed = True


@dataclass
class Feeds:
    """The subscriptions of a process. What stands in `refuse` is raised instead of beginning one."""

    begun: list[Feed] = field(default_factory=list)
    refuse: Exception | None = None
    hold: bool = False

    async def subscribe(
        self,
        prepared: PreparedDocument,  # noqa: ARG002 - the form of what it stands in for
        operation: OperationDefinitionNode,  # noqa: ARG002 - the same
        variables: Mapping[str, Any],
        facts: RequestFacts,
        *,
        extensions: Mapping[str, Any] | None = None,
        resume_after: str | None = None,
        directly: Directly | None = None,
    ) -> AsyncGenerator[Delivery]:
        """Begin one."""
        if self.refuse is not None:
            raise self.refuse
        if self.hold:
            await asyncio.Event().wait()
        feed = Feed(variables, facts, extensions or {}, resume_after, directly=directly)
        self.begun.append(feed)
        return feed.deliveries()


@dataclass(eq=False)
class Somebody:
    """A session behind one connection."""

    people: "People"
    token: str
    whose: tuple[UUID, UUID]
    ends_at: datetime
    ended: Callable[[], None]

    async def renew(self, facts: RequestFacts) -> bool:
        """Go on with a newer token of the same person."""
        whose = self.people.whose(facts)
        if whose != self.whose:
            return False
        self.ends_at += timedelta(minutes=15)
        return True

    def forget(self) -> None:
        """Be watched no longer."""
        self.people.here.discard(self)

    def log_fields(self) -> Mapping[str, str]:
        """Say who it is."""
        return {"actor_kind": "STAFF", "centre_id": str(self.whose[0])}


@dataclass
class People:
    """Sessions: `Bearer NAME-anything` is NAME's token, unless NAME is `nobody`."""

    ends_at: datetime = field(default_factory=lambda: now() + timedelta(minutes=15))
    here: set[Somebody] = field(default_factory=set)
    refuse: Exception | None = None

    def whose(self, facts: RequestFacts) -> tuple[UUID, UUID]:
        """Read a token."""
        if self.refuse is not None:
            raise self.refuse
        name = (facts.authorization or "").removeprefix("Bearer ").partition("-")[0]
        if name in {"", "nobody"}:
            raise Unauthenticated
        return CENTRE, UUID(bytes=name.encode().ljust(16, b"\0")[:16])

    async def enter(self, facts: RequestFacts, ended: Callable[[], None]) -> Somebody:
        """Let somebody in."""
        somebody = Somebody(self, facts.authorization or "", self.whose(facts), self.ends_at, ended)
        self.here.add(somebody)
        return somebody

    def end_all(self) -> None:
        """End every session."""
        for somebody in list(self.here):
            somebody.ended()
