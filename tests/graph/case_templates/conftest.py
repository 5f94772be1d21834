"""A centre whose people manage its templates, and the mutations of these by their documents."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.asking import Graph
from support.case_scene import Scene
from support.data import Data
from support.operations import document


@dataclass
class Studio:
    """A scene with a compliance officer, for designing templates in."""

    scene: Scene
    acting: Acting
    officer: Actor

    async def on(self, name: str, template: str, /, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Run a mutation of one template, in its present version unless said."""
        version = await self.acting.rows.fetchval(
            "SELECT version FROM case_templates WHERE id = $1", UUID(template.rpartition("_")[2])
        )
        return await self.scene.ask(name, as_, id=template, **{"expectedVersion": version, **given})

    async def template(self, template: str, as_: Actor | None = None) -> dict[str, Any]:
        """Ask for a template with all it says."""
        answer = await self.scene.graph.run(document("caseTemplate"), as_=as_ or self.scene.manager, id=template)
        assert answer.errors == []
        found: dict[str, Any] = answer.data["caseTemplate"]
        return found

    async def standard(self) -> str:
        """Answer the id of the centre's copy of the standard template."""
        key = await self.acting.rows.fetchval(
            "SELECT id FROM case_templates WHERE centre_id = $1 AND is_default", self.scene.centre
        )
        return write_id("casetemplate", key)

    async def case_type(self, code: str) -> dict[str, Any]:
        """Answer what `caseTypes` says of one type."""
        answer = await self.scene.graph.run(document("caseTypes"), as_=self.scene.manager)
        assert answer.errors == []
        return next(kind for kind in answer.data["caseTypes"] if kind["code"] == code)


@pytest.fixture
async def studio(graph: Graph, data: Data, acting: Acting) -> Studio:
    """Set the scene."""
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    scene = Scene(graph, data, centre, manager, await data.a_member(centre), await data.a_client(centre))
    return Studio(scene, acting, await data.a_member(centre, Role.COMPLIANCE_OFFICER))


def rules(payload: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Answer the refusals of a payload: kind, path, rule."""
    return [(error["__typename"], error["path"][1:], error.get("rule")) for error in payload["errors"]]
