"""What becomes of appointments, and what falls due of them by itself."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import stopped
from cma_graphql.core.errors import Forbidden, Invalid, InvalidInput, NotFound, TransitionRefused
from cma_graphql.domain.appointments.models import AppointmentStatus, MeetingMode
from cma_graphql.domain.appointments.services import outcomes
from cma_graphql.domain.appointments.steps import FOLLOWING
from cma_graphql.domain.appointments.upkeep import flag_unattended, remind_of_appointments
from cma_graphql.persistence.writing import unit_of_work
from domain.appointments.conftest import Desk
from support.appointments import an_appointment

AT = datetime(2027, 6, 15, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
STEPS: dict[AppointmentStatus, tuple[Any, dict[str, Any]]] = {
    AppointmentStatus.CONFIRMED: (outcomes.confirm_appointment, {}),
    AppointmentStatus.ATTENDED: (outcomes.attend_appointment, {"outcome_summary": "Agreed a budget"}),
    AppointmentStatus.NO_SHOW: (outcomes.miss_appointment, {}),
    AppointmentStatus.CANCELLED_BY_CLIENT: (outcomes.cancel_appointment, {"by_client": True, "reason": "Is ill"}),
    AppointmentStatus.CANCELLED_BY_CENTRE: (outcomes.cancel_appointment, {"by_client": False, "reason": "A flood"}),
}


async def one(desk: Desk, **given: Any) -> UUID:
    """Make an appointment of the desk's case at AT."""
    values = {"case_id": desk.case, "starts_at": AT, "created_at": AT - timedelta(days=30), **given}
    return await an_appointment(desk.data, desk.centre, advisor=desk.advisor, client_id=desk.client, **values)


async def do(desk: Desk, service: Any, key: UUID, as_: Actor | None = None, at: datetime = AT, **given: Any) -> None:
    """Call a service about an appointment at an instant."""
    version = (await desk.row(key))["version"]
    with stopped(at):
        await desk.acting(as_ or desk.advisor, service, appointment_id=key, version=version, **given)


@pytest.mark.parametrize("source", AppointmentStatus)
@pytest.mark.parametrize("target", list(STEPS))
async def test_a_step_is_taken_where_the_table_has_it(
    desk: Desk, source: AppointmentStatus, target: AppointmentStatus
) -> None:
    service, given = STEPS[target]
    reason = "Is ill" if source.startswith("CANCELLED") else None
    key = await one(desk, status=source.value, cancellation_reason=reason)
    if target in FOLLOWING[source]:
        await do(desk, service, key, **given)
        assert (await desk.row(key))["status"] == target
        (event,) = await desk.acting.events(desk.centre)
        assert (event["subject_id"], event["version"]) == (key, 2)
    else:
        with pytest.raises(TransitionRefused) as caught:
            await do(desk, service, key, **given)
        assert set(caught.value.allowed) == set(FOLLOWING[source])
        assert await desk.acting.events(desk.centre) == []


async def test_what_came_of_it_is_kept_with_what_follows(desk: Desk) -> None:
    key = await one(desk)
    follow = date(2027, 6, 29)
    await do(
        desk,
        outcomes.attend_appointment,
        key,
        outcome_summary=" Agreed a budget ",
        follow_up_required=True,
        follow_up_on=follow,
    )
    row = await desk.row(key)
    assert (row["outcome_summary"], row["follow_up_required"], row["follow_up_on"]) == ("Agreed a budget", True, follow)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"follow_up_on": date(2027, 6, 29)}, "follow-up-not-required"),
        ({"follow_up_required": True, "follow_up_on": date(2027, 6, 14)}, "future"),
        ({"outcome_summary": " "}, "blank"),
    ],
)
async def test_an_outcome_that_makes_no_sense_is_refused(desk: Desk, given: dict[str, Any], rule: str) -> None:
    key = await one(desk)
    with pytest.raises(Invalid) as caught:
        await do(desk, outcomes.attend_appointment, key, **{"outcome_summary": "Agreed", **given})
    assert caught.value.rule == rule
    assert (await desk.row(key))["status"] == "SCHEDULED"


async def test_nobody_came_before_it_began(desk: Desk) -> None:
    key = await one(desk)
    for service, early in ((outcomes.attend_appointment, 31), (outcomes.miss_appointment, 1)):
        given: dict[str, Any] = {"outcome_summary": "Agreed"}
        with pytest.raises(Invalid) as caught:
            await do(desk, service, key, at=AT - timedelta(minutes=early), **given)
        assert caught.value.rule == "too-early"
    await do(desk, outcomes.attend_appointment, key, at=AT - timedelta(minutes=30), outcome_summary="Agreed")


async def test_details_change_while_they_matter(desk: Desk) -> None:
    key = await one(desk)
    await do(desk, outcomes.update_appointment, key, meeting_mode=MeetingMode.VIDEO, location="A link")
    with pytest.raises(Invalid) as caught:
        await do(desk, outcomes.update_appointment, key, outcome_summary="Agreed")
    assert caught.value.rule == "appointment-not-over"
    await do(desk, outcomes.attend_appointment, key, outcome_summary="Agreed")
    with pytest.raises(InvalidInput) as several:
        await do(desk, outcomes.update_appointment, key, location=None, preparation_notes="None")
    assert {fault.rule for fault in several.value.faults} == {"appointment-over"}
    await do(desk, outcomes.update_appointment, key, follow_up_required=True, follow_up_on=date(2027, 7, 1))
    await do(desk, outcomes.update_appointment, key, follow_up_required=False)
    row = await desk.row(key)
    assert (row["meeting_mode"], row["location"]) == ("VIDEO", "A link")
    assert (row["follow_up_required"], row["follow_up_on"]) == (False, None)


async def test_whose_diary_it_stands_in_keeps_it_whosever_case_it_is(desk: Desk) -> None:
    colleague, stranger = await desk.data.a_member(desk.centre), await desk.data.a_member(desk.centre)
    key = await an_appointment(
        desk.data, desk.centre, advisor=colleague, client_id=desk.client, case_id=desk.case, starts_at=AT
    )
    with pytest.raises(NotFound):
        await do(desk, outcomes.confirm_appointment, key, as_=stranger)
    await do(desk, outcomes.confirm_appointment, key, as_=colleague)
    await do(desk, outcomes.attend_appointment, key, outcome_summary="Agreed")


async def test_a_client_calls_off_their_own_and_nothing_else(desk: Desk) -> None:
    client = await desk.data.a_member(desk.centre, Role.CLIENT, client_id=desk.client)
    other = await desk.data.a_member(desk.centre, Role.CLIENT, client_id=await desk.data.a_client(desk.centre))
    key = await one(desk)
    with pytest.raises(NotFound):
        await do(desk, outcomes.cancel_appointment, key, as_=other, by_client=True, reason="Is ill")
    for service, given in (
        (outcomes.confirm_appointment, {}),
        (outcomes.cancel_appointment, {"by_client": False, "reason": "Is ill"}),
        (outcomes.update_appointment, {"location": "Home"}),
    ):
        with pytest.raises(Forbidden):
            await do(desk, service, key, as_=client, **given)
    await do(desk, outcomes.cancel_appointment, key, as_=client, by_client=True, reason="Is ill")
    assert (await desk.row(key))["status"] == "CANCELLED_BY_CLIENT"


async def remind(desk: Desk, at: datetime) -> int:
    """See to the reminders that are due."""
    async with unit_of_work(desk.data.database, desk.data.keys, system_of(desk.centre)) as uow:
        return await remind_of_appointments(uow, at)


async def reminders(desk: Desk, key: UUID) -> list[tuple[int, bool]]:
    """Answer the reminders of an appointment: how many hours before, and whether it was told."""
    rows = await desk.acting.rows.fetch(
        "SELECT hours_before, sent_at FROM appointment_reminders WHERE appointment_id = $1 ORDER BY due_at", key
    )
    return [(row["hours_before"], row["sent_at"] is not None) for row in rows]


async def test_reminders_are_told_once_each(desk: Desk) -> None:
    key = await one(desk)
    done = [await remind(desk, AT - timedelta(hours=hours)) for hours in (49, 48, 47, 2, 1)]
    assert done == [0, 1, 0, 1, 0]
    assert await reminders(desk, key) == [(48, True), (2, True)]
    events = await desk.acting.events(desk.centre)
    assert [event["name"] for event in events] == ["appointment.reminder_due"] * 2
    assert {event["subject_id"] for event in events} == {key}
    assert await remind(desk, AT + HOUR) == 0


async def test_of_several_reminders_due_at_once_the_nearest_is_told(desk: Desk) -> None:
    key = await one(desk)
    assert await remind(desk, AT - HOUR) == 2
    assert await reminders(desk, key) == [(48, False), (2, True)]
    assert len(await desk.acting.events(desk.centre)) == 1


async def test_what_was_booked_late_is_not_reminded_of_at_once(desk: Desk) -> None:
    key = await one(desk, created_at=AT - 12 * HOUR)
    assert await remind(desk, AT - 11 * HOUR) == 0
    assert await remind(desk, AT - HOUR) == 1
    assert await reminders(desk, key) == [(2, True)]


@pytest.mark.parametrize("status", ["ATTENDED", "NO_SHOW", "CANCELLED_BY_CLIENT", "RESCHEDULED"])
async def test_what_is_not_to_come_is_not_reminded_of_or_flagged(desk: Desk, status: str) -> None:
    await one(desk, status=status, cancellation_reason="Is ill")
    assert await remind(desk, AT - HOUR) == 0
    async with unit_of_work(desk.data.database, desk.data.keys, system_of(desk.centre)) as uow:
        assert await flag_unattended(uow, AT + 10 * HOUR) == 0


async def test_an_appointment_of_which_nobody_said_anything_is_flagged_once(desk: Desk) -> None:
    key = await one(desk)
    counts = []
    for hours in (1.5, 2, 3):
        async with unit_of_work(desk.data.database, desk.data.keys, system_of(desk.centre)) as uow:
            counts.append(await flag_unattended(uow, AT + hours * HOUR))
    assert counts == [0, 1, 0]
    assert (await desk.row(key))["outcome_missing_at"] == AT + 2 * HOUR
    (event,) = await desk.acting.events(desk.centre)
    assert (event["name"], event["actor_kind"]) == ("appointment.outcome_missing", "SYSTEM")
    await do(desk, outcomes.attend_appointment, key, at=AT + 4 * HOUR, outcome_summary="Agreed")
    assert (await desk.row(key))["outcome_missing_at"] is None
