"""Clients and cases of a demonstration centre, brought to their states by the acts that lead there."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import today
from cma_graphql.demo.finances import Finances
from cma_graphql.demo.people import Place, make_person
from cma_graphql.domain.cases.models import CaseCategory, ClosureReason, Level, Priority, ResolutionType
from cma_graphql.domain.cases.selectors import case_types
from cma_graphql.domain.casework.cancel import cancel_case
from cma_graphql.domain.casework.close import close_case
from cma_graphql.domain.casework.hold import hold_case
from cma_graphql.domain.casework.open import open_case
from cma_graphql.domain.casework.people import restrict_case, set_case_team
from cma_graphql.domain.casework.refer import refer_case
from cma_graphql.domain.casework.reopen import reopen_case
from cma_graphql.domain.casework.resolve import resolve_case
from cma_graphql.domain.casework.start import start_case
from cma_graphql.domain.clients.details import ClientDetails
from cma_graphql.domain.clients.models import ConsentChannel, ConsentPurpose, EmploymentStatus, MaritalStatus
from cma_graphql.domain.clients.services.consent import record_consent
from cma_graphql.domain.clients.services.create import create_client
from cma_graphql.domain.compliance.models import EvidenceKind
from cma_graphql.domain.compliance.selectors import case_compliances_of_cases, owed_by
from cma_graphql.domain.compliance.services.items import complete_item
from cma_graphql.domain.compliance.services.waiving import waive_checklist
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
# What happens to a case, in order; how often each course is taken.
COURSES: tuple[tuple[int, tuple[str, ...]], ...] = (
    (3, ()),
    (8, ("start",)),
    (3, ("start", "hold")),
    (3, ("start", "resolve")),
    (4, ("start", "resolve", "close")),
    (1, ("start", "resolve", "reopen")),
    (1, ("start", "refer")),
    (1, ("cancel",)),
)


_WITHOUT_PAPER = frozenset({EvidenceKind.NOTE, EvidenceKind.FIELD, EvidenceKind.NONE})
_COURSES = [steps for _, steps in COURSES]
_HOW_OFTEN = [often for often, _ in COURSES]


@dataclass(frozen=True, slots=True)
class Caseload:
    """Who a centre's cases are given to, and how many there are."""

    manager: Actor
    advisors: Sequence[Actor]
    teams: Sequence[UUID]
    place: Place
    clients: int
    finances: Finances


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
        "refer": (refer_case, {"recipient": "The county's housing advice service"}),
        "cancel": (cancel_case, {"reason": "Opened twice for the same matter."}),
    }


async def make_caseload(database: Database, keys: CentreKeys, load: Caseload, random: Random) -> list[UUID]:
    """Make a centre's clients, most with a case, some with two; answer the clients, the first with an open case."""
    clients = []
    for number in range(load.clients):
        advisor = load.advisors[number % len(load.advisors)]
        async with unit_of_work(database, keys, advisor) as uow:
            kinds = [row["key"] for row in await case_types(uow)]
            client_id = await _make_client(uow, load, random)
        clients.append(client_id)
        for _ in range(random.choice((0, 1, 1, 1, 2)) if number else 1):
            course = ("start",) if number == 0 else random.choices(_COURSES, _HOW_OFTEN)[0]
            await _make_case(database, keys, load, advisor, client_id, random.choice(kinds), course, random)
    return clients


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


async def _make_case(  # noqa: PLR0917 - what a case is made of
    database: Database,
    keys: CentreKeys,
    load: Caseload,
    advisor: Actor,
    client_id: UUID,
    case_type_id: UUID,
    course: tuple[str, ...],
    random: Random,
) -> None:
    title, description = random.choice(MATTERS)
    async with unit_of_work(database, keys, load.manager) as uow:
        case_id = await open_case(
            uow,
            client_id=client_id,
            case_type_id=case_type_id,
            title=title,
            description=description,
            category=random.choice(list(CaseCategory)),
            priority=random.choice(list(Priority)),
            complexity=random.choice(list(Level)),
            risk_level=random.choice(list(Level)),
            advisor_id=advisor.user_id,
        )
    async with unit_of_work(database, keys, load.manager) as uow:
        await load.finances.record(uow, case_id)
    known = acts(random)
    steps: list[tuple[Act, dict[str, Any]]] = [
        (set_case_team, {"team_id": random.choice(load.teams)}),
        *(known[step] for step in course),
    ]
    if random.random() < 1 / 10:
        steps.append((restrict_case, {}))
    await _settle_compliance(database, keys, load, case_id, closing="close" in course, random=random)
    for version, (act, said) in enumerate(steps, start=1):
        async with unit_of_work(database, keys, load.manager) as uow:
            await act(uow, case_id=case_id, version=version, **said)


async def _settle_compliance(
    database: Database, keys: CentreKeys, load: Caseload, case_id: UUID, *, closing: bool, random: Random
) -> None:
    """Tick off some of what a case requires; where it will be closed, have the manager waive the rest."""
    async with unit_of_work(database, keys, load.manager) as uow:
        (owed,) = await owed_by(uow, "case_id", [case_id])
        ticked = [item for item in owed if item["evidence_kind"] in _WITHOUT_PAPER]
        for item in random.sample(ticked, min(len(ticked), random.randint(0, 4))):
            await complete_item(
                uow, item_id=item["key"], version=item["version"], evidence_note="Done at the first appointment."
            )
    if not closing:
        return
    async with unit_of_work(database, keys, load.manager) as uow:
        (checklists,) = await case_compliances_of_cases(uow, [case_id])
        (owed,) = await owed_by(uow, "case_id", [case_id])
        owing = {item["case_compliance_id"] for item in owed}
        for checklist in checklists:
            if checklist["key"] in owing:
                await waive_checklist(
                    uow,
                    case_compliance_id=checklist["key"],
                    version=checklist["version"],
                    reason="An old case, closed before its checklists were kept here.",
                )
