"""Builders of households and of the people in them."""

from datetime import date
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import system_of
from cma_graphql.core.ids import new_id
from cma_graphql.domain.households.models import Household, HouseholdMember
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data


async def a_household(data: Data, centre_id: UUID, client_id: UUID, **given: Any) -> UUID:
    """Make a client's household."""
    values = {
        "tenure": "TENANT_SOCIAL",
        "children_under_16": 0,
        "children_16_to_18": 0,
        "other_dependants": 0,
        "non_dependants": 0,
        "vehicles": 0,
        "joint_application": False,
        **given,
    }
    household = Household(id=new_id(), client_id=client_id, **values)
    async with unit_of_work(data.database, data.keys, system_of(centre_id)) as uow:
        uow.add(household)
    return household.id


async def a_household_member(data: Data, centre_id: UUID, household_id: UUID, **given: Any) -> UUID:
    """Make a member of a household, a dependent child unless said; date_of_birth is given in clear and sealed."""
    born: date | None = given.pop("date_of_birth", None)
    values = {
        "first_name": "Robin",
        "relationship": "CHILD",
        "dependant": True,
        "financially_linked": False,
        "employment_statuses": [],
        "birth_year": born.year if born else None,
        **given,
    }
    async with unit_of_work(data.database, data.keys, system_of(centre_id)) as uow:
        household = await uow.get(Household, household_id)
        member = HouseholdMember(id=new_id(), household_id=household_id, client_id=household.client_id, **values)
        member.date_of_birth = await uow.seal(member, "date_of_birth", born.isoformat() if born else None)
        uow.add(member)
    return member.id


async def fill_households(data: Data, centre_id: UUID, clients: dict[str, UUID], mark: str) -> None:
    """Give every client of a centre a household with a partner and a child, all bearing the centre's mark."""
    for number, client_id in enumerate(clients.values()):
        household = await a_household(
            data,
            centre_id,
            client_id,
            tenure="OTHER",
            tenure_other=f"{mark} houseboat",
            children_under_16=1,
            notes=f"{mark} notes",
        )
        await a_household_member(
            data,
            centre_id,
            household,
            first_name=mark,
            last_name=f"{mark}Partner",
            relationship="PARTNER",
            dependant=False,
            date_of_birth=date(1970 + number, 3, 2),
        )
        await a_household_member(
            data, centre_id, household, first_name=mark, last_name=f"{mark}Child", date_of_birth=date(2015, 6, 7)
        )
