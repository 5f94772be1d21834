"""The words by which a record is found: folded like names, so that case, accents and punctuation do not count."""

from collections.abc import Callable, Iterable

from cma_graphql.core.formats.email import email_key
from cma_graphql.core.formats.text import name_key

SHORTEST_WORD = 2
LONGEST_WORD = 64
"""Characters of a word that are kept and looked for; longer ones would not fit into an index."""

TAG_SIGN = "#"

WordsOf = Callable[[str], Iterable[str]]
"""Answers the words of one value."""
_UK_CODE = "44"


def text_words(text: str) -> set[str]:
    """Return the words of a name, a title or a reference.

    What punctuation parts counts both apart and together: `Smith-Jones` gives smith, jones, smithjones, and
    `CASE-2026-000123` gives case, 2026, 000123, 123, case2026000123.
    """
    words: set[str] = set()
    for token in text.split():
        parts = name_key(token).split()
        words.update(parts)
        words.update(part.lstrip("0") for part in parts if part.isdecimal())
        if len(parts) > 1:
            words.add("".join(parts))
    return _kept(words)


def tag_words(text: str) -> set[str]:
    """Return the words of a tag, and the tag as a whole behind a sign that no word has: `#council tax`.

    By that a record is found that has this very tag. The sign sorts before all letters and figures, so that where a
    record has more words than are kept none of its tags is missing.
    """
    return {f"{TAG_SIGN}{text}"} | text_words(text)


def file_name_words(text: str) -> set[str]:
    """Return the words of a file's name, which dots part as well: `letter.pdf` gives letter, pdf, letterpdf."""
    return text_words(text) | text_words(text.replace(".", " "))


def postcode_words(text: str) -> set[str]:
    """Return a postcode as a whole and its two parts: `LS1 4AP` gives ls1, 4ap, ls14ap."""
    parts = name_key(text).split()
    return _kept({*parts, "".join(parts)})


def phone_words(text: str) -> set[str]:
    """Return a number in international form as its digits, a British one also as it is dialled at home."""
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())
    home = {"0" + digits.removeprefix(_UK_CODE)} if digits.startswith(_UK_CODE) else set[str]()
    return _kept({digits, *home})


def email_words(text: str) -> set[str]:
    """Return an e-mail address as one word."""
    return _kept({email_key(text)})


def _kept(words: Iterable[str]) -> set[str]:
    return {word[:LONGEST_WORD] for word in words if len(word) >= SHORTEST_WORD}
