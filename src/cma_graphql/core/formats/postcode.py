"""UK postcodes, British Forces numbers included. A well-formed postcode need not exist."""

import re

from cma_graphql.core.formats import FormatError

_POSTCODE = re.compile(
    r"(GIR 0AA|BFPO [0-9]{1,4}"
    r"|([A-PR-UWYZ]([0-9][0-9A-HJKPSTUW]?|[A-HK-Y][0-9][0-9ABEHMNPRVWXY]?)) [0-9][ABD-HJLNP-UW-Z]{2})"
)
_FORCES = "BFPO"
_INWARD_LENGTH = 3
_LONGEST_INPUT = 40


def normalise_postcode(text: str) -> str:
    """Return the postcode in capitals with its one space. Refuses with `postcode`."""
    compact = "".join(text[: _LONGEST_INPUT + 1].split())
    if len(text) <= _LONGEST_INPUT and compact.isascii():
        compact = compact.upper()
        inward = len(_FORCES) if compact.startswith(_FORCES) else -_INWARD_LENGTH
        spaced = f"{compact[:inward]} {compact[inward:]}"
        if _POSTCODE.fullmatch(spaced):
            return spaced
    raise FormatError("postcode", "This is not a UK postcode, which is written like SW1A 1AA.")


def postcode_key(text: str) -> str:
    """Return the key by which a postcode is found by prefix; takes any text, also what is typed so far."""
    return "".join(text[:_LONGEST_INPUT].split()).upper()
