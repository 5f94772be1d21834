"""A case that is written about, and the ways to do it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import read_id, write_id
from support.acting import Acting
from support.asking import Graph
from support.case_scene import Scene
from support.data import Data
from support.notes import category_of


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

    async def category(self, code: str = "GENERAL") -> str:
        """Answer the id of a category."""
        return write_id("notecategory", await category_of(self.scene.data, self.scene.centre, code))

    async def write(self, as_: Actor | None = None, category: str = "GENERAL", **given: Any) -> dict[str, Any]:
        """Write a note on the case, as its advisor unless said; answer the payload."""
        place = {} if "clientId" in given else {"caseId": write_id("case", self.case_id)}
        said = {**place, "categoryId": await self.category(category), "body": "Rang the bank.", **given}
        return await self.scene.ask("noteWrite", as_ or self.scene.advisor, **said)

    async def written(self, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Write a note; answer it."""
        payload = await self.write(as_, **given)
        assert payload["errors"] == []
        note: dict[str, Any] = payload["note"]
        return note

    async def on(self, name: str, note: dict[str, Any], as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Run a mutation of one note, as the advisor unless said."""
        said = dict(given)
        if "expectedVersion" not in said:
            key = read_id("note", note["id"])
            said["expectedVersion"] = await self.acting.rows.fetchval("SELECT version FROM notes WHERE id = $1", key)
        return await self.scene.ask(name, as_ or self.scene.advisor, id=note["id"], **said)

    async def seen(self, as_: Actor) -> set[str]:
        """Answer the ids of the notes that somebody is shown, by the list, the total and one by one alike."""
        answer = await self.scene.graph.run("{ notes(first: 100) { totalCount edges { node { id } } } }", as_=as_)
        assert answer.errors == []
        found = {edge["node"]["id"] for edge in answer.data["notes"]["edges"]}
        assert answer.data["notes"]["totalCount"] == len(found)
        return found

    async def left(self) -> tuple[int, ...]:
        """Count what the centre has: notes, attachments, tasks, events, audit rows."""
        return tuple(
            [
                await self.acting.rows.fetchval(f"SELECT count(*) FROM {table} WHERE centre_id = $1", self.scene.centre)  # noqa: S608
                for table in ("notes", "note_attachments", "event_log", "audit_logs")
            ]
        )

    async def portal(self) -> Actor:
        """Make the client's own way in."""
        return await self.scene.data.a_member(self.scene.centre, Role.CLIENT, client_id=self.scene.client)


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
