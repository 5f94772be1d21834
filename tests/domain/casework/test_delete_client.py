"""What is still to be done for a client ends as their record is deleted, and does not come back with it."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, stopped, today
from cma_graphql.core.errors import Conflict, Forbidden, Invalid, NotFound
from cma_graphql.domain.appointments.models import AppointmentType, MeetingMode
from cma_graphql.domain.appointments.services.booking import book_appointment
from cma_graphql.domain.appointments.upkeep import remind_of_appointments
from cma_graphql.domain.casework.delete_client import WHY, delete_client
from cma_graphql.domain.clients.services.delete import restore_client
from cma_graphql.domain.tasks.services.create import create_task
from support.acting import Acting
from support.appointments import an_appointment, at_london, working_day
from support.arena import Arena
from support.data import Data


@dataclass
class Scene:
    """A centre with a client who has no case yet, and an advisor who recorded them."""

    data: Data
    acting: Acting
    centre: UUID
    manager: Actor
    advisor: Actor
    client: UUID

    async def appointment(self, clock: str = "10:00", **given: Any) -> UUID:
        """Book the client an appointment on the next working day."""
        said = {
            "advisor": self.advisor,
            "client_id": self.client,
            "starts_at": at_london(working_day(), clock),
            **given,
        }
        return await an_appointment(self.data, self.centre, **said)

    async def task(self, **given: Any) -> UUID:
        """Make a task about the client."""
        said = {"title": "Ring", "client_id": self.client, "due_on": today() + timedelta(days=3), **given}
        key: UUID = await self.acting(self.advisor, create_task, **said)
        return key

    async def row(self, table: str, key: UUID) -> dict[str, Any]:
        """Answer a record as it is."""
        row = await self.acting.rows.fetchrow(f"SELECT * FROM {table} WHERE id = $1", key)  # noqa: S608
        assert row is not None
        return dict(row)

    async def delete(self, version: int = 1) -> None:
        """Delete the client."""
        await self.acting(self.manager, delete_client, client_id=self.client, version=version)

    async def names(self) -> list[str]:
        """Answer what was told, but for how things were made."""
        made = {"task.created", "appointment.booked"}
        return [event["name"] for event in await self.acting.events(self.centre) if event["name"] not in made]


async def a_scene(data: Data, acting: Acting) -> Scene:
    """Set the scene."""
    centre = await data.a_centre()
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    return Scene(data, acting, centre, manager, advisor, await data.a_client(centre, recorded_by=advisor.user_id))


@pytest.fixture
async def scene(data: Data, acting: Acting) -> Scene:
    """Set the scene."""
    return await a_scene(data, acting)


async def test_what_is_to_come_ends_with_the_client(scene: Scene) -> None:
    first, second = await scene.appointment(), await scene.appointment("14:00")
    past = await scene.appointment(status="ATTENDED")
    task = await scene.task()
    others = await scene.data.a_client(scene.centre, recorded_by=scene.advisor.user_id)
    kept, kept_task = await scene.appointment("16:00", client_id=others), await scene.task(client_id=others)
    await scene.delete()
    for key in (first, second):
        row = await scene.row("appointments", key)
        assert (row["status"], row["cancellation_reason"], row["version"]) == ("CANCELLED_BY_CENTRE", WHY, 2)
    row = await scene.row("tasks", task)
    assert (row["state"], row["cancel_reason"]) == ("CANCELLED", WHY)
    assert (await scene.row("appointments", past))["status"] == "ATTENDED"
    assert (await scene.row("appointments", kept))["status"] == "SCHEDULED"
    assert (await scene.row("tasks", kept_task))["state"] == "OPEN"
    assert await scene.names() == ["appointment.cancelled", "appointment.cancelled", "task.cancelled", "client.deleted"]
    audit = [row["action"] for row in await scene.acting.audit(scene.centre)]
    assert audit[-4:] == await scene.names()
    heard = [event for event in await scene.acting.events(scene.centre) if event["name"] == "appointment.cancelled"]
    assert all(str(scene.advisor.user_id) in event["audience_after"]["user_ids"] for event in heard)
    with stopped(at_london(working_day(), "09:00")):
        given: dict[str, Any] = {"at": now()}
        assert await scene.acting(system_of(scene.centre), remind_of_appointments, **given) == 1  # the other client's
    await scene.appointment(client_id=others)  # the time is free again


async def test_restoring_brings_the_client_back_and_nothing_of_it(scene: Scene) -> None:
    appointment, task = await scene.appointment(), await scene.task()
    await scene.delete()
    await scene.acting(scene.manager, restore_client, client_id=scene.client, version=2)
    assert (await scene.row("appointments", appointment))["status"] == "CANCELLED_BY_CENTRE"
    assert (await scene.row("tasks", task))["state"] == "CANCELLED"
    await scene.appointment()
    await scene.task()
    await scene.delete(version=3)
    assert (await scene.names()).count("client.deleted") == 2


@pytest.mark.parametrize("status", ["RESOLVED", "CLOSED"])
async def test_so_does_what_is_left_of_ended_cases(scene: Scene, status: str) -> None:
    case_id = await scene.data.a_case(scene.centre, client_id=scene.client, advisor=scene.advisor, status="IN_PROGRESS")
    appointment, task = await scene.appointment(case_id=case_id), await scene.task(client_id=None, case_id=case_id)
    with pytest.raises(Invalid) as refused:
        await scene.delete()
    assert refused.value.rule == "open-cases"
    assert (await scene.row("appointments", appointment))["status"] == "SCHEDULED"
    assert (await scene.row("tasks", task))["state"] == "OPEN"
    await scene.acting.rows.execute("UPDATE cases SET status = $2 WHERE id = $1", case_id, status)
    await scene.delete()
    assert (await scene.row("appointments", appointment))["cancellation_reason"] == WHY
    assert (await scene.row("tasks", task))["cancel_reason"] == WHY


async def test_who_may_not_delete_calls_nothing_off(scene: Scene) -> None:
    appointment = await scene.appointment()
    with pytest.raises(Forbidden):
        await scene.acting(scene.advisor, delete_client, client_id=scene.client, version=1)
    with pytest.raises(Conflict):
        await scene.delete(version=7)
    elsewhere = await scene.data.a_member(await scene.data.a_centre(), Role.CENTRE_MANAGER)
    with pytest.raises(NotFound):
        await scene.acting(elsewhere, delete_client, client_id=scene.client, version=1)
    assert (await scene.row("appointments", appointment))["status"] == "SCHEDULED"
    assert await scene.names() == []


@pytest.mark.own_database
async def test_what_is_booked_at_that_moment_is_called_off_or_refused(arena: Arena) -> None:
    scene = await a_scene(arena.data, arena.acting)
    given: dict[str, Any] = {
        "start": at_london(working_day(), "10:00"),
        "appointment_type": AppointmentType.ADVICE,
        "meeting_mode": MeetingMode.PHONE,
        "client_id": scene.client,
        "advisor_id": scene.advisor.user_id,
    }
    answers = await asyncio.gather(
        arena.acting(scene.manager, delete_client, client_id=scene.client, version=1),
        arena.acting(scene.advisor, book_appointment, **given),
        arena.acting(scene.advisor, create_task, title="Ring", client_id=scene.client, due_on=today()),
        return_exceptions=True,
    )
    assert isinstance(answers[0], UUID)
    assert [each for each in answers[1:] if not isinstance(each, UUID | NotFound)] == []
    rows = await arena.acting.rows.fetch("SELECT status FROM appointments WHERE client_id = $1", scene.client)
    assert {row["status"] for row in rows} <= {"CANCELLED_BY_CENTRE"}
    rows = await arena.acting.rows.fetch("SELECT state FROM tasks WHERE client_id = $1", scene.client)
    assert {row["state"] for row in rows} <= {"CANCELLED"}
