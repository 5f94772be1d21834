"""A debt's account number: how it is compared, found again and masked."""

from uuid import UUID

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import one_line
from cma_graphql.core.vault import Vault

LONGEST = 100
_PURPOSE = "debts.account_number"
_SHOWN = 4
_TOO_SHORT_TO_SHOW = 6


def read_account_number(text: str) -> str:
    """Return an account number as typed, in one line; refuse with `blank` one without a letter or digit."""
    number = one_line(text, max_length=LONGEST)
    if not _compared(number):
        raise FormatError("blank", "Write at least one letter or digit.", minimum=1)
    return number


def account_number_index(vault: Vault, centre_id: UUID, number: str) -> bytes:
    """Return the blind index of an account number: spaces, hyphens and case do not count."""
    return vault.blind_index(centre_id, _PURPOSE, _compared(number))


def mask_account_number(number: str) -> str:
    """Show the last four letters or digits; nothing of a number so short that they would tell most of it."""
    bare = _compared(number)
    shown = bare[-_SHOWN:] if len(bare) > _TOO_SHORT_TO_SHOW else ""
    return f"****{shown}"


def _compared(number: str) -> str:
    return "".join(letter for letter in number.upper() if letter.isalnum())
