"""Stages in the schema: what is shown of them, to whom, and how refusals are told."""

from datetime import timedelta
from typing import Any

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, stopped
from cma_graphql.graph.node import write_id
from graph.workflow.conftest import Shop
from support.stages import a_task


def told(payload: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Answer the refusals of a payload: kind, path, rule."""
    return [(error["__typename"], error["path"][1:], error.get("rule")) for error in payload["errors"]]


async def test_a_stage_is_begun_and_completed(shop: Shop) -> None:
    begun = (await shop.on("workflowStageStart", "TRIAGE"))["workflowStage"]
    assert (begun["state"], begun["assignee"]["id"]) == (
        "IN_PROGRESS",
        write_id("membership", shop.floor.advisor.user_id),
    )
    assert begun["viewerCan"] == {"progress": True, "reassign": True, "cancel": False}
    assert (begun["overdue"], begun["actualHours"], begun["added"]) == (False, None, False)
    done = (await shop.on("workflowStageComplete", "TRIAGE", notes="Seen"))["workflowStage"]
    assert (done["state"], done["completionNotes"], done["actualHours"]) == ("COMPLETED", "Seen", "0.00")
    assert [step["toState"] for step in done["steps"]] == ["PENDING", "READY", "IN_PROGRESS", "COMPLETED"]
    assert done["completedBy"]["id"] == write_id("membership", shop.floor.advisor.user_id)


PROGRESS = """query ($id: ID!) { case(id: $id) {
  workflow { progress { stages completed requiredOpen overdue percentage } } } }"""


async def test_progress_counts_what_the_case_goes_through(shop: Shop) -> None:
    floor = shop.floor

    async def progress() -> dict[str, int]:
        answer = await shop.graph.run(PROGRESS, as_=floor.manager, id=write_id("case", floor.case_id))
        found: dict[str, int] = answer.data["case"]["workflow"]["progress"]
        return found

    required = sum(stage["required"] for stage in (await floor.stages()).values())
    assert await progress() == {
        "stages": 13, "completed": 0, "requiredOpen": required, "overdue": 0, "percentage": 0,
    }  # fmt: skip
    for name in ("workflowStageStart", "workflowStageComplete"):
        assert (await shop.on(name, "TRIAGE"))["errors"] == []
    assert await progress() == {
        "stages": 13, "completed": 1, "requiredOpen": required - 1, "overdue": 0, "percentage": 7,
    }  # fmt: skip
    with stopped(now() + timedelta(days=400)):
        assert (await progress())["overdue"] == 1  # the one whose turn has come


async def test_refusals_say_what_is_allowed_instead(shop: Shop) -> None:
    (error,) = (await shop.on("workflowStageStart", "BUDGET"))["errors"]
    assert (error["__typename"], error["from"], error["to"]) == ("TransitionError", "PENDING", "IN_PROGRESS")
    assert error["allowed"] == ["READY", "SKIPPED", "CANCELLED"]
    (error,) = (await shop.on("workflowStageStart", "TRIAGE", expectedVersion=99))["errors"]
    assert (error["__typename"], error["currentVersion"]) == ("ConflictError", 1)
    assert error["current"] == {"id": write_id("workflowstage", (await shop.floor.stages())["TRIAGE"]["id"])}
    assert told(await shop.on("workflowStageSkip", "TRIAGE", reason="No time")) == [
        ("ValidationError", ["id"], "stage-required")
    ]
    missing = await shop.ask("caseWorkflowBegin", caseId=write_id("case", shop.floor.client))
    assert told(missing) == [("NotFoundError", ["caseId"], None)]


async def test_another_centre_neither_sees_nor_moves_a_stage(shop: Shop) -> None:
    floor = shop.floor
    stage = (await floor.stages())["TRIAGE"]
    stranger = await floor.data.a_member(await floor.data.a_centre())
    audit = await floor.acting.audit(floor.centre)
    refused = await shop.on("workflowStageStart", "TRIAGE", stranger)
    assert told(refused) == [("NotFoundError", ["id"], None)]
    answer = await shop.query("workflowStage", stranger, id=write_id("workflowstage", stage["id"]))
    assert answer.data == {"workflowStage": None}
    assert (await shop.query("workflowStages", stranger)).data["workflowStages"]["edges"] == []
    assert await floor.acting.audit(floor.centre) == audit


async def test_an_auditor_reads_and_does_nothing(shop: Shop) -> None:
    from_role = (await shop.query("workflowStages", shop.floor.manager)).data["workflowStages"]
    assert from_role["totalCount"] == 13
    auditor = await shop.floor.data.a_member(shop.floor.centre, Role.AUDITOR)
    (error,) = (await shop.on("workflowStageStart", "TRIAGE", auditor))["errors"]
    assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "WORKFLOW_PROGRESS")


async def test_stages_are_listed_by_state_person_and_deadline(shop: Shop) -> None:
    mine = write_id("membership", shop.floor.advisor.user_id)
    found = {}
    for name, condition in {
        "ready": {"state": ["READY"]},
        "mine": {"assignee": [mine]},
        "reviews": {"stageType": ["REVIEW"]},
        "late": {"overdue": True},
        "due": {"dueBefore": "2099-01-01T00:00:00Z"},
        "nothing": {"case": ["case_0"]},
        "recent": {"createdFrom": "2020-01-01T00:00:00Z", "createdBefore": "2099-01-01T00:00:00Z"},
    }.items():
        answer = await shop.query("workflowStages", first=50, filter=condition)
        found[name] = [edge["node"]["code"] for edge in answer.data["workflowStages"]["edges"]]
    assert (found["ready"], found["mine"], found["due"]) == (["TRIAGE"], ["TRIAGE"], ["TRIAGE"])
    assert sorted(found["reviews"]) == ["BUDGET-CHECK", "FILE-REVIEW"]
    assert (found["late"], found["nothing"], len(found["recent"])) == ([], [], 13)


async def test_a_stage_is_added_in_a_place(shop: Shop) -> None:
    after = write_id("workflowstage", (await shop.floor.stages())["TRIAGE"]["id"])
    given: dict[str, Any] = {"caseId": write_id("case", shop.floor.case_id), "adviceStage": "TRIAGE", "afterId": after}
    added = (await shop.ask("workflowStageAdd", **given, name=" Call back "))["workflowStage"]
    assert (added["name"], added["position"], added["state"], added["added"]) == ("Call back", 2, "PENDING", True)
    beside = (await shop.ask("workflowStageAdd", **given, name="Meanwhile", beside=True))["workflowStage"]
    assert (beside["position"], beside["state"]) == (1, "READY")
    order = list(await shop.floor.states())
    assert order[:4] == ["TRIAGE", "Meanwhile", "Call back", "CONSENT-PACK"]
    approval = {"approvalType": "SEQUENTIAL", "roles": ["ADVISOR"]}
    assert told(await shop.ask("workflowStageAdd", **given, name="", approval=approval, deadlineOn="2020-01-01")) == [
        ("ValidationError", ["name"], "blank"),
        ("ValidationError", ["deadlineOn"], "future"),
        ("ValidationError", ["approverRoles"], "approver-role"),
        ("ValidationError", ["approverRoles"], "approvers"),
    ]


async def test_nothing_is_added_before_what_is_done(shop: Shop) -> None:
    await shop.floor.own(a_task("First"), a_task("Second"))
    await shop.floor.do("First", notes="Done")
    given: dict[str, Any] = {"caseId": write_id("case", shop.floor.case_id), "adviceStage": "REVIEW", "name": "Before"}
    payload = await shop.ask("workflowStageAdd", **given)
    assert told(payload) == [("ValidationError", ["afterId"], "passed")]
    assert payload["errors"][0]["parameters"] == [{"name": "stages", "value": "First"}]
