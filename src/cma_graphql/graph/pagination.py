"""Connections: lists that can grow, a page at a time, with cursors that stay right (Relay)."""

from typing import Annotated, Generic, Self, TypeVar

import strawberry

from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import COUNT, cost
from cma_graphql.persistence.listing import Page
from cma_graphql.persistence.window import Window

T = TypeVar("T")

First = Annotated[
    int | None, strawberry.argument(description="How many items from the start; 25 unless said, at most 100.")
]
After = Annotated[str | None, strawberry.argument(description="Only items after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many items from the end, at most 100.")]
Before = Annotated[str | None, strawberry.argument(description="Only items before this cursor.")]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = strawberry.field(description="Whether items follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether items precede this page.")
    start_cursor: str | None = strawberry.field(description="The first item's cursor, to page backwards from.")
    end_cursor: str | None = strawberry.field(description="The last item's cursor, to page forwards from.")


@strawberry.type(description="An item of a list, with its cursor.")
class Edge(Generic[T]):
    """One item of a page."""

    node: T = strawberry.field(description="The item.", directives=[cost(weight=0)])
    page: strawberry.Private[Page]
    index: strawberry.Private[int]

    @strawberry.field(description="The item's place in this list in this order; opaque.")
    def cursor(self) -> str:
        """Write the cursor, which most who read a list never ask for."""
        return self.page.cursor(self.index)


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    """One page of a list that can grow."""

    edges: list[Edge[T]] = strawberry.field(
        description="The items of this page, in order.", directives=[cost(weight=0)]
    )
    page: strawberry.Private[Page]

    @strawberry.field(description="Where this page stands in the list.", directives=[cost(weight=0)])
    def page_info(self) -> PageInfo:
        """Tell it of the page."""
        page = self.page
        return PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursor(0) if page.rows else None,
            end_cursor=page.cursor(-1) if page.rows else None,
        )

    @strawberry.field(
        description="How many items the whole list has; counted only when it is asked for.",
        directives=[cost(call=COUNT)],
    )
    async def total_count(self, info: Info) -> int:  # noqa: ARG002 - strawberry tells async resolvers apart by it
        """Count the list under its filter and the viewer's scope."""
        return await self.page.count()

    @classmethod
    def of(cls, page: Page, nodes: list[T]) -> Self:
        """Make the connection of a page whose records are already wrapped."""
        return cls(edges=[Edge(node=node, page=page, index=index) for index, node in enumerate(nodes)], page=page)


def window(first: int | None, after: str | None, last: int | None, before: str | None) -> Window:
    """Answer which page a connection's arguments ask for; raise Invalid for sizes and mixtures it refuses."""
    return Window(first=first, after=after, last=last, before=before)
