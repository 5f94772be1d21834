"""Booking and moving appointments: what the diary has against it, and who is told instead."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, stopped
from cma_graphql.core.errors import Conflict, Forbidden, Invalid, InvalidInput, NotFound, SlotTaken, TransitionRefused
from cma_graphql.domain.appointments.local_time import LocalTime
from cma_graphql.domain.appointments.services.booking import reschedule_appointment
from cma_graphql.domain.appointments.services.diaries import add_opening_exception
from cma_graphql.domain.appointments.services.outcomes import cancel_appointment
from domain.appointments.conftest import Desk
from support.acting import faults_of
from support.appointments import an_appointment, at_london, working_day

DAY = working_day()


def refused(caught: "pytest.ExceptionInfo[Invalid]") -> tuple[str, str, dict[str, object]]:
    """Answer the field, the rule and the parameters of a refusal."""
    return caught.value.field, caught.value.rule, dict(caught.value.params)


def written(clock: str, day: date = DAY) -> str:
    """Write an instant as parameters have it."""
    return f"{at_london(day, clock).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


async def hours(desk: Desk, weekday: int, start: int, end: int) -> None:
    """Write down when the advisor works on a weekday."""
    await desk.acting.rows.execute(
        "INSERT INTO working_hours (centre_id, id, user_id, weekday, start_minute, end_minute, added_at, added_by) "
        "VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, now(), $2)",
        desk.centre,
        desk.advisor.user_id,
        weekday,
        start,
        end,
    )


async def away(desk: Desk, start: datetime, end: datetime) -> None:
    """Write down that the advisor is away."""
    await desk.acting.rows.execute(
        "INSERT INTO absences (centre_id, id, user_id, kind, starts_at, ends_at, all_day, created_at, created_by, "
        "updated_at, updated_by) VALUES ($1, gen_random_uuid(), $2, 'TRAINING', $3, $4, false, now(), $2, now(), $2)",
        desk.centre,
        desk.advisor.user_id,
        start,
        end,
    )


async def test_an_appointment_is_booked_with_the_cases_advisor(desk: Desk) -> None:
    key = await desk.book(as_=desk.manager, location=" Room 2 ", preparation_notes="Bring the letters")
    row = await desk.row(key)
    shown = {
        "case_id": desk.case,
        "client_id": desk.client,
        "advisor_id": desk.advisor.user_id,
        "status": "SCHEDULED",
        "starts_at": at_london(DAY, "10:00"),
        "ends_at": at_london(DAY, "11:00"),
        "duration_minutes": 60,
        "location": "Room 2",
        "override_reason": None,
        "created_by": desk.manager.user_id,
        "version": 1,
    }
    assert {name: row[name] for name in shown} == shown
    (event,) = await desk.acting.events(desk.centre)
    assert (event["name"], event["subject_id"], event["case_id"]) == ("appointment.booked", key, desk.case)
    assert "Bring the letters" not in str(event["changes"])


@pytest.mark.parametrize(
    ("clock", "minutes", "rule"),
    [
        ("08:30", 60, "outside-opening-hours"),
        ("16:30", 60, "outside-opening-hours"),
        ("09:00", 60, None),
        ("16:00", 60, None),
        ("10:00", 4, "duration"),
        ("10:00", 481, "duration"),
    ],
)
async def test_it_is_within_opening_hours(desk: Desk, clock: str, minutes: int, rule: str | None) -> None:
    if rule is None:
        await desk.book(clock, duration_minutes=minutes)
        return
    with pytest.raises(Invalid) as caught:
        await desk.book(clock, duration_minutes=minutes)
    assert caught.value.rule == rule
    if rule == "outside-opening-hours":
        free = [written("09:00"), written("09:15"), written("09:30")]
        assert refused(caught) == ("start", rule, {"opens": "09:00", "closes": "17:00", "free": free})
    assert await desk.acting.events(desk.centre) == []


async def test_a_bank_holiday_is_named(desk: Desk) -> None:
    with stopped(datetime(2027, 12, 1, 9, tzinfo=UTC)), pytest.raises(Invalid) as caught:
        await desk.book(start=at_london(date(2027, 12, 27), "10:00"))
    field, rule, params = refused(caught)
    assert (field, rule, params["holiday"]) == ("start", "bank-holiday", "Christmas Day (observed)")
    first = written("09:00", date(2027, 12, 29))
    assert params["free"] == [first, written("09:15", date(2027, 12, 29)), written("09:30", date(2027, 12, 29))]


async def test_a_weekend_and_a_day_of_the_centres_own_are_closed(desk: Desk) -> None:
    await desk.acting(desk.manager, add_opening_exception, on_day=DAY, reason="Training of all staff")
    saturday = DAY + timedelta(days=(5 - DAY.weekday()) % 7 or 7)
    for day in (DAY, saturday):
        with pytest.raises(Invalid) as caught:
            await desk.book(start=at_london(day, "10:00"))
        assert caught.value.rule == "closed"


async def test_an_exception_may_open_a_saturday(desk: Desk) -> None:
    saturday = DAY + timedelta(days=(5 - DAY.weekday()) % 7 or 7)
    await desk.acting(
        desk.manager, add_opening_exception, on_day=saturday, reason="Open day", opens="10:00", closes="13:00"
    )
    await desk.book(start=at_london(saturday, "12:00"))
    with pytest.raises(Invalid, match="from 10:00 to 13:00"):
        await desk.book(start=at_london(saturday, "09:30"))


async def test_it_is_within_the_advisors_hours(desk: Desk) -> None:
    await hours(desk, DAY.isoweekday(), 9 * 60, 12 * 60)
    await hours(desk, DAY.isoweekday(), 13 * 60, 15 * 60)
    await desk.book("11:00")
    with pytest.raises(Invalid) as caught:
        await desk.book("12:00")
    field, rule, params = refused(caught)
    assert (field, rule, params["works"]) == ("start", "outside-working-hours", ["09:00-12:00", "13:00-15:00"])
    assert params["free"] == [written("09:00"), written("09:15"), written("09:30")]


async def test_an_absence_is_told_by_its_end(desk: Desk) -> None:
    await away(desk, at_london(DAY, "09:00"), at_london(DAY, "14:00"))
    with pytest.raises(Invalid) as caught:
        await desk.book("13:30")
    free = [written("14:00"), written("14:15"), written("14:30")]
    assert refused(caught) == ("start", "advisor-absent", {"until": written("14:00"), "free": free})


async def test_a_manager_overrides_the_diary_with_a_reason(desk: Desk) -> None:
    key = await desk.book("18:00", as_=desk.manager, override_reason="Evening clinic")
    assert (await desk.row(key))["override_reason"] == "Evening clinic"
    with pytest.raises(Forbidden):
        await desk.book("19:00", override_reason="Evening clinic")
    within = await desk.book("10:00", as_=desk.manager, override_reason="Not needed")
    assert (await desk.row(within))["override_reason"] is None


async def test_a_manager_overrides_no_other_appointment(desk: Desk) -> None:
    key = await desk.book()
    with pytest.raises(SlotTaken) as caught:
        await desk.book("10:30", as_=desk.manager, override_reason="It is urgent")
    assert (caught.value.whose, caught.value.record_id) == ("ADVISOR", key)
    at = at_london(DAY, "09:00")
    assert caught.value.alternatives == (at, at_london(DAY, "11:00"), at_london(DAY, "11:15"))


async def test_a_client_is_not_in_two_places(desk: Desk) -> None:
    key = await desk.book()
    other = await desk.data.a_member(desk.centre)
    with pytest.raises(SlotTaken) as caught:
        await desk.book(as_=desk.manager, advisor_id=other.user_id)
    assert (caught.value.whose, caught.value.record_id) == ("CLIENT", key)


async def test_appointments_may_touch(desk: Desk) -> None:
    await desk.book("10:00")
    await desk.book("11:00")
    await desk.book("09:00")


async def test_a_time_that_is_called_off_is_free_again(desk: Desk) -> None:
    key = await desk.book()
    await desk.acting(desk.advisor, cancel_appointment, appointment_id=key, version=1, by_client=True, reason="Is ill")
    await desk.book()


async def test_it_is_to_come(desk: Desk) -> None:
    with pytest.raises(Invalid) as caught:
        await desk.book(start=now().replace(second=0, microsecond=0) - timedelta(minutes=1))
    assert (caught.value.field, caught.value.rule) == ("start", "future")


async def test_a_local_time_is_read_by_its_zone(desk: Desk) -> None:
    summer = date(2027, 7, 1)
    with stopped(datetime(2027, 6, 1, 9, tzinfo=UTC)):
        one = await desk.book(start=LocalTime(day=summer, clock="10:00"))
        other = await desk.book(start=LocalTime(day=summer, clock="13:00", zone="Europe/Paris"))
    assert (await desk.row(one))["starts_at"] == datetime(2027, 7, 1, 9, tzinfo=UTC)
    assert (await desk.row(other))["starts_at"] == datetime(2027, 7, 1, 11, tzinfo=UTC)


async def test_somebody_without_appointments_is_refused(desk: Desk) -> None:
    auditor = await desk.data.a_member(desk.centre, Role.AUDITOR)
    gone = await desk.data.a_member(desk.centre, status="DEACTIVATED")
    for person, rule in ((auditor, "no-advisor"), (gone, "not-active")):
        with pytest.raises(Invalid) as caught:
            await desk.book(as_=desk.manager, advisor_id=person.user_id)
        assert (caught.value.field, caught.value.rule) == ("advisor_id", rule)


async def test_it_is_about_a_case_or_a_client_in_reach(desk: Desk) -> None:
    stranger = await desk.data.a_member(desk.centre)
    named: list[dict[str, Any]] = [{}, {"client_id": desk.client}]
    for given in named:
        with pytest.raises(NotFound):
            await desk.book(as_=stranger, **given)
    trainee = await desk.data.a_member(desk.centre, Role.TRAINEE)
    own = await desk.data.a_case(desk.centre, advisor=trainee)
    await desk.book(as_=trainee, case_id=own)
    with pytest.raises(Invalid) as caught:
        await desk.book(as_=desk.manager, case_id=None)
    assert caught.value.rule == "required"
    with pytest.raises(Invalid) as caught:
        await desk.book(as_=desk.manager, case_id=own, client_id=desk.client)
    assert caught.value.rule == "client-of-another-case"


async def test_a_client_without_a_case_has_a_first_appointment(desk: Desk) -> None:
    client = await desk.data.a_client(desk.centre, recorded_by=desk.advisor.user_id)
    key = await desk.book(client_id=client)
    row = await desk.row(key)
    assert (row["case_id"], row["client_id"], row["advisor_id"]) == (None, client, desk.advisor.user_id)


async def test_an_ended_case_has_no_new_appointment(desk: Desk) -> None:
    case = await desk.data.a_case(desk.centre, advisor=desk.advisor, status="CLOSED", closed_on=DAY)
    with pytest.raises(Invalid) as caught:
        await desk.book(case_id=case)
    assert caught.value.rule == "case-ended"


async def test_moving_leaves_a_chain(desk: Desk) -> None:
    key = await desk.book(preparation_notes="Bring the letters")
    new, old = await desk.acting(
        desk.advisor,
        reschedule_appointment,
        appointment_id=key,
        version=1,
        start=at_london(DAY, "10:30"),
        reason="The bus is late",
    )
    assert old == key
    former, row = await desk.row(key), await desk.row(new)
    assert (former["status"], former["version"]) == ("RESCHEDULED", 2)
    assert (row["status"], row["rescheduled_from_id"], row["preparation_notes"]) == (
        "SCHEDULED",
        key,
        "Bring the letters",
    )
    names = [event["name"] for event in await desk.acting.events(desk.centre)]
    assert names == ["appointment.booked", "appointment.rescheduled", "appointment.booked"]
    with pytest.raises(TransitionRefused):
        await desk.acting(
            desk.advisor, reschedule_appointment, appointment_id=key, version=2, start=at_london(DAY, "14:00")
        )


async def test_a_refused_move_leaves_everything_as_it_was(desk: Desk) -> None:
    key, other = await desk.book(), await desk.book("12:00")
    with pytest.raises(SlotTaken) as caught:
        await desk.acting(
            desk.advisor, reschedule_appointment, appointment_id=key, version=1, start=at_london(DAY, "11:30")
        )
    assert caught.value.record_id == other
    with pytest.raises(Conflict):
        await desk.acting(
            desk.advisor, reschedule_appointment, appointment_id=key, version=7, start=at_london(DAY, "14:00")
        )
    assert (await desk.row(key))["status"] == "SCHEDULED"
    assert len(await desk.acting.events(desk.centre)) == 2


async def test_what_is_too_long_is_refused_by_its_field(desk: Desk) -> None:
    with pytest.raises(InvalidInput) as caught:
        await desk.book(location="x" * 256, preparation_notes="x" * 5_001)
    assert faults_of(caught.value) == {("location", "too-long"), ("preparation_notes", "too-long")}


async def test_the_database_has_the_last_word(desk: Desk) -> None:
    await desk.book()
    clash = desk.data.a_client(desk.centre)
    with pytest.raises(Exception, match="same time"):
        await an_appointment(
            desk.data, desk.centre, advisor=desk.advisor, client_id=await clash, starts_at=at_london(DAY, "10:59")
        )
    assert await desk.acting.rows.fetchval("SELECT count(*) FROM appointments WHERE centre_id = $1", desk.centre) == 1
