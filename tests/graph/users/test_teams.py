"""Teams are made, filled, emptied, deleted and brought back by who manages people."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.domain.users import teams
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.operations import document, most_statements
from support.refusals import refusals
from support.trail import audit_of, events_of


async def _run(graph: Graph, field: str, actor: Actor, **given: Any) -> dict[str, Any]:
    answer = await graph.run(document(field), as_=actor, input=given)
    assert answer.errors == []
    assert answer.statements <= most_statements(field)
    payload: dict[str, Any] = answer.data[field]
    return payload


async def _do(graph: Graph, field: str, actor: Actor, team: UUID, version: int = 1, **given: Any) -> dict[str, Any]:
    return await _run(graph, field, actor, **{"id": write_id("team", team), "expectedVersion": version, **given})


def _who(member: Actor) -> dict[str, Any]:
    return {"membershipId": write_id("membership", member.user_id)}


async def test_a_team_is_made(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    made = await _run(graph, "teamCreate", manager, name="  Court  help ", description="Duty scheme.\nTuesdays.")
    team = made["team"]
    assert (team["name"], team["description"], team["version"]) == ("Court  help", "Duty scheme.\nTuesdays.", 1)
    assert (team["members"], team["viewerCan"]) == ([], {"update": True, "delete": True, "manageMembers": True})
    (event,) = await events_of(data, centre)
    assert (event.name, event.entity, event.version) == ("team.created", "team", 1)
    assert event.changes == {"name": None, "description": None}
    assert (event.audience_before, event.audience_after["everyone"]) == (None, True)
    (entry,) = await audit_of(data, centre)
    assert entry.changes["name"] == {"old": None, "new": "Court  help"}
    assert team["id"] == write_id("team", entry.subject_id)


@pytest.mark.parametrize(
    ("given", "path", "rule"),
    [
        ({"name": " "}, "input.name", "blank"),
        ({"name": "x" * 101}, "input.name", "too-long"),
        ({"name": "?!"}, "input.name", "letters"),
        ({"name": "a\u0000"}, "input.name", "control-character"),
        ({"name": "Fine", "description": "x" * 2001}, "input.description", "too-long"),
    ],
)
async def test_bad_names_are_refused(graph: Graph, data: Data, given: dict[str, str], path: str, rule: str) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    refused = await _run(graph, "teamCreate", manager, **given)
    assert (refusals(refused), refused["team"]) == ([("ValidationError", path, rule)], None)
    assert await events_of(data, centre) == []


async def test_a_name_is_one_teams_whoever_comes_first(graph: Graph, data: Data) -> None:
    centre, elsewhere = await data.a_centre(), await data.a_centre()
    await data.a_team(elsewhere, name="Housing")
    managers = [await data.a_member(centre, Role.CENTRE_MANAGER) for _ in range(2)]
    payloads = await asyncio.gather(
        _run(graph, "teamCreate", managers[0], name="Housing"),
        _run(graph, "teamCreate", managers[1], name="hóusing"),
    )
    assert sorted(refusals(payload) for payload in payloads) == [[], [("ValidationError", "input.name", "unique")]]
    assert len(await events_of(data, centre)) == 1


async def test_a_repeated_creation_makes_one_team(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    first, again = await asyncio.gather(
        *(_run(graph, "teamCreate", manager, name="Debt", idempotencyKey="k") for _ in range(2))
    )
    assert {first["replayed"], again["replayed"]} == {True, False}
    assert first["team"] == again["team"]
    assert len(await events_of(data, centre)) == 1


async def test_absent_stays_and_null_empties(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    team = await data.a_team(centre, name="Debt", description="All of it.")
    renamed = await _do(graph, "teamUpdate", manager, team, name="Debts")
    assert (renamed["team"]["name"], renamed["team"]["description"]) == ("Debts", "All of it.")
    emptied = await _do(graph, "teamUpdate", manager, team, 2, description=None)
    assert (emptied["team"]["name"], emptied["team"]["description"]) == ("Debts", None)
    same = await _do(graph, "teamUpdate", manager, team, 3, name="Debts")
    assert same["team"]["version"] == 3
    stale = await _do(graph, "teamUpdate", manager, team, 1, name="Loans")
    assert refusals(stale) == [("ConflictError", "input.expectedVersion")]
    assert stale["errors"][0]["current"] == {"id": write_id("team", team)}
    await data.a_team(centre, name="Loans")
    assert refusals(await _do(graph, "teamUpdate", manager, team, 3, name="LOANS")) == [
        ("ValidationError", "input.name", "unique")
    ]
    assert [(event.name, event.version) for event in await events_of(data, centre)] == [
        ("team.updated", 2),
        ("team.updated", 3),
    ]


async def test_people_join_and_leave(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    member = await data.a_member(centre, first_name="Ada", last_name="Okafor")
    team = await data.a_team(centre)
    joined = await _do(graph, "teamMemberAdd", manager, team, **_who(member))
    assert [person["fullName"] for person in joined["team"]["members"]] == ["Ada Okafor"]
    assert joined["team"]["version"] == 2
    twice = await _do(graph, "teamMemberAdd", manager, team, 2, **_who(member))
    assert refusals(twice) == [("ValidationError", "input.membershipId", "unique")]
    left = await _do(graph, "teamMemberRemove", manager, team, 2, **_who(member))
    assert (left["team"]["members"], left["team"]["version"]) == ([], 3)
    gone = await _do(graph, "teamMemberRemove", manager, team, 3, **_who(member))
    assert refusals(gone) == [("NotFoundError", "input.membershipId")]
    back = await _do(graph, "teamMemberAdd", manager, team, 3, **_who(member))
    assert len(back["team"]["members"]) == 1
    told = [(event.name, event.version, event.changes["member"]) for event in await events_of(data, centre)]
    person = str(member.user_id)
    assert told == [
        ("team.member_added", 2, {"old": None, "new": person}),
        ("team.member_removed", 3, {"old": person, "new": None}),
        ("team.member_added", 4, {"old": None, "new": person}),
    ]


async def test_who_cannot_join(graph: Graph, data: Data) -> None:
    centre, elsewhere = await data.a_centre(), await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    team = await data.a_team(centre)
    client = await data.a_member(centre, Role.CLIENT, client_id=await data.a_client(centre))
    gone = await data.a_member(centre, status="DEACTIVATED")
    stranger = await data.a_member(elsewhere)
    path = "input.membershipId"
    for person, refusal in (
        (client, ("ValidationError", path, "not-staff")),
        (gone, ("ValidationError", path, "inactive")),
        (stranger, ("NotFoundError", path)),
    ):
        assert refusals(await _do(graph, "teamMemberAdd", manager, team, **_who(person))) == [refusal]
    assert await events_of(data, centre) == []


async def test_a_team_has_a_bound(graph: Graph, data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    team = await data.a_team(centre)
    monkeypatch.setattr(teams, "MOST_MEMBERS", 2)
    for _ in range(2):
        await data.a_member(centre, team_ids=(team,))
    refused = await _do(graph, "teamMemberAdd", manager, team, **_who(manager))
    assert [(error["__typename"], error["limit"], error["maximum"]) for error in refused["errors"]] == [
        ("LimitError", "team-members", 2)
    ]


async def test_a_person_is_in_a_bounded_number_of_teams(
    graph: Graph, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    monkeypatch.setattr(teams, "MOST_TEAMS", 1)
    member = await data.a_member(centre, team_ids=(await data.a_team(centre),))
    refused = await _do(graph, "teamMemberAdd", manager, await data.a_team(centre), **_who(member))
    assert [(error["limit"], error["maximum"]) for error in refused["errors"]] == [("teams-of-a-member", 1)]
    assert await events_of(data, centre) == []


async def test_a_team_with_open_cases_stays(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    team = await data.a_team(centre)
    await data.a_case(centre, team_id=team, status="RESOLVED")
    await data.a_case(centre, team_id=team, restricted=True)
    refused = await _do(graph, "teamDelete", manager, team)
    assert refusals(refused) == [("ValidationError", "input.id", "has-open-cases")]
    assert refused["errors"][0]["parameters"] == [{"name": "count", "value": "1"}]
    assert (await graph.run(document("team"), as_=manager, id=write_id("team", team))).data["team"]["version"] == 1
    assert await events_of(data, centre) == []


async def test_a_deleted_team_comes_back_with_its_members(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    team = await data.a_team(centre, name="Debt")
    stays = await data.a_member(centre, last_name="Stays", team_ids=(team,))
    goes = await data.a_member(centre, team_ids=(team,))
    deleted = await _do(graph, "teamDelete", manager, team)
    shown = deleted["deletedTeam"]
    assert (shown["id"], shown["name"], shown["version"]) == (write_id("team", team), "Debt", 2)
    assert shown["deleter"]["id"] == write_id("membership", manager.user_id)
    one = await graph.run(document("team"), as_=manager, id=shown["id"])
    assert one.data == {"team": None}
    listed = await graph.run(document("deletedTeams"), as_=manager)
    assert listed.data["deletedTeams"]["edges"] == [{"node": shown}]
    assert refusals(await _do(graph, "teamDelete", manager, team, 2)) == [("NotFoundError", "input.id")]
    refused = await _do(graph, "teamMemberAdd", manager, team, 2, **_who(manager))
    assert refusals(refused) == [("NotFoundError", "input.id")]

    left = await graph.run(
        document("membershipDeactivate"),
        as_=manager,
        input={"id": write_id("membership", goes.user_id), "expectedVersion": 1, "reason": "Left."},
    )
    assert left.data["membershipDeactivate"]["errors"] == []
    listed = await graph.run(document("deletedTeams"), as_=manager)
    version = listed.data["deletedTeams"]["edges"][0]["node"]["version"]
    assert version == 3
    namesake = await data.a_team(centre, name="debt")
    taken = await _do(graph, "teamRestore", manager, team, version)
    assert refusals(taken) == [("ValidationError", "input.name", "unique")]
    await _do(graph, "teamDelete", manager, namesake)
    restored = await _do(graph, "teamRestore", manager, team, version)
    assert [person["id"] for person in restored["team"]["members"]] == [write_id("membership", stays.user_id)]
    assert refusals(await _do(graph, "teamRestore", manager, team, 4)) == [("NotFoundError", "input.id")]
    told = await events_of(data, centre)
    assert [(event.name, event.audience_before is None, event.audience_after is None) for event in told] == [
        ("team.deleted", False, True),
        ("membership.deactivated", False, False),
        ("team.member_removed", True, True),
        ("team.deleted", False, True),
        ("team.restored", True, False),
    ]


MUTATIONS = ("teamCreate", "teamUpdate", "teamDelete", "teamRestore", "teamMemberAdd", "teamMemberRemove")


@pytest.mark.parametrize("field", MUTATIONS)
@pytest.mark.parametrize("role", [Role.ADVISOR, Role.AUDITOR, Role.CLIENT])
async def test_only_managers_change_teams(graph: Graph, data: Data, field: str, role: Role) -> None:
    centre = await data.a_centre()
    actor, member = await data.a_member(centre, role), await data.a_member(centre)
    team = await data.a_team(centre)
    given = {"teamMemberAdd": _who(member), "teamMemberRemove": _who(member), "teamUpdate": {"name": "New"}}
    if field == "teamCreate":
        refused = await _run(graph, field, actor, name="New")
    else:
        refused = await _do(graph, field, actor, team, **given.get(field, {}))
    assert refusals(refused) == [("ForbiddenError", "")]
    assert await events_of(data, centre) == []


@pytest.mark.parametrize("field", MUTATIONS)
async def test_another_centres_team_is_not_found(graph: Graph, data: Data, field: str) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    manager, theirs = await data.a_member(here, Role.CENTRE_MANAGER), await data.a_member(there)
    team = await data.a_team(there)
    if field == "teamCreate":
        refused = await _run(graph, field, manager, name="New", centreId=write_id("centre", there))
        assert refusals(refused) == [("NotFoundError", "input.centreId")]
    else:
        own = _who(manager if field == "teamMemberAdd" else theirs) if "Member" in field else {}
        refused = await _do(graph, field, manager, team, **own)
        assert refusals(refused)[0][0] == "NotFoundError"
    assert (await events_of(data, here), await events_of(data, there)) == ([], [])
    assert (await graph.run(document("team"), as_=manager, id=write_id("team", team))).data == {"team": None}


async def test_teams_are_listed_by_name(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    for name in ("Housing", "Élite", "Debt"):
        await data.a_team(centre, name=name)

    async def names(**variables: Any) -> list[str]:
        answer = await graph.run(document("teams"), as_=advisor, **variables)
        assert answer.errors == []
        return [edge["node"]["name"] for edge in answer.data["teams"]["edges"]]

    assert await names() == ["Debt", "Élite", "Housing"]
    assert await names(orderBy="NAME_DESC", first=1) == ["Housing"]
    assert await names(filter={"nameStartsWith": "ELI"}) == ["Élite"]
    denied = await graph.run(document("deletedTeams"), as_=advisor)
    assert denied.codes == ["FORBIDDEN"]
