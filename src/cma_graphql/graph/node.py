"""Node: records with a typed, opaque id; and how any of them is found by it."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple
from uuid import UUID

import strawberry

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import NotFound
from cma_graphql.execution.views import Columns
from cma_graphql.graph.context import Info
from cma_graphql.graph.records import FromRecord
from cma_graphql.persistence.reads import Place, Reads, Record

Load = Callable[[Reads, Sequence[UUID]], Awaitable[Sequence[Record | None]]]
"""Answers the visible records with these keys, in their order, None for the others."""
LoadAt = Callable[[Reads, Sequence[Place | None]], Awaitable[Sequence[Record | None]]]
"""The same for records that actors above the centres see at several of them."""

IdArgument = Annotated[strawberry.ID, strawberry.argument(description="The record's id.")]

_KEYS = Columns(["key"], viewed=True)
_PLACES = Columns(["centre_id", "key"], viewed=True)
_KEY = re.compile(r"[0-9a-f]{32}")


def _write_ids(nodes: Sequence["Node"], info: object) -> list[str]:  # noqa: ARG001 - what others ask
    """Write the ids of records of one type at once."""
    prefix = nodes[0].prefix
    return [f"{prefix}_{key.hex}" for key in _KEYS.of(nodes)]


@strawberry.interface(description="A record with an id of its own, which `node` finds again.")
class Node(FromRecord):
    """What every business object is."""

    prefix: ClassVar[str] = ""
    key: strawberry.Private[UUID]

    @strawberry.field(
        description="The record's id: opaque, typed, the same for ever.", metadata={"together": _write_ids, "reads": ()}
    )
    def id(self) -> strawberry.ID:
        """Write the id."""
        return write_id(type(self).prefix, self.key)


NodeRef = Annotated[Node, strawberry.lazy("cma_graphql.graph.node")]


@dataclass(frozen=True, slots=True)
class NodeKind:
    """One type of node: its class, how it is loaded, the table whose versions it has, what reading it needs."""

    type: type[Any]
    load: Load
    table: str
    requires: Permission | None = None
    """Without this permission altogether, `node` finds none of them."""
    load_at: LoadAt | None = None

    def may_be_read(self, actor: Actor) -> bool:
        """Tell whether the actor may read records of this kind at all; which of them, the records' rule says."""
        return self.requires is None or actor.may(self.requires)

    async def find(self, reads: Reads, places: Sequence[Place | None]) -> Sequence[Record | None]:
        """Answer the visible records at these places; another centre's only for actors above the centres."""
        if self.load_at is not None:
            return await self.load_at(reads, places)
        own = [place[1] for place in places if place is not None and place[0] == reads.actor.centre_id]
        found = dict(zip(own, await self.load(reads, own), strict=True))
        return [None if place is None or place[0] != reads.actor.centre_id else found[place[1]] for place in places]


NODE_KINDS: dict[str, NodeKind] = {}
"""Every type of node by its prefix; a room's types register themselves."""


def node_type(
    *, table: str, load: Load, requires: Permission | None = None, load_at: LoadAt | None = None
) -> Callable[[type[Any]], type[Any]]:
    """Register a type of node under its prefix."""

    def register(kind: type[Any]) -> type[Any]:
        NODE_KINDS[kind.prefix] = NodeKind(kind, load, table, requires, load_at)
        return kind

    return register


def kind_of_table(table: str) -> NodeKind | None:
    """Find the type of node whose records a table holds."""
    return next((kind for kind in NODE_KINDS.values() if kind.table == table), None)


class AnyId(NamedTuple):
    """An id as it was read. It names a centre where it was shown to somebody who stands above the centres."""

    prefix: str
    key: UUID
    centre_id: UUID | None = None

    def place(self, actor: Actor) -> Place | None:
        """Tell where its record is; None where the actor cannot have been shown such an id."""
        if self.centre_id is None:
            return actor.centre_id, self.key
        return (self.centre_id, self.key) if actor.at_platform else None


def write_id(prefix: str, key: UUID) -> strawberry.ID:
    """Write an id: `case_<32 hex digits>`."""
    return strawberry.ID(f"{prefix}_{key.hex}")


def write_id_at(prefix: str, place: Place, viewer: Actor) -> strawberry.ID:
    """Write an id that names its centre where that is not the viewer's: a person has one key at all centres."""
    centre_id, key = place
    return write_id(prefix if centre_id == viewer.centre_id else f"{prefix}_{centre_id.hex}", key)


def write_ids_at(nodes: Sequence[Any], info: Info) -> list[str]:
    """Write the ids of records of one type at once, like `write_id_at`."""
    prefix, own = nodes[0].prefix, info.context.actor.centre_id
    return [
        write_id(prefix if centre_id == own else f"{prefix}_{centre_id.hex}", key)
        for centre_id, key in _PLACES.of(nodes)
    ]


def read_any_id(text: str) -> AnyId | None:
    """Read an id of whatever type; None where it is none."""
    prefix, *numbers = text.split("_")
    if not 1 <= len(numbers) <= 2 or not all(_is_key(number) for number in numbers):  # noqa: PLR2004
        return None
    *above, key = (UUID(hex=number) for number in numbers)
    return AnyId(prefix, key, above[0] if above else None)


def _is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


def find_id(prefix: str, text: str) -> UUID | None:
    """Read an id of one type; None where it is malformed, another type's, or names a centre."""
    read = read_any_id(text)
    return read.key if read is not None and (read.prefix, read.centre_id) == (prefix, None) else None


def read_id(prefix: str, text: str, *, field: str = "id") -> UUID:
    """Read an id of one type, or raise NotFound, naming its field: a malformed id is like one of nothing."""
    key = find_id(prefix, text)
    if key is None:
        raise NotFound(field)
    return key


def find_place(viewer: Actor, prefix: str, text: str) -> Place | None:
    """Read the id of a record that actors above the centres see too; None like `find_id`."""
    read = read_any_id(text)
    return read.place(viewer) if read is not None and read.prefix == prefix else None


def read_place(viewer: Actor, prefix: str, text: str, *, field: str = "id") -> Place:
    """Read such an id, or raise NotFound, naming its field."""
    place = find_place(viewer, prefix, text)
    if place is None:
        raise NotFound(field)
    return place


def read_ids(prefix: str, texts: Sequence[str], *, field: str) -> list[UUID]:
    """Read several ids of one type, or raise NotFound."""
    return [read_id(prefix, text, field=field) for text in texts]
