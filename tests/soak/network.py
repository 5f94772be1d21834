"""The centres, people and cases of a run, and everybody's tokens."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.access_tokens import AccessClaims
from cma_graphql.core.keyring import new_key
from cma_graphql.core.request import RequestFacts
from cma_graphql.core.settings import Settings
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.auth.models import AuthenticationMethod
from cma_graphql.domain.auth.sessions import open_session
from cma_graphql.parts import make_database, make_sign_in, make_vault
from cma_graphql.persistence.embedded import EmbeddedPostgres, EmbeddedValkey
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.writing import unit_of_work
from soak.plan import Plan
from soak.scope import Sees, Viewer
from support.data import Data
from support.outages import address, owners_address

_ROLES = {
    Sees.ALL: Role.CENTRE_MANAGER,
    Sees.UNRESTRICTED: Role.AUDITOR,
    Sees.OWN_AND_TEAM: Role.ADVISOR,
    Sees.OWN: Role.TRAINEE,
}
_CROWD = 160
"""How many cases are changed at once."""
_LONG = "Arrears since spring. " * 400
"""What makes an event large, so that those who do not read are noticed after few of them."""

Token = Callable[[], str]
"""Makes the header of a session, with a fresh token."""


@dataclass(slots=True)
class CaseInHand:
    """A case that one writer alone changes."""

    id: UUID
    advisor: UUID
    restricted: bool = False
    version: int = 1


@dataclass
class Centre:
    """One centre: who follows, who advises, and what is changed."""

    id: UUID
    manager: Actor
    managers_token: Token
    viewers: list[tuple[Viewer, Token]]
    advisors: list[UUID]
    cases: list[CaseInHand]
    crowd: list[CaseInHand] = field(default_factory=list)
    """Restricted cases that are changed all at once; managers alone see them, of those who follow."""


def settings_for(postgres: EmbeddedPostgres, valkey: EmbeddedValkey, folder: Path, plan: Plan) -> dict[str, Any]:
    """Answer the settings that both servers share."""
    return {
        "env": "production",
        "database_url": address(postgres),
        "redis_url": valkey.url,
        "public_url": "https://soak.example.org",
        "data_dir": str(folder),
        "smtp_url": "smtp://127.0.0.1:9",
        "email_from": "noreply@example.org",
        "storage": "folder",
        "token_keys": f"k1:{new_key()}",
        "master_keys": f"k1:{new_key()}",
        "index_key": new_key(),
        "connect_timeout_seconds": "2",
        "live_ping_seconds": str(plan.ping_seconds),
    }


async def build(plan: Plan, settings: Settings, postgres: EmbeddedPostgres) -> list[Centre]:
    """Make everything there is when the run begins."""
    database = await make_database(settings).open()
    try:
        keys = CentreKeys(make_vault(settings))
        builder = _Builder(Data(database, keys, owners_address(postgres)), make_sign_in(settings, database, keys, None))
        centres = [await builder.a_centre(-(-plan.writers // plan.centres)) for _ in range(plan.centres)]
        await builder.add_crowd(centres[0])
    finally:
        await database.close()
    return centres


@dataclass
class _Builder:
    data: Data
    sign_in: SignIn

    async def a_centre(self, cases: int) -> Centre:
        """Make a centre with people of every sight and so many cases, shared out among advisors and teams."""
        centre = await self.data.a_centre()
        teams = [await self.data.a_team(centre) for _ in range(2)]
        people: list[Actor] = []
        viewers: list[tuple[Viewer, Token]] = []
        for sees, team in (
            (Sees.ALL, None),
            (Sees.UNRESTRICTED, None),
            (Sees.OWN_AND_TEAM, teams[0]),
            (Sees.OWN_AND_TEAM, teams[1]),
            (Sees.OWN, None),
        ):
            person, token = await self._a_person(centre, _ROLES[sees], () if team is None else (team,))
            people.append(person)
            viewers.append((Viewer(centre, person.user_id, sees, team), token))
        advisors = people[2:]
        client = await self.data.a_client(centre)
        await self.data.a_consent(centre, client)
        made: list[CaseInHand] = []
        for number in range(cases):
            advisor, team = advisors[number % len(advisors)], teams[number % len(teams)]
            made.append(await self._a_case(centre, client, advisor, team_id=team))
        return Centre(centre, people[0], viewers[0][1], viewers, [each.user_id for each in advisors], made)

    async def add_crowd(self, centre: Centre) -> None:
        """Give a centre many cases more, whose events are large and seen by its manager alone."""
        advisor = await self.data.a_member(centre.id)
        client = await self.data.a_client(centre.id)
        await self.data.a_consent(centre.id, client)
        for _ in range(_CROWD):
            centre.crowd.append(await self._a_case(centre.id, client, advisor, restricted=True, description=_LONG))

    async def _a_case(self, centre: UUID, client: UUID, advisor: Actor, **given: Any) -> CaseInHand:
        case = await self.data.a_case(centre, client_id=client, advisor=advisor, status="IN_PROGRESS", **given)
        return CaseInHand(case, advisor.user_id, restricted=given.get("restricted", False))

    async def _a_person(self, centre: UUID, role: Role, team_ids: tuple[UUID, ...]) -> tuple[Actor, Token]:
        person = await self.data.a_member(centre, role, team_ids=team_ids)
        facts = RequestFacts("soak", "127.0.0.1", "soak", None, 20_000)
        async with unit_of_work(self.data.database, self.data.keys, person) as uow:
            opened = await open_session(uow, sign_in=self.sign_in, facts=facts, method=AuthenticationMethod.PASSWORD)
        claims = AccessClaims(user_id=person.user_id, centre_id=centre, session_id=opened.session_id)
        return person, lambda: f"Bearer {self.sign_in.tokens.issue(claims)[0]}"
