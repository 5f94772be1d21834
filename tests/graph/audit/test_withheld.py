"""The trail tells nobody what the record itself would not: words that take a further right, and what is one's own."""

from datetime import timedelta
from typing import Any

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.graph.node import write_id
from support.appointments import an_appointment
from support.asking import Graph
from support.case_scene import Scene
from support.data import Data

TRAIL = """
query ($entity: String!) {
  auditLogs(filter: { entity: [$entity] }) { edges { node { changes { field old new sealed } } } }
}
"""
OF_ONE = "query ($id: ID!) { appointment(id: $id) { history { edges { node { changes { field new sealed } } } } } }"


@pytest.fixture
async def scene(graph: Graph, data: Data) -> Scene:
    """Set the scene."""
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    return Scene(graph, data, centre, manager, await data.a_member(centre), await data.a_client(centre))


async def told(scene: Scene, as_: Actor, entity: str) -> dict[str, tuple[str | None, bool]]:
    """Answer what the trail says of each field of such records at last, and whether it withholds it."""
    answer = await scene.graph.run(TRAIL, as_=as_, entity=entity)
    assert answer.errors == []
    found: dict[str, tuple[str | None, bool]] = {}
    for edge in answer.data["auditLogs"]["edges"]:
        for change in edge["node"]["changes"]:
            found.setdefault(change["field"], (change["new"], change["sealed"]))
    return found


async def test_what_to_prepare_for_is_told_to_those_who_see_it_alone(scene: Scene) -> None:
    case = await scene.a_case()
    key = await an_appointment(scene.data, scene.centre, advisor=scene.advisor, client_id=scene.client, case_id=case)
    said = await scene.ask(
        "appointmentUpdate",
        id=write_id("appointment", key),
        expectedVersion=1,
        preparationNotes="Ask about gambling",
        location="Room 4",
    )
    assert said["errors"] == []
    client = await scene.data.a_member(scene.centre, Role.CLIENT, client_id=scene.client)
    auditor = await scene.data.a_member(scene.centre, Role.AUDITOR)
    for viewer, notes in (
        (scene.manager, ("Ask about gambling", False)),
        (scene.advisor, ("Ask about gambling", False)),
        (auditor, (None, True)),
        (client, (None, True)),
    ):
        found = await told(scene, viewer, "appointment")
        assert (found["preparation_notes"], found["location"]) == (notes, ("Room 4", False))
        answer = await scene.graph.run(OF_ONE, as_=viewer, id=write_id("appointment", key))
        assert ("gambling" in str(answer.data)) is (notes[0] is not None)


async def test_why_somebody_is_away_is_told_to_those_who_manage_people_alone(scene: Scene) -> None:
    day = (today() + timedelta(days=30)).isoformat()
    given: dict[str, Any] = {"firstDay": day, "lastDay": day, "kind": "SICKNESS", "note": "Operation"}
    said = await scene.ask("absenceRecord", membershipId=write_id("membership", scene.advisor.user_id), **given)
    assert said["errors"] == []
    clear = await told(scene, scene.manager, "absence")
    assert (clear["kind"], clear["note"]) == (("SICKNESS", False), ("Operation", False))
    for role in (Role.COMPLIANCE_OFFICER, Role.AUDITOR):
        found = await told(scene, await scene.data.a_member(scene.centre, role), "absence")
        assert (found["kind"], found["note"]) == ((None, True), (None, True))
        assert found["starts_at"][1] is False


async def test_what_somebody_looks_for_is_told_to_nobody(scene: Scene) -> None:
    kept = await scene.ask(
        "savedFilterCreate", scene.advisor, filteredList="CASES", name="Widows", conditions='{"status": ["NEW"]}'
    )
    assert kept["errors"] == []
    found = await told(scene, scene.manager, "savedfilter")
    assert {found[field] for field in ("name", "name_key", "conditions")} == {(None, True)}
    assert found["filtered_list"] == ("CASES", False)
