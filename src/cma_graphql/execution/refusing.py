"""What the planner leaves to graphql-core, and how a field's type is taken apart."""

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLList, GraphQLNamedType, GraphQLNonNull
from graphql.execution.collect_fields import FieldDetails

from cma_graphql.execution.counts import Way


class NotPlanned(Exception):
    """An operation that graphql-core executes, and why."""

    def __init__(self, way: Way) -> None:
        super().__init__(way.value)
        self.way = way


def check_directives(details: Sequence[FieldDetails]) -> None:
    """Refuse what graphql-core alone understands."""
    if details[0].node.name.value in {"__schema", "__type"}:
        raise NotPlanned(Way.INTROSPECTION)
    for each in details:
        for directive in each.node.directives or ():
            if directive.name.value not in {"skip", "include"}:
                raise NotPlanned(Way.DIRECTIVE)


def unwrap(kind: Any) -> tuple[GraphQLNamedType, tuple[bool, ...]]:
    """Answer a type without its lists, and where null is refused: of the value itself, of a list's items, of theirs."""
    required = []
    while True:
        required.append(isinstance(kind, GraphQLNonNull))
        if required[-1]:
            kind = kind.of_type
        if not isinstance(kind, GraphQLList):
            return kind, tuple(required)
        kind = kind.of_type
