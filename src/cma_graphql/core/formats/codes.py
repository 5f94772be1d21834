"""The product's own codes and numbers: centres, cases, clients."""

import re
from typing import NamedTuple

from cma_graphql.core.formats import FormatError

_CENTRE_CODE = re.compile(r"[A-Z0-9]{2,10}")
_CASE_NUMBER = re.compile(r"CASE-([0-9]{4})-([0-9]{6})")
_LONGEST_INPUT = 40
_LAST_IN_YEAR = 999_999
_LAST_YEAR = 9999


class CaseNumber(NamedTuple):
    """The parts of a case number: the London year of opening, and the count within centre and year."""

    year: int
    sequence: int


def normalise_centre_code(text: str) -> str:
    """Return a centre's code in capitals: two to ten letters and digits. Refuses with `centre-code`."""
    code = text[: _LONGEST_INPUT + 1].strip()
    if len(text) > _LONGEST_INPUT or not code.isascii() or not _CENTRE_CODE.fullmatch(code.upper()):
        raise FormatError("centre-code", "A centre's code is two to ten letters and digits, like LEEDS1.")
    return code.upper()


def format_case_number(*, year: int, sequence: int) -> str:
    """Write a case number: CASE-2026-000123. Refuses with `case-number` past the last number of a year."""
    if not 1 <= year <= _LAST_YEAR or not 1 <= sequence <= _LAST_IN_YEAR:
        raise FormatError("case-number", f"A year has case numbers from 1 to {_LAST_IN_YEAR}.", maximum=_LAST_IN_YEAR)
    return f"CASE-{year:04d}-{sequence:06d}"


def parse_case_number(text: str) -> CaseNumber:
    """Read a case number, whatever its case. Refuses with `case-number`."""
    number = text[: _LONGEST_INPUT + 1].strip()
    match = _CASE_NUMBER.fullmatch(number.upper()) if number.isascii() else None
    if len(text) > _LONGEST_INPUT or match is None:
        raise FormatError("case-number", "A case number is written like CASE-2026-000123.")
    return CaseNumber(year=int(match[1]), sequence=int(match[2]))


def public_case_reference(*, centre_code: str, case_number: str) -> str:
    """Write the reference that names a case among all centres: LEEDS1-CASE-2026-000123."""
    return f"{centre_code}-{case_number}"


def client_reference(*, centre_code: str, sequence: int) -> str:
    """Write a client's reference, the count within its centre: LEEDS1-C-42."""
    return f"{centre_code}-C-{sequence}"


def reference_key(text: str) -> str:
    """Return the key by which a number or reference is found by prefix; takes any text, also half-typed."""
    return "".join(letter for letter in text[:_LONGEST_INPUT] if letter.isascii() and letter.isalnum()).upper()
