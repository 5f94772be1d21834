"""E-mail addresses."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.email import ascii_email, email_key, normalise_email


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a.user@example.org", "a.user@example.org"),
        ("  A.User@Example.ORG\n", "A.User@example.org"),
        ("o'brien+cma@example.org", "o'brien+cma@example.org"),
        ("jose\u0301@example.org", "jos\u00e9@example.org"),
        ("a@xn--bcher-kva.example", "a@b\u00fccher.example"),
        ("a@B\u00dcCHER.example", "a@b\u00fccher.example"),
    ],
)
def test_accepts(text: str, address: str) -> None:
    assert normalise_email(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "a",
        "a@b",
        "a@localhost",
        "a@centre.test",
        "a@[127.0.0.1]",
        '"a b"@example.org',
        "A User <a@example.org>",
        "a@example.org, b@example.org",
        "a@example.org\nBcc: b@example.org",
        "a\x00@example.org",
        "a@\ud800.org",
        "x" * 65 + "@example.org",
        pytest.param("a@" + "x." * 200 + "org", id="long domain"),
        pytest.param("a" + "\u0301\u0327" * 500_000 + "@example.org", id="megabyte"),
    ],
)
def test_refuses(text: str) -> None:
    with pytest.raises(FormatError) as refused:
        normalise_email(text)
    assert refused.value.rule == "email"


def test_the_key_ignores_case_and_nothing_else() -> None:
    assert email_key(normalise_email("A.User@Example.org")) == "a.user@example.org"
    assert email_key("stra\u00dfe@example.org") != email_key("strasse@example.org")


@given(st.text() | st.emails())
def test_what_is_accepted_stays(text: str) -> None:
    try:
        address = normalise_email(text)
    except FormatError:
        return
    assert normalise_email(address) == address
    key = email_key(address)
    assert email_key(key) == key
    assert unicodedata.is_normalized("NFC", key)


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("a@example.org", "a@example.org"),
        ("a@b\u00fccher.example", "a@xn--bcher-kva.example"),
        ("jos\u00e9@b\u00fccher.example", "jos\u00e9@xn--bcher-kva.example"),
    ],
)
def test_the_form_that_mail_servers_take(address: str, written: str) -> None:
    assert ascii_email(address) == written
    assert normalise_email(written) == address


def test_there_is_no_such_form_of_what_is_no_address() -> None:
    with pytest.raises(FormatError):
        ascii_email("a")
    with pytest.raises(FormatError):
        ascii_email("a" * 1_000_000)
