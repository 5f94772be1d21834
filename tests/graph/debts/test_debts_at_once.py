"""Several people at work on one case's debts at once: bounds hold, and nobody's act is lost."""

import asyncio

import pytest

from cma_graphql.domain.debts.services import add
from support.debt_scene import DebtScene
from support.debts import a_debt
from support.refusals import refusals


async def test_two_payments_of_one_version_are_one_payment_and_a_conflict(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case)
    payloads = await asyncio.gather(
        scene.on("debtRecordPayment", debt, amount="600"), scene.on("debtRecordPayment", debt, amount="600")
    )
    assert sorted(refusals(payload) for payload in payloads) == [[], [("ConflictError", "input.expectedVersion")]]
    row = await scene.row("debts", debt)
    assert (str(row["current_balance"]), row["version"]) == ("400.00", 2)
    assert await scene.value("SELECT count(*) FROM debt_payments WHERE debt_id = $1", debt) == 1


async def test_the_bound_of_a_case_holds_for_those_who_add_at_once(
    scene: DebtScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(add, "MOST_DEBTS", 2)
    given = await scene.adding()
    payloads = await asyncio.gather(*(scene.ask("debtAdd", **given) for _ in range(5)))
    assert sum(payload["errors"] == [] for payload in payloads) == 2
    assert await scene.value("SELECT count(*) FROM debts WHERE centre_id = $1", scene.centre) == 2


async def test_a_creditor_is_adopted_once_by_those_who_adopt_at_once(scene: DebtScene) -> None:
    payloads = await asyncio.gather(*(scene.ask("creditorAdopt", code="DWP") for _ in range(4)))
    assert [payload["errors"] for payload in payloads] == [[]] * 4
    assert len({payload["creditor"]["id"] for payload in payloads}) == 1
