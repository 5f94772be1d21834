"""A client of the portal is told of their case, and of nothing that the centre's people have among themselves."""

from typing import Any

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.domain.workflow.services.begin import begin_by_hand
from cma_graphql.domain.workflow.services.progress import start_stage
from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.asking import Graph
from support.case_scene import Scene
from support.data import Data
from support.operations import document
from support.referrals import A_DRAFT
from support.stages import a_floor


async def test_the_portal_is_not_told_of_the_centres_own_work(graph: Graph, data: Data, acting: Acting) -> None:
    floor = await a_floor(data, acting, begun=False)
    client = await data.a_member(floor.centre, Role.CLIENT, client_id=floor.client)
    scene = Scene(graph, data, floor.centre, floor.manager, floor.advisor, floor.client)
    case = write_id("case", floor.case_id)
    start = (await graph.run("{ eventCursor }", as_=client)).data["eventCursor"]

    async def told(viewer: Actor) -> list[dict[str, Any]]:
        answer = await graph.run(document("events"), as_=viewer, after=start, first=100)
        assert answer.errors == []
        items: list[dict[str, Any]] = answer.data["events"]["items"]
        return items

    await acting(floor.manager, begin_by_hand, case_id=floor.case_id)
    await floor.on("TRIAGE", start_stage)
    for name, given in (
        ("approvalRequest", {"subject": "DATA_EXPORT", "note": "Asked"}),
        ("taskCreate", {"title": "Ring", "dueOn": "2099-01-01", "kind": "CALL"}),
        ("referralDraft", A_DRAFT),
    ):
        assert (await scene.ask(name, floor.advisor, caseId=case, **given))["errors"] == []
    assert [(item["__typename"], item["name"]) for item in await told(client)] == [("CaseEvent", "case.stage_changed")]
    assert {item["__typename"] for item in await told(floor.advisor)} == {
        "CaseEvent",
        "WorkflowEvent",
        "TaskEvent",
        "ReferralEvent",
    }
