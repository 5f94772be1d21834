"""Finds records of any type by their ids: one statement a type, whatever their number."""

from collections.abc import Sequence
from typing import Any

from cma_graphql.graph.context import Context
from cma_graphql.graph.node import NODE_KINDS, AnyId, read_any_id
from cma_graphql.graph.records import wrapped


async def load_nodes(context: Context, ids: Sequence[str]) -> list[Any]:
    """Answer the nodes with these ids, in their order, None for what the viewer does not see."""
    read = [read_any_id(text) for text in ids]
    wanted: dict[str, dict[AnyId, None]] = {}
    for item in read:
        if item is not None and item.prefix in NODE_KINDS:
            wanted.setdefault(item.prefix, {})[item] = None
    found: dict[AnyId, Any] = {}
    for prefix, items in wanted.items():
        kind = NODE_KINDS[prefix]
        if not kind.may_be_read(context.actor):
            continue
        places = [item.place(context.actor) for item in items]
        for item, record in zip(items, await kind.find(context.reader, places), strict=True):
            if record is not None:
                found[item] = wrapped(kind.type, record, context)
    return [found.get(item) if item is not None else None for item in read]
