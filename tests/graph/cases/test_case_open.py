"""Opening a case: all at once or not at all, every fault named."""

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.case_scene import Scene, opened


async def test_opening_answers_the_case(scene: Scene, acting: Acting) -> None:
    team = await scene.data.a_team(scene.centre)
    words = await opened(
        scene,
        acting,
        teamId=write_id("team", team),
        advisorId=write_id("membership", scene.advisor.user_id),
        estimatedValue="100",
        billingMethod="FIXED_FEE",
        idempotencyKey="open-1",
    )
    payload = await scene.ask("caseOpen", **words)
    assert payload["errors"] == []
    shown = payload["case"]
    assert shown["caseNumber"].endswith("-000001")
    assert (shown["status"], shown["stage"], shown["version"]) == ("ASSIGNED", "TRIAGE", 1)
    assert (shown["estimatedValue"], shown["actualCost"]) == ("100.00", None)
    assert shown["advisor"] == {"id": words["advisorId"]}
    assert shown["team"] == {"id": words["teamId"]}
    assert shown["client"] == {"id": words["clientId"]}
    assert shown["statusHistory"] == [{"fromStatus": None, "toStatus": "ASSIGNED", "reason": None}]
    again = await scene.ask("caseOpen", **words)
    assert (again["replayed"], again["case"]) == (True, shown)


async def test_absent_and_null_are_two_advisors(scene: Scene, acting: Acting) -> None:
    scene.client = await scene.data.a_client(scene.centre, recorded_by=scene.advisor.user_id)
    words = await opened(scene, acting)
    mine = await scene.ask("caseOpen", scene.advisor, **words)
    assert mine["case"]["advisor"] == {"id": write_id("membership", scene.advisor.user_id)}
    nobodys = await scene.ask("caseOpen", scene.advisor, **words, advisorId=None)
    assert (nobodys["errors"], nobodys["case"]) == ([], None)  # opened, and out of the advisor's sight
    statuses = await acting.rows.fetch("SELECT status FROM cases WHERE client_id = $1 ORDER BY id", scene.client)
    assert [row["status"] for row in statuses] == ["ASSIGNED", "NEW"]


async def test_a_trainees_opening_is_a_proposal(scene: Scene, acting: Acting) -> None:
    trainee = await scene.data.a_member(scene.centre, Role.TRAINEE)
    payload = await scene.ask("caseOpen", trainee, **await opened(scene, acting))
    assert payload["case"] is None
    assert [(error["__typename"], error["requiredPermission"]) for error in payload["errors"]] == [
        ("ApprovalRequiredError", "CASE_CREATE")
    ]


async def test_every_fault_of_an_opening_is_named_at_once(scene: Scene, acting: Acting) -> None:
    words = await opened(
        scene, acting, title="", description=" ", billingMethod="HOURLY", actualCost="-1", summary="\x01"
    )
    payload = await scene.ask("caseOpen", **words)
    assert {(tuple(error["path"]), error["rule"]) for error in payload["errors"]} == {
        (("input", "title"), "blank"),
        (("input", "description"), "blank"),
        (("input", "summary"), "control-character"),
        (("input", "actualCost"), "minimum"),
        (("input", "estimatedValue"), "billing-needs-value"),
    }
    assert await acting.events(scene.centre) == []


@pytest.mark.parametrize(
    ("field", "prefix"),
    [("clientId", "client"), ("caseTypeId", "casetype"), ("advisorId", "membership"), ("teamId", "team")],
)
async def test_an_id_of_nothing_is_named(scene: Scene, acting: Acting, field: str, prefix: str) -> None:
    words = await opened(scene, acting)
    for text in (write_id(prefix, new_id()), write_id("case", new_id()), "rubbish"):
        payload = await scene.ask("caseOpen", **{**words, field: text})
        assert [(error["__typename"], error["path"]) for error in payload["errors"]] == [
            ("NotFoundError", ["input", field])
        ]
    assert await acting.events(scene.centre) == []
