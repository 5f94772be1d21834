"""A scene for the mutations of statements."""

import pytest

from support.asking import Graph
from support.budget_scene import BudgetScene, a_budget_scene
from support.data import Data


@pytest.fixture
async def scene(graph: Graph, data: Data) -> BudgetScene:
    """Set a scene in a centre of its own."""
    return await a_budget_scene(graph, data)
