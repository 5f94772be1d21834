"""What a person states of a household: read field by field, all faults told at once."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypedDict, cast

from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.domain.households.models import HousingTenure

MOST = 30
"""The most people of one kind, and the most vehicles, that a household states."""


class HouseholdDetails(TypedDict, total=False):
    """What a household states. An absent key states nothing; None takes a value away."""

    tenure: HousingTenure | None
    tenure_other: str | None
    children_under_16: int | None
    children_16_to_18: int | None
    other_dependants: int | None
    non_dependants: int | None
    vehicles: int | None
    joint_application: bool | None
    notes: str | None


FIELDS = tuple(HouseholdDetails.__annotations__)
COUNTS = ("children_under_16", "children_16_to_18", "other_dependants", "non_dependants", "vehicles")
_NEVER_EMPTY = frozenset({*COUNTS, "joint_application"})


def _count(number: int) -> int:
    if not 0 <= number <= MOST:
        raise FormatError("range", f"A number from 0 to {MOST} is expected.", minimum=0, maximum=MOST)
    return number


_READERS: Mapping[str, Callable[[Any], object]] = {
    "tenure": lambda tenure: tenure.value,
    "tenure_other": partial(one_line, max_length=100),
    **dict.fromkeys(COUNTS, _count),
    "joint_application": bool,
    "notes": partial(multiline, max_length=2_000),
}


def read_household(given: HouseholdDetails, *, present: Mapping[str, object]) -> dict[str, object]:
    """Return what is stated in the form it is kept in; `present` is what the household states now.

    Raises Invalid or InvalidInput naming each faulty field. Another tenure than those of the form is described
    in words, and only another one is: a tenure that changes to one of the form takes the words away.
    """
    faults = Faults()
    kept: dict[str, object] = {}
    for field, value in given.items():
        if value is not None:
            kept[field] = faults.read(field, _READERS[field], value)
        elif field in _NEVER_EMPTY:
            faults.add(field, "required", "This may be changed, but not taken away.")
        else:
            kept[field] = None
    other = {**present, **kept}.get("tenure") == HousingTenure.OTHER
    if not other and "tenure" in kept and given.get("tenure_other") is None:
        kept["tenure_other"] = None
    after = cast("str | None", {**present, **kept}.get("tenure_other"))
    stated = given.get("tenure_other") is not None
    if other and after is None and not stated:
        faults.add("tenure_other", "required", "Say in words what the tenure is.")
    if not other and stated:
        faults.add("tenure_other", "tenure-not-other", "The tenure is described in words only where it is OTHER.")
    faults.raise_any()
    return kept
