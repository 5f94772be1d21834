"""Fills a database with a demonstration network, through the same services that people's acts go through."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import now, today
from cma_graphql.core.ids import PLATFORM_CENTRE
from cma_graphql.core.passwords import hash_password
from cma_graphql.core.tokens import TokenKind, new_token
from cma_graphql.demo.appointments import make_appointments, make_requests
from cma_graphql.demo.cases import Caseload, make_caseload
from cma_graphql.demo.finances import Finances
from cma_graphql.demo.handing_in import HandIn, PaperMaker
from cma_graphql.demo.notes import make_notes
from cma_graphql.demo.papers import CASELOAD, HANDED_IN, make_paper
from cma_graphql.demo.people import PLACES
from cma_graphql.demo.referrals import make_referrals, offer_a_case
from cma_graphql.demo.staff import CentrePlan, StaffMaker, centre_exists
from cma_graphql.demo.templates import design_template
from cma_graphql.domain.auth.service_keys import create_service_key
from cma_graphql.domain.cases.selectors import CASES
from cma_graphql.domain.casework.transfers.carrying import Network
from cma_graphql.domain.centres.models import Jurisdiction, OrganisationType
from cma_graphql.domain.clients.selectors import clients_by_key
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.window import Window
from cma_graphql.persistence.writing import unit_of_work

Say = Callable[[str], None]
PASSWORD = "demonstration only"  # noqa: S105 - of people who do not exist, printed where the server starts

CENTRES: tuple[tuple[CentrePlan, int], ...] = (
    (CentrePlan("Bristol Debt Advice", "BRISTOL", OrganisationType.INDEPENDENT_CHARITY, PLACES[0]), 24),
    (CentrePlan("Leeds Citizens' Money Advice", "LEEDS", OrganisationType.CITIZENS_ADVICE, PLACES[2]), 12),
    (
        CentrePlan(
            "Glasgow Money Matters",
            "GLASGOW",
            OrganisationType.INDEPENDENT_CHARITY,
            PLACES[3],
            Jurisdiction.SCOTLAND,
        ),
        6,
    ),
)
"""The centres and how many clients each has."""
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
    storage: DocumentStorage
    hand_in: HandIn
    _managers: list[Actor] = field(default_factory=list)

    async def make(self) -> Demo:
        """Make the network, unless the database holds it already."""
        demo = Demo(_sign_in_lines())
        if await centre_exists(self.owner, CENTRES[0][0].code):
            demo.sign_in_lines.append(self._key_line())
            return demo
        self.say("Making a demonstration network …")
        staff = StaffMaker(self.database, self.keys, self.owner, self.random, await hash_password(PASSWORD))
        for name, role in PLATFORM:
            await staff.member(PLATFORM_CENTRE, f"{name}@example.org", role)
        for plan, clients in CENTRES:
            await self._centre(staff, plan, clients)
        await offer_a_case(Network(self.database, self.keys), *self._managers[:2])
        demo.sign_in_lines.append(self._key_line())
        return demo

    async def _centre(self, staff: StaffMaker, plan: CentrePlan, clients: int) -> None:
        self.say(f"  {plan.name} …")
        centre_id = await staff.centre(plan)
        people = {name: await staff.member(centre_id, f"{name}@{plan.domain}", role) for name, role in STAFF}
        self._managers.append(people["manager"])
        teams = [
            await staff.team(people["manager"], name, [people[member] for member in members])
            for name, members in (("Money", ("advisor", "advisor2")), ("Housing", ("advisor2", "trainee")))
        ]
        async with unit_of_work(self.database, self.keys, people["compliance"]) as uow:
            await design_template(uow)
        await staff.at_work(people["manager"], people["advisor"], people["advisor2"])
        papers = PaperMaker(self.database, self.keys, self.storage, self.hand_in, self.random)
        load = Caseload(
            people["manager"],
            [people[name] for name in ("advisor", "advisor2", "advisor", "trainee")],
            teams,
            plan.place,
            clients,
            Finances(self.random, await staff.creditors(people["manager"])),
            papers,
        )
        made = await make_caseload(self.database, self.keys, load, self.random)
        await make_notes(self.database, self.keys, people["manager"])
        await make_appointments(self.database, self.keys, [people["advisor"], people["trainee"]])
        await make_referrals(self.database, self.keys, people["manager"])
        client = await staff.member(
            centre_id,
            f"client@{plan.domain}",
            Role.CLIENT,
            client_id=made[0],
            named=await self._name_of(people["manager"], made[0]),
        )
        await papers.make(people["manager"], None, [make_paper(self.random, CASELOAD, "A. Former", year=today().year)])
        client = replace(client, kind=ActorKind.CLIENT, client_id=made[0])
        await self._from_the_portal(papers, client)
        await make_requests(self.database, self.keys, client, people["manager"])
        if plan is CENTRES[0][0]:
            await self._service_key(people["manager"])

    async def _name_of(self, manager: Actor, client_id: UUID) -> tuple[str, str]:
        async with self.database.read(manager) as reader:
            row = await reader.one(clients_by_key, keys=[client_id])
        if row is None:
            raise LookupError(client_id)
        return row["first_name"], row["last_name"]

    async def _from_the_portal(self, papers: PaperMaker, client: Actor) -> None:
        """Have the client of the portal send something to their case."""
        async with self.database.read(client) as reader:
            page = await CASES.page(reader, order="CREATED_AT_ASC", window=Window(first=1), filters={})
        paper = make_paper(self.random, HANDED_IN, "the client", year=today().year)
        await papers.make(client, page.rows[0]["key"], [paper])

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
    for plan, _ in CENTRES:
        lines += [f"  {role.value:20} {name}@{plan.domain}" for name, role in (*STAFF, ("client", Role.CLIENT))]
    return lines
