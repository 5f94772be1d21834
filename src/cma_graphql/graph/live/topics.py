"""Topics: what a room tells of its records as they change. A later room adds its own by declaring one.

    CASES = Topic(requires=Permission.CASE_READ, entity="case", prefix="case", concerns=…, present=…, made=…)

A subscription field's resolver answers a `Watch` of a topic; `query` fields list the same. What a viewer is told of an
event is decided by `Watch.judge`: the event, that the record has left their sight, or nothing.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NoReturn, Self
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission
from cma_graphql.core.events import Audience
from cma_graphql.graph.live.gate import sees
from cma_graphql.persistence.event_log import Happening
from cma_graphql.persistence.reads import Reads, Record


class Told(Enum):
    """What a viewer is told of an event."""

    NOTHING = auto()
    """It is none of theirs: only the cursor moves on."""
    EVENT = auto()
    REMOVED = auto()
    """The record was in their sight and is not any more."""


Present = tuple[Record, Audience]
"""A record as it is now, and who sees it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The events of one kind of record, as a room tells them."""

    requires: Permission
    """Without it altogether nothing is told."""
    entity: str
    """The entity whose events change who sees the record."""
    prefix: str
    """The prefix of the record's id."""
    concerns: Callable[[Happening], UUID | None]
    """Answers the key of the record that an event is about; None: the event is of another topic."""
    present: Callable[[Reads, Sequence[UUID]], Awaitable[Mapping[UUID, Present]]]
    """Answers these records and who sees them, whoever asks; a deleted one is left out."""
    made: Callable[[Happening, Record | None, str], object]
    """Makes the event's type from what happened, the record as it is now and the cursor."""


@dataclass(frozen=True, slots=True)
class Watch(AsyncIterator[Any]):
    """What a subscription follows: a topic, one record of it or all, events of any name or of some."""

    topic: Topic
    after: str | None = None
    """The cursor that the subscriber has; None: from now on."""
    key: UUID | None = None
    names: frozenset[str] | None = None

    def __aiter__(self) -> Self:
        """Answer itself: graphql-core takes nothing else from a subscription field."""
        return self

    async def __anext__(self) -> NoReturn:
        """Yield nothing: deliveries are made of it, with others, by the live updates."""
        raise StopAsyncIteration

    def judge(self, actor: Actor, event: Happening) -> Told:
        """Tell what an actor is told of an event, by who saw the record before and after it."""
        key = self.topic.concerns(event)
        if key is None or (self.key is not None and key != self.key):
            return Told.NOTHING
        saw, still = sees(actor, event.before), sees(actor, event.after)
        if event.entity != self.topic.entity:  # a part of the record came, changed or went
            still, saw = still or saw, False
        if still:
            return Told.EVENT if self.names is None or event.name in self.names else Told.NOTHING
        return Told.REMOVED if saw else Told.NOTHING
