"""Balances, payments, holders, priorities and states of debts."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.domain.debts.services import money, reassign
from cma_graphql.graph.node import write_id
from support.debt_scene import DebtScene
from support.debts import a_creditor, a_debt
from support.refusals import refusals
from support.trail import audit_of, events_of

TODAY = today()


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


async def test_a_payment_lowers_the_balance(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case)
    payload = await scene.on("debtRecordPayment", debt, amount="250.5", note="By card")
    shown = payload["debt"]
    assert (shown["currentBalance"], shown["lastPaymentOn"], shown["version"]) == ("749.50", ago(0), 2)
    assert [edge["node"] for edge in shown["payments"]["edges"]] == [
        {"paidOn": ago(0), "amount": "250.50", "lowersBalance": True, "note": "By card"}
    ]
    (event,) = await events_of(scene.data, scene.centre)
    assert event.name == "debt.payment_recorded"
    (entry,) = await audit_of(scene.data, scene.centre)
    assert "749.50" in str(entry.row)


async def test_a_payment_before_the_day_of_the_balance_is_in_it_already(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case)
    payload = await scene.on("debtRecordPayment", debt, amount="2000", paidOn=ago(3))
    shown = payload["debt"]
    assert (shown["currentBalance"], shown["lastPaymentOn"]) == ("1000.00", ago(3))
    assert shown["payments"]["edges"][0]["node"]["lowersBalance"] is False
    earlier = await scene.on("debtRecordPayment", debt, 2, amount="1", paidOn=ago(9))
    assert earlier["debt"]["lastPaymentOn"] == ago(3)


async def test_a_payment_on_an_unknown_balance_is_kept(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case, current_balance=None)
    payload = await scene.on("debtRecordPayment", debt, amount="5")
    assert (payload["errors"], payload["debt"]["currentBalance"]) == ([], None)


@pytest.mark.parametrize(
    ("given", "path", "rule"),
    [
        ({"amount": "0"}, "amount", "minimum"),
        ({"amount": "-5"}, "amount", "minimum"),
        ({"amount": "1000.01"}, "amount", "more-than-balance"),
        ({"amount": "1", "paidOn": ago(-1)}, "paidOn", "future"),
        ({"amount": "1", "paidOn": ago(200)}, "paidOn", "before-incurred"),
        ({"amount": "1", "note": "x" * 501}, "note", "too-long"),
    ],
)
async def test_a_payment_is_refused_by_field_and_rule(
    scene: DebtScene, given: dict[str, Any], path: str, rule: str
) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case, incurred_on=TODAY - timedelta(days=100))
    before = await scene.row("debts", debt)
    payload = await scene.on("debtRecordPayment", debt, **given)
    assert refusals(payload) == [("ValidationError", f"input.{path}", rule)]
    assert await scene.row("debts", debt) == before
    assert await scene.value("SELECT count(*) FROM debt_payments WHERE debt_id = $1", debt) == 0


async def test_the_latest_days_balance_is_the_present_one_less_what_was_paid_since(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case, balance_as_of=TODAY - timedelta(days=30))
    await scene.on("debtRecordPayment", debt, amount="100", paidOn=ago(10))
    stated = await scene.on("debtRecordBalance", debt, 2, amount="950", asOf=ago(15), note="Statement")
    assert (stated["debt"]["currentBalance"], stated["debt"]["balanceAsOf"]) == ("850.00", ago(15))
    older = await scene.on("debtRecordBalance", debt, 3, amount="5000", asOf=ago(40))
    assert (older["debt"]["currentBalance"], older["debt"]["version"]) == ("850.00", 4)
    assert [edge["node"]["asOf"] for edge in older["debt"]["balances"]["edges"]] == [ago(15), ago(30), ago(40)]
    short = await scene.on("debtRecordBalance", debt, 4, amount="99.99", asOf=ago(12))
    assert refusals(short) == [("ValidationError", "input.amount", "payments-exceed-balance")]
    now = await scene.on("debtRecordBalance", debt, 4, amount="0")
    assert (now["debt"]["currentBalance"], now["debt"]["balanceAsOf"]) == ("0.00", ago(0))
    names = [event.name for event in await events_of(scene.data, scene.centre)]
    assert names == ["debt.payment_recorded", *["debt.balance_recorded"] * 3]


@pytest.mark.parametrize(
    ("given", "path", "rule"),
    [
        ({"amount": "-1"}, "amount", "minimum"),
        ({"amount": "10000000000"}, "amount", "maximum"),
        ({"amount": "1", "asOf": ago(-1)}, "asOf", "future"),
    ],
)
async def test_a_balance_is_refused_by_field_and_rule(
    scene: DebtScene, given: dict[str, Any], path: str, rule: str
) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case)
    before = await scene.row("debts", debt)
    payload = await scene.on("debtRecordBalance", debt, **given)
    assert refusals(payload) == [("ValidationError", f"input.{path}", rule)]
    assert await scene.row("debts", debt) == before


async def test_histories_are_bounded(scene: DebtScene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(money, "MOST_LINES", 1)
    monkeypatch.setattr(reassign, "MOST_HOLDERS", 1)
    debt = await a_debt(scene.data, scene.centre, scene.case)
    await scene.on("debtRecordPayment", debt, amount="1")
    bounded: tuple[tuple[str, dict[str, Any]], ...] = (
        ("debtRecordPayment", {"amount": "1"}),
        ("debtRecordBalance", {"amount": "1"}),
        (
            "debtReassign",
            {"creditorId": write_id("creditor", scene.bank), "heldFrom": ago(0), "reason": "Sold"},
        ),
    )
    for name, given in bounded:
        payload = await scene.on(name, debt, 2, **given)
        assert [error["__typename"] for error in payload["errors"]] == ["LimitError"], name


async def test_a_debt_is_passed_on_and_back_with_its_history(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case, creditor_id=scene.bank)
    buyer = await a_creditor(scene.data, scene.centre, name="Buyer", kind="DEBT_COLLECTOR", is_collector=True)
    to_buyer: dict[str, Any] = {"creditorId": write_id("creditor", buyer), "reason": "Sold"}
    sold = await scene.on("debtReassign", debt, heldFrom=ago(20), **to_buyer)
    assert (sold["debt"]["collector"]["name"], sold["debt"]["status"]) == ("Buyer", "ACTIVE")
    again = await scene.on("debtReassign", debt, 2, heldFrom=ago(10), **to_buyer)
    assert refusals(again) == [("ValidationError", "input.creditorId", "same-holder")]
    to_bank: dict[str, Any] = {"creditorId": write_id("creditor", scene.bank), "reason": "Taken back"}
    early = await scene.on("debtReassign", debt, 2, heldFrom=ago(21), **to_bank)
    assert refusals(early) == [("ValidationError", "input.heldFrom", "before-holder")]
    future = await scene.on("debtReassign", debt, 2, heldFrom=ago(-1), **to_bank)
    assert refusals(future) == [("ValidationError", "input.heldFrom", "future")]
    back = await scene.on("debtReassign", debt, 2, heldFrom=ago(5), **to_bank)
    assert back["debt"]["collector"] is None
    assert [(line["heldFrom"], line["reason"]) for line in back["debt"]["holders"]] == [
        (None, None),
        (ago(20), "Sold"),
        (ago(5), "Taken back"),
    ]
    assert [event.name for event in await events_of(scene.data, scene.centre)] == ["debt.reassigned"] * 2


async def test_a_debt_goes_to_nobody_out_of_use_or_elsewhere(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case)
    closed = await a_creditor(scene.data, scene.centre, name="Closed", active=False)
    theirs = await a_creditor(scene.data, await scene.data.a_centre(), name="Theirs")
    for creditor, refused in (
        (closed, ("ValidationError", "input.creditorId", "inactive")),
        (theirs, ("NotFoundError", "input.creditorId")),
    ):
        given: dict[str, Any] = {"creditorId": write_id("creditor", creditor), "heldFrom": ago(0), "reason": "Sold"}
        assert refusals(await scene.on("debtReassign", debt, **given)) == [refused]
    assert (await scene.row("debts", debt))["version"] == 1


async def test_a_priority_is_overridden_with_a_reason_that_is_audited(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case)
    blank = await scene.on("debtOverridePriority", debt, priority="PRIORITY", reason="  ")
    assert refusals(blank) == [("ValidationError", "input.reason", "blank")]
    payload = await scene.on("debtOverridePriority", debt, priority="PRIORITY", reason="Car for work")
    assert (payload["debt"]["priority"], payload["debt"]["priorityOverrideReason"]) == ("PRIORITY", "Car for work")
    (entry,) = await audit_of(scene.data, scene.centre)
    assert entry.action == "debt.priority_changed"
    assert "Car for work" in str(entry.row)
    reset = await scene.on("debtResetPriority", debt, 2)
    assert (reset["debt"]["priority"], reset["debt"]["version"]) == ("NON_PRIORITY", 3)
    nothing = await scene.on("debtResetPriority", debt, 3)
    assert nothing["debt"]["version"] == 3


async def test_a_debt_goes_from_state_to_state(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case)
    settled = await scene.on("debtChangeStatus", debt, status="SETTLED", reason="Paid off")
    shown = settled["debt"]
    assert (shown["status"], shown["statusReason"], shown["countsInTotals"]) == ("SETTLED", "Paid off", False)
    assert shown["allowedStatuses"] == ["ACTIVE", "CLOSED"]
    assert shown["case"]["debtTotals"] == {"count": 0, "total": "0.00", "priority": "0.00", "arrears": "0.00"}
    wrong = await scene.on("debtChangeStatus", debt, 2, status="DISPUTED", reason="No")
    (error,) = wrong["errors"]
    assert (error["__typename"], error["from"], error["to"], error["allowed"]) == (
        "TransitionError",
        "SETTLED",
        "DISPUTED",
        ["ACTIVE", "CLOSED"],
    )
    silent = await scene.on("debtChangeStatus", debt, 2, status="ACTIVE")
    assert refusals(silent) == [("ValidationError", "input.reason", "required")]
    back = await scene.on("debtChangeStatus", debt, 2, status="ACTIVE", reason="The cheque bounced")
    assert back["debt"]["status"] == "ACTIVE"
    assert [event.name for event in await events_of(scene.data, scene.centre)] == ["debt.status_changed"] * 2


ACTS: dict[str, dict[str, Any]] = {
    "debtUpdate": {"notes": "x"},
    "debtDelete": {"reason": "x"},
    "debtRecordBalance": {"amount": "1"},
    "debtRecordPayment": {"amount": "1"},
    "debtReassign": {"heldFrom": ago(0), "reason": "x"},
    "debtOverridePriority": {"priority": "NON_PRIORITY", "reason": "y"},
    "debtResetPriority": {},
    "debtChangeStatus": {"status": "CLOSED"},
}


@pytest.mark.parametrize("name", list(ACTS))
async def test_who_may_not_and_what_is_stale_changes_nothing(scene: DebtScene, name: str) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case, priority_override_reason="x", priority="PRIORITY")
    given = dict(ACTS[name])
    if name == "debtReassign":
        given["creditorId"] = write_id("creditor", scene.bank)
    before = await scene.row("debts", debt)
    centre = scene.centre
    in_team = await scene.data.a_member(centre, Role.AUDITOR)
    portal = await scene.data.a_member(centre, Role.CLIENT, client_id=scene.client)
    elsewhere = await scene.data.a_member(await scene.data.a_centre(), Role.CENTRE_MANAGER)
    assert refusals(await scene.on(name, debt, as_=in_team, **given)) == [("ForbiddenError", "")]
    assert refusals(await scene.on(name, debt, as_=portal, **given)) == [("ForbiddenError", "")]
    assert refusals(await scene.on(name, debt, as_=elsewhere, **given)) == [("NotFoundError", "input.id")]
    assert refusals(await scene.on(name, debt, 7, **given)) == [("ConflictError", "input.expectedVersion")]
    assert (await scene.row("debts", debt), await events_of(scene.data, centre)) == (before, [])


@pytest.mark.parametrize("name", list(ACTS))
async def test_a_repetition_under_its_key_does_nothing_more(scene: DebtScene, name: str) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case, priority_override_reason="x", priority="PRIORITY")
    given = {**ACTS[name], "idempotencyKey": "k"}
    if name == "debtReassign":
        given["creditorId"] = write_id("creditor", scene.bank)
    first = await scene.on(name, debt, **given)
    row = await scene.row("debts", debt)
    again = await scene.on(name, debt, **given)
    assert (first["errors"], first["replayed"], again["errors"], again["replayed"]) == ([], False, [], True)
    assert await scene.row("debts", debt) == row
    assert row["version"] == 2
    assert row["current_balance"] in {Decimal(1000), Decimal(999), Decimal(1)}
