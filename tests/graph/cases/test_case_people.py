"""People around cases: assigned one by one or many at once, added, removed, teamed."""

from typing import Any

from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.case_scene import Scene


async def test_a_full_advisor_is_a_limit(scene: Scene) -> None:
    full = await scene.data.a_member(scene.centre, capacity_points=0)
    advisor_id = write_id("membership", full.user_id)
    payload = await scene.on("caseAssign", await scene.a_case(advisor=None), advisorId=advisor_id, reason="Nearest")
    assert [(error["__typename"], error["limit"], error["maximum"]) for error in payload["errors"]] == [
        ("LimitError", "advisor-capacity", 0)
    ]


async def test_people_come_and_go(scene: Scene) -> None:
    helper = await scene.data.a_member(scene.centre)
    team = await scene.data.a_team(scene.centre)
    case_id, member = await scene.a_case(), write_id("membership", helper.user_id)
    added = await scene.on("caseTeamMemberAdd", case_id, memberId=member, responsibility="CONSULTED")
    (joined,) = added["case"]["teamMembers"]
    assert (joined["member"], joined["responsibility"]) == ({"id": member}, "CONSULTED")
    twice = await scene.on("caseTeamMemberAdd", case_id, 2, memberId=member)
    assert [(error["path"], error["rule"]) for error in twice["errors"]] == [(["input", "memberId"], "already-in-team")]
    theirs = await scene.on("caseSetTeam", case_id, 2, teamId=write_id("team", team))
    assert theirs["case"]["team"] == {"id": write_id("team", team)}
    nobodys = await scene.on("caseSetTeam", case_id, 3)
    assert nobodys["case"]["team"] is None
    gone = await scene.on("caseTeamMemberRemove", case_id, 4, as_=helper, memberId=member)
    assert (gone["errors"], gone["case"]) == ([], None)  # out of the sight of who left
    for name in ("caseTeamMemberAdd", "caseTeamMemberRemove"):
        payload = await scene.on(name, case_id, 5, memberId="rubbish")
        assert [error["path"] for error in payload["errors"]] == [["input", "memberId"]]
    payload = await scene.on("caseSetTeam", case_id, 5, teamId="rubbish")
    assert [error["path"] for error in payload["errors"]] == [["input", "teamId"]]


async def test_several_cases_are_assigned_each_by_itself(scene: Scene, acting: Acting) -> None:
    full = await scene.data.a_member(scene.centre, capacity_points=2)
    new = [await scene.a_case(advisor=None) for _ in range(2)]
    over, closed, moved = await scene.a_case(), await scene.a_case(status="CLOSED"), await scene.a_case()
    given: dict[str, Any] = {
        "items": [
            {"id": write_id("case", new[0]), "expectedVersion": 1},
            {"id": write_id("case", closed), "expectedVersion": 1},
            {"id": write_id("case", moved), "expectedVersion": 9},
            {"id": "rubbish", "expectedVersion": 1},
            {"id": write_id("case", new[1]), "expectedVersion": 1},
            {"id": write_id("case", over), "expectedVersion": 1},
        ],
        "advisorId": write_id("membership", full.user_id),
        "reason": "Shared out",
        "idempotencyKey": "x" * 200,
    }
    payload = await scene.ask("caseAssignMany", **given)
    assert (payload["errors"], payload["replayed"]) == ([], False)
    results = payload["results"]
    assert [result["index"] for result in results] == [0, 1, 2, 3, 4, 5]
    assert [[(error["__typename"], error["path"]) for error in result["errors"]] for result in results] == [
        [],
        [("TransitionError", [])],
        [("ConflictError", ["input", "items", "2", "expectedVersion"])],
        [("NotFoundError", ["input", "items", "3", "id"])],
        [],
        [("LimitError", [])],
    ]
    shown = [result["case"] and (result["case"]["id"], result["case"]["version"]) for result in results]
    assert shown == [(write_id("case", new[0]), 2), None, None, None, (write_id("case", new[1]), 2), None]
    again = await scene.ask("caseAssignMany", **given)
    assert [result["replayed"] for result in again["results"]] == [True, False, False, False, True, False]
    assert again["results"][0]["case"] == results[0]["case"]
    assert [event["name"] for event in await acting.events(scene.centre)].count("case.assigned") == 2


async def test_bulk_has_bounds(scene: Scene) -> None:
    given: dict[str, Any] = {"advisorId": write_id("membership", scene.advisor.user_id), "reason": "Shared out"}
    one = {"id": write_id("case", await scene.a_case(advisor=None)), "expectedVersion": 1}
    many = [{"id": write_id("case", new_id()), "expectedVersion": 1} for _ in range(101)]
    for items, rule in (([], "items"), (many, "items"), ([one, one], "duplicate")):
        payload = await scene.ask("caseAssignMany", **given, items=items)
        assert [(error["path"], error["rule"]) for error in payload["errors"]] == [(["input", "items"], rule)]
        assert payload["results"] == []
    refused = await scene.ask("caseAssignMany", scene.advisor, **given, items=[one])
    assert [error["__typename"] for error in refused["errors"]] == ["ApprovalRequiredError"]
    wrong = await scene.ask("caseAssignMany", **given, items=[one], idempotencyKey="")
    assert [error["path"] for error in wrong["errors"]] == [["input", "idempotencyKey"]]
