"""What each mutation of statements costs is what its document says, reads and writes together."""

from collections.abc import Iterator
from typing import Any

import pytest

from cma_graphql.graph.node import write_id
from support.budget_scene import BudgetScene, line
from support.budgets import DAY
from support.operations import most_statements
from support.prices import Count, counted_writing

GAS = line("FIX.UTIL.GAS", "30.00")
DEEDS: dict[str, tuple[str, dict[str, Any]]] = {
    "budgetSheetUpdate": ("DRAFT", {"statementDate": "2025-09-30"}),
    "budgetSheetCopy": ("SENT", {}),
    "budgetSheetSubmit": ("DRAFT", {}),
    "budgetSheetReturn": ("READY_FOR_REVIEW", {"reason": "Rent?"}),
    "budgetSheetVerify": ("READY_FOR_REVIEW", {"verificationStatus": "REJECTED", "note": "Payslips differ"}),
    "budgetSheetConfirm": ("READY_FOR_REVIEW", {"channel": "PAPER", "consentToSend": True}),
    "budgetSheetSend": ("CONFIRMED_BY_CLIENT", {"sentTo": "A bank"}),
    "budgetSheetWithdraw": ("DRAFT", {"reason": "Wrong"}),
    "budgetLineAdd": ("DRAFT", GAS),
    "budgetLinesSet": ("DRAFT", {"lines": [GAS]}),
}


@pytest.fixture
def writing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Count]:
    """Count the statements of units of work."""
    with counted_writing(monkeypatch) as count:
        yield count


async def test_each_mutation_keeps_the_price_of_its_document(scene: BudgetScene, writing: Count) -> None:
    await scene.a_sheet("SENT")  # so that confirming another supersedes it
    spent: dict[str, int] = {}

    async def done(name: str, **given: Any) -> None:
        writing.statements = 0
        payload = await scene.ask(name, **given, idempotencyKey=name)
        assert payload["errors"] == [], name
        spent[name] = writing.statements + scene.last.statements

    await done("budgetSheetBegin", caseId=write_id("case", scene.case), statementDate=DAY.isoformat())
    for name, (status, given) in DEEDS.items():
        sheet_id, version = await scene.a_sheet(status)
        field = "sheetId" if name.startswith("budgetLine") else "id"
        await done(name, **{field: write_id("budgetsheet", sheet_id), "expectedVersion": version, **given})
    for name, given in (("budgetLineUpdate", {"amount": "1.00"}), ("budgetLineRemove", {})):
        sheet_id, version = await scene.a_sheet()
        line_id = (await scene.sheet(sheet_id))["lines"][0]["id"]
        await done(name, id=line_id, expectedVersion=version, **given)
    assert spent == {name: most_statements(name) for name in spent}
