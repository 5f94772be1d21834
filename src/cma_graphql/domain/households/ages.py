"""Dependants by age: which band of a statement's form a person falls into on a day, and how many are in each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from cma_graphql.core.formats.person import age_on
from cma_graphql.domain.households.models import PARTNERS, HouseholdMember, StatementScheme
from cma_graphql.domain.households.selectors import age_bands, members_of_households
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.reads import Reads, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeBand:
    """One band of ages, in completed years."""

    scheme: str
    code: str
    name: str
    child: bool
    min_age: int
    max_age: int | None

    @classmethod
    def of(cls, record: Record) -> Self:
        """Take it from the catalogue."""
        return cls(**dict(record.items()))

    def holds(self, age: int) -> bool:
        """Tell whether an age lies within the band."""
        return self.min_age <= age and (self.max_age is None or age <= self.max_age)

    def within(self, other: "AgeBand") -> bool:
        """Tell whether every age of this band lies within another one."""
        ends = other.max_age is None or (self.max_age is not None and self.max_age <= other.max_age)
        return other.min_age <= self.min_age and ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """What is known of one dependant's age: a day of birth, a band, or neither."""

    born: date | None
    band: tuple[str, str] | None
    """The scheme and the code of the band that was stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DependantCount:
    """How many dependants are in a band."""

    band: AgeBand
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DependantCounts:
    """A household's dependants by the bands of one scheme on one day."""

    scheme: StatementScheme
    as_of: date
    bands: tuple[DependantCount, ...]
    unknown: int
    """Dependants whose age is not known, or known by a band that does not fit into one of the scheme's."""


def count_by_band(
    dependants: Iterable[Aged], bands: Sequence[AgeBand], *, scheme: StatementScheme, as_of: date
) -> DependantCounts:
    """Count dependants by the bands of a scheme on a day; who is born later is not counted.

    Whoever is known by a band of another scheme is counted where that band lies wholly within one of this scheme's:
    a band says what was known when it was stated, and does not grow older.
    """
    own = [band for band in bands if band.scheme == scheme]
    stated = {(band.scheme, band.code): band for band in bands}
    counts = dict.fromkeys((band.code for band in own), 0)
    unknown = 0
    for person in dependants:
        if person.born is not None and person.born > as_of:
            continue
        code = _code_of(person, own, stated, as_of)
        if code is None:
            unknown += 1
        else:
            counts[code] += 1
    return DependantCounts(
        scheme=scheme,
        as_of=as_of,
        bands=tuple(DependantCount(band=band, count=counts[band.code]) for band in own),
        unknown=unknown,
    )


def _code_of(person: Aged, own: Sequence[AgeBand], stated: dict[tuple[str, str], AgeBand], as_of: date) -> str | None:
    if person.born is not None:
        age = age_on(as_of, born=person.born)
        return next((band.code for band in own if band.holds(age)), None)
    known = stated.get(person.band) if person.band is not None else None
    return None if known is None else next((band.code for band in own if known.within(band)), None)


async def dependants_of(
    reads: Reads, keys: CentreKeys, household_ids: Sequence[UUID], *, scheme: StatementScheme, as_of: date
) -> list[DependantCounts]:
    """Answer each household's dependants by age band: the members marked as dependants, the partner never."""
    everybody = await members_of_households(reads, household_ids)
    bands = [AgeBand.of(row) for row in await age_bands(reads, as_of)]
    return [count_by_band(await aged(reads, keys, members), bands, scheme=scheme, as_of=as_of) for members in everybody]


async def aged(reads: Reads, keys: CentreKeys, members: Sequence[Record]) -> list[Aged]:
    """Answer what is known of the age of those members who are dependants."""
    return [
        Aged(
            born=await _born(reads, keys, member),
            band=None if member["age_band"] is None else (member["age_scheme"], member["age_band"]),
        )
        for member in members
        if member["dependant"] and member["relationship"] not in PARTNERS
    ]


async def _born(reads: Reads, keys: CentreKeys, member: Record) -> date | None:
    sealed: bytes | None = member["sealed_date_of_birth"]
    if sealed is None:
        return None
    ring = await keys.of(reads)
    opened: str = ring.opening(sealed).unseal(
        sealed, table=HouseholdMember.__tablename__, column="date_of_birth", row_id=member["key"]
    )
    return date.fromisoformat(opened)
