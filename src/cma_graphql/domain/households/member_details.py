"""What a person states of somebody in a household: read field by field, all faults told at once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, TypedDict, cast

from cma_graphql.core.clock import today
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.person import MAXIMUM_AGE, age_on
from cma_graphql.core.formats.text import one_line
from cma_graphql.domain.clients.models import EmploymentStatus
from cma_graphql.domain.households.ages import AgeBand
from cma_graphql.domain.households.models import PARTNERS, HouseholdRelationship, StatementScheme


class MemberDetails(TypedDict, total=False):
    """What is known of a member of a household. An absent key states nothing; None takes a value away."""

    first_name: str | None
    last_name: str | None
    relationship: HouseholdRelationship | None
    date_of_birth: date | None
    age_scheme: StatementScheme | None
    age_band: str | None
    dependant: bool | None
    financially_linked: bool | None
    employment_statuses: Sequence[EmploymentStatus] | None


FIELDS = tuple(MemberDetails.__annotations__)
_NEVER_EMPTY = frozenset({"first_name", "relationship", "dependant", "financially_linked", "employment_statuses"})


def _born(day: date) -> date:
    at = today()
    if day > at:
        raise FormatError("date-in-future", "A date of birth lies in the past.")
    if age_on(at, born=day) > MAXIMUM_AGE:
        raise FormatError("maximum-age", f"Nobody is over {MAXIMUM_AGE} years old.", maximum=MAXIMUM_AGE)
    return day


def _employment(statuses: Sequence[EmploymentStatus]) -> list[str]:
    return [status.value for status in EmploymentStatus if status in statuses]


_READERS: Mapping[str, Callable[[Any], object]] = {
    "first_name": partial(one_line, max_length=100),
    "last_name": partial(one_line, max_length=100),
    "relationship": lambda relationship: relationship.value,
    "date_of_birth": _born,
    "age_scheme": lambda scheme: scheme.value,
    "age_band": partial(one_line, max_length=50),
    "dependant": bool,
    "financially_linked": bool,
    "employment_statuses": _employment,
}


def read_member(
    given: MemberDetails, *, present: Mapping[str, object], bands: Sequence[AgeBand], partner_elsewhere: bool
) -> dict[str, object]:
    """Return what is stated in the form it is kept in; `present` is what is known of the person now.

    A date of birth takes the place of an age band, which is stated where the date is not known; `bands` are those
    that hold today. `partner_elsewhere` says whether somebody else in the household is the client's partner.
    Raises Invalid or InvalidInput naming each faulty field.
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
    _settle_age(given, kept, present, bands, faults)
    after = {**present, **kept}
    partner = after.get("relationship") in PARTNERS
    if partner and partner_elsewhere and "relationship" in given:
        faults.add("relationship", "partner-recorded", "Somebody else in the household is recorded as the partner.")
    if partner and after.get("dependant"):
        faults.add("dependant", "partner-not-dependant", "A partner is counted as an adult, not as a dependant.")
    if not partner and after.get("employment_statuses"):
        faults.add(
            "employment_statuses", "partner-only", "A statement asks for the employment of the client's partner alone."
        )
    faults.raise_any()
    return kept


def _settle_age(
    given: MemberDetails,
    kept: dict[str, object],
    present: Mapping[str, object],
    bands: Sequence[AgeBand],
    faults: Faults,
) -> None:
    """Keep either a date of birth or an age band, the one stated last; a band is one of those that hold today."""
    stated = given.get("age_band") is not None or given.get("age_scheme") is not None
    if given.get("date_of_birth") is not None:
        if stated:
            faults.add("age_band", "birth-or-band", "State a date of birth or, where it is not known, an age band.")
        kept["age_scheme"] = kept["age_band"] = None
        return
    if not stated:
        # Half of a band means nothing: whoever takes one half away takes the other.
        if kept.keys() & {"age_scheme", "age_band"}:
            kept["age_scheme"] = kept["age_band"] = None
        return
    kept["date_of_birth"] = None
    scheme = cast("str | None", {**present, **kept}.get("age_scheme")) or StatementScheme.SFS.value
    code = {**present, **kept}.get("age_band")
    known = [band.code for band in bands if band.scheme == scheme]
    if code not in known:
        faults.add("age_band", "age-band", "The statement's form has no such age band.", scheme=scheme, codes=known)
    kept["age_scheme"] = scheme
