"""Many who book one time at once: one has it, the others are told who, and nothing is done twice."""

import asyncio

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Conflict, SlotTaken
from cma_graphql.domain.appointments.models import AppointmentType, MeetingMode
from cma_graphql.domain.appointments.services.booking import book_appointment
from support.appointments import a_request, at_london, working_day
from support.arena import Arena

pytestmark = pytest.mark.own_database


@pytest.mark.parametrize("shared", ["advisor", "client"])
async def test_of_two_bookers_of_one_slot_one_wins(arena: Arena, shared: str) -> None:
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    managers = [await data.a_member(centre, Role.CENTRE_MANAGER) for _ in range(8)]
    advisors = [await data.a_member(centre) for _ in range(8)]
    clients = [await data.a_client(centre) for _ in range(8)]
    answers = await asyncio.gather(
        *(
            acting(
                managers[number],
                book_appointment,
                start=at_london(working_day(), "10:15" if number % 2 else "10:00"),
                appointment_type=AppointmentType.ADVICE,
                meeting_mode=MeetingMode.PHONE,
                advisor_id=advisors[0 if shared == "advisor" else number].user_id,
                client_id=clients[0 if shared == "client" else number],
            )
            for number in range(8)
        ),
        return_exceptions=True,
    )
    kept = await acting.rows.fetch("SELECT id FROM appointments WHERE centre_id = $1", centre)
    assert len(kept) == 1
    winners = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert winners == [kept[0]["id"]]
    losers = [answer for answer in answers if isinstance(answer, SlotTaken)]
    assert len(losers) == 7
    assert {loser.record_id for loser in losers} == {kept[0]["id"]}
    assert {loser.whose for loser in losers} == {shared.upper()}
    assert [event["name"] for event in await acting.events(centre)] == ["appointment.booked"]


async def test_of_two_who_answer_one_request_one_wins(arena: Arena) -> None:
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    managers = [await data.a_member(centre, Role.CENTRE_MANAGER) for _ in range(6)]
    request = await a_request(data, centre, client_id=await data.a_client(centre))
    answers = await asyncio.gather(
        *(
            acting(
                manager,
                book_appointment,
                start=at_london(working_day(), f"{10 + number}:00"),
                appointment_type=AppointmentType.ADVICE,
                meeting_mode=MeetingMode.PHONE,
                request_id=request,
            )
            for number, manager in enumerate(managers)
        ),
        return_exceptions=True,
    )
    kept = await acting.rows.fetch("SELECT id FROM appointments WHERE centre_id = $1", centre)
    assert [answer for answer in answers if not isinstance(answer, BaseException)] == [row["id"] for row in kept]
    assert len(kept) == 1
    losers = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(losers) == 5
    assert {(loser.record_id, loser.current_version) for loser in losers} == {(request, 2)}
    row = await acting.rows.fetchrow("SELECT status, appointment_id FROM appointment_requests WHERE id = $1", request)
    assert row is not None
    assert (row["status"], row["appointment_id"]) == ("BOOKED", kept[0]["id"])
