"""Topics: what a room tells of its records as they change. A later room adds its own by declaring one.

    CASES = Topic(requires=Permission.CASE_READ, settled_by=frozenset({"case"}), concerns=…, present=…, made=…)

A subscription field's resolver answers a `Watch` of a topic; `query` fields list the same. What a viewer is told of an
event is decided by `Watch.judge`: the event, that the record has left their sight, or nothing. A watch with a `state`
tells that instead, anew whenever events of its topic have changed it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NoReturn, Self
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.core.events import THE_CENTRES_OWN, Audience
from cma_graphql.core.ids import SYSTEM_ACTOR
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


NOBODYS = SYSTEM_ACTOR
"""A key that no case has: a malformed id is like one of nothing."""

Present = tuple[Record, Audience]
"""A record as it is now, and who sees it now."""


def leaves_sight(actor: Actor, event: Happening) -> bool:
    """Tell whether an actor saw before an event what they do not see after it."""
    return sees(actor, event.before) and not sees(actor, event.after)


def subject_of(entities: frozenset[str]) -> Callable[[Happening], UUID | None]:
    """Make what answers the key of an event's subject, of these entities alone: the record, or what it hangs on."""

    def concerned(event: Happening) -> UUID | None:
        return event.subject_id if event.entity in entities else None

    return concerned


def about(entity: str) -> Callable[[Happening], bool]:
    """Make what tells whether an event is about a record of this entity."""

    def tells(event: Happening) -> bool:
        return event.entity == entity

    return tells


def _any(_event: Happening) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The events of one kind of record, as a room tells them."""

    requires: Permission
    """Without it altogether nothing is told."""
    settled_by: frozenset[str]
    """The entities whose events change who sees the record: itself, or what it hangs on. `Removed` names those."""
    concerns: Callable[[Happening], UUID | None]
    """Answers the key of the record that an event is about; None: the event is of another topic."""
    present: Callable[[Reads, Sequence[UUID]], Awaitable[Mapping[UUID, Present]]]
    """Answers these records and who sees them, whoever asks; a deleted one is left out."""
    made: Callable[[Happening, Record | None, str], object]
    """Makes the event's type from what happened, the record as it is now and the cursor."""
    tells: Callable[[Happening], bool] = _any
    """Tells whether an event that concerns the topic is told; of others only that something has left sight is."""
    hides: Callable[[Actor, Happening], bool] = leaves_sight
    """Tells whether an actor sees less after an event that settles it; where in doubt, that they do."""


@dataclass(frozen=True, slots=True)
class Watch(AsyncIterator[Any]):
    """What a subscription follows: a topic, of one case or all, events of any name or of some."""

    topic: Topic
    after: str | None = None
    """The cursor that the subscriber has; None: from now on."""
    case_id: UUID | None = None
    names: frozenset[str] | None = None
    wanted: Callable[[Actor, Happening, Record], bool] | None = None
    """Tells whether an event is one of those to tell a viewer, by the record as it is now."""
    state: Callable[[str], object] | None = None
    """Makes what is told instead of events, from the cursor behind the last event that it takes in."""

    def __aiter__(self) -> Self:
        """Answer itself: graphql-core takes nothing else from a subscription field."""
        return self

    async def __anext__(self) -> NoReturn:
        """Yield nothing: deliveries are made of it, with others, by the live updates."""
        raise StopAsyncIteration

    def wants(self, actor: Actor, event: Happening, record: Record) -> bool:
        """Tell whether an event is one of those that this viewer asked for, by the record as it is now."""
        return self.wanted is None or self.wanted(actor, event, record)

    def judge(self, actor: Actor, event: Happening) -> Told:
        """Tell what an actor is told of an event, by who saw the record before and after it."""
        topic = self.topic
        if topic.concerns(event) is None or (self.case_id is not None and event.case_id != self.case_id):
            return Told.NOTHING
        if actor.kind is ActorKind.CLIENT and event.name.startswith(THE_CENTRES_OWN):
            return Told.NOTHING
        still = sees(actor, event.after)
        if event.entity not in topic.settled_by:  # a part of the record came, changed or went
            still = still or sees(actor, event.before)
        elif topic.hides(actor, event):
            return Told.REMOVED
        named = self.names is None or event.name in self.names
        return Told.EVENT if still and named and topic.tells(event) else Told.NOTHING
