"""Exports may never take all connections that queries need."""

import pytest
from pydantic import ValidationError

from cma_graphql.core.settings import Settings


@pytest.mark.parametrize(("at_once", "connections"), [(2, 3), (0, 1), (9, 10)])
def test_fewer_exports_than_connections(at_once: int, connections: int) -> None:
    assert Settings(export_at_once=at_once, read_pool_size=connections).export_at_once == at_once


@pytest.mark.parametrize(("at_once", "connections"), [(2, 2), (10, 10), (1, 1)])
def test_as_many_are_refused_by_name(at_once: int, connections: int) -> None:
    with pytest.raises(ValidationError, match="CMA_EXPORT_AT_ONCE has to be less than CMA_READ_POOL_SIZE"):
        Settings(export_at_once=at_once, read_pool_size=connections)
