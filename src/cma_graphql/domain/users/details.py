"""How what is said of a member is read: names, telephone, first day, qualification, capacity."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from cma_graphql.core.clock import today
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.phone import normalise_phone
from cma_graphql.core.formats.text import name_key, one_line

LONGEST_NAME = 100
LONGEST_QUALIFICATION = 100
MOST_CAPACITY = 1_000
_LONGEST_CAREER = timedelta(days=80 * 366)
_NOTICE = timedelta(days=366)


def member_name_key(first_name: str, last_name: str) -> str:
    """Answer the key by which a member is sorted and found: family name first."""
    return name_key(f"{last_name} {first_name}")


def read_name(text: str) -> str:
    """Read a given or family name."""
    return one_line(text, max_length=LONGEST_NAME)


def _phone(text: str) -> str:
    return normalise_phone(text).e164


def _qualification(text: str) -> str:
    return one_line(text, max_length=LONGEST_QUALIFICATION)


def _hire_date(day: date) -> date:
    earliest, latest = today() - _LONGEST_CAREER, today() + _NOTICE
    if not earliest <= day <= latest:
        raise FormatError(
            "date-range",
            "The first day of work lies within a working life, at most a year ahead.",
            earliest=earliest.isoformat(),
            latest=latest.isoformat(),
        )
    return day


def _capacity(points: int) -> int:
    if not 0 <= points <= MOST_CAPACITY:
        raise FormatError("range", f"Between 0 and {MOST_CAPACITY} points.", minimum=0, maximum=MOST_CAPACITY)
    return points


_READERS: Mapping[str, Callable[[Any], object]] = {
    "phone": _phone,
    "hire_date": _hire_date,
    "qualification_level": _qualification,
    "capacity_points": _capacity,
}


def read_details(faults: Faults, given: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the columns of the details that were given; null empties one. Faults are noted."""
    return {
        name: None if given[name] is None else faults.read(name, read, given[name])
        for name, read in _READERS.items()
        if name in given
    }
