"""Tokens that open one address for a while: what they say is signed with HMAC-SHA256, not secret, never changed."""

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NoReturn

import orjson
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cma_graphql.core import clock

_PURPOSE = b"cma signed address"
_KEY_BYTES = 32
_LONGEST = 4096
_PARTS = 3


class AddressFault(StrEnum):
    """Why a token is refused, for tests and logs."""

    FORGED = "forged"
    EXPIRED = "expired"


class AddressRefused(Exception):
    """A signed address is not, or no longer, good."""

    def __init__(self, reason: AddressFault) -> None:
        super().__init__(f"The address is {reason}.")
        self.reason = reason


class SignedAddresses:
    """Signs and reads tokens; one key signs, all read, so that keys rotate without a broken address."""

    def __init__(self, seeds: Mapping[str, bytes], *, current: str, now: Callable[[], datetime] = clock.now) -> None:
        """Take secrets by id, such as those of the access tokens: the signing keys are derived from them."""
        if current not in seeds:
            raise ValueError(f"The current key {current!r} is not among the keys.")
        self._keys = {
            name: HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE).derive(seed)
            for name, seed in seeds.items()
        }
        self._current = current
        self._now = now

    def __repr__(self) -> str:
        return f"<SignedAddresses, {len(self._keys)} keys, current {self._current!r}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("Signing keys are not written down.")

    def sign(self, purpose: str, says: Mapping[str, Any], *, expires_at: datetime) -> str:
        """Make a token for one purpose. `says` is JSON; everybody who has the token can read it."""
        body = _encoded(orjson.dumps({**says, "exp": int(expires_at.timestamp())}))
        head = f"{_encoded(self._current.encode())}.{body}"
        return f"{head}.{_encoded(self._signature(self._current, purpose, head))}"

    def read(self, purpose: str, token: str) -> dict[str, Any]:
        """Answer what a token for this purpose says. Raises AddressRefused."""
        parts = token.split(".")
        if len(token) > _LONGEST or len(parts) != _PARTS:
            raise AddressRefused(AddressFault.FORGED)
        try:
            name, body, signature = _decoded(parts[0]).decode(), _decoded(parts[1]), _decoded(parts[2])
            known = name in self._keys
            good = known and hmac.compare_digest(self._signature(name, purpose, f"{parts[0]}.{parts[1]}"), signature)
        except ValueError:
            good = False
        if not good:
            raise AddressRefused(AddressFault.FORGED)
        says: dict[str, Any] = orjson.loads(body)
        if says["exp"] <= self._now().timestamp():
            raise AddressRefused(AddressFault.EXPIRED)
        return says

    def _signature(self, name: str, purpose: str, head: str) -> bytes:
        return hmac.digest(self._keys[name], f"{purpose}\n{head}".encode(), "sha256")


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    """Decode one part. Raises ValueError, also where another text would decode to the same bytes."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64") from error
    if _encoded(raw) != text:
        raise ValueError("not canonical")
    return raw
