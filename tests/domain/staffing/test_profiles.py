"""What advisors can do and when they work is for who manages people to say."""

from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Conflict, Forbidden, Invalid, InvalidInput, NotFound
from cma_graphql.domain.staffing.hours import GivenInterval
from cma_graphql.domain.staffing.models import AdvisorSkill
from cma_graphql.domain.staffing.profiles import set_profile, set_working_hours
from cma_graphql.domain.staffing.selectors import profiles_by_id, working_hours_of
from support.acting import Acting
from support.data import Data


async def people(data: Data) -> tuple[UUID, Actor, Actor]:
    """Make a centre with a manager and an advisor."""
    centre = await data.a_centre()
    return centre, await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)


async def week(acting: Acting, actor: Actor, user: Actor) -> list[tuple[int, int, int]]:
    async with acting.database.read(actor) as reader:
        (rows,) = await working_hours_of(reader, [user.user_id])
    return [(row["weekday"], row["start_minute"], row["end_minute"]) for row in rows]


async def test_what_an_advisor_can_do(data: Data, acting: Acting) -> None:
    centre, manager, ann = await people(data)
    given: dict[str, Any] = {
        "skills": [AdvisorSkill.HOUSING, AdvisorSkill.DRO_APPROVED_INTERMEDIARY],
        "languages": ["PL", "cy"],
    }
    await acting(manager, set_profile, user_id=ann.user_id, version=1, values=given)
    await acting(manager, set_profile, user_id=ann.user_id, version=2, values={"accepts_new_cases": False})
    await acting(manager, set_profile, user_id=ann.user_id, version=3, values={"accepts_new_cases": False})
    async with acting.database.read(ann) as reader:
        profile, nothing = await profiles_by_id(reader, [ann.user_id, manager.user_id])
    assert nothing is None
    assert profile is not None
    assert (profile["skills"], profile["languages"], profile["accepts_new_cases"], profile["last_assigned_at"]) == (
        ["DRO_APPROVED_INTERMEDIARY", "HOUSING"],
        ["cy", "pl"],
        False,
        None,
    )
    first, second = await acting.events(centre)
    assert (first["name"], first["entity"], first["subject_id"], first["version"]) == (
        "advisor.profile_changed",
        "membership",
        ann.user_id,
        2,
    )
    assert first["changes"]["skills"] == {"old": [], "new": ["DRO_APPROVED_INTERMEDIARY", "HOUSING"]}
    assert (second["version"], sorted(second["changes"])) == (3, ["accepts_new_cases"])


async def test_a_profile_is_refused_by_field_and_rule(data: Data, acting: Acting) -> None:
    centre, manager, ann = await people(data)
    client = await data.a_member(centre, Role.CLIENT, client_id=await data.a_client(centre))
    gone = await data.a_member(centre, status="DEACTIVATED")
    refusals: list[tuple[Actor, dict[str, Any], str, str]] = [
        (ann, {"skills": [AdvisorSkill.HOUSING] * 2}, "skills", "duplicate"),
        (ann, {"languages": ["pl", "PL"]}, "languages", "duplicate"),
        (ann, {"languages": ["pl", "Polish language"]}, "languages.1", "language"),
        (ann, {"languages": ["pl"] * 21}, "languages", "too-many"),
        (client, {"skills": []}, "id", "client"),
        (gone, {"skills": []}, "id", "inactive"),
    ]
    for user, values, field, rule in refusals:
        with pytest.raises(Invalid) as caught:
            await acting(manager, set_profile, user_id=user.user_id, version=1, values=values)
        assert (caught.value.field, caught.value.rule) == (field, rule)
    with pytest.raises(Conflict):
        await acting(manager, set_profile, user_id=ann.user_id, version=2, values={"skills": []})
    for actor in (ann, await data.a_member(centre, Role.COMPLIANCE_OFFICER)):
        with pytest.raises(Forbidden):
            await acting(actor, set_profile, user_id=ann.user_id, version=1, values={"skills": []})
    stranger = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    with pytest.raises(NotFound):
        await acting(stranger, set_profile, user_id=ann.user_id, version=1, values={"skills": []})
    assert await acting.events(centre) == []


async def test_a_week_is_replaced_as_a_whole(data: Data, acting: Acting) -> None:
    centre, manager, ann = await people(data)
    given = [GivenInterval(2, "13:00", "24:00"), GivenInterval(1, "09:00", "12:30"), GivenInterval(1, "12:30", "17:00")]
    await acting(manager, set_working_hours, user_id=ann.user_id, version=1, hours=given)
    assert await week(acting, ann, ann) == [(1, 540, 750), (1, 750, 1020), (2, 780, 1440)]
    again = [GivenInterval(1, "09:00", "12:30"), GivenInterval(2, "14:00", "18:00")]
    await acting(manager, set_working_hours, user_id=ann.user_id, version=2, hours=again)
    assert await week(acting, ann, ann) == [(1, 540, 750), (2, 840, 1080)]
    await acting(manager, set_working_hours, user_id=ann.user_id, version=3, hours=again)
    await acting(manager, set_working_hours, user_id=ann.user_id, version=3, hours=[])
    assert await week(acting, ann, ann) == []
    events = await acting.events(centre)
    assert [(event["name"], event["version"]) for event in events] == [
        ("advisor.hours_changed", 2),
        ("advisor.hours_changed", 3),
        ("advisor.hours_changed", 4),
    ]
    assert events[1]["changes"]["hours"] == {
        "old": [[1, 540, 750], [1, 750, 1020], [2, 780, 1440]],
        "new": [[1, 540, 750], [2, 840, 1080]],
    }
    assert await acting.rows.fetchval("SELECT count(*) FROM working_hours WHERE user_id = $1", ann.user_id) == 4


async def test_hours_are_refused_by_interval_and_rule(data: Data, acting: Acting) -> None:
    centre, manager, ann = await people(data)
    refusals: list[tuple[list[GivenInterval], str, str]] = [
        ([GivenInterval(1, "9:00", "17:00")], "hours.0.starts", "time"),
        ([GivenInterval(1, "09:00", "24:01")], "hours.0.ends", "time"),
        ([GivenInterval(1, "09:00", "09:00")], "hours.0.ends", "ends-before-start"),
        ([GivenInterval(1, "22:00", "06:00")], "hours.0.ends", "ends-before-start"),
        ([GivenInterval(1, "12:00", "17:00"), GivenInterval(1, "09:00", "12:01")], "hours.0.starts", "overlap"),
        ([GivenInterval(1, "09:00", "10:00")] * 29, "hours", "too-many"),
    ]
    for hours, field, rule in refusals:
        with pytest.raises(Invalid) as caught:
            await acting(manager, set_working_hours, user_id=ann.user_id, version=1, hours=hours)
        assert (caught.value.field, caught.value.rule) == (field, rule)
    several = [GivenInterval(1, "9", "17:00"), GivenInterval(2, "10:00", "09:00")]
    with pytest.raises(InvalidInput) as both:
        await acting(manager, set_working_hours, user_id=ann.user_id, version=1, hours=several)
    assert [fault.field for fault in both.value.faults] == ["hours.0.starts", "hours.1.ends"]
    with pytest.raises(Forbidden):
        await acting(ann, set_working_hours, user_id=ann.user_id, version=1, hours=[])
    assert await acting.events(centre) == []
