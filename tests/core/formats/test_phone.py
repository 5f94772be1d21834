"""Telephone numbers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.phone import normalise_phone


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("020 8366 1177", "+442083661177"),
        ("+44 (0)20 8366 1177", "+442083661177"),
        ("0044 20 8366 1177", "+442083661177"),
        ("tel:+442083661177", "+442083661177"),
        ("(020) 8366-1177", "+442083661177"),
        ("020 8366\u20111177", "+442083661177"),
        ("\u202a+44 20 8366 1177\u202c", "+442083661177"),
        ("0300 123 1000", "+443001231000"),
        ("+33 1 23 45 67 89", "+33123456789"),
        ("+39 06 1234 5678", "+390612345678"),
    ],
)
def test_writes_a_valid_number_in_e164(text: str, e164: str) -> None:
    phone = normalise_phone(text)
    assert (phone.e164, phone.is_valid, phone.extension, phone.caution) == (e164, True, None, None)


@pytest.mark.parametrize("text", ["07700 900123", "+447700900123", "\u0660\u0667\u0667\u0660\u0660 900123"])
def test_a_possible_number_that_nobody_has_is_accepted_with_a_warning(text: str) -> None:
    phone = normalise_phone(text)
    assert (phone.e164, phone.is_valid) == ("+447700900123", False)
    assert phone.caution is not None
    assert phone.caution.rule == "phone-not-in-use"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "phone"),
        (" ", "phone"),
        ("none", "phone"),
        ("0800FLOWERS", "phone"),
        ("call 07700 900123", "phone"),
        ("07700 900123 or 900124", "phone"),
        ("07700 900123;phone-context=+1", "phone"),
        ("07700\x00900123", "phone"),
        ("07700\ud800900123", "phone"),
        ("+999 123 4567", "phone"),
        pytest.param("1" * 1_000_000, "phone", id="megabyte"),
        ("07700 900123 4567", "phone-too-long"),
        ("+49 89 11111 11111 111", "phone-too-long"),
        ("+44 7", "phone-too-short"),
        ("8366 1177", "phone-area-code"),
        ("07700", "phone-area-code"),
        ("999", "phone-short-number"),
        ("101", "phone-short-number"),
        ("112", "phone-short-number"),
        ("116 123", "phone-short-number"),
        ("+44 116 123", "phone-short-number"),
        ("020 8366 1177 x12", "phone-extension"),
        ("020 8366 1177 ext. 12", "phone-extension"),
        ("020 8366 1177 #12", "phone-extension"),
        ("+442083661177;ext=12", "phone-extension"),
    ],
)
def test_refuses(text: str, rule: str) -> None:
    with pytest.raises(FormatError) as refused:
        normalise_phone(text)
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    "text",
    ["020 8366 1177 x12", "020 8366 1177 Ext. 12", "020 8366 1177, extension 12", "+442083661177;ext=12"],
)
def test_returns_the_extension_where_one_is_allowed(text: str) -> None:
    phone = normalise_phone(text, allow_extension=True)
    assert (phone.e164, phone.extension) == ("+442083661177", "12")


@given(st.text() | st.from_regex(r"(\+|00|0)?[0-9 ()\-]{1,20}", fullmatch=True))
def test_what_is_accepted_is_e164_and_stays(text: str) -> None:
    try:
        phone = normalise_phone(text)
    except FormatError:
        return
    assert re.fullmatch(r"\+[1-9][0-9]{3,14}", phone.e164)
    assert normalise_phone(phone.e164) == phone
