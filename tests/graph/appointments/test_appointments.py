"""Appointments by their mutations and queries: who may, who sees what, and what a refusal says."""

from datetime import UTC, date, timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import stopped
from cma_graphql.graph.node import write_id
from graph.appointments.conftest import parameters, rules
from support.appointments import an_appointment, at_london, working_day
from support.case_scene import Scene
from support.operations import document
from support.trail import audit_of, events_of

DAY = working_day()
ROLES = [role for role in Role if role not in {Role.SYSTEM_ADMIN, Role.NETWORK_ADMIN}]


def starting(clock: str = "10:00", day: date = DAY) -> dict[str, Any]:
    """Say a beginning as a local time."""
    return {"local": {"day": day.isoformat(), "time": clock}}


def instant(clock: str = "10:00", day: date = DAY) -> str:
    """Write an instant as the API does."""
    return f"{at_london(day, clock).astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"


async def book(scene: Scene, case_id: UUID, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
    """Book an appointment of a case, as the advisor unless said."""
    said = {"caseId": write_id("case", case_id), "appointmentType": "ADVICE", "start": starting(), **given}
    return await scene.ask("appointmentBook", as_ or scene.advisor, **said)


async def on(scene: Scene, name: str, shown: dict[str, Any], as_: Actor | None = None, **given: Any) -> dict[str, Any]:
    """Run a mutation of an appointment as it was shown, as the advisor unless said."""
    return await scene.ask(name, as_ or scene.advisor, id=shown["id"], expectedVersion=shown["version"], **given)


async def test_what_is_booked_is_shown(scene: Scene) -> None:
    case = await scene.a_case()
    payload = await book(scene, case, meetingMode="VIDEO", location="A link", preparationNotes="Bank statements")
    assert payload["errors"] == []
    shown = payload["appointment"]
    expected = {
        "appointmentType": "ADVICE",
        "status": "SCHEDULED",
        "startsAt": instant(),
        "endsAt": instant("11:00"),
        "durationMinutes": 60,
        "meetingMode": "VIDEO",
        "location": "A link",
        "preparationNotes": "Bank statements",
        "case": {"id": write_id("case", case)},
        "client": {"id": write_id("client", scene.client)},
        "allowedStatuses": [
            "CONFIRMED",
            "ATTENDED",
            "NO_SHOW",
            "CANCELLED_BY_CLIENT",
            "CANCELLED_BY_CENTRE",
            "RESCHEDULED",
        ],
        "viewerCan": {"change": True, "override": False},
        "version": 1,
    }
    assert {name: shown[name] for name in expected} == expected
    assert shown["advisor"]["id"] == shown["booker"]["id"] == write_id("membership", scene.advisor.user_id)
    (event,) = await events_of(scene.data, scene.centre)
    assert (event.name, event.audience_after["user_ids"]) == ("appointment.booked", [str(scene.advisor.user_id)])
    entry = (await audit_of(scene.data, scene.centre))[-1]
    assert (entry.action, entry.case_id) == ("appointment.booked", case)


@pytest.mark.parametrize("role", ROLES)
async def test_who_may_book_for_an_own_case(scene: Scene, role: Role) -> None:
    if role is Role.SERVICE:
        person = await scene.data.a_service(scene.centre, Permission.APPOINTMENT_WRITE, Permission.CASE_READ)
    else:
        portal = {"client_id": scene.client} if role is Role.CLIENT else {}
        person = await scene.data.a_member(scene.centre, role, **portal)
    team = () if role in {Role.CLIENT, Role.SERVICE} else (person,)
    payload = await book(scene, await scene.a_case(team_members=team), person)
    may = {Role.CENTRE_MANAGER, Role.ADVISOR, Role.TRAINEE, Role.SERVICE}
    assert [error["__typename"] for error in payload["errors"]] == ([] if role in may else ["ForbiddenError"])
    assert len(await events_of(scene.data, scene.centre)) == (role in may)


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.TRAINEE])
async def test_a_teams_case_is_an_advisors_and_no_trainees(scene: Scene, role: Role) -> None:
    team = await scene.data.a_team(scene.centre)
    person = await scene.data.a_member(scene.centre, role, team_ids=(team,))
    payload = await book(scene, await scene.a_case(team_id=team), person)
    assert rules(payload) == ([] if role is Role.ADVISOR else [("NotFoundError", ["caseId"], None)])


async def test_another_centres_records_are_not_there(scene: Scene) -> None:
    elsewhere = await scene.data.a_centre()
    there = await scene.data.a_member(elsewhere, Role.CENTRE_MANAGER)
    case = await scene.a_case()
    shown = (await book(scene, case))["appointment"]
    assert rules(await book(scene, case, there)) == [("NotFoundError", ["caseId"], None)]
    own = await scene.data.a_case(elsewhere)
    named = await book(scene, own, there, advisorId=write_id("membership", scene.advisor.user_id))
    assert rules(named) == [("NotFoundError", ["advisorId"], None)]
    for name, given in (
        ("appointmentConfirm", {}),
        ("appointmentCancel", {"byClient": True, "reason": "x"}),
        ("appointmentReschedule", {"start": starting("14:00")}),
    ):
        assert rules(await on(scene, name, shown, there, **given)) == [("NotFoundError", ["id"], None)]
    answer = await scene.graph.run(document("appointment"), as_=there, id=shown["id"])
    assert (answer.data, answer.errors) == ({"appointment": None}, [])
    assert len(await events_of(scene.data, scene.centre)) == 1


async def test_a_taken_time_is_told_with_others(scene: Scene) -> None:
    first = (await book(scene, await scene.a_case()))["appointment"]
    payload = await book(scene, await scene.a_case(client_id=await scene.data.a_client(scene.centre)))
    (error,) = payload["errors"]
    assert error["__typename"] == "SlotTakenError"
    assert (error["code"], error["path"]) == ("SLOT_TAKEN", ["input", "start"])
    assert (error["whose"], error["clashing"]) == ("ADVISOR", {"id": first["id"]})
    assert error["alternatives"] == [instant("09:00"), instant("11:00"), instant("11:15")]


async def test_who_does_not_see_the_other_appointment_is_not_told_which_it_is(scene: Scene) -> None:
    hidden = await scene.a_case(restricted=True)
    assert (await book(scene, hidden, scene.manager))["errors"] == []
    colleague = await scene.data.a_member(scene.centre)
    own = await scene.a_case(advisor=colleague)
    payload = await book(scene, own, colleague, advisorId=write_id("membership", scene.advisor.user_id))
    (error,) = payload["errors"]
    assert (error["__typename"], error["clashing"], error["whose"]) == ("SlotTakenError", None, "ADVISOR")


async def test_opening_hours_are_told(scene: Scene) -> None:
    payload = await book(scene, await scene.a_case(), start=starting("07:00"))
    assert rules(payload) == [("ValidationError", ["start"], "outside-opening-hours")]
    assert parameters(payload)["opens"] == "09:00"
    assert len(parameters(payload)["free"].split(",")) == 3


@pytest.mark.parametrize(
    ("local", "rule", "path"),
    [
        ({"day": "2027-03-28", "time": "01:30"}, "time-left-out", "time"),
        ({"day": "2027-10-31", "time": "01:30"}, "time-twice", "time"),
        ({"day": "2027-06-15", "time": "10:00", "timeZone": "Europe/Atlantis"}, "time-zone", "timeZone"),
        ({"day": "2027-06-15", "time": "10am"}, "clock-format", "time"),
    ],
)
async def test_a_time_that_is_none_is_refused(scene: Scene, local: dict[str, Any], rule: str, path: str) -> None:
    payload = await book(scene, await scene.a_case(), start={"local": local})
    assert rules(payload) == [("ValidationError", ["start", "local", path], rule)]


async def test_a_manager_books_at_night_when_the_clock_is_put_back(scene: Scene) -> None:
    local = {"day": "2027-10-31", "time": "01:30", "occurrence": "LATER"}
    payload = await book(
        scene, await scene.a_case(), scene.manager, start={"local": local}, overrideReason="Bailiffs at two"
    )
    shown = payload["appointment"]
    assert (shown["startsAt"], shown["overrideReason"]) == ("2027-10-31T01:30:00.000Z", "Bailiffs at two")


async def test_a_chain_leads_both_ways(scene: Scene) -> None:
    first = (await book(scene, await scene.a_case()))["appointment"]
    payload = await on(scene, "appointmentReschedule", first, start={"instant": instant("14:00")}, reason="Bus")
    second = payload["appointment"]
    assert (second["startsAt"], second["status"]) == (instant("14:00"), "SCHEDULED")
    assert second["rescheduledFrom"] == {"id": first["id"], "status": "RESCHEDULED"}
    answer = await scene.graph.run(document("appointment"), as_=scene.advisor, id=first["id"])
    assert answer.data["appointment"]["rescheduledTo"] == {"id": second["id"], "status": "SCHEDULED"}
    stale = await on(scene, "appointmentConfirm", first)
    assert [error["__typename"] for error in stale["errors"]] == ["ConflictError"]
    assert stale["errors"][0]["current"] == {"id": first["id"]}


async def test_from_booking_to_outcome(scene: Scene) -> None:
    shown = (await book(scene, await scene.a_case()))["appointment"]
    confirmed = (await on(scene, "appointmentConfirm", shown))["appointment"]
    assert (confirmed["status"], confirmed["version"]) == ("CONFIRMED", 2)
    early = await on(scene, "appointmentAttend", confirmed, outcomeSummary="Agreed")
    assert rules(early) == [("ValidationError", ["id"], "too-early")]
    follow = (DAY + timedelta(days=14)).isoformat()
    with stopped(at_london(DAY, "11:00")):
        kept = await on(
            scene, "appointmentAttend", confirmed, outcomeSummary="Agreed", followUpRequired=True, followUpOn=follow
        )
        assert kept["errors"] == []
        again = await on(scene, "appointmentMiss", kept["appointment"])
    appointment = kept["appointment"]
    assert (appointment["status"], appointment["outcomeSummary"], appointment["followUpOn"]) == (
        "ATTENDED",
        "Agreed",
        follow,
    )
    (error,) = again["errors"]
    assert (error["__typename"], error["from"], error["to"], error["allowed"]) == (
        "TransitionError",
        "ATTENDED",
        "NO_SHOW",
        [],
    )
    told = [(event.name, event.version) for event in await events_of(scene.data, scene.centre)]
    assert told == [("appointment.booked", 1), ("appointment.confirmed", 2), ("appointment.attended", 3)]
    assert "Agreed" not in str([event.changes for event in await events_of(scene.data, scene.centre)])


async def test_under_one_key_it_is_booked_once(scene: Scene) -> None:
    case = await scene.a_case()
    first = await book(scene, case, idempotencyKey="one")
    second = await book(scene, case, idempotencyKey="one")
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["appointment"]["id"] == second["appointment"]["id"]


async def test_the_portal_shows_when_and_not_what_staff_wrote(scene: Scene) -> None:
    case = await scene.a_case()
    shown = (await book(scene, case, preparationNotes="Ask about gambling"))["appointment"]
    client = await scene.data.a_member(scene.centre, Role.CLIENT, client_id=scene.client)
    answer = await scene.graph.run(document("appointment"), as_=client, id=shown["id"])
    assert answer.errors == []
    seen = answer.data["appointment"]
    assert (seen["startsAt"], seen["preparationNotes"], seen["outcomeSummary"]) == (instant(), None, None)
    withheld = {entry["requiredPermission"] for entry in answer.redacted}
    assert "NOTE_READ_CONFIDENTIAL" in withheld
    called_off = await on(scene, "appointmentCancel", shown, client, byClient=True, reason="Is ill")
    assert called_off["appointment"]["status"] == "CANCELLED_BY_CLIENT"
    other = await scene.data.a_member(scene.centre, Role.CLIENT, client_id=await scene.data.a_client(scene.centre))
    unseen = await scene.graph.run(document("appointment"), as_=other, id=shown["id"])
    assert unseen.data == {"appointment": None}


async def test_an_advisor_sees_their_own_diary_whosever_case_it_is(scene: Scene) -> None:
    colleague = await scene.data.a_member(scene.centre)
    case = await scene.a_case()
    shown = (await book(scene, case, advisorId=write_id("membership", colleague.user_id)))["appointment"]
    answer = await scene.graph.run(document("appointments"), as_=colleague, filter={"own": True})
    (edge,) = answer.data["appointments"]["edges"]
    assert (edge["node"]["id"], edge["node"]["case"], edge["node"]["client"]) == (shown["id"], None, None)
    assert edge["node"]["viewerCan"] == {"change": True, "override": False}
    stranger = await scene.data.a_member(scene.centre)
    unseen = await scene.graph.run(document("appointments"), as_=stranger)
    assert unseen.data["appointments"]["edges"] == []


async def test_lists_are_filtered_and_ordered(scene: Scene) -> None:
    case, client = await scene.a_case(), await scene.data.a_client(scene.centre)
    late = await an_appointment(
        scene.data,
        scene.centre,
        advisor=scene.advisor,
        client_id=scene.client,
        case_id=case,
        starts_at=at_london(DAY, "14:00"),
        status="NO_SHOW",
    )
    early = await an_appointment(
        scene.data,
        scene.centre,
        advisor=scene.manager,
        client_id=client,
        starts_at=at_london(DAY, "09:00"),
    )

    async def found(**conditions: Any) -> list[str]:
        answer = await scene.graph.run(document("appointments"), as_=scene.manager, filter=conditions)
        assert answer.errors == []
        assert answer.data["appointments"]["totalCount"] == len(answer.data["appointments"]["edges"])
        return [edge["node"]["id"] for edge in answer.data["appointments"]["edges"]]

    one, other = write_id("appointment", late), write_id("appointment", early)
    assert await found() == [other, one]
    assert await found(status=["NO_SHOW", "ATTENDED"]) == [one]
    assert await found(advisor=[write_id("membership", scene.manager.user_id)]) == [other]
    assert await found(own=True) == [other]
    assert await found(case=[write_id("case", case)]) == [one]
    assert await found(client=[write_id("client", client)]) == [other]
    assert await found(startsFrom=instant("10:00")) == [one]
    assert await found(startsBefore=instant("10:00")) == [other]
    assert await found(mode=["VIDEO"]) == []
    assert await found(type=["ADVICE"], outcomeMissing=True) == []


async def test_records_lead_to_their_appointments(scene: Scene) -> None:
    case = await scene.a_case()
    shown = (await book(scene, case))["appointment"]
    query = (
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Case { appointments { edges { node { id } } } } "
        "... on Client { appointments { edges { node { id } } } } "
        "... on Membership { appointments { edges { node { id } } } } } }"
    )
    ids = [
        write_id("case", case),
        write_id("client", scene.client),
        write_id("membership", scene.advisor.user_id),
    ]
    answer = await scene.graph.run(query, as_=scene.advisor, ids=ids)
    assert answer.errors == []
    for node in answer.data["nodes"]:
        assert node["appointments"]["edges"] == [{"node": {"id": shown["id"]}}]


async def test_free_times_are_suggested(scene: Scene) -> None:
    await book(scene, await scene.a_case(), start=starting("09:30"))
    other = await scene.data.a_member(scene.centre)
    given: dict[str, Any] = {"fromDay": DAY.isoformat(), "untilDay": DAY.isoformat(), "most": 4}
    me, them = (write_id("membership", person.user_id) for person in (scene.advisor, other))
    answer = await scene.graph.run(document("appointmentSlots"), as_=scene.advisor, advisorId=me, **given)
    assert [slot["startsAt"] for slot in answer.data["appointmentSlots"]] == [
        instant("10:30"),
        instant("10:45"),
        instant("11:00"),
        instant("11:15"),
    ]
    anybody = await scene.graph.run(document("appointmentSlots"), as_=scene.advisor, **given)
    slots = anybody.data["appointmentSlots"]
    assert {slot["startsAt"] for slot in slots} == {instant("09:00"), instant("09:15")}
    assert {slot["advisor"]["id"] for slot in slots} == {them, write_id("membership", scene.manager.user_id)}
    for_client = await scene.graph.run(
        document("appointmentSlots"),
        as_=scene.advisor,
        advisorId=them,
        clientId=write_id("client", scene.client),
        **given,
    )
    assert for_client.data["appointmentSlots"][0]["startsAt"] == instant("10:30")
    skilled = await scene.graph.run(document("appointmentSlots"), as_=scene.advisor, skill="HOUSING", **given)
    assert skilled.data["appointmentSlots"] == []
    nobody = await scene.graph.run(document("appointmentSlots"), as_=scene.advisor, advisorId="case_1", **given)
    assert nobody.data["appointmentSlots"] == []


@pytest.mark.parametrize(
    ("until", "minutes", "most", "rule"),
    [(31, 60, 20, "span"), (-1, 60, 20, "order"), (0, 1, 20, "duration"), (0, 60, 101, "page-size")],
)
async def test_suggestions_are_bounded(scene: Scene, until: int, minutes: int, most: int, rule: str) -> None:
    answer = await scene.graph.run(
        document("appointmentSlots"),
        as_=scene.advisor,
        fromDay=DAY.isoformat(),
        untilDay=(DAY + timedelta(days=until)).isoformat(),
        durationMinutes=minutes,
        most=most,
    )
    (error,) = answer.errors
    assert error.original_error.rule == rule
