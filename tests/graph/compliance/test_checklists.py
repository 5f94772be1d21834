"""Frameworks and checklists of a centre's own, and those of cases, by their mutations."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.graph.node import write_id
from graph.compliance.conftest import Desk, rules
from support.compliance import a_framework, begin, items
from support.trail import audit_of, events_of

FRAMEWORK: dict[str, Any] = {
    "code": " local ",
    "name": "Local rules",
    "edition": "2026",
    "effectiveFrom": "2026-01-01",
    "source": "The trustees",
    "description": "What the trustees ask for.",
}
REQUIREMENT = {"code": "A-1", "text": "A thing."}


async def a_list(desk: Desk, **given: Any) -> dict[str, Any]:
    """Say all that a checklist needs."""
    scene = desk.scene
    framework = await a_framework(scene.data, scene.manager, code="OTHER", edition=str(len(given)))
    return {
        "frameworkId": write_id("complianceframework", framework),
        "code": "LIST",
        "name": "A list",
        "caseTypes": ["DEBT_ADVICE"],
        "requirements": [REQUIREMENT],
        **given,
    }


async def test_a_framework_is_made(desk: Desk) -> None:
    payload = await desk.scene.ask("complianceFrameworkCreate", **{**FRAMEWORK, "code": " own-1 "})
    assert payload["errors"] == []
    made = payload["framework"]
    assert (made["code"], made["edition"], made["local"], made["active"], made["checklists"]) == (
        "OWN-1",
        "2026",
        True,
        True,
        [],
    )
    event = (await events_of(desk.scene.data, desk.scene.centre))[-1]
    assert (event.name, event.entity, event.audience_after["everyone"]) == (
        "compliance.framework_created",
        "complianceframework",
        True,
    )
    assert (await audit_of(desk.scene.data, desk.scene.centre))[-1].changes["name"]["new"] == "Local rules"
    listed = await desk.scene.graph.run("{ complianceFrameworks { code local } }", as_=desk.scene.advisor)
    assert len(listed.data["complianceFrameworks"]) == 10
    assert {item["code"] for item in listed.data["complianceFrameworks"] if item["local"]} == {"LOCAL", "OWN-1"}


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"code": "a b"}, [(["code"], "code")]),
        ({"name": "", "source": "x" * 201}, [(["name"], "blank"), (["source"], "too-long")]),
        ({"effectiveTo": "2025-12-31"}, [(["effectiveTo"], "before-start")]),
        ({"edition": "2026"}, [(["edition"], "unique")]),
    ],
)
async def test_a_bad_framework_is_refused(given: dict[str, Any], refused: list[tuple[Any, ...]], desk: Desk) -> None:
    before = len(await events_of(desk.scene.data, desk.scene.centre))
    payload = await desk.scene.ask("complianceFrameworkCreate", **{**FRAMEWORK, **given})
    assert rules(payload) == [("ValidationError", *fault) for fault in refused]
    assert len(await events_of(desk.scene.data, desk.scene.centre)) == before


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.TRAINEE, Role.AUDITOR])
async def test_frameworks_are_for_managers_and_compliance_officers(role: Role, desk: Desk) -> None:
    scene = desk.scene
    somebody = await scene.data.a_member(scene.centre, role)
    for name, given in (
        ("complianceFrameworkCreate", FRAMEWORK),
        ("complianceChecklistCreate", await a_list(desk)),
        ("complianceChecklistRetire", {"id": "compliancechecklist_1", "expectedVersion": 1}),
    ):
        payload = await scene.ask(name, somebody, **given)
        assert [(error["__typename"], error["requiredPermission"]) for error in payload["errors"]] == [
            ("ForbiddenError", "FRAMEWORK_MANAGE")
        ]


async def test_a_centres_frameworks_are_its_own(desk: Desk) -> None:
    administrator = await desk.scene.data.an_administrator()
    payload = await desk.scene.ask("complianceFrameworkCreate", administrator, **FRAMEWORK)
    assert [error["__typename"] for error in payload["errors"]] == ["ForbiddenError"]
    stranger = await desk.scene.data.a_member(await desk.scene.data.a_centre(), Role.CENTRE_MANAGER)
    checklist = await desk.scene.ask("complianceChecklistCreate", stranger, **await a_list(desk))
    assert rules(checklist) == [("NotFoundError", ["frameworkId"], None)]


async def test_a_checklist_is_made_and_given_to_new_cases(desk: Desk) -> None:
    officer = await desk.scene.data.a_member(desk.scene.centre, Role.COMPLIANCE_OFFICER)
    requirements = [
        {**REQUIREMENT, "evidenceKind": "DOCUMENT", "weight": 3, "deadlineDays": 5},
        {"code": "A-2", "text": "Another.", "mandatory": "CONDITIONAL", "gateStage": "REVIEW"},
    ]
    given = await a_list(desk, requirements=requirements, gateStage="TRIAGE")
    payload = await desk.scene.ask("complianceChecklistCreate", officer, **given)
    assert payload["errors"] == []
    made = payload["checklist"]
    assert (made["code"], made["revision"], made["active"], made["mandatory"]) == ("LIST", 1, True, True)
    shown = [(item["code"], item["gateStage"], item["weight"], item["certainty"]) for item in made["requirements"]]
    assert shown == [("A-1", "TRIAGE", 3, "VERIFIED"), ("A-2", "REVIEW", 1, "VERIFIED")]
    fresh = await desk.scene.a_case()
    await begin(desk.scene.data, desk.scene.centre, fresh)
    assert {"A-1", "A-2"} <= set(await items(desk.scene.data, fresh))


async def test_a_bad_checklist_is_refused_as_a_whole(desk: Desk) -> None:
    given = await a_list(
        desk,
        code="",
        caseTypes=["DEBT_ADVICE", "NOTHING"],
        requirements=[
            {"code": "A-1", "text": " ", "weight": 0},
            {"code": "a-1", "text": "Twice.", "deadlineDays": -1, "caseTypes": ["DRO"]},
        ],
    )
    payload = await desk.scene.ask("complianceChecklistCreate", **given)
    assert rules(payload) == [
        ("ValidationError", ["code"], "code"),
        ("ValidationError", ["caseTypes"], "unknown-case-type"),
        ("ValidationError", ["requirements", "0", "weight"], "range"),
        ("ValidationError", ["requirements", "0", "text"], "blank"),
        ("ValidationError", ["requirements", "1", "deadlineDays"], "range"),
        ("ValidationError", ["requirements", "1", "caseTypes"], "unknown-case-type"),
        ("ValidationError", ["requirements", "1", "code"], "duplicate"),
    ]
    for wrong, path, rule in (
        ({"requirements": []}, ["requirements"], "items"),
        ({"requirements": [REQUIREMENT] * 101}, ["requirements"], "items"),
        ({"caseTypes": []}, ["caseTypes"], "required"),
    ):
        refused = await desk.scene.ask(
            "complianceChecklistCreate",
            **{**given, "code": "LIST", "caseTypes": ["DRO"], "requirements": [REQUIREMENT], **wrong},
        )
        assert rules(refused) == [("ValidationError", path, rule)]


async def test_a_new_revision_takes_the_place_of_the_old(desk: Desk) -> None:
    given = await a_list(desk)
    first = (await desk.scene.ask("complianceChecklistCreate", **given))["checklist"]
    taken = await desk.scene.ask("complianceChecklistCreate", **given)
    assert rules(taken) == [("ValidationError", ["code"], "unique")]
    replaces = {"id": first["id"], "expectedVersion": 2}
    stale = await desk.scene.ask("complianceChecklistCreate", **given, replaces=replaces)
    assert [error["__typename"] for error in stale["errors"]] == ["ConflictError"]
    replaces["expectedVersion"] = 1
    other = await desk.scene.ask("complianceChecklistCreate", **{**given, "code": "ELSE"}, replaces=replaces)
    assert rules(other) == [("ValidationError", ["replaces"], "other-code")]
    second = await desk.scene.ask("complianceChecklistCreate", **given, replaces=replaces)
    assert (second["checklist"]["revision"], second["checklist"]["active"]) == (2, True)
    again = await desk.scene.ask("complianceChecklistCreate", **given, replaces={**replaces, "expectedVersion": 2})
    assert rules(again) == [("ValidationError", ["replaces"], "retired")]


async def test_a_checklist_retires(desk: Desk) -> None:
    made = (await desk.scene.ask("complianceChecklistCreate", **await a_list(desk)))["checklist"]
    on: dict[str, Any] = {"id": made["id"], "expectedVersion": 1}
    stranger = await desk.scene.data.a_member(await desk.scene.data.a_centre(), Role.CENTRE_MANAGER)
    assert rules(await desk.scene.ask("complianceChecklistRetire", stranger, **on)) == [("NotFoundError", ["id"], None)]
    payload = await desk.scene.ask("complianceChecklistRetire", **on)
    assert (payload["checklist"]["active"], payload["checklist"]["retiredOn"]) == (False, today().isoformat())
    event = (await events_of(desk.scene.data, desk.scene.centre))[-1]
    assert (event.name, event.changes["active"]) == ("compliance.checklist_retired", {"old": True, "new": False})
    again = await desk.scene.ask("complianceChecklistRetire", **{**on, "expectedVersion": 2})
    assert rules(again) == [("ValidationError", ["id"], "retired")]
    fresh = await desk.scene.a_case()
    await begin(desk.scene.data, desk.scene.centre, fresh)
    assert "A-1" not in await items(desk.scene.data, fresh)


async def test_checklists_begin_by_hand(desk: Desk) -> None:
    case_id = await desk.scene.a_case()
    given: dict[str, Any] = {"caseId": write_id("case", case_id)}
    payload = await desk.scene.ask("caseComplianceBegin", desk.scene.advisor, **given)
    assert payload["errors"] == []
    assert {item["checklist"]["code"] for item in payload["case"]["compliance"]} == {
        "CONC8",
        "DUTY",
        "VULN",
        "QF",
        "DISP",
        "DP",
    }
    assert (payload["case"]["complianceStatus"], payload["case"]["compliancePercentage"]) == ("PENDING", "0.00")
    named = {**given, "checklistId": write_id("compliancechecklist", (await desk.checklist())["checklist_id"])}
    one_more = await desk.scene.ask("caseComplianceBegin", desk.scene.advisor, **named)
    assert len(one_more["case"]["compliance"]) == 7
    assert rules(await desk.scene.ask("caseComplianceBegin", desk.scene.advisor, **named)) == [
        ("ValidationError", ["checklistId"], "already-begun")
    ]
    colleague = await desk.scene.data.a_member(desk.scene.centre)
    assert rules(await desk.scene.ask("caseComplianceBegin", colleague, **given)) == [
        ("NotFoundError", ["caseId"], None)
    ]


async def test_what_is_owed_is_waived_as_a_whole(desk: Desk) -> None:
    scene = desk.scene
    await desk.on("complianceItemComplete", "L-1", evidenceNote="Said so")
    on: dict[str, Any] = {
        "id": write_id("casecompliance", (await desk.checklist())["id"]),
        "expectedVersion": 2,
        "reason": "Gone away",
    }
    refused = await scene.ask("caseComplianceWaive", scene.advisor, **on)
    assert [error["__typename"] for error in refused["errors"]] == ["ForbiddenError"]
    stale = await scene.ask("caseComplianceWaive", **{**on, "expectedVersion": 1})
    assert [error["__typename"] for error in stale["errors"]] == ["ConflictError"]
    assert rules(await scene.ask("caseComplianceWaive", **{**on, "reason": ""})) == [
        ("ValidationError", ["reason"], "blank")
    ]
    payload = await scene.ask("caseComplianceWaive", **on)
    made = payload["caseCompliance"]
    assert [(item["code"], item["state"]) for item in made["items"]] == [
        ("L-1", "DONE"),
        ("L-2", "WAIVED"),
        ("L-3", "OPEN"),
        ("L-4", "OPEN"),
    ]
    assert (made["status"], made["completion"], made["version"], made["openMandatoryItems"]) == (
        "COMPLIANT",
        "66.67",
        3,
        [],
    )
    assert (await desk.items())["L-2"]["checked_by"] == scene.manager.user_id
    event = (await events_of(scene.data, scene.centre))[-1]
    assert (event.name, event.entity, event.version, event.changes["waived"]) == (
        "compliance.checklist_waived",
        "casecompliance",
        3,
        {"old": None, "new": 1},
    )
    assert rules(await scene.ask("caseComplianceWaive", **{**on, "expectedVersion": 3})) == [
        ("ValidationError", ["id"], "nothing-owed")
    ]
