"""What a date of birth may be for somebody who holds a case of their own."""

from datetime import date

from cma_graphql.core.formats import Caution, FormatError

MINIMUM_AGE = 16
FULL_AGE = 18
MAXIMUM_AGE = 120


def age_on(day: date, *, born: date) -> int:
    """Count completed years. Who is born on 29 February is a year older on 1 March of a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def check_date_of_birth(born: date, *, today: date) -> Caution | None:
    """Refuse a date in the future, under 16 years or over 120 years ago; warn of a minor.

    Refuses with `date-in-future`, `minimum-age`, `maximum-age`. Contracts of minors are mostly not binding.
    """
    if born > today:
        raise FormatError("date-in-future", "A date of birth lies in the past.")
    age = age_on(today, born=born)
    if age < MINIMUM_AGE:
        raise FormatError("minimum-age", f"A client is at least {MINIMUM_AGE} years old.", minimum=MINIMUM_AGE)
    if age > MAXIMUM_AGE:
        raise FormatError("maximum-age", f"Nobody is over {MAXIMUM_AGE} years old.", maximum=MAXIMUM_AGE)
    if age < FULL_AGE:
        return Caution("minor", f"Under {FULL_AGE}: contracts with a minor are mostly not binding.", {"age": FULL_AGE})
    return None
