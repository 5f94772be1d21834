"""The link that a recipient is given: it names its centre, so that nothing of another centre is ever looked at."""

import base64
import binascii
from datetime import timedelta
from secrets import token_bytes
from uuid import UUID

from cma_graphql.core.errors import Invalid
from cma_graphql.core.tokens import TOKEN_BYTES, TokenKind, derived_token, token_kind

LINK_LIFETIME = timedelta(days=14)
"""How long a recipient has for an answer."""
_CENTRE_BYTES = 16


def new_link_token(centre_id: UUID) -> str:
    """Make the token of a link: the centre's key, then 32 random bytes. It is shown once and kept nowhere."""
    return derived_token(TokenKind.REFERRAL, centre_id.bytes + token_bytes(TOKEN_BYTES))


def centre_of_token(token: str) -> UUID | None:
    """Answer the centre that a token names; None for what is no such token."""
    if token_kind(token) is not TokenKind.REFERRAL:
        return None
    text = token.removeprefix(TokenKind.REFERRAL.value)
    try:
        secret = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return UUID(bytes=secret[:_CENTRE_BYTES]) if len(secret) == _CENTRE_BYTES + TOKEN_BYTES else None


def bad_link() -> Invalid:
    """Make the refusal of a link: unknown, answered, withdrawn or too old, told alike."""
    return Invalid("token", "link", "This link is not good any more. Ask whoever gave it to you.")
