"""Managers change, end and take up memberships; nobody is left without an advisor, a supervisor, a manager."""

import asyncio
from datetime import date
from typing import Any

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.operations import document, most_statements
from support.refusals import refusals
from support.trail import audit_of, events_of


async def _do(graph: Graph, field: str, actor: Actor, member: Actor, version: int = 1, **given: Any) -> dict[str, Any]:
    said = {"id": write_id("membership", member.user_id), "expectedVersion": version, **given}
    answer = await graph.run(document(field), as_=actor, input=said)
    assert answer.errors == []
    assert answer.statements <= most_statements(field)
    payload: dict[str, Any] = answer.data[field]
    return payload


async def _update(graph: Graph, actor: Actor, member: Actor, version: int = 1, **given: Any) -> dict[str, Any]:
    return await _do(graph, "membershipUpdate", actor, member, version, **given)


async def _deactivate(graph: Graph, actor: Actor, member: Actor, version: int = 1, **given: Any) -> dict[str, Any]:
    return await _do(graph, "membershipDeactivate", actor, member, version, **{"reason": "Has left.", **given})


async def _state(graph: Graph, actor: Actor, member: Actor) -> dict[str, Any]:
    answer = await graph.run(document("membership"), as_=actor, id=write_id("membership", member.user_id))
    state: dict[str, Any] = answer.data["membership"]
    return state


async def test_what_is_said_of_a_member_changes(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    supervisor = await data.a_member(centre, first_name="Ada", last_name="Above")
    member = await data.a_member(centre, Role.TRAINEE, phone="+441134960111", capacity_points=5)
    changed = await _update(
        graph,
        manager,
        member,
        hireDate="2025-03-01",
        qualificationLevel="Certificate",
        capacityPoints=None,
        supervisorId=write_id("membership", supervisor.user_id),
    )
    assert changed["errors"] == []
    shown = changed["membership"]
    assert (shown["hireDate"], shown["qualificationLevel"]) == ("2025-03-01", "Certificate")
    assert (shown["phone"], shown["capacityPoints"]) == ("+441134960111", None)
    assert shown["supervisor"]["fullName"] == "Ada Above"
    assert (shown["roles"], shown["version"]) == (["TRAINEE"], 2)
    (event,) = await events_of(data, centre)
    assert (event.name, event.version, event.audience_after["everyone"]) == ("membership.updated", 2, True)
    assert event.changes == {
        "hire_date": {"old": None, "new": "2025-03-01"},
        "qualification_level": None,
        "capacity_points": {"old": 5, "new": None},
        "supervisor_id": {"old": None, "new": str(supervisor.user_id)},
    }
    (entry,) = await audit_of(data, centre)
    assert entry.changes["qualification_level"] == {"old": None, "new": "Certificate"}
    assert (entry.actor_id, entry.subject_id) == (manager.user_id, member.user_id)


async def test_a_change_of_rights_is_an_event_of_its_own(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    member = await data.a_member(centre, Role.TRAINEE)
    changed = await _update(graph, manager, member, roles=["ADVISOR", "COMPLIANCE_OFFICER"], capacityPoints=20)
    assert changed["membership"]["roles"] == ["COMPLIANCE_OFFICER", "ADVISOR"]
    first, second = await events_of(data, centre)
    assert (first.name, second.name, first.version, second.version) == (
        "membership.roles_changed",
        "membership.updated",
        2,
        2,
    )
    assert first.changes == {"roles": {"old": ["TRAINEE"], "new": ["COMPLIANCE_OFFICER", "ADVISOR"]}}
    assert second.changes == {"capacity_points": {"old": None, "new": 20}}


async def test_nothing_new_is_no_event(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    member = await data.a_member(centre, hire_date=date(2024, 5, 1))
    changed = await _update(graph, manager, member, hireDate="2024-05-01", roles=["ADVISOR"], supervisorId=None)
    assert (changed["errors"], changed["membership"]["version"]) == ([], 1)
    assert await events_of(data, centre) == []


async def test_bad_values_are_named_each(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    member = await data.a_member(centre)
    refused = await _update(
        graph,
        manager,
        member,
        roles=["SYSTEM_ADMIN"],
        phone="call me",
        hireDate="1800-01-01",
        qualificationLevel="a\u0000b",
        capacityPoints=1001,
    )
    assert refusals(refused) == [
        ("ValidationError", "input.phone", "phone"),
        ("ValidationError", "input.hireDate", "date-range"),
        ("ValidationError", "input.qualificationLevel", "control-character"),
        ("ValidationError", "input.capacityPoints", "range"),
        ("ValidationError", "input.roles", "role-of-platform"),
    ]
    assert refused["membership"] is None
    assert (await _state(graph, manager, member))["version"] == 1
    assert await events_of(data, centre) == []


@pytest.mark.parametrize("field", ["membershipUpdate", "membershipDeactivate", "membershipReactivate"])
@pytest.mark.parametrize("role", [Role.ADVISOR, Role.TRAINEE, Role.COMPLIANCE_OFFICER, Role.AUDITOR, Role.CLIENT])
async def test_only_managers_change_memberships(graph: Graph, data: Data, field: str, role: Role) -> None:
    centre = await data.a_centre()
    actor, member = await data.a_member(centre, role), await data.a_member(centre)
    given: dict[str, dict[str, Any]] = {
        "membershipUpdate": {"roles": ["CENTRE_MANAGER"]},
        "membershipDeactivate": {"reason": "x"},
    }
    refused = await _do(graph, field, actor, member, **given.get(field, {}))
    assert refusals(refused) == [("ForbiddenError", "")]
    assert refused["errors"][0]["requiredPermission"] == "USER_MANAGE"
    assert await events_of(data, centre) == []


@pytest.mark.parametrize("field", ["membershipUpdate", "membershipDeactivate", "membershipReactivate"])
async def test_another_centres_member_is_not_found(graph: Graph, data: Data, field: str) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    manager, stranger = await data.a_member(here, Role.CENTRE_MANAGER), await data.a_member(there)
    given: dict[str, dict[str, Any]] = {"membershipDeactivate": {"reason": "x"}}
    assert refusals(await _do(graph, field, manager, stranger, **given.get(field, {}))) == [
        ("NotFoundError", "input.id")
    ]
    placed = f"membership_{there.hex}_{stranger.user_id.hex}"
    refused = await _do(graph, field, manager, stranger, **{**given.get(field, {}), "id": placed})
    assert refusals(refused) == [("NotFoundError", "input.id")]
    supervised = await _update(
        graph, manager, manager, supervisorId=write_id("membership", stranger.user_id), phone=None
    )
    assert refusals(supervised) == [("NotFoundError", "input.supervisorId")]
    assert (await events_of(data, here), await events_of(data, there)) == ([], [])


async def test_two_managers_do_not_overwrite_each_other(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    first = await data.a_member(centre, Role.CENTRE_MANAGER)
    second = await data.a_member(centre, Role.CENTRE_MANAGER)
    member = await data.a_member(centre)
    payloads = await asyncio.gather(
        _update(graph, first, member, capacityPoints=10), _update(graph, second, member, roles=["TRAINEE"])
    )
    (lost,) = [payload for payload in payloads if payload["errors"]]
    (error,) = lost["errors"]
    assert (error["__typename"], error["currentVersion"]) == ("ConflictError", 2)
    assert error["current"] == {"id": write_id("membership", member.user_id)}
    assert len(await events_of(data, centre)) == 1


async def test_a_repeated_change_is_done_once(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager, member = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    first = await _update(graph, manager, member, hireDate="2026-01-05", idempotencyKey="once")
    again = await _update(graph, manager, member, hireDate="2026-01-05", idempotencyKey="once")
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["membership"] == first["membership"]
    other = await _update(graph, manager, member, hireDate="2026-01-06", idempotencyKey="once")
    assert refusals(other) == [("ValidationError", "input.idempotencyKey", "idempotency-key-reused")]
    assert len(await events_of(data, centre)) == 1


async def test_the_last_manager_stays_one(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    await data.a_member(centre, Role.CENTRE_MANAGER, status="INVITED")
    assert refusals(await _update(graph, manager, manager, roles=["ADVISOR"])) == [
        ("ValidationError", "input.roles", "last-manager")
    ]
    assert refusals(await _deactivate(graph, manager, manager)) == [("ValidationError", "input.id", "last-manager")]
    assert await events_of(data, centre) == []
    await data.a_member(centre, Role.CENTRE_MANAGER)
    assert (await _update(graph, manager, manager, roles=["ADVISOR"]))["errors"] == []


async def test_two_managers_do_not_take_the_role_from_each_other(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    first = await data.a_member(centre, Role.CENTRE_MANAGER)
    second = await data.a_member(centre, Role.CENTRE_MANAGER)
    payloads = await asyncio.gather(
        _update(graph, first, second, roles=["ADVISOR"]), _update(graph, second, first, roles=["ADVISOR"])
    )
    assert sorted(refusals(payload) for payload in payloads) == [
        [],
        [("ValidationError", "input.roles", "last-manager")],
    ]


async def test_a_supervisor_is_active_staff_no_trainee_and_not_below(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    member, middle, top = [await data.a_member(centre) for _ in range(3)]
    trainee = await data.a_member(centre, Role.TRAINEE)
    gone = await data.a_member(centre, status="DEACTIVATED")
    client = await data.a_client(centre)
    portal = await data.a_member(centre, Role.CLIENT, client_id=client)

    async def rule(of: Actor, by: Actor, version: int = 1) -> list[tuple[str, ...]]:
        supervisor = write_id("membership", by.user_id)
        return refusals(await _update(graph, manager, of, version, supervisorId=supervisor))

    def refused(name: str) -> list[tuple[str, ...]]:
        return [("ValidationError", "input.supervisorId", name)]

    assert await rule(member, gone) == refused("supervisor-inactive")
    assert await rule(member, portal) == refused("supervisor-inactive")
    assert await rule(member, trainee) == refused("supervisor-trainee")
    assert await rule(member, member) == refused("supervision-cycle")
    assert await rule(portal, member) == refused("client-supervised")
    assert await rule(member, middle) == []
    assert await rule(middle, top) == []
    assert await rule(top, member) == refused("supervision-cycle")


async def test_who_supervises_becomes_no_trainee_and_does_not_go(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager, supervisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    trainee = await data.a_member(centre, Role.TRAINEE, supervisor_id=supervisor.user_id)
    assert refusals(await _update(graph, manager, supervisor, roles=["TRAINEE"])) == [
        ("ValidationError", "input.roles", "supervises")
    ]
    refused = await _deactivate(graph, manager, supervisor)
    assert refusals(refused) == [("ValidationError", "input.id", "supervises")]
    assert refused["errors"][0]["parameters"] == [{"name": "count", "value": "1"}]
    assert (await _update(graph, manager, trainee, supervisorId=None))["errors"] == []
    assert (await _deactivate(graph, manager, supervisor))["errors"] == []


async def test_who_advises_open_cases_does_not_go(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    for status in ("ASSIGNED", "ON_HOLD", "CLOSED"):
        await data.a_case(centre, advisor=advisor, status=status, restricted=True)
    refused = await _deactivate(graph, manager, advisor)
    assert refusals(refused) == [("ValidationError", "input.id", "has-open-cases")]
    assert refused["errors"][0]["parameters"] == [{"name": "count", "value": "2"}]
    assert refusals(await _update(graph, manager, advisor, roles=["AUDITOR"])) == [
        ("ValidationError", "input.roles", "has-open-cases")
    ]
    assert (await _state(graph, manager, advisor))["status"] == "ACTIVE"
    assert await events_of(data, centre) == []
    assert (await _update(graph, manager, advisor, roles=["TRAINEE"]))["errors"] == []


async def test_who_goes_leaves_the_teams_and_comes_back_into_none(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    team, other = await data.a_team(centre, name="Advice"), await data.a_team(centre, name="Court")
    member = await data.a_member(centre, team_ids=(team, other))
    left = await _deactivate(graph, manager, member, reason=" Retired. ")
    shown = left["membership"]
    assert (shown["status"], shown["teams"], shown["version"]) == ("DEACTIVATED", [], 2)
    assert shown["viewerCan"] == {"update": True, "deactivate": False, "reactivate": True}
    events = await events_of(data, centre)
    assert [event.name for event in events] == [
        "membership.deactivated",
        "team.member_removed",
        "team.member_removed",
    ]
    assert events[0].changes == {"status": {"old": "ACTIVE", "new": "DEACTIVATED"}, "reason": None}
    assert events[1].changes == {"member": {"old": str(member.user_id), "new": None}}
    assert {event.subject_id for event in events[1:]} == {team, other}
    assert (await audit_of(data, centre))[0].changes["reason"] == {"old": None, "new": "Retired."}
    assert refusals(await _deactivate(graph, manager, member, 2)) == [("TransitionError", "")]

    back = await _do(graph, "membershipReactivate", manager, member, 2)
    assert (back["errors"], back["membership"]["status"], back["membership"]["teams"]) == ([], "ACTIVE", [])
    again = await _do(graph, "membershipReactivate", manager, member, 3)
    assert refusals(again) == [("TransitionError", "")]
    assert [event.name for event in await events_of(data, centre)][3:] == ["membership.reactivated"]


async def test_who_comes_back_is_not_under_somebody_who_has_gone(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    gone = await data.a_member(centre, status="DEACTIVATED")
    member = await data.a_member(centre, status="DEACTIVATED", supervisor_id=gone.user_id)
    back = await _do(graph, "membershipReactivate", manager, member)
    assert (back["membership"]["status"], back["membership"]["supervisor"]) == ("ACTIVE", None)


async def test_a_reason_is_needed_to_deactivate(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager, member = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    assert refusals(await _deactivate(graph, manager, member, reason="  ")) == [
        ("ValidationError", "input.reason", "blank")
    ]
    assert refusals(await _deactivate(graph, manager, member, reason="x" * 501)) == [
        ("ValidationError", "input.reason", "too-long")
    ]
    assert await events_of(data, centre) == []


async def test_a_client_of_the_portal_is_shown_to_who_sees_the_whole_centre_only(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    client = await data.a_client(centre)
    portal = await data.a_member(centre, Role.CLIENT, client_id=client, last_name="Zulu")
    seen = {}
    for role in (Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER, Role.ADVISOR, Role.TRAINEE, Role.AUDITOR, Role.CLIENT):
        actor = portal if role is Role.CLIENT else await data.a_member(centre, role)
        listed = await graph.run(document("memberships"), as_=actor, filter={"role": "CLIENT"})
        seen[role.value] = (
            listed.data["memberships"]["totalCount"],
            await _state(graph, actor, portal) is not None,
        )
    assert seen == {
        "CENTRE_MANAGER": (1, True),
        "COMPLIANCE_OFFICER": (1, True),
        "ADVISOR": (0, False),
        "TRAINEE": (0, False),
        "AUDITOR": (0, False),
        "CLIENT": (0, False),
    }


async def test_memberships_are_listed_filtered_and_ordered(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER, first_name="Mo", last_name="Adams")
    await data.a_member(centre, Role.ADVISOR, Role.COMPLIANCE_OFFICER, first_name="Élan", last_name="Brontë")
    await data.a_member(centre, Role.TRAINEE, first_name="Zoe", last_name="Brown", status="INVITED")

    async def names(**variables: Any) -> list[str]:
        answer = await graph.run(document("memberships"), as_=manager, **variables)
        assert answer.errors == []
        return [edge["node"]["fullName"] for edge in answer.data["memberships"]["edges"]]

    assert await names() == ["Mo Adams", "Élan Brontë", "Zoe Brown"]
    assert await names(orderBy="NAME_DESC", first=2) == ["Zoe Brown", "Élan Brontë"]
    assert await names(filter={"nameStartsWith": "bronte e"}) == ["Élan Brontë"]
    assert await names(filter={"role": "ADVISOR"}) == ["Élan Brontë"]
    assert await names(filter={"status": ["INVITED", "DEACTIVATED"]}) == ["Zoe Brown"]
    assert await names(filter={"status": []}) == []
    assert await names(filter={"nameStartsWith": "b", "role": "TRAINEE", "status": ["ACTIVE"]}) == []


async def test_what_the_viewer_can_do_with_a_membership(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    assert (await _state(graph, manager, advisor))["viewerCan"] == {
        "update": True,
        "deactivate": True,
        "reactivate": False,
    }
    assert (await _state(graph, advisor, manager))["viewerCan"] == {
        "update": False,
        "deactivate": False,
        "reactivate": False,
    }
