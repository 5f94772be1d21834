"""Assembles the schema from the rooms; nothing else imports their queries and mutations."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from cma_graphql.core.errors import Invalid
from cma_graphql.graph.cases.queries import CaseQueries
from cma_graphql.graph.centres import types as centre_types
from cma_graphql.graph.clients.queries import ClientQueries
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import ERROR_TYPES
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import NODE_KINDS, IdArgument, Node, read_any_id
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.scalars import SCALARS
from cma_graphql.graph.users import types as user_types

_MOST_NODES = 100
ROOMS = (centre_types, user_types)


async def _load_nodes(info: Info, ids: Sequence[str]) -> list[Any]:
    """Answer the nodes with these ids, in their order; one statement a type."""
    wanted: dict[str, list[UUID]] = {}
    read = [read_any_id(text) for text in ids]
    for item in read:
        if item is not None and item[0] in NODE_KINDS:
            wanted.setdefault(item[0], []).append(item[1])
    found: dict[tuple[str, UUID], Any] = {}
    for prefix, keys in wanted.items():
        kind = NODE_KINDS[prefix]
        for key, record in zip(keys, await kind.load(info.context.reader, keys), strict=True):
            if record is not None:
                found[prefix, key] = wrapped(kind.type, record, info.context)
    return [found.get(item) if item is not None else None for item in read]


@strawberry.type
class NodeQueries:
    """Finding any record by its id."""

    @query(requires=None, description="The record with this id, or null where there is none that the viewer sees.")
    async def node(self, info: Info, id: IdArgument) -> Node | None:
        """Find one record."""
        return (await _load_nodes(info, [id]))[0]  # type: ignore[no-any-return]

    @query(requires=None, description="The records with these ids, in their order; at most 100.")
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="The records' ids.")]
    ) -> list[Node | None]:
        """Find several records."""
        if len(ids) > _MOST_NODES:
            raise Invalid("ids", "too-many", f"At most {_MOST_NODES} ids at once.", maximum=_MOST_NODES)
        return await _load_nodes(info, ids)


Query = merge_types("Query", (NodeQueries, CaseQueries, ClientQueries))


def make_schema(*, suggestions: bool = True) -> strawberry.Schema:
    """Make the schema; in production without suggestions of names."""
    return strawberry.Schema(
        query=Query,
        types=[*ERROR_TYPES, *(kind.type for kind in NODE_KINDS.values())],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=not suggestions),
    )
