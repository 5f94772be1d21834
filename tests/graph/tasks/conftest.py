"""A case with work to do on it, and the ways to do it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.graph.node import read_id, write_id
from support.acting import Acting
from support.asking import Graph
from support.case_scene import Scene
from support.data import Data


@dataclass
class Desk:
    """A scene with a case of its advisor, and of a team with another."""

    scene: Scene
    acting: Acting
    case_id: UUID
    colleague: Actor
    """An advisor who sees the case as one of its team's."""
    trainee: Actor
    """Somebody who learns, and works on the case."""

    async def create(self, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Make a task on the case, as its advisor unless said, due today unless said; answer the payload."""
        due = {} if {"dueOn", "dueAt"} & set(given) else {"dueOn": today().isoformat()}
        said = {"caseId": write_id("case", self.case_id), "title": "Ring the bank", **due, **given}
        return await self.scene.ask("taskCreate", as_ or self.scene.advisor, **said)

    async def made(self, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Make a task; answer it."""
        payload = await self.create(as_, **given)
        assert payload["errors"] == []
        task: dict[str, Any] = payload["task"]
        return task

    async def on(self, name: str, task: dict[str, Any], as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Run a mutation of one task, as the advisor unless said."""
        said = dict(given)
        if "expectedVersion" not in said:
            said["expectedVersion"] = (await self.row(task))["version"]
        return await self.scene.ask(name, as_ or self.scene.advisor, id=task["id"], **said)

    async def row(self, task: dict[str, Any]) -> dict[str, Any]:
        """Read a task's row, past every policy."""
        row = await self.acting.rows.fetchrow("SELECT * FROM tasks WHERE id = $1", read_id("task", task["id"]))
        assert row is not None
        return dict(row)

    async def seen(self, as_: Actor, **conditions: Any) -> list[str]:
        """Answer the ids of the tasks that somebody is shown, in order."""
        answer = await self.scene.graph.run(
            "query Q($filter: TaskFilter) { tasks(first: 100, filter: $filter) { totalCount edges { node { id } } } }",
            as_=as_,
            filter=conditions,
        )
        assert answer.errors == []
        found = [edge["node"]["id"] for edge in answer.data["tasks"]["edges"]]
        assert answer.data["tasks"]["totalCount"] == len(found)
        return found

    async def left(self) -> tuple[int, ...]:
        """Count what the centre has: tasks, events, audit rows."""
        return tuple(
            [
                await self.acting.rows.fetchval(f"SELECT count(*) FROM {table} WHERE centre_id = $1", self.scene.centre)  # noqa: S608
                for table in ("tasks", "event_log", "audit_logs")
            ]
        )


@pytest.fixture
async def desk(graph: Graph, data: Data, acting: Acting) -> Desk:
    """Set the scene in a centre of its own."""
    centre = await data.a_centre()
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    team = await data.a_team(centre)
    colleague = await data.a_member(centre, team_ids=(team,))
    scene = Scene(graph, data, centre, manager, advisor, await data.a_client(centre))
    trainee = await data.a_member(centre, Role.TRAINEE)
    case = await scene.a_case(status="IN_PROGRESS", team_id=team, team_members=(trainee,))
    return Desk(scene, acting, case, colleague, trainee)


def rules(payload: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Answer the refusals of a payload: kind, path, rule."""
    return [(error["__typename"], ".".join(error["path"][1:]), error.get("rule")) for error in payload["errors"]]
