"""The words by which a record is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.formats.words import (
    LONGEST_WORD,
    SHORTEST_WORD,
    email_words,
    phone_words,
    postcode_words,
    text_words,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Siobhán O'Brien", {"siobhan", "obrien"}),
        ("Smith-Jones", {"smith", "jones", "smithjones"}),
        ("CASE-2026-000123", {"case", "2026", "000123", "123", "case2026000123"}),
        ("LEEDS-C-7", {"leeds", "leedsc7"}),
        ("BANK_STATEMENT", {"bank", "statement", "bankstatement"}),
        ("a I 7", set()),
        ("", set()),
        ("x" * 100, {"x" * LONGEST_WORD}),
    ],
)
def test_text_has_these_words(text: str, words: set[str]) -> None:
    assert text_words(text) == words


def test_a_postcode_is_found_whole_and_in_parts() -> None:
    assert postcode_words("LS1 4AP") == {"ls1", "4ap", "ls14ap"}


def test_a_british_number_is_found_as_it_is_dialled_at_home_and_from_abroad() -> None:
    assert phone_words("+447700900123") == {"447700900123", "07700900123"}
    assert phone_words("+33123456789") == {"33123456789"}


def test_an_address_of_mail_is_one_word() -> None:
    assert email_words("Sam.Smith@Example.org") == {"sam.smith@example.org"}


@given(st.text(max_size=80))
def test_no_word_is_too_short_or_too_long_whatever_the_text(text: str) -> None:
    assert all(SHORTEST_WORD <= len(word) <= LONGEST_WORD for word in text_words(text))
