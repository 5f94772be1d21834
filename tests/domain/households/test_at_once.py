"""Several people at work on one household: one after the other, one partner, nobody lost."""

import asyncio
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.domain.households.member_details import MemberDetails
from cma_graphql.domain.households.models import Household, HouseholdRelationship
from cma_graphql.domain.households.selectors import members_of_households
from cma_graphql.domain.households.services import add_household_member
from cma_graphql.persistence import writing
from cma_graphql.persistence.writing import unit_of_work, write
from support.data import Data
from support.households import a_household, a_household_member

WRITERS = 5


@pytest.fixture(autouse=True)
def one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry nothing, so that a deadlock or a lost race is an error."""
    monkeypatch.setattr(writing, "_ATTEMPTS", 1)


async def _add_at_once(data: Data, relationship: HouseholdRelationship, *, dependant: bool, present: int) -> Any:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    household = await a_household(data, centre, await data.a_client(centre))
    for _ in range(present):
        await a_household_member(data, centre, household)
    details: MemberDetails = {
        "first_name": "Noor",
        "relationship": relationship,
        "dependant": dependant,
        "financially_linked": False,
    }
    work = (
        write(data.database, data.keys, manager, add_household_member, household_id=household, details=details)
        for _ in range(WRITERS)
    )
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    async with unit_of_work(data.database, data.keys, manager) as uow:
        (members,) = await members_of_households(uow, [household])
        version = (await uow.get(Household, household)).version
    return [outcome for outcome in outcomes if isinstance(outcome, BaseException)], len(members), version


async def test_every_member_is_there_and_counted(data: Data) -> None:
    refusals, members, version = await _add_at_once(data, HouseholdRelationship.CHILD, dependant=True, present=0)
    assert (refusals, members, version) == ([], WRITERS, 1 + WRITERS)


async def test_one_partner_is_recorded_whoever_else_tries(data: Data) -> None:
    refusals, members, version = await _add_at_once(data, HouseholdRelationship.SPOUSE, dependant=False, present=0)
    assert [refusal.rule for refusal in refusals if isinstance(refusal, Invalid)] == ["partner-recorded"] * 4
    assert (members, version) == (1, 2)


async def test_nobody_passes_the_bound(data: Data) -> None:
    refusals, members, version = await _add_at_once(data, HouseholdRelationship.CHILD, dependant=True, present=28)
    assert [refusal.maximum for refusal in refusals if isinstance(refusal, LimitReached)] == [30] * 3
    assert (members, version) == (30, 3)
