"""What clients ask for an appointment by: when it may be, how often, what becomes of it, and the task that it gives."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, today
from cma_graphql.core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    InvalidInput,
    LimitReached,
    NotFound,
    TransitionRefused,
)
from cma_graphql.domain.appointments import upkeep
from cma_graphql.domain.appointments.diary_models import HolidayRegion
from cma_graphql.domain.appointments.local_time import LocalTime
from cma_graphql.domain.appointments.models import MeetingMode
from cma_graphql.domain.appointments.request_tasks import see_to_request
from cma_graphql.domain.appointments.services.diaries import OpeningHours, add_opening_exception, update_diary
from cma_graphql.domain.appointments.services.requests import (
    MOST_OPEN,
    decline_request,
    request_appointment,
    withdraw_request,
)
from cma_graphql.domain.casework.cancel import cancel_case
from cma_graphql.domain.casework.delete_client import delete_client
from cma_graphql.domain.clients.services.delete import restore_client
from domain.appointments.conftest import Desk
from support.appointments import a_request, at_london, working_day

TASKS = "SELECT * FROM tasks WHERE centre_id = $1 AND rule = 'APPOINTMENT_REQUEST' ORDER BY created_at, id"


@dataclass
class Portal:
    """A desk, and the client who asks."""

    desk: Desk
    client: Actor

    async def ask(self, as_: Actor | None = None, **given: Any) -> UUID:
        """Ask, as the client unless said."""
        key: UUID = await self.desk.acting(as_ or self.client, request_appointment, **given)
        return key

    async def row(self, key: UUID) -> dict[str, Any]:
        """Answer a request's row."""
        row = await self.desk.acting.rows.fetchrow("SELECT * FROM appointment_requests WHERE id = $1", key)
        assert row is not None
        return dict(row)

    async def tasks(self) -> list[dict[str, Any]]:
        """Answer the tasks of the centre's requests."""
        return [dict(row) for row in await self.desk.acting.rows.fetch(TASKS, self.desk.centre)]

    async def work(self, key: UUID) -> None:
        """Do what the worker does at once."""
        await self.desk.acting(system_of(self.desk.centre), see_to_request, request_id=key)

    async def keep_up(self) -> int:
        """Do what the worker does every so often."""
        done: int = await self.desk.acting(system_of(self.desk.centre), upkeep.see_to_requests, at=now())
        return done

    async def names(self) -> list[str]:
        """Answer the names of what was told of requests."""
        events = await self.desk.acting.events(self.desk.centre)
        return [event["name"] for event in events if event["name"].startswith("appointment_request.")]


@pytest.fixture
async def portal(desk: Desk) -> Portal:
    """Let the client in."""
    return Portal(desk, await desk.data.a_member(desk.centre, Role.CLIENT, client_id=desk.client))


def local(clock: str, day: date | None = None) -> LocalTime:
    return LocalTime(day=day or working_day(), clock=clock)


async def test_a_client_asks_and_the_advisor_has_a_task(portal: Portal) -> None:
    desk, times = portal.desk, [local("14:00"), local("10:00"), local("14:00")]
    key = await portal.ask(case_id=desk.case, meeting_mode=MeetingMode.PHONE, preferred_times=times, note=" Ring me ")
    row = await portal.row(key)
    assert (row["client_id"], row["case_id"], row["from_portal"], row["status"]) == (
        desk.client,
        desk.case,
        True,
        "OPEN",
    )
    assert (row["meeting_mode"], row["note"]) == ("PHONE", "Ring me")
    assert row["preferred_times"] == [at_london(working_day(), clock).astimezone(UTC) for clock in ("14:00", "10:00")]
    assert await portal.tasks() == []
    await portal.work(key)
    await portal.work(key)
    (task,) = await portal.tasks()
    assert (task["case_id"], task["client_id"], task["assignee_id"]) == (desk.case, desk.client, None)
    assert (task["source_id"], task["state"], task["kind"], task["confidential"]) == (key, "OPEN", "MEETING", False)
    assert task["due_on"] > today()
    assert await portal.keep_up() == 0
    assert await portal.names() == ["appointment_request.made"]


async def test_without_a_case_somebody_is_asked_by_name(portal: Portal) -> None:
    desk = portal.desk
    await portal.work(await portal.ask())
    stranger = await desk.data.a_client(desk.centre)
    await portal.ask(desk.manager, client_id=stranger)
    first, second = await portal.tasks()
    assert (first["case_id"], first["client_id"], first["assignee_id"]) == (None, desk.client, desk.advisor.user_id)
    assert (second["client_id"], second["assignee_id"]) == (stranger, desk.manager.user_id)


async def test_staff_ask_for_a_client_and_others_do_not(portal: Portal) -> None:
    desk = portal.desk
    row = await portal.row(await portal.ask(desk.advisor, case_id=desk.case))
    assert (row["from_portal"], row["created_by"]) == (False, desk.advisor.user_id)
    assert len(await portal.tasks()) == 1
    with pytest.raises(NotFound):
        await portal.ask(await desk.data.a_member(desk.centre), case_id=desk.case)
    with pytest.raises(Forbidden):
        await portal.ask(await desk.data.a_member(desk.centre, Role.AUDITOR), case_id=desk.case)
    other = await desk.data.a_client(desk.centre)
    with pytest.raises(NotFound):
        await portal.ask(client_id=other)
    with pytest.raises(NotFound):
        await portal.ask(case_id=await desk.data.a_case(desk.centre, client_id=other))
    with pytest.raises(Invalid) as refused:
        await portal.ask(desk.advisor, case_id=desk.case, client_id=other)
    assert refused.value.rule == "client-of-another-case"


@pytest.mark.parametrize(
    ("when", "rule"),
    [
        (local("07:00"), "outside-opening-hours"),
        (local("16:50"), "outside-opening-hours"),
        (LocalTime(day=date(2027, 3, 28), clock="01:30"), "time-left-out"),
        (LocalTime(day=working_day(), clock="10:00", zone="Europe/Atlantis"), "time-zone"),
        (now() - timedelta(days=1), "whole-minute"),
        (at_london(today() - timedelta(days=1), "10:00"), "future"),
        (at_london(today() + timedelta(days=200), "10:00"), "too-far"),
    ],
)
async def test_a_time_that_cannot_be_is_refused(portal: Portal, when: LocalTime | datetime, rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        await portal.ask(preferred_times=[local("10:00"), when])
    assert refused.value.rule == rule
    assert refused.value.field.startswith("preferred_times.1")
    if rule == "outside-opening-hours":
        assert refused.value.params == {"opens": "09:00", "closes": "17:00"}


async def test_the_centres_own_hours_count_and_are_told(portal: Portal) -> None:
    desk, day = portal.desk, working_day()
    week = [OpeningHours(weekday=weekday, opens="12:00", closes="20:00") for weekday in range(1, 8)]
    await desk.acting(
        desk.manager, update_diary, version=0, holiday_region=HolidayRegion.ENG, reminder_hours=[2], week=week
    )
    shut = working_day(14)
    await desk.acting(desk.manager, add_opening_exception, on_day=shut, reason="Training")
    with pytest.raises(InvalidInput) as refused:
        await portal.ask(preferred_times=[local("10:00", day), local("19:00", day), local("13:00", shut)])
    faults = refused.value.faults
    assert [(fault.field, fault.rule) for fault in faults] == [
        ("preferred_times.0", "outside-opening-hours"),
        ("preferred_times.2", "closed"),
    ]
    assert faults[0].params == {"opens": "12:00", "closes": "20:00"}
    assert (await portal.row(await portal.ask(preferred_times=[local("19:00", day)])))["status"] == "OPEN"


async def test_bounds(portal: Portal) -> None:
    with pytest.raises(Invalid) as refused:
        await portal.ask(preferred_times=[local(f"{hour}:00") for hour in range(10, 16)])
    assert refused.value.rule == "too-many"
    with pytest.raises(Invalid) as refused:
        await portal.ask(note="x" * 1_001)
    assert (refused.value.field, refused.value.rule) == ("note", "too-long")
    keys = [await portal.ask() for _ in range(MOST_OPEN)]
    with pytest.raises(LimitReached):
        await portal.ask(portal.desk.advisor, case_id=portal.desk.case)
    await portal.desk.acting(portal.client, withdraw_request, request_id=keys[0], version=1)
    await portal.ask()


async def test_a_client_withdraws_their_own_and_the_task_is_cancelled(portal: Portal) -> None:
    desk = portal.desk
    key = await portal.ask(case_id=desk.case)
    await portal.work(key)
    other = await desk.data.a_member(desk.centre, Role.CLIENT, client_id=await desk.data.a_client(desk.centre))
    with pytest.raises(NotFound):
        await desk.acting(other, withdraw_request, request_id=key, version=1)
    with pytest.raises(Forbidden):
        await desk.acting(portal.client, decline_request, request_id=key, version=1, reason="x")
    with pytest.raises(Conflict):
        await desk.acting(portal.client, withdraw_request, request_id=key, version=2)
    await desk.acting(portal.client, withdraw_request, request_id=key, version=1)
    row = await portal.row(key)
    assert (row["status"], row["decided_by"]) == ("WITHDRAWN", portal.client.user_id)
    await portal.work(key)
    assert [task["state"] for task in await portal.tasks()] == ["CANCELLED"]
    with pytest.raises(TransitionRefused):
        await desk.acting(desk.advisor, decline_request, request_id=key, version=2, reason="Late")


async def test_declining_says_why_and_does_the_task(portal: Portal) -> None:
    desk = portal.desk
    key = await portal.ask(case_id=desk.case)
    await portal.work(key)
    with pytest.raises(NotFound):
        await desk.acting(await desk.data.a_member(desk.centre), decline_request, request_id=key, version=1, reason="x")
    await desk.acting(desk.advisor, decline_request, request_id=key, version=1, reason="Please ring us.")
    row = await portal.row(key)
    assert (row["status"], row["decline_reason"], row["decided_by"]) == (
        "DECLINED",
        "Please ring us.",
        desk.advisor.user_id,
    )
    (task,) = await portal.tasks()
    assert (task["state"], task["completed_by"]) == ("DONE", desk.advisor.user_id)
    assert await portal.names() == ["appointment_request.made", "appointment_request.declined"]


async def test_booking_answers_it(portal: Portal) -> None:
    desk = portal.desk
    key = await portal.ask(case_id=desk.case)
    await portal.work(key)
    appointment = await desk.book(case_id=None, request_id=key)
    booked = await desk.row(appointment)
    assert (booked["case_id"], booked["client_id"], booked["advisor_id"]) == (
        desk.case,
        desk.client,
        desk.advisor.user_id,
    )
    row = await portal.row(key)
    assert (row["status"], row["appointment_id"], row["version"]) == ("BOOKED", appointment, 2)
    assert [task["state"] for task in await portal.tasks()] == ["DONE"]
    with pytest.raises(Conflict) as refused:
        await desk.book("14:00", request_id=key)
    assert (refused.value.table, refused.value.record_id, refused.value.current_version) == (
        "appointment_requests",
        key,
        2,
    )
    assert await desk.acting.rows.fetchval("SELECT count(*) FROM appointments WHERE centre_id = $1", desk.centre) == 1


async def test_a_booking_is_for_whom_and_what_was_asked(portal: Portal) -> None:
    desk = portal.desk
    other = await desk.data.a_client(desk.centre)
    others = await desk.data.a_case(desk.centre, client_id=other, advisor=desk.advisor)
    second = await desk.data.a_case(desk.centre, client_id=desk.client, advisor=desk.advisor)
    key, free = await portal.ask(case_id=desk.case), await portal.ask()
    for case, rule in ((others, "request-of-another-client"), (second, "request-of-another-case")):
        with pytest.raises(Invalid) as refused:
            await desk.book(case_id=case, request_id=key)
        assert refused.value.rule == rule
    await desk.book(case_id=second, request_id=free)
    assert (await portal.row(free))["status"] == "BOOKED"


async def test_requests_end_with_their_case(portal: Portal) -> None:
    desk = portal.desk
    key, free = await portal.ask(case_id=desk.case), await portal.ask()
    await portal.work(key)
    await desk.acting(desk.manager, cancel_case, case_id=desk.case, version=1, reason="Never came")
    row = await portal.row(key)
    assert (row["status"], row["decline_reason"]) == ("DECLINED", "The case was cancelled.")
    assert (await portal.row(free))["status"] == "OPEN"
    assert "OPEN" not in [task["state"] for task in await portal.tasks()]
    with pytest.raises(Invalid) as refused:
        await portal.ask(case_id=desk.case)
    assert refused.value.rule == "case-ended"


async def test_a_deleted_clients_requests_are_declined(portal: Portal) -> None:
    desk = portal.desk
    client = await desk.data.a_client(desk.centre)
    key = await portal.ask(desk.manager, client_id=client)
    await desk.acting(desk.manager, delete_client, client_id=client, version=1)
    assert [task["state"] for task in await portal.tasks()] == ["DONE"]
    with pytest.raises(NotFound):
        await desk.acting(desk.manager, decline_request, request_id=key, version=2, reason="x")
    assert await portal.keep_up() == 0
    await desk.acting(desk.manager, restore_client, client_id=client, version=2)
    with pytest.raises(TransitionRefused):
        await desk.acting(desk.manager, decline_request, request_id=key, version=2, reason="Ring us")


async def test_upkeep_cancels_the_task_of_a_request_that_the_worker_lost(portal: Portal) -> None:
    key = await portal.ask()
    await portal.work(key)
    await portal.desk.acting(portal.client, withdraw_request, request_id=key, version=1)
    assert [await portal.keep_up(), await portal.keep_up()] == [1, 0]
    assert [task["state"] for task in await portal.tasks()] == ["CANCELLED"]


async def test_upkeep_makes_the_tasks_that_are_lacking(portal: Portal) -> None:
    desk = portal.desk
    await a_request(desk.data, desk.centre, client_id=desk.client, case_id=desk.case)
    await a_request(desk.data, desk.centre, client_id=desk.client, status="WITHDRAWN", decided_at=now())
    assert [await portal.keep_up(), await portal.keep_up()] == [1, 0]
    assert [task["state"] for task in await portal.tasks()] == ["OPEN"]
