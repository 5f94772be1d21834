"""Approvals in the schema: who is asked, who decides, what is told of it."""

from typing import Any

from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates.kinds import ApprovalType
from cma_graphql.domain.casework.deactivate_membership import deactivate_membership
from cma_graphql.graph.node import write_id
from graph.workflow.conftest import Shop
from support.stages import an_approved_task


async def awaiting(shop: Shop, person: object) -> list[str]:
    """Answer the subjects of what waits for somebody."""
    answer = await shop.query("approvalsAwaitingMe", person)  # type: ignore[arg-type]
    return [edge["node"]["subject"] for edge in answer.data["approvalsAwaitingMe"]["edges"]]


async def asked(shop: Shop) -> None:
    """Have a stage await its approval by two managers."""
    await shop.floor.own(an_approved_task("Work", ApprovalType.ANY, Role.CENTRE_MANAGER, least=2))
    await shop.on("workflowStageStart", "Work")
    done = await shop.on("workflowStageComplete", "Work", notes="Done")
    assert (done["errors"], done["workflowStage"]["state"]) == ([], "AWAITING_APPROVAL")


async def test_what_waits_for_one_is_what_one_may_decide(shop: Shop) -> None:
    floor = shop.floor
    await asked(shop)
    assert [await awaiting(shop, person) for person in (floor.manager, floor.second, floor.officer)] == [
        ["STAGE"],
        ["STAGE"],
        [],
    ]
    given = (await shop.decide("approvalApprove", comment="Good"))["approval"]
    assert (given["state"], given["viewerCan"]) == ("PENDING", {"decide": False, "withdraw": True})
    assert [await awaiting(shop, person) for person in (floor.manager, floor.second)] == [[], ["STAGE"]]
    key = write_id("approval", (await floor.approval())["id"])
    seen = (await shop.query("approval", floor.second, id=key)).data["approval"]
    assert seen["viewerCan"] == {"decide": True, "withdraw": True}
    assert [(one["decision"], one["role"], one["comment"]) for one in seen["decisions"]] == [
        ("APPROVE", "CENTRE_MANAGER", "Good")
    ]
    settled = (await shop.decide("approvalApprove", floor.second))["approval"]
    assert (settled["state"], settled["stage"]["state"], settled["askedRoles"]) == ("APPROVED", "COMPLETED", [])
    assert await awaiting(shop, floor.second) == []


async def test_what_who_leaves_was_to_decide_waits_for_others(shop: Shop) -> None:
    floor = shop.floor
    await asked(shop)
    given = await shop.decide("approvalDelegate", memberId=write_id("membership", floor.second.user_id))
    assert (given["errors"], given["approval"]["viewerCan"]["decide"]) == ([], False)
    assert [await awaiting(shop, person) for person in (floor.manager, floor.second)] == [[], ["STAGE"]]
    leaving: dict[str, Any] = {"user_id": floor.second.user_id, "version": 1, "reason": "Left"}
    await floor.acting(floor.manager, deactivate_membership, **leaving)
    assert await awaiting(shop, floor.manager) == ["STAGE"]
    key = write_id("approval", (await floor.approval())["id"])
    seen = (await shop.query("approval", floor.manager, id=key)).data["approval"]
    assert (seen["delegatedTo"], seen["needed"], seen["askedRoles"]) == (None, 2, ["CENTRE_MANAGER"])
    assert seen["handedOnAt"] is not None  # one manager is too few for two
    assert seen["viewerCan"] == {"decide": True, "withdraw": True}
    decided = (await shop.decide("approvalApprove"))["approval"]
    assert (decided["state"], [one["decision"] for one in decided["decisions"]]) == ("PENDING", ["DELEGATE", "APPROVE"])
    assert await awaiting(shop, floor.manager) == []


async def test_own_work_and_other_roles_are_told_who_may(shop: Shop) -> None:
    floor = shop.floor
    given: dict[str, Any] = {
        "caseId": write_id("case", floor.case_id),
        "subject": "DATA_EXPORT",
        "note": "As asked",
    }
    request = (await shop.ask("approvalRequest", floor.manager, **given))["approval"]
    assert (request["state"], request["requestNote"]) == ("PENDING", "As asked")
    (own,) = (await shop.decide("approvalApprove"))["errors"]
    assert (own["__typename"], own["rule"], own["parameters"]) == (
        "ValidationError",
        "own-work",
        [{"name": "roles", "value": "CENTRE_MANAGER"}],
    )
    (other,) = (await shop.decide("approvalReject", floor.officer, comment="No"))["errors"]
    assert (other["__typename"], other["requiredPermission"]) == ("ForbiddenError", "CASE_APPROVE")
    (lacking,) = (await shop.decide("approvalApprove", floor.advisor))["errors"]
    assert lacking["__typename"] == "ForbiddenError"
    stranger = await floor.data.a_member(await floor.data.a_centre(), Role.CENTRE_MANAGER)
    (absent,) = (await shop.decide("approvalApprove", stranger))["errors"]
    assert absent["__typename"] == "NotFoundError"


async def test_a_second_approver_with_the_same_version_is_told_of_the_conflict(shop: Shop) -> None:
    await asked(shop)
    version = (await shop.floor.approval())["version"]
    await shop.decide("approvalApprove")
    (error,) = (await shop.decide("approvalReject", shop.floor.second, comment="No", expectedVersion=version))["errors"]
    assert (error["__typename"], error["currentVersion"]) == ("ConflictError", version + 1)
    assert error["current"]["id"] == write_id("approval", (await shop.floor.approval())["id"])


async def test_approvals_are_listed_by_state_role_and_deadline(shop: Shop) -> None:
    await asked(shop)
    found = {}
    for name, condition in {
        "pending": {"state": ["PENDING"]},
        "approved": {"state": ["APPROVED"]},
        "managers": {"role": ["CENTRE_MANAGER"]},
        "officers": {"role": ["COMPLIANCE_OFFICER"]},
        "stages": {"subject": ["STAGE"]},
        "late": {"overdue": True},
        "mine": {"requester": [write_id("membership", shop.floor.advisor.user_id)]},
        "cases": {"case": [write_id("case", shop.floor.case_id)]},
    }.items():
        answer = await shop.query("approvals", filter=condition)
        found[name] = answer.data["approvals"]["totalCount"]
    assert found == {
        "pending": 1,
        "approved": 0,
        "managers": 1,
        "officers": 0,
        "stages": 1,
        "late": 0,
        "mine": 1,
        "cases": 1,
    }


async def test_a_trainee_is_told_how_to_propose_and_the_approval_resolves(shop: Shop) -> None:
    floor = shop.floor
    case_id = await floor.data.a_case(floor.centre, client_id=floor.client, advisor=floor.trainee, status="IN_PROGRESS")
    floor.case_id = case_id
    given: dict[str, Any] = {"id": write_id("case", case_id), "resolutionType": "SELF_HELP", "summary": "Writes"}
    refused = await shop.ask("caseResolve", floor.trainee, expectedVersion=1, **given)
    (error,) = refused["errors"]
    assert (error["__typename"], error["requiredPermission"]) == ("ApprovalRequiredError", "CASE_CONCLUDE")
    proposed = (await shop.ask("caseProposeResolution", floor.trainee, expectedVersion=1, **given))["approval"]
    assert (proposed["subject"], proposed["resolutionType"], proposed["proposal"]) == (
        "CASE_RESOLUTION",
        "SELF_HELP",
        "Writes",
    )
    approved = (await shop.decide("approvalApprove"))["approval"]
    assert (approved["state"], approved["case"]["status"]) == ("APPROVED", "RESOLVED")
