"""Case types of a centre: made, changed, put above one another, taken out of use."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from graph.case_templates.conftest import Studio, rules
from support.acting import Acting
from support.case_scene import opened
from support.trail import audit_of, events_of

TENANTS: dict[str, Any] = {"code": " tenants ", "name": " Tenants ", "description": "People who rent."}
FORBIDDEN: list[tuple[Any, ...]] = [("ForbiddenError", [], None)]


async def change(
    studio: Studio, code: str, mutation: str = "caseTypeUpdate", /, as_: Any = None, **given: Any
) -> dict[str, Any]:
    """Run a mutation of a case type in its present version."""
    kind = await studio.case_type(code)
    return await studio.scene.ask(mutation, as_, id=kind["id"], **{"expectedVersion": kind["version"], **given})


async def test_a_centre_makes_a_type_of_its_own(studio: Studio) -> None:
    above = await studio.case_type("DEBT_ADVICE")
    payload = await studio.scene.ask(
        "caseTypeCreate", **TENANTS, parentId=above["id"], defaultPriority="HIGH", category="HOUSING"
    )
    assert payload["errors"] == []
    made = payload["caseType"]
    assert {name: made[name] for name in ("code", "name", "category", "defaultPriority", "defaultComplexity")} == {
        "code": "TENANTS",
        "name": "Tenants",
        "category": "HOUSING",
        "defaultPriority": "HIGH",
        "defaultComplexity": "MEDIUM",
    }
    assert (made["parent"]["code"], made["local"], made["active"], made["isDefault"], made["requiresCostTracking"]) == (
        "DEBT_ADVICE",
        True,
        True,
        False,
        True,
    )
    assert "TENANTS" in {kind["code"] for kind in (await studio.case_type("DEBT_ADVICE"))["kinds"]}
    again = await studio.scene.ask("caseTypeCreate", **TENANTS)
    assert rules(again) == [("ValidationError", ["code"], "unique")]
    event = (await events_of(studio.scene.data, studio.scene.centre))[-1]
    assert (event.name, event.entity, event.changes["default_priority"]["new"]) == (
        "case_type.created",
        "casetype",
        "HIGH",
    )
    assert (await audit_of(studio.scene.data, studio.scene.centre))[-1].action == "case_type.created"


async def test_what_is_wrong_with_a_type_is_named(studio: Studio) -> None:
    payload = await studio.scene.ask("caseTypeCreate", code="a b", name="", description="x" * 2_001)
    assert rules(payload) == [
        ("ValidationError", ["code"], "code"),
        ("ValidationError", ["name"], "blank"),
        ("ValidationError", ["description"], "too-long"),
    ]
    payload = await studio.scene.ask("caseTypeCreate", **TENANTS, parentId="casetype_1")
    assert rules(payload) == [("NotFoundError", ["parentId"], None)]
    long = await studio.scene.ask("caseTypeCreate", **{**TENANTS, "code": "X" * 21})
    assert rules(long) == [("ValidationError", ["code"], "code")]


async def test_a_type_is_no_kind_of_itself(studio: Studio) -> None:
    below = await studio.case_type("MH_BREATHING_SPACE")
    refused = await change(studio, "DEBT_ADVICE", parentId=below["id"])
    assert rules(refused) == [("ValidationError", ["parentId"], "cyclic")]
    own = await studio.case_type("DRO")
    assert rules(await change(studio, "DRO", parentId=own["id"])) == [("ValidationError", ["parentId"], "cyclic")]
    moved = await change(studio, "DRO", parentId=below["id"])
    assert (moved["errors"], moved["caseType"]["parent"]["code"]) == ([], "MH_BREATHING_SPACE")
    freed = await change(studio, "DRO", parentId=None)
    assert (freed["caseType"]["parent"], freed["caseType"]["version"]) == (None, 3)


async def test_a_type_of_the_network_is_changed_for_this_centre_alone(studio: Studio) -> None:
    changed = await change(studio, "DRO", name="Relief", requiresLegalReview=True, defaultBillingMethod="FIXED_FEE")
    kind = changed["caseType"]
    assert (kind["name"], kind["requiresLegalReview"], kind["defaultBillingMethod"], kind["local"]) == (
        "Relief",
        True,
        "FIXED_FEE",
        False,
    )
    data = studio.scene.data
    other = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    answer = await studio.scene.graph.run("{ caseTypes { code name } }", as_=other)
    assert {"code": "DRO", "name": "Debt relief order"} in answer.data["caseTypes"]
    stranger = await studio.scene.ask("caseTypeUpdate", other, id=kind["id"], expectedVersion=2, name="Mine")
    assert rules(stranger) == [("NotFoundError", ["id"], None)]
    stale = await change(studio, "DRO", name="Later", expectedVersion=1)
    assert rules(stale) == [("ConflictError", ["expectedVersion"], None)]


async def test_there_is_one_default_and_it_stays_in_use(studio: Studio) -> None:
    assert rules(await change(studio, "DEBT_ADVICE", "caseTypeDeactivate")) == [
        ("ValidationError", ["id"], "default-type")
    ]
    assert rules(await change(studio, "DEBT_ADVICE", isDefault=False)) == [
        ("ValidationError", ["isDefault"], "default-type")
    ]
    assert (await change(studio, "DRO", "caseTypeDeactivate"))["caseType"]["active"] is False
    assert rules(await change(studio, "DRO", isDefault=True)) == [("ValidationError", ["isDefault"], "inactive")]
    assert (await change(studio, "DRO", "caseTypeActivate"))["caseType"]["active"] is True
    assert (await change(studio, "DRO", isDefault=True))["caseType"]["isDefault"] is True
    assert (await studio.case_type("DEBT_ADVICE"))["isDefault"] is False
    assert (await change(studio, "DEBT_ADVICE", "caseTypeDeactivate"))["errors"] == []


async def test_types_are_filtered(studio: Studio) -> None:
    above = await studio.case_type("DEBT_ADVICE")
    await change(studio, "DMP", "caseTypeDeactivate")

    async def listed(**conditions: Any) -> list[str]:
        answer = await studio.scene.graph.run(
            "query ($filter: CaseTypeFilter) { caseTypes(filter: $filter) { code } }",
            as_=studio.scene.advisor,
            filter=conditions,
        )
        assert answer.errors == []
        return [kind["code"] for kind in answer.data["caseTypes"]]

    assert len(await listed()) == 14
    assert await listed(active=False) == ["DMP"]
    assert await listed(parent=above["id"], category=["INSOLVENCY"]) == ["DRO", "BANKRUPTCY", "IVA", "SCOT_STATUTORY"]
    assert await listed(parent="casetype_1") == []


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.TRAINEE, Role.AUDITOR])
async def test_whoever_manages_none_changes_none(studio: Studio, role: Role) -> None:
    viewer = await studio.scene.data.a_member(studio.scene.centre, role)
    assert rules(await studio.scene.ask("caseTypeCreate", viewer, **TENANTS)) == FORBIDDEN
    assert rules(await change(studio, "DRO", as_=viewer, name="Mine")) == FORBIDDEN
    for name in ("caseTypeDeactivate", "caseTypeActivate", "caseTypeSetTemplate"):
        assert rules(await change(studio, "DRO", name, viewer)) == FORBIDDEN


async def test_a_compliance_officer_manages_types_that_need_a_review(studio: Studio) -> None:
    officer = studio.officer
    assert rules(await studio.scene.ask("caseTypeCreate", officer, **TENANTS)) == FORBIDDEN
    made = await studio.scene.ask("caseTypeCreate", officer, **TENANTS, requiresLegalReview=True)
    assert made["errors"] == []
    assert rules(await change(studio, "DEBT_ADVICE", as_=officer, name="Mine")) == FORBIDDEN
    assert rules(await change(studio, "TENANTS", as_=officer, requiresLegalReview=False)) == FORBIDDEN
    assert (await change(studio, "TENANTS", as_=officer, name="Ours"))["errors"] == []
    assert (await change(studio, "COMPLAINT", "caseTypeDeactivate", officer))["errors"] == []
    assert rules(await change(studio, "DMP", "caseTypeSetTemplate", officer)) == FORBIDDEN


async def test_a_case_is_as_its_type_proposes_unless_said(studio: Studio, acting: Acting) -> None:
    kind = (await change(studio, "EMERGENCY", defaultComplexity="HIGH", requiresComplianceReview=True))["caseType"]
    given = await opened(studio.scene, acting, caseTypeId=kind["id"])
    payload = await studio.scene.ask("caseOpen", **given)
    assert payload["errors"] == []
    case = payload["case"]
    assert (case["priority"], case["complexity"], case["category"], case["complianceRequired"]) == (
        "URGENT",
        "HIGH",
        "ENFORCEMENT",
        True,
    )
    said = {**given, "priority": "LOW", "complexity": "LOW", "category": "JOINT"}
    case = (await studio.scene.ask("caseOpen", **said))["case"]
    assert (case["priority"], case["complexity"], case["category"]) == ("LOW", "LOW", "JOINT")
    await change(studio, "EMERGENCY", defaultBillingMethod="FIXED_FEE")
    refused = await studio.scene.ask("caseOpen", **given)
    assert [error["path"][1:] for error in refused["errors"]] == [["estimatedValue"]]
