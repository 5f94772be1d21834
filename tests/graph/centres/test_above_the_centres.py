"""Administrators above the centres see every centre's people and teams, act on one at a time, and see no client."""

from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.ids import PLATFORM_CENTRE, new_id
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.operations import document, most_statements
from support.refusals import refusals
from support.trail import audit_of, events_of

NEWEST = {"orderBy": "CREATED_AT_DESC"}
PEOPLE = """
query ($first: Int, $after: String, $orderBy: CentreOrder!) {
  centres(first: $first, after: $after, orderBy: $orderBy) {
    edges { node { id
      manager { id }
      memberships(first: 10) {
        totalCount
        edges { node { id fullName supervisor { id fullName } teams { id name } } }
      }
      teams(first: 10) { totalCount edges { node { id name members { id fullName } } } }
    } }
  }
}
"""
EVERY = """
query ($after: String, $orderBy: CentreOrder!) {
  centres(first: 50, after: $after, orderBy: $orderBy) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } }
  }
}
"""
INVITE = """
mutation ($input: MembershipInviteInput!) {
  membershipInvite(input: $input) { membership { id } errors { __typename path } }
}
"""


def _at(prefix: str, centre: UUID, key: UUID) -> str:
    return f"{prefix}_{centre.hex}_{key.hex}"


async def _run(graph: Graph, field: str, actor: Actor, **given: Any) -> dict[str, Any]:
    answer = await graph.run(document(field), as_=actor, input=given)
    assert answer.errors == []
    assert answer.statements <= most_statements(field)
    payload: dict[str, Any] = answer.data[field]
    return payload


async def _listed(graph: Graph, actor: Actor, order: str) -> list[tuple[str, str]]:
    """List every centre's id and cursor, page by page; other tests' centres may be among them, dated as they liked."""
    listed: list[tuple[str, str]] = []
    after: str | None = None
    while True:
        answer = await graph.run(EVERY, as_=actor, after=after, orderBy=order)
        assert answer.errors == []
        page = answer.data["centres"]
        listed += [(edge["node"]["id"], edge["cursor"]) for edge in page["edges"]]
        assert page["totalCount"] >= len(listed)
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(listed) == len(set(listed))
            return listed
        after = page["pageInfo"]["endCursor"]


async def test_all_centres_are_listed_but_the_platform(graph: Graph, data: Data) -> None:
    administrator = await data.an_administrator(Role.NETWORK_ADMIN)
    made = [await data.a_centre(name=f"Centre {number}") for number in range(3)]
    ids = [write_id("centre", key) for key in made]
    newest = [key for key, _ in await _listed(graph, administrator, "CREATED_AT_DESC")]
    assert [key for key in newest if key in ids] == list(reversed(ids))
    by_code = [key for key, _ in await _listed(graph, administrator, "CODE_ASC")]
    assert sorted(by_code) == sorted(newest)
    assert write_id("centre", PLATFORM_CENTRE) not in by_code
    page = (await graph.run(document("centres"), as_=administrator, first=3, **NEWEST)).data["centres"]
    assert page["totalCount"] == len(newest)
    assert [edge["node"]["id"] for edge in page["edges"]] == newest[:3]
    platform = await graph.run(document("centre"), as_=administrator, id=write_id("centre", PLATFORM_CENTRE))
    assert platform.data["centre"]["viewerCan"] == {
        "update": False,
        "suspend": False,
        "reactivate": False,
        "close": False,
    }
    node = await graph.run(
        "query ($id: ID!) { node(id: $id) { id } }", as_=administrator, id=write_id("centre", made[0])
    )
    assert node.data == {"node": {"id": write_id("centre", made[0])}}


async def test_what_hangs_on_a_centre_is_that_centres(graph: Graph, data: Data) -> None:
    administrator = await data.an_administrator()
    here, there = await data.a_centre(), await data.a_centre()
    person = await data.a_person()
    people: dict[UUID, Any] = {}
    for centre, name in ((here, "Here"), (there, "There")):
        team = await data.a_team(centre, name=f"{name} team")
        boss = await data.a_member(centre, Role.CENTRE_MANAGER, first_name="A", last_name=name)
        # The same person works for both centres, with another name, team and supervisor at each.
        await data.a_member(
            centre, user_id=person, first_name="Z", last_name=name, supervisor_id=boss.user_id, team_ids=(team,)
        )
        client = await data.a_client(centre)
        await data.a_member(centre, Role.CLIENT, client_id=client, last_name="Secret")
        await _run(
            graph,
            "centreSetManager",
            administrator,
            id=write_id("centre", centre),
            expectedVersion=1,
            managerId=_at("membership", centre, boss.user_id),
        )
        people[centre] = (team, boss)
    newest = await _listed(graph, administrator, "CREATED_AT_DESC")
    first = [key for key, _ in newest].index(write_id("centre", there))
    given: dict[str, Any] = {"after": newest[first - 1][1] if first else None, **NEWEST}
    two = await graph.run(PEOPLE, as_=administrator, first=2, **given)
    assert two.errors == []
    for edge, centre, name in zip(two.data["centres"]["edges"], (there, here), ("There", "Here"), strict=True):
        team, boss = people[centre]
        boss_id, person_id = _at("membership", centre, boss.user_id), _at("membership", centre, person)
        team_id = _at("team", centre, team)
        assert edge["node"] == {
            "id": write_id("centre", centre),
            "manager": {"id": boss_id},
            "memberships": {
                "totalCount": 2,
                "edges": [
                    {"node": {"id": boss_id, "fullName": f"A {name}", "supervisor": None, "teams": []}},
                    {
                        "node": {
                            "id": person_id,
                            "fullName": f"Z {name}",
                            "supervisor": {"id": boss_id, "fullName": f"A {name}"},
                            "teams": [{"id": team_id, "name": f"{name} team"}],
                        }
                    },
                ],
            },
            "teams": {
                "totalCount": 1,
                "edges": [
                    {
                        "node": {
                            "id": team_id,
                            "name": f"{name} team",
                            "members": [{"id": person_id, "fullName": f"Z {name}"}],
                        }
                    }
                ],
            },
        }
    one = await graph.run(PEOPLE, as_=administrator, first=1, **given)
    assert one.statements == two.statements


async def test_ids_that_name_their_centre_find_it_again(graph: Graph, data: Data) -> None:
    administrator = await data.an_administrator()
    here, there = await data.a_centre(), await data.a_centre()
    person = await data.a_person()
    for centre, name in ((here, "Here"), (there, "There")):
        await data.a_member(centre, user_id=person, last_name=name)
    team = await data.a_team(here, name="Debt")
    nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Membership { lastName } ... on Team { name } } }"
    ids = [
        _at("membership", there, person),
        _at("membership", here, person),
        _at("team", here, team),
        _at("team", there, team),
        _at("case", here, team),
        write_id("membership", person),
        write_id("team", team),
        f"membership_{here.hex}_{there.hex}_{person.hex}",
    ]
    found = (await graph.run(nodes, as_=administrator, ids=ids)).data["nodes"]
    assert found == [
        {"id": ids[0], "lastName": "There"},
        {"id": ids[1], "lastName": "Here"},
        {"id": ids[2], "name": "Debt"},
        *[None] * 5,
    ]
    colleague = await data.a_member(here)
    assert (await graph.run(nodes, as_=colleague, ids=ids)).data["nodes"] == [
        *[None] * 5,
        {"id": ids[5], "lastName": "Here"},
        {"id": ids[6], "name": "Debt"},
        None,
    ]
    asked = await graph.run(document("membership"), as_=administrator, id=ids[0])
    assert asked.data["membership"]["fullName"] == "Sam There"
    asked = await graph.run(document("team"), as_=administrator, id=ids[2])
    assert asked.data["team"]["name"] == "Debt"


async def test_the_platforms_own_people_are_its_memberships(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    await data.a_member(centre, last_name="Zzzz")
    administrator = await data.an_administrator(last_name="Zzzz")
    listed = await graph.run(document("memberships"), as_=administrator, filter={"nameStartsWith": "zzzz"})
    assert [edge["node"]["id"] for edge in listed.data["memberships"]["edges"]] == [
        write_id("membership", administrator.user_id)
    ]


async def test_an_act_on_one_centre_is_kept_by_that_centre(graph: Graph, data: Data) -> None:
    centre, administrator = await data.a_centre(), await data.an_administrator(Role.NETWORK_ADMIN)
    member = await data.a_member(centre, Role.ADVISOR)
    at = _at("membership", centre, member.user_id)
    changed = await _run(graph, "membershipUpdate", administrator, id=at, expectedVersion=1, roles=["CENTRE_MANAGER"])
    assert changed["errors"] == []
    assert (changed["membership"]["id"], changed["membership"]["roles"]) == (at, ["CENTRE_MANAGER"])
    stale = await _run(graph, "membershipUpdate", administrator, id=at, expectedVersion=1, phone=None)
    assert stale["errors"][0]["current"] == {"id": at}

    made = await _run(
        graph, "teamCreate", administrator, name="Debt", centreId=write_id("centre", centre), idempotencyKey="t"
    )
    again = await _run(
        graph, "teamCreate", administrator, name="Debt", centreId=write_id("centre", centre), idempotencyKey="t"
    )
    assert (made["replayed"], again["replayed"], again["team"]) == (False, True, made["team"])
    team = made["team"]["id"]
    joined = await _run(graph, "teamMemberAdd", administrator, id=team, expectedVersion=1, membershipId=at)
    assert joined["team"]["members"] == [{"id": at, "fullName": changed["membership"]["fullName"]}]
    deleted = await _run(graph, "teamDelete", administrator, id=team, expectedVersion=2)
    assert (deleted["deletedTeam"]["id"], deleted["deletedTeam"]["deleter"]) == (team, None)
    restored = await _run(graph, "teamRestore", administrator, id=team, expectedVersion=3)
    assert restored["team"]["id"] == team
    gone = await _run(graph, "membershipDeactivate", administrator, id=at, expectedVersion=2, reason="Closing.")
    assert gone["membership"]["status"] == "DEACTIVATED"  # though the last manager: the platform can make another
    told = await events_of(data, centre)
    assert [event.name for event in told] == [
        "membership.roles_changed",
        "team.created",
        "team.member_added",
        "team.deleted",
        "team.restored",
        "membership.deactivated",
        "team.member_removed",
    ]
    assert {(event.actor_kind, event.actor_id) for event in told} == {("PLATFORM", administrator.user_id)}
    assert len(await audit_of(data, centre)) == len(told)


async def test_an_act_stays_within_its_centre(graph: Graph, data: Data) -> None:
    here, there, administrator = await data.a_centre(), await data.a_centre(), await data.an_administrator()
    mine, theirs = await data.a_member(here), await data.a_member(there)
    team = _at("team", here, await data.a_team(here))
    for stranger in (_at("membership", there, theirs.user_id), write_id("membership", mine.user_id)):
        refused = await _run(graph, "teamMemberAdd", administrator, id=team, expectedVersion=1, membershipId=stranger)
        assert refusals(refused) == [("NotFoundError", "input.membershipId")]
    supervised = await _run(
        graph,
        "membershipUpdate",
        administrator,
        id=_at("membership", here, mine.user_id),
        expectedVersion=1,
        supervisorId=_at("membership", there, theirs.user_id),
    )
    assert refusals(supervised) == [("NotFoundError", "input.supervisorId")]
    nowhere = await _run(graph, "teamCreate", administrator, name="Debt", centreId=write_id("centre", new_id()))
    assert refusals(nowhere) == [("NotFoundError", "input.centreId")]
    assert (await events_of(data, here), await events_of(data, there)) == ([], [])


async def test_clients_and_their_memberships_stay_unseen(graph: Graph, data: Data) -> None:
    centre, administrator = await data.a_centre(), await data.an_administrator()
    client = await data.a_client(centre)
    portal = await data.a_member(centre, Role.CLIENT, client_id=client)
    at = _at("membership", centre, portal.user_id)
    assert (await graph.run(document("membership"), as_=administrator, id=at)).data == {"membership": None}
    assert refusals(await _run(graph, "membershipUpdate", administrator, id=at, expectedVersion=1, phone=None)) == [
        ("NotFoundError", "input.id")
    ]
    async with data.database.read(administrator) as reader:
        connection = await reader._begin()
        # Row security alone, without the product's own predicates, shows no client and no client's membership.
        assert await connection.fetchval("SELECT count(*) FROM memberships WHERE centre_id = $1", centre) == 0
        for table in ("clients", "cases", "audit_logs", "event_log"):
            assert await connection.fetchval(f"SELECT count(*) FROM {table} WHERE centre_id = $1", centre) == 0  # noqa: S608


@pytest.mark.parametrize("field", ["membershipUpdate", "membershipDeactivate"])
async def test_system_administrators_are_above_those_of_the_network(graph: Graph, data: Data, field: str) -> None:
    network, system = await data.an_administrator(Role.NETWORK_ADMIN), await data.an_administrator()
    given: dict[str, dict[str, Any]] = {
        "membershipUpdate": {"roles": ["NETWORK_ADMIN"]},
        "membershipDeactivate": {"reason": "x"},
    }
    target = {"id": write_id("membership", system.user_id), "expectedVersion": 1}
    assert refusals(await _run(graph, field, network, **target, **given[field])) == [("ForbiddenError", "")]
    shown = await graph.run(document("membership"), as_=network, id=target["id"])
    assert shown.data["membership"]["viewerCan"]["deactivate"] is False
    colleague = await data.an_administrator()
    assert (await _run(graph, field, colleague, **target, **given[field]))["errors"] == []


async def test_the_last_system_administrator_stays(graph: Graph, data: Data) -> None:
    last = await data.an_administrator()
    others = await graph.run(
        "query ($filter: MembershipFilter) "
        "{ memberships(first: 100, filter: $filter) { edges { node { id version } } } }",
        as_=last,
        filter={"role": "SYSTEM_ADMIN", "status": ["ACTIVE"]},
    )
    own = write_id("membership", last.user_id)
    for edge in others.data["memberships"]["edges"]:
        node = edge["node"]
        if node["id"] != own:
            gone = await _run(
                graph,
                "membershipDeactivate",
                last,
                id=node["id"],
                expectedVersion=node["version"],
                reason="Only one shall stay.",
            )
            assert gone["errors"] == []
    refused = await _run(graph, "membershipDeactivate", last, id=own, expectedVersion=1, reason="x")
    assert refusals(refused) == [("ValidationError", "input.id", "last-administrator")]
    refused = await _run(graph, "membershipUpdate", last, id=own, expectedVersion=1, roles=["NETWORK_ADMIN"])
    assert refusals(refused) == [("ValidationError", "input.roles", "last-administrator")]


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.NETWORK_ADMIN])
async def test_nobody_above_the_centres_lets_themselves_into_one(graph: Graph, data: Data, role: Role) -> None:
    centre = await data.a_centre()
    administrator = await data.an_administrator(role)
    place = {"centreId": write_id("centre", centre), "firstName": "Jo", "lastName": "Reid"}
    given = {**place, "email": f"user-{administrator.user_id.hex}@example.org", "roles": ["CENTRE_MANAGER"]}
    refused = (await graph.run(INVITE, as_=administrator, input=given)).data["membershipInvite"]
    assert (refusals(refused), refused["membership"]) == ([("ForbiddenError", "")], None)

    await data.a_member(centre, Role.AUDITOR, user_id=administrator.user_id)
    own = {"id": _at("membership", centre, administrator.user_id), "expectedVersion": 1}
    refused = await _run(graph, "membershipUpdate", administrator, **own, roles=["AUDITOR", "CENTRE_MANAGER"])
    assert refusals(refused) == [("ForbiddenError", "")]
    assert (await _run(graph, "membershipDeactivate", administrator, **own, reason="Left."))["errors"] == []
    refused = await _run(graph, "membershipReactivate", administrator, **{**own, "expectedVersion": 2})
    assert refusals(refused) == [("ForbiddenError", "")]

    colleague = await data.an_administrator(Role.NETWORK_ADMIN)
    back = await _run(graph, "membershipReactivate", colleague, **{**own, "expectedVersion": 2})
    assert (back["errors"], back["membership"]["roles"]) == ([], ["AUDITOR"])
