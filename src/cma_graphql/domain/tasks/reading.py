"""Reads what people say of tasks: each function answers the value as it is kept, or raises FormatError."""

from cma_graphql.core.formats.text import multiline, one_line

_LONGEST_TITLE = 200
_LONGEST_DETAILS = 5_000
_LONGEST_REASON = 1_000


def read_title(text: str) -> str:
    """Answer a title of at most 200 characters."""
    return one_line(text, max_length=_LONGEST_TITLE)


def read_details(text: str | None) -> str | None:
    """Answer details of at most 5,000 characters; empty ones are none."""
    return None if text is None else multiline(text, max_length=_LONGEST_DETAILS, min_length=0) or None


def read_reason(text: str) -> str:
    """Answer a reason, or what came of a task, in at most 1,000 characters."""
    return multiline(text, max_length=_LONGEST_REASON)
