"""Reads no more of a record than its fields ask for.

A record of forty columns of which an operation selects four costs the database, the wire and the driver several times
what it has to. A type's plain fields are columns; every other field says, by `reads=`, which of them it needs beside
the private ones, which are always there. One that says nothing is taken to need all.
"""

from collections.abc import Iterator

from cma_graphql.execution.info import position_planned
from cma_graphql.execution.plan import Position, Rows, Source
from cma_graphql.execution.views import class_behind
from cma_graphql.graph.context import Info
from cma_graphql.graph.pagination import Connection
from cma_graphql.graph.records import FromRecord
from cma_graphql.persistence.reads import NOTHING_SPARED, Reads, Spared


def reader_for(info: Info) -> Reads:
    """Answer the operation's reader, sparing the columns of this field's records that nothing below it asks for.

    It is for statements of the very records that the field answers; what else a resolver looks up, it looks up whole.
    """
    position = position_planned(info)
    if position is None:
        return info.context.reader
    if position.spared is None:
        position.spared = _spared(position)
    return info.context.reader.sparing(position.spared)


def _spared(position: Position) -> Spared:
    """Find the columns that none of the selected fields needs; nothing where there are several types of records."""
    found = [*_records_at(position)]
    if len(found) != 1:
        return NOTHING_SPARED
    (rows,) = found
    kind = class_behind(rows.type)
    if kind is None or not issubclass(kind, FromRecord):
        return NOTHING_SPARED
    needed: set[str] = set()
    for each in rows.positions:
        if each.source is Source.CONSTANT:
            continue
        if each.declared is None:
            return NOTHING_SPARED
        if each.source is Source.ATTRIBUTE:
            needed.add(each.declared.python_name)
            continue
        reads = each.declared.metadata.get("reads")
        if reads is None:
            return NOTHING_SPARED
        needed.update(reads)
    return kind.spareable() - needed


def _records_at(position: Position) -> Iterator[Rows]:
    """Find what the field's records become: the objects of its type, or the nodes of its connection."""
    for rows in position.below.values():
        kind = class_behind(rows.type)
        if kind is not None and issubclass(kind, Connection):
            for edges in rows.positions:
                if edges.name == "edges":
                    yield from _nodes_of(edges)
        else:
            yield rows


def _nodes_of(edges: Position) -> Iterator[Rows]:
    for edge in edges.below.values():
        for node in edge.positions:
            if node.name == "node":
                yield from node.below.values()
