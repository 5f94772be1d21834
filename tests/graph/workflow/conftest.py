"""A case that runs by a workflow, and the mutations of its stages and approvals by their documents."""

from dataclasses import dataclass
from typing import Any

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.asking import Answer, Graph
from support.data import Data
from support.operations import document
from support.stages import Floor, a_floor


@dataclass
class Shop:
    """A floor, and the schema over it."""

    graph: Graph
    floor: Floor
    last: Any = None

    async def ask(self, name: str, /, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Run a mutation's document as the advisor, unless said; answer its payload."""
        self.last = await self.graph.run(document(name), as_=as_ or self.floor.advisor, input=given)
        assert self.last.errors == []
        payload: dict[str, Any] = self.last.data[name]
        return payload

    async def on(self, name: str, code: str, /, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Run a mutation of one stage, in its present version."""
        stage = (await self.floor.stages())[code]
        said = {"id": write_id("workflowstage", stage["id"]), "expectedVersion": stage["version"], **given}
        return await self.ask(name, as_, **said)

    async def decide(self, name: str, /, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Run a mutation of the newest approval, in its present version, as the manager unless said."""
        approval = await self.floor.approval()
        said = {"id": write_id("approval", approval["id"]), "expectedVersion": approval["version"], **given}
        return await self.ask(name, as_ or self.floor.manager, **said)

    async def query(self, name: str, /, as_: Actor | None = None, **given: Any) -> Answer:
        """Run a query's document."""
        return await self.graph.run(document(name), as_=as_ or self.floor.advisor, **given)


@pytest.fixture
async def shop(graph: Graph, data: Data, acting: Acting) -> Shop:
    """Set the scene."""
    return Shop(graph, await a_floor(data, acting))
