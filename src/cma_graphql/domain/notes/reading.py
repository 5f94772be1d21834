"""Reads what people say of notes: each function answers the value as it is kept, or raises FormatError."""

import re
from datetime import date

from cma_graphql.core.clock import today
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import multiline, one_line

LAST_DAY = date(2999, 12, 31)
"""The last day to come back to anything, a few centuries before days end."""
LONGEST_BODY = 20_000
_LONGEST_NAME = 200
_LONGEST_DESCRIPTION = 2_000
_LONGEST_REASON = 500
_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}")


def read_body(text: str) -> str:
    """Answer the words of a note: at most 20,000 characters."""
    return multiline(text, max_length=LONGEST_BODY)


def read_name(text: str) -> str:
    """Answer the name of a category or a template."""
    return one_line(text, max_length=_LONGEST_NAME)


def read_description(text: str) -> str:
    """Answer what a category is for."""
    return multiline(text, max_length=_LONGEST_DESCRIPTION)


def read_reason(text: str) -> str:
    """Answer a reason of at most 500 characters."""
    return one_line(text, max_length=_LONGEST_REASON)


def read_code(text: str) -> str:
    """Answer a code in capitals: letters, digits and underscores, 2 to 40, a letter first."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise FormatError("code", "A code has 2 to 40 letters, digits and underscores, a letter first.")
    return code


def read_follow_up(day: date | None) -> date | None:
    """Answer a day to come back to a note: today or later."""
    if day is not None and day < today():
        raise FormatError("future", "A follow-up is today or later.", after=today().isoformat())
    if day is not None and day > LAST_DAY:
        raise FormatError("too-late", "Nobody comes back so late.", until=LAST_DAY.isoformat())
    return day
