"""Templates as such: who manages which, what is cloned, retired, the default; a template in use cannot be broken."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from cma_graphql.access.actor import system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates.kinds import TemplateCategory
from cma_graphql.domain.case_templates.models import CaseTemplateStage
from cma_graphql.domain.case_templates.selectors import default_version_for, version_of
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.writing import unit_of_work
from graph.case_templates.conftest import Studio, rules
from support.templates import a_template

NEW: dict[str, Any] = {"code": "NEW", "name": "A course"}
FORBIDDEN: list[tuple[Any, ...]] = [("ForbiddenError", [], None)]
TASK: dict[str, Any] = {"name": "Look", "stageType": "TASK", "adviceStage": "CLOSURE", "role": "ADVISOR"}


async def ours(studio: Studio, *codes: str, **given: Any) -> str:
    return write_id("casetemplate", await a_template(studio.scene.data, studio.scene.manager, *codes, **given))


async def begun_with(studio: Studio, code: str) -> str | None:
    """Answer the template that a case of this type would begin with."""
    kind = UUID((await studio.case_type(code))["id"].rpartition("_")[2])
    async with unit_of_work(studio.scene.data.database, studio.scene.data.keys, system_of(studio.scene.centre)) as uow:
        version = await default_version_for(uow, kind)
    return None if version is None else version.template_code


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.TRAINEE, Role.AUDITOR])
async def test_whoever_manages_no_templates_reads_them(studio: Studio, role: Role) -> None:
    viewer = await studio.scene.data.a_member(studio.scene.centre, role)
    assert rules(await studio.scene.ask("caseTemplateCreate", viewer, **NEW)) == FORBIDDEN
    template = await studio.standard()
    assert rules(await studio.scene.ask("caseTemplateClone", viewer, id=template, **NEW)) == FORBIDDEN
    for name, given in (
        ("caseTemplateUpdate", {"name": "Mine"}),
        ("caseTemplateRetire", {}),
        ("caseTemplateActivate", {}),
        ("caseTemplateMakeDefault", {}),
        ("caseTemplatePublish", {}),
        ("caseTemplateDraftDiscard", {}),
        ("caseTemplateStageAdd", {"code": "NEW", "stage": TASK}),
        ("caseTemplateStageUpdate", {"code": "TRIAGE", "stage": TASK}),
        ("caseTemplateStageRemove", {"code": "TRIAGE"}),
        ("caseTemplateStagesReorder", {"steps": [["TRIAGE"]]}),
        ("caseTemplateRulesSet", {"documentRules": []}),
    ):
        assert rules(await studio.on(name, template, viewer, **given)) == FORBIDDEN, name
    seen = await studio.template(template, viewer)
    assert (seen["viewerCan"], seen["draft"], len(seen["versions"][0]["stages"])) == ({"manage": False}, None, 13)
    assert (await studio.template(template))["version"] == 1


async def test_a_compliance_officer_manages_what_is_not_general(studio: Studio) -> None:
    officer = studio.officer
    assert rules(await studio.scene.ask("caseTemplateCreate", officer, **NEW)) == FORBIDDEN
    made = await studio.scene.ask("caseTemplateCreate", officer, **NEW, category="LEGAL")
    template = made["caseTemplate"]["id"]
    assert (made["errors"], made["caseTemplate"]["viewerCan"]) == ([], {"manage": True})
    staged = await studio.on("caseTemplateStageAdd", template, officer, code="ONE", stage=TASK)
    assert staged["errors"] == []
    assert rules(await studio.on("caseTemplateUpdate", template, officer, category="GENERAL")) == FORBIDDEN
    assert (await studio.on("caseTemplatePublish", template, officer))["errors"] == []
    assert rules(await studio.on("caseTemplateMakeDefault", template, officer)) == FORBIDDEN
    standard = await studio.standard()
    assert rules(await studio.on("caseTemplateStageAdd", standard, officer, code="ONE", stage=TASK)) == FORBIDDEN
    assert (
        rules(await studio.scene.ask("caseTemplateClone", officer, id=standard, **{**NEW, "code": "OTHER"}))
        == FORBIDDEN
    )
    moved = await studio.on("caseTemplateUpdate", template, category="GENERAL")
    assert moved["caseTemplate"]["category"] == "GENERAL"
    assert rules(await studio.on("caseTemplateRetire", template, officer)) == FORBIDDEN


async def test_another_centres_template_is_not_found(studio: Studio) -> None:
    data = studio.scene.data
    stranger = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    template = await studio.standard()
    for name, given in (("caseTemplateRetire", {}), ("caseTemplateStageRemove", {"code": "TRIAGE"})):
        assert rules(await studio.on(name, template, stranger, **given)) == [("NotFoundError", ["id"], None)]
    assert rules(await studio.scene.ask("caseTemplateClone", stranger, id=template, **NEW)) == [
        ("NotFoundError", ["id"], None)
    ]
    assert await studio.template(template, stranger) is None
    (kind,) = [(await studio.case_type("DRO"))["id"]]
    refused = await studio.scene.ask("caseTemplateCreate", stranger, **NEW, caseTypeId=kind)
    assert rules(refused) == [("NotFoundError", ["caseTypeId"], None)]


async def test_a_copy_is_a_template_of_its_own(studio: Studio) -> None:
    standard = await studio.standard()
    payload = await studio.scene.ask("caseTemplateClone", id=standard, code="OURS", name="Ours")
    copied = payload["caseTemplate"]
    assert (payload["errors"], copied["publishedNumber"], copied["isDefault"], copied["local"]) == ([], 0, False, True)
    original = (await studio.template(standard))["versions"][0]
    for kind in ("stages", "approvalRules", "notificationRules", "documentRules"):
        assert copied["draft"][kind] == original[kind]
    assert copied["draft"]["faults"] == []
    removed = await studio.on("caseTemplateStageRemove", copied["id"], code="REVIEW")
    assert len(removed["caseTemplate"]["draft"]["stages"]) == 12
    assert (await studio.on("caseTemplatePublish", copied["id"]))["errors"] == []
    assert (await studio.template(standard))["versions"] == [original]
    again = await studio.scene.ask("caseTemplateClone", id=standard, code="ours", name="Ours")
    assert rules(again) == [("ValidationError", ["code"], "unique")]


async def test_a_template_is_called_and_meant_otherwise(studio: Studio) -> None:
    template = await ours(studio)
    kind = await studio.case_type("DRO")
    payload = await studio.on("caseTemplateUpdate", template, name=" Two ", description="Text", caseTypeId=kind["id"])
    found = payload["caseTemplate"]
    assert (found["name"], found["description"], found["caseType"]["id"], found["version"]) == (
        "Two",
        "Text",
        kind["id"],
        5,
    )
    emptied = await studio.on("caseTemplateUpdate", template, description=None, caseTypeId=None)
    assert (emptied["caseTemplate"]["description"], emptied["caseTemplate"]["caseType"]) == (None, None)
    assert emptied["caseTemplate"]["name"] == "Two"
    same = await studio.on("caseTemplateUpdate", template, name="Two")
    assert same["caseTemplate"]["version"] == 6
    stale = await studio.on("caseTemplateUpdate", template, name="Three", expectedVersion=5)
    assert rules(stale) == [("ConflictError", ["expectedVersion"], None)]
    assert stale["errors"][0]["currentVersion"] == 6
    assert rules(await studio.on("caseTemplateUpdate", template, name="x" * 101)) == [
        ("ValidationError", ["name"], "too-long")
    ]


async def test_a_retired_template_is_begun_with_by_nobody_and_comes_back(studio: Studio) -> None:
    template = await ours(studio)
    assert (await studio.on("caseTemplateRetire", template))["caseTemplate"]["active"] is False
    refusals: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("caseTemplateMakeDefault", {}, "id"),
        ("caseTemplatePublish", {}, "id"),
        ("caseTemplateStageRemove", {"code": "FIRST"}, "id"),
    )
    for name, given, field in refusals:
        assert rules(await studio.on(name, template, **given)) == [("ValidationError", [field], "retired")]
    kind = await studio.case_type("DRO")
    named = await studio.scene.ask("caseTypeSetTemplate", id=kind["id"], expectedVersion=1, templateId=template)
    assert rules(named) == [("ValidationError", ["templateId"], "retired")]
    assert (await studio.on("caseTemplateActivate", template))["caseTemplate"]["active"] is True
    named = await studio.scene.ask("caseTypeSetTemplate", id=kind["id"], expectedVersion=1, templateId=template)
    assert named["errors"] == []


async def test_there_is_one_default_and_it_is_not_retired(studio: Studio) -> None:
    standard, draft = await studio.standard(), await ours(studio, published=False, code="DRAFT")
    assert rules(await studio.on("caseTemplateRetire", standard)) == [("ValidationError", ["id"], "default-template")]
    assert rules(await studio.on("caseTemplateMakeDefault", draft)) == [("ValidationError", ["id"], "unpublished")]
    assert rules(await studio.on("caseTemplateDraftDiscard", draft)) == [("ValidationError", ["id"], "unpublished")]
    template = await ours(studio)
    assert (await studio.on("caseTemplateMakeDefault", template))["caseTemplate"]["isDefault"] is True
    assert (await studio.template(standard))["isDefault"] is False
    assert await begun_with(studio, "DRO") == "LOCAL"
    assert (await studio.on("caseTemplateRetire", standard))["errors"] == []


async def test_a_type_names_its_template_and_lends_it_to_its_kinds(studio: Studio) -> None:
    template = await ours(studio)
    kind = await studio.case_type("BREATHING_SPACE")
    payload = await studio.scene.ask("caseTypeSetTemplate", id=kind["id"], expectedVersion=1, templateId=template)
    assert payload["errors"] == []
    assert (payload["caseType"]["template"]["code"], payload["caseType"]["version"]) == ("LOCAL", 2)
    assert await begun_with(studio, "BREATHING_SPACE") == "LOCAL"
    assert await begun_with(studio, "MH_BREATHING_SPACE") == "LOCAL"
    assert await begun_with(studio, "DEBT_ADVICE") == "DEBT-ADVICE-STANDARD"
    refused = await studio.on("caseTemplateRetire", template)
    assert rules(refused) == [("ValidationError", ["id"], "in-use")]
    assert refused["errors"][0]["parameters"] == [{"name": "caseTypes", "value": "BREATHING_SPACE"}]
    assert [used["id"] for used in (await studio.template(template))["usedBy"]] == [kind["id"]]
    cleared = await studio.scene.ask("caseTypeSetTemplate", id=kind["id"], expectedVersion=2, templateId=None)
    assert cleared["caseType"]["template"] is None
    assert await begun_with(studio, "MH_BREATHING_SPACE") == "DEBT-ADVICE-STANDARD"
    assert (await studio.on("caseTemplateRetire", template))["errors"] == []


async def test_what_a_case_began_with_never_changes(studio: Studio) -> None:
    """A version is read as it was published, whatever becomes of its template; the database itself sees to that."""
    data, template = studio.scene.data, await ours(studio)
    (version,) = (await studio.template(template))["versions"]
    key = UUID(version["id"].rpartition("_")[2])
    async with unit_of_work(data.database, data.keys, system_of(studio.scene.centre)) as uow:
        before = await version_of(uow, key)
    assert before is not None
    await studio.on("caseTemplateStageRemove", template, code="FIRST")
    await studio.on("caseTemplateStageUpdate", template, code="SECOND", stage=TASK)
    assert (await studio.on("caseTemplatePublish", template))["errors"] == []
    await studio.on("caseTemplateRetire", template)
    async with unit_of_work(data.database, data.keys, system_of(studio.scene.centre)) as uow:
        assert await version_of(uow, key) == before
        newer = await version_of(uow, UUID((await studio.template(template))["versions"][0]["id"].rpartition("_")[2]))
        assert newer is not None
        assert [stage.code for stage in newer.stages] == ["SECOND"]
    for table in ("versions", "stages", "approvals", "notifications", "documents"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with unit_of_work(data.database, data.keys, system_of(studio.scene.centre)) as uow:
                await uow.connection.execute(f"UPDATE case_template_{table} SET id = id", [])  # noqa: S608
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with unit_of_work(data.database, data.keys, system_of(studio.scene.centre)) as uow:
                await uow.connection.execute(f"DELETE FROM case_template_{table}", [])  # noqa: S608


async def test_the_database_refuses_a_stage_that_cannot_be(studio: Studio) -> None:
    """Whatever the code forgets: constraints of the table say the same."""
    data, template = studio.scene.data, await ours(studio)
    version = UUID((await studio.template(template))["versions"][0]["id"].rpartition("_")[2])
    usual: dict[str, Any] = {
        "version_id": version,
        "code": "X",
        "name": "X",
        "stage_type": "TASK",
        "advice_stage": "TRIAGE",
        "sequence_order": 3,
        "position": 3,
        "is_required": True,
        "is_parallel": False,
        "auto_assign": False,
        "role": "ADVISOR",
        "condition": "ALWAYS",
        "depends_on": [],
        "approver_roles": [],
        "wait_days": [],
        "gate_evidence": "NONE",
    }
    approved = {"approval_type": "SINGLE", "min_approvers": 1, "approver_roles": ["CENTRE_MANAGER"]}
    for bad in (
        {"role": None},
        {"duration_days": 0},
        {"wait_days": [3]},
        {"stage_type": "WAIT"},
        {"condition": "SAMPLED"},
        {"stage_type": "APPROVAL"},
        {**approved, "min_approvers": 2},
        {**approved, "approver_roles": ["ADVISOR"]},
        {**approved, "approver_roles": []},
        {**approved, "approval_type": "SEQUENTIAL"},
        {"approver_roles": ["CENTRE_MANAGER"]},
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            async with unit_of_work(data.database, data.keys, system_of(studio.scene.centre)) as uow:
                uow.add_lines([CaseTemplateStage(id=new_id(), **{**usual, **bad})])


async def test_lists_are_filtered(studio: Studio) -> None:
    kind = await studio.case_type("DRO")
    await ours(studio, published=False, code="DRAFT", category=TemplateCategory.LEGAL)
    retired = await ours(studio, code="OLD", case_type_id=UUID(kind["id"].rpartition("_")[2]))
    await studio.on("caseTemplateRetire", retired)

    async def listed(**conditions: Any) -> list[str]:
        answer = await studio.scene.graph.run(
            "query ($filter: CaseTemplateFilter) { caseTemplates(filter: $filter) "
            "{ totalCount edges { node { code } } } }",
            as_=studio.scene.advisor,
            filter=conditions,
        )
        assert answer.errors == []
        found = answer.data["caseTemplates"]
        assert found["totalCount"] == len(found["edges"])
        return [edge["node"]["code"] for edge in found["edges"]]

    assert await listed() == ["DEBT-ADVICE-STANDARD", "DRAFT", "OLD"]
    assert await listed(active=True) == ["DEBT-ADVICE-STANDARD", "DRAFT"]
    assert await listed(active=False) == ["OLD"]
    assert await listed(published=False) == ["DRAFT"]
    assert await listed(published=True, active=True) == ["DEBT-ADVICE-STANDARD"]
    assert await listed(category=["LEGAL", "COMPLIANCE"]) == ["DRAFT"]
    assert await listed(caseType=[kind["id"]]) == ["OLD"]
    assert await listed(caseType=["nonsense"]) == []


async def test_a_mutation_is_done_once_under_its_key(studio: Studio) -> None:
    first = await studio.scene.ask("caseTemplateCreate", **NEW, idempotencyKey="k")
    again = await studio.scene.ask("caseTemplateCreate", **NEW, idempotencyKey="k")
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["caseTemplate"] == first["caseTemplate"]
