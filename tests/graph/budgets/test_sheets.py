"""Beginning, changing and copying statements."""

from datetime import date, timedelta
from typing import Any

import pytest

from cma_graphql.core.clock import today
from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.budget_scene import BudgetScene
from support.budgets import DAY, a_line
from support.refusals import refusals


async def test_a_begun_statement_is_an_empty_draft(scene: BudgetScene, acting: Acting) -> None:
    words: dict[str, Any] = {
        "caseId": write_id("case", scene.case),
        "statementDate": DAY.isoformat(),
        "jointApplication": True,
        "notes": " After the birth ",
        "idempotencyKey": "begin-1",
    }
    payload = await scene.ask("budgetSheetBegin", **words)
    assert payload["errors"] == []
    shown = payload["budgetSheet"]
    assert (shown["number"], shown["version"], shown["status"]) == (1, 1, "DRAFT")
    assert (shown["scheme"], shown["schemeVersion"], shown["sheetType"]) == ("SFS", "1.1", "INITIAL")
    assert (shown["statementDate"], shown["jointApplication"]) == (DAY.isoformat(), True)
    assert (shown["assetUseConsidered"], shown["savingsConsidered"]) == (False, False)
    assert (shown["notes"], shown["beganInPortal"]) == ("After the birth", False)
    assert (shown["verificationStatus"], shown["lines"]) == ("UNVERIFIED", [])
    assert shown["allowedStatuses"] == ["READY_FOR_REVIEW", "WITHDRAWN"]
    assert set(shown["totals"].values()) == {"0.00"}
    again = await scene.ask("budgetSheetBegin", **words)
    assert (again["replayed"], again["budgetSheet"]) == (True, shown)
    (event,) = await acting.events(scene.centre)
    assert (event["name"], event["case_id"], event["client_id"]) == ("budget_sheet.begun", scene.case, scene.client)
    assert event["changes"]["number"] == {"old": None, "new": 1}
    (entry,) = await acting.audit(scene.centre)
    assert entry["changes"]["notes"] == {"old": None, "new": "After the birth"}


async def test_versions_count_within_the_case(scene: BudgetScene) -> None:
    numbers = [(await scene.sheet((await scene.begun())[0]))["number"] for _ in range(3)]
    assert numbers == [1, 2, 3]
    scene.case = await scene.data.a_case(scene.centre, client_id=scene.client, advisor=scene.advisor)
    assert (await scene.sheet((await scene.begun())[0]))["number"] == 1


async def test_a_case_has_at_most_a_hundred_statements(scene: BudgetScene, acting: Acting) -> None:
    sheet_id, version = await scene.begun()
    await acting.rows.execute("UPDATE budget_sheets SET number = 100 WHERE id = $1", sheet_id)
    words: dict[str, Any] = {"caseId": write_id("case", scene.case), "statementDate": DAY.isoformat()}
    answers = [
        await scene.ask("budgetSheetBegin", **words),
        await scene.on("budgetSheetCopy", sheet_id, version),
    ]
    for payload in answers:
        assert [(error["limit"], error["maximum"]) for error in payload["errors"]] == [("budget_sheets", 100)]


@pytest.mark.parametrize(
    ("day", "rule"), [(today() + timedelta(days=1), "in-future"), (date(2017, 2, 28), "no-scheme")]
)
async def test_a_day_without_a_form_is_refused(scene: BudgetScene, acting: Acting, day: date, rule: str) -> None:
    words: dict[str, Any] = {"caseId": write_id("case", scene.case), "statementDate": day.isoformat()}
    payload = await scene.ask("budgetSheetBegin", **words)
    assert refusals(payload) == [("ValidationError", "input.statementDate", rule)]
    assert await acting.events(scene.centre) == []


async def test_every_fault_of_a_header_is_named_at_once(scene: BudgetScene) -> None:
    words: dict[str, Any] = {
        "caseId": write_id("case", scene.case),
        "statementDate": "2016-01-01",
        "notes": "x" * 10_001,
    }
    payload = await scene.ask("budgetSheetBegin", **words)
    assert set(refusals(payload)) == {
        ("ValidationError", "input.statementDate", "no-scheme"),
        ("ValidationError", "input.notes", "too-long"),
    }


async def test_a_case_of_nothing_or_at_its_end_takes_no_statement(scene: BudgetScene) -> None:
    day = DAY.isoformat()
    for text in (write_id("case", new_id()), write_id("client", scene.client), "rubbish"):
        payload = await scene.ask("budgetSheetBegin", caseId=text, statementDate=day)
        assert refusals(payload) == [("NotFoundError", "input.caseId")]
    ended = await scene.data.a_case(scene.centre, client_id=scene.client, advisor=scene.advisor, status="CLOSED")
    payload = await scene.ask("budgetSheetBegin", caseId=write_id("case", ended), statementDate=day)
    assert refusals(payload) == [("ValidationError", "input.caseId", "case-ended")]


async def test_a_draft_is_changed_and_absent_is_not_null(scene: BudgetScene, acting: Acting) -> None:
    sheet_id, version = await scene.a_sheet(notes="Kept")
    payload = await scene.on(
        "budgetSheetUpdate", sheet_id, version, sheetType="FINAL", jointApplication=True, savingsConsidered=False
    )
    shown = payload["budgetSheet"]
    assert (shown["sheetType"], shown["jointApplication"], shown["savingsConsidered"]) == ("FINAL", True, False)
    assert (shown["notes"], shown["assetUseConsidered"], shown["version"]) == ("Kept", True, version + 1)
    payload = await scene.on("budgetSheetUpdate", sheet_id, version + 1, notes=None)
    assert (payload["budgetSheet"]["notes"], payload["budgetSheet"]["version"]) == (None, version + 2)
    last = (await acting.audit(scene.centre))[-1]
    assert (last["action"], last["changes"]) == ("budget_sheet.updated", {"notes": {"old": "Kept", "new": None}})
    told = len(await acting.events(scene.centre))
    same = await scene.on("budgetSheetUpdate", sheet_id, version + 2, sheetType="FINAL")
    assert same["budgetSheet"]["version"] == version + 2
    assert len(await acting.events(scene.centre)) == told


async def test_a_new_day_has_to_allow_the_lines(scene: BudgetScene) -> None:
    sheet_id, version = await scene.a_sheet(
        day=date(2025, 4, 5), lines=[a_line("INC.BEN.WTC", "10.00"), a_line("FIX.HOME.RENT", "1.00")]
    )
    payload = await scene.on("budgetSheetUpdate", sheet_id, version, statementDate="2025-04-06")
    assert refusals(payload) == [("ValidationError", "input.statementDate", "code-out-of-date")]
    assert (await scene.sheet(sheet_id))["statementDate"] == "2025-04-05"
    payload = await scene.on("budgetSheetUpdate", sheet_id, version, statementDate="2025-04-04")
    assert payload["budgetSheet"]["statementDate"] == "2025-04-04"


async def test_a_copy_is_a_draft_of_its_own(scene: BudgetScene, acting: Acting) -> None:
    sheet_id, version = await scene.a_sheet("SENT", verified=True, notes="First")
    original = await scene.sheet(sheet_id)
    payload = await scene.on("budgetSheetCopy", sheet_id, version, idempotencyKey="copy-1")
    assert (payload["errors"], payload["warnings"]) == ([], [])
    copy = payload["budgetSheet"]
    assert (copy["number"], copy["status"], copy["sheetType"]) == (2, "DRAFT", "REVISED")
    assert (copy["statementDate"], copy["notes"]) == (today().isoformat(), "First")
    assert copy["copiedFrom"] == {"id": original["id"]}
    assert (copy["verificationStatus"], copy["accuracyConfirmedAt"], copy["sentAt"]) == ("UNVERIFIED", None, None)
    assert (copy["assetUseConsidered"], copy["savingsConsidered"]) == (False, False)
    said = ("code", "entry", "amount", "frequency", "monthlyAmount", "description", "note")
    assert [[item[name] for name in said] for item in copy["lines"]] == [
        [item[name] for name in said] for item in original["lines"]
    ]
    assert [item["verified"] for item in original["lines"]] == [True, True]
    assert [item["verified"] for item in copy["lines"]] == [False, False]
    assert {item["id"] for item in copy["lines"]}.isdisjoint(item["id"] for item in original["lines"])
    assert await scene.sheet(sheet_id) == {
        **original,
        "case": {
            **original["case"],
            "budgetSheets": [
                {"id": copy["id"], "number": 2, "status": "DRAFT"},
                *original["case"]["budgetSheets"],
            ],
        },
    }
    last = (await acting.events(scene.centre))[-1]
    assert (last["name"], last["changes"]["lines"]) == ("budget_sheet.begun", {"old": None, "new": 2})
    again = await scene.on("budgetSheetCopy", sheet_id, version, idempotencyKey="copy-1")
    assert (again["replayed"], again["budgetSheet"]["id"]) == (True, copy["id"])


async def test_a_copy_leaves_out_what_its_day_does_not_allow_and_says_so(scene: BudgetScene) -> None:
    sheet_id, version = await scene.a_sheet(
        "CONFIRMED_BY_CLIENT",
        day=date(2025, 4, 5),
        lines=[a_line("INC.BEN.WTC", "10.00"), a_line("INC.BEN.CTC", "20.00"), a_line("INC.BEN.CHB", "30.00")],
    )
    payload = await scene.on("budgetSheetCopy", sheet_id, version, sheetType="FINAL", statementDate="2025-04-06")
    assert payload["errors"] == []
    assert [item["code"] for item in payload["budgetSheet"]["lines"]] == ["INC.BEN.CHB"]
    assert payload["budgetSheet"]["totals"]["totalIncome"] == "30.00"
    told = [
        (item["path"], item["rule"], {each["name"]: each["value"] for each in item["parameters"]})
        for item in payload["warnings"]
    ]
    assert told == [
        (
            ["input", "statementDate"],
            "code-out-of-date",
            {"code": code, "activeFrom": "2017-03-01", "activeTo": "2025-04-05"},
        )
        for code in ("INC.BEN.CTC", "INC.BEN.WTC")
    ]


async def test_a_copy_of_a_bad_day_or_of_an_old_version_is_none(scene: BudgetScene, acting: Acting) -> None:
    sheet_id, version = await scene.a_sheet()
    told = len(await acting.events(scene.centre))
    tomorrow = (today() + timedelta(days=1)).isoformat()
    payload = await scene.on("budgetSheetCopy", sheet_id, version, statementDate=tomorrow)
    assert refusals(payload) == [("ValidationError", "input.statementDate", "in-future")]
    payload = await scene.on("budgetSheetCopy", sheet_id, version - 1)
    assert [error["__typename"] for error in payload["errors"]] == ["ConflictError"]
    assert len(await acting.events(scene.centre)) == told


async def test_the_catalogue_is_that_of_its_day(scene: BudgetScene) -> None:
    asked = (
        "query ($at: Date) { statementLines(at: $at) { code kind repeatable } paymentFrequencies(at: $at) { code } }"
    )
    before = await scene.graph.run(asked, as_=scene.advisor, at="2025-04-05")
    after = await scene.graph.run(asked, as_=scene.advisor)
    never = await scene.graph.run(asked, as_=scene.advisor, at="2017-02-28")
    kinds = [item["kind"] for item in before.data["statementLines"]]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "INCOME": 25,
        "FIXED": 43,
        "FLEXIBLE": 20,
        "SAVINGS": 1,
        "DEBT_FEE": 1,
    }
    assert [item["code"] for item in before.data["statementLines"] if item["repeatable"]] == ["FIX.ESS.OTHER"]
    gone = {item["code"] for item in before.data["statementLines"]} - {
        item["code"] for item in after.data["statementLines"]
    }
    assert gone == {"INC.BEN.WTC", "INC.BEN.CTC"}
    assert len(after.data["paymentFrequencies"]) == 10
    assert never.data == {"statementLines": [], "paymentFrequencies": []}
