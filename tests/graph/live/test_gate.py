"""The gate says in memory what the record rules say in SQL: for every role, of cases of every kind."""

from itertools import product
from typing import Any

from cma_graphql.access.actor import Actor, ActorKind, system_of
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import now, today
from cma_graphql.core.events import STAFF, Audience
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.cases.sighted import cases_and_audiences
from cma_graphql.domain.documents.models import AccessLevel
from cma_graphql.domain.documents.selectors import documents_by_id
from cma_graphql.domain.documents.sighted import documents_and_audiences
from cma_graphql.domain.notes.selectors import notes_by_id
from cma_graphql.domain.notes.sighted import notes_and_audiences
from cma_graphql.domain.tasks.selectors import TASKS, tasks_by_id
from cma_graphql.domain.tasks.sighted import tasks_and_audiences
from cma_graphql.graph.live.gate import sees
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.window import Window
from cma_graphql.persistence.writing import unit_of_work
from support.documents import a_document
from support.notes import a_note, a_task


async def test_the_gate_and_the_record_rule_agree_on_every_case(database: Database, data: Any) -> None:
    centre = await data.a_centre()
    team, other_team = await data.a_team(centre), await data.a_team(centre)
    client = await data.a_client(centre)
    own = await data.a_member(centre)
    people = [
        own,
        await data.a_member(centre, team_ids=(team,)),
        await data.a_member(centre, team_ids=(team, other_team)),
        *[await data.a_member(centre, role) for role in (Role.TRAINEE, Role.AUDITOR, Role.CENTRE_MANAGER)],
        await data.a_member(centre, Role.COMPLIANCE_OFFICER),
        await data.a_member(centre, Role.TRAINEE, Role.AUDITOR),
        await data.a_member(centre, Role.CLIENT, client_id=client),
        await data.a_member(centre, Role.CLIENT, client_id=await data.a_client(centre)),
    ]
    staff = [person for person in people if person.kind is ActorKind.STAFF]
    program = Actor(
        kind=ActorKind.SERVICE,
        centre_id=centre,
        user_id=new_id(),
        roles=frozenset({Role.SERVICE}),
        scopes=frozenset({Permission.CASE_READ}),
    )
    cases = [
        await data.a_case(
            centre, client_id=of, advisor=advisor, team_id=its_team, restricted=restricted, team_members=members
        )
        for advisor, its_team, restricted, members, of in product(
            (None, own, staff[1]), (None, team, other_team), (False, True), ((), (staff[3], staff[4])), (client, None)
        )
    ]
    async with database.read(system_of(centre)) as reader:
        audiences = {key: audience for key, (_, audience) in (await cases_and_audiences(reader, cases)).items()}
    assert audiences.keys() == set(cases)
    shown = 0
    for viewer in (*people, program, system_of(centre)):
        async with database.read(viewer) as reader:
            visible = [record is not None for record in await cases_by_id(reader, cases)]
        assert [sees(viewer, audiences[case]) for case in cases] == visible, viewer.roles
        shown += sum(visible)
    assert shown > len(cases)


async def test_the_gate_and_the_record_rule_agree_on_every_document(database: Database, data: Any) -> None:
    centre = await data.a_centre()
    team, client = await data.a_team(centre), await data.a_client(centre)
    own, member = await data.a_member(centre, team_ids=(team,)), await data.a_member(centre, Role.TRAINEE)
    people = [
        own,
        member,
        await data.a_member(centre, team_ids=(team,)),
        await data.a_member(centre),
        *[
            await data.a_member(centre, role)
            for role in (Role.TRAINEE, Role.AUDITOR, Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER)
        ],
        await data.a_member(centre, Role.CLIENT, client_id=client),
        await data.a_member(centre, Role.CLIENT, client_id=await data.a_client(centre)),
        await data.a_service(centre, Permission.CASE_READ, Permission.DOCUMENT_ACCESS),
        await data.a_service(centre, Permission.DOCUMENT_ACCESS),
        system_of(centre),
    ]
    papers = [await a_document(data, centre, None)]
    for restricted, with_team in product((False, True), repeat=2):
        case = await data.a_case(
            centre,
            client_id=client,
            advisor=own,
            team_members=(member,),
            team_id=team if with_team else None,
            restricted=restricted,
        )
        for level, (shared, handed_in) in product(AccessLevel, ((False, False), (True, False), (False, True))):
            given = {"access_level": level.value, "shared_with_client": shared, "from_client": handed_in}
            papers.append(await a_document(data, centre, case, **given))
    deleted = await a_document(data, centre, case, deleted_at=now(), deletion_reason="Twice")
    gone = await data.a_case(centre)
    of_deleted = await a_document(data, centre, gone)
    async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
        uow.soft_delete(await uow.lock(Case, gone))
    async with database.read(system_of(centre)) as reader:
        found = await documents_and_audiences(reader, [*papers, deleted, of_deleted])
    assert found.keys() == set(papers)
    shown = 0
    for viewer in people:
        async with database.read(viewer) as reader:
            visible = [record is not None for record in await documents_by_id(reader, papers)]
        assert [sees(viewer, found[paper][1]) for paper in papers] == visible, viewer.roles
        shown += sum(visible)
    assert shown > len(papers)


async def test_the_gate_and_the_record_rule_agree_on_every_note_and_task(database: Database, data: Any) -> None:
    centre = await data.a_centre()
    team, client = await data.a_team(centre), await data.a_client(centre)
    own, member = await data.a_member(centre, team_ids=(team,)), await data.a_member(centre, Role.TRAINEE)
    author = await data.a_member(centre, team_ids=(team,))
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    people = [
        *(own, member, author, manager, system_of(centre)),
        await data.a_member(centre, team_ids=(team,)),
        *[
            await data.a_member(centre, *roles)
            for roles in (
                (Role.ADVISOR,),
                (Role.TRAINEE,),
                (Role.AUDITOR,),
                (Role.COMPLIANCE_OFFICER,),
                (Role.TRAINEE, Role.AUDITOR),
            )
        ],
        await data.a_member(centre, Role.CLIENT, client_id=client),
        await data.a_member(centre, Role.CLIENT, client_id=await data.a_client(centre)),
        await data.a_service(centre, Permission.CASE_READ),
    ]
    notes, tasks = [], [await a_task(data, own, None), await a_task(data, own, None, assignee_id=member.user_id)]
    for restricted, with_team in product((False, True), repeat=2):
        case = await data.a_case(
            centre, client_id=client, advisor=own, team_members=(member,), team_id=team if with_team else None
        )
        writers = [own, member, manager, *([author] if with_team else [])]
        for writer, (confidential, opened) in product(writers, ((False, False), (True, False), (False, True))):
            given: dict[str, Any] = {"confidential": confidential, "visible_to_client": opened, "follow_up_on": today()}
            notes.append(await a_note(data, writer, case, **given))
            tasks.append(await a_task(data, writer, case))
        if restricted:
            async with unit_of_work(data.database, data.keys, manager) as uow:
                uow.change(await uow.lock(Case, case), restricted=True)
    notes += [await a_note(data, own, None, client_id=client, visible_to_client=opened) for opened in (False, True)]
    tasks += [await a_task(data, own, None, client_id=client)]
    async with database.read(manager) as reader:
        page = await TASKS.page(reader, order="DUE_AT_ASC", window=Window(first=100), filters={"kind": ["FOLLOW_UP"]})
    follow_ups = [row["key"] for row in page.rows]
    assert len(follow_ups) > len(notes) - 3
    tasks += follow_ups
    async with database.read(system_of(centre)) as reader:
        of_notes, of_tasks = await notes_and_audiences(reader, notes), await tasks_and_audiences(reader, tasks)
    assert (set(of_notes), set(of_tasks)) == (set(notes), set(tasks))
    shown = 0
    for viewer in people:
        async with database.read(viewer) as reader:
            seen = {record["key"] for record in await notes_by_id(reader, notes) if record}
            seen |= {record["key"] for record in await tasks_by_id(reader, tasks) if record}
        told = {key for key, (_, audience) in {**of_notes, **of_tasks}.items() if sees(viewer, audience)}
        assert told == seen, viewer.roles
        shown += len(seen)
    assert shown > len(notes) + len(tasks)


def test_what_all_of_the_staff_see_and_what_nobody_does() -> None:
    def somebody(kind: ActorKind, *roles: Role) -> Actor:
        return Actor(kind=kind, centre_id=new_id(), user_id=new_id(), roles=frozenset(roles))

    advisor, client = somebody(ActorKind.STAFF, Role.ADVISOR), somebody(ActorKind.CLIENT, Role.CLIENT)
    nobody = somebody(ActorKind.ANONYMOUS)
    assert [sees(each, STAFF) for each in (advisor, client, nobody)] == [True, False, False]
    assert [sees(each, None) for each in (advisor, client, nobody)] == [False] * 3
    assert [sees(each, Audience()) for each in (advisor, client, nobody)] == [False] * 3
    in_teams = Actor(
        kind=ActorKind.STAFF,
        centre_id=new_id(),
        user_id=new_id(),
        roles=frozenset({Role.ADVISOR}),
        team_ids=(new_id(),),
    )
    several = Audience(team_ids=(new_id(), *in_teams.team_ids))
    assert sees(in_teams, several)
    assert not sees(advisor, several)
