"""The SFS toolkit's summary example, entered line by line, comes to its own figures (issue 3).

Its stated fixed total, 2,009.59, contradicts its lines; ours follow the lines.
"""

from decimal import Decimal

from support.budget_scene import BudgetScene, line
from support.budgets import TOOLKIT_EXAMPLE

EXPECTED = {
    "totalIncome": "3157.67",
    "totalFixed": "1654.85",
    "totalFlexible": "962.49",
    "totalOutgoings": "2617.34",
    "surplus": "540.33",
    "savingsContribution": "18.00",
    "debtAdminFee": "0.00",
    "availableForPriority": "522.33",
}
GROUPS = {
    "INC.EARN": "3000.00",
    "INC.BEN": "112.67",
    "INC.OTH": "45.00",
    "FIX.HOME": "993.92",
    "FIX.UTIL": "102.18",
    "FIX.WATER": "16.67",
    "FIX.TRAVEL": "172.08",
    "FIX.SCHOOL": "10.00",
    "FIX.INS": "240.00",
    "FIX.ESS": "120.00",
    "FLX.COMMS": "95.00",
    "FLX.FOOD": "788.33",
    "FLX.PERS": "79.16",
    "SAV": "18.00",
    "DEBT": "0.00",
}


async def test_entered_line_by_line_it_comes_to_its_own_totals(scene: BudgetScene) -> None:
    sheet_id, version = await scene.begun(jointApplication=True)
    for code, amount, description in TOOLKIT_EXAMPLE:
        payload = await scene.on("budgetLineAdd", sheet_id, version, **line(code, amount, description=description))
        assert payload["errors"] == []
        version += 1
        assert payload["budgetSheet"]["version"] == version
        assert payload["budgetLine"]["monthlyAmount"] == amount
    shown = await scene.sheet(sheet_id)
    groups = {group["groupCode"]: group["amount"] for group in shown["totals"].pop("groups")}
    assert shown["totals"] == EXPECTED
    assert list(groups.items()) == list(GROUPS.items())
    assert [item["code"] for item in shown["lines"]] == [code for code, _, _ in TOOLKIT_EXAMPLE]
    assert shown["suggestedSavings"] == "20.00"


async def test_set_at_once_it_comes_to_the_same(scene: BudgetScene) -> None:
    sheet_id, version = await scene.begun()
    given = [line(code, amount, description=description) for code, amount, description in TOOLKIT_EXAMPLE]
    payload = await scene.on("budgetLinesSet", sheet_id, version, lines=given)
    assert payload["errors"] == []
    assert payload["budgetSheet"]["totals"] == EXPECTED
    assert payload["budgetSheet"]["version"] == version + 1
    assert sum(Decimal(item["monthlyAmount"]) for item in payload["budgetSheet"]["lines"]) == Decimal("5793.01")


async def test_the_totals_are_kept_when_the_client_confirms(scene: BudgetScene) -> None:
    sheet_id, version = await scene.begun(assetUseConsidered=True, savingsConsidered=True)
    given = [line(code, amount, description=description) for code, amount, description in TOOLKIT_EXAMPLE]
    await scene.on("budgetLinesSet", sheet_id, version, lines=given)
    await scene.on("budgetSheetSubmit", sheet_id, version + 1)
    payload = await scene.on("budgetSheetConfirm", sheet_id, version + 2, channel="IN_PERSON", consentToSend=True)
    assert payload["errors"] == []
    assert payload["budgetSheet"]["totals"] == EXPECTED
    answer = await scene.graph.run(
        "query ($id: ID!) { case(id: $id) { monthlySurplus currentBudget { id } client { monthlyIncome } } }",
        as_=scene.advisor,
        id=(await scene.sheet(sheet_id))["case"]["id"],
    )
    assert answer.data["case"] == {
        "monthlySurplus": "540.33",
        "currentBudget": {"id": payload["budgetSheet"]["id"]},
        "client": {"monthlyIncome": "3157.67"},
    }
