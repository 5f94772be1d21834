"""The one source of keys: UUIDv7, ordered by the time they were made."""

from secrets import token_bytes
from uuid import UUID, uuid5

from uuid_utils.compat import uuid7

PLATFORM_CENTRE = UUID("00000000-0000-7000-8000-000000000001")
"""The fixed centre under which acts of the platform are logged (decision 4)."""

SYSTEM_ACTOR = UUID("00000000-0000-7000-8000-000000000002")
"""Who stands in `created_by` where the product itself acted."""


def new_id() -> UUID:
    """Make a key."""
    return uuid7()


def new_person_id() -> UUID:
    """Make the key of a person: random, because every centre that invites them sees it.

    One made from the time would tell that centre that the network had known the person before (decision 3).
    """
    return UUID(bytes=token_bytes(16), version=4)


def named_id(*names: str) -> UUID:
    """Make the key that these names stand for: the same at every try of what they name."""
    return uuid5(PLATFORM_CENTRE, "\n".join(names))
