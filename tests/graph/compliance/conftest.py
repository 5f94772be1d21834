"""A case with one small checklist, for the mutations of its items."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.case_scene import Scene
from support.compliance import a_checklist, begin_one, checklists, items
from support.data import Data


@dataclass
class Desk:
    """A scene with a case of its advisor, on which a checklist has begun."""

    scene: Scene
    case_id: UUID

    async def items(self) -> dict[str, dict[str, Any]]:
        """Answer the case's items by code, as they are in the database."""
        return await items(self.scene.data, self.case_id)

    async def checklist(self) -> dict[str, Any]:
        """Answer the case's one checklist, as it is in the database."""
        (found,) = (await checklists(self.scene.data, self.case_id)).values()
        return found

    async def on(self, name: str, code: str, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Run a mutation of one item by its code, as the advisor unless said."""
        item = (await self.items())[code]
        said = {"expectedVersion": item["version"], **given}
        return await self.scene.ask(name, as_ or self.scene.advisor, id=write_id("complianceitem", item["id"]), **said)


@pytest.fixture
async def desk(graph: Graph, data: Data) -> Desk:
    """Set the scene."""
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    scene = Scene(graph, data, centre, manager, await data.a_member(centre), await data.a_client(centre))
    case_id = await scene.a_case(status="IN_PROGRESS")
    await begin_one(data, manager, case_id, await a_checklist(data, manager))
    return Desk(scene, case_id)


def rules(payload: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Answer the refusals of a payload: kind, path, rule."""
    return [(error["__typename"], error["path"][1:], error.get("rule")) for error in payload["errors"]]
