"""The codes of frameworks, checklists and requirements."""

import re

from cma_graphql.core.formats import FormatError

_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_LONGEST = 40


def read_code(text: str) -> str:
    """Return a code in capitals: letters and digits, hyphens between. Refuses with `code`."""
    code = text[: _LONGEST + 1].strip().upper()
    if len(text) > _LONGEST or not code.isascii() or not _CODE.fullmatch(code):
        raise FormatError("code", f"A code is up to {_LONGEST} letters and digits, with hyphens between: LOCAL-01.")
    return code
