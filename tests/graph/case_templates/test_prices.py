"""Each mutation of templates and case types costs what its document says."""

import re
from typing import Any

import pytest

from cma_graphql.graph.node import write_id
from graph.case_templates.conftest import Studio
from graph.cases.test_case_prices import writing
from support.operations import document
from support.prices import Count
from support.templates import a_template

__all__ = ["writing"]
STAGE = {"name": "Look", "stageType": "TASK", "adviceStage": "CLOSURE", "role": "ADVISOR"}


async def runs(studio: Studio) -> dict[str, dict[str, Any]]:
    """Answer a run of every mutation that succeeds, in this order."""
    standard = await studio.standard()
    ours = write_id("casetemplate", await a_template(studio.scene.data, studio.scene.manager))
    kind = (await studio.case_type("DRO"))["id"]

    def on(template: str, version: int, **given: Any) -> dict[str, Any]:
        return {"id": template, "expectedVersion": version, **given}

    return {
        "caseTemplateCreate": {"code": "NEW", "name": "New", "caseTypeId": kind},
        "caseTemplateClone": {"id": standard, "code": "COPY", "name": "Copy"},
        "caseTemplateUpdate": on(ours, 4, name="Other", caseTypeId=kind),
        "caseTemplateStageAdd": on(standard, 1, code="LAST", stage=STAGE),
        "caseTemplateStageUpdate": on(standard, 2, code="LAST", stage={**STAGE, "name": "See"}),
        "caseTemplateStagesReorder": on(ours, 5, steps=[["SECOND"], ["FIRST"]]),
        "caseTemplateRulesSet": on(standard, 3, documentRules=[]),
        "caseTemplatePublish": on(standard, 4),
        "caseTemplateStageRemove": on(standard, 5, code="LAST"),
        "caseTemplateDraftDiscard": on(standard, 6),
        "caseTypeSetTemplate": on(kind, 1, templateId=ours),
        "caseTemplateMakeDefault": on(ours, 6),
        "caseTemplateRetire": on(standard, 8),
        "caseTemplateActivate": on(standard, 9),
        "caseTypeCreate": {"code": "OWN", "name": "Own", "description": "Ours.", "parentId": kind, "isDefault": True},
        "caseTypeUpdate": on(kind, 2, name="Relief", isDefault=True),
        "caseTypeDeactivate": on((await studio.case_type("DMP"))["id"], 1),
        "caseTypeActivate": on((await studio.case_type("DMP"))["id"], 2),
    }


@pytest.mark.usefixtures("writing")
async def test_each_mutation_keeps_the_price_of_its_document(studio: Studio, writing: Count) -> None:
    spent, promised = {}, {}
    for name, given in (await runs(studio)).items():
        writing.statements = 0
        payload = await studio.scene.ask(name, **given, idempotencyKey="k")
        assert payload["errors"] == [], name
        spent[name] = writing.statements + studio.scene.last.statements
        found = re.match(r"# statements: (\d+)", document(name))
        promised[name] = int(found.group(1)) if found else 0
    assert spent == promised
