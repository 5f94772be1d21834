"""Registration marks of vehicles, as their plates show them. A well-formed mark need not be anybody's."""

import re

from cma_graphql.core.formats import FormatError

# Marks of Great Britain and Northern Ireland, old and new, cherished ones among them: two to seven letters and
# digits, a digit at least. A foreign vehicle's may have one more.
_MARK = re.compile(r"(?=.*[0-9])[A-Z0-9]{2,8}")
_LONGEST_INPUT = 40


def normalise_registration(text: str) -> str:
    """Return the mark in capitals without spaces or hyphens. Refuses with `registration`."""
    compact = "".join(text[: _LONGEST_INPUT + 1].split()).replace("-", "")
    if len(text) > _LONGEST_INPUT or not compact.isascii() or not _MARK.fullmatch(compact.upper()):
        raise FormatError("registration", "This is not a registration mark, which is written like AB12 CDE.")
    return compact.upper()
