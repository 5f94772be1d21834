"""Access tokens: short-lived, signed with Ed25519 (RFC 8037), typed at+jwt (RFC 9068)."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NoReturn
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from cma_graphql.core import clock
from cma_graphql.core.errors import Unauthenticated
from cma_graphql.core.ids import new_id
from cma_graphql.core.keyring import parse_key, parse_keyring

LIFETIME = timedelta(minutes=15)
LEEWAY = timedelta(seconds=5)
"""How far the clocks of two of our servers may differ."""

# The one algorithm that is ever tried: the token's own header has no say in it.
_ALGORITHM = "EdDSA"
_TYPE = "at+jwt"
_LONGEST = 2048
_MOST_KEPT = 4_096
"""So many verified tokens are remembered, a kilobyte each."""
_NEEDED = ("iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti")


class Refusal(StrEnum):
    """Why a token is refused, for logs and tests; a caller only learns to sign in again."""

    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown-key"
    SIGNATURE = "signature"
    AUDIENCE = "audience"
    ISSUER = "issuer"
    CLAIMS = "claims"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"


class TokenRefused(Unauthenticated):
    """An access token is not, or no longer, good."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__("You are not signed in, or your sign-in has ended.")
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """Whom a token is for: a user, in a centre unless an administrator of the platform, signed in once."""

    user_id: UUID
    centre_id: UUID | None
    session_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedClaims(AccessClaims):
    """What a good token says."""

    token_id: UUID
    issued_at: datetime
    not_before: datetime
    expires_at: datetime


class AccessTokens:
    """Issues and verifies access tokens; one key signs, all verify: keys rotate without a sign-out."""

    def __init__(
        self,
        signing_keys: Mapping[str, Ed25519PrivateKey],
        *,
        current: str,
        issuer: str,
        audience: str,
        lifetime: timedelta = LIFETIME,
        leeway: timedelta = LEEWAY,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        if current not in signing_keys:
            raise ValueError(f"The current signing key {current!r} is not among the signing keys.")
        if not timedelta(0) <= leeway <= LEEWAY:
            raise ValueError(f"The leeway is between 0 and {LEEWAY.seconds} seconds.")
        self._signing_key = signing_keys[current]
        self._verifying_keys = {name: key.public_key() for name, key in signing_keys.items()}
        self._current = current
        self._issuer = issuer
        self._audience = audience
        self._lifetime = lifetime
        self._leeway = leeway
        self._now = now
        self._verified: OrderedDict[str, VerifiedClaims] = OrderedDict()

    def __repr__(self) -> str:
        return f"<AccessTokens of {self._issuer}, {len(self._verifying_keys)} keys, current {self._current!r}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("Signing keys are not written down.")

    def issue(self, claims: AccessClaims) -> tuple[str, datetime]:
        """Return a signed token and the instant at which it ends."""
        issued_at = self._now().astimezone(UTC).replace(microsecond=0)
        expires_at = issued_at + self._lifetime
        payload: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(claims.user_id),
            "sid": str(claims.session_id),
            "iat": int(issued_at.timestamp()),
            "nbf": int(issued_at.timestamp()),
            "exp": int(expires_at.timestamp()),
            "jti": str(new_id()),
        }
        if claims.centre_id is not None:
            payload["cid"] = str(claims.centre_id)
        headers = {"kid": self._current, "typ": _TYPE}
        return jwt.encode(payload, self._signing_key, algorithm=_ALGORITHM, headers=headers), expires_at

    def verify(self, token: str) -> VerifiedClaims:
        """Return what a token says, once its signature, type, issuer, audience and times are good.

        Raises TokenRefused. Whether the session still stands is the caller's question. What a signature says never
        changes, so that a token which was good is not taken apart again; its times are looked at every time.
        """
        claims = self._verified.get(token)
        if claims is None:
            claims = _claims(self._verified_payload(token))
            self._check_times(claims)
            self._verified[token] = claims
            if len(self._verified) > _MOST_KEPT:
                self._verified.popitem(last=False)
        else:
            self._check_times(claims)
        return claims

    def _check_times(self, claims: VerifiedClaims) -> None:
        now = self._now()
        if max(claims.issued_at, claims.not_before) > now + self._leeway:
            raise TokenRefused(Refusal.NOT_YET_VALID)
        if claims.expires_at <= now - self._leeway:
            raise TokenRefused(Refusal.EXPIRED)

    def _verified_payload(self, token: str) -> Mapping[str, Any]:
        if len(token) > _LONGEST:
            raise TokenRefused(Refusal.MALFORMED)
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise TokenRefused(Refusal.MALFORMED) from None
        if str(header.get("typ")).casefold() != _TYPE:
            raise TokenRefused(Refusal.MALFORMED)
        key = self._verifying_keys.get(str(header.get("kid")))
        if key is None:
            raise TokenRefused(Refusal.UNKNOWN_KEY)
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=self._audience,
                issuer=self._issuer,
                # Times are compared with our own clock, which tests stop.
                options={
                    "require": list(_NEEDED),
                    "strict_aud": True,
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError):
            raise TokenRefused(Refusal.SIGNATURE) from None
        except jwt.InvalidAudienceError:
            raise TokenRefused(Refusal.AUDIENCE) from None
        except jwt.InvalidIssuerError:
            raise TokenRefused(Refusal.ISSUER) from None
        except jwt.MissingRequiredClaimError:
            raise TokenRefused(Refusal.CLAIMS) from None
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise TokenRefused(Refusal.MALFORMED) from None


def read_signing_key(text: str) -> Ed25519PrivateKey:
    """Read a signing key: PEM text, or a seed of 32 bytes in base64. Raises ValueError, never showing it."""
    if "-----BEGIN" not in text:
        return Ed25519PrivateKey.from_private_bytes(parse_key(text, name="that signs"))
    key = load_pem_private_key(text.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("The key that signs is not an Ed25519 key.")  # noqa: TRY004 - a wrong value, not type
    return key


def read_signing_keys(text: str) -> dict[str, Ed25519PrivateKey]:
    """Read a ring of seeds, `keyid:base64[,…]`; keyring.new_key() makes one."""
    return {name: Ed25519PrivateKey.from_private_bytes(seed) for name, seed in parse_keyring(text).items()}


def _claims(payload: Mapping[str, Any]) -> VerifiedClaims:
    centre = payload.get("cid")
    try:
        return VerifiedClaims(
            user_id=UUID(payload["sub"]),
            centre_id=None if centre is None else UUID(centre),
            session_id=UUID(payload["sid"]),
            token_id=UUID(payload["jti"]),
            issued_at=_instant(payload["iat"]),
            not_before=_instant(payload["nbf"]),
            expires_at=_instant(payload["exp"]),
        )
    except (ValueError, TypeError, AttributeError):
        raise TokenRefused(Refusal.CLAIMS) from None


def _instant(seconds: object) -> datetime:
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise TokenRefused(Refusal.CLAIMS)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        raise TokenRefused(Refusal.CLAIMS) from None
