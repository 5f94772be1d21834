"""Finds records of any type by their ids: one statement a type, whatever their number."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from cma_graphql.graph.context import Context
from cma_graphql.graph.node import NODE_KINDS, Node, read_any_id
from cma_graphql.graph.records import wrapped

N = TypeVar("N", bound=Node)


async def reread(context: Context, kind: type[N], key: UUID) -> N | None:
    """Answer a record as a write has left it, None where the viewer does not see it (any more)."""
    (record,) = await NODE_KINDS[kind.prefix].load(context.reader, [key])
    return None if record is None else wrapped(kind, record, context)


async def load_nodes(context: Context, ids: Sequence[str]) -> list[Any]:
    """Answer the nodes with these ids, in their order, None for what the viewer does not see."""
    read = [read_any_id(text) for text in ids]
    wanted: dict[str, dict[UUID, None]] = {}
    for item in read:
        if item is not None and item[0] in NODE_KINDS:
            wanted.setdefault(item[0], {})[item[1]] = None
    found: dict[tuple[str, UUID], Any] = {}
    for prefix, keys in wanted.items():
        kind = NODE_KINDS[prefix]
        if kind.requires is not None and not context.actor.may(kind.requires):
            continue
        for key, record in zip(keys, await kind.load(context.reader, list(keys)), strict=True):
            if record is not None:
                found[prefix, key] = wrapped(kind.type, record, context)
    return [found.get(item) if item is not None else None for item in read]
