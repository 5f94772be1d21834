"""Clients and cases of a demonstration centre, brought to their states by the acts that lead there."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, cycle
from random import Random
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import now, stopped, today
from cma_graphql.demo.checklists import Course, waive_the_rest, work_on
from cma_graphql.demo.finances import Finances
from cma_graphql.demo.handing_in import PaperMaker
from cma_graphql.demo.outcomes import record_outcomes
from cma_graphql.demo.papers import PlausiblePaper, mishaps, papers_of_case
from cma_graphql.demo.people import Place, make_person
from cma_graphql.demo.referrals import hand_over
from cma_graphql.demo.stages import take_stages
from cma_graphql.domain.cases.models import Case, CaseCategory, ClosureReason, Level, Priority, ResolutionType
from cma_graphql.domain.cases.type_selectors import case_types
from cma_graphql.domain.casework.cancel import cancel_case
from cma_graphql.domain.casework.close import close_case
from cma_graphql.domain.casework.hold import hold_case
from cma_graphql.domain.casework.open import open_case
from cma_graphql.domain.casework.people import restrict_case, set_case_team
from cma_graphql.domain.casework.reopen import reopen_case
from cma_graphql.domain.casework.resolve import resolve_case
from cma_graphql.domain.casework.start import start_case
from cma_graphql.domain.clients.details import ClientDetails
from cma_graphql.domain.clients.models import ConsentChannel, ConsentPurpose, EmploymentStatus, MaritalStatus
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.clients.services.consent import record_consent
from cma_graphql.domain.clients.services.create import create_client
from cma_graphql.domain.documents.models import AccessLevel
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import unit_of_work

Act = Callable[..., Awaitable[Any]]

MATTERS = (
    ("Rent arrears", "Two months' rent owed after a change of job; the landlord has written."),
    ("Council tax and fines", "Council tax arrears with a liability order, and a parking fine."),
    ("Credit cards", "Four credit cards at their limits; minimum payments are no longer met."),
    ("Energy debt", "A prepayment meter is threatened after winter bills went unpaid."),
    ("Payday loans", "Several short-term loans taken to pay for earlier ones."),
    ("Bailiff visit", "Enforcement agents have called about a county court judgment."),
    ("Separation", "Joint debts after a separation; it is unclear who owes what."),
    ("Business closed", "A sole trader's debts, tax among them, after the business closed."),
    ("Mortgage shortfall", "The fixed rate ended, and the new payments are out of reach."),
    ("Benefit overpayment", "Deductions for an overpayment leave too little for food."),
)
TAGS: Mapping[str, tuple[str, ...]] = {
    "Rent arrears": ("eviction", "housing"),
    "Energy debt": ("winter project",),
    "Payday loans": ("high-cost credit",),
    "Bailiff visit": ("bailiffs", "urgent"),
    "Mortgage shortfall": ("housing",),
}
"""What some of them are tagged with."""
# What happens to a case, in order; how often each course is taken among sixteen cases.
COURSES: tuple[tuple[int, tuple[str, ...]], ...] = (
    (2, ()),
    (5, ("start",)),
    (2, ("start", "hold")),
    (2, ("start", "resolve")),
    (2, ("start", "resolve", "close")),
    (1, ("start", "resolve", "reopen")),
    (1, ("start", "refer")),
    (1, ("cancel",)),
)


_MOST_PAPERS = 4
_OLDEST_DAYS = 75
"""Cases were opened at most so many days ago, so that some deadlines have passed."""


@dataclass(frozen=True, slots=True)
class Caseload:
    """Who a centre's cases are given to, and how many there are."""

    manager: Actor
    advisors: Sequence[Actor]
    teams: Sequence[UUID]
    place: Place
    clients: int
    finances: Finances
    papers: PaperMaker


@dataclass(frozen=True, slots=True)
class _Opened:
    """A case that was opened, and what is to happen to it."""

    case_id: UUID
    steps: tuple[str, ...]


def acts(random: Random) -> dict[str, tuple[Act, dict[str, Any]]]:
    """Answer what can be done to a case, with what is said when it is done."""
    return {
        "start": (start_case, {}),
        "hold": (
            hold_case,
            {"reason": "Waiting for documents.", "review_on": today() + timedelta(days=random.randint(5, 40))},
        ),
        "resolve": (
            resolve_case,
            {
                "resolution_type": random.choice(list(ResolutionType)),
                "summary": "The client has a budget and a plan for each debt.",
                "satisfaction": random.randint(2, 5),
            },
        ),
        "close": (close_case, {"reason": ClosureReason.ADVICE_COMPLETE}),
        "reopen": (reopen_case, {"reason": "A creditor has gone to court."}),
        "refer": (hand_over, {}),
        "cancel": (cancel_case, {"reason": "Opened twice for the same matter."}),
    }


async def make_caseload(database: Database, keys: CentreKeys, load: Caseload, random: Random) -> list[UUID]:
    """Make a centre's clients, most with a case, some with two; answer the clients, the first with an open case.

    All are recorded first, in the order of the days on which they came; then the cases go on, today.
    """
    maker = _CaseMaker(database, keys, load, random)
    clients = []
    for number, at in enumerate(_days(random, load.clients)):
        advisor = load.advisors[number % len(load.advisors)]
        with stopped(at):
            clients.append(await maker.open_cases(advisor, number))
    for opened in maker.opened:
        await maker.go_on(opened)
    return clients


def _days(random: Random, clients: int) -> list[datetime]:
    """Answer when each client came: half of them in the last fortnight, the first one long ago."""
    ages = [_OLDEST_DAYS, *(random.randint(0, random.choice((13, _OLDEST_DAYS))) for _ in range(clients - 1))]
    instant = now()
    return [instant - timedelta(days=age, minutes=clients - place) for place, age in enumerate(sorted(ages)[::-1])]


async def _make_client(uow: UnitOfWork, load: Caseload, random: Random) -> UUID:
    person = make_person(random, load.place, today=today())
    client_id = await create_client(
        uow,
        details=ClientDetails(
            title=person.title,
            first_name=person.first_name,
            last_name=person.last_name,
            date_of_birth=person.date_of_birth,
            national_insurance_number=person.national_insurance_number,
            phone_primary=person.phone,
            email=person.email,
            address_line1=person.address_line1,
            city=person.city,
            postcode=person.postcode,
            marital_status=random.choice(list(MaritalStatus)),
            employment_statuses=[random.choice(list(EmploymentStatus))],
            dependents=random.choice((0, 0, 1, 2, 3)),
            safe_contact_note="Telephone on weekday mornings only." if random.random() < 1 / 8 else None,
        ),
        accept_possible_duplicate=True,
    )
    for purpose in (ConsentPurpose.ADVICE, ConsentPurpose.CREDITOR_CONTACT, ConsentPurpose.REFERRAL):
        await record_consent(
            uow,
            client_id=client_id,
            purpose=purpose,
            channel=random.choice(list(ConsentChannel)),
            wording_version="2026-04",
        )
    await load.finances.record_household(uow, client_id, person.last_name)
    return client_id


def _courses(random: Random) -> Iterator[tuple[str, ...]]:
    """Deal the courses out like cards, so that sixteen cases have been through all of them."""
    while True:
        deck = [steps for often, steps in COURSES for _ in range(often)]
        random.shuffle(deck)
        yield from deck


class _CaseMaker:
    """Makes the cases of one centre."""

    def __init__(self, database: Database, keys: CentreKeys, load: Caseload, random: Random) -> None:
        self._database = database
        self._keys = keys
        self._load = load
        self._random = random
        self._checklists = cycle(Course)
        self._courses = _courses(random)
        self._mishaps: Iterator[PlausiblePaper] = mishaps(random, "Somebody", year=today().year)
        self.opened: list[_Opened] = []

    async def open_cases(self, advisor: Actor, number: int) -> UUID:
        """Record a client and open their cases; answer the client. The first one's case stays open."""
        random = self._random
        async with unit_of_work(self._database, self._keys, advisor) as uow:
            kinds = list(await case_types(uow))
            client_id = await _make_client(uow, self._load, random)
        for _ in range(random.choice((0, 1, 1, 1, 2)) if number else 1):
            steps = ("start",) if number == 0 else next(self._courses)
            # nobody reviews the law in a demonstration, without which a case that needs it is not closed
            fitting = [row["key"] for row in kinds if "close" not in steps or not row["requires_legal_review"]]
            case_id = await self._open(advisor, client_id, random.choice(fitting))
            self.opened.append(_Opened(case_id, steps))
        return client_id

    async def go_on(self, opened: _Opened) -> None:
        """Take a case through what happened to it after it was opened."""
        random, known = self._random, acts(self._random)
        steps: list[tuple[Act, dict[str, Any]]] = [
            (set_case_team, {"team_id": random.choice(self._load.teams)}),
            *(known[step] for step in opened.steps),
        ]
        if random.random() < 1 / 10:
            steps.append((restrict_case, {}))
        if "close" in opened.steps:
            async with unit_of_work(self._database, self._keys, self._load.manager) as uow:
                await waive_the_rest(uow, opened.case_id)
        async with unit_of_work(self._database, self._keys, self._load.manager) as uow:
            await take_stages(uow, random, opened.case_id, opened.steps)
        for act, said in steps:
            async with unit_of_work(self._database, self._keys, self._load.manager) as uow:
                case = await uow.get(Case, opened.case_id)
                await act(uow, case_id=case.id, version=case.version, **said)
        if "resolve" in opened.steps:
            async with unit_of_work(self._database, self._keys, self._load.manager) as uow:
                await record_outcomes(uow, random, opened.case_id)

    async def _open(self, advisor: Actor, client_id: UUID, case_type_id: UUID) -> UUID:
        random, load = self._random, self._load
        title, description = random.choice(MATTERS)
        async with unit_of_work(self._database, self._keys, load.manager) as uow:
            case_id = await open_case(
                uow,
                client_id=client_id,
                case_type_id=case_type_id,
                title=title,
                description=description,
                tags=TAGS.get(title, ()),
                category=random.choice(list(CaseCategory)),
                priority=random.choice(list(Priority)),
                complexity=random.choice(list(Level)),
                risk_level=random.choice(list(Level)),
                advisor_id=advisor.user_id,
            )
        async with unit_of_work(self._database, self._keys, load.manager) as uow:
            await load.finances.record(uow, case_id)
            (client,) = await clients_by_id(uow, [client_id])
        shown = await self._hand_in(advisor, case_id, "" if client is None else client["last_name"])
        async with unit_of_work(self._database, self._keys, load.manager) as uow:
            await work_on(uow, random, case_id, shown, next(self._checklists))
        return case_id

    async def _hand_in(self, advisor: Actor, case_id: UUID, person: str) -> list[UUID]:
        """Hand a case's papers in; what only managers see, the manager. Answer those that are evidence."""
        papers = papers_of_case(self._random, person, _MOST_PAPERS, year=today().year)
        hidden = [paper for paper in papers if paper.kind.access_level is AccessLevel.MANAGERS_AND_COMPLIANCE]
        others = [paper for paper in papers if paper not in hidden]
        others += self._mishaps  # the first case of a centre has them all
        parts = ((self._load.manager, hidden), (advisor, others))
        return list(chain(*[await self._load.papers.make(actor, case_id, part) for actor, part in parts if part]))
