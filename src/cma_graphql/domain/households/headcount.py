"""How many live in a household, and where the counts stated differ from the members recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from cma_graphql.core.clock import today
from cma_graphql.domain.households.ages import AgeBand, aged, count_by_band
from cma_graphql.domain.households.models import PARTNERS, StatementScheme
from cma_graphql.domain.households.selectors import age_bands, members_of_households
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.reads import Reads, Record


class HouseholdCount(StrEnum):
    """A number that a household states and its members tell, too."""

    PARTNER = "PARTNER"
    CHILDREN_UNDER_16 = "CHILDREN_UNDER_16"
    CHILDREN_16_TO_18 = "CHILDREN_16_TO_18"
    OTHER_DEPENDANTS = "OTHER_DEPENDANTS"
    NON_DEPENDANTS = "NON_DEPENDANTS"


# Which band of the Standard Financial Statement counts what its header asks for.
_BANDS: Mapping[HouseholdCount, str] = {
    HouseholdCount.CHILDREN_UNDER_16: "CHILD_BAND_1",
    HouseholdCount.CHILDREN_16_TO_18: "CHILD_BAND_2",
    HouseholdCount.OTHER_DEPENDANTS: "OTHER_DEPENDANT",
}


class Stated(Protocol):
    """What a household states, as a record or as the schema's type has it."""

    key: UUID
    joint_application: bool
    children_under_16: int
    children_16_to_18: int
    other_dependants: int
    non_dependants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """A count that the household states otherwise than its members tell."""

    count: HouseholdCount
    stated: int
    recorded: int


def total_in_household(household: Stated, members: Sequence[Record]) -> int:
    """Count who lives in a household: the *total in household* of the Standard Financial Statement's header.

    The client, the partner where one is recorded or the statement is joint, and everybody whom the header counts:
    children under 16 and from 16 to 18, other dependants, non-dependants.
    """
    partner = household.joint_application or _has_partner(members)
    return (
        1
        + int(partner)
        + household.children_under_16
        + household.children_16_to_18
        + household.other_dependants
        + household.non_dependants
    )


def _has_partner(members: Sequence[Record]) -> bool:
    return any(member["relationship"] in PARTNERS for member in members)


async def totals_of(reads: Reads, households: Sequence[Stated]) -> list[int]:
    """Answer how many live in each household."""
    everybody = await members_of_households(reads, [household.key for household in households])
    return [total_in_household(*pair) for pair in zip(households, everybody, strict=True)]


async def discrepancies_of(reads: Reads, keys: CentreKeys, households: Sequence[Stated]) -> list[list[Discrepancy]]:
    """Answer where each household's counts differ from its members as old as they are today.

    A household none of whose members is recorded tells nothing but its counts, so that none of them differ.
    Dependants whose age is not known are in no band; a partner is only expected, never denied.
    """
    everybody = await members_of_households(reads, [household.key for household in households])
    at = today()
    bands = [AgeBand.of(row) for row in await age_bands(reads, at)]
    found = []
    for household, members in zip(households, everybody, strict=True):
        dependants = await aged(reads, keys, members)
        by_band = count_by_band(dependants, bands, scheme=StatementScheme.SFS, as_of=at)
        counted = {item.band.code: item.count for item in by_band.bands}
        recorded = {count: counted.get(code, 0) for count, code in _BANDS.items()}
        others = [member for member in members if not member["dependant"] and member["relationship"] not in PARTNERS]
        recorded[HouseholdCount.NON_DEPENDANTS] = len(others)
        recorded[HouseholdCount.PARTNER] = int(_has_partner(members))
        stated = _stated(household, recorded)
        found.append(
            [
                Discrepancy(count=count, stated=stated[count], recorded=recorded[count])
                for count in HouseholdCount
                if members and stated[count] != recorded[count]
            ]
        )
    return found


def _stated(household: Stated, recorded: Mapping[HouseholdCount, int]) -> dict[HouseholdCount, Any]:
    return {
        HouseholdCount.PARTNER: 1 if household.joint_application else recorded[HouseholdCount.PARTNER],
        HouseholdCount.CHILDREN_UNDER_16: household.children_under_16,
        HouseholdCount.CHILDREN_16_TO_18: household.children_16_to_18,
        HouseholdCount.OTHER_DEPENDANTS: household.other_dependants,
        HouseholdCount.NON_DEPENDANTS: household.non_dependants,
    }
