"""Every fault of a file is told by line, column and rule, and where there is one nothing is written."""

from datetime import timedelta

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.domain.cases.retention import years_after
from cma_graphql.domain.exchange.importing.decoding import LONGEST_RECORD
from cma_graphql.domain.exchange.importing.report import CaseloadRefused
from domain.exchange.conftest import Scene
from support.imports import Line, case, checked, client, debt, faults, file_of, imported, left, text_of

NEXT_WEEK = (today() + timedelta(days=7)).isoformat()
TOMORROW = (today() + timedelta(days=1)).isoformat()
LONG_AGO = (years_after(today(), -6) - timedelta(days=1)).isoformat()
CONSENTED = {"advice_consent_on": "2026-01-05", "advice_consent_channel": "PAPER"}
CLOSED = {"status": "CLOSED", "opened_on": "2025-01-01", "closed_on": "2026-01-05", "closure_reason": "MOVED_AWAY"}
ADVISED = {"advisor": "ADVISOR"}

CLIENTS: list[tuple[dict[str, str], str, str]] = [
    ({"last_name": ""}, "last_name", "required"),
    ({"first_name": "x" * 101}, "first_name", "too-long"),
    ({"first_name": "A\x07nn"}, "first_name", "control-character"),
    ({"date_of_birth": "31/03/1980"}, "date_of_birth", "date"),
    ({"date_of_birth": "1980-02-30"}, "date_of_birth", "date"),
    ({"date_of_birth": TOMORROW}, "date_of_birth", "date-in-future"),
    ({"national_insurance_number": "QQ123456C"}, "national_insurance_number", "national-insurance-number"),
    ({"phone_primary": "not a number"}, "phone_primary", "phone"),
    ({"email": "nowhere"}, "email", "email"),
    ({"postcode": "12345"}, "postcode", "postcode"),
    ({"marital_status": "HAPPY"}, "marital_status", "one-of"),
    ({"employment_statuses": "CARER;KING"}, "employment_statuses", "one-of"),
    ({"dependents": "two"}, "dependents", "integer"),
    ({"dependents": "31"}, "dependents", "range"),
    ({"interpreter_needed": "maybe"}, "interpreter_needed", "boolean"),
    ({"advice_consent_on": "2026-01-05"}, "advice_consent_channel", "required"),
    ({"advice_consent_channel": "PAPER"}, "advice_consent_on", "required"),
    ({**CONSENTED, "advice_consent_on": TOMORROW}, "advice_consent_on", "future"),
    ({"notes": "A debt has notes"}, "notes", "not-of-this-record"),
    ({"reference": ""}, "reference", "blank"),
    ({"reference": "x" * 101, "last_name": "Lee"}, "reference", "too-long"),
    ({"record": "invoice"}, "record", "one-of"),
]
CASES: list[tuple[dict[str, str], str, str]] = [
    ({"client": "P9"}, "client", "not-found"),
    ({"client": ""}, "client", "blank"),
    ({"case_type": "NOTHING"}, "case_type", "not-found"),
    ({"title": ""}, "title", "blank"),
    ({"description": ""}, "description", "blank"),
    ({"priority": "SOON"}, "priority", "one-of"),
    ({"restricted": "perhaps"}, "restricted", "boolean"),
    ({"opened_on": TOMORROW}, "opened_on", "future"),
    ({"opened_on": "1899-12-31"}, "opened_on", "minimum"),
    ({"advisor": "nobody@example.org"}, "advisor", "not-found"),
    ({"advisor": "no address"}, "advisor", "email"),
    ({"team": "No such team"}, "team", "not-found"),
    ({"estimated_value": "12,50"}, "estimated_value", "money"),
    ({"estimated_value": "-1"}, "estimated_value", "minimum"),
    ({"billing_method": "HOURLY"}, "estimated_value", "billing-needs-value"),
    ({"status": "REOPENED"}, "status", "reopened"),
    ({"status": "NEW", **ADVISED}, "advisor", "advisor-unexpected"),
    ({"status": "ASSIGNED"}, "advisor", "advisor-missing"),
    ({"status": "IN_PROGRESS", **ADVISED}, "status", "consent-missing"),
    ({"status": "ON_HOLD", "review_on": NEXT_WEEK}, "hold_reason", "required"),
    ({"status": "ON_HOLD", "hold_reason": "Payslips", "review_on": today().isoformat()}, "review_on", "future"),
    ({"closed_on": "2026-01-05"}, "closed_on", "not-in-this-state"),
    ({**CLOSED, "closed_on": ""}, "closed_on", "required"),
    ({**CLOSED, "closure_reason": ""}, "closure_reason", "required"),
    ({**CLOSED, "closed_on": "2024-12-31"}, "closed_on", "before-opened"),
    ({**CLOSED, "closed_on": TOMORROW}, "closed_on", "future"),
    ({**CLOSED, "opened_on": "2001-01-01", "closed_on": LONG_AGO}, "closed_on", "retention"),
    ({**CLOSED, "satisfaction": "6"}, "satisfaction", "range"),
    ({"status": "REFERRED"}, "referred_to", "required"),
    ({"status": "CANCELLED"}, "cancellation_reason", "required"),
    ({"first_name": "A client has one"}, "first_name", "not-of-this-record"),
]
DEBTS: list[tuple[dict[str, str], str, str]] = [
    ({"case": "F9"}, "case", "not-found"),
    ({"case": "P1"}, "case", "not-found"),
    ({"debt_type": "NOTHING"}, "debt_type", "not-found"),
    ({"creditor_name": ""}, "creditor", "required"),
    ({"creditor": "Nobody at all", "creditor_name": ""}, "creditor", "not-found"),
    ({"creditor": "HMRC", "creditor_name": "Somebody"}, "creditor_name", "one-creditor"),
    ({"creditor_name": "!?"}, "creditor_name", "blank"),
    ({"current_balance": "1.005"}, "current_balance", "decimals"),
    ({"current_balance": "10000000000.00"}, "current_balance", "maximum"),
    ({"balance_as_of": "2026-01-05"}, "current_balance", "required"),
    ({"interest_rate": "19,9"}, "interest_rate", "percentage"),
    ({"liability": "JOINT"}, "joint_party_name", "second-party-required"),
    ({"joint_party_name": "Pat"}, "joint_party_name", "second-party-unexpected"),
    ({"judgment_amount": "100"}, "judgment_on", "judgment-date-required"),
    ({"judgment_on": "yesterday", "judgment_amount": "100"}, "judgment_on", "date"),
    ({"incurred_on": "2025-01-01", "defaulted_on": "2024-01-01"}, "defaulted_on", "before-incurred"),
    ({"enforcement_stage": "KNOCKING"}, "enforcement_stage", "one-of"),
    ({"status": "SOLD"}, "status", "one-of"),
    ({"account_number": "--"}, "account_number", "blank"),
]


def filled(line: Line, scene: Scene) -> Line:
    """Put the scene's advisor in."""
    return {name: scene.email if value == "ADVISOR" else value for name, value in line.items()}


async def told(scene: Scene, *lines: Line) -> list[tuple[int, str, str]]:
    """Answer the faults of lines."""
    return await faults(scene.data, scene.manager, file_of([filled(line, scene) for line in lines]))


async def test_each_fault_of_a_client_a_case_and_a_debt(scene: Scene) -> None:
    before = await left(scene.rows, scene.centre)
    for given, column, rule in CLIENTS:
        assert await told(scene, client(**given)) == [(2, column, rule)], given
    for given, column, rule in CASES:
        assert await told(scene, client(), case(**given)) == [(3, column, rule)], given
    for given, column, rule in DEBTS:
        assert await told(scene, client(), case(), debt(**given)) == [(4, column, rule)], given
    assert await left(scene.rows, scene.centre) == before


async def test_a_fault_is_told_with_its_line_where_fields_span_lines(scene: Scene) -> None:
    lines = [client(address_line1="ok"), case(description="One\ntwo\nthree"), debt(case="F7")]
    assert await told(scene, *lines) == [(6, "case", "not-found")]


async def test_doubled_references_and_what_is_there_already(scene: Scene) -> None:
    await imported(scene.data, scene.manager, file_of([client(), case(), debt()]))
    lines = [client("P1", email="other@example.org"), case("F1"), client("P2"), client("P2", last_name="Other"), debt()]
    assert await told(scene, *lines, debt()) == [
        (2, "reference", "already-imported"),
        (3, "reference", "already-imported"),
        (5, "reference", "doubled-reference"),
        (7, "reference", "doubled-reference"),
    ]


async def test_possible_duplicates_at_the_centre_and_in_the_file(scene: Scene) -> None:
    await scene.data.a_client(scene.centre, first_name="Ann", last_name="Lee", email="ann@example.org")
    lines = [
        client("P1", email="ANN@example.org"),
        client("P2", last_name="Lee", date_of_birth="1980-01-01"),
        client("P3", national_insurance_number="AB123456C"),
        client("P4", national_insurance_number="AB 12 34 56 D"),
        client("P5", last_name="Lee", postcode="LS1 4AP"),
    ]
    assert await told(scene, *lines) == [
        (2, "", "possible-duplicate"),
        (3, "", "possible-duplicate"),
        (5, "", "possible-duplicate"),
    ]
    accepted = await checked(scene.data, scene.manager, file_of(lines), accept_possible_duplicates=True)
    assert accepted.total == 0


async def test_what_is_not_in_use_and_who_cannot_work_on_a_case(scene: Scene) -> None:
    data, centre = scene.data, scene.centre
    gone, auditor = f"gone-{centre.hex}@example.org", f"auditor-{centre.hex}@example.org"
    await data.a_member(centre, email=gone, status="DEACTIVATED")
    await data.a_member(centre, Role.AUDITOR, email=auditor)
    await scene.rows.execute(
        "UPDATE case_types SET active = false WHERE centre_id = $1 AND code = 'BANKRUPTCY'", centre
    )
    await scene.rows.execute("UPDATE debt_types SET active = false WHERE centre_id = $1 AND code = 'OVERDRAFT'", centre)
    await imported(
        data, scene.manager, file_of([client("X"), case("X", "X"), debt("X", "X", creditor_name="Old Shop")])
    )
    await scene.rows.execute("UPDATE creditors SET active = false WHERE centre_id = $1", centre)
    lines = [
        client(),
        case("F1", advisor=gone),
        case("F2", advisor=auditor),
        case("F3", advisor=gone, **CLOSED),
        case("F4", case_type="BANKRUPTCY"),
        debt("D1", creditor_name="old  SHOP"),
        debt("D2", creditor="Old Shop"),
        debt("D3", debt_type="OVERDRAFT"),
    ]
    assert await told(scene, *lines) == [
        (3, "advisor", "inactive"),
        (4, "advisor", "lacks-permission"),
        (6, "case_type", "inactive"),
        (7, "creditor_name", "inactive"),
        (8, "creditor", "inactive"),
        (9, "debt_type", "inactive"),
    ]


async def test_a_case_has_two_hundred_debts_at_most(scene: Scene) -> None:
    debts = [debt(f"D{number}") for number in range(202)]
    assert await told(scene, client(), case(), *debts) == [
        (204, "case", "too-many-debts"),
        (205, "case", "too-many-debts"),
    ]


HEADERS: list[tuple[str, list[tuple[int, str, str]]]] = [
    ("", [(1, "", "empty-file")]),
    ("record,reference\r\n", [(1, "", "empty-file")]),
    ("AB123456C,Lee\r\nclient,P1\r\n", [(1, "record", "missing-column"), (1, "reference", "missing-column")]),
    ("record,reference,nino\r\nclient,P1,x\r\n", [(1, "nino", "unknown-column")]),
    ("record,reference,city,city\r\n", [(1, "city", "doubled-column")]),
    ("record,reference,\r\n", [(1, "", "unknown-column")]),
    ("record,reference\r\nclient,P1,Ann\r\n", [(2, "", "cell-count")]),
    ('record,reference\r\nclient,"P1\r\nclient,P2\r\n', [(2, "", "csv-syntax")]),
    ('record,reference\r\n\r\nclient,"P1"x\r\n', [(3, "", "csv-syntax")]),
    ("record,reference\r\nclient,P\0\r\n", [(2, "", "nul-character")]),
    (f'record,reference,city\r\nclient,P1,"{"x" * 140_000}"\r\n', [(2, "", "field-too-long")]),
    (f"record,reference\r\nclient,{'x,' * LONGEST_RECORD}\r\n", [(2, "", "record-too-long")]),
    ('record,reference,city\r\nclient,P1,"' + "a\n" * LONGEST_RECORD, [(2, "", "field-too-long")]),
]


@pytest.mark.parametrize(("text", "expected"), HEADERS, ids=range(len(HEADERS)))
async def test_a_file_that_cannot_be_read(scene: Scene, text: str, expected: list[tuple[int, str, str]]) -> None:
    assert await faults(scene.data, scene.manager, file_of(text)) == expected


async def test_a_wrong_encoding_is_told_with_its_line(scene: Scene) -> None:
    lines = [client(), client("P2", first_name="Zoë"), client("P3")]
    text = text_of(lines)
    given = {
        ("utf-8", text.encode("cp1252")): [(3, "", "text-encoding")],
        ("utf-8", text.encode("utf-16")): [(1, "", "text-encoding")],
        ("utf-8", text.replace("ë", "e").encode("utf-16-le")): [(1, "", "nul-character")],
        ("us-ascii", text.encode()): [(3, "", "text-encoding")],
        ("utf-8", b"\xef\xbb\xbf" + text.encode()): [],
        ("windows-1252", text.encode("cp1252")): [],
        ("iso-8859-1", text.encode("latin-1")): [],
        ("utf-16", text.encode("utf-16")): [],
    }
    for (encoding, content), expected in given.items():
        found = await faults(scene.data, scene.manager, file_of(content, encoding=encoding))
        assert [fault for fault in found if fault[2] != "possible-duplicate"] == expected, encoding


async def test_nothing_is_written_where_one_line_has_a_fault(scene: Scene) -> None:
    before = await left(scene.rows, scene.centre)
    lines = [client(f"P{number}") for number in range(700)]
    with pytest.raises(CaseloadRefused) as refused:
        await imported(scene.data, scene.manager, file_of([*lines, case(client="P0", title="")]))
    assert [(fault.line, fault.column, fault.rule) for fault in refused.value.report.faults] == [
        (702, "title", "blank")
    ]
    assert await left(scene.rows, scene.centre) == before


async def test_a_fault_never_repeats_what_the_file_says(scene: Scene) -> None:
    secret = "ZZSECRET99"
    lines = [client(**dict.fromkeys(("national_insurance_number", "date_of_birth", "email", "postcode"), secret))]
    report = await checked(scene.data, scene.manager, file_of(lines))
    assert report.total == 4
    assert not any(secret in repr(fault) for fault in report.faults)
