"""A queue of each test's own: workers take whatever is in theirs."""

from collections.abc import AsyncIterator

import pytest

from cma_graphql.persistence.keys import CentreKeys
from support.databases import Databases
from support.workers import Workplace, workplace


@pytest.fixture
async def place(databases: Databases, own_database: str, keys: CentreKeys) -> AsyncIterator[Workplace]:
    """Open a database with an empty queue."""
    async with workplace(databases, own_database, keys) as opened:
        yield opened
