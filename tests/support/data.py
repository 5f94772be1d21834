"""Builders of data: each makes what it needs and says nothing of the rest."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import select

from cma_graphql.access.actor import Actor, ActorKind, system_of
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import now, today
from cma_graphql.core.formats.email import email_key
from cma_graphql.core.formats.postcode import postcode_key
from cma_graphql.core.formats.text import name_key
from cma_graphql.core.ids import PLATFORM_CENTRE, SYSTEM_ACTOR, new_id
from cma_graphql.domain.case_templates.copies import copy_templates
from cma_graphql.domain.cases.case_types import copy_case_types
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.team_models import CaseTeamMember
from cma_graphql.domain.cases.type_models import CaseType
from cma_graphql.domain.centres.models import Centre
from cma_graphql.domain.centres.services import begin_centre
from cma_graphql.domain.clients.derived import client_name_key, national_insurance_index
from cma_graphql.domain.clients.models import Client, ClientConsent
from cma_graphql.domain.compliance.copies import copy_frameworks
from cma_graphql.domain.debts.debt_types import copy_debt_types
from cma_graphql.domain.notes.copies import copy_note_categories
from cma_graphql.domain.users.models import Membership, Team, TeamMember
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.writing import unit_of_work


@dataclass
class Data:
    """Makes records in one database."""

    database: Database
    keys: CentreKeys
    owner: str
    made: int = field(default=0)

    def _next(self) -> int:
        self.made += 1
        return self.made

    async def a_centre(self, **given: Any) -> UUID:
        """Make a centre with its heads, key, case types, types of debt, frameworks and templates."""
        centre_id: UUID = given.pop("id", None) or new_id()
        actor = system_of(centre_id)
        code = given.pop("code", None) or f"T{centre_id.hex[-9:].upper()}"
        values = {
            "name": f"Centre {code}",
            "organisation_type": "INDEPENDENT_CHARITY",
            "jurisdiction": "ENGLAND_AND_WALES",
            "status": "ACTIVE",
            "settings": {},
            **given,
        }
        async with unit_of_work(self.database, self.keys, actor) as uow:
            uow.add(Centre(id=centre_id, code=code, **values))
            await uow.flush()
            await begin_centre(uow)
            await copy_case_types(uow)
            await copy_debt_types(uow)
            await copy_frameworks(uow)
            await copy_templates(uow)
            await copy_note_categories(uow)
        return centre_id

    async def a_member(self, centre_id: UUID, *roles: Role, **given: Any) -> Actor:
        """Make a person of a centre with these roles (an advisor unless said); answer them as an actor."""
        number = self._next()
        user_id: UUID = given.pop("user_id", None) or new_id()
        team_ids: tuple[UUID, ...] = given.pop("team_ids", ())
        held = roles or (Role.ADVISOR,)
        first, last = given.pop("first_name", "Sam"), given.pop("last_name", f"Staff{number}")
        email = given.pop("email", f"user-{user_id.hex}@example.org")
        await self._a_user(user_id, email, first, last, given.pop("password_hash", None))
        values = {"status": "ACTIVE", **given}
        async with unit_of_work(self.database, self.keys, system_of(centre_id)) as uow:
            uow.add(
                Membership(
                    id=user_id,
                    roles=[role.value for role in held],
                    email=email,
                    first_name=first,
                    last_name=last,
                    name_key=name_key(f"{last} {first}"),
                    **values,
                )
            )
            await uow.flush()
            for team_id in team_ids:
                uow.add(
                    TeamMember(id=new_id(), team_id=team_id, user_id=user_id, added_at=now(), added_by=SYSTEM_ACTOR)
                )
        kind = ActorKind.CLIENT if Role.CLIENT in held else ActorKind.STAFF
        return Actor(
            kind=kind,
            centre_id=centre_id,
            user_id=user_id,
            roles=frozenset(held),
            team_ids=team_ids,
            client_id=values.get("client_id"),
            request_id="test-request",
        )

    async def a_person(self) -> UUID:
        """Make a person who is nobody's member."""
        user_id = new_id()
        await self._a_user(user_id, f"user-{user_id.hex}@example.org", "Sam", f"Person{self._next()}", None)
        return user_id

    async def an_administrator(self, role: Role = Role.SYSTEM_ADMIN, **given: Any) -> Actor:
        """Make a person of the platform, who stands above the centres; answer them as an actor."""
        member = await self.a_member(PLATFORM_CENTRE, role, **given)
        return replace(member, kind=ActorKind.PLATFORM)

    async def _a_user(self, user_id: UUID, email: str, first: str, last: str, password_hash: str | None) -> None:
        connection = await asyncpg.connect(self.owner)
        try:
            await connection.execute(
                "INSERT INTO users (id, email, email_key, first_name, last_name, password_hash, created_at, "
                "updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT DO NOTHING",
                user_id,
                email,
                email_key(email),
                first,
                last,
                password_hash,
                now(),
            )
        finally:
            await connection.close()

    async def a_service(self, centre_id: UUID, *scopes: Permission) -> Actor:
        """Make a program's actor at a centre."""
        return Actor(
            kind=ActorKind.SERVICE,
            centre_id=centre_id,
            user_id=new_id(),
            roles=frozenset({Role.SERVICE}),
            scopes=frozenset(scopes),
            request_id="test-request",
        )

    async def a_team(self, centre_id: UUID, **given: Any) -> UUID:
        """Make a team."""
        name = given.pop("name", f"Team {self._next()}")
        team = Team(id=new_id(), name=name, name_key=name_key(name), **given)
        async with unit_of_work(self.database, self.keys, system_of(centre_id)) as uow:
            uow.add(team)
        return team.id

    async def a_client(self, centre_id: UUID, *, recorded_by: UUID | None = None, **given: Any) -> UUID:
        """Make a client; date_of_birth and national_insurance_number are given in clear and sealed."""
        number = self._next()
        born: date | None = given.pop("date_of_birth", date(1980, 5, 17))
        nino: str | None = given.pop("national_insurance_number", None)
        note: str | None = given.pop("safe_contact_note", None)
        values = {"first_name": "Alex", "last_name": f"Client{number}", "employment_statuses": [], **given}
        client = Client(
            id=given.pop("id", None) or new_id(),
            reference=values.pop("reference", f"TEST-C-{new_id().hex.upper()}"),
            name_key=client_name_key(first_name=values["first_name"], last_name=values["last_name"]),
            email_key=email_key(values["email"]) if values.get("email") else None,
            postcode_key=postcode_key(values["postcode"]) if values.get("postcode") else None,
            dependents=values.pop("dependents", 0),
            interpreter_needed=False,
            birth_year=born.year if born else None,
            **{name: value for name, value in values.items() if name != "id"},
        )
        async with unit_of_work(self.database, self.keys, system_of(centre_id)) as uow:
            client.date_of_birth = await uow.seal(client, "date_of_birth", born.isoformat() if born else None)
            client.national_insurance_number = await uow.seal(client, "national_insurance_number", nino)
            client.safe_contact_note = await uow.seal(client, "safe_contact_note", note)
            if nino:
                client.national_insurance_index = national_insurance_index(self.keys.vault, centre_id, nino)
            uow.add(client)
            if recorded_by is not None:
                client.created_by = client.updated_by = recorded_by
        return client.id

    async def a_consent(self, centre_id: UUID, client_id: UUID, purpose: str = "ADVICE") -> UUID:
        """Make a consent."""
        consent = ClientConsent(
            id=new_id(),
            client_id=client_id,
            purpose=purpose,
            channel="IN_PERSON",
            wording_version="2026-01",
            given_at=now(),
            recorded_by=SYSTEM_ACTOR,
        )
        async with unit_of_work(self.database, self.keys, system_of(centre_id)) as uow:
            uow.add(consent)
        return consent.id

    async def a_case(
        self,
        centre_id: UUID,
        *,
        client_id: UUID | None = None,
        advisor: Actor | None = None,
        team_members: tuple[Actor, ...] = (),
        **given: Any,
    ) -> UUID:
        """Make a case; of a new client unless one is given."""
        number = self._next()
        values = {
            "title": f"Case {number}",
            "description": "Debts of several kinds.",
            "category": "PERSONAL",
            "status": "ASSIGNED" if advisor else "NEW",
            "stage": "ENQUIRY",
            "priority": "MEDIUM",
            "complexity": "LOW",
            "risk_level": "LOW",
            "restricted": False,
            "compliance_required": False,
            "legal_review_required": False,
            "billing_method": "NONE",
            "opened_on": today(),
            **given,
        }
        owner = client_id or await self.a_client(centre_id)
        async with unit_of_work(self.database, self.keys, system_of(centre_id)) as uow:
            sequence = await uow.next_number(f"case:{today().year}")
            (kind,) = await uow.connection.run(
                select(CaseType.id).where(CaseType.centre_id == centre_id, CaseType.code == "DEBT_ADVICE")
            )
            case = Case(
                id=new_id(),
                case_number=f"CASE-{today().year}-{sequence:06d}",
                client_id=owner,
                case_type_id=values.pop("case_type_id", kind["id"]),
                advisor_id=advisor.user_id if advisor else None,
                **values,
            )
            uow.add(case)
            await uow.flush()
            for member in team_members:
                uow.add(
                    CaseTeamMember(
                        id=new_id(), case_id=case.id, user_id=member.user_id, added_at=now(), added_by=SYSTEM_ACTOR
                    )
                )
        return case.id
