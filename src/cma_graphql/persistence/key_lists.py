"""How lists of keys are said to PostgreSQL so that it keeps its plan for them.

It expects ten keys in a list that it does not know. Any plan made for fewer seems better than the plan for all, so that
a look-up of one key was planned anew each time, which takes four times as long as the look-up itself, and one of two to
five in a table of many records under each key, which takes as long again.
"""

from collections.abc import Sequence
from uuid import UUID

_EXPECTED = 10


def looks_up(text: str, number: int) -> bool:
    """Tell whether a statement does no more with its list of keys than look them up: one may come twice then."""
    place = f"${number}::UUID[]"
    return text.count(place) == text.count(f"= ANY ({place})")


def for_one_key(text: str, number: int) -> str:
    """Write such a statement for one key: `= $n` instead of `= ANY ($n)`."""
    return text.replace(f"= ANY (${number}::UUID[])", f"= ${number}::UUID")


def as_many_as_expected(keys: Sequence[UUID]) -> Sequence[UUID]:
    """Repeat the first key where there are fewer than are expected."""
    lacking = _EXPECTED - len(keys)
    return [*keys, *[keys[0]] * lacking] if keys and lacking > 0 else keys
