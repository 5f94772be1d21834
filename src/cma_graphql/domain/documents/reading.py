"""Reads what people say of documents: each function answers the value as it is kept, or raises FormatError."""

import re

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import multiline, one_line

_LONGEST_TITLE = 200
_LONGEST_DESCRIPTION = 2_000
_LONGEST_REASON = 500
_SHA256 = re.compile(r"[0-9a-f]{64}")


def read_title(text: str) -> str:
    """Answer a title of at most 200 characters."""
    return one_line(text, max_length=_LONGEST_TITLE)


def read_description(text: str | None) -> str | None:
    """Answer a description of at most 2,000 characters; an empty one is none."""
    return None if text is None else multiline(text, max_length=_LONGEST_DESCRIPTION, min_length=0) or None


def read_reason(text: str) -> str:
    """Answer a reason of at most 500 characters."""
    return one_line(text, max_length=_LONGEST_REASON)


def read_sha256(text: str) -> str:
    """Answer a SHA-256 as 64 hexadecimal digits in small letters."""
    digits = text.strip().lower()
    if not _SHA256.fullmatch(digits):
        raise FormatError("sha256", "Write the SHA-256 of the file as 64 hexadecimal digits.")
    return digits


def read_size(size: int, *, largest: int) -> int:
    """Answer a size in bytes."""
    if size < 1:
        raise FormatError("empty-file", "The file is empty.", minimum=1)
    if size > largest:
        raise FormatError("too-large", f"A file has at most {largest} bytes.", maximum=largest)
    return size
