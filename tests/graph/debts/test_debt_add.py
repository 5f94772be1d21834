"""Adding a debt, changing it, deleting and restoring it: what is kept, what is refused and how."""

from datetime import timedelta
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.core.ids import new_id
from cma_graphql.domain.debts.services import add
from cma_graphql.graph.node import write_id
from support.debt_scene import DebtScene
from support.debts import a_creditor, a_debt
from support.operations import document
from support.refusals import refusals
from support.trail import audit_of, events_of

TOMORROW = (today() + timedelta(days=1)).isoformat()


async def _debts(scene: DebtScene) -> int:
    found: int = await scene.value("SELECT count(*) FROM debts WHERE centre_id = $1", scene.centre)
    return found


async def test_a_debt_is_kept_as_stated_with_its_types_priority(scene: DebtScene) -> None:
    payload = await scene.ask(
        "debtAdd",
        **await scene.adding(
            code="COUNCIL_TAX",
            description=" Council tax 2025 ",
            accountNumber="8000-1234 56",
            currentBalance="1234.5",
            balanceAsOf="2026-01-31",
            monthlyPayment="20",
            arrears="99.99",
            interestRate="19.9",
            liability="JOINT",
            jointPartyName="Sam Smith",
            incurredOn="2025-04-01",
            defaultedOn="2025-06-01",
            judgmentOn="2025-09-01",
            judgmentAmount="1000",
            judgmentReference="C01LS123",
            judgmentSatisfied=False,
            enforcementStage="ENFORCEMENT_AGENT",
            nextAction="Write",
            nextActionOn=TOMORROW,
        ),
    )
    assert payload["errors"] == []
    debt = payload["debt"]
    expected = {
        "description": "Council tax 2025",
        "accountNumber": "8000-1234 56",
        "currentBalance": "1234.50",
        "balanceAsOf": "2026-01-31",
        "monthlyPayment": "20.00",
        "arrears": "99.99",
        "interestRate": "19.90",
        "interestFrozen": False,
        "priority": "PRIORITY",
        "priorityOverrideReason": None,
        "liability": "JOINT",
        "jointPartyName": "Sam Smith",
        "regulatedCredit": "NO",
        "jurisdiction": "ENGLAND_AND_WALES",
        "judgmentAmount": "1000.00",
        "judgmentReference": "C01LS123",
        "judgmentSatisfied": False,
        "enforcementStage": "ENFORCEMENT_AGENT",
        "nextActionOn": TOMORROW,
        "status": "ACTIVE",
        "countsInTotals": True,
        "version": 1,
        "limitationExpiry": None,
        "collector": None,
    }
    assert {name: debt[name] for name in expected} == expected
    assert [(line["heldFrom"], line["creditor"]["id"]) for line in debt["holders"]] == [
        (None, write_id("creditor", scene.bank))
    ]
    assert [edge["node"] for edge in debt["balances"]["edges"]] == [
        {"asOf": "2026-01-31", "amount": "1234.50", "note": None}
    ]
    assert debt["case"]["debtTotals"] == {"count": 1, "total": "1234.50", "priority": "1234.50", "arrears": "99.99"}
    (event,) = await events_of(scene.data, scene.centre)
    assert (event.name, event.case_id) == ("debt.added", scene.case)
    (entry,) = await audit_of(scene.data, scene.centre)
    assert not any(written in str(entry.row) for written in ("8000-1234", "80001234"))


async def test_a_debt_may_be_known_by_its_creditor_and_type_alone(scene: DebtScene) -> None:
    payload = await scene.ask("debtAdd", **await scene.adding())
    debt = payload["debt"]
    assert (debt["currentBalance"], debt["balanceAsOf"], debt["balances"]["totalCount"]) == (None, None, 0)
    assert (debt["priority"], debt["liability"], debt["regulatedCredit"]) == ("NON_PRIORITY", "SOLE", "YES")
    assert debt["viewerCan"] == {"update": True, "readAccountNumber": True}


@pytest.mark.parametrize(
    ("given", "path", "rule"),
    [
        ({"liability": "JOINT"}, "jointPartyName", "second-party-required"),
        ({"liability": "GUARANTOR", "jointPartyName": None}, "jointPartyName", "second-party-required"),
        ({"jointPartyName": "Sam"}, "jointPartyName", "second-party-unexpected"),
        ({"currentBalance": "-0.01"}, "currentBalance", "minimum"),
        ({"currentBalance": "10000000000.00"}, "currentBalance", "maximum"),
        ({"originalBalance": "-1"}, "originalBalance", "minimum"),
        ({"monthlyPayment": "-1"}, "monthlyPayment", "minimum"),
        ({"arrears": "10000000000"}, "arrears", "maximum"),
        ({"balanceAsOf": "2026-01-01"}, "currentBalance", "required"),
        ({"currentBalance": "1", "balanceAsOf": TOMORROW}, "balanceAsOf", "future"),
        ({"incurredOn": TOMORROW}, "incurredOn", "future"),
        ({"incurredOn": "1899-12-31"}, "incurredOn", "minimum"),
        ({"incurredOn": "2025-01-02", "defaultedOn": "2025-01-01"}, "defaultedOn", "before-incurred"),
        ({"incurredOn": "2025-01-02", "lastPaymentOn": "2025-01-01"}, "lastPaymentOn", "before-incurred"),
        ({"incurredOn": "2025-01-02", "lastAcknowledgedOn": "2025-01-01"}, "lastAcknowledgedOn", "before-incurred"),
        ({"incurredOn": "2025-01-02", "judgmentOn": "2025-01-01"}, "judgmentOn", "before-incurred"),
        ({"judgmentAmount": "1"}, "judgmentOn", "judgment-date-required"),
        ({"judgmentReference": "C" * 21, "judgmentOn": "2025-01-01"}, "judgmentReference", "too-long"),
        ({"accountNumber": "--"}, "accountNumber", "blank"),
        ({"description": "x" * 501}, "description", "too-long"),
    ],
)
async def test_bad_input_is_refused_by_field_and_rule(
    scene: DebtScene, given: dict[str, Any], path: str, rule: str
) -> None:
    payload = await scene.ask("debtAdd", **await scene.adding(**given))
    assert payload["debt"] is None
    assert refusals(payload) == [("ValidationError", f"input.{path}", rule)]
    assert (await _debts(scene), await events_of(scene.data, scene.centre)) == (0, [])


@pytest.mark.parametrize("money", ["12.345", "NaN", "Infinity", "1e5", "12345678901234", "£5", 1.5])
async def test_what_is_no_money_never_reaches_the_service(scene: DebtScene, money: object) -> None:
    answer = await scene.graph.run(
        document("debtAdd"), as_=scene.advisor, input=await scene.adding(currentBalance=money)
    )
    assert len(answer.errors) == 1
    assert await _debts(scene) == 0


async def test_all_faults_are_told_at_once(scene: DebtScene) -> None:
    payload = await scene.ask(
        "debtAdd", **await scene.adding(currentBalance="-1", arrears="-1", liability="JOINT", incurredOn=TOMORROW)
    )
    assert {error[1].removeprefix("input.") for error in refusals(payload)} == {
        "currentBalance",
        "arrears",
        "jointPartyName",
        "incurredOn",
    }


async def test_a_case_has_two_hundred_debts_at_most(scene: DebtScene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(add, "MOST_DEBTS", 1)
    first = await scene.ask("debtAdd", **await scene.adding())
    assert first["errors"] == []
    second = await scene.ask("debtAdd", **await scene.adding())
    assert [(error["__typename"], error["limit"], error["maximum"]) for error in second["errors"]] == [
        ("LimitError", "debts", 1)
    ]
    assert await _debts(scene) == 1
    assert add.MOST_DEBTS == 1


@pytest.mark.parametrize("status", ["CLOSED", "CANCELLED", "REFERRED"])
async def test_a_case_at_its_end_gets_no_debt(scene: DebtScene, status: str) -> None:
    ended = await scene.data.a_case(scene.centre, advisor=scene.advisor, status=status)
    given = {**await scene.adding(), "caseId": write_id("case", ended)}
    assert refusals(await scene.ask("debtAdd", **given)) == [("ValidationError", "input.caseId", "case-ended")]


async def test_who_may_not_add_is_refused(scene: DebtScene) -> None:
    given = await scene.adding()
    auditor = await scene.data.a_member(scene.centre, Role.AUDITOR)
    colleague = await scene.data.a_member(scene.centre)
    portal = await scene.data.a_member(scene.centre, Role.CLIENT, client_id=scene.client)
    elsewhere = await scene.data.a_member(await scene.data.a_centre(), Role.CENTRE_MANAGER)
    assert refusals(await scene.ask("debtAdd", auditor, **given)) == [("ForbiddenError", "")]
    assert refusals(await scene.ask("debtAdd", colleague, **given)) == [("NotFoundError", "input.caseId")]
    assert refusals(await scene.ask("debtAdd", portal, **given)) == [("ForbiddenError", "")]
    assert refusals(await scene.ask("debtAdd", elsewhere, **given)) == [("NotFoundError", "input.caseId")]
    for field, kind in (("debtTypeId", "debttype"), ("creditorId", "creditor")):
        nothing = {**given, field: write_id(kind, new_id())}
        assert refusals(await scene.ask("debtAdd", **nothing)) == [("NotFoundError", f"input.{field}")]
    assert await _debts(scene) == 0


async def test_updating_changes_what_is_stated_and_leaves_the_rest(scene: DebtScene) -> None:
    debt = await a_debt(
        scene.data, scene.centre, scene.case, account_number="123456789", description="Card", notes="Old"
    )
    sealed = (await scene.row("debts", debt))["account_number"]
    payload = await scene.on("debtUpdate", debt, notes=None, arrears="5", accountNumber="123456789")
    shown = payload["debt"]
    assert (shown["notes"], shown["arrears"], shown["description"], shown["version"]) == (None, "5.00", "Card", 2)
    row = await scene.row("debts", debt)
    assert row["account_number"] == sealed
    nothing = await scene.on("debtUpdate", debt, 2, arrears="5.00")
    assert nothing["debt"]["version"] == 2
    taken = await scene.on("debtUpdate", debt, 2, accountNumber=None, nextActionOn="2027-01-01")
    assert taken["debt"]["accountNumber"] is None
    row = await scene.row("debts", debt)
    assert (row["account_number_index"], row["due_key"].isoformat()) == (None, "2027-01-01")
    assert [event.name for event in await events_of(scene.data, scene.centre)] == ["debt.updated", "debt.updated"]


async def test_a_second_party_goes_with_the_liability(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case, liability="JOINT", joint_party_name="Sam")
    gone = await scene.on("debtUpdate", debt, jointPartyName=None)
    assert refusals(gone) == [("ValidationError", "input.jointPartyName", "second-party-required")]
    sole = await scene.on("debtUpdate", debt, liability="SOLE")
    assert (sole["debt"]["liability"], sole["debt"]["jointPartyName"]) == ("SOLE", None)
    joint = await scene.on("debtUpdate", debt, 2, liability="JOINT")
    assert refusals(joint) == [("ValidationError", "input.jointPartyName", "second-party-required")]
    never = await scene.on("debtUpdate", debt, 2, liability=None)
    assert refusals(never) == [("ValidationError", "input.liability", "required")]


async def test_rules_between_fields_look_at_what_is_there(scene: DebtScene) -> None:
    debt = await a_debt(
        scene.data,
        scene.centre,
        scene.case,
        incurred_on=today() - timedelta(days=100),
        defaulted_on=today() - timedelta(days=50),
    )
    day = (today() - timedelta(days=20)).isoformat()
    late = await scene.on("debtUpdate", debt, incurredOn=day)
    assert refusals(late) == [("ValidationError", "input.incurredOn", "before-incurred")]
    early = await scene.on("debtUpdate", debt, lastPaymentOn="2001-01-01")
    assert refusals(early) == [("ValidationError", "input.lastPaymentOn", "before-incurred")]
    both = await scene.on("debtUpdate", debt, incurredOn=day, defaultedOn=day)
    assert both["errors"] == []


async def test_another_type_brings_its_priority_unless_it_was_overridden(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case)
    rent = write_id("debttype", await scene.type_of("RENT_ARREARS"))
    card = write_id("debttype", await scene.type_of("CREDIT_CARD"))
    first = await scene.on("debtUpdate", debt, debtTypeId=rent)
    assert (first["debt"]["priority"], first["debt"]["debtType"]["code"]) == ("PRIORITY", "RENT_ARREARS")
    kept = await scene.on("debtOverridePriority", debt, 2, priority="PRIORITY", reason="The landlord is family")
    again = await scene.on("debtUpdate", debt, 3, debtTypeId=card)
    assert (kept["errors"], again["debt"]["priority"]) == ([], "PRIORITY")
    back = await scene.on("debtResetPriority", debt, 4)
    assert (back["debt"]["priority"], back["debt"]["priorityOverrideReason"]) == ("NON_PRIORITY", None)


async def test_the_creditor_is_corrected_in_the_history_too(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case, creditor_id=scene.bank)
    other = await a_creditor(scene.data, scene.centre, name="Other Bank")
    payload = await scene.on("debtUpdate", debt, creditorId=write_id("creditor", other))
    assert payload["debt"]["creditor"]["name"] == "Other Bank"
    assert [line["creditor"]["id"] for line in payload["debt"]["holders"]] == [write_id("creditor", other)]


async def test_deleting_keeps_the_record_for_restoring(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case, description="Twice")
    gone = await scene.on("debtDelete", debt, reason="Entered twice")
    assert (gone["deletedDebt"]["id"], gone["deletedDebt"]["version"]) == (write_id("debt", debt), 2)
    assert (await scene.graph.run(document("debt"), as_=scene.advisor, id=write_id("debt", debt))).data["debt"] is None
    listed = await scene.graph.run(document("deletedDebts"), as_=scene.advisor)
    assert [edge["node"]["description"] for edge in listed.data["deletedDebts"]["edges"]] == ["Twice"]
    twice = await scene.on("debtDelete", debt, 2, reason="Again")
    assert refusals(twice) == [("NotFoundError", "input.id")]
    back = await scene.on("debtRestore", debt, 2)
    assert (back["debt"]["description"], back["debt"]["version"]) == ("Twice", 3)
    live = await scene.on("debtRestore", debt, 3)
    assert refusals(live) == [("NotFoundError", "input.id")]
    assert [event.name for event in await events_of(scene.data, scene.centre)] == ["debt.deleted", "debt.restored"]
    trail = await audit_of(scene.data, scene.centre)
    assert "Entered twice" in str(trail[0].row)


async def test_a_client_of_the_portal_reads_own_debts_and_no_deleted_ones(scene: DebtScene) -> None:
    mine = await a_debt(scene.data, scene.centre, scene.case, account_number="123456789")
    other = await scene.data.a_case(scene.centre)
    await a_debt(scene.data, scene.centre, other)
    portal = await scene.data.a_member(scene.centre, Role.CLIENT, client_id=scene.client)
    answer = await scene.graph.run(document("debts"), as_=portal)
    (edge,) = answer.data["debts"]["edges"]
    assert (edge["node"]["id"], edge["node"]["accountNumber"]) == (write_id("debt", mine), "123456789")
    assert edge["node"]["viewerCan"] == {"update": False, "readAccountNumber": True}
    deleted = await scene.graph.run(document("deletedDebts"), as_=portal)
    assert deleted.codes == ["FORBIDDEN"]
