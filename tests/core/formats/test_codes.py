"""Codes and numbers of centres, cases and clients."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.codes import (
    CaseNumber,
    client_reference,
    format_case_number,
    normalise_centre_code,
    parse_case_number,
    public_case_reference,
    reference_key,
)


@pytest.mark.parametrize(("text", "code"), [("LEEDS1", "LEEDS1"), (" leeds1\n", "LEEDS1"), ("42", "42")])
def test_accepts_a_centre_code(text: str, code: str) -> None:
    assert normalise_centre_code(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "ABCDEFGHIJK",
        "LEEDS 1",
        "LEEDS-1",
        "\u017ftock",
        "A\x00B",
        "\ud800A",
        pytest.param("A" * 1_000_000, id="megabyte"),
    ],
)
def test_refuses_a_centre_code(text: str) -> None:
    with pytest.raises(FormatError) as refused:
        normalise_centre_code(text)
    assert refused.value.rule == "centre-code"


def test_writes_and_reads_a_case_number() -> None:
    assert format_case_number(year=2026, sequence=123) == "CASE-2026-000123"
    assert parse_case_number(" case-2026-000123 ") == CaseNumber(year=2026, sequence=123)


@pytest.mark.parametrize(
    "text",
    ["", "CASE-2026-123", "CASE-26-000123", "2026-000123", "CASE-2026-0000123", "ca\u017fe-2026-000123"],
)
def test_refuses_a_case_number(text: str) -> None:
    with pytest.raises(FormatError) as refused:
        parse_case_number(text)
    assert refused.value.rule == "case-number"


@pytest.mark.parametrize(("year", "sequence"), [(2026, 0), (2026, 1_000_000), (0, 1), (10_000, 1), (2026, -1)])
def test_a_year_has_its_last_case_number(year: int, sequence: int) -> None:
    with pytest.raises(FormatError) as refused:
        format_case_number(year=year, sequence=sequence)
    assert (refused.value.rule, refused.value.params) == ("case-number", {"maximum": 999_999})


def test_writes_references() -> None:
    assert client_reference(centre_code="LEEDS1", sequence=42) == "LEEDS1-C-42"
    number = format_case_number(year=2026, sequence=7)
    assert public_case_reference(centre_code="LEEDS1", case_number=number) == "LEEDS1-CASE-2026-000007"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("CASE-2026-000123", "CASE2026000123"),
        ("case 2026", "CASE2026"),
        ("leeds1-c-4", "LEEDS1C4"),
        ("\u00df-", ""),
    ],
)
def test_the_key_of_a_reference(text: str, key: str) -> None:
    assert reference_key(text) == key


@given(st.integers(1, 9999), st.integers(1, 999_999))
def test_reading_undoes_writing(year: int, sequence: int) -> None:
    assert parse_case_number(format_case_number(year=year, sequence=sequence)) == (year, sequence)


@given(st.text())
def test_arbitrary_text_is_refused_or_kept(text: str) -> None:
    for normalise in (
        normalise_centre_code,
        lambda text: format_case_number(**parse_case_number(text)._asdict()),
    ):
        try:
            kept = normalise(text)
        except FormatError:
            continue
        assert normalise(kept) == kept
    assert reference_key(reference_key(text)) == reference_key(text)
