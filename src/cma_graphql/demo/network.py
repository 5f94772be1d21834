"""Fills a database with a demonstration network, through the same services that people's acts go through."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import asyncpg

from cma_graphql.access.actor import Actor, ActorKind, system_of
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import now
from cma_graphql.core.formats.email import email_key
from cma_graphql.core.ids import PLATFORM_CENTRE, new_id
from cma_graphql.core.passwords import hash_password
from cma_graphql.core.tokens import TokenKind, new_token
from cma_graphql.demo.cases import Caseload, make_caseload
from cma_graphql.demo.people import FIRST_NAMES, LAST_NAMES, PLACES
from cma_graphql.domain.auth.service_keys import create_service_key
from cma_graphql.domain.casework.create_centre import create_centre
from cma_graphql.domain.centres.models import Jurisdiction, OrganisationType
from cma_graphql.domain.users.members import add_membership
from cma_graphql.domain.users.models import MembershipStatus
from cma_graphql.domain.users.teams import add_team_member, create_team
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.writing import unit_of_work

Say = Callable[[str], None]
PASSWORD = "demonstration only"  # noqa: S105 - of people who do not exist, printed where the server starts

CENTRES = (
    ("bristol", "Bristol Debt Advice", "BRISTOL", OrganisationType.INDEPENDENT_CHARITY, PLACES[0], 36),
    ("leeds", "Leeds Citizens' Money Advice", "LEEDS", OrganisationType.CITIZENS_ADVICE, PLACES[2], 18),
)
STAFF = (
    ("manager", Role.CENTRE_MANAGER),
    ("compliance", Role.COMPLIANCE_OFFICER),
    ("advisor", Role.ADVISOR),
    ("advisor2", Role.ADVISOR),
    ("trainee", Role.TRAINEE),
    ("auditor", Role.AUDITOR),
)
PLATFORM = (("admin", Role.SYSTEM_ADMIN), ("network", Role.NETWORK_ADMIN))
_KEY_SCOPES = (Permission.CASE_READ, Permission.CLIENT_READ, Permission.USER_READ, Permission.REFERENCE_READ)


@dataclass(slots=True)
class Demo:
    """What was made, or had been made before."""

    sign_in_lines: list[str] = field(default_factory=list)

    def sign_ins(self) -> str:
        """Tell who can sign in, role by role."""
        head = f"\nSign in with the password “{PASSWORD}” as one of these; they do not exist outside this machine."
        return "\n".join([head, *self.sign_in_lines])


@dataclass(slots=True)
class DemoMaker:
    """Makes the network in one database."""

    database: Database
    keys: CentreKeys
    owner: str
    """The database's address as its owner, who alone may write people."""
    key_file: Path
    """Where the demonstration's service key is kept, since it is shown only once."""
    random: Random
    say: Say
    password_hash: str = ""

    async def make(self) -> Demo:
        """Make the network, unless the database holds it already."""
        demo = Demo(_sign_in_lines())
        if await self._is_made():
            demo.sign_in_lines.append(self._key_line())
            return demo
        self.say("Making a demonstration network …")
        self.password_hash = await hash_password(PASSWORD)
        for name, role in PLATFORM:
            await self._member(PLATFORM_CENTRE, f"{name}@example.org", role)
        for place, name, code, kind, where, clients in CENTRES:
            await self._centre(place, name, code, kind, where, clients)
        demo.sign_in_lines.append(self._key_line())
        return demo

    async def _is_made(self) -> bool:
        connection = await asyncpg.connect(self.owner)
        try:
            return bool(await connection.fetchval("SELECT true FROM centres WHERE code = $1", CENTRES[0][2]))
        finally:
            await connection.close()

    async def _member(self, centre_id: UUID, email: str, role: Role, *, client_id: UUID | None = None) -> Actor:
        """Make a person, and a member of a centre; answer them as an actor."""
        user_id, first, last = new_id(), self.random.choice(FIRST_NAMES), self.random.choice(LAST_NAMES)
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
                status=MembershipStatus.ACTIVE,
            )
        return Actor(kind=ActorKind.STAFF, centre_id=centre_id, user_id=user_id, roles=frozenset({role}))

    async def _centre(  # noqa: PLR0917 - one line of the table of centres
        self,
        place: str,
        name: str,
        code: str,
        kind: OrganisationType,
        where: tuple[str, tuple[str, ...]],
        clients: int,
    ) -> None:
        self.say(f"  {name} …")
        centre_id = new_id()
        async with unit_of_work(self.database, self.keys, system_of(centre_id)) as uow:
            await create_centre(
                uow,
                name=name,
                code=code,
                organisation_type=kind,
                jurisdiction=Jurisdiction.ENGLAND_AND_WALES,
                city=where[0],
                email=f"hello@{place}.example.org",
            )
        people = {name: await self._member(centre_id, f"{name}@{place}.example.org", role) for name, role in STAFF}
        teams = []
        for team_name, members in (("Money", ("advisor", "advisor2")), ("Housing", ("advisor2", "trainee"))):
            async with unit_of_work(self.database, self.keys, people["manager"]) as uow:
                team_id = await create_team(uow, name=team_name)
                for number, member in enumerate(members, start=1):
                    await add_team_member(uow, team_id=team_id, version=number, user_id=people[member].user_id)
            teams.append(team_id)
        load = Caseload(
            people["manager"],
            [people[name] for name in ("advisor", "advisor2", "advisor", "trainee")],
            teams,
            where,
            clients,
        )
        made = await make_caseload(self.database, self.keys, load, self.random)
        await self._member(centre_id, f"client@{place}.example.org", Role.CLIENT, client_id=made[0])
        if place == CENTRES[0][0]:
            await self._service_key(people["manager"])

    async def _service_key(self, manager: Actor) -> None:
        token = new_token(TokenKind.SERVICE_KEY)
        async with unit_of_work(self.database, self.keys, manager) as uow:
            await create_service_key(
                uow,
                token=token,
                name="Demonstration",
                scopes=_KEY_SCOPES,
                expires_at=now() + timedelta(days=300),
            )
        self.key_file.parent.mkdir(parents=True, exist_ok=True)
        self.key_file.touch(mode=0o600)
        self.key_file.write_text(token)

    def _key_line(self) -> str:
        shown = self.key_file.read_text() if self.key_file.exists() else "made on another machine"
        return f"  {'SERVICE':20} Authorization: Bearer {shown}"


def _sign_in_lines() -> list[str]:
    lines = [f"  {role.value:20} {name}@example.org" for name, role in PLATFORM]
    for place, *_ in CENTRES:
        lines += [f"  {role.value:20} {name}@{place}.example.org" for name, role in (*STAFF, ("client", Role.CLIENT))]
    return lines
