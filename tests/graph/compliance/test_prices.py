"""Each mutation of compliance costs what its document says."""

import re
from typing import Any

import pytest

from cma_graphql.graph.node import write_id
from graph.cases.test_case_prices import writing
from graph.compliance.conftest import Desk
from support.compliance import a_framework, a_paper
from support.operations import document
from support.prices import Count

__all__ = ["writing"]
DAY = "2099-01-01"


async def runs(desk: Desk) -> dict[str, dict[str, Any]]:
    """Answer a run of every mutation that succeeds, in this order."""
    scene, found, mine = desk.scene, await desk.items(), await desk.checklist()
    paper = write_id("document", await a_paper(scene.data, scene.centre, desk.case_id))
    framework = await a_framework(scene.data, scene.manager, code="OTHER")
    fresh = await scene.a_case()

    def on(code: str, version: int) -> dict[str, Any]:
        return {"id": write_id("complianceitem", found[code]["id"]), "expectedVersion": version}

    return {
        "complianceItemComplete": {**on("L-2", 1), "evidenceDocumentId": paper},
        "complianceItemReopen": {**on("L-2", 2), "reason": "Again"},
        "complianceItemFail": {**on("L-1", 1), "remedialAction": "Write", "deadlineOn": DAY},
        "complianceItemMarkApplicable": on("L-3", 1),
        "complianceItemMarkNotApplicable": {**on("L-3", 2), "reason": "No"},
        "complianceItemSetDeadline": {**on("L-1", 2), "deadlineOn": "2099-02-01"},
        "complianceItemWaive": {**on("L-2", 3), "reason": "No paper"},
        "complianceItemsComplete": {"items": [on("L-4", 1)]},
        "caseComplianceWaive": {"id": write_id("casecompliance", mine["id"]), "expectedVersion": 9, "reason": "Gone"},
        "caseComplianceBegin": {"caseId": write_id("case", fresh)},
        "complianceFrameworkCreate": {
            "code": "F-1",
            "name": "Rules",
            "edition": "1",
            "effectiveFrom": "2026-01-01",
            "source": "Us",
            "description": "Ours.",
        },
        "complianceChecklistCreate": {
            "frameworkId": write_id("complianceframework", framework),
            "code": "C-1",
            "name": "A list",
            "caseTypes": ["DRO"],
            "requirements": [{"code": f"A-{number}", "text": "A thing."} for number in range(30)],
        },
        "complianceChecklistRetire": {
            "id": write_id("compliancechecklist", mine["checklist_id"]),
            "expectedVersion": 1,
        },
    }


@pytest.mark.usefixtures("writing")
async def test_each_mutation_keeps_the_price_of_its_document(desk: Desk, writing: Count) -> None:
    spent, promised = {}, {}
    for name, given in (await runs(desk)).items():
        writing.statements = 0
        payload = await desk.scene.ask(name, **given, idempotencyKey="k")
        assert payload["errors"] == [], name
        spent[name] = writing.statements + desk.scene.last.statements
        found = re.match(r"# statements: (\d+)", document(name))
        promised[name] = int(found.group(1)) if found else 0
    assert spent == promised
