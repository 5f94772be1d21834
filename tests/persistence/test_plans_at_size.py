"""In a large centre among twenty, each list, filter and search reads little more than it answers.

It has 20,000 cases in the suite; `--large-cases 100000` is what decision record 44 was measured on.

*Rows filtered / rows returned* is at most 10 (decision 16). A page that is not full is judged as a full one: it has to
look through what there is, and whoever waits for it waits no longer than for a full one. What is allowed more has its
reason in `LOOSER`. How the figures came about is in decision record 44.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import strawberry
from graphql import parse

from cma_graphql.core.clock import now, today
from cma_graphql.domain.appointments.request_selectors import REQUESTS
from cma_graphql.domain.appointments.selectors import APPOINTMENTS
from cma_graphql.domain.case_templates.template_selectors import TEMPLATES
from cma_graphql.domain.caseload.board import board_cards, board_columns
from cma_graphql.domain.caseload.timeline import TimelineKind, timeline_page, timeline_total
from cma_graphql.domain.cases.selectors import CASES
from cma_graphql.domain.clients.selectors import CLIENTS
from cma_graphql.domain.compliance.selectors import CASE_COMPLIANCES, of_status
from cma_graphql.domain.creditors.selectors import CREDITORS
from cma_graphql.domain.debts.history import BALANCES, PAYMENTS
from cma_graphql.domain.debts.selectors import DEBTS, DELETED_DEBTS
from cma_graphql.domain.documents.selectors import DELETED_DOCUMENTS, DOCUMENTS
from cma_graphql.domain.notes.selectors import DELETED_NOTES, NOTES, templates_in_order
from cma_graphql.domain.outcomes.selectors import OUTCOMES, summed_by_code
from cma_graphql.domain.referrals.selectors import REFERRALS
from cma_graphql.domain.saved_filters.selectors import saved_filters_of_lists
from cma_graphql.domain.search.kinds import SearchKind
from cma_graphql.domain.search.selectors import found, parameters_of
from cma_graphql.domain.staffing.workload import open_cases_by_advisor
from cma_graphql.domain.tasks.diary_selectors import DiaryScope, DiaryShape, diary_page, diary_total
from cma_graphql.domain.tasks.selectors import TASKS
from cma_graphql.domain.workflow.approval_selectors import APPROVALS
from cma_graphql.domain.workflow.selectors import STAGES
from cma_graphql.persistence.cursors import write_cursor
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.listing import Listing
from cma_graphql.persistence.narrowing import FEW
from cma_graphql.persistence.reads import Span, Statement
from cma_graphql.persistence.window import Window
from support.asking import Graph
from support.caseload import OWN, TRAINEES, Caseload, caseloads
from support.data import Data
from support.databases import Databases
from support.full_case import MARK, FullCase, a_full_case
from support.operations import OPERATIONS, most_statements
from support.plans import Work, work_of

pytestmark = pytest.mark.own_database

PAGE = 25
MOST_FILTERED_PER_ROW = 10
FULL = MOST_FILTERED_PER_ROW * (PAGE + 1)
OPEN = ["ASSIGNED", "IN_PROGRESS", "NEW", "ON_HOLD", "REOPENED"]
VIEWERS = ("manager", "auditor", "advisor", "trainee", "team advisor", "client")
STAFF = VIEWERS[:-1]
PAIR = 10 * FULL
"""Of two conditions one is an index's; the other may hold for one in a hundred of the records so found."""
CREDITORS_LOOKED_AT = 5_000
"""A client's own creditors are found by the table's policy, which looks at each of the directory: 2,000 at most."""
DELETED_READ = 10 * FEW
"""Each of a team's cases is asked for what of it was deleted, by whoever sees a team's cases."""
SEARCHED_BY_TEAM = 22_000
"""Each of 5,000 records with a common word is asked for itself and its case by who sees few of them."""
READ_WHOLE = 50_000
"""Tables of fewer rows PostgreSQL may read from end to end and sort, which costs it less than 2,000 look-ups."""
SHARE = 8
"""The team advisor sees an eighth of the centre: more than are sorted, so that the others are passed over."""

Filters = dict[str, object]


@dataclass
class Large:
    """A database with a large centre, and ways into it."""

    centre: Caseload
    small: Caseload
    full: tuple[FullCase, FullCase]
    """A case of each that has something of every kind."""
    database: Database
    app: "asyncpg.Connection[asyncpg.Record]"
    owner: "asyncpg.Connection[asyncpg.Record]"
    client: UUID
    rare_type: UUID
    common_type: UUID
    case: UUID
    debt: UUID
    debt_type: UUID
    common_creditor: UUID
    rare_creditor: UUID
    collector: UUID
    checklist: UUID
    framework: UUID
    note_category: UUID


@pytest.fixture(scope="module")
async def large(
    databases: Databases, template: str, keys: CentreKeys, pytestconfig: pytest.Config
) -> AsyncIterator[Large]:
    """Fill a database of its own, once."""
    name = await databases.clone(template)
    database = await Database(databases.app(name), read_pool_size=2, write_pool_size=2).open()
    data = Data(database, keys, databases.owner(name))
    centre, small = await caseloads(data, cases=int(pytestconfig.getoption("--large-cases")))
    full = [await a_full_case(data, one.manager, one.advisor, one.teams[0]) for one in (centre, small)]
    owner = await asyncpg.connect(databases.owner(name))
    app = await asyncpg.connect(databases.app(name))
    yield await _known(centre, small, (full[0], full[1]), database, app, owner)
    await app.close()
    await owner.close()
    await database.close()


async def _known(  # noqa: PLR0917 - what the database is made of
    centre: Caseload,
    small: Caseload,
    full: tuple[FullCase, FullCase],
    database: Database,
    app: "asyncpg.Connection[asyncpg.Record]",
    owner: "asyncpg.Connection[asyncpg.Record]",
) -> Large:
    """Find what the filters name: what many records have, and what few."""

    async def by_number(table: str, column: str) -> list[UUID]:
        rows = await owner.fetch(
            f"SELECT {column} FROM {table} WHERE centre_id = $1 AND {column} IS NOT NULL "  # noqa: S608 - names
            "GROUP BY 1 ORDER BY count(*), 1",
            centre.centre,
        )
        return [row[0] for row in rows]

    types, creditors = await by_number("cases", "case_type_id"), await by_number("debts", "creditor_id")
    link = await owner.fetchrow(
        "SELECT d.case_id, d.client_id, l.debt_id FROM document_debts l JOIN documents d ON d.id = l.document_id "
        "WHERE l.centre_id = $1 ORDER BY l.document_id LIMIT 1",
        centre.centre,
    )
    assert link is not None
    return Large(
        centre,
        small,
        full,
        database,
        app,
        owner,
        client=link["client_id"],
        rare_type=types[0],
        common_type=types[-1],
        case=link["case_id"],
        debt=link["debt_id"],
        debt_type=(await by_number("debts", "debt_type_id"))[0],
        common_creditor=creditors[-1],
        rare_creditor=creditors[0],
        collector=(await by_number("debts", "collector_id"))[0],
        checklist=(await by_number("case_compliance", "checklist_id"))[0],
        framework=(await by_number("case_compliance", "framework_id"))[-1],
        note_category=(await by_number("notes", "category_id"))[0],
    )


def case_filters(large: Large) -> list[Filters]:
    """Every condition on cases singly, with values that many and few cases have, and the usual pairs."""
    day, instant, people, teams = today(), now(), large.centre.advisors, large.centre.teams
    return [
        {},
        {"status": ["NEW"]},
        {"status": ["REOPENED"]},
        {"status": ["CLOSED"]},
        {"status": OPEN},
        {"priority": ["URGENT"]},
        {"priority": ["MEDIUM"]},
        {"category": ["JOINT"]},
        {"stage": ["ADVICE"]},
        {"risk_level": ["CRITICAL"]},
        {"case_type": [large.rare_type]},
        {"case_type": [large.common_type]},
        {"advisor": [people[0]]},
        {"advisor": [people[20]]},
        {"advisor": list(people[3:6])},
        {"team": [teams[0]]},
        {"team": [teams[3]]},
        {"client": [large.client]},
        {"tag": ["council tax"]},
        {"tag": ["council tax", "court"]},
        {"tag": ["project"]},
        {"tag": ["no such tag"]},
        {"every_tag": ["council tax", "project"]},
        {"every_tag": ["court", "project"]},
        {"every_tag": ["court", "no such tag"]},
        {"unassigned": True},
        {"triage": True},
        {"own": True},
        {"case_number": f"CASE-{day.year}-099000"},
        {"opened_from": day - timedelta(days=7)},
        {"opened_from": day - timedelta(days=900)},
        {"opened_until": day - timedelta(days=1000)},
        {"opened_from": day - timedelta(days=500), "opened_until": day - timedelta(days=490)},
        {"review_before": instant},
        {"review_before": instant + timedelta(days=60)},
        {"status": OPEN, "priority": ["URGENT"]},
        {"status": OPEN, "team": [teams[0]]},
        {"status": OPEN, "advisor": [people[20]]},
        {"status": OPEN, "review_before": instant},
        {"status": OPEN, "own": True},
        {"status": OPEN, "tag": ["court"]},
        {"status": OPEN, "every_tag": ["court", "project"]},
        {"status": ["CLOSED"], "opened_from": day - timedelta(days=20)},
    ]


def client_filters(_large: Large) -> list[Filters]:
    """Every condition on clients singly, and the usual pairs."""
    instant = now()
    return [
        {},
        {"name_starts_with": "smith"},
        {"name_starts_with": "smith al"},
        {"name_starts_with": "ba"},
        {"postcode_starts_with": "LS"},
        {"postcode_starts_with": "LS12"},
        {"reference": "BIG-C-77"},
        {"email": "client77@example.org"},
        {"birth_year": 1980},
        {"national_insurance_index": b"\0" * 32},
        {"created_from": instant - timedelta(days=5)},
        {"created_before": instant - timedelta(days=900)},
        {"name_starts_with": "smith", "birth_year": 1980},
        {"name_starts_with": "smith", "postcode_starts_with": "LS"},
    ]


def creditor_filters(_large: Large) -> list[Filters]:
    """Every condition on creditors singly, and a pair."""
    return [
        {},
        {"name_starts_with": "lender b"},
        {"name_starts_with": "zz"},
        {"kind": ["UTILITY"]},
        {"kind": ["UTILITY", "LANDLORD"]},
        {"active": True},
        {"inactive": True},
        {"collector": True},
        {"no_collector": True},
        {"active": True, "name_starts_with": "lender a"},
    ]


def debt_filters(large: Large) -> list[Filters]:
    """Every condition on debts singly, with values that many and few debts have, and the usual pairs."""
    day = today()
    return [
        {},
        {"status": ["ACTIVE"]},
        {"status": ["WRITTEN_OFF"]},
        {"status": ["ACTIVE", "IN_SOLUTION"]},
        {"status": ["DISPUTED"]},
        {"priority": ["PRIORITY"]},
        {"liability": ["JOINT"]},
        {"enforcement_stage": ["CCJ"]},
        {"enforcement_stage": ["EVICTION_WARRANT"]},
        {"enforcement_stage": ["CCJ", "ENFORCEMENT_AGENT"]},
        {"debt_type": [large.debt_type]},
        {"creditor": [large.common_creditor]},
        {"creditor": [large.rare_creditor]},
        {"collector": [large.collector]},
        {"case": [large.case]},
        {"client": [large.client]},
        {"account_number_index": b"\0" * 16},
        {"next_action_before": day - timedelta(days=199)},
        {"next_action_before": day},
        {"status": ["ACTIVE"], "next_action_before": day},
        {"status": ["ACTIVE"], "creditor": [large.rare_creditor]},
        {"status": ["ACTIVE"], "enforcement_stage": ["CCJ"]},
    ]


def document_filters(large: Large) -> list[Filters]:
    """Every condition on documents singly, with values that many and few documents have, and the usual pairs."""
    people = large.centre.advisors
    return [
        {},
        {"type": ["CREDITOR_LETTER"]},
        {"type": ["TENANCY_OR_MORTGAGE"]},
        {"type": ["COURT_PAPER", "IDENTITY"]},
        {"state": ["AVAILABLE"]},
        {"state": ["PENDING"]},
        {"state": ["FAILED", "QUARANTINED"]},
        {"access_level": ["MANAGERS_AND_COMPLIANCE"]},
        {"access_level": ["CASE_TEAM"]},
        {"case": [large.case]},
        {"client": [large.client]},
        {"uploaded_by": [people[0]]},
        {"uploaded_by": [people[20]]},
        {"uploaded_by": list(people[3:6])},
        {"shared_with_client": True},
        {"not_shared_with_client": True},
        {"debt": [large.debt]},
        {"without_case": True},
        {"type": ["COURT_PAPER"], "state": ["PENDING"]},
        {"type": ["COURT_PAPER"], "uploaded_by": [people[20]]},
    ]


def compliance_filters(large: Large) -> list[Filters]:
    """Every condition on checklists of cases singly, and the usual pairs."""
    day, people, teams = today(), large.centre.advisors, large.centre.teams
    asked: list[Filters] = [
        {},
        of_status(["OVERDUE"]),
        of_status(["NON_COMPLIANT"]),
        of_status(["COMPLIANT"]),
        of_status(["WAIVED"]),
        of_status(["PENDING", "IN_PROGRESS"]),
        {"checklist": [large.checklist]},
        {"framework": [large.framework]},
        {"advisor": [people[0]]},
        {"advisor": [people[20]]},
        {"team": [teams[0]]},
        {"team": [teams[3]]},
        {"overdue": True},
        {"due_before": day + timedelta(days=7)},
        {"due_before": day + timedelta(days=80)},
        {**of_status(["OVERDUE"]), "advisor": [people[20]]},
        {"overdue": True, "team": [teams[3]]},
    ]
    return [{**filters, "today": day} for filters in asked]


def referral_filters(_large: Large) -> list[Filters]:
    """Every condition on referrals singly, and the usual pair."""
    return [
        {},
        {"state": ["SENT"]},
        {"state": ["COMPLETED"]},
        {"state": ["SENT", "ACCEPTED"]},
        {"direction": ["OUT"]},
        {"party": ["ORGANISATION"]},
        {"urgency": ["EMERGENCY"]},
        {"direction": ["OUT"], "state": ["REJECTED", "EXPIRED"]},
    ]


def note_filters(large: Large) -> list[Filters]:
    """Every condition on notes singly, and the usual pairs."""
    people = large.centre.advisors
    return [
        {},
        {"case": [large.case]},
        {"client": [large.client]},
        {"category": [large.note_category]},
        {"priority": ["URGENT"]},
        {"author": [people[0]]},
        {"author": [people[20]]},
        {"tag": ["court"]},
        {"confidential": True},
        {"not_confidential": True},
        {"visible_to_client": True},
        {"not_visible_to_client": True},
        {"follow_up_before": today()},
        {"without_case": True},
        {"author": [people[20]], "priority": ["URGENT"]},
    ]


def task_filters(large: Large) -> list[Filters]:
    """Every condition on tasks singly, and the usual pairs."""
    day, people = today(), large.centre.advisors
    return [
        {},
        {"mine": True},
        {"mine": True, "state": ["OPEN"]},
        {"team": True, "state": ["OPEN"]},
        {"overdue": now()},
        {"state": ["OPEN"]},
        {"state": ["CANCELLED"]},
        {"kind": ["COURT"]},
        {"origin": ["HAND"]},
        {"priority": ["URGENT"]},
        {"case": [large.case]},
        {"client": [large.client]},
        {"assignee": [people[0]]},
        {"assignee": [people[20]]},
        {"due_from": day, "due_before": day + timedelta(days=7)},
        {"state": ["OPEN"], "due_before": day + timedelta(days=7)},
        {"state": ["OPEN"], "assignee": [people[20]]},
    ]


def appointment_filters(large: Large) -> list[Filters]:
    """Every condition on appointments singly, and the usual pairs."""
    instant, people = now(), large.centre.advisors
    return [
        {},
        {"status": ["SCHEDULED"]},
        {"status": ["NO_SHOW"]},
        {"status": ["SCHEDULED", "CONFIRMED"]},
        {"type": ["BUDGET"]},
        {"mode": ["VIDEO"]},
        {"advisor": [people[0]]},
        {"advisor": [people[20]]},
        {"case": [large.case]},
        {"client": [large.client]},
        {"own": True},
        {"starts_from": instant, "starts_before": instant + timedelta(days=1)},
        {"outcome_missing": True},
        {"advisor": [people[20]], "starts_from": instant},
        {"status": ["SCHEDULED"], "starts_from": instant},
    ]


def request_filters(large: Large) -> list[Filters]:
    """Every condition on requests of appointments singly, and the usual pairs."""
    return [
        {},
        {"status": ["OPEN"]},
        {"status": ["WITHDRAWN"]},
        {"status": ["OPEN", "DECLINED"]},
        {"case": [large.case]},
        {"client": [large.client]},
        {"mine": True},
        {"team": True},
        {"mine": True, "status": ["OPEN"]},
        {"team": True, "status": ["OPEN"]},
    ]


def stage_filters(large: Large) -> list[Filters]:
    """Every condition on stages singly, and the usual pairs."""
    instant, people = now(), large.centre.advisors
    return [
        {},
        {"case": [large.case]},
        {"state": ["READY"]},
        {"state": ["SKIPPED"]},
        {"state": ["READY", "IN_PROGRESS"]},
        {"stage_type": ["DOCUMENT"]},
        {"assignee": [people[0]]},
        {"assignee": [people[20]]},
        {"overdue": instant},
        {"due_before": instant + timedelta(days=2)},
        {"created_from": instant - timedelta(days=20)},
        {"created_before": instant - timedelta(days=150)},
        {"assignee": [people[20]], "state": ["IN_PROGRESS"]},
    ]


def approval_filters(large: Large) -> list[Filters]:
    """Every condition on approvals singly, and the usual pair."""
    return [
        {},
        {"case": [large.case]},
        {"state": ["PENDING"]},
        {"state": ["REJECTED"]},
        {"subject": ["LEGAL_REVIEW"]},
        {"role": ["CENTRE_MANAGER"]},
        {"requester": [large.centre.advisors[20]]},
        {"overdue": now()},
        {"awaiting": ["CENTRE_MANAGER"]},
        {"state": ["PENDING"], "subject": ["LEGAL_REVIEW"]},
    ]


def outcome_filters(large: Large) -> list[Filters]:
    """Every condition on outcomes singly, and the usual pairs."""
    day = today()
    return [
        {},
        {"code": ["NO_CHANGE"]},
        {"code": ["DEBT_WRITTEN_OFF"]},
        {"certainty": ["ESTIMATED"]},
        {"main": True},
        {"standing": True},
        {"case": [large.case]},
        {"since": day - timedelta(days=30)},
        {"until": day - timedelta(days=150)},
        {"since": day - timedelta(days=100), "until": day - timedelta(days=90)},
        {"code": ["NO_CHANGE"], "standing": True},
    ]


def template_filters(large: Large) -> list[Filters]:
    """Every condition on templates of cases singly, and the usual pair."""
    return [
        {},
        {"active": True},
        {"retired": True},
        {"published": True},
        {"unpublished": True},
        {"category": ["GENERAL"]},
        {"case_type": [large.rare_type]},
        {"active": True, "published": True},
    ]


def nothing(_large: Large) -> list[Filters]:
    """No condition: the list of what was deleted has none."""
    return [{}]


# A room adds its list here, and the rows of its table to `support.caseload.ROWS`.
LISTS: Mapping[str, tuple[Listing, Callable[[Large], list[Filters]]]] = {
    "cases": (CASES, case_filters),
    "clients": (CLIENTS, client_filters),
    "creditors": (CREDITORS, creditor_filters),
    "debts": (DEBTS, debt_filters),
    "deleted debts": (DELETED_DEBTS, nothing),
    "documents": (DOCUMENTS, document_filters),
    "deleted documents": (DELETED_DOCUMENTS, nothing),
    "checklists": (CASE_COMPLIANCES, compliance_filters),
    "referrals": (REFERRALS, referral_filters),
    "notes": (NOTES, note_filters),
    "deleted notes": (DELETED_NOTES, nothing),
    "tasks": (TASKS, task_filters),
    "appointments": (APPOINTMENTS, appointment_filters),
    "requests": (REQUESTS, request_filters),
    "stages": (STAGES, stage_filters),
    "approvals": (APPROVALS, approval_filters),
    "outcomes": (OUTCOMES, outcome_filters),
    "templates": (TEMPLATES, template_filters),
}

LOOSER: Mapping[str, tuple[float, str]] = {
    "priority": (1_000, "has no index of its own; one case in twenty-five is urgent"),
    "category": (1_000, "the same; few values, each with many cases"),
    "stage": (1_000, "the same"),
    "risk_level": (2_600, "the same; one in fifty is critical"),
    "case_type": (5_200, "the same; a type may have one case in a hundred"),
    "team": (2_000, "who sees an eighth of the centre passes another team's cases over; all others read none"),
    "birth_year": (400, "the same"),
    "postcode_starts_with": (0.2, "an area has an eighth of the clients; its names come in no order"),
    "creditor": (1_000, "more than are sorted: one debt in fifty is owed to the same creditor"),
    "debt_type": (600, "who sees an eighth of the centre passes the others' over"),
    "next_action_before": (2_000, "more days than are sorted, in another order than theirs"),
    "enforcement_stage": (10_000, "with a state: most judgments are of cases that have ended, the oldest first"),
    "liability": (300, "has no index of its own; one debt in ten is joint"),
    "uploaded_by": (4_000, "with a type: the walk by one of them passes the other's over"),
    "access_level": (1_100, "confidential papers are looked at one by one for who may not see them"),
    "type": (400, "who sees an eighth of the centre passes the others' over"),
    "checklists: status": (700, "what is overdue by now comes first, and is neither pending nor in progress any more"),
    "checklists: advisor": (1.0, "an advisor's are looked for among all that are due, where they are many"),
    "checklists: team": (1.0, "the same of a team's; who sees another eighth of the centre finds none"),
    "urgency": (1_000, "has no index of its own; one referral in three is an emergency"),
    "tag": (1_200, "has no index of its own; one note in forty has it"),
    "confidential": (2_000, "an auditor sees none of them, and looks at each"),
    "follow_up_before": (1_500, "more days than are sorted, in another order than theirs"),
    "tasks: state": (1_100, "in the order in which they were made, of which its index knows nothing"),
    "tasks: kind": (600, "the same"),
    "tasks: assignee": (600, "the same"),
    "tasks: overdue": (1.0, "the same; the newest of them come last"),
    "due_from": (1.0, "the same"),
    "due_before": (1.0, "the same"),
    "approvals: overdue": (600, "what is pending comes in the order in which it was asked for"),
    "inactive": (600, "has no index of its own; one creditor in twenty is not in use any more"),
    "review_before": (5_000, "more than are sorted, and they are the newer half of the open cases"),
    "opened_from": (1.0, "more days than are sorted, in another order than theirs, walk up to where they begin"),
    "opened_until": (1.0, "the same"),
    "created_from": (1.0, "the same"),
    "created_before": (1.0, "the same"),
    "name_starts_with": (1_000, "more names than are sorted; one client in twenty-five has it"),
}
"""Rows that may be filtered where a list is asked by a condition, or the share of all of them, with the reason."""

SO_FEW: Mapping[str, int] = {"referrals": 600, "approvals": 3_600, "requests": 3_600, "outcomes": 12_000}
"""Rows of a table so small that PostgreSQL reads it whole sooner than by an index: few cases are referred."""

TWO_A_CASE = frozenset({"notes", "tasks"})
"""Lists of what a case has more than one of."""


def allowed(large: Large, viewer: str, name: str, filters: Filters) -> int:
    """Answer how many rows a page's plan of one of the lists may filter."""
    if name == "creditors" and viewer == "client":
        return CREDITORS_LOOKED_AT
    looser = [LOOSER.get(f"{name}: {condition}") or LOOSER.get(condition) for condition in filters]
    every = large.centre.cases
    limits = [found[0] for found in looser if found is not None]
    base = max([FULL, *(int(limit * every if limit <= 1 else limit) for limit in limits)])
    if len(filters.keys() - {"today", "base_status"}) > 1:
        base = max(base, PAIR)
    most = 3 * every if name == "checklists" else every  # a row that is passed over is one of a case, which counts, too
    return min(base * SHARE, most) if viewer == "team advisor" else base


def read_whole(large: Large, viewer: str, name: str) -> int:
    """Answer how many rows more may be read in a centre so small that its tables are; of 100,000 cases none is."""
    hanging = viewer == "team advisor" and name in {"debts", "documents", "appointments", *TWO_A_CASE}
    every = large.centre.cases
    if every >= READ_WHOLE or not (hanging or name in {"checklists", "outcomes", "approvals", "requests"}):
        return 0
    if name == "tasks":
        return 4 * every  # a team's are looked for by whom they are for, and by whose case they are on
    return 2 * every if name in TWO_A_CASE else every


def told(name: str, viewer: str, order: str, filters: Filters, work: Work) -> str:
    return f"{name} {viewer} {order} {sorted(filters)}: {work}"


@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("name", LISTS)
async def test_each_filter_in_each_order_reads_little_more_than_its_page(
    large: Large, name: str, viewer: str, *, generic: bool
) -> None:
    listing, filters_of = LISTS[name]
    actor = large.centre.viewers[viewer]
    faults = []
    for filters in filters_of(large):
        for order in listing.orders:
            shape, parameters = listing._shape(order, Window(first=PAGE), filters, span=Span.CENTRE, parent=None)
            compiled = listing._page.compiled(actor.sight, shape)
            work = await work_of(large.app, actor, compiled, parameters, generic=generic)
            most = DELETED_READ if listing.deleted else 5 * FEW
            filtered = allowed(large, viewer, name, filters) + read_whole(large, viewer, name)
            if work.filtered > filtered or work.read > most + filtered:
                faults.append(told(name, viewer, order, filters, work))
    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("viewer", ["advisor", "trainee"])
@pytest.mark.parametrize("name", [name for name, (listing, _) in LISTS.items() if listing.source is not None])
async def test_who_sees_few_cases_has_no_others_read(large: Large, name: str, viewer: str) -> None:
    listing, filters_of = LISTS[name]
    actor = large.centre.viewers[viewer]
    own = OWN if viewer == "advisor" else TRAINEES
    for filters in filters_of(large):
        if any(one in listing.exact for one in filters):
            continue
        shape, parameters = listing._shape(
            next(iter(listing.orders)), Window(first=PAGE), filters, span=Span.CENTRE, parent=None
        )
        work = await work_of(large.app, actor, listing._page.compiled(actor.sight, shape), parameters)
        most = 8 * own * (2 if name in TWO_A_CASE else 1) + SO_FEW.get(name, 0)
        assert work.read <= most, told(name, viewer, "", filters, work)


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("name", LISTS)
async def test_a_page_deep_in_the_list_costs_no_more_than_the_first(large: Large, name: str, viewer: str) -> None:
    listing, _ = LISTS[name]
    actor = large.centre.viewers[viewer]
    faults = []
    for order, sorting in listing.orders.items():
        columns = [column.name for column in (*sorting.columns, listing.entity.id)]
        table, gone = listing.entity.__tablename__, "AND deleted_at IS NOT NULL" if listing.deleted else ""
        middle = f"(SELECT count(*) / 2 FROM {table} WHERE centre_id = $1 {gone})"  # noqa: S608 - a name
        row = await large.owner.fetchrow(
            f"SELECT {', '.join(columns)} FROM {table} WHERE centre_id = $1 {gone} "  # noqa: S608 - names of columns
            f"ORDER BY {', '.join(columns)} OFFSET {middle} LIMIT 1",
            large.centre.centre,
        )
        assert row is not None
        window = Window(first=PAGE, after=write_cursor(order, list(row.values())))
        asked: list[Filters] = [{}, {"status": OPEN}] if name == "cases" else [{}]
        for filters in asked:
            shape, parameters = listing._shape(order, window, filters, span=Span.CENTRE, parent=None)
            work = await work_of(large.app, actor, listing._page.compiled(actor.sight, shape), parameters)
            if work.filtered > allowed(large, viewer, name, filters) + read_whole(large, viewer, name):
                faults.append(told(name, viewer, order, filters, work))
    assert faults == []


@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("listing", [PAYMENTS, BALANCES], ids=["payments", "balances"])
async def test_what_was_paid_and_owed_is_read_by_its_debts(
    large: Large, listing: Listing, viewer: str, *, generic: bool
) -> None:
    """Pages under the debts of a page of debts that the viewer sees: each row asks for its case."""
    actor = large.centre.viewers[viewer]
    async with large.database.read(actor) as reader:
        debts = await DEBTS.page(reader, order="CREATED_AT_ASC", window=Window(first=100), filters={})
    keys = [row["key"] for row in debts.rows]
    (order,) = listing.orders
    shape, parameters = listing._shape(order, Window(first=PAGE), {}, span=Span.CENTRE, parent="debt_id")
    compiled = listing._page.compiled(actor.sight, shape)
    page = await work_of(large.app, actor, compiled, {**parameters, "parents": keys}, generic=generic)
    counted = listing._count.compiled(actor.sight, Span.CENTRE, (), "debt_id")
    count = await work_of(large.app, actor, counted, {"parents": keys}, generic=generic)
    there = await large.owner.fetchval(
        f"SELECT count(*) FROM {listing.entity.__tablename__} WHERE centre_id = $1 AND debt_id = any($2)",  # noqa: S608
        large.centre.centre,
        keys,
    )
    assert there > 0
    assert 0 < page.answered <= there
    for work in (page, count):
        assert work.whole == ()
        assert work.filtered == 0, work
        assert work.read <= 4 * there, work  # itself, its case, and why its case is seen


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_facets_and_totals_read_what_they_count_and_no_more(large: Large, viewer: str) -> None:
    """They count every record: what a narrow sight sees, and else what the filter leaves, twice at most."""
    actor = large.centre.viewers[viewer]
    every = large.centre.cases
    seen = {"advisor": OWN, "trainee": TRAINEES}.get(viewer, every)
    statements: list[tuple[Statement, tuple[Any, ...]]] = [(CASES._count, (Span.CENTRE, (), None))]
    statements += [(CASES._facet, (Span.CENTRE, (), None, facet)) for facet in CASES.facets]
    for statement, shape in statements:
        work = await work_of(large.app, actor, statement.compiled(actor.sight, *shape), {})
        assert work.read <= 2 * seen + 2 * FEW * (seen == every), (shape, work)
        narrowed = (shape[0], ("status",), *shape[2:])
        work = await work_of(large.app, actor, statement.compiled(actor.sight, *narrowed), {"status": ["NEW"]})
        assert work.read <= 2 * min(seen, every * 15 // 1000) + 2 * FEW * (viewer == "team advisor"), (shape, work)


@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize("viewer", VIEWERS)
async def test_a_timeline_reads_what_there_is_of_its_case(large: Large, viewer: str, *, generic: bool) -> None:
    """Of each kind a page at most, in the fullest case that the viewer sees: each row asks for its case."""
    actor = large.centre.viewers[viewer]
    async with large.database.read(actor) as reader:
        cases = await CASES.page(reader, order="OPENED_ON_DESC", window=Window(first=10), filters={})
    kinds = tuple(TimelineKind)
    cursor = {"at": now(), "key": large.case, "kind": TimelineKind.NOTE.value}
    for row in cases.rows:
        for backward, continued in ((False, False), (False, True), (True, False)):
            compiled = timeline_page.compiled(actor.sight, kinds, backward, continued)
            given: dict[str, object] = {"keys": [row["key"]], "page_limit": PAGE + 1, **(cursor if continued else {})}
            work = await work_of(large.app, actor, compiled, given, generic=generic)
            assert work.whole == (), work
            assert work.filtered <= FULL, work
            assert work.read <= 8 * FULL, work
        counted = timeline_total.compiled(actor.sight, kinds)
        work = await work_of(large.app, actor, counted, {"keys": [row["key"]]}, generic=generic)
        assert work.whole == (), work
        assert work.read <= 8 * FULL, work


DUE = {
    "tasks": "state = 'OPEN' AND due_on BETWEEN $2 AND $3",
    "debts": "due_key BETWEEN $2 AND $3",
    "case_compliance": "due_on BETWEEN $2 AND $3",
    "cases": "next_review_at::date BETWEEN $2 AND $3",
}
"""What falls on the days of a diary, by table."""
WAITING = {
    "cases": "status IN ('NEW', 'ASSIGNED', 'IN_PROGRESS', 'ON_HOLD', 'REOPENED')",
    "case_compliance": "due_on < 'infinity'",
    "tasks": "state = 'OPEN'",
    "case_stages": "state IN ('READY', 'IN_PROGRESS') AND deadline_at IS NOT NULL",
    "appointments": "status IN ('SCHEDULED', 'CONFIRMED')",
}
"""What is on a board, and what is due in it, by table."""


async def number_of(large: Large, conditions: Mapping[str, str], *values: object) -> int:
    """Count the records of the large centre that meet their table's condition."""
    found = [
        await large.owner.fetchval(f"SELECT count(*) FROM {table} WHERE centre_id = $1 AND {condition}", *given)  # noqa: S608
        for table, condition in conditions.items()
        for given in [(large.centre.centre, *values)]
    ]
    return sum(found)


@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize("viewer", STAFF)
@pytest.mark.parametrize("scope", DiaryScope)
async def test_a_diary_reads_the_days_that_it_shows(
    large: Large, viewer: str, scope: DiaryScope, *, generic: bool
) -> None:
    """And of each record its case, why that is seen, and whether a task stands for it."""
    actor = large.centre.viewers[viewer]
    first, last = today(), today() + timedelta(days=7)
    there = await number_of(large, DUE, first, last)
    asked: list[tuple[Statement, tuple[Any, ...], dict[str, object]]] = [
        (diary_page, (DiaryShape(scope),), {"page_limit": PAGE + 1}),
        (diary_page, (DiaryShape(scope, backward=True),), {"page_limit": PAGE + 1}),
        (diary_total, (scope,), {}),
    ]
    for statement, shape, more in asked:
        given = {"from_day": first, "until_day": last, **more}
        work = await work_of(large.app, actor, statement.compiled(actor.sight, *shape), given, generic=generic)
        assert work.whole == (), work
        assert work.read <= 6 * there, (work, there)


@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize("viewer", STAFF)
async def test_a_board_reads_the_open_cases_and_what_is_due(large: Large, viewer: str, *, generic: bool) -> None:
    """None that have ended, and nothing that is done; of each case why it is seen."""
    actor = large.centre.viewers[viewer]
    there = await number_of(large, WAITING)
    for statement, more in ((board_columns, {}), (board_cards, {"most": 10})):
        given: dict[str, object] = {"status": OPEN, "today": today(), **more}
        compiled = statement.compiled(actor.sight, ("status",))
        work = await work_of(large.app, actor, compiled, given, generic=generic)
        assert work.whole == (), work
        assert work.read <= 2 * there, (work, there)


@pytest.mark.parametrize("generic", [False, True])
async def test_what_advisors_carry_is_read_of_their_open_cases(large: Large, *, generic: bool) -> None:
    """Not of those that they had: of the advisor with the most cases, and of all of them."""
    manager, people = large.centre.manager, large.centre.advisors
    compiled = open_cases_by_advisor.compiled(manager.sight)
    for keys in ([people[0]], [people[20]], list(people)):
        given: dict[str, object] = {"keys": keys, "besides": large.case}
        work = await work_of(large.app, manager, compiled, given, generic=generic)
        carried = await number_of(large, {"cases": f"{WAITING['cases']} AND advisor_id = any($2)"}, keys)
        assert work.whole == (), work
        assert work.read <= carried, (work, carried)


@pytest.mark.parametrize("viewer", STAFF)
async def test_short_lists_read_no_more_than_they_answer(large: Large, viewer: str) -> None:
    """One's own filters, the templates in use; and sums, of what came about in their time."""
    actor = large.centre.viewers[viewer]
    for statement, given in ((saved_filters_of_lists, {"lists": ["CASES"]}), (templates_in_order, {})):
        work = await work_of(large.app, actor, statement.compiled(actor.sight), dict(given))
        assert (work.filtered, work.whole) == (0, ()), work
    since, until = today() - timedelta(days=30), today()
    there = await number_of(large, {"outcomes": "occurred_on BETWEEN $2 AND $3"}, since, until)
    work = await work_of(large.app, actor, summed_by_code.compiled(actor.sight), {"since": since, "until": until})
    assert work.read <= 3 * there, (work, there)


SEARCHES = [
    ("smith",),
    ("smith", "alex"),
    ("sm",),
    ("ba",),
    ("debts",),
    ("debts", "77"),
    ("099000", "case", "2026"),
    ("letter",),
    ("letter", "arrears"),
    ("arrears", "letter", "of"),
    ("letter", "777"),
    ("arrears", "97"),
    ("lender", "ba"),
    ("zzzz",),
    ("letter", "zzzz"),
]
"""The longest word first, as they are asked; every document's title has `letter`, and every document `arrears`."""


@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize("viewer", VIEWERS)
async def test_a_search_reads_a_bounded_number_of_words(large: Large, viewer: str, *, generic: bool) -> None:
    """Who sees 150 has those looked through; all others those of the rarest word, or 500 that they see.

    Each word more is counted up to 2,001 records, and asked of each record.
    """
    actor = large.centre.viewers[viewer]
    narrow = {"advisor": OWN, "trainee": TRAINEES}.get(viewer)
    faults = []
    for words in SEARCHES:
        for kind in SearchKind:
            compiled = found.compiled(actor.sight, kind, len(words))
            work = await work_of(large.app, actor, compiled, parameters_of(words, most=11), generic=generic)
            more = len(words) - 1
            if narrow is not None and kind is not SearchKind.CREDITOR:
                most = 12 * narrow
            else:
                most = SEARCHED_BY_TEAM + 9_500 * more if viewer == "team advisor" else 6_000 + 4_000 * more
            whole = read_whole(large, viewer, "documents") if kind is SearchKind.DOCUMENT else 0
            if work.read > most + whole or (work.whole and not whole):
                faults.append(f"{words} {kind} {work}")
    assert faults == [], "\n".join(faults)


NOTHING_THERE = {
    "accessLogs": "who has looked at what is written after the answer",
    "deletedCases": "no case of a caseload is deleted",
    "deletedClients": "no client of a caseload is deleted",
    "deletedTeams": "no team of a caseload is deleted",
    "serviceKeys": "no program has a key",
    "sessions": "tests act without a session",
}
"""Root fields that answer nothing in either centre, with the reason."""

BY_KIND = {"auditLogs", "diary", "tasks"}
"""Pages of records of several kinds: they cost a statement for each kind that is on the page, whatever its size."""


@pytest.mark.parametrize("name", sorted(path.stem for path in OPERATIONS.glob("*.graphql")))
async def test_an_operation_costs_the_same_statements_as_in_a_small_centre(
    large: Large, graph: Graph, schema: strawberry.Schema, keys: CentreKeys, name: str
) -> None:
    text = (OPERATIONS / f"{name}.graphql").read_text()
    (operation,) = parse(text).definitions
    if operation.operation.value != "query":  # type: ignore[attr-defined]
        return  # a mutation's statements are bounded where it is tested; it touches single records
    asking = Graph(schema, large.database, keys, graph.sign_in, graph.storage)
    spent = []
    for centre, full in zip((large.centre, large.small), large.full, strict=True):
        answer = await asking.run(text, as_=centre.manager, **_variables(centre, full, operation))
        assert holds_something((answer.data or {}).get(name)) == (name not in NOTHING_THERE), answer
        spent.append(answer.statements)
    if name in BY_KIND:
        assert max(spent) <= most_statements(name)
    else:
        assert spent[0] == spent[1]


def holds_something(value: Any) -> bool:
    """Tell whether a root field answered a record, or a page with one."""
    if isinstance(value, dict) and "edges" in value:
        return bool(value["edges"])
    if isinstance(value, list):
        return any(holds_something(item) for item in value)
    return value is not None


def _variables(centre: Caseload, full: FullCase, operation: Any) -> dict[str, Any]:
    """Give an operation the ids of a centre, and words that it finds."""
    field = operation.selection_set.selections[0].name.value
    ids = {
        **full.ids,
        "membership": f"membership_{centre.advisor.user_id.hex}",
        "team": f"team_{centre.teams[0].hex}",
        "centre": f"centre_{centre.centre.hex}",
    }
    known = ids.get(field.removesuffix("Preview").lower(), full.ids["case"])
    soon, later = today().isoformat(), (today() + timedelta(days=7)).isoformat()
    older, newer = full.sheets
    values = {
        "id": known,
        "ids": list(full.ids.values()),
        "firstId": older,
        "secondId": newer,
        "first": PAGE,
        "query": MARK,
        "input": {"firstName": MARK, "lastName": MARK},
        "template": full.ids["notetemplate"],
        "case": full.ids["case"],
        **dict.fromkeys(("from", "fromDay"), soon),
        **dict.fromkeys(("to", "untilDay", "until"), later),
        "since": "2000-01-01",
    }
    names = {variable.variable.name.value for variable in operation.variable_definitions or ()}
    return {name: value for name, value in values.items() if name in names}
