"""A scene for the mutations of cases."""

import pytest

from cma_graphql.access.permissions import Role
from support.asking import Graph
from support.case_scene import Scene
from support.data import Data


@pytest.fixture
async def scene(graph: Graph, data: Data) -> Scene:
    """Set a scene in a centre of its own."""
    centre = await data.a_centre()
    client = await data.a_client(centre)
    for purpose in ("ADVICE", "REFERRAL"):
        await data.a_consent(centre, client, purpose)
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    return Scene(graph, data, centre, manager, await data.a_member(centre), client)
