"""A statement's way: submitted, returned, verified, confirmed, sent, superseded, withdrawn."""

from datetime import timedelta
from typing import Any

import pytest

from cma_graphql.core.clock import now
from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.budget_scene import BudgetScene
from support.refusals import refusals

STEPS: dict[str, dict[str, Any]] = {
    "budgetSheetSubmit": {},
    "budgetSheetReturn": {"reason": "The rent is missing"},
    "budgetSheetConfirm": {"channel": "TELEPHONE", "consentToSend": True},
    "budgetSheetSend": {"sentTo": "Every creditor"},
    "budgetSheetWithdraw": {"reason": "Wrong case"},
}
LEADS: dict[tuple[str, str], str] = {
    ("DRAFT", "budgetSheetSubmit"): "READY_FOR_REVIEW",
    ("DRAFT", "budgetSheetWithdraw"): "WITHDRAWN",
    ("READY_FOR_REVIEW", "budgetSheetReturn"): "DRAFT",
    ("READY_FOR_REVIEW", "budgetSheetConfirm"): "CONFIRMED_BY_CLIENT",
    ("READY_FOR_REVIEW", "budgetSheetWithdraw"): "WITHDRAWN",
    ("CONFIRMED_BY_CLIENT", "budgetSheetSend"): "SENT",
    ("CONFIRMED_BY_CLIENT", "budgetSheetWithdraw"): "WITHDRAWN",
    ("SENT", "budgetSheetWithdraw"): "WITHDRAWN",
}


def instant(days: float = 0) -> str:
    return (now() + timedelta(days=days)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.mark.parametrize("name", sorted(STEPS))
@pytest.mark.parametrize(
    "status", ["DRAFT", "READY_FOR_REVIEW", "CONFIRMED_BY_CLIENT", "SENT", "SUPERSEDED", "WITHDRAWN"]
)
async def test_a_step_leads_where_the_table_says(scene: BudgetScene, acting: Acting, status: str, name: str) -> None:
    sheet_id, version = await scene.a_sheet("SENT" if status == "SUPERSEDED" else status)
    if status == "SUPERSEDED":
        await scene.a_sheet("CONFIRMED_BY_CLIENT")
        version += 1
    told = len(await acting.events(scene.centre))
    payload = await scene.on(name, sheet_id, version, **STEPS[name])
    target = LEADS.get((status, name))
    if target is None:
        (error,) = payload["errors"]
        assert (error["__typename"], error["from"]) == ("TransitionError", status)
        assert (await scene.sheet(sheet_id))["version"] == version
        assert len(await acting.events(scene.centre)) == told
        return
    assert payload["errors"] == []
    assert (payload["budgetSheet"]["status"], payload["budgetSheet"]["version"]) == (target, version + 1)
    (event,) = (await acting.events(scene.centre))[told:]
    assert event["changes"]["status"] == {"old": status, "new": target}
    assert (await acting.audit(scene.centre))[-1]["action"] == event["name"]


async def test_a_draft_is_not_submitted_before_it_is_complete(scene: BudgetScene, acting: Acting) -> None:
    sheet_id, version = await scene.begun()
    payload = await scene.on("budgetSheetSubmit", sheet_id, version)
    assert set(refusals(payload)) == {
        ("ValidationError", "input.id", "no-lines"),
        ("ValidationError", "input.assetUseConsidered", "not-considered"),
        ("ValidationError", "input.savingsConsidered", "not-considered"),
    }
    assert (await scene.sheet(sheet_id))["status"] == "DRAFT"
    assert len(await acting.events(scene.centre)) == 1


async def test_a_returned_statement_says_why_and_is_unverified(scene: BudgetScene) -> None:
    sheet_id, version = await scene.a_sheet("READY_FOR_REVIEW", verified=True)
    shown = (await scene.on("budgetSheetReturn", sheet_id, version, reason="Rent?"))["budgetSheet"]
    assert (shown["returnReason"], shown["submittedAt"]) == ("Rent?", None)
    assert (shown["verificationStatus"], shown["verifiedAt"], shown["verifier"]) == ("UNVERIFIED", None, None)
    again = (await scene.on("budgetSheetSubmit", sheet_id, version + 1))["budgetSheet"]
    assert again["returnReason"] is None


@pytest.mark.parametrize(
    ("name", "status"), [("budgetSheetReturn", "READY_FOR_REVIEW"), ("budgetSheetWithdraw", "DRAFT")]
)
async def test_a_reason_is_needed(scene: BudgetScene, name: str, status: str) -> None:
    sheet_id, version = await scene.a_sheet(status)
    for reason, rule in ((" ", "blank"), ("x" * 1_001, "too-long")):
        payload = await scene.on(name, sheet_id, version, reason=reason)
        assert refusals(payload) == [("ValidationError", "input.reason", rule)]
    assert (await scene.sheet(sheet_id))["status"] == status


async def test_verifying_takes_in_all_some_or_no_lines(scene: BudgetScene, acting: Acting) -> None:
    sheet_id, version = await scene.a_sheet("READY_FOR_REVIEW")
    ids = [item["id"] for item in (await scene.sheet(sheet_id))["lines"]]
    results: list[tuple[dict[str, Any], list[bool]]] = [
        ({"verificationStatus": "VERIFIED"}, [True, True]),
        ({"verificationStatus": "PARTIALLY_VERIFIED", "lineIds": ids[1:]}, [False, True]),
        ({"verificationStatus": "REJECTED", "note": "Payslips differ"}, [False, False]),
        ({"verificationStatus": "UNVERIFIED"}, [False, False]),
    ]
    for step, (given, verified) in enumerate(results):
        payload = await scene.on("budgetSheetVerify", sheet_id, version + step, **given)
        assert payload["errors"] == []
        shown = payload["budgetSheet"]
        assert shown["verificationStatus"] == given["verificationStatus"]
        assert shown["verificationNote"] == given.get("note")
        assert shown["verifier"] == {"id": write_id("membership", scene.advisor.user_id)}
        assert [item["verified"] for item in shown["lines"]] == verified
        assert shown["verifiedAt"] is not None
    event = (await acting.events(scene.centre))[-3]
    assert event["name"] == "budget_sheet.verified"
    assert len(event["changes"]["verified_lines"]["new"]) == 1


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"verificationStatus": "PARTIALLY_VERIFIED"}, ("ValidationError", "input.lineIds", "required")),
        ({"verificationStatus": "PARTIALLY_VERIFIED", "lineIds": []}, ("ValidationError", "input.lineIds", "required")),
        ({"verificationStatus": "VERIFIED", "lineIds": []}, ("ValidationError", "input.lineIds", "only-partial")),
        ({"verificationStatus": "REJECTED"}, ("ValidationError", "input.note", "required")),
        (
            {"verificationStatus": "PARTIALLY_VERIFIED", "lineIds": [write_id("budgetline", new_id())]},
            ("NotFoundError", "input.lineIds"),
        ),
        ({"verificationStatus": "PARTIALLY_VERIFIED", "lineIds": ["rubbish"]}, ("NotFoundError", "input.lineIds")),
    ],
)
async def test_a_verification_that_says_too_little_is_refused(
    scene: BudgetScene, given: dict[str, Any], fault: tuple[str, ...]
) -> None:
    sheet_id, version = await scene.a_sheet("READY_FOR_REVIEW")
    payload = await scene.on("budgetSheetVerify", sheet_id, version, **given)
    assert refusals(payload) == [fault]
    assert (await scene.sheet(sheet_id))["version"] == version


async def test_a_line_of_another_statement_is_not_verified_with_this_one(scene: BudgetScene) -> None:
    other, _ = await scene.a_sheet("READY_FOR_REVIEW")
    sheet_id, version = await scene.a_sheet("READY_FOR_REVIEW")
    strangers = [(await scene.sheet(other))["lines"][0]["id"]]
    payload = await scene.on(
        "budgetSheetVerify", sheet_id, version, verificationStatus="PARTIALLY_VERIFIED", lineIds=strangers
    )
    assert refusals(payload) == [("NotFoundError", "input.lineIds")]


@pytest.mark.parametrize("status", ["DRAFT", "WITHDRAWN"])
async def test_what_does_not_stand_still_is_not_verified(scene: BudgetScene, status: str) -> None:
    sheet_id, version = await scene.a_sheet(status)
    payload = await scene.on("budgetSheetVerify", sheet_id, version, verificationStatus="VERIFIED")
    assert refusals(payload) == [("ValidationError", "input.id", "not-verifiable")]


async def test_a_changed_line_is_unverified_again(scene: BudgetScene) -> None:
    sheet_id, version = await scene.a_sheet("READY_FOR_REVIEW", verified=True)
    await scene.on("budgetSheetReturn", sheet_id, version, reason="Once more")
    kept, changed = (await scene.sheet(sheet_id))["lines"]
    await scene.ask("budgetLineUpdate", id=changed["id"], expectedVersion=version + 1, amount="101.00")
    assert [item["verified"] for item in (await scene.sheet(sheet_id))["lines"]] == [True, False]
    assert kept["verified"]


async def test_the_client_confirms_and_consents_at_an_instant(scene: BudgetScene) -> None:
    sheet_id, version = await scene.a_sheet("READY_FOR_REVIEW")
    at = instant(-1)
    payload = await scene.on(
        "budgetSheetConfirm", sheet_id, version, channel="PAPER", consentToSend=True, confirmedAt=at
    )
    shown = payload["budgetSheet"]
    assert (shown["accuracyConfirmedAt"], shown["consentToSendAt"]) == (at, at)
    assert (shown["confirmationChannel"], shown["consentChannel"]) == ("PAPER", "PAPER")
    sent = await scene.on("budgetSheetSend", sheet_id, version + 1, sentTo=" A bank ", sentAt=at)
    assert (sent["budgetSheet"]["sentAt"], sent["budgetSheet"]["sentTo"]) == (at, "A bank")


async def test_it_is_not_sent_without_the_clients_consent_which_may_come_later(scene: BudgetScene) -> None:
    sheet_id, version = await scene.a_sheet("CONFIRMED_BY_CLIENT", consent=False)
    payload = await scene.on("budgetSheetSend", sheet_id, version, sentTo="A bank")
    assert refusals(payload) == [("ValidationError", "input.id", "consent-missing")]
    before = await scene.sheet(sheet_id)
    assert (before["status"], before["consentToSendAt"]) == ("CONFIRMED_BY_CLIENT", None)
    without = await scene.on("budgetSheetConfirm", sheet_id, version, channel="PAPER", consentToSend=False)
    assert [error["__typename"] for error in without["errors"]] == ["TransitionError"]
    later = await scene.on("budgetSheetConfirm", sheet_id, version, channel="PAPER", consentToSend=True)
    shown = later["budgetSheet"]
    assert shown["accuracyConfirmedAt"] == before["accuracyConfirmedAt"]
    assert shown["consentToSendAt"] is not None
    assert (shown["confirmationChannel"], shown["consentChannel"]) == ("TELEPHONE", "PAPER")
    early = await scene.on("budgetSheetSend", sheet_id, version + 1, sentTo="A bank", sentAt=instant(-1))
    assert refusals(early) == [("ValidationError", "input.sentAt", "before-confirmation")]
    sent = await scene.on("budgetSheetSend", sheet_id, version + 1, sentTo="A bank")
    assert sent["budgetSheet"]["status"] == "SENT"


async def test_nothing_is_recorded_before_it_happened(scene: BudgetScene) -> None:
    sheet_id, version = await scene.a_sheet("READY_FOR_REVIEW")
    payload = await scene.on(
        "budgetSheetConfirm", sheet_id, version, channel="PAPER", consentToSend=True, confirmedAt=instant(1)
    )
    assert refusals(payload) == [("ValidationError", "input.confirmedAt", "in-future")]
    await scene.on("budgetSheetConfirm", sheet_id, version, channel="PAPER", consentToSend=True)
    payload = await scene.on("budgetSheetSend", sheet_id, version + 1, sentTo=" ", sentAt=instant(1))
    assert set(refusals(payload)) == {
        ("ValidationError", "input.sentAt", "in-future"),
        ("ValidationError", "input.sentTo", "blank"),
    }


@pytest.mark.parametrize("status", ["CONFIRMED_BY_CLIENT", "SENT"])
async def test_a_newer_confirmed_statement_supersedes_the_older(
    scene: BudgetScene, acting: Acting, status: str
) -> None:
    older, _ = await scene.a_sheet(status)
    newer, version = await scene.a_sheet("READY_FOR_REVIEW")
    told = len(await acting.events(scene.centre))
    payload = await scene.on("budgetSheetConfirm", newer, version, channel="ONLINE", consentToSend=False)
    assert payload["budgetSheet"]["supersedes"] == {"id": write_id("budgetsheet", older), "status": "SUPERSEDED"}
    assert (await scene.sheet(newer))["case"]["currentBudget"]["id"] == payload["budgetSheet"]["id"]
    events = (await acting.events(scene.centre))[told:]
    assert [(event["name"], event["subject_id"]) for event in events] == [
        ("budget_sheet.status_changed", older),
        ("budget_sheet.confirmed", newer),
    ]


async def test_an_older_statement_does_not_take_a_newer_ones_place(scene: BudgetScene) -> None:
    older, version = await scene.a_sheet("READY_FOR_REVIEW")
    newer, _ = await scene.a_sheet("CONFIRMED_BY_CLIENT")
    payload = await scene.on("budgetSheetConfirm", older, version, channel="ONLINE", consentToSend=True)
    assert refusals(payload) == [("ValidationError", "input.id", "newer-confirmed")]
    assert (await scene.sheet(newer))["status"] == "CONFIRMED_BY_CLIENT"


async def test_a_case_whose_statement_is_withdrawn_has_none_that_counts(scene: BudgetScene) -> None:
    sheet_id, version = await scene.a_sheet("SENT")
    shown = (await scene.on("budgetSheetWithdraw", sheet_id, version, reason="Wrong income"))["budgetSheet"]
    assert (shown["withdrawalReason"], shown["allowedStatuses"]) == ("Wrong income", [])
    case = (await scene.sheet(sheet_id))["case"]
    assert (case["currentBudget"], case["monthlySurplus"]) == (None, None)
    assert [item["status"] for item in case["budgetSheets"]] == ["WITHDRAWN"]


@pytest.mark.parametrize("name", [*sorted(STEPS), "budgetSheetVerify", "budgetSheetUpdate", "budgetSheetCopy"])
async def test_an_old_version_is_a_conflict_and_nothing_is_nothing(scene: BudgetScene, name: str) -> None:
    given = {**STEPS, "budgetSheetVerify": {"verificationStatus": "VERIFIED"}}.get(name, {})
    sheet_id, version = await scene.a_sheet()
    (error,) = (await scene.on(name, sheet_id, version + 1, **given))["errors"]
    assert (error["__typename"], error["currentVersion"]) == ("ConflictError", version)
    for text in (write_id("budgetsheet", new_id()), write_id("case", scene.case), "rubbish"):
        payload = await scene.ask(name, id=text, expectedVersion=1, **given)
        assert refusals(payload) == [("NotFoundError", "input.id")]


async def test_totals_that_are_not_those_of_the_lines_are_an_error(scene: BudgetScene, acting: Acting) -> None:
    sheet_id, version = await scene.a_sheet("CONFIRMED_BY_CLIENT")
    sound, _ = await scene.a_sheet("DRAFT")
    await acting.rows.execute("UPDATE budget_sheets SET total_income = total_income + 1 WHERE id = $1", sheet_id)
    answer = await scene.graph.run(
        "query ($ids: [ID!]!) { nodes(ids: $ids) {"
        " ... on BudgetSheet { number totals { surplus } suggestedSavings } } }",
        as_=scene.advisor,
        ids=[write_id("budgetsheet", sheet_id), write_id("budgetsheet", sound)],
    )
    assert answer.data["nodes"] == [
        {"number": 1, "totals": None, "suggestedSavings": None},
        {"number": 2, "totals": {"surplus": "766.67"}, "suggestedSavings": "20.00"},
    ]
    (error,) = answer.errors
    assert error.path == ["nodes", 0, "totals"]
    assert error.original_error.rule == "totals-differ"
    payload = await scene.on("budgetSheetSend", sheet_id, version, sentTo="A bank")
    assert refusals(payload) == [("ValidationError", "input.id", "totals-differ")]
    row = await acting.rows.fetchrow("SELECT status FROM budget_sheets WHERE id = $1", sheet_id)
    assert row is not None
    assert row["status"] == "CONFIRMED_BY_CLIENT"
