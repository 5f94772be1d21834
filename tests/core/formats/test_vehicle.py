"""Registration marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.vehicle import normalise_registration


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("AB12 CDE", "AB12CDE"),
        (" ab12cde ", "AB12CDE"),
        ("A1", "A1"),
        ("abc 123 d", "ABC123D"),
        ("YIZ 1234", "YIZ1234"),
        ("B-MW 1234", "BMW1234"),
    ],
)
def test_a_mark_is_kept_in_capitals_without_spaces(typed: str, kept: str) -> None:
    assert normalise_registration(typed) == kept


@pytest.mark.parametrize("typed", ["", "A", "ABC", "AB12CDEFG", "AB12/CDE", "ÄB12 CDE", "AB１2 CDE", "ſ1", "A1" * 30])  # noqa: RUF001
def test_what_is_no_mark_is_refused_by_name(typed: str) -> None:
    with pytest.raises(FormatError) as refused:
        normalise_registration(typed)
    assert refused.value.rule == "registration"


@given(typed=st.text(max_size=60))
def test_a_kept_mark_is_kept_as_it_is(typed: str) -> None:
    try:
        kept = normalise_registration(typed)
    except FormatError:
        return
    assert normalise_registration(kept) == kept
