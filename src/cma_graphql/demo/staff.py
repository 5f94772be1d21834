"""Makes the people and the centres of a demonstration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

import asyncpg

from cma_graphql.access.actor import Actor, ActorKind, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, today
from cma_graphql.core.formats.email import email_key
from cma_graphql.core.ids import new_id
from cma_graphql.demo.debts import CREDITORS
from cma_graphql.demo.people import FIRST_NAMES, LAST_NAMES, Place
from cma_graphql.domain.casework.create_centre import create_centre
from cma_graphql.domain.centres.models import Jurisdiction, OrganisationType
from cma_graphql.domain.creditors.services import adopt_creditor
from cma_graphql.domain.staffing.absences import record_absence
from cma_graphql.domain.staffing.hours import GivenInterval
from cma_graphql.domain.staffing.models import AbsenceKind, AdvisorSkill
from cma_graphql.domain.staffing.profiles import set_profile, set_working_hours
from cma_graphql.domain.users.members import add_membership
from cma_graphql.domain.users.models import MembershipStatus
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.domain.users.teams import add_team_member, create_team
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.writing import unit_of_work


@dataclass(frozen=True, slots=True)
class CentrePlan:
    """What a centre is to be."""

    name: str
    code: str
    kind: OrganisationType
    place: Place
    jurisdiction: Jurisdiction = Jurisdiction.ENGLAND_AND_WALES

    @property
    def domain(self) -> str:
        """The domain of its people's addresses."""
        return f"{self.code.lower()}.example.org"


async def centre_exists(owner: str, code: str) -> bool:
    """Tell whether a database, named by its owner's address, has a centre with this code."""
    connection = await asyncpg.connect(owner)
    try:
        return bool(await connection.fetchval("SELECT true FROM centres WHERE code = $1", code))
    finally:
        await connection.close()


@dataclass(slots=True)
class StaffMaker:
    """Makes people, centres and teams in one database."""

    database: Database
    keys: CentreKeys
    owner: str
    """The database's address as its owner, who alone may write people."""
    random: Random
    password_hash: str

    async def centre(self, plan: CentrePlan) -> UUID:
        """Make a centre; answer its key."""
        centre_id = new_id()
        async with unit_of_work(self.database, self.keys, system_of(centre_id)) as uow:
            await create_centre(
                uow,
                name=plan.name,
                code=plan.code,
                organisation_type=plan.kind,
                jurisdiction=plan.jurisdiction,
                city=plan.place[0],
                email=f"hello@{plan.domain}",
            )
        return centre_id

    async def member(
        self,
        centre_id: UUID,
        email: str,
        role: Role,
        *,
        client_id: UUID | None = None,
        capacity_points: int | None = None,
        named: tuple[str, str] | None = None,
    ) -> Actor:
        """Make a person, and a member of a centre; answer them as an actor. `named`: first and last name."""
        user_id = new_id()
        first, last = named or (self.random.choice(FIRST_NAMES), self.random.choice(LAST_NAMES))
        connection = await asyncpg.connect(self.owner)
        try:
            await connection.execute(
                "INSERT INTO users (id, email, email_key, first_name, last_name, password_hash, "
                "password_changed_at, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7)",
                user_id,
                email,
                email_key(email),
                first,
                last,
                self.password_hash,
                now(),
            )
        finally:
            await connection.close()
        async with unit_of_work(self.database, self.keys, system_of(centre_id)) as uow:
            await add_membership(
                uow,
                user_id=user_id,
                email=email,
                first_name=first,
                last_name=last,
                roles=[role],
                client_id=client_id,
                capacity_points=capacity_points,
                status=MembershipStatus.ACTIVE,
            )
        return Actor(kind=ActorKind.STAFF, centre_id=centre_id, user_id=user_id, roles=frozenset({role}))

    async def team(self, manager: Actor, name: str, members: Sequence[Actor]) -> UUID:
        """Make a team of these people; answer its key."""
        async with unit_of_work(self.database, self.keys, manager) as uow:
            team_id = await create_team(uow, name=name)
            for number, member in enumerate(members, start=1):
                await add_team_member(uow, team_id=team_id, version=number, user_id=member.user_id)
        return team_id

    async def creditors(self, manager: Actor) -> Mapping[str, UUID]:
        """Copy the register's creditors that plausible debts are owed to; answer them by their codes."""
        async with unit_of_work(self.database, self.keys, manager) as uow:
            return {code: await adopt_creditor(uow, code=code) for code in CREDITORS}

    async def at_work(self, manager: Actor, advisor: Actor, other: Actor) -> None:
        """Say what two advisors can do and when they work, and that one goes on leave, covered by the other."""
        skills = (AdvisorSkill.DRO_APPROVED_INTERMEDIARY, AdvisorSkill.HOUSING)
        leave = today() + timedelta(days=self.random.randint(10, 40))
        async with unit_of_work(self.database, self.keys, manager) as uow:
            for member, skill, starts in ((advisor, skills[0], "09:00"), (other, skills[1], "10:00")):
                week = [GivenInterval(day, starts, "17:00") for day in range(1, 6)]
                (row,) = await memberships_by_id(uow, [member.user_id])
                version = 0 if row is None else row["version"]
                await set_profile(
                    uow, user_id=member.user_id, version=version, values={"skills": [skill], "languages": ["cy"]}
                )
                await set_working_hours(uow, user_id=member.user_id, version=version + 1, hours=week)
            values = {
                "kind": AbsenceKind.ANNUAL_LEAVE,
                "first_day": leave,
                "last_day": leave + timedelta(days=4),
                "cover_id": other.user_id,
            }
            await record_absence(uow, user_id=advisor.user_id, values=values)
