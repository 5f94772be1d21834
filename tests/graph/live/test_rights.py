"""Every event is for whom it may be for, as they stand when it is delivered: else nothing, `Removed`, or the end."""

from datetime import timedelta
from typing import Any

import pytest

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core import clock
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Forbidden, Unauthenticated
from cma_graphql.graph.node import write_id
from graph.live.conftest import Live
from support.acting import Acting
from support.following import Follower, Following
from support.signing_in import LOGOUT

A_SECOND = timedelta(seconds=1)
HOLD: dict[str, Any] = {"reason": "Bank statements", "reviewOn": "2099-03-31"}


async def told(follower: Follower) -> tuple[str, str]:
    """Receive one answer; tell what it is and of which record."""
    (answer,) = await follower.take()
    return answer["__typename"], answer.get("id") or answer["case"]["id"]


async def test_an_advisor_is_told_of_own_cases_and_those_of_the_team_alone(
    live: Live, following: Following, data: Any
) -> None:
    team, other_team = await data.a_team(live.centre), await data.a_team(live.centre)
    advisor, header = await live.somebody(team_ids=(team,))
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    cases = [
        await live.scene.a_case(status="IN_PROGRESS", advisor=advisor),
        await live.scene.a_case(status="IN_PROGRESS", team_members=(advisor,)),
        await live.scene.a_case(status="IN_PROGRESS", team_id=team),
        await live.scene.a_case(status="IN_PROGRESS", team_id=team, restricted=True),
        await live.scene.a_case(status="IN_PROGRESS", team_id=other_team),
        await live.scene.a_case(status="IN_PROGRESS"),
    ]
    async with following.follow(header) as theirs, following.follow(manager) as all_of_them:
        for case in cases:
            await live.scene.on("caseHold", case, **HOLD)
        assert [each["case"]["id"] for each in await all_of_them.take(6)] == [write_id("case", case) for case in cases]
        assert [each["case"]["id"] for each in await theirs.take(3)] == [write_id("case", case) for case in cases[:3]]
        await live.scene.on("caseStart", cases[0], version=2)
        assert await told(theirs) == ("CaseEvent", write_id("case", cases[0]))


async def test_a_reassigned_case_is_removed_from_one_and_told_to_the_other(live: Live, following: Following) -> None:
    before, old = await live.somebody()
    after, new = await live.somebody()
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=before)
    async with following.follow(old) as loses, following.follow(new) as wins:
        await live.scene.on("caseAssign", case, reason="Ill", advisorId=write_id("membership", after.user_id))
        assert await told(loses) == ("Removed", write_id("case", case))
        assert await told(wins) == ("CaseEvent", write_id("case", case))
        await live.scene.on("caseHold", case, version=2, **HOLD)
        assert await told(wins) == ("CaseEvent", write_id("case", case))
        mine = await live.scene.a_case(status="IN_PROGRESS", advisor=before)
        await live.scene.on("caseHold", mine, **HOLD)
        assert await told(loses) == ("CaseEvent", write_id("case", mine))


async def test_what_happened_before_a_case_was_lost_is_not_shown_afterwards(live: Live, following: Following) -> None:
    """The event is shown with the case as it is now: so not to whoever was to see it as it was then."""
    before, old = await live.somebody()
    after, _ = await live.somebody()
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=before)
    cursor = (await live.scene.graph.run("{ eventCursor }", as_=live.scene.manager)).data["eventCursor"]
    await live.scene.on("caseHold", case, **HOLD)
    await live.scene.on("caseAssign", case, version=2, reason="Ill", advisorId=write_id("membership", after.user_id))
    await live.scene.on("caseStart", case, version=3)
    async with following.follow(old, after=cursor) as loses:
        assert await told(loses) == ("Removed", write_id("case", case))
        assert len(loses.answers) == 1


async def test_a_case_made_restricted_is_removed_from_the_team(live: Live, following: Following, data: Any) -> None:
    team = await data.a_team(live.centre)
    _, header = await live.somebody(team_ids=(team,))
    case = await live.scene.a_case(status="IN_PROGRESS", team_id=team)
    async with following.follow(header) as follower:
        await live.scene.on("caseRestrict", case)
        assert await told(follower) == ("Removed", write_id("case", case))
        await live.scene.on("caseUnrestrict", case, version=2)
        assert await told(follower) == ("CaseEvent", write_id("case", case))


@pytest.mark.parametrize("how", ["logout", "deactivated", "suspended"])
async def test_whoever_may_not_look_any_more_is_told_nothing_more(
    live: Live, following: Following, acting: Acting, how: str
) -> None:
    somebody, header = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with following.follow(header) as follower:
        match how:
            case "logout":
                await live.scene.graph.run(LOGOUT, authorization=header)
            case "deactivated":
                await acting.rows.execute(
                    "UPDATE memberships SET status = 'DEACTIVATED' WHERE user_id = $1", somebody.user_id
                )
            case _:
                await acting.rows.execute("UPDATE centres SET status = 'SUSPENDED' WHERE id = $1", live.centre)
        with clock.stopped(now() + A_SECOND):
            await live.scene.on("caseHold", case, **HOLD)
            with pytest.raises(Unauthenticated):
                await follower.take()
        assert follower.answers == []


async def test_other_roles_mean_to_query_again_and_see_by_them(
    live: Live, following: Following, acting: Acting
) -> None:
    somebody, header = await live.somebody(Role.CENTRE_MANAGER)
    foreign = await live.scene.a_case(status="IN_PROGRESS")
    own = await live.scene.a_case(status="IN_PROGRESS", advisor=somebody)
    async with following.follow(header) as follower:
        await acting.rows.execute("UPDATE memberships SET roles = $2 WHERE user_id = $1", somebody.user_id, ["ADVISOR"])
        with clock.stopped(now() + A_SECOND):
            await live.scene.on("caseHold", foreign, **HOLD)
            (resync,) = await follower.take()
        assert (resync["__typename"], resync["reason"]) == ("ResyncRequired", "RIGHTS_CHANGED")
        await live.scene.on("caseStart", foreign, version=2)
        await live.scene.on("caseHold", own, **HOLD)
        assert await told(follower) == ("CaseEvent", write_id("case", own))
    assert following.updates.counts["resync_rights_changed"] == 1


async def test_a_programs_key_is_good_until_it_is_revoked(live: Live, following: Following) -> None:
    key, header = await live.a_program(Permission.CASE_READ)
    async with following.follow(header) as follower:
        case = await live.scene.a_case(status="IN_PROGRESS")
        await live.scene.on("caseHold", case, **HOLD)
        assert await told(follower) == ("CaseEvent", write_id("case", case))
        revoked = await live.scene.ask("serviceKeyRevoke", id=key, expectedVersion=1)
        assert revoked["errors"] == []
        with clock.stopped(now() + A_SECOND):
            await live.scene.on("caseStart", case, version=2)
            with pytest.raises(Unauthenticated):
                await follower.take()
    _, blind = await live.a_program(Permission.USER_READ)
    with pytest.raises(Forbidden):
        await following.begin(blind)


async def test_a_client_is_told_of_the_own_case_alone(live: Live, following: Following, data: Any) -> None:
    somebody, header = await live.somebody(Role.CLIENT, client_id=live.scene.client)
    assert somebody.kind is ActorKind.CLIENT
    other = await data.a_case(live.centre, status="IN_PROGRESS")
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with following.follow(header) as follower:
        await live.scene.on("caseHold", other, **HOLD)
        await live.scene.on("caseHold", case, **HOLD)
        assert await told(follower) == ("CaseEvent", write_id("case", case))


async def test_another_centre_hears_nothing(live: Live, following: Following, data: Any, signing_in: Any) -> None:
    elsewhere = await data.a_centre()
    stranger = await signing_in.log_in(await signing_in.a_person(elsewhere, Role.CENTRE_MANAGER))
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    own = await data.a_case(elsewhere, status="IN_PROGRESS")
    async with following.follow(stranger.header) as deaf, following.follow(manager) as hears:
        await live.scene.on("caseHold", case, **HOLD)
        await hears.take()
        there = await data.a_member(elsewhere, Role.CENTRE_MANAGER)
        await live.scene.on("caseHold", own, as_=there, **HOLD)
        assert await told(deaf) == ("CaseEvent", write_id("case", own))
