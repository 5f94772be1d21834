"""After which day a debt may be too old to be enforced: a prompt for the adviser, never a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cma_graphql.domain.centres.models import Jurisdiction
from cma_graphql.domain.debts.kinds import Certainty, LimitationKind

_LEAP_DAY = 29


@dataclass(frozen=True, slots=True)
class Period:
    """A rule of limitation: after how many years, where, and while it stands."""

    jurisdiction: str
    kind: str
    years: int
    valid_from: date
    valid_until: date | None
    certainty: str
    source: str


@dataclass(frozen=True, slots=True)
class DatedDebt:
    """What of a debt the rules of limitation look at."""

    jurisdiction: str
    kind: str
    defaulted_on: date | None
    last_payment_on: date | None
    last_acknowledged_on: date | None
    judgment_on: date | None


@dataclass(frozen=True, slots=True)
class Expiry:
    """The last day of a period of limitation, from which day it is counted, by which rule."""

    expires_on: date
    counted_from: date
    years: int
    certainty: Certainty
    source: str


def limitation_expiry(debt: DatedDebt, periods: Sequence[Period], *, on: date) -> Expiry | None:
    """Answer the last day of a debt's period by the rules that stand on a day; None where it is not known.

    It is counted from the latest of default, last payment and last written acknowledgement (domain reference
    2.7). A judgment replaces it: a Scottish decree has a period of its own, an English, Welsh or Northern Irish
    judgment none.
    """
    if debt.judgment_on is not None:
        if debt.jurisdiction != Jurisdiction.SCOTLAND:
            return None
        kind, start = LimitationKind.DECREE.value, debt.judgment_on
    else:
        known = [day for day in (debt.defaulted_on, debt.last_payment_on, debt.last_acknowledged_on) if day is not None]
        if not known:
            return None
        kind, start = debt.kind, max(known)
    for period in periods:
        if (period.jurisdiction, period.kind) != (debt.jurisdiction, kind):
            continue
        if period.valid_from <= on and (period.valid_until is None or on <= period.valid_until):
            return Expiry(
                _years_after(start, period.years), start, period.years, Certainty(period.certainty), period.source
            )
    return None


def _years_after(day: date, years: int) -> date:
    """Answer the same day of a later year; the last of February for the day that only leap years have."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=_LEAP_DAY - 1)
