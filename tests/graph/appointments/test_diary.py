"""The centre's diary and the feeds of diaries, by their mutations; and the calendar that a feed gives."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.core.errors import Unavailable
from cma_graphql.core.ids import new_id
from cma_graphql.domain.appointments.calendar import calendar_of, feed_path, new_feed_token
from cma_graphql.graph.node import write_id
from cma_graphql.transport.calendar_http import calendar_routes
from cma_graphql.transport.metrics import Metrics
from cma_graphql.transport.middleware import with_edge_middleware
from cma_graphql.transport.routes import EXCEPTION_HANDLERS
from graph.appointments.conftest import rules
from support.acting import Acting
from support.appointments import an_appointment, at_london, working_day
from support.case_scene import Scene
from support.operations import document
from support.trail import audit_of, events_of

DAY = working_day()
WEEK = [{"weekday": 1, "opens": "10:00", "closes": "24:00"}, {"weekday": 6, "opens": "09:00", "closes": "12:30"}]
USUAL = [{"weekday": weekday, "opens": "09:00", "closes": "17:00"} for weekday in range(1, 6)]


async def diary(scene: Scene, as_: Actor | None = None, **days: str) -> dict[str, Any]:
    """Ask for the diary."""
    given = {"fromDay": "2026-12-01", "untilDay": "2026-12-31", **days}
    answer = await scene.graph.run(document("openingTimes"), as_=as_ or scene.manager, **given)
    assert answer.errors == []
    shown: dict[str, Any] = answer.data["openingTimes"]
    return shown


@pytest.mark.parametrize(
    ("jurisdiction", "region"),
    [("ENGLAND_AND_WALES", "ENG"), ("SCOTLAND", "SCT"), ("NORTHERN_IRELAND", "NIR")],
)
async def test_a_diary_that_nobody_settled_is_the_usual_one(scene: Scene, jurisdiction: str, region: str) -> None:
    centre = await scene.data.a_centre(jurisdiction=jurisdiction)
    manager = await scene.data.a_member(centre, Role.CENTRE_MANAGER)
    shown = await diary(scene, manager)
    assert shown == {
        "holidayRegion": region,
        "reminderHours": [48, 2],
        "week": USUAL,
        "version": 0,
        "exceptions": [],
        "bankHolidays": shown["bankHolidays"],
    }
    assert {"onDay": "2026-12-25", "name": "Christmas Day"} in shown["bankHolidays"]


@pytest.mark.parametrize(
    ("region", "on_day", "name"),
    [
        ("SCT", "2026-11-30", "Saint Andrew's Day"),
        ("NIR", "2027-03-17", "Saint Patrick's Day"),
        ("ENG", "2027-03-29", "Easter Monday"),
        ("WLS", "2027-03-29", "Easter Monday"),
    ],
)
async def test_each_part_of_the_kingdom_has_its_holidays(scene: Scene, region: str, on_day: str, name: str) -> None:
    for other in {"ENG", "WLS", "SCT", "NIR"} - {region}:
        given: dict[str, Any] = {"holidayRegion": other, "reminderHours": [], "week": []}
        version = (await diary(scene))["version"]
        assert (await scene.ask("openingTimesUpdate", expectedVersion=version, **given))["errors"] == []
    version = (await diary(scene))["version"]
    await scene.ask("openingTimesUpdate", expectedVersion=version, holidayRegion=region, reminderHours=[], week=[])
    shown = await diary(scene, fromDay=on_day, untilDay=on_day)
    assert shown["bankHolidays"] == [{"onDay": on_day, "name": name}]


async def test_a_manager_settles_the_diary(scene: Scene) -> None:
    first = await scene.ask(
        "openingTimesUpdate", expectedVersion=0, holidayRegion="WLS", reminderHours=[2, 24, 24], week=WEEK
    )
    assert first["errors"] == []
    expected = {"holidayRegion": "WLS", "reminderHours": [24, 2], "week": WEEK, "version": 1}
    assert first["openingTimes"] == expected
    second = await scene.ask(
        "openingTimesUpdate", expectedVersion=1, holidayRegion="WLS", reminderHours=[24, 2], week=WEEK[:1]
    )
    assert (second["openingTimes"]["week"], second["openingTimes"]["version"]) == (WEEK[:1], 2)
    again = await scene.ask(
        "openingTimesUpdate", expectedVersion=2, holidayRegion="WLS", reminderHours=[24, 2], week=WEEK[:1]
    )
    assert again["openingTimes"]["version"] == 2
    for stale in (0, 1):
        refused = await scene.ask(
            "openingTimesUpdate", expectedVersion=stale, holidayRegion="ENG", reminderHours=[], week=[]
        )
        assert [error["__typename"] for error in refused["errors"]] == ["ConflictError"]
    names = [event.name for event in await events_of(scene.data, scene.centre)]
    assert names == ["diary.updated", "diary.updated"]
    assert (await audit_of(scene.data, scene.centre))[-1].action == "diary.updated"


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"reminderHours": [0]}, ("ValidationError", ["reminderHours"], "reminders")),
        ({"reminderHours": [1, 2, 3, 4, 5, 6]}, ("ValidationError", ["reminderHours"], "reminders")),
        (
            {"week": [{"weekday": 8, "opens": "09:00", "closes": "10:00"}]},
            ("ValidationError", ["week", "0", "weekday"], "weekday"),
        ),
        (
            {"week": [{"weekday": 1, "opens": "10:00", "closes": "09:00"}]},
            ("ValidationError", ["week", "0", "closes"], "order"),
        ),
        (
            {"week": [{"weekday": 1, "opens": "nine", "closes": "10:00"}]},
            ("ValidationError", ["week", "0", "opens"], "clock-format"),
        ),
        ({"week": [WEEK[0], WEEK[0]]}, ("ValidationError", ["week", "1", "weekday"], "duplicate")),
    ],
)
async def test_a_diary_that_makes_no_sense_is_refused(scene: Scene, given: dict[str, Any], rule: Any) -> None:
    said = {"expectedVersion": 0, "holidayRegion": "ENG", "reminderHours": [2], "week": WEEK, **given}
    assert rules(await scene.ask("openingTimesUpdate", **said)) == [rule]
    assert await events_of(scene.data, scene.centre) == []


async def test_a_day_is_unlike_its_weekday_until_that_is_withdrawn(scene: Scene) -> None:
    on_day = DAY.isoformat()
    added = await scene.ask("openingExceptionAdd", onDay=on_day, reason=" Flood ")
    shown = added["openingException"]
    assert (shown["onDay"], shown["reason"], shown["opens"], shown["closes"]) == (on_day, "Flood", None, None)
    twice = await scene.ask("openingExceptionAdd", onDay=on_day, reason="Flood")
    assert rules(twice) == [("ValidationError", ["onDay"], "exists")]
    span: dict[str, Any] = {"fromDay": on_day, "untilDay": on_day}
    assert (await diary(scene, **span))["exceptions"] == [shown]
    gone = await scene.ask("openingExceptionWithdraw", id=shown["id"], expectedVersion=1)
    assert (gone["errors"], gone["withdrawnId"]) == ([], shown["id"])
    assert (await diary(scene, **span))["exceptions"] == []
    assert (await scene.ask("openingExceptionAdd", onDay=on_day, reason="Flood"))["errors"] == []
    names = [event.name for event in await events_of(scene.data, scene.centre)]
    assert names == ["diary.exception_added", "diary.exception_withdrawn", "diary.exception_added"]


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"onDay": (today() - timedelta(days=1)).isoformat()}, ("ValidationError", ["onDay"], "future")),
        ({"onDay": date.max.isoformat()}, ("ValidationError", ["onDay"], "future")),
        ({"opens": "09:00"}, ("ValidationError", ["closes"], "hours")),
        ({"opens": "11:00", "closes": "09:00"}, ("ValidationError", ["closes"], "order")),
    ],
)
async def test_a_day_that_makes_no_sense_is_refused(scene: Scene, given: dict[str, Any], rule: Any) -> None:
    said = {"onDay": DAY.isoformat(), "reason": "Flood", **given}
    assert rules(await scene.ask("openingExceptionAdd", **said)) == [rule]


async def test_only_managers_settle_the_diary(scene: Scene) -> None:
    added = await scene.ask("openingExceptionAdd", onDay=DAY.isoformat(), reason="Flood")
    key = added["openingException"]["id"]
    for name, given in (
        ("openingTimesUpdate", {"expectedVersion": 0, "holidayRegion": "ENG", "reminderHours": [], "week": []}),
        ("openingExceptionAdd", {"onDay": (DAY + timedelta(days=1)).isoformat(), "reason": "Flood"}),
        ("openingExceptionWithdraw", {"id": key, "expectedVersion": 1}),
    ):
        payload = await scene.ask(name, scene.advisor, **given)
        assert [error["__typename"] for error in payload["errors"]] == ["ForbiddenError"]
    elsewhere = await scene.data.a_centre()
    stranger = await scene.data.a_member(elsewhere, Role.CENTRE_MANAGER)
    refused = await scene.ask("openingExceptionWithdraw", stranger, id=key, expectedVersion=1)
    assert rules(refused) == [("NotFoundError", ["id"], None)]


@pytest.fixture
async def reader(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    """Serve calendars as the product does."""

    async def find(token: str) -> Any:
        if token == "away":
            raise Unavailable
        return await calendar_of(scene.data.database, token)

    app = Starlette(routes=calendar_routes(find), exception_handlers=EXCEPTION_HANDLERS)
    wrapped = with_edge_middleware(app, metrics=Metrics(CollectorRegistry()), production=False)
    transport = httpx.ASGITransport(app=wrapped)
    async with httpx.AsyncClient(transport=transport, base_url="http://cma.example") as client:
        yield client


async def a_feed(scene: Scene) -> dict[str, Any]:
    """Make a feed of the advisor's."""
    payload = await scene.ask("calendarFeedCreate", scene.advisor)
    assert payload["errors"] == []
    return payload


async def test_a_calendar_says_when_and_never_who(scene: Scene, reader: httpx.AsyncClient, acting: Acting) -> None:
    case = await scene.a_case()
    number = await acting.rows.fetchval("SELECT case_number FROM cases WHERE id = $1", case)
    one = await an_appointment(
        scene.data,
        scene.centre,
        advisor=scene.advisor,
        client_id=scene.client,
        case_id=case,
        meeting_mode="HOME_VISIT",
        location="1 Secret Street",
        preparation_notes="Ask about gambling",
        status="CONFIRMED",
    )
    other = await an_appointment(
        scene.data,
        scene.centre,
        advisor=scene.advisor,
        client_id=scene.client,
        starts_at=at_london(DAY, "14:00"),
        status="CANCELLED_BY_CLIENT",
        cancellation_reason="Is ill",
    )
    await an_appointment(
        scene.data, scene.centre, advisor=scene.manager, client_id=await scene.data.a_client(scene.centre)
    )
    path = (await a_feed(scene))["path"]
    answer = await reader.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["cache-control"] == "private, no-cache"
    client = await acting.rows.fetchrow("SELECT first_name, last_name FROM clients WHERE id = $1", scene.client)
    assert client is not None
    for secret in (client["last_name"], "Secret", "gambling", "Is ill", scene.client.hex):
        assert secret not in answer.text
    events: dict[str, Any] = {str(event["uid"]): event for event in Calendar.from_ical(answer.text).walk("VEVENT")}
    assert set(events) == {f"{key.hex}@cma-graphql" for key in (one, other)}
    kept, called_off = (events[f"{key.hex}@cma-graphql"] for key in (one, other))
    assert kept["dtstart"].dt == at_london(DAY, "10:00")
    assert kept["dtend"].dt - kept["dtstart"].dt == timedelta(hours=1)
    assert (str(kept["summary"]), str(kept["status"])) == (f"{number}, home visit", "CONFIRMED")
    assert (str(called_off["summary"]), str(called_off["status"])) == ("Appointment, telephone", "CANCELLED")


async def test_a_calendar_names_no_case_that_its_advisor_does_not_see(
    scene: Scene, reader: httpx.AsyncClient, acting: Acting
) -> None:
    colleague, team = await scene.data.a_member(scene.centre), await scene.data.a_team(scene.centre)
    stand_in = await scene.data.a_member(scene.centre, team_ids=(team,))
    numbers = {}
    for hour, given in (("09:00", {"restricted": True}), ("10:00", {}), ("11:00", {"team_members": (stand_in,)})):
        case = await scene.a_case(
            advisor=colleague, team_id=team, client_id=await scene.data.a_client(scene.centre), **given
        )
        await an_appointment(
            scene.data,
            scene.centre,
            advisor=stand_in,
            client_id=await acting.rows.fetchval("SELECT client_id FROM cases WHERE id = $1", case),
            case_id=case,
            starts_at=at_london(DAY, hour),
        )
        numbers[hour] = await acting.rows.fetchval("SELECT case_number FROM cases WHERE id = $1", case)
    made = await scene.ask("calendarFeedCreate", stand_in)
    text = (await reader.get(made["path"])).text
    assert [number in text for number in numbers.values()] == [False, True, True]
    seen = await scene.graph.run("{ appointments { edges { node { case { caseNumber } } } } }", as_=stand_in)
    named = [edge["node"]["case"] and edge["node"]["case"]["caseNumber"] for edge in seen.data["appointments"]["edges"]]
    assert named == [None, numbers["10:00"], numbers["11:00"]]


async def test_an_unchanged_calendar_is_not_sent_again(scene: Scene, reader: httpx.AsyncClient) -> None:
    path = (await a_feed(scene))["path"]
    first = await reader.get(path)
    tag = first.headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        same = await reader.get(path, headers={"If-None-Match": given})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    await an_appointment(scene.data, scene.centre, advisor=scene.advisor, client_id=scene.client)
    changed = await reader.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_an_address_that_is_not_good_is_not_there(scene: Scene, reader: httpx.AsyncClient) -> None:
    made = await a_feed(scene)
    path = made["path"]
    feed = made["calendarFeed"]
    elsewhere = await scene.data.a_centre()
    wrong = [
        feed_path(new_feed_token(scene.centre)),
        feed_path(new_feed_token(elsewhere)),
        feed_path(new_feed_token(new_id())),
        feed_path("cma_cal_short"),
        feed_path("x" * 300),
        path.replace("cma_cal_", "cma_sk_"),
    ]
    for address in wrong:
        answer = await reader.get(address)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND")
    assert (await reader.get(feed_path("away"))).status_code == 503
    assert (await reader.post(path)).status_code == 405
    assert (await reader.get(path)).status_code == 200
    ended = await scene.ask("calendarFeedRevoke", scene.advisor, id=feed["id"], expectedVersion=1)
    assert (ended["errors"], ended["calendarFeed"]["version"]) == ([], 2)
    assert (await reader.get(path)).status_code == 404
    again = await scene.ask("calendarFeedRevoke", scene.advisor, id=feed["id"], expectedVersion=2)
    assert [error["__typename"] for error in again["errors"]] == ["TransitionError"]


async def test_who_leaves_the_centre_is_read_no_more(scene: Scene, reader: httpx.AsyncClient, acting: Acting) -> None:
    path = (await a_feed(scene))["path"]
    await acting.rows.execute("UPDATE memberships SET status = 'DEACTIVATED' WHERE user_id = $1", scene.advisor.user_id)
    assert (await reader.get(path)).status_code == 404


async def test_of_a_token_a_digest_alone_is_kept(scene: Scene, acting: Acting) -> None:
    made = await a_feed(scene)
    token = made["path"].removeprefix("/calendar/").removesuffix(".ics")
    row = await acting.rows.fetchrow("SELECT * FROM calendar_feeds WHERE centre_id = $1", scene.centre)
    assert row is not None
    assert token not in str(dict(row))
    assert token not in str([event.row for event in await events_of(scene.data, scene.centre)])


async def test_a_feed_is_ones_own(scene: Scene) -> None:
    feed = (await a_feed(scene))["calendarFeed"]
    mine = await scene.graph.run(document("calendarFeeds"), as_=scene.advisor)
    assert mine.data["calendarFeeds"] == [feed]
    theirs = await scene.graph.run(document("calendarFeeds"), as_=scene.manager)
    assert theirs.data["calendarFeeds"] == []
    refused = await scene.ask("calendarFeedRevoke", scene.manager, id=feed["id"], expectedVersion=1)
    assert rules(refused) == [("NotFoundError", ["id"], None)]
    for _ in range(4):
        await a_feed(scene)
    sixth = await scene.ask("calendarFeedCreate", scene.advisor)
    assert [(error["__typename"], error["maximum"]) for error in sixth["errors"]] == [("LimitError", 5)]
    officer = await scene.data.a_member(scene.centre, Role.COMPLIANCE_OFFICER)
    none = await scene.ask("calendarFeedCreate", officer)
    assert [error["__typename"] for error in none["errors"]] == ["ForbiddenError"]
    assert write_id("calendarfeed", new_id()) != feed["id"]


async def test_under_one_key_the_path_is_shown_once(scene: Scene) -> None:
    first = await scene.ask("calendarFeedCreate", scene.advisor, idempotencyKey="one")
    second = await scene.ask("calendarFeedCreate", scene.advisor, idempotencyKey="one")
    assert first["path"] is not None
    assert (second["path"], second["replayed"], second["calendarFeed"]) == (None, True, first["calendarFeed"])
