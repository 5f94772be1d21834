"""Secret keys as settings carry them: `keyid:base64[,keyid:base64…]`, the first being the current one."""

import base64
import binascii
import re
from secrets import token_bytes

KEY_BYTES = 32

_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")


def parse_keyring(text: str) -> dict[str, bytes]:
    """Read named keys of 32 bytes, in their order. Raises ValueError, which names keys, never shows them."""
    keys: dict[str, bytes] = {}
    for entry in text.split(","):
        name, colon, encoded = entry.strip().partition(":")
        if not colon or not _KEY_ID.fullmatch(name):
            raise ValueError("Keys are written `keyid:base64`, with commas between.")
        if name in keys:
            raise ValueError(f"The key {name} is there twice.")
        keys[name] = parse_key(encoded, name=name)
    return keys


def parse_key(encoded: str, *, name: str = "") -> bytes:
    """Read one key of 32 bytes in base64, standard or URL-safe. Raises ValueError, which never shows it."""
    standard = encoded.strip().translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        key = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"The key {name} is not base64.") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"The key {name} has {len(key)} bytes instead of {KEY_BYTES}.")
    return key


def new_key() -> str:
    """Make a key, in base64 as a setting carries it."""
    return base64.b64encode(token_bytes(KEY_BYTES)).decode()
