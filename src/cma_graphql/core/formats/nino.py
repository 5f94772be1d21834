"""National Insurance numbers, as HMRC writes them (NIM39110): they have no check digit."""

import re

from cma_graphql.core.formats import Caution, FormatError

# D, F, I, Q, U and V never stand in the prefix, O never second; the prefixes BG to ZZ are not issued. HMRC's
# own interfaces admit a missing suffix letter.
_NINO = re.compile(
    r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]?",
)
_LENGTH_WITH_SUFFIX = 9
_ADMINISTRATIVE_PREFIXES = frozenset({"OO", "CR", "FY", "MW", "NC", "PP", "PY", "PZ"})
_LONGEST_INPUT = 40


def normalise_nino(text: str) -> str:
    """Return the number in capitals without spaces: nine characters, or eight where the suffix is unknown.

    Refuses with `national-insurance-number`.
    """
    compact = "".join(text[: _LONGEST_INPUT + 1].split())
    # The capital of a long s is a plain S, and there are more such letters: that input is not a number.
    if len(text) > _LONGEST_INPUT or not compact.isascii() or not _NINO.fullmatch(compact.upper()):
        raise FormatError(
            "national-insurance-number",
            "A National Insurance number is two letters, six digits and one of A to D, like AB 12 34 56 C.",
        )
    return compact.upper()


def nino_suffix_known(nino: str) -> bool:
    """Tell whether a normalised number ends with its suffix letter."""
    return len(nino) == _LENGTH_WITH_SUFFIX


def nino_caution(nino: str) -> Caution | None:
    """Warn of a normalised number whose prefix HMRC keeps for administration: it is no person's."""
    if nino[:2] not in _ADMINISTRATIVE_PREFIXES:
        return None
    return Caution(
        "administrative-prefix",
        f"{nino[:2]} is an administrative prefix: this is probably not the number of a person.",
        {"prefix": nino[:2]},
    )


def mask_nino(nino: str) -> str:
    """Show the last two digits and the suffix of a normalised number: ******56C."""
    return "*" * 6 + nino[6:]
