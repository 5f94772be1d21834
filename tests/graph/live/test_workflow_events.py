"""What is told of workflows, their stages and approvals, to whom."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import write_id
from graph.live.conftest import Live
from support.following import Following
from support.operations import document

EVENTS = document("workflowEvents")

pytestmark = pytest.mark.usefixtures("soon")


async def begun(live: Live, case: Any) -> dict[str, Any]:
    """Begin a workflow on a case; answer the case as it is then."""
    payload = await live.scene.ask("caseWorkflowBegin", caseId=write_id("case", case))
    assert payload["errors"] == []
    answer: dict[str, Any] = payload["case"]
    return answer


async def test_a_workflow_its_stages_and_approvals_are_told_of_as_they_change(live: Live, following: Following) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with following.follow(manager, EVENTS) as follower:
        first = (await begun(live, case))["stages"][0]
        given: dict[str, Any] = {"subject": "LEGAL_REVIEW", "note": "Court", "role": "COMPLIANCE_OFFICER"}
        await live.scene.data.a_member(live.scene.centre, Role.COMPLIANCE_OFFICER)
        asked = await live.scene.ask("approvalRequest", caseId=write_id("case", case), **given)
        assert asked["errors"] == []
        told = await follower.everything_until(await live.head())
    assert [each["name"] for each in told] == ["workflow.begun", "stage.state_changed", "approval.requested"]
    assert {each["case"]["id"] for each in told} == {write_id("case", case)}
    assert told[0]["workflow"]["state"] == "ACTIVE"
    assert told[1]["stage"] == {"id": first["id"], "code": "TRIAGE", "state": "READY"}
    assert told[2]["approval"]["id"] == asked["approval"]["id"]
    assert (told[0]["stage"], told[1]["approval"], told[2]["workflow"]) == (None, None, None)


async def test_an_approval_that_goes_to_the_managers_is_told_of(live: Live, following: Following) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    officer = await live.scene.data.a_member(live.scene.centre, Role.COMPLIANCE_OFFICER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    given: dict[str, Any] = {"subject": "LEGAL_REVIEW", "note": "Court", "role": "COMPLIANCE_OFFICER"}
    asked = await live.scene.ask("approvalRequest", caseId=write_id("case", case), **given)
    async with following.follow(manager, EVENTS, filter={"names": ["APPROVAL_HANDED_ON"]}) as follower:
        change: dict[str, Any] = {
            "id": write_id("membership", officer.user_id),
            "expectedVersion": 1,
            "roles": ["AUDITOR"],
        }
        assert (await live.scene.ask("membershipUpdate", **change))["errors"] == []
        told = await follower.everything_until(await live.head())
    assert [(each["name"], each["approval"]["id"]) for each in told] == [
        ("approval.handed_on", asked["approval"]["id"])
    ]


async def test_who_does_not_see_the_case_is_told_nothing(live: Live, following: Following) -> None:
    _, stranger = await live.somebody(Role.ADVISOR)
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with following.follow(stranger, EVENTS) as follower:
        await begun(live, case)
        assert await follower.everything_until(await live.head()) == []


async def test_names_choose_what_is_told(live: Live, following: Following) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    chosen = {"names": ["WORKFLOW_BEGUN"]}
    async with following.follow(manager, EVENTS, filter=chosen) as follower:
        await begun(live, case)
        told = await follower.everything_until(await live.head())
    assert [each["name"] for each in told] == ["workflow.begun"]
