"""Node: records with a typed, opaque id; and how any of them is found by it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import NotFound
from cma_graphql.graph.records import FromRecord
from cma_graphql.persistence.reads import Reads, Record

Load = Callable[[Reads, Sequence[UUID]], Awaitable[Sequence[Record | None]]]
"""Answers the visible records with these keys, in their order, None for the others."""

IdArgument = Annotated[strawberry.ID, strawberry.argument(description="The record's id.")]

_HEX_DIGITS = 32


@strawberry.interface(description="A record with an id of its own, which `node` finds again.")
class Node(FromRecord):
    """What every business object is."""

    prefix: ClassVar[str] = ""
    key: strawberry.Private[UUID]

    @strawberry.field(description="The record's id: opaque, typed, the same for ever.")
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


NODE_KINDS: dict[str, NodeKind] = {}
"""Every type of node by its prefix; a room's types register themselves."""


def node_type(*, table: str, load: Load, requires: Permission | None = None) -> Callable[[type[Any]], type[Any]]:
    """Register a type of node under its prefix; whoever lacks `requires` finds none of them by its id."""

    def register(kind: type[Any]) -> type[Any]:
        NODE_KINDS[kind.prefix] = NodeKind(kind, load, table, requires)
        return kind

    return register


def kind_of_table(table: str) -> NodeKind | None:
    """Find the type of node whose records a table holds."""
    return next((kind for kind in NODE_KINDS.values() if kind.table == table), None)


def write_id(prefix: str, key: UUID) -> strawberry.ID:
    """Write an id: `case_<32 hex digits>`."""
    return strawberry.ID(f"{prefix}_{key.hex}")


def read_any_id(text: str) -> tuple[str, UUID] | None:
    """Read an id of whatever type; None where it is none."""
    prefix, _, digits = text.rpartition("_")
    if len(digits) != _HEX_DIGITS or not all(digit in "0123456789abcdef" for digit in digits):
        return None
    return prefix, UUID(hex=digits)


def find_id(prefix: str, text: str) -> UUID | None:
    """Read an id of one type; None where it is malformed or another type's."""
    read = read_any_id(text)
    return read[1] if read is not None and read[0] == prefix else None


def read_id(prefix: str, text: str, *, field: str = "id") -> UUID:
    """Read an id of one type, or raise NotFound, naming its field: a malformed id is like one of nothing."""
    key = find_id(prefix, text)
    if key is None:
        raise NotFound(field)
    return key


def read_ids(prefix: str, texts: Sequence[str], *, field: str) -> list[UUID]:
    """Read several ids of one type, or raise NotFound."""
    return [read_id(prefix, text, field=field) for text in texts]
