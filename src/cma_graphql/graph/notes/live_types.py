"""What is told of notes as they change."""

from typing import Annotated

import strawberry

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.notes.sighted import may_lose_confidences, notes_and_audiences
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.live.happened import Happened
from cma_graphql.graph.live.topics import Topic, about, leaves_sight, subject_of
from cma_graphql.graph.live.types import Heartbeat, Removed, ResyncRequired
from cma_graphql.graph.notes.types import Note
from cma_graphql.persistence.event_log import Happening

_SETTLING = frozenset({"note", "case", "client"})


@strawberry.type(description="Something happened to a note.")
class NoteEvent(Happened):
    """One event, with the note as it is when the event is delivered."""

    @relation(description="The note as it is now; null where the viewer does not see it any more.")
    async def note(happened: list["NoteEvent"], info: Info) -> list[Note | None]:  # noqa: ARG002 - read beforehand
        """Answer each event's note, which was read together with who sees it."""
        return [event.record for event in happened]  # type: ignore[misc] # records are wrapped


NoteUpdate = Annotated[
    NoteEvent | Removed | Heartbeat | ResyncRequired,
    strawberry.union("NoteUpdate", description="What a subscription to notes answers."),
]


def hides_confidences(actor: Actor, event: Happening) -> bool:
    """Tell whether an actor sees less after an event: the record, or what is confidential on a case that was theirs."""
    if leaves_sight(actor, event):
        return True
    return event.entity == "case" and may_lose_confidences(actor, event.before, event.after)


NOTES = Topic(
    requires=Permission.CASE_READ,
    settled_by=_SETTLING,
    concerns=subject_of(_SETTLING),
    present=notes_and_audiences,
    made=NoteEvent.of,
    tells=about("note"),
    hides=hides_confidences,
)
