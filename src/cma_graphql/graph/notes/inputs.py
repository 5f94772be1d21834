"""How lists of notes are filtered and ordered."""

from collections.abc import Callable
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.actor import Actor
from cma_graphql.graph.cases.enums import Priority
from cma_graphql.graph.node import find_id
from cma_graphql.graph.notes.enums import NoteEventName, NoteOrder
from cma_graphql.persistence.event_log import Happening
from cma_graphql.persistence.reads import Record


@strawberry.input(
    description="Which notes to list: every condition given has to hold; values in a list are alternatives."
)
class NoteFilter:
    """Conditions on notes."""

    case: list[strawberry.ID] | None = strawberry.field(default=None, description="On one of these cases.")
    client: list[strawberry.ID] | None = strawberry.field(
        default=None, description="On one of these clients, or on a case of theirs."
    )
    category: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these categories.")
    priority: list[Priority] | None = strawberry.field(default=None, description="Of one of these priorities.")
    author: list[strawberry.ID] | None = strawberry.field(default=None, description="Written by one of these people.")
    tag: list[str] | None = strawberry.field(default=None, description="Having one of these tags, as they are kept.")
    confidential: bool | None = strawberry.field(default=None, description="Being confidential, or not.")
    visible_to_client: bool | None = strawberry.field(default=None, description="Being open to the client, or not.")
    follow_up_before: date | None = strawberry.field(default=None, description="To be come back to before this day.")
    without_case: bool | None = strawberry.field(default=None, description="`true`: on a client, not on a case.")


@strawberry.input(
    description="Which events of notes to tell: every condition given has to hold; values in a list are alternatives. "
    "That something has left the viewer's sight is always told."
)
class NoteEventFilter:
    """Conditions on events."""

    names: list[NoteEventName] | None = strawberry.field(default=None, description="Being one of these.")
    client: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Of notes on one of these clients, or on a case of theirs."
    )
    category: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Of notes that are in one of these categories."
    )
    priority: list[Priority] | None = strawberry.field(
        default=None, description="Of notes that have one of these priorities."
    )
    author: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Of notes that one of these people wrote."
    )


NoteEventFilterArgument = Annotated[NoteEventFilter | None, strawberry.argument(description="Which events.")]
NoteFilterArgument = Annotated[NoteFilter | None, strawberry.argument(description="Which notes.")]
NoteOrderArgument = Annotated[NoteOrder, strawberry.argument(description="In which order.")]

_IDS = (("case", "case"), ("client", "client"), ("category", "notecategory"), ("author", "membership"))
_EVENT_IDS = (
    ("client", "client", "client_id"),
    ("category", "notecategory", "category_id"),
    ("author", "membership", "created_by"),
)


def note_filters(given: NoteFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; an id that is none of its type matches nothing."""
    if given is None:
        return {}
    filters: dict[str, object] = {
        name: _keys(prefix, ids) for name, prefix in _IDS if (ids := getattr(given, name)) is not None
    }
    if given.priority is not None:
        filters["priority"] = [priority.value for priority in given.priority]
    if given.tag is not None:
        filters["tag"] = [tag.strip().lower() for tag in given.tag if _storable(tag)]
    for name in ("confidential", "visible_to_client"):
        wanted = getattr(given, name)
        if wanted is not None:
            filters[name if wanted else f"not_{name}"] = True
    if given.follow_up_before is not None:
        filters["follow_up_before"] = given.follow_up_before
    if given.without_case:
        filters["without_case"] = True
    return filters


def event_names(given: NoteEventFilter | None) -> frozenset[str] | None:
    """Answer the names of events that are asked for; None: all."""
    return None if given is None or given.names is None else frozenset(name.value for name in given.names)


def wanted_notes(given: NoteEventFilter | None) -> Callable[[Actor, Happening, Record], bool] | None:
    """Answer whether an event is asked for, by its note as it is now; None: every one is."""
    if given is None:
        return None
    conditions: dict[str, frozenset[object]] = {
        column: frozenset(_keys(prefix, ids))
        for name, prefix, column in _EVENT_IDS
        if (ids := getattr(given, name)) is not None
    }
    if given.priority is not None:
        conditions["priority"] = frozenset(priority.value for priority in given.priority)

    def wanted(_actor: Actor, _event: Happening, note: Record) -> bool:
        return all(note[column] in values for column, values in conditions.items())

    return wanted if conditions else None


def _keys(prefix: str, ids: list[strawberry.ID]) -> list[UUID]:
    return [key for text in ids if (key := find_id(prefix, text)) is not None]


def _storable(tag: str) -> bool:
    """Tell whether a text can stand in the database at all: no other is anybody's tag."""
    return tag.isprintable()
