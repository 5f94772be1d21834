"""Telephone numbers, read as in the United Kingdom and kept in the international form E.164."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from cma_graphql.core.formats import Caution, FormatError

_REGION = "GB"
_LONGEST_INPUT = 60
_LONGEST_E164 = 16  # the plus sign and fifteen digits
_EXTENSION = re.compile(r"[\s;,]*(?:extension|extn|ext|x|#)[\s.:=]*([0-9]{1,7})\s*$", re.IGNORECASE)
_DIALLED = re.compile(r"(?:tel:)?[\d\s+()./\-\u2010-\u2015\u2212\uff0b]+")
_TOO_SHORT = ("phone-too-short", "This telephone number has too few digits.")
_TOO_LONG = ("phone-too-long", "This telephone number has too many digits.")
_PARSE_REASONS = {
    NumberParseException.TOO_SHORT_AFTER_IDD: _TOO_SHORT,
    NumberParseException.TOO_SHORT_NSN: _TOO_SHORT,
    NumberParseException.TOO_LONG: _TOO_LONG,
}
_REASONS = {
    ValidationResult.TOO_SHORT: _TOO_SHORT,
    ValidationResult.TOO_LONG: _TOO_LONG,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: (
        "phone-area-code",
        "Write the telephone number with its area code, like 020 7946 0018.",
    ),
}
_UNREADABLE = (
    "phone",
    "This is not a telephone number, which is written like 07700 900123 or +44 7700 900123.",
)


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number that can be dialled from anywhere, with its extension where one was asked for."""

    e164: str
    is_valid: bool
    """Whether a numbering plan knows the range: false for made-up numbers such as 07700 900123."""
    extension: str | None = None

    @property
    def caution(self) -> Caution | None:
        """Warn of a number in a range that nobody has been given."""
        if self.is_valid:
            return None
        return Caution("phone-not-in-use", "No telephone company has been given this range of numbers.")


def normalise_phone(text: str, *, allow_extension: bool = False) -> PhoneNumber:
    """Return the number of a telephone that can be called.

    Refuses with `phone`, `phone-too-short`, `phone-too-long`, `phone-area-code`, `phone-short-number` (999,
    116 123) and, unless it is allowed, `phone-extension`.
    """
    if len(text) > _LONGEST_INPUT:
        raise FormatError(*_UNREADABLE)
    # Numbers copied from a telephone's address book carry invisible marks of direction.
    visible = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    split = _EXTENSION.search(visible)
    number = _parse(visible[: split.start()] if split else visible)
    extension = split[1] if split else None
    if extension and not allow_extension:
        raise FormatError("phone-extension", "Leave the extension out, and write it down as a note.")
    if number.country_code == phonenumbers.country_code_for_region(_REGION) and (
        phonenumbers.is_valid_short_number(number)
    ):
        raise FormatError("phone-short-number", "Short service numbers such as 999 belong to no person.")
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != ValidationResult.IS_POSSIBLE:
        raise FormatError(*_REASONS.get(reason, _UNREADABLE))
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if len(e164) > _LONGEST_E164:
        raise FormatError(*_TOO_LONG)
    # A row of zeros counts as possible, although its beginning is then read as the trunk prefix.
    if phonenumbers.format_number(_parse(e164), PhoneNumberFormat.E164) != e164:
        raise FormatError(*_UNREADABLE)
    return PhoneNumber(e164, phonenumbers.is_valid_number(number), extension)


def _parse(text: str) -> phonenumbers.PhoneNumber:
    # The library reads letters as the keys that carry them, and so would turn a sentence into a number.
    if not _DIALLED.fullmatch(text):
        raise FormatError(*_UNREADABLE)
    try:
        return phonenumbers.parse(text, _REGION)
    except NumberParseException as unreadable:
        raise FormatError(*_PARSE_REASONS.get(unreadable.error_type, _UNREADABLE)) from None
