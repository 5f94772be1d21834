"""What is owed keeps a case from being closed, unless the reason excuses from it."""

from typing import Any

import pytest

from cma_graphql.domain.compliance.models import EvidenceKind, Mandatory
from cma_graphql.domain.compliance.services.checklists import NewRequirement
from graph.compliance.conftest import Desk, rules
from support.acting import Acting
from support.compliance import a_checklist, a_framework, begin_one

EXCUSED = {"OPENED_IN_ERROR", "DUPLICATE", "DECEASED"}
REASONS = (
    "ADVICE_COMPLETE",
    "SOLUTION_IN_PLACE",
    "CLIENT_DISENGAGED",
    "CLIENT_WITHDREW",
    "MOVED_AWAY",
    *sorted(EXCUSED),
)


async def close(desk: Desk, reason: str = "ADVICE_COMPLETE", **given: Any) -> dict[str, Any]:
    payload: dict[str, Any] = await desk.scene.on("caseClose", desk.case_id, reason=reason, **given)
    return payload


@pytest.mark.parametrize("reason", REASONS)
async def test_open_requirements_hold_a_case_unless_the_reason_excuses(reason: str, desk: Desk, acting: Acting) -> None:
    before = await acting.case(desk.case_id)
    payload = await close(desk, reason)
    if reason in EXCUSED:
        assert (payload["errors"], payload["case"]["status"]) == ([], "CLOSED")
        return
    (error,) = payload["errors"]
    assert (error["__typename"], error["path"], error["rule"]) == ("ValidationError", [], "compliance-open")
    parameters = {one["name"]: one["value"] for one in error["parameters"]}
    assert parameters["number"] == "2"
    assert parameters["codes"].count("L-") == 2
    assert await acting.case(desk.case_id) == before


async def test_a_board_is_held_by_them_too(desk: Desk) -> None:
    move: dict[str, Any] = {"status": "CLOSED", "closureReason": "ADVICE_COMPLETE"}
    payload = await desk.scene.on("caseChangeStatus", desk.case_id, **move)
    assert [error["rule"] for error in payload["errors"]] == ["compliance-open"]
    excused = await desk.scene.on("caseChangeStatus", desk.case_id, status="CLOSED", closureReason="DUPLICATE")
    assert excused["case"]["status"] == "CLOSED"


async def test_a_case_is_closed_once_all_is_done_or_waived(desk: Desk) -> None:
    await desk.on("complianceItemComplete", "L-1", evidenceNote="Said so")
    assert [error["rule"] for error in (await close(desk))["errors"]] == ["compliance-open"]
    await desk.on("complianceItemWaive", "L-2", desk.scene.manager, reason="No paper")
    # The conditional and the optional one are open still.
    assert (await close(desk))["case"]["status"] == "CLOSED"


async def test_a_condition_that_holds_and_a_failure_hold_a_case(desk: Desk) -> None:
    await desk.on("complianceItemComplete", "L-1", evidenceNote="Said so")
    await desk.on("complianceItemWaive", "L-2", desk.scene.manager, reason="No paper")
    await desk.on("complianceItemMarkApplicable", "L-3")
    assert [error["rule"] for error in (await close(desk))["errors"]] == ["compliance-open"]
    await desk.on("complianceItemComplete", "L-3")
    await desk.on("complianceItemFail", "L-4", remedialAction="Ask again", deadlineOn="2099-01-01")
    assert [error["rule"] for error in (await close(desk))["errors"]] == ["compliance-open"]
    await desk.on("complianceItemComplete", "L-4")
    assert (await close(desk))["errors"] == []


async def test_a_voluntary_checklist_holds_nothing(desk: Desk) -> None:
    scene = desk.scene
    framework = await a_framework(scene.data, scene.manager, code="EXTRA")
    extra = [NewRequirement(code="E-1", text="Extra.", evidence_kind=EvidenceKind.NONE, mandatory=Mandatory.YES)]
    voluntary = await a_checklist(scene.data, scene.manager, extra, framework_id=framework, mandatory=False)
    await begin_one(scene.data, scene.manager, desk.case_id, voluntary)
    await desk.on("complianceItemComplete", "L-1", evidenceNote="Said so")
    await desk.on("complianceItemWaive", "L-2", scene.manager, reason="No paper")
    assert rules(await close(desk)) == []
