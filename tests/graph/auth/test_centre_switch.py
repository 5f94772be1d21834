"""Going on at another centre: the same proof, the same end, one session."""

from datetime import UTC, datetime, timedelta

import pytest

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core import clock
from cma_graphql.core.errors import Unauthenticated
from cma_graphql.core.ids import PLATFORM_CENTRE
from support.data import Data
from support.signing_in import SWITCH, SigningIn, centre_id, tokens_of

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOT_FOUND = {
    "session": None,
    "errors": [
        {
            "__typename": "NotFoundError",
            "code": "NOT_FOUND",
            "message": "There is no such record.",
            "path": ["input", "centreId"],
        }
    ],
}


async def test_switching_opens_a_session_there_and_ends_the_one_here(signing_in: SigningIn, data: Data) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    person = await signing_in.a_person(here, Role.ADVISOR)
    await signing_in.a_person(there, Role.COMPLIANCE_OFFICER, person=person)
    with clock.stopped(START):
        tokens = await signing_in.log_in(person, centreId=centre_id(here))
        old = await signing_in.actor(tokens.header)
    with clock.stopped(START + timedelta(minutes=1)):
        answer = await signing_in.run(SWITCH, tokens=tokens, input={"centreId": centre_id(there)})
        switched = tokens_of(answer.data["centreSwitch"])
        actor = await signing_in.actor(switched.header)
        assert (actor.centre_id, actor.roles) == (there, frozenset({Role.COMPLIANCE_OFFICER}))
        assert actor.authenticated_by == "PASSWORD"
        with pytest.raises(Unauthenticated):
            await signing_in.actor(tokens.header)
        assert (await signing_in.try_refresh(tokens.refresh))["session"] is None
    rows = await signing_in.rows(
        "SELECT id, revoked_because, expires_at FROM sessions WHERE user_id = $1 ORDER BY created_at", person.user_id
    )
    assert [(row["id"], row["revoked_because"]) for row in rows] == [
        (old.session_id, "CENTRE_SWITCH"),
        (actor.session_id, None),
    ]
    assert {row["expires_at"] for row in rows} == {START + timedelta(days=30)}
    assert [kind for kind, _ in await signing_in.security(there)] == ["session.switched"]
    assert "session.ended" in [kind for kind, _ in await signing_in.security(here)]


async def test_a_centre_that_is_not_ones_own_is_not_found_and_nothing_ends(signing_in: SigningIn, data: Data) -> None:
    person = await signing_in.a_person(await data.a_centre())
    tokens = await signing_in.log_in(person)
    for text in (centre_id(await data.a_centre()), centre_id(PLATFORM_CENTRE), "nonsense"):
        answer = await signing_in.run(SWITCH, tokens=tokens, input={"centreId": text})
        assert answer.data["centreSwitch"] == NOT_FOUND
    assert (await signing_in.actor(tokens.header)).user_id == person.user_id
    assert len(await signing_in.rows("SELECT FROM sessions WHERE user_id = $1", person.user_id)) == 1


async def test_a_membership_that_is_not_active_is_not_found(signing_in: SigningIn, data: Data) -> None:
    person = await signing_in.a_person(await data.a_centre())
    left = await data.a_centre()
    await signing_in.a_person(left, person=person, status="DEACTIVATED")
    suspended = await data.a_centre(status="SUSPENDED")
    await signing_in.a_person(suspended, person=person)
    tokens = await signing_in.log_in(person)
    for centre in (left, suspended):
        answer = await signing_in.run(SWITCH, tokens=tokens, input={"centreId": centre_id(centre)})
        assert answer.data["centreSwitch"] == NOT_FOUND


async def test_the_platform_is_one_of_the_centres(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    person = await signing_in.a_person(centre, Role.CENTRE_MANAGER)
    await signing_in.a_person(PLATFORM_CENTRE, Role.SYSTEM_ADMIN, person=person)
    tokens = await signing_in.log_in(person, centreId=centre_id(centre))
    assert not (await signing_in.actor(tokens.header)).at_platform
    answer = await signing_in.run(SWITCH, tokens=tokens, input={"centreId": centre_id(PLATFORM_CENTRE)})
    actor = await signing_in.actor(tokens_of(answer.data["centreSwitch"]).header)
    assert actor.at_platform
    assert actor.roles == frozenset({Role.SYSTEM_ADMIN})


async def test_a_program_has_no_session_to_switch(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    service = await data.a_service(centre, Permission.CASE_READ)
    answer = await signing_in.graph.run(SWITCH, as_=service, input={"centreId": centre_id(centre)})
    assert answer.data["centreSwitch"]["errors"][0]["__typename"] == "ForbiddenError"


async def test_nobody_switches_nothing(signing_in: SigningIn, data: Data) -> None:
    answer = await signing_in.run(SWITCH, input={"centreId": centre_id(await data.a_centre())})
    assert answer.codes == ["UNAUTHENTICATED"]
