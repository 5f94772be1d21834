"""The gate says in memory what the record rules say in SQL: for every role, of cases of every kind."""

from itertools import product
from typing import Any

from cma_graphql.access.actor import Actor, ActorKind, system_of
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.events import STAFF, Audience
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.cases.sighted import cases_and_audiences
from cma_graphql.graph.live.gate import sees
from cma_graphql.persistence.database import Database


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
