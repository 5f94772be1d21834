"""Reads what somebody typed into a search field: the words to look for."""

import re

from cma_graphql.core.errors import Invalid
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.email import email_key
from cma_graphql.core.formats.nino import normalise_nino
from cma_graphql.core.formats.text import name_key, one_line
from cma_graphql.core.formats.words import LONGEST_WORD, SHORTEST_WORD

MOST_WORDS = 6
LONGEST_QUERY = 200
_DIALLED = re.compile(r"\+?[\d\s()./-]+")
_SHORTEST_NUMBER = 7
"""Fewer digits than these are a reference or a year, each part of which is a word."""


def read_words(query: str) -> tuple[str, ...]:
    """Answer the words that a record must have, the longest first, as it is mostly the rarest.

    A telephone number is one word however it is spaced, an e-mail address is one; everything else is parted as the
    records' words are. Raises Invalid with `blank`, `too-long`, `control-character` and other rules of text,
    `too-short` for a word of one letter or digit, `too-many-words`.
    """
    text = read_field("query", one_line, query, max_length=LONGEST_QUERY)
    words = list(dict.fromkeys(_parted(text)))
    if not words:
        raise Invalid("query", "blank", "Write at least one word of letters or digits.", minimum=1)
    if any(len(word) < SHORTEST_WORD for word in words):
        raise Invalid(
            "query", "too-short", f"Each word needs at least {SHORTEST_WORD} letters or digits.", minimum=SHORTEST_WORD
        )
    if len(words) > MOST_WORDS:
        raise Invalid("query", "too-many-words", f"Search for at most {MOST_WORDS} words.", maximum=MOST_WORDS)
    return tuple(sorted((word[:LONGEST_WORD] for word in words), key=len, reverse=True))


def read_nino(query: str) -> str | None:
    """Answer the national insurance number that a query is; None where it is none."""
    try:
        return normalise_nino(query)
    except FormatError:
        return None


def _parted(text: str) -> list[str]:
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())
    if _DIALLED.fullmatch(text) and len(digits) >= _SHORTEST_NUMBER:
        return [digits.removeprefix("00")]
    nino = read_nino(text)
    if nino is not None:
        return [nino.lower()]  # of which no record has the word; it is found by another way
    words: list[str] = []
    for token in text.split():
        parts = name_key(token).split()
        if "@" in token:
            words.append(email_key(token))
        elif len(parts) > 1 and min(map(len, parts)) < SHORTEST_WORD:
            words.append("".join(parts))  # LEEDS-C-42: the whole of it is a word of the record, too
        else:
            words += parts
    return words
