"""Every column of a file comes to where it belongs, and every state of a case to what goes with it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cma_graphql.core.clock import LONDON, today
from cma_graphql.domain.clients.details import FIELDS as CLIENT_FIELDS
from cma_graphql.domain.debts.details import FIELDS as DEBT_FIELDS
from cma_graphql.domain.exchange.importing.columns import CLIENT_COLUMNS, DEBT_COLUMNS
from domain.exchange.conftest import Scene
from support.imports import case, checked, client, debt, file_of, imported

NEXT_WEEK = today() + timedelta(days=7)
CONSENTED = {"advice_consent_on": "2026-01-05", "advice_consent_channel": "PAPER", "advice_consent_wording": "v3"}


def test_everything_that_can_be_said_by_hand_has_a_column() -> None:
    assert set(CLIENT_FIELDS) <= set(CLIENT_COLUMNS)
    assert set(DEBT_FIELDS) <= set(DEBT_COLUMNS)


async def test_the_states_of_a_case(scene: Scene) -> None:
    advised = {"advisor": scene.email.upper().replace("EXAMPLE.ORG", "example.org")}
    ended = {"opened_on": "2025-02-03", "team": "money team"}
    lines = [
        client(**CONSENTED),
        case("a", tags="Court; council  tax ;court;"),
        case("b", **advised),
        case("c", status="in_progress", stage="ADVICE", **advised),
        case("d", status="ON_HOLD", hold_reason="Payslips", review_on=NEXT_WEEK.isoformat()),
        case("e", status="RESOLVED", resolved_on="2026-02-03", resolution_type="ADVICE_GIVEN",
             resolution_summary="Plan made", satisfaction="4", **advised, **ended),
        case("f", status="CLOSED", closed_on="2026-03-04", closure_reason="MOVED_AWAY", closure_note="To Fife",
             **ended),
        case("g", status="REFERRED", referred_to="Another agency", **ended),
        case("h", status="CANCELLED", cancellation_reason="Withdrew", restricted="yes", **ended),
    ]  # fmt: skip
    await imported(scene.data, scene.manager, file_of(lines))
    rows = {row["former_reference"]: row for row in await scene.all("cases")}
    assert [rows[name]["tags"] for name in "ab"] == [["council tax", "court"], []]
    expected = ["NEW", "ASSIGNED", "IN_PROGRESS", "ON_HOLD", "RESOLVED", "CLOSED", "REFERRED", "CANCELLED"]
    assert [rows[name]["status"] for name in "abcdefgh"] == expected
    assert [rows[name]["advisor_id"] == scene.advisor.user_id for name in "abcdefgh"] == [
        name in "bce" for name in "abcdefgh"
    ]
    assert (rows["d"]["hold_reason"], rows["d"]["next_review_at"].astimezone(LONDON).date()) == ("Payslips", NEXT_WEEK)
    assert (rows["e"]["resolution_type"], rows["e"]["resolution_summary"], rows["e"]["satisfaction"]) == (
        "ADVICE_GIVEN",
        "Plan made",
        4,
    )
    assert rows["e"]["resolved_at"] == datetime(2026, 2, 3, tzinfo=UTC)
    assert (rows["f"]["closed_on"], rows["f"]["closure_reason"], rows["f"]["closure_note"]) == (
        date(2026, 3, 4),
        "MOVED_AWAY",
        "To Fife",
    )
    assert (rows["g"]["referred_to"], rows["h"]["cancellation_reason"], rows["h"]["restricted"]) == (
        "Another agency",
        "Withdrew",
        True,
    )
    assert len({rows[name]["team_id"] for name in "efgh"} - {None}) == 1
    numbers = [rows[name]["case_number"] for name in "efgh"]
    assert numbers == [f"CASE-2025-{number:06d}" for number in (1, 2, 3, 4)]
    begun = {row["case_id"] for row in await scene.all("case_compliance", "id")}
    assert begun == {rows[name]["id"] for name in "abcd"}
    steps = await scene.all("case_status_history", "case_id")
    assert {(step["from_status"], step["to_status"]) for step in steps} == {(None, status) for status in expected}
    (consent,) = await scene.all("client_consents", "id")
    assert (consent["purpose"], consent["channel"], consent["wording_version"]) == ("ADVICE", "PAPER", "v3")


async def test_a_case_of_a_client_whom_the_centre_has_by_either_reference(scene: Scene) -> None:
    here = await scene.data.a_client(scene.centre, reference="HERE-C-7")
    await scene.data.a_consent(scene.centre, here)
    await imported(scene.data, scene.manager, file_of([client("OLD-9")]))
    lines = [
        case("a", "HERE-C-7", status="IN_PROGRESS", advisor=scene.email),
        case("b", "OLD-9"),
    ]
    await imported(scene.data, scene.manager, file_of(lines))
    rows = {row["former_reference"]: row for row in await scene.all("cases")}
    (imported_client,) = [row for row in await scene.all("clients") if row["former_reference"] == "OLD-9"]
    assert (rows["a"]["client_id"], rows["b"]["client_id"]) == (here, imported_client["id"])
    report = await checked(
        scene.data, scene.manager, file_of([case("c", "OLD-9", status="IN_PROGRESS", advisor=scene.email)])
    )
    assert [fault.rule for fault in report.faults] == ["consent-missing"]


async def test_a_strangers_clients_people_and_teams_are_not_there(scene: Scene) -> None:
    other = await scene.data.a_centre()
    await scene.data.a_client(other, reference="THEIRS-C-1")
    stranger = f"stranger-{other.hex}@example.org"
    await scene.data.a_member(other, email=stranger)
    await scene.data.a_team(other, name="Their Team")
    line = case("a", "THEIRS-C-1", advisor=stranger, team="Their Team")
    report = await checked(scene.data, scene.manager, file_of([line]))
    assert [(fault.column, fault.rule) for fault in report.faults] == [
        ("client", "not-found"),
        ("team", "not-found"),
        ("advisor", "not-found"),
    ]


async def test_creditors_of_the_register_of_the_directory_and_new_ones(scene: Scene) -> None:
    lines: list[Any] = [
        client(),
        case(),
        debt("a", creditor="HMRC"),
        debt("b", creditor="HMRC"),
        debt("c", creditor_name="Corner Shop", creditor_kind="RETAIL_OR_CATALOGUE"),
        debt("d", creditor_name="CORNER  shop"),
    ]
    await imported(scene.data, scene.manager, file_of(lines))
    creditors = {row["id"]: row for row in await scene.all("creditors", "name_key")}
    assert sorted((row["name"], row["kind"], row["catalogue_id"] is None) for row in creditors.values()) == [
        ("Corner Shop", "RETAIL_OR_CATALOGUE", True),
        ("HM Revenue and Customs", "CENTRAL_GOVERNMENT", False),
    ]
    await imported(
        scene.data, scene.manager, file_of([client("Q"), case("Q", "Q"), debt("Q", "Q", creditor="Corner Shop")])
    )
    assert len(await scene.all("creditors", "id")) == 2
    debts = await scene.all("debts", "creditor_id")
    assert sorted([sum(row["creditor_id"] == key for row in debts) for key in creditors]) == [2, 3]


async def test_what_looks_like_a_formula_stays_a_text(scene: Scene) -> None:
    formula = '=HYPERLINK("http://evil.example","x")'
    lines = [
        client(title="+1", address_line1="-2", city="@SUM(A1)"),
        case(title=formula, description="=1+1"),
        debt(notes=formula, account_number="=42", description="-7"),
    ]
    await imported(scene.data, scene.manager, file_of(lines))
    (person,), (work,), (owed,) = await scene.all("clients"), await scene.all("cases"), await scene.all("debts", "id")
    assert (person["title"], person["address_line1"], person["city"]) == ("+1", "-2", "@SUM(A1)")
    assert (work["title"], work["description"]) == (formula, "=1+1")
    assert (owed["notes"], owed["description"]) == (formula, "-7")


async def test_a_debt_with_all_that_can_be_said_of_one(scene: Scene) -> None:
    given = {
        "status": "DISPUTED",
        "status_reason": "Not hers",
        "current_balance": "1200.5",
        "balance_as_of": "2026-01-31",
        "original_balance": "2000",
        "monthly_payment": "50",
        "arrears": "100.00",
        "interest_rate": "19.9",
        "interest_frozen": "yes",
        "liability": "JOINT",
        "joint_party_name": "Pat Lee",
        "regulated_credit": "YES",
        "jurisdiction": "SCOTLAND",
        "incurred_on": "2020-01-01",
        "judgment_on": "2024-05-06",
        "judgment_amount": "900",
        "judgment_satisfied": "no",
        "enforcement_stage": "CCJ",
        "next_action": "Write",
        "next_action_on": NEXT_WEEK.isoformat(),
        "fraud_alleged": "true",
        "account_number": "12 34-X",
    }
    await imported(scene.data, scene.manager, file_of([client(), case(), debt(**given)]))
    (row,) = await scene.all("debts", "id")
    assert (row["status"], row["status_reason"], row["current_balance"]) == ("DISPUTED", "Not hers", Decimal("1200.50"))
    assert (row["balance_as_of"], row["arrears"], row["interest_rate"]) == (
        date(2026, 1, 31),
        Decimal("100.00"),
        Decimal("19.90"),
    )
    assert (row["liability"], row["joint_party_name"], row["jurisdiction"]) == ("JOINT", "Pat Lee", "SCOTLAND")
    assert (row["judgment_on"], row["judgment_satisfied"], row["fraud_alleged"]) == (date(2024, 5, 6), False, True)
    assert (row["next_action_on"], row["due_key"], row["enforcement_stage"]) == (NEXT_WEEK, NEXT_WEEK, "CCJ")
    assert b"12 34-X" not in row["account_number"]
    (balance,) = await scene.all("debt_balances", "id")
    (holder,) = await scene.all("debt_holders", "id")
    assert (balance["amount"], holder["creditor_id"]) == (Decimal("1200.50"), row["creditor_id"])
