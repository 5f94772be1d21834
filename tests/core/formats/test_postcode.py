"""Postcodes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.postcode import normalise_postcode, postcode_key

PATTERN = (
    r"(GIR 0AA|BFPO [0-9]{1,4}"
    r"|([A-PR-UWYZ]([0-9][0-9A-HJKPSTUW]?|[A-HK-Y][0-9][0-9ABEHMNPRVWXY]?)) [0-9][ABD-HJLNP-UW-Z]{2})"
)


@pytest.mark.parametrize(
    "postcode",
    [
        "SW1A 1AA",
        "M1 1AE",
        "B33 8TH",
        "CR2 6XH",
        "DN55 1PT",
        "W1A 0AX",
        "EC1A 1BB",
        "BT1 5GS",
        "GIR 0AA",
        "BFPO 1",
        "BFPO 1234",
    ],
)
def test_accepts_with_any_spacing_and_case(postcode: str) -> None:
    assert normalise_postcode(postcode) == postcode
    assert normalise_postcode(postcode.replace(" ", "")) == postcode
    assert normalise_postcode(f"  {postcode.lower().replace(' ', '   ')}\n") == postcode


@pytest.mark.parametrize(
    "text",
    ["QA1 1AA", "M1 1CE", "", " ", "SW1A", "1AA", "BFPO", "BFPO 12345", "SW1A 1AA 1", "\u017fW1A 1AA"],
)
def test_refuses(text: str) -> None:
    with pytest.raises(FormatError) as refused:
        normalise_postcode(text)
    assert refused.value.rule == "postcode"


def test_refuses_long_text_without_reading_it() -> None:
    with pytest.raises(FormatError):
        normalise_postcode("SW1A 1AA" + " " * 1_000_000)


@pytest.mark.parametrize(("text", "key"), [("SW1A 1AA", "SW1A1AA"), ("sw1a 1", "SW1A1"), ("", ""), (" m 1 ", "M1")])
def test_the_key_has_no_space(text: str, key: str) -> None:
    assert postcode_key(text) == key


@given(st.from_regex(PATTERN, fullmatch=True))
def test_every_postcode_of_the_pattern_is_accepted_as_it_is(postcode: str) -> None:
    assert normalise_postcode(postcode) == postcode


@given(st.text() | st.from_regex(r"\s*[A-Za-z]{1,2}[0-9][0-9A-Za-z]?\s*[0-9][A-Za-z]{2}\s*", fullmatch=True))
def test_what_is_accepted_has_the_pattern_and_stays(text: str) -> None:
    try:
        postcode = normalise_postcode(text)
    except FormatError:
        return
    assert re.fullmatch(PATTERN, postcode)
    assert normalise_postcode(postcode) == postcode


@given(st.from_regex(PATTERN, fullmatch=True), st.integers(min_value=0, max_value=10))
def test_the_key_of_a_beginning_begins_the_key(postcode: str, length: int) -> None:
    assert postcode_key(postcode).startswith(postcode_key(postcode[:length]))
