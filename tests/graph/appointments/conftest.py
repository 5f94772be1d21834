"""A centre with a case and its people, for the mutations of appointments and of the diary."""

from collections.abc import Mapping
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from support.asking import Graph
from support.case_scene import Scene
from support.data import Data


@pytest.fixture
async def scene(graph: Graph, data: Data) -> Scene:
    """Set the scene."""
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    return Scene(graph, data, centre, manager, await data.a_member(centre), await data.a_client(centre))


def rules(payload: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Answer the refusals of a payload: kind, path, rule."""
    return [(error["__typename"], error["path"][1:], error.get("rule")) for error in payload["errors"]]


def parameters(payload: Mapping[str, Any]) -> dict[str, str]:
    """Answer the parameters of a payload's one broken rule."""
    (error,) = payload["errors"]
    return {each["name"]: each["value"] for each in error["parameters"]}
