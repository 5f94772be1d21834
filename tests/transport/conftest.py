"""Fixtures of the edge: one with the defaults, and the logs of each."""

import io
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from support.edge import Edge, make_edge
from support.logs import logged

MakeEdge = Callable[..., Edge]


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """Collect all that is logged during the test, as the server would write it."""
    with logged() as stream:
        yield stream


@pytest.fixture
async def new_edge(logs: io.StringIO) -> AsyncIterator[MakeEdge]:
    """Make edges, and close their clients afterwards."""
    made: list[Edge] = []

    def make(**options: object) -> Edge:
        edge = make_edge(**options)  # type: ignore[arg-type]
        edge.logs = logs
        made.append(edge)
        return edge

    yield make
    for edge in made:
        await edge.client.aclose()


@pytest.fixture
def edge(new_edge: MakeEdge) -> Edge:
    """Make an edge with the defaults."""
    return new_edge()
