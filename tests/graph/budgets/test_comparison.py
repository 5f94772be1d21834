"""Two versions of a statement side by side, and what a case and a client show of theirs."""

from typing import Any

from cma_graphql.graph.node import write_id
from support.budget_scene import BudgetScene
from support.budgets import a_line, a_sheet
from support.operations import document


async def compared(scene: BudgetScene, first: Any, second: Any) -> Any:
    return await scene.graph.run(
        document("budgetComparison"),
        as_=scene.advisor,
        firstId=write_id("budgetsheet", first),
        secondId=write_id("budgetsheet", second),
    )


async def test_each_line_is_told_before_and_after(scene: BudgetScene) -> None:
    first, _ = await scene.a_sheet(
        lines=[
            a_line("INC.EARN.CLIENT", "1000.00"),
            a_line("FIX.HOME.RENT", "100.00", "WEEKLY"),
            a_line("FIX.UTIL.GAS", "30.00"),
            a_line("FIX.ESS.OTHER", "5.00", description="One"),
        ]
    )
    second, _ = await scene.a_sheet(
        lines=[
            a_line("INC.EARN.CLIENT", "1100.00"),
            a_line("FIX.HOME.RENT", "100.00", "WEEKLY"),
            a_line("FIX.ESS.OTHER", "5.00", description="One"),
            a_line("FIX.ESS.OTHER", "7.00", description="Two"),
        ]
    )
    answer = await compared(scene, first, second)
    assert answer.errors == []
    shown = answer.data["budgetComparison"]
    assert (shown["first"]["number"], shown["second"]["number"]) == (1, 2)
    assert [
        (item["code"], item["entry"], item["monthlyBefore"], item["monthlyAfter"], item["difference"])
        for item in shown["lines"]
    ] == [
        ("INC.EARN.CLIENT", 1, "1000.00", "1100.00", "100.00"),
        ("FIX.HOME.RENT", 1, "433.33", "433.33", "0.00"),
        ("FIX.UTIL.GAS", 1, "30.00", "0.00", "-30.00"),
        ("FIX.ESS.OTHER", 1, "5.00", "5.00", "0.00"),
        ("FIX.ESS.OTHER", 2, "0.00", "7.00", "7.00"),
    ]
    assert [(item["before"] is None, item["after"] is None) for item in shown["lines"]] == [
        (False, False),
        (False, False),
        (False, True),
        (False, False),
        (True, False),
    ]
    assert (shown["totalsBefore"]["surplus"], shown["totalsAfter"]["surplus"]) == ("531.67", "654.67")
    assert shown["surplusDifference"] == "123.00"


async def test_statements_of_two_cases_are_not_compared(scene: BudgetScene) -> None:
    first, _ = await scene.a_sheet()
    other = await scene.data.a_case(scene.centre, client_id=scene.client, advisor=scene.advisor)
    second = await a_sheet(scene.data, scene.manager, other)
    answer = await compared(scene, first, second)
    assert answer.data == {"budgetComparison": None}
    assert [error.original_error.rule for error in answer.errors] == ["not-one-case"]


async def test_what_is_out_of_sight_is_not_compared(scene: BudgetScene) -> None:
    first, _ = await scene.a_sheet()
    hidden = await a_sheet(scene.data, scene.manager, await scene.data.a_case(scene.centre))
    for pair in ((first, hidden), (hidden, first), (first, scene.case)):
        answer = await compared(scene, *pair)
        assert (answer.data, answer.errors) == ({"budgetComparison": None}, [])
    answer = await scene.graph.run(
        document("budgetComparison"), as_=scene.advisor, firstId="rubbish", secondId=write_id("case", scene.case)
    )
    assert answer.data == {"budgetComparison": None}


async def test_a_client_earns_what_was_confirmed_last_in_the_cases_that_are_seen(scene: BudgetScene) -> None:
    await scene.a_sheet("SENT", lines=[a_line("INC.EARN.CLIENT", "1000.00"), a_line("FIX.HOME.RENT", "1200.00")])
    await scene.a_sheet("DRAFT", lines=[a_line("INC.EARN.CLIENT", "5.00")])
    hidden = await scene.data.a_case(scene.centre, client_id=scene.client)
    await a_sheet(scene.data, scene.manager, hidden, status="SENT", lines=[a_line("INC.EARN.CLIENT", "2000.00")])
    asked = """query ($client: ID!, $case: ID!) {
      client(id: $client) { monthlyIncome }
      case(id: $case) { monthlySurplus currentBudget { number case { id } } budgetSheets { number client { id } } }
    }"""
    ids = {"client": write_id("client", scene.client), "case": write_id("case", scene.case)}
    seen = await scene.graph.run(asked, as_=scene.advisor, **ids)
    assert seen.data["client"] == {"monthlyIncome": "1000.00"}
    assert seen.data["case"] == {
        "monthlySurplus": "-200.00",
        "currentBudget": {"number": 1, "case": {"id": ids["case"]}},
        "budgetSheets": [
            {"number": 2, "client": {"id": ids["client"]}},
            {"number": 1, "client": {"id": ids["client"]}},
        ],
    }
    everything = await scene.graph.run(asked, as_=scene.manager, **ids)
    assert everything.data["client"] == {"monthlyIncome": "2000.00"}


async def test_without_a_confirmed_statement_nothing_is_known(scene: BudgetScene) -> None:
    await scene.a_sheet("READY_FOR_REVIEW")
    answer = await scene.graph.run(
        "query ($id: ID!) { case(id: $id) { monthlySurplus currentBudget { id } client { monthlyIncome } } }",
        as_=scene.advisor,
        id=write_id("case", scene.case),
    )
    assert answer.data["case"] == {"monthlySurplus": None, "currentBudget": None, "client": {"monthlyIncome": None}}
