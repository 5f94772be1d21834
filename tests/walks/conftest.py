"""Two centres full of data, and everything that tells one from the other."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import now, today
from cma_graphql.core.events import Audience, Event
from cma_graphql.core.ids import new_id
from cma_graphql.core.tokens import TokenKind, new_token
from cma_graphql.domain.auth.service_keys import create_service_key
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.saved_filters.models import FilteredList
from cma_graphql.domain.saved_filters.services import save_filter
from cma_graphql.execution import plan
from cma_graphql.persistence.writing import unit_of_work
from support.appointments import fill_appointments
from support.asking import Graph
from support.assets import fill_assets
from support.budgets import fill_budgets
from support.compliance import fill_compliance
from support.data import Data
from support.debts import fill_debts
from support.documents import fill_documents
from support.households import fill_households
from support.imports import an_import
from support.jobs import a_dead_job
from support.notes import fill_notes
from support.outcomes import fill_outcomes
from support.referrals import fill_referrals
from support.staffing import fill_staffing
from support.stages import fill_workflow
from support.templates import fill_templates

OF_DIARIES = {"fromDay": "2099-03-31", "untilDay": "2099-03-31", "durationMinutes": 60}
"""The day of which the walk's centres say something (support/appointments.py)."""
A_START = {"instant": "2027-03-31T09:00:00.000Z"}

STAFF = (Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER, Role.ADVISOR, Role.TRAINEE, Role.AUDITOR)


class CaseTouched(Event):
    """Something for the audit trail."""

    name = "case.touched"
    entity = "case"


@dataclass
class World:
    """One centre full of data, with what a viewer may see of it."""

    centre: UUID
    mark: str
    actors: dict[str, Actor] = field(default_factory=dict)
    cases: dict[str, UUID] = field(default_factory=dict)
    clients: dict[str, UUID] = field(default_factory=dict)
    ninos: dict[str, str] = field(default_factory=dict)
    team: UUID = field(default_factory=new_id)
    ids: dict[str, list[str]] = field(default_factory=dict)
    """An id or more of every type of node, by prefix, as the centre's manager sees them."""
    keys: set[str] = field(default_factory=set)
    """Every key of the centre's rows, in hexadecimal digits."""
    texts: set[str] = field(default_factory=set)
    """What stands in the centre's texts and in no other's, in small letters."""

    @property
    def lookalike(self) -> dict[str, str]:
        """What the centre's client `own` is known by."""
        return {
            "firstName": self.mark,
            "lastName": f"{self.mark}own",
            "dateOfBirth": "1980-05-17",
            "nationalInsuranceNumber": self.ninos["own"],
            "email": f"{self.mark}own@example.org".lower(),
        }

    def supply(self, **fixed: Any) -> Any:
        """Answer a supply of this centre's ids: `id` of the kind that `fixed` says, others by their names."""
        by_name = {
            "client": "client",
            "case": "case",
            "advisor": "membership",
            "actor": "membership",
            "user": "membership",
            "member": "membership",
            "membership": "membership",
            "supervisor": "membership",
            "manager": "membership",
            "team": "team",
            "casetype": "casetype",
            "consent": "consent",
            "household": "household",
            "centre": "centre",
            "subject": "case",
            "framework": "complianceframework",
            "checklist": "compliancechecklist",
            "template": "casetemplate",
            "parent": "casetype",
            "creditor": "creditor",
            "collector": "creditor",
            "debt": "debt",
            "debttype": "debttype",
            "sheet": "budgetsheet",
            "first": "budgetsheet",
            "second": "budgetsheet",
            "line": "budgetline",
            "document": "document",
            "workflow": "caseworkflow",
            "stage": "workflowstage",
            "after": "workflowstage",
            "approval": "approval",
            "templateversion": "casetemplateversion",
            "absence": "absence",
            "cover": "membership",
            "from": "membership",
            "note": "note",
            "corrects": "note",
            "category": "notecategory",
            "task": "task",
            "assignee": "membership",
            "author": "membership",
            "closedby": "note",
            "appointment": "appointment",
            "referral": "referral",
        }

        fixed = {**OF_DIARIES, **fixed}

        def give(name: str, kind: str) -> Any:
            if name in fixed:
                return fixed[name]
            if kind == "ID":
                prefix = by_name.get(name.removesuffix("Id").removesuffix("Ids").lower())
                return self.ids[prefix][0] if prefix in self.ids else None
            if name == "query":
                return self.mark  # which stands in every text of the centre
            named = {("first", "Int"): 50, ("since", "Date"): "2000-01-01"}
            others = {
                "Date": today().isoformat(),
                "ClientPossibleDuplicatesInput": self.lookalike,
                "StartInput": A_START,
            }
            return named.get((name, kind), others.get(kind))

        return give


async def full_centre(data: Data, mark: str, number: int) -> World:
    """Make a centre with records of every kind in every relation to its people."""
    centre = await data.a_centre(name=f"{mark} Advice")
    world = World(centre, mark)
    world.team = await data.a_team(centre, name=f"{mark} team", description=mark)
    for role in STAFF:
        teams = (world.team,) if role is Role.ADVISOR else ()
        world.actors[role.value] = await data.a_member(centre, role, last_name=f"{mark}{role.value}", team_ids=teams)
    colleague = await data.a_member(centre, Role.ADVISOR, last_name=f"{mark}Colleague", team_ids=(world.team,))
    advisor, trainee = world.actors["ADVISOR"], world.actors["TRAINEE"]

    async def client(name: str, **given: Any) -> UUID:
        index = len(world.clients)
        nino = f"AB{number:02d}{index:04d}C"
        key = await data.a_client(
            centre,
            first_name=mark,
            last_name=f"{mark}{name}",
            national_insurance_number=nino,
            safe_contact_note=f"{mark} only after six",
            email=f"{mark}{name}@example.org".lower(),
            city=mark,
            **given,
        )
        world.clients[name], world.ninos[name] = key, nino
        await data.a_consent(centre, key)
        return key

    text: dict[str, Any] = {"title": f"{mark} title", "description": f"{mark} description", "summary": mark}
    text["tags"] = [f"{mark} tag".lower()]
    world.cases["own"] = await data.a_case(centre, client_id=await client("own"), advisor=advisor, **text)
    world.cases["shared"] = await data.a_case(
        centre, client_id=await client("shared"), advisor=colleague, team_members=(advisor, trainee), **text
    )
    world.cases["team"] = await data.a_case(
        centre, client_id=await client("team"), advisor=colleague, team_id=world.team, **text
    )
    world.cases["restricted"] = await data.a_case(
        centre,
        client_id=await client("restricted"),
        advisor=colleague,
        team_id=world.team,
        restricted=True,
        **text,
    )
    world.cases["trainees"] = await data.a_case(centre, client_id=await client("trainees"), advisor=trainee, **text)
    world.cases["nobodys"] = await data.a_case(centre, client_id=await client("nobodys"), **text)
    await client("caseless", recorded_by=advisor.user_id)
    portal = await client("portal")
    world.cases["portal"] = await data.a_case(centre, client_id=portal, advisor=colleague, **text)
    world.actors["CLIENT"] = await data.a_member(centre, Role.CLIENT, last_name=f"{mark}Portal", client_id=portal)
    world.actors["SERVICE"] = await data.a_service(
        centre,
        Permission.CASE_READ,
        Permission.CLIENT_READ,
        Permission.USER_READ,
        Permission.REFERENCE_READ,
        Permission.DOCUMENT_ACCESS,
    )
    await fill_rooms(data, world)
    return world


async def fill_rooms(data: Data, world: World) -> None:
    """Give the centre's cases and people what hangs on them in every room."""
    centre, mark, manager = world.centre, world.mark, world.actors["CENTRE_MANAGER"]
    await fill_debts(data, centre, mark, world.cases, manager)
    await fill_households(data, centre, world.clients, mark)
    await fill_assets(data, centre, world.cases, mark)
    await fill_outcomes(data, manager, list(world.cases.values()), mark)
    await fill_budgets(data, manager, list(world.cases.values()), mark)
    await fill_documents(data, centre, mark, world.cases)
    await fill_referrals(data, centre, world.cases, mark)
    await an_import(data, manager, mark)
    for actor in (manager, world.actors["ADVISOR"]):
        async with unit_of_work(data.database, data.keys, actor) as uow:
            await save_filter(uow, filtered_list=FilteredList.CASES, name=f"{mark} cases", conditions="{}")
    async with unit_of_work(data.database, data.keys, manager) as uow:
        key_id = await create_service_key(
            uow,
            token=new_token(TokenKind.SERVICE_KEY),
            name=f"{mark} key",
            scopes=[Permission.CASE_READ],
            expires_at=now() + timedelta(days=30),
        )
    world.ids["deadjob"] = [f"deadjob_{(await a_dead_job(data, centre)).hex}"]
    world.ids["servicekey"] = [f"servicekey_{key_id.hex}"]
    async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
        for case_id in world.cases.values():
            case = await uow.lock(Case, case_id)
            changes = uow.change(case, summary=f"{mark} summary")
            event = CaseTouched(subject_id=case_id, case_id=case_id, client_id=case.client_id, version=2)
            uow.record(event, changes=changes, before=Audience(), after=Audience())
    await fill_compliance(data, world)
    await fill_workflow(data, world)
    await fill_templates(data, world)
    helper = await data.a_member(centre, Role.ADVISOR, last_name=f"{mark}Helper")
    absent = await data.a_member(centre, Role.ADVISOR, last_name=f"{mark}Absent", team_ids=(world.team,))
    await fill_staffing(data, manager, absent, helper, mark)
    await fill_notes(data, world)
    await fill_appointments(data, world)


async def keys_of(owner: str, centre: UUID) -> set[str]:
    """Answer every id in the centre's rows that no other centre's rows hold."""
    connection = await asyncpg.connect(owner)
    try:
        tables = await connection.fetch(
            "SELECT table_name, array_agg(column_name::text) AS columns FROM information_schema.columns "
            "WHERE table_schema = 'public' AND udt_name = 'uuid' GROUP BY table_name "
            "HAVING bool_or(column_name = 'centre_id') AND table_name !~ '^event_log_'"
        )
        keys: set[UUID] = {centre}
        for table in tables:
            for column in table["columns"]:
                query = f'SELECT DISTINCT "{column}" AS key FROM "{table["table_name"]}" WHERE centre_id = $1'  # noqa: S608
                rows = await connection.fetch(query, centre)
                keys.update(row["key"] for row in rows if row["key"] is not None)
    finally:
        await connection.close()
    shared = {"00000000-0000-7000-8000", "01900000-0000-7000-8000"}  # the product itself, and the catalogue
    return {key.hex for key in keys if str(key)[:23] not in shared}


async def learn(world: World, graph: Graph, owner: str) -> None:
    """Let the centre's manager find an id of every type, and note every secret."""
    manager = world.actors["CENTRE_MANAGER"]
    answer = await graph.run(
        "{ cases(first: 50) { edges { node { id caseType { id } team { id } history { edges { node { id } } }"
        " assets { id } outcomes { id } advisor { id } client { id consents { id } household { id members { id } } }"
        " debts { id creditor { id } debtType { id } } budgetSheets { id lines { id } }"
        " workflow { id } stages { id } approvals { id }"
        " tasks { edges { node { id } } }"
        " notes { edges { node { id category { id } } } }"
        " documents { edges { node { id } } } appointments { edges { node { id } } }"
        " appointmentRequests { edges { node { id } } }"
        " referrals { id }"
        " compliance { id items { id } checklist { id } framework { id } } } } } }",
        as_=manager,
    )
    assert answer.errors == []
    kept = await graph.run("{ savedFilters { id } }", as_=manager)
    templates = await graph.run("{ caseTemplates { edges { node { id versions { id } } } } }", as_=manager)
    letters = await graph.run("{ noteTemplates { id } }", as_=manager)
    imports = await graph.run("{ caseloadImports { edges { node { id } } } }", as_=manager)
    diary = await graph.run(
        '{ calendarFeeds { id } openingTimes { exceptions(fromDay: "2026-01-01", untilDay: "2099-12-31") { id } } }',
        as_=manager,
    )

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("id"), str):
                world.ids.setdefault(value["id"].rpartition("_")[0], []).append(value["id"])
            for inner in value.values():
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)

    collect(answer.data)
    collect(templates.data)
    collect(imports.data)
    collect(kept.data)
    collect(letters.data)
    collect(diary.data)
    world.ids["centre"] = [f"centre_{world.centre.hex}"]
    world.texts = {world.mark.lower(), *(nino.lower() for nino in world.ninos.values())}
    world.keys = await keys_of(owner, world.centre)


async def two_worlds(data: Data, graph: Graph) -> tuple[World, World]:
    """Make the viewers' centre and the strangers'."""
    here, there = await full_centre(data, "Qhere", 11), await full_centre(data, "Zthere", 22)
    for world in (here, there):
        await learn(world, graph, data.owner)
    return here, there


@pytest.fixture
def compiled_whatever_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile operations that are larger than any the server takes, as it compiles those that it does take."""
    monkeypatch.setattr(plan, "MOST_FIELDS", 100_000)


@pytest.fixture(scope="session")
async def worlds(data: Data, graph: Graph) -> tuple[World, World]:
    """Make two centres that are only looked at."""
    return await two_worlds(data, graph)


@pytest.fixture(scope="module")
async def changing_worlds(data: Data, graph: Graph) -> tuple[World, World]:
    """Make two centres, of which the viewers' is changed."""
    return await two_worlds(data, graph)
