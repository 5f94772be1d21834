"""Passwords: what may be one (NIST SP 800-63B), and their Argon2id hashes (RFC 9106, second recommendation).

A hash takes 64 MiB and a good part of a second. It is made outside the event loop, few at once.
"""

import asyncio
import os
import re
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError

from cma_graphql.core.common_passwords import COMMON_PASSWORDS
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import name_key, refuse_unstorable

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 128

TIME_COST = 3
MEMORY_KIB = 64 * 1024
LANES = 4
SALT_BYTES = 16
HASH_BYTES = 32
AT_ONCE = max(1, min(4, os.cpu_count() or 1))
"""Hashes that are made at the same time; others wait, and are never begun once their request is cancelled."""

# Composing shortens text at most fourfold, so that nothing longer can be a password.
_LONGEST_INPUT = 4 * MAXIMUM_LENGTH
_DIFFERENT_CHARACTERS = 5
_SHORTEST_WORD = 3
_OWN_CHARACTERS = 6
_WORDS_OF_THE_HOUSE = ("cma", "graphql", "debt", "advice", "advisor", "centre")

_HASHER = PasswordHasher(
    time_cost=TIME_COST,
    memory_cost=MEMORY_KIB,
    parallelism=LANES,
    hash_len=HASH_BYTES,
    salt_len=SALT_BYTES,
    type=Type.ID,
)
_THREADS = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="passwords")
# The hash of random bytes that nobody kept: for an unknown user a password is compared with it, so that the
# answer takes as long as for a known one.
_NOBODYS_HASH = "$argon2id$v=19$m=65536,t=3,p=4$aesYEQ8WnJEZ+GjJ4h0zeQ$48S2EumFfVgsuzwyWqRxZ11cY4pI3v9tp1Ca66ttFaI"


def check_password(password: str, *, email: str, names: Sequence[str] = ()) -> None:
    """Refuse what should not become the password of the person with this address and these names.

    Rules: `too-short`, `too-long`, `control-character`, `lone-surrogate`, `password-repetitive`,
    `password-common`, `password-personal`. There are no rules about kinds of characters, on NIST's advice.
    """
    if len(password) > _LONGEST_INPUT:
        raise _too_long()
    refuse_unstorable(password)
    normalised = unicodedata.normalize("NFKC", password)
    if len(normalised) > MAXIMUM_LENGTH:
        raise _too_long()
    if len(normalised) < MINIMUM_LENGTH:
        raise FormatError(
            "too-short", f"Choose a password of at least {MINIMUM_LENGTH} characters.", minimum=MINIMUM_LENGTH
        )
    folded = normalised.casefold()
    if len(set(folded)) < _DIFFERENT_CHARACTERS:
        raise FormatError(
            "password-repetitive",
            f"Choose a password with at least {_DIFFERENT_CHARACTERS} different characters.",
            minimum=_DIFFERENT_CHARACTERS,
        )
    if folded in COMMON_PASSWORDS:
        raise FormatError("password-common", "Everybody who guesses tries this password first.")
    if _is_personal(folded, email, names):
        raise FormatError(
            "password-personal", "Choose a password that is more than a name, an address or this service."
        )


async def hash_password(password: str) -> str:
    """Hash a password that check_password has let pass."""
    normalised = _normalised(password)
    if normalised is None:
        raise _too_long()
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, normalised)


async def verify_password(kept_hash: str | None, password: str) -> bool:
    """Tell whether a password is the one that was hashed; without a hash (no such user) False, as slowly."""
    normalised = _normalised(password)
    loop = asyncio.get_running_loop()
    if kept_hash is None or normalised is None:
        await loop.run_in_executor(_THREADS, _matches, _NOBODYS_HASH, "")
        return False
    return await loop.run_in_executor(_THREADS, _matches, kept_hash, normalised)


def needs_rehash(kept_hash: str) -> bool:
    """Tell whether a hash was made with other costs than today's: make a new one at the next sign-in."""
    return _HASHER.check_needs_rehash(kept_hash)


def _matches(kept_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept_hash, password)
    except VerifyMismatchError:
        return False


def _normalised(password: str) -> str | None:
    """Return the form that is hashed, or None for what cannot be a password."""
    if len(password) > _LONGEST_INPUT:
        return None
    try:
        refuse_unstorable(password)
    except FormatError:
        return None
    normalised = unicodedata.normalize("NFKC", password)
    return normalised if len(normalised) <= MAXIMUM_LENGTH else None


def _is_personal(folded: str, email: str, names: Sequence[str]) -> bool:
    """Tell whether little is left of a password without the words that a stranger would guess."""
    known = [email.casefold(), email.partition("@")[0].casefold(), *_WORDS_OF_THE_HOUSE]
    for name in (email, *names):
        known += [*re.split(r"\W+", name.casefold()), *name_key(name).split()]
    left = folded
    for word in sorted({word for word in known if len(word) >= _SHORTEST_WORD}, key=len, reverse=True):
        left = left.replace(word, "")
    return left != folded and len(left) < _OWN_CHARACTERS


def _too_long() -> FormatError:
    return FormatError("too-long", f"Choose a password of at most {MAXIMUM_LENGTH} characters.", maximum=MAXIMUM_LENGTH)
