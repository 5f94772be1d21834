"""What advisors can do, when they work and are away, and what they carry, through the API."""

from datetime import timedelta
from typing import Any

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.operations import document, most_statements
from support.staffing import a_week, an_absence

DAY = timedelta(days=1)


def member_id(actor: Actor) -> str:
    return write_id("membership", actor.user_id)


async def do(graph: Graph, field: str, actor: Actor, **given: Any) -> dict[str, Any]:
    answer = await graph.run(document(field), as_=actor, input=given)
    assert answer.errors == []
    assert answer.statements <= most_statements(field)
    payload: dict[str, Any] = answer.data[field]
    return payload


def faults(payload: dict[str, Any]) -> list[tuple[str, list[str], str | None]]:
    return [(error["__typename"], error["path"], error.get("rule")) for error in payload["errors"]]


async def people(data: Data) -> tuple[Actor, Actor, Actor]:
    """Make a centre with a manager and two advisors."""
    centre = await data.a_centre()
    return await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre), await data.a_member(centre)


async def test_a_manager_says_what_an_advisor_can_do_and_when_the_advisor_works(graph: Graph, data: Data) -> None:
    manager, ann, _ = await people(data)
    given: dict[str, Any] = {"id": member_id(ann)}
    said = await do(
        graph,
        "advisorProfileSet",
        manager,
        **given,
        expectedVersion=1,
        skills=["HOUSING"],
        languages=["CY"],
        acceptsNewCases=False,
    )
    assert said["errors"] == []
    assert said["membership"] == {
        "id": member_id(ann),
        "version": 2,
        "profile": {"acceptsNewCases": False, "skills": ["HOUSING"], "languages": ["cy"], "lastAssignedAt": None},
        "workingHours": [],
    }
    hours = [
        {"weekday": "TUESDAY", "starts": "13:00", "ends": "24:00"},
        {"weekday": "MONDAY", "starts": "09:00", "ends": "12:30"},
    ]
    said = await do(graph, "workingHoursSet", manager, **given, expectedVersion=2, hours=hours)
    assert said["membership"]["workingHours"] == hours[::-1]
    over = [{"weekday": "MONDAY", "starts": "12:00", "ends": "13:00"}, hours[1]]
    refused = await do(graph, "workingHoursSet", manager, **given, expectedVersion=3, hours=over)
    assert faults(refused) == [("ValidationError", ["input", "hours", "0", "starts"], "overlap")]
    refused = await do(graph, "advisorProfileSet", manager, **given, expectedVersion=2, skills=[])
    assert [(error["__typename"], error["currentVersion"], error["current"]) for error in refused["errors"]] == [
        ("ConflictError", 3, {"id": member_id(ann)})
    ]
    refused = await do(graph, "advisorProfileSet", ann, **given, expectedVersion=3, skills=[])
    assert [error["__typename"] for error in refused["errors"]] == ["ForbiddenError"]


async def test_a_skill_that_there_is_not_is_refused_by_name(graph: Graph, data: Data) -> None:
    manager, ann, _ = await people(data)
    given = {"id": member_id(ann), "expectedVersion": 1, "skills": ["PLUMBING"]}
    answer = await graph.run(document("advisorProfileSet"), as_=manager, input=given)
    (error,) = answer.errors
    assert "skills" in str(error)


async def test_an_advisor_is_away_and_comes_back(graph: Graph, data: Data) -> None:
    _, ann, bob = await people(data)
    first, last = today() + 5 * DAY, today() + 9 * DAY
    given = {"membershipId": member_id(ann), "kind": "SICKNESS", "firstDay": first.isoformat()}
    said = await do(
        graph, "absenceRecord", ann, **given, lastDay=last.isoformat(), coverId=member_id(bob), note="An operation"
    )
    assert said["errors"] == []
    absence = said["absence"]
    assert (absence["firstDay"], absence["lastDay"], absence["allDay"]) == (first.isoformat(), last.isoformat(), True)
    assert (absence["kind"], absence["note"], absence["cover"]["id"]) == ("SICKNESS", "An operation", member_id(bob))
    assert absence["viewerCan"] == {"change": True}
    again = await do(graph, "absenceRecord", ann, **given, lastDay=first.isoformat())
    assert faults(again) == [("ValidationError", ["input", "firstDay"], "overlap")]
    past = {**given, "firstDay": (today() - 2 * DAY).isoformat(), "lastDay": (today() - DAY).isoformat()}
    assert faults(await do(graph, "absenceRecord", ann, **past)) == [("ValidationError", ["input", "lastDay"], "past")]
    of_bob = {**given, "membershipId": member_id(bob), "lastDay": last.isoformat()}
    assert [error["__typename"] for error in (await do(graph, "absenceRecord", ann, **of_bob))["errors"]] == [
        "ForbiddenError"
    ]
    changed = await do(
        graph,
        "absenceUpdate",
        ann,
        id=absence["id"],
        expectedVersion=1,
        firstDay=first.isoformat(),
        lastDay=first.isoformat(),
        coverId=None,
    )
    assert (changed["absence"]["lastDay"], changed["absence"]["cover"]) == (first.isoformat(), None)
    assert changed["absence"]["note"] == "An operation"
    gone = await do(graph, "absenceCancel", ann, id=absence["id"], expectedVersion=2)
    assert (gone["cancelled"], gone["errors"]) == (True, [])
    answer = await graph.run(document("node"), as_=ann, id=absence["id"])
    assert answer.data == {"node": None}


async def test_colleagues_know_that_somebody_is_away_not_why(graph: Graph, data: Data) -> None:
    manager, ann, bob = await people(data)
    await an_absence(data, ann, ann.user_id, note="An operation", cover_id=bob.user_id)
    shown = {}
    for name, viewer in (("manager", manager), ("ann", ann), ("bob", bob)):
        answer = await graph.run(document("membership"), as_=viewer, id=member_id(ann))
        assert answer.errors == []
        (absence,) = answer.data["membership"]["absences"]
        assert absence["cover"] == {"id": member_id(bob)}
        shown[name] = (absence["kind"], absence["note"], absence["viewerCan"]["change"])
    known = ("ANNUAL_LEAVE", "An operation", True)
    assert shown == {"manager": known, "ann": known, "bob": (None, None, False)}


@pytest.mark.parametrize("number", [1, 12])
async def test_what_advisors_carry_in_as_many_statements_however_many_they_are(
    graph: Graph, data: Data, number: int
) -> None:
    manager, ann, bob = await people(data)
    centre = manager.centre_id
    others = [await data.a_member(centre, capacity_points=10) for _ in range(number)]
    await data.a_case(centre, advisor=others[0], complexity="CRITICAL")
    await data.a_case(centre, advisor=others[0], complexity="HIGH", status="ON_HOLD")
    await data.a_case(centre, advisor=others[0], complexity="HIGH", status="CLOSED")
    await data.a_member(centre, Role.COMPLIANCE_OFFICER)
    await a_week(data, manager, ann.user_id)
    await an_absence(data, ann, ann.user_id)
    answer = await graph.run(document("workloads"), as_=manager)
    assert answer.errors == []
    assert answer.statements <= most_statements("workloads")
    loads = answer.data["workloads"]
    assert {load["member"]["id"] for load in loads} == {member_id(each) for each in (ann, bob, *others)}
    assert {name: loads[0][name] for name in ("openCases", "points", "capacityPoints", "room")} == {
        "openCases": 2,
        "points": 8,
        "capacityPoints": 10,
        "room": 2,
    }
    away = {load["member"]["id"] for load in loads if load["awayUntil"] is not None}
    assert away == {member_id(ann)}
    assert loads[0]["acceptsNewCases"] is True
    refused = await graph.run(document("workloads"), as_=bob)
    assert refused.codes == ["FORBIDDEN"]


async def test_workloads_are_for_those_who_give_cases_away(graph: Graph, data: Data) -> None:
    manager, ann, _ = await people(data)
    trainee = await data.a_member(manager.centre_id, Role.TRAINEE)
    for viewer, seen in ((manager, True), (ann, True), (trainee, False)):
        answer = await graph.run(document("membership"), as_=viewer, id=member_id(ann))
        assert (answer.data["membership"]["workload"] is not None) is seen
