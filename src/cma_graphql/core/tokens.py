"""Opaque tokens: random, told apart by a readable beginning, kept as a digest alone."""

import base64
import hashlib
import hmac
from enum import StrEnum
from secrets import token_urlsafe

TOKEN_BYTES = 32


class TokenKind(StrEnum):
    """What a token is good for; the value is its beginning, by which leaked ones are recognised."""

    REFRESH = "cma_rt_"
    INVITATION = "cma_inv_"
    RESET = "cma_rst_"
    SERVICE_KEY = "cma_sk_"
    CALENDAR = "cma_cal_"
    REFERRAL = "cma_ref_"


_KINDS = tuple((kind.value, kind) for kind in TokenKind)


def new_token(kind: TokenKind, nbytes: int = TOKEN_BYTES) -> str:
    """Make a token of a kind with so many random bytes, at least 16. It is shown once and kept nowhere."""
    least = 16
    if nbytes < least:
        raise ValueError(f"A token has at least {least} random bytes.")
    return kind.value + token_urlsafe(nbytes)


def derived_token(kind: TokenKind, secret: bytes) -> str:
    """Make the token of a kind that belongs to a secret of at least 32 bytes: the same secret, the same token."""
    if len(secret) < TOKEN_BYTES:
        raise ValueError(f"A token is made of at least {TOKEN_BYTES} secret bytes.")
    return kind.value + base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def token_kind(token: str) -> TokenKind | None:
    """Tell what a token claims to be good for, from its beginning; None where it is none of ours."""
    for beginning, kind in _KINDS:
        if token.startswith(beginning):
            return kind
    return None


def token_digest(token: str) -> bytes:
    """Return the 32 bytes under which a token is kept: random as it is, it needs no salt and no slow hash."""
    # Whatever arrives in a header is looked up; half characters must not become an error of their own.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def token_matches(token: str, digest: bytes) -> bool:
    """Compare a token with a kept digest, in the same time whether or not they match."""
    return hmac.compare_digest(token_digest(token), digest)
