"""What people do with a household: record it and change it; add, change and remove its members."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from cma_graphql.core.clock import today
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.core.ids import new_id
from cma_graphql.domain.households.ages import AgeBand
from cma_graphql.domain.households.details import COUNTS, HouseholdDetails, read_household
from cma_graphql.domain.households.events import (
    HouseholdMemberAdded,
    HouseholdMemberRemoved,
    HouseholdMemberUpdated,
    HouseholdRecorded,
    HouseholdUpdated,
)
from cma_graphql.domain.households.member_details import MemberDetails, read_member
from cma_graphql.domain.households.models import PARTNERS, Household, HouseholdMember
from cma_graphql.domain.households.parts import require_staff, take_client, take_household, tell_of_household
from cma_graphql.domain.households.selectors import age_bands, households_of_clients, members_of_households
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_MEMBERS = 30
_STATED = (*COUNTS, "tenure", "tenure_other", "joint_application", "notes")
_KNOWN = ("first_name", "last_name", "relationship", "age_scheme", "age_band", "dependant", "employment_statuses")


async def record_household(uow: UnitOfWork, *, client_id: UUID, details: HouseholdDetails) -> UUID:
    """Record who lives with a client, and how; counts that are not stated are none. Answer the household's id.

    Raises Forbidden, ApprovalRequired, NotFound, Invalid (`already-recorded`, `tenure-not-other`), InvalidInput.
    """
    client = await take_client(uow, client_id)
    (earlier,) = await households_of_clients(uow, [client.id])
    if earlier is not None:
        raise Invalid("client_id", "already-recorded", "The client's household is recorded: change it instead.")
    kept = read_household(details, present={})
    columns = {**dict.fromkeys(COUNTS, 0), "joint_application": False, **kept}
    household = Household(id=new_id(), client_id=client.id, **columns)
    await tell_of_household(uow, HouseholdRecorded, client, household, uow.add(household), new=True)
    return household.id


async def update_household(uow: UnitOfWork, *, household_id: UUID, version: int, details: HouseholdDetails) -> UUID:
    """Change what a household states, and leave what is not stated; what is as before changes nothing.

    Raises Forbidden, ApprovalRequired, NotFound, Conflict, Invalid, InvalidInput.
    """
    client, household = await take_household(uow, household_id, version=version)
    kept = read_household(details, present={name: getattr(household, name) for name in _STATED})
    changes = uow.change(household, **kept)
    if changes:
        await tell_of_household(uow, HouseholdUpdated, client, household, changes)
    return household.id


async def add_household_member(uow: UnitOfWork, *, household_id: UUID, details: MemberDetails) -> tuple[UUID, UUID]:
    """Add a person to a household, whose version moves on; answer the household's id and the person's.

    Raises Forbidden, ApprovalRequired, NotFound, LimitReached, Invalid (`partner-recorded`, `partner-only`,
    `partner-not-dependant`, `birth-or-band`, `age-band`), InvalidInput.
    """
    client, household = await take_household(uow, household_id, field="household_id")
    (members,) = await members_of_households(uow, [household.id])
    if len(members) >= MOST_MEMBERS:
        raise LimitReached("household-members", MOST_MEMBERS)
    kept = read_member(
        details,
        present={},
        bands=await _bands(uow),
        partner_elsewhere=any(other["relationship"] in PARTNERS for other in members),
    )
    member = HouseholdMember(id=new_id(), household_id=household.id, client_id=client.id, employment_statuses=[])
    for column, value in (await _columns_of(uow, member, kept)).items():
        setattr(member, column, value)
    changes = uow.add(member)
    uow.touch(household)
    await tell_of_household(uow, HouseholdMemberAdded, client, member, changes, new=True)
    return household.id, member.id


async def update_household_member(
    uow: UnitOfWork, *, member_id: UUID, version: int, details: MemberDetails
) -> tuple[UUID, UUID]:
    """Change what is known of a member; a change moves the household's version on. Answer household and member.

    Raises like `add_household_member`, and Conflict.
    """
    require_staff(uow)
    found = await uow.get(HouseholdMember, member_id, field="id")
    client, household = await take_household(uow, found.household_id)
    member = await uow.lock(HouseholdMember, member_id, version=version)
    (members,) = await members_of_households(uow, [household.id])
    kept = read_member(
        details,
        present={name: getattr(member, name) for name in _KNOWN},
        bands=await _bands(uow),
        partner_elsewhere=any(other["relationship"] in PARTNERS for other in members if other["key"] != member.id),
    )
    changes = uow.change(member, **await _columns_of(uow, member, kept))
    if changes:
        uow.touch(household)
        await tell_of_household(uow, HouseholdMemberUpdated, client, member, changes)
    return household.id, member.id


async def remove_household_member(uow: UnitOfWork, *, member_id: UUID, version: int) -> UUID:
    """Take a person out of a household, whose version moves on; answer the household's id.

    Raises Forbidden, ApprovalRequired, NotFound, Conflict.
    """
    require_staff(uow)
    found = await uow.get(HouseholdMember, member_id, field="id")
    client, household = await take_household(uow, found.household_id)
    member = await uow.lock(HouseholdMember, member_id, version=version)
    changes = uow.soft_delete(member)
    uow.touch(household)
    await tell_of_household(uow, HouseholdMemberRemoved, client, member, changes, gone=True)
    return household.id


async def _bands(uow: UnitOfWork) -> list[AgeBand]:
    return [AgeBand.of(row) for row in await age_bands(uow, today())]


async def _columns_of(uow: UnitOfWork, member: HouseholdMember, kept: Mapping[str, object]) -> dict[str, object]:
    """Answer the columns to set. A day of birth that is the same is left: sealed anew it would look like a change."""
    columns = {name: value for name, value in kept.items() if name != "date_of_birth"}
    if "date_of_birth" not in kept:
        return columns
    born = kept["date_of_birth"]
    text = born.isoformat() if isinstance(born, date) else None
    if text != await uow.unseal(member, "date_of_birth"):
        columns["date_of_birth"] = await uow.seal(member, "date_of_birth", text)
        columns["birth_year"] = born.year if isinstance(born, date) else None
    return columns
