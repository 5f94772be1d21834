"""Whatever a caseload says, it comes out as it went in, in whichever order its lines stand."""

import random
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.domain.centres.models import Jurisdiction
from cma_graphql.domain.exchange.importing.case_records import CaseLine
from cma_graphql.domain.exchange.importing.checking import parsed_lines
from cma_graphql.domain.exchange.importing.outline import draw_outline
from cma_graphql.domain.exchange.importing.records import ClientLine, DebtLine
from support.imports import Line, case, client, debt, file_of

WORDS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp", "M")), min_size=1, max_size=40).filter(
    lambda text: any(letter.isalnum() for letter in text)
)
NAMES = WORDS.filter(lambda text: text.strip() != "")
LINES = st.text(st.sampled_from('ab,"; =+@\n'), min_size=1, max_size=40).map(lambda text: f"a{text}b")
KINDS = {"client": "ClientLine", "case": "CaseLine", "debt": "DebtLine"}
AMOUNTS = st.decimals(0, 9_999_999, places=2)


@st.composite
def caseloads(draw: st.DrawFn) -> list[Line]:
    """Make a caseload without a fault."""
    clients = [
        client(f"P{number}", first_name=draw(NAMES), last_name=draw(NAMES)) for number in range(draw(st.integers(1, 4)))
    ]
    cases = [
        case(f"F{number}", f"P{draw(st.integers(0, len(clients) - 1))}", title=draw(NAMES), description=draw(LINES))
        for number in range(draw(st.integers(1, 4)))
    ]
    debts = [
        debt(
            f"D{number}",
            f"F{draw(st.integers(0, len(cases) - 1))}",
            current_balance=str(draw(AMOUNTS)),
            notes=draw(LINES),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    return [*clients, *cases, *debts]


def read(lines: Sequence[Line]) -> dict[tuple[str, str], Any]:
    """Read a file's records, by kind and reference."""
    parsed = list(parsed_lines(file_of(lines), Jurisdiction.SCOTLAND))
    assert [fault for line in parsed for fault in line.faults] == []
    return {(type(line.record).__name__, line.record.reference): line.record for line in parsed if line.record}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(caseloads(), st.randoms(use_true_random=False))
def test_a_caseload_says_what_it_says_in_any_order(lines: list[Line], order: random.Random) -> None:
    found = read(lines)
    assert len(found) == len(lines)
    for line in lines:
        match found[KINDS[line["record"]], line["reference"]]:
            case ClientLine() as person:
                assert person.details["first_name"] == one_line(line["first_name"], max_length=100)
                assert person.details["last_name"] == one_line(line["last_name"], max_length=100)
            case CaseLine() as work:
                assert (work.client, work.columns["title"]) == (line["client"], one_line(line["title"], max_length=200))
                assert work.columns["description"] == multiline(line["description"], max_length=10_000)
            case DebtLine() as owed:
                assert (owed.case, f"{owed.said.balance}") == (line["case"], line["current_balance"])
                assert owed.said.kept["notes"] == multiline(line["notes"], max_length=10_000)
    shuffled = list(lines)
    order.shuffle(shuffled)
    again = read(shuffled)
    assert again.keys() == found.keys()
    assert {key: _said(again[key]) for key in again} == {key: _said(found[key]) for key in again}
    one, other = draw_outline(file_of(lines)), draw_outline(file_of(shuffled))
    assert one.clients.keys() == other.clients.keys()
    assert (one.cases.keys(), one.debts.keys(), one.lines) == (other.cases.keys(), other.debts.keys(), len(lines))


def _said(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__ if name != "line"}
