"""What clients ask for an appointment by, by its mutations and queries: who may, who sees what, what is told."""

from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.graph.node import write_id
from graph.appointments.conftest import parameters, rules
from graph.appointments.test_appointments import DAY, ROLES, instant, on, starting
from support.appointments import a_request
from support.case_scene import Scene
from support.operations import document, most_statements
from support.trail import audit_of, events_of


async def client_of(scene: Scene, client_id: UUID | None = None) -> Actor:
    """Let a client into the portal."""
    return await scene.data.a_member(scene.centre, Role.CLIENT, client_id=client_id or scene.client)


async def ask(scene: Scene, as_: Actor, **given: Any) -> dict[str, Any]:
    """Ask for an appointment."""
    return await scene.ask("appointmentRequest", as_, **given)


async def found(scene: Scene, as_: Actor, **conditions: Any) -> list[str]:
    """Answer the ids of the requests that somebody finds."""
    answer = await scene.graph.run(document("appointmentRequests"), as_=as_, filter=conditions)
    assert answer.errors == []
    page = answer.data["appointmentRequests"]
    assert page["totalCount"] == len(page["edges"])
    return [edge["node"]["id"] for edge in page["edges"]]


async def test_what_is_asked_is_shown(scene: Scene) -> None:
    case, client = await scene.a_case(), await client_of(scene)
    payload = await ask(
        scene,
        client,
        caseId=write_id("case", case),
        meetingMode="VIDEO",
        preferredTimes=[starting("14:00"), {"instant": instant("10:00")}],
        note="After work",
    )
    assert payload["errors"] == []
    shown = payload["appointmentRequest"]
    expected = {
        "status": "OPEN",
        "fromPortal": True,
        "meetingMode": "VIDEO",
        "preferredTimes": [instant("14:00"), instant("10:00")],
        "note": "After work",
        "declineReason": None,
        "decidedAt": None,
        "case": {"id": write_id("case", case)},
        "client": {"id": write_id("client", scene.client)},
        "appointment": None,
        "viewerCan": {"answer": False, "withdraw": True},
        "version": 1,
    }
    assert {name: shown[name] for name in expected} == expected
    (event,) = await events_of(scene.data, scene.centre)
    assert (event.name, event.audience_after["user_ids"], event.audience_after["client_id"]) == (
        "appointment_request.made",
        [str(scene.advisor.user_id)],
        str(scene.client),
    )
    assert "After work" not in str(event.changes)
    entry = (await audit_of(scene.data, scene.centre))[-1]
    assert (entry.action, entry.case_id) == ("appointment_request.made", case)


@pytest.mark.parametrize("role", ROLES)
async def test_who_may_ask_and_decline(scene: Scene, role: Role) -> None:
    if role is Role.SERVICE:
        person = await scene.data.a_service(scene.centre, Permission.APPOINTMENT_WRITE, Permission.CASE_READ)
    else:
        portal = {"client_id": scene.client} if role is Role.CLIENT else {}
        person = await scene.data.a_member(scene.centre, role, **portal)
    team = () if role in {Role.CLIENT, Role.SERVICE} else (person,)
    case = await scene.a_case(team_members=team)
    payload = await ask(scene, person, caseId=write_id("case", case))
    may = {Role.CENTRE_MANAGER, Role.ADVISOR, Role.TRAINEE, Role.SERVICE, Role.CLIENT}
    assert [error["__typename"] for error in payload["errors"]] == ([] if role in may else ["ForbiddenError"])
    key = await a_request(scene.data, scene.centre, client_id=scene.client, case_id=case)
    shown = {"id": write_id("appointmentrequest", key), "version": 1}
    declined = await on(scene, "appointmentRequestDecline", shown, person, reason="Ring us")
    kinds = [error["__typename"] for error in declined["errors"]]
    assert kinds == ([] if role in may - {Role.CLIENT} else ["ForbiddenError"])
    if not kinds:
        assert declined["appointmentRequest"]["declineReason"] == "Ring us"


async def test_a_refusal_says_the_hours(scene: Scene) -> None:
    payload = await ask(scene, await client_of(scene), preferredTimes=[starting("07:00")])
    assert rules(payload) == [("ValidationError", ["preferredTimes", "0"], "outside-opening-hours")]
    assert parameters(payload) == {"opens": "09:00", "closes": "17:00"}


async def test_clients_read_when_the_centre_is_open(scene: Scene) -> None:
    week = [{"weekday": 1, "opens": "10:00", "closes": "18:30"}]
    await scene.ask("openingTimesUpdate", expectedVersion=0, holidayRegion="SCT", reminderHours=[2], week=week)
    query = "{ openingTimes { holidayRegion week { weekday opens closes } } }"
    answer = await scene.graph.run(query, as_=await client_of(scene))
    assert answer.data == {"openingTimes": {"holidayRegion": "SCT", "week": week}}
    refused = await scene.ask(
        "openingTimesUpdate",
        await client_of(scene, await scene.data.a_client(scene.centre)),
        expectedVersion=1,
        holidayRegion="ENG",
        reminderHours=[],
        week=[],
    )
    assert [error["__typename"] for error in refused["errors"]] == ["ForbiddenError"]


async def test_a_fourth_is_one_too_many(scene: Scene) -> None:
    client = await client_of(scene)
    for _ in range(3):
        assert (await ask(scene, client))["errors"] == []
    (error,) = (await ask(scene, client))["errors"]
    assert (error["__typename"], error["limit"], error["maximum"]) == ("LimitError", "open-appointment-requests", 3)


async def test_under_one_key_it_is_asked_once(scene: Scene) -> None:
    client = await client_of(scene)
    first, second = [await ask(scene, client, idempotencyKey="one", note="Soon") for _ in range(2)]
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["appointmentRequest"]["id"] == second["appointmentRequest"]["id"]


async def test_booking_leads_both_ways_and_the_second_is_told(scene: Scene) -> None:
    case, client = await scene.a_case(), await client_of(scene)
    asked = (await ask(scene, client, caseId=write_id("case", case)))["appointmentRequest"]
    said = {"appointmentType": "ADVICE", "requestId": asked["id"]}
    booked = await scene.ask("appointmentBook", scene.advisor, start=starting(), **said)
    appointment = booked["appointment"]
    assert appointment["request"] == {"id": asked["id"], "status": "BOOKED"}
    assert appointment["case"] == {"id": write_id("case", case)}
    answer = await scene.graph.run(document("appointmentRequests"), as_=client)
    (edge,) = answer.data["appointmentRequests"]["edges"]
    assert edge["node"]["appointment"] == {"id": appointment["id"], "startsAt": instant(), "status": "SCHEDULED"}
    (error,) = (await scene.ask("appointmentBook", start=starting("14:00"), **said))["errors"]
    assert (error["__typename"], error["currentVersion"], error["current"]) == ("ConflictError", 2, {"id": asked["id"]})
    told = [event.name for event in await events_of(scene.data, scene.centre)]
    assert told == ["appointment_request.made", "appointment.booked", "appointment_request.booked"]
    unknown = await scene.ask("appointmentBook", start=starting("14:00"), **{**said, "requestId": "case_1"})
    assert rules(unknown) == [("NotFoundError", ["requestId"], None)]


async def test_a_client_withdraws_their_own(scene: Scene) -> None:
    client = await client_of(scene)
    asked = (await ask(scene, client))["appointmentRequest"]
    other = await client_of(scene, await scene.data.a_client(scene.centre))
    assert rules(await on(scene, "appointmentRequestWithdraw", asked, other)) == [("NotFoundError", ["id"], None)]
    withdrawn = (await on(scene, "appointmentRequestWithdraw", asked, client))["appointmentRequest"]
    assert (withdrawn["status"], withdrawn["version"]) == ("WITHDRAWN", 2)
    (error,) = (await on(scene, "appointmentRequestWithdraw", withdrawn, client))["errors"]
    assert (error["__typename"], error["from"], error["to"]) == ("TransitionError", "WITHDRAWN", "WITHDRAWN")


async def test_another_centres_are_not_there(scene: Scene) -> None:
    elsewhere = await scene.data.a_centre()
    there = await scene.data.a_member(elsewhere, Role.CENTRE_MANAGER)
    asked = (await ask(scene, await client_of(scene)))["appointmentRequest"]
    assert await found(scene, there) == []
    for name, said in (("appointmentRequestWithdraw", {}), ("appointmentRequestDecline", {"reason": "x"})):
        assert rules(await on(scene, name, asked, there, **said)) == [("NotFoundError", ["id"], None)]
    own = write_id("case", await scene.data.a_case(elsewhere))
    booking = {"start": starting(), "appointmentType": "ADVICE", "requestId": asked["id"]}
    places: list[dict[str, Any]] = [{}, {"caseId": own}]
    for given in places:
        assert rules(await scene.ask("appointmentBook", there, **booking, **given)) == [
            ("NotFoundError", ["requestId"], None)
        ]
    named = await ask(scene, there, clientId=write_id("client", scene.client))
    assert rules(named) == [("NotFoundError", ["clientId"], None)]


async def test_lists_are_filtered_and_each_sees_their_own(scene: Scene) -> None:
    team = await scene.data.a_team(scene.centre)
    colleague = await scene.data.a_member(scene.centre, team_ids=(team,))
    stranger, other = await scene.data.a_member(scene.centre), await scene.data.a_client(scene.centre)
    case = await scene.a_case(team_id=team)
    hidden = await scene.a_case(restricted=True, client_id=other, advisor=None)

    async def made(client_id: UUID, **given: Any) -> str:
        return write_id("appointmentrequest", await a_request(scene.data, scene.centre, client_id=client_id, **given))

    first, free = await made(scene.client, case_id=case), await made(scene.client)
    theirs = await made(other, case_id=hidden)
    assert await found(scene, scene.manager) == [first, free, theirs]
    assert await found(scene, scene.manager, status=["BOOKED", "DECLINED"]) == []
    assert await found(scene, scene.manager, status=["OPEN"], client=[write_id("client", other)]) == [theirs]
    assert await found(scene, scene.manager, case=[write_id("case", case)]) == [first]
    assert await found(scene, scene.manager, mine=True) == []
    assert await found(scene, scene.advisor, mine=True) == [first, free]
    assert await found(scene, colleague, mine=True) == []
    assert await found(scene, colleague, team=True) == [first, free]
    assert await found(scene, stranger) == []
    assert await found(scene, await client_of(scene)) == [first, free]
    assert await found(scene, await client_of(scene, other)) == [theirs]


async def test_records_lead_to_their_requests(scene: Scene) -> None:
    case, client = await scene.a_case(), await client_of(scene)
    asked = (await ask(scene, client, caseId=write_id("case", case)))["appointmentRequest"]
    query = (
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Case { appointmentRequests { edges { node { id } } } } "
        "... on Client { appointmentRequests { edges { node { id } } } } } }"
    )
    for viewer in (scene.advisor, client):
        ids = [write_id("case", case), write_id("client", scene.client)]
        answer = await scene.graph.run(query, as_=viewer, ids=ids)
        assert answer.errors == []
        for node in answer.data["nodes"]:
            assert node["appointmentRequests"]["edges"] == [{"node": {"id": asked["id"]}}]


async def test_the_task_leads_to_the_request(scene: Scene) -> None:
    case = await scene.a_case()
    asked = (await ask(scene, scene.advisor, caseId=write_id("case", case)))["appointmentRequest"]
    query = (
        "{ tasks(filter: {mine: true}) { edges { node { rule dueOn source { id } "
        "source { ... on AppointmentRequest { status } } } } } }"
    )
    answer = await scene.graph.run(query, as_=scene.advisor)
    (edge,) = answer.data["tasks"]["edges"]
    assert edge["node"]["rule"] == "APPOINTMENT_REQUEST"
    assert edge["node"]["source"] == {"id": asked["id"], "status": "OPEN"}


async def test_mutations_take_the_statements_they_promise(scene: Scene) -> None:
    spent: dict[str, int] = {}
    case, client = await scene.a_case(), await client_of(scene)
    given = {"caseId": write_id("case", case), "preferredTimes": [starting()]}

    async def one(name: str, **said: Any) -> dict[str, Any]:
        payload = await scene.ask(name, scene.advisor, **said)
        assert payload["errors"] == []
        spent[name] = scene.last.statements
        shown: dict[str, Any] = payload["appointmentRequest"]
        return shown

    asked = (await ask(scene, client, **given))["appointmentRequest"]
    await one("appointmentRequestDecline", id=asked["id"], expectedVersion=1, reason="Ring us")
    asked = await one("appointmentRequest", **given)
    await one("appointmentRequestWithdraw", id=asked["id"], expectedVersion=1)
    assert DAY.isoformat() in str(asked["preferredTimes"])
    assert spent == {name: most_statements(name) for name in spent}
