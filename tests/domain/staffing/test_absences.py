"""Somebody is away once at a time, covered by somebody who is there."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, today
from cma_graphql.core.errors import Conflict, Forbidden, Invalid, NotFound
from cma_graphql.core.ids import new_id
from cma_graphql.domain.staffing.absences import cancel_absence, change_absence, record_absence
from cma_graphql.domain.staffing.models import AbsenceKind
from cma_graphql.domain.staffing.selectors import absences_between
from cma_graphql.domain.staffing.times import midnight
from support.acting import Acting
from support.data import Data

LEAVE = AbsenceKind.ANNUAL_LEAVE
DAY = timedelta(days=1)


def days(first: int, last: int | None = None, **more: Any) -> dict[str, Any]:
    """Say from when to when, in days from today."""
    last = first if last is None else last
    return {"kind": LEAVE, "first_day": today() + first * DAY, "last_day": today() + last * DAY, **more}


async def people(data: Data) -> tuple[UUID, Actor, Actor, Actor]:
    """Make a centre with a manager and two advisors."""
    centre = await data.a_centre()
    return (
        centre,
        await data.a_member(centre, Role.CENTRE_MANAGER),
        await data.a_member(centre),
        await data.a_member(centre),
    )


async def away(acting: Acting, actor: Actor, user: Actor, values: dict[str, Any]) -> UUID:
    found: UUID = await acting(actor, record_absence, user_id=user.user_id, values=values)
    return found


async def refused(acting: Acting, actor: Actor, user: Actor, values: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(Invalid) as caught:
        await away(acting, actor, user, values)
    return caught.value.field, caught.value.rule


async def test_an_absence_in_days_goes_from_a_midnight_in_london_to_another(data: Data, acting: Acting) -> None:
    centre, _, ann, bob = await people(data)
    summer = date(today().year + 1, 3, 26)
    given = {
        "kind": LEAVE,
        "first_day": summer,
        "last_day": date(summer.year, 3, 31),  # the clocks go forward meanwhile
        "cover_id": bob.user_id,
        "note": "At sea",
    }
    absence = await away(acting, ann, ann, given)
    async with acting.database.read(bob) as reader:
        start, end = datetime(summer.year, 3, 1, tzinfo=UTC), datetime(summer.year, 5, 1, tzinfo=UTC)
        nobodys, (row,) = await absences_between(reader, [bob.user_id, ann.user_id], start, end)
    assert nobodys == []
    assert (row["key"], row["all_day"], row["cover_id"]) == (absence, True, bob.user_id)
    assert row["starts_at"] == datetime(summer.year, 3, 26, 0, tzinfo=UTC)
    assert row["ends_at"] == datetime(summer.year, 3, 31, 23, tzinfo=UTC)
    (event,) = await acting.events(centre)
    assert (event["name"], event["entity"], event["subject_id"]) == ("absence.recorded", "absence", absence)
    assert event["audience_after"]["everyone"] is True
    # All colleagues hear that somebody is away, not why.
    assert (event["changes"]["kind"], event["changes"]["note"]) == (None, None)
    (entry,) = await acting.audit(centre)
    assert entry["changes"]["kind"] == {"old": None, "new": "ANNUAL_LEAVE"}


async def test_absences_of_one_person_do_not_overlap(data: Data, acting: Acting) -> None:
    centre, _, ann, bob = await people(data)
    await away(acting, ann, ann, days(5, 9))
    for overlapping in (days(9, 12), days(5, 9), days(6, 7), days(1, 20)):
        assert await refused(acting, ann, ann, overlapping) == ("first_day", "overlap")
    noon = datetime.combine(today() + 6 * DAY, datetime.min.time(), UTC) + timedelta(hours=12)
    times = {"kind": LEAVE, "starts_at": noon, "ends_at": noon + timedelta(hours=1)}
    assert await refused(acting, ann, ann, times) == ("starts_at", "overlap")
    with pytest.raises(Invalid) as caught:
        await away(acting, ann, ann, days(8, 12))
    first, behind = (midnight(today() + number * DAY).astimezone(UTC) for number in (5, 10))
    assert caught.value.params == {"starts_at": first.isoformat(), "ends_at": behind.isoformat()}
    await away(acting, ann, ann, days(10))
    await away(acting, bob, bob, days(5, 9))
    assert len(await acting.events(centre)) == 3


async def test_times_are_refused_by_field_and_rule(data: Data, acting: Acting) -> None:
    centre, _, ann, _ = await people(data)
    at = now()
    hour = timedelta(hours=1)
    refusals: list[tuple[dict[str, Any], str, str]] = [
        (days(5, 4), "last_day", "ends-before-start"),
        ({"kind": LEAVE, "starts_at": at + hour, "ends_at": at + hour}, "ends_at", "ends-before-start"),
        (days(-3, -1), "last_day", "past"),
        ({"kind": LEAVE, "starts_at": at - 2 * hour, "ends_at": at - hour}, "ends_at", "past"),
        (days(-40, 2), "first_day", "too-early"),
        (days(800, 801), "first_day", "too-late"),
        (days(0, 800), "last_day", "too-long"),
        ({"kind": LEAVE}, "first_day", "days-or-times"),
        ({"kind": LEAVE, "first_day": today()}, "first_day", "days-or-times"),
        ({**days(1), "starts_at": at}, "first_day", "days-or-times"),
        (days(1, note="\x00"), "note", "control-character"),
    ]
    for values, field, rule in refusals:
        assert await refused(acting, ann, ann, values) == (field, rule), values
    assert await acting.events(centre) == []


async def test_who_covers_is_there_and_works_on_cases(data: Data, acting: Acting) -> None:
    centre, manager, ann, bob = await people(data)
    auditor = await data.a_member(centre, Role.AUDITOR)
    gone = await data.a_member(centre, status="DEACTIVATED")
    await away(acting, bob, bob, days(5, 6))
    refusals = [
        (ann.user_id, "cover-self"),
        (auditor.user_id, "lacks-permission"),
        (gone.user_id, "inactive"),
        (bob.user_id, "cover-absent"),
    ]
    for cover, rule in refusals:
        assert await refused(acting, ann, ann, days(6, 7, cover_id=cover)) == ("cover_id", rule)
    for stranger in (new_id(), (await data.a_member(await data.a_centre())).user_id):
        with pytest.raises(NotFound) as caught:
            await away(acting, ann, ann, days(6, 7, cover_id=stranger))
        assert caught.value.field == "cover_id"
    await away(acting, ann, ann, days(7, 8, cover_id=bob.user_id))
    assert await refused(acting, manager, bob, days(8)) == ("first_day", "covers")
    # Who falls ill cannot wait until somebody else covers.
    await away(acting, bob, bob, {**days(8), "kind": AbsenceKind.SICKNESS})


async def test_absences_are_kept_by_the_person_and_by_who_manages_people(data: Data, acting: Acting) -> None:
    centre, manager, ann, bob = await people(data)
    absence = await away(acting, manager, ann, days(5))
    officer = await data.a_member(centre, Role.COMPLIANCE_OFFICER)
    program = await data.a_service(centre)
    above = await data.an_administrator()
    for actor in (bob, officer, program):
        with pytest.raises(Forbidden):
            await away(acting, actor, ann, days(6))
        with pytest.raises(Forbidden):
            await acting(actor, cancel_absence, absence_id=absence, version=1)
    with pytest.raises(Forbidden):
        await away(acting, above, ann, days(6))
    stranger = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    with pytest.raises(NotFound):
        await away(acting, stranger, ann, days(6))
    with pytest.raises(NotFound):
        await acting(stranger, cancel_absence, absence_id=absence, version=1)
    await acting(ann, cancel_absence, absence_id=absence, version=1)
    await away(acting, ann, ann, days(5))  # the time is free again
    assert [event["name"] for event in await acting.events(centre)] == [
        "absence.recorded",
        "absence.cancelled",
        "absence.recorded",
    ]


async def test_an_absence_is_changed(data: Data, acting: Acting) -> None:
    centre, _, ann, bob = await people(data)
    absence = await away(acting, ann, ann, days(5, 9, note="At sea"))
    await away(acting, ann, ann, days(20))

    async def change(version: int, **values: Any) -> None:
        await acting(ann, change_absence, absence_id=absence, version=version, values=values)

    await change(1, cover_id=bob.user_id)
    await change(2, first_day=today() + 5 * DAY, last_day=today() + 6 * DAY)
    row = await acting.rows.fetchrow("SELECT * FROM absences WHERE id = $1", absence)
    assert row is not None
    assert (row["cover_id"], row["note"], row["version"]) == (bob.user_id, "At sea", 3)
    assert row["ends_at"] - row["starts_at"] in {2 * DAY, 2 * DAY + timedelta(hours=1), 2 * DAY - timedelta(hours=1)}
    await change(3, note=None, cover_id=None, kind=AbsenceKind.TRAINING)
    with pytest.raises(Conflict):
        await change(3, note="Again")
    for values, field, rule in (
        ({"first_day": today() + 19 * DAY, "last_day": today() + 21 * DAY}, "first_day", "overlap"),
        ({"first_day": today()}, "first_day", "days-or-times"),
        ({"cover_id": ann.user_id}, "cover_id", "cover-self"),
    ):
        with pytest.raises(Invalid) as caught:
            await change(4, **values)
        assert (caught.value.field, caught.value.rule) == (field, rule)
    row = await acting.rows.fetchrow("SELECT * FROM absences WHERE id = $1", absence)
    assert row is not None
    assert (row["cover_id"], row["note"], row["kind"], row["version"]) == (None, None, "TRAINING", 4)
    changed = [event for event in await acting.events(centre) if event["name"] == "absence.changed"]
    assert [sorted(event["changes"]) for event in changed] == [["cover_id"], ["ends_at"], ["cover_id", "kind", "note"]]


async def test_an_absence_that_is_over_stays_as_it_was(data: Data, acting: Acting) -> None:
    _, _, ann, _ = await people(data)
    absence = await away(acting, ann, ann, days(5))
    await acting.rows.execute(
        "UPDATE absences SET starts_at = now() - interval '2 days', ends_at = now() - interval '1 day' WHERE id = $1",
        absence,
    )
    acts: list[tuple[Any, dict[str, Any]]] = [(cancel_absence, {}), (change_absence, {"values": {"note": "Was fine"}})]
    for service, more in acts:
        with pytest.raises(Invalid) as caught:
            await acting(ann, service, absence_id=absence, version=1, **more)
        assert (caught.value.field, caught.value.rule) == ("id", "past")
