"""E-mail addresses: their syntax alone; whether one can be reached is seen when a letter is sent."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from cma_graphql.core.formats import FormatError

_LONGEST_INPUT = 320


def normalise_email(text: str) -> str:
    """Return the address with a composed local part and a lower-case domain. Refuses with `email`.

    Domains that no letter can reach (`.test`, `.local`, `localhost`) are refused too.
    """
    if len(text) <= _LONGEST_INPUT:
        try:
            return validate_email(text.strip(), check_deliverability=False, strict=True).normalized
        except EmailNotValidError:
            pass
    raise FormatError("email", "This is not an e-mail address, which is written like name@example.org.")


def email_key(address: str) -> str:
    """Return the form in which a normalised address is unique: lower case, nothing else folded.

    Folding more (ß to ss) would let one mailbox pass for another.
    """
    return unicodedata.normalize("NFC", address.lower())
