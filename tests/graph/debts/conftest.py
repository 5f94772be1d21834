"""A scene for the mutations of creditors and debts."""

import pytest

from cma_graphql.access.permissions import Role
from support.asking import Graph
from support.data import Data
from support.debt_scene import DebtScene
from support.debts import a_creditor


@pytest.fixture
async def scene(graph: Graph, data: Data) -> DebtScene:
    """Set a scene in a centre of its own."""
    centre = await data.a_centre()
    client = await data.a_client(centre)
    advisor = await data.a_member(centre)
    return DebtScene(
        graph,
        data,
        centre,
        await data.a_member(centre, Role.CENTRE_MANAGER),
        advisor,
        client,
        await data.a_case(centre, client_id=client, advisor=advisor),
        await a_creditor(data, centre),
    )
