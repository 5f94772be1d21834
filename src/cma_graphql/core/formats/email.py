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
    raise _not_an_address()


def email_key(address: str) -> str:
    """Return the form in which a normalised address is unique: lower case, nothing else folded.

    Folding more (ß to ss) would let one mailbox pass for another.
    """
    return unicodedata.normalize("NFC", address.lower())


def ascii_email(address: str) -> str:
    """Return the form of an address that every mail server takes, where there is one: the domain in ASCII.

    A foreign local part has none; it is returned as it is. Refuses with `email`.
    """
    if len(address) <= _LONGEST_INPUT:
        try:
            validated = validate_email(address, check_deliverability=False, strict=True)
        except EmailNotValidError:
            pass
        else:
            return validated.ascii_email or f"{validated.local_part}@{validated.ascii_domain}"
    raise _not_an_address()


def _not_an_address() -> FormatError:
    return FormatError("email", "This is not an e-mail address, which is written like name@example.org.")
