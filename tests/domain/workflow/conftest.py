"""A case that runs by a workflow, and a database of its own for tests that race."""

import pytest

from domain.casework.conftest import arena
from support.acting import Acting
from support.data import Data
from support.stages import Floor, a_floor

__all__ = ["arena"]


@pytest.fixture
async def floor(data: Data, acting: Acting) -> Floor:
    """Set the scene."""
    return await a_floor(data, acting)
