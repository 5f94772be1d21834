"""Compliance is the centre's own work: a client of the portal is shown nothing of it, in the audit trail either."""

from collections.abc import Mapping

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import write_id
from graph.compliance.conftest import Desk, rules

TRAIL = """query ($case: ID) { auditLogs(first: 100, filter: {case: $case}) {
  totalCount edges { node { action } } } }"""


async def test_a_client_is_shown_nothing_of_it_in_the_audit_trail(desk: Desk) -> None:
    scene = desk.scene
    client = await scene.data.a_member(scene.centre, Role.CLIENT, client_id=scene.client)
    done = await desk.on("complianceItemComplete", next(iter(await desk.items())), evidenceNote="Seen on paper.")
    assert rules(done) == []
    about = {"case": write_id("case", desk.case_id)}
    assert {"compliance.begun", "compliance.item_completed"} <= await _actions(desk, scene.manager, about)
    assert not {it for it in await _actions(desk, client, about) if it.startswith("compliance.")}


async def _actions(desk: Desk, actor: Actor, about: Mapping[str, str]) -> set[str]:
    answer = await desk.scene.graph.run(TRAIL, as_=actor, **about)
    assert answer.errors == []
    return {edge["node"]["action"] for edge in answer.data["auditLogs"]["edges"]}
