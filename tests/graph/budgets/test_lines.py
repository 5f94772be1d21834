"""Editing the lines of a draft: exact amounts, every fault named, nothing half-written."""

from datetime import date
from typing import Any

import pytest

from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.budget_scene import BudgetScene, line
from support.budgets import a_line, many_lines
from support.refusals import refusals

VECTORS = [
    ("50.00", "FOUR_WEEKLY", "54.17"),
    ("100.00", "WEEKLY", "433.33"),
    ("250.00", "FORTNIGHTLY", "541.67"),
    ("120.00", "QUARTERLY", "40.00"),
    ("10.00", "ANNUAL", "0.83"),
    ("0.01", "WEEKLY", "0.04"),
]


@pytest.mark.parametrize(("amount", "frequency", "monthly"), VECTORS)
async def test_an_amount_is_converted_to_the_penny(
    scene: BudgetScene, amount: str, frequency: str, monthly: str
) -> None:
    sheet_id, version = await scene.begun()
    payload = await scene.on("budgetLineAdd", sheet_id, version, **line("FIX.HOME.RENT", amount, frequency))
    shown = payload["budgetLine"]
    assert (shown["amount"], shown["frequency"], shown["monthlyAmount"]) == (amount, frequency, monthly)
    assert (shown["entry"], shown["verified"]) == (1, False)
    assert shown["statementLine"] == {"code": "FIX.HOME.RENT", "name": "Rent"}
    assert shown["sheet"] == {"id": payload["budgetSheet"]["id"]}


BAD: list[tuple[dict[str, Any], tuple[str, str]]] = [
    (line("FIX.HOME.CASTLE", "1.00"), ("input.code", "unknown-code")),
    (line("INC.BEN.WTC", "1.00"), ("input.code", "code-out-of-date")),
    (line("INC.BEN.CTC", "1.00"), ("input.code", "code-out-of-date")),
    (line("FIX.HOME.RENT", "-0.01"), ("input.amount", "minimum")),
    (line("FIX.HOME.RENT", "9999999999999.99", "WEEKLY"), ("input.amount", "digits")),
    (line("FIX.HOME.OTHER", "1.00"), ("input.description", "required")),
    (line("FIX.ESS.OTHER", "1.00"), ("input.description", "required")),
    (line("FIX.HOME.OTHER", "1.00", description=" "), ("input.description", "blank")),
    (line("FIX.HOME.RENT", "1.00", description="x" * 201), ("input.description", "too-long")),
    (line("FIX.HOME.RENT", "1.00", note="x" * 2_001), ("input.note", "too-long")),
]


@pytest.mark.parametrize(("given", "fault"), BAD)
async def test_a_bad_line_is_refused_by_name(
    scene: BudgetScene, acting: Acting, given: dict[str, Any], fault: tuple[str, str]
) -> None:
    sheet_id, version = await scene.begun()
    before = len(await acting.audit(scene.centre))
    payload = await scene.on("budgetLineAdd", sheet_id, version, **given)
    assert refusals(payload) == [("ValidationError", *fault)]
    assert (payload["budgetSheet"], payload["budgetLine"]) == (None, None)
    shown = await scene.sheet(sheet_id)
    assert (shown["version"], shown["lines"]) == (version, [])
    assert len(await acting.audit(scene.centre)) == before


async def test_a_code_out_of_date_says_from_when_to_when(scene: BudgetScene) -> None:
    sheet_id, version = await scene.begun(date(2025, 4, 6))
    payload = await scene.on("budgetLineAdd", sheet_id, version, **line("INC.BEN.WTC", "1.00"))
    (error,) = payload["errors"]
    assert {item["name"]: item["value"] for item in error["parameters"]} == {
        "code": "INC.BEN.WTC",
        "activeFrom": "2017-03-01",
        "activeTo": "2025-04-05",
    }
    last_day, version = await scene.begun(date(2025, 4, 5))
    payload = await scene.on("budgetLineAdd", last_day, version, **line("INC.BEN.WTC", "1.00"))
    assert payload["errors"] == []


@pytest.mark.parametrize("amount", ["1.001", "12345678901234", "NaN", "Infinity", "1e3", "£5", "1,000", "", True])
async def test_what_is_no_money_is_not_read_at_all(scene: BudgetScene, amount: Any) -> None:
    sheet_id, version = await scene.begun()
    answer = await scene.graph.run(
        "mutation ($input: BudgetLineAddInput!) { budgetLineAdd(input: $input) { errors { code } } }",
        as_=scene.advisor,
        input={
            "sheetId": write_id("budgetsheet", sheet_id),
            "expectedVersion": version,
            **line("FIX.HOME.RENT", amount),
        },
    )
    assert answer.data is None
    assert len(answer.errors) == 1
    assert (await scene.sheet(sheet_id))["lines"] == []


async def test_one_line_a_code_but_for_the_repeatable_one(scene: BudgetScene) -> None:
    sheet_id, version = await scene.begun()
    await scene.on("budgetLineAdd", sheet_id, version, **line("FIX.HOME.RENT", "1.00"))
    again = await scene.on("budgetLineAdd", sheet_id, version + 1, **line("FIX.HOME.RENT", "2.00"))
    assert refusals(again) == [("ValidationError", "input.code", "line-exists")]
    for entry in (1, 2):
        payload = await scene.on(
            "budgetLineAdd", sheet_id, version + entry, **line("FIX.ESS.OTHER", "1.00", description=f"Cost {entry}")
        )
        assert payload["budgetLine"]["entry"] == entry


async def test_a_line_is_changed_where_it_is_said_and_absent_is_not_null(scene: BudgetScene) -> None:
    sheet_id, version = await scene.begun()
    added = await scene.on(
        "budgetLineAdd", sheet_id, version, **line("FIX.HOME.RENT", "100.00", "WEEKLY", note="Due on Mondays")
    )
    line_id = added["budgetLine"]["id"]
    changed = await scene.ask("budgetLineUpdate", id=line_id, expectedVersion=version + 1, amount="120.00")
    assert changed["budgetLine"]["monthlyAmount"] == "520.00"
    assert changed["budgetLine"]["note"] == "Due on Mondays"
    assert changed["budgetSheet"]["version"] == version + 2
    emptied = await scene.ask("budgetLineUpdate", id=line_id, expectedVersion=version + 2, note=None)
    assert (emptied["budgetLine"]["note"], emptied["budgetLine"]["amount"]) == (None, "120.00")
    same = await scene.ask("budgetLineUpdate", id=line_id, expectedVersion=version + 3, amount="120.00")
    assert same["budgetSheet"]["version"] == version + 3


async def test_the_description_that_a_line_needs_cannot_be_taken_away(scene: BudgetScene) -> None:
    sheet_id, version = await scene.begun()
    added = await scene.on("budgetLineAdd", sheet_id, version, **line("FIX.HOME.OTHER", "1.00", description="Gardener"))
    payload = await scene.ask(
        "budgetLineUpdate", id=added["budgetLine"]["id"], expectedVersion=version + 1, description=None
    )
    assert refusals(payload) == [("ValidationError", "input.description", "required")]


async def test_a_removed_line_is_gone_and_its_code_free_again(scene: BudgetScene) -> None:
    sheet_id, version = await scene.begun()
    added = await scene.on("budgetLineAdd", sheet_id, version, **line("FIX.HOME.RENT", "1.00"))
    line_id = added["budgetLine"]["id"]
    removed = await scene.ask("budgetLineRemove", id=line_id, expectedVersion=version + 1)
    assert removed["budgetSheet"]["lines"] == []
    assert removed["budgetSheet"]["totals"]["totalFixed"] == "0.00"
    again = await scene.ask("budgetLineRemove", id=line_id, expectedVersion=version + 2)
    assert refusals(again) == [("NotFoundError", "input.id")]
    payload = await scene.on("budgetLineAdd", sheet_id, version + 2, **line("FIX.HOME.RENT", "2.00"))
    assert payload["errors"] == []


async def test_each_change_of_a_line_is_told(scene: BudgetScene, acting: Acting) -> None:
    sheet_id, version = await scene.begun()
    added = await scene.on("budgetLineAdd", sheet_id, version, **line("FIX.HOME.RENT", "100.00", note="Private"))
    line_id = added["budgetLine"]["id"]
    await scene.ask("budgetLineUpdate", id=line_id, expectedVersion=version + 1, amount="120.00")
    await scene.ask("budgetLineRemove", id=line_id, expectedVersion=version + 2)
    events = await acting.events(scene.centre)
    assert [event["name"] for event in events] == [
        "budget_sheet.begun",
        "budget_line.added",
        "budget_line.updated",
        "budget_line.removed",
    ]
    assert {event["case_id"] for event in events} == {scene.case}
    assert events[1]["changes"]["note"] is None
    assert events[2]["changes"] == {
        "amount": {"old": "100.00", "new": "120.00"},
        "monthly_amount": {"old": "100.00", "new": "120.00"},
    }
    audit = await acting.audit(scene.centre)
    assert audit[1]["changes"]["note"] == {"old": None, "new": "Private"}
    assert [row["action"] for row in audit] == [event["name"] for event in events]


async def test_setting_lines_keeps_adds_and_removes(scene: BudgetScene, acting: Acting) -> None:
    sheet_id, version = await scene.a_sheet(
        lines=[
            a_line("INC.EARN.CLIENT", "900.00"),
            a_line("FIX.HOME.RENT", "300.00"),
            a_line("FIX.ESS.OTHER", "1.00", description="One"),
            a_line("FIX.ESS.OTHER", "2.00", description="Two"),
        ]
    )
    before = {(item["code"], item["entry"]): item["id"] for item in (await scene.sheet(sheet_id))["lines"]}
    told = len(await acting.events(scene.centre))
    payload = await scene.on(
        "budgetLinesSet",
        sheet_id,
        version,
        lines=[
            line("FIX.ESS.OTHER", "1.00", description="One"),
            line("INC.EARN.CLIENT", "950.00"),
            line("FLX.FOOD.GROCERIES", "60.00", "WEEKLY"),
        ],
    )
    assert payload["errors"] == []
    after = {(item["code"], item["entry"]): item for item in payload["budgetSheet"]["lines"]}
    assert {key: item["amount"] for key, item in after.items()} == {
        ("INC.EARN.CLIENT", 1): "950.00",
        ("FIX.ESS.OTHER", 1): "1.00",
        ("FLX.FOOD.GROCERIES", 1): "60.00",
    }
    for key in (("INC.EARN.CLIENT", 1), ("FIX.ESS.OTHER", 1)):
        assert after[key]["id"] == before[key]
    assert payload["budgetSheet"]["version"] == version + 1
    names = sorted(event["name"] for event in (await acting.events(scene.centre))[told:])
    assert names == ["budget_line.added", "budget_line.removed", "budget_line.removed", "budget_line.updated"]
    again = await scene.on("budgetLinesSet", sheet_id, version + 1, lines=[])
    assert (again["budgetSheet"]["lines"], again["budgetSheet"]["version"]) == ([], version + 2)


async def test_setting_lines_tells_every_fault_by_its_place_and_writes_nothing(
    scene: BudgetScene, acting: Acting
) -> None:
    sheet_id, version = await scene.a_sheet()
    before, told = await scene.sheet(sheet_id), len(await acting.events(scene.centre))
    payload = await scene.on(
        "budgetLinesSet",
        sheet_id,
        version,
        lines=[
            line("FIX.HOME.RENT", "1.00"),
            line("FIX.HOME.RENT", "-1.00"),
            line("NO.SUCH", "1.00", note=""),
            line("INC.BEN.CTC", "1.00"),
            line("FIX.ESS.OTHER", "1.00"),
        ],
    )
    assert set(refusals(payload)) == {
        ("ValidationError", "input.lines.1.amount", "minimum"),
        ("ValidationError", "input.lines.1.code", "line-exists"),
        ("ValidationError", "input.lines.2.code", "unknown-code"),
        ("ValidationError", "input.lines.2.note", "blank"),
        ("ValidationError", "input.lines.3.code", "code-out-of-date"),
        ("ValidationError", "input.lines.4.description", "required"),
    }
    assert await scene.sheet(sheet_id) == before
    assert len(await acting.events(scene.centre)) == told


async def test_a_statement_has_at_most_two_hundred_lines(scene: BudgetScene) -> None:
    sheet_id, version = await scene.begun()
    await many_lines(scene.data, scene.manager, sheet_id, 200)
    one_more = line("FIX.ESS.OTHER", "1.00", description="One more")
    payload = await scene.on("budgetLineAdd", sheet_id, version, **one_more)
    assert [(error["limit"], error["maximum"]) for error in payload["errors"]] == [("budget_lines", 200)]
    payload = await scene.on("budgetLinesSet", sheet_id, version, lines=[one_more] * 201)
    assert [(error["limit"], error["maximum"]) for error in payload["errors"]] == [("budget_lines", 200)]
    assert len((await scene.sheet(sheet_id))["lines"]) == 200


async def test_totals_that_could_not_be_written_are_refused(scene: BudgetScene) -> None:
    sheet_id, version = await scene.begun()
    most = "9999999999999.99"
    await scene.on("budgetLineAdd", sheet_id, version, **line("INC.EARN.CLIENT", most))
    payload = await scene.on("budgetLineAdd", sheet_id, version + 1, **line("INC.EARN.PARTNER", "0.01"))
    assert refusals(payload) == [("ValidationError", "input.amount", "digits")]
    assert len((await scene.sheet(sheet_id))["lines"]) == 1


@pytest.mark.parametrize("status", ["READY_FOR_REVIEW", "CONFIRMED_BY_CLIENT", "SENT", "WITHDRAWN"])
async def test_only_a_draft_is_edited(scene: BudgetScene, status: str) -> None:
    sheet_id, version = await scene.a_sheet(status)
    before = await scene.sheet(sheet_id)
    one = line("FIX.UTIL.GAS", "1.00")
    line_id = before["lines"][0]["id"]
    for name, field, given in (
        ("budgetLineAdd", "sheetId", one),
        ("budgetLinesSet", "sheetId", {"lines": [one]}),
        ("budgetSheetUpdate", "id", {"notes": "New"}),
    ):
        payload = await scene.on(name, sheet_id, version, **given)
        assert refusals(payload) == [("ValidationError", f"input.{field}", "not-draft")], name
    singly: list[tuple[str, dict[str, Any]]] = [("budgetLineUpdate", {"amount": "1.00"}), ("budgetLineRemove", {})]
    for name, words in singly:
        payload = await scene.ask(name, id=line_id, expectedVersion=version, **words)
        assert refusals(payload) == [("ValidationError", "input.id", "not-draft")], name
    assert await scene.sheet(sheet_id) == before


async def test_an_old_version_is_a_conflict_and_shows_the_statement(scene: BudgetScene) -> None:
    sheet_id, version = await scene.a_sheet()
    line_id = (await scene.sheet(sheet_id))["lines"][0]["id"]
    stale = version - 1
    answers = [
        await scene.on("budgetLineAdd", sheet_id, stale, **line("FIX.UTIL.GAS", "1.00")),
        await scene.on("budgetLinesSet", sheet_id, stale, lines=[]),
        await scene.ask("budgetLineUpdate", id=line_id, expectedVersion=stale, amount="1.00"),
        await scene.ask("budgetLineRemove", id=line_id, expectedVersion=stale),
    ]
    for payload in answers:
        (error,) = payload["errors"]
        assert (error["__typename"], error["currentVersion"]) == ("ConflictError", version)
        assert error["current"] == {"id": write_id("budgetsheet", sheet_id)}
    assert (await scene.sheet(sheet_id))["version"] == version


async def test_ids_of_nothing_are_named(scene: BudgetScene) -> None:
    nothing = new_id()
    payload = await scene.on("budgetLineAdd", nothing, 1, **line("FIX.UTIL.GAS", "1.00"))
    assert refusals(payload) == [("NotFoundError", "input.sheetId")]
    payload = await scene.on("budgetLinesSet", nothing, 1, lines=[])
    assert refusals(payload) == [("NotFoundError", "input.sheetId")]
    for name in ("budgetLineUpdate", "budgetLineRemove"):
        for text in (write_id("budgetline", nothing), write_id("budgetsheet", nothing), "rubbish"):
            payload = await scene.ask(name, id=text, expectedVersion=1)
            assert refusals(payload) == [("NotFoundError", "input.id")]
