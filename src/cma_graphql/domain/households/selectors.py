"""Every select of households, of the people in them, and of the age bands."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Date, bindparam, or_, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.clients.selectors import own_client_ids
from cma_graphql.domain.households.models import Household, HouseholdAgeBand, HouseholdMember
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    Span,
    aligned,
    grouped,
    live,
    spanning,
    statement,
)

HOUSEHOLD_COLUMNS = (
    Household.id.label("key"),
    Household.client_id,
    Household.tenure,
    Household.tenure_other,
    Household.children_under_16,
    Household.children_16_to_18,
    Household.other_dependants,
    Household.non_dependants,
    Household.vehicles,
    Household.joint_application,
    Household.notes,
    Household.created_at,
    Household.updated_at,
    Household.version,
)
MEMBER_COLUMNS = (
    HouseholdMember.id.label("key"),
    HouseholdMember.household_id,
    HouseholdMember.client_id,
    HouseholdMember.first_name,
    HouseholdMember.last_name,
    HouseholdMember.relationship,
    HouseholdMember.date_of_birth.label("sealed_date_of_birth"),
    HouseholdMember.birth_year,
    HouseholdMember.age_scheme,
    HouseholdMember.age_band,
    HouseholdMember.dependant,
    HouseholdMember.financially_linked,
    HouseholdMember.employment_statuses,
    HouseholdMember.created_at,
    HouseholdMember.updated_at,
    HouseholdMember.version,
)


@statement
def households_by_key(sight: Sight) -> AnySelect:
    """Select these households."""
    return select(*HOUSEHOLD_COLUMNS).where(live(Household, sight), Household.id == any_(KEYS))


@statement
def households_by_client(sight: Sight) -> AnySelect:
    """Select these clients' households; each client has one at most."""
    return select(*HOUSEHOLD_COLUMNS).where(live(Household, sight), Household.client_id == any_(KEYS))


@statement
def members_by_key(sight: Sight) -> AnySelect:
    """Select these members of households."""
    return select(*MEMBER_COLUMNS).where(live(HouseholdMember, sight), HouseholdMember.id == any_(KEYS))


@statement
def members_by_household(sight: Sight) -> AnySelect:
    """Select who lives in these households, in the order in which they were recorded; at most 30 in each."""
    return (
        select(*MEMBER_COLUMNS)
        .where(live(HouseholdMember, sight), HouseholdMember.household_id == any_(KEYS))
        .order_by(HouseholdMember.created_at, HouseholdMember.id)
    )


@spanning(Span.NETWORK)
def age_bands_on(_sight: Sight, _span: Span) -> AnySelect:
    """Select the age bands of every scheme that hold on a day, youngest first."""
    day = bindparam("day", type_=Date())
    return (
        select(
            HouseholdAgeBand.scheme,
            HouseholdAgeBand.code,
            HouseholdAgeBand.name,
            HouseholdAgeBand.child,
            HouseholdAgeBand.min_age,
            HouseholdAgeBand.max_age,
        )
        .where(
            HouseholdAgeBand.effective_from <= day,
            or_(HouseholdAgeBand.effective_to.is_(None), HouseholdAgeBand.effective_to >= day),
        )
        .order_by(HouseholdAgeBand.scheme.desc(), HouseholdAgeBand.min_age)
    )


async def households_by_id(reads: Reads, household_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these households, in their order, None for those the actor does not see."""
    return await aligned(reads, households_by_key, household_ids)


async def households_of_clients(reads: Reads, client_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer each client's household, None where none is recorded."""
    found = await grouped(reads, households_by_client, client_ids, by="client_id")
    return [next(iter(rows), None) for rows in found]


async def members_by_id(reads: Reads, member_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these members of households, in their order, None for those the actor does not see."""
    return await aligned(reads, members_by_key, member_ids)


async def members_of_households(reads: Reads, household_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer who lives in each household besides the client, the first recorded first."""
    return await grouped(reads, members_by_household, household_ids, by="household_id")


async def own_member_ids(reads: Reads, member_ids: Sequence[UUID]) -> set[UUID]:
    """Answer which of these members live with the actor's own clients."""
    rows = [row for row in await members_by_id(reads, member_ids) if row is not None]
    mine = await own_client_ids(reads, [row["client_id"] for row in rows])
    return {row["key"] for row in rows if row["client_id"] in mine}


async def age_bands(reads: Reads, day: date) -> Sequence[Record]:
    """Answer the age bands of every scheme that hold on a day, youngest first."""
    return await reads.all(age_bands_on, Span.NETWORK, day=day)
