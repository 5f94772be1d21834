"""Rights that end in mid-stream, for every subscription: what follows is `Removed` or the end, and never data."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core import clock
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unauthenticated
from cma_graphql.graph.node import write_id
from graph.live.conftest import Live
from graph.live.staging import HAPPENS, Stage, set_stage, variables_of
from support.acting import Acting
from support.following import Following
from support.operations import document, subscriptions
from support.signing_in import LOGOUT

A_SECOND = timedelta(seconds=1)
EVENTS = sorted({*subscriptions()} - {"dashboard"})

pytestmark = pytest.mark.usefixtures("soon")


@pytest.fixture
async def stage(live: Live) -> Stage:
    """Set the stage."""
    return await set_stage(live)


@pytest.mark.parametrize("how", ["logout", "deactivated", "suspended", "revoked"])
@pytest.mark.parametrize("name", subscriptions())
async def test_whoever_has_no_standing_any_more_is_told_nothing_more(
    name: str, how: str, stage: Stage, following: Following, acting: Acting
) -> None:
    live, (happens, _) = stage.live, HAPPENS[name]
    role = Role.SERVICE if how == "revoked" else Role.ADVISOR
    header = stage.headers[role]
    given = variables_of(name, stage, "own")
    async with following.follow(header, document(name), after=await live.head(), **given) as follower:
        match how:
            case "logout":
                await live.scene.graph.run(LOGOUT, authorization=header)
            case "deactivated":
                await acting.rows.execute(
                    "UPDATE memberships SET status = 'DEACTIVATED' WHERE user_id = $1", stage.people[role].user_id
                )
            case "suspended":
                await acting.rows.execute("UPDATE centres SET status = 'SUSPENDED' WHERE id = $1", live.centre)
            case _:
                key = write_id("servicekey", stage.people[role].user_id)
                revoked = await live.scene.ask("serviceKeyRevoke", id=key, expectedVersion=1)
                assert revoked["errors"] == []
        with clock.stopped(now() + A_SECOND):
            await happens(stage, "own")
            with pytest.raises(Unauthenticated):
                await follower.take()
        assert follower.answers == []
    assert following.updates.subscriptions == 0


async def _reassigned(stage: Stage, case: str, after: str) -> None:
    await stage.change("caseAssign", case, reason="Ill", advisorId=after)


async def _restricted(stage: Stage, case: str, _after: str) -> None:
    await stage.change("caseRestrict", case)


async def _taken_from_the_team(stage: Stage, case: str, _after: str) -> None:
    await stage.change("caseSetTeam", case, teamId=None)


Taken = Callable[[Stage, str, str], Awaitable[None]]
LOST: dict[str, tuple[Taken, bool]] = {
    "reassigned": (_reassigned, False),
    "restricted": (_restricted, True),
    "taken from the team": (_taken_from_the_team, True),
}
"""How somebody loses a case; whether they had it through their team."""


@pytest.mark.parametrize("how", LOST)
@pytest.mark.parametrize("name", EVENTS)
async def test_whoever_loses_a_case_is_told_that_and_no_more_of_it(
    name: str, how: str, live: Live, following: Following
) -> None:
    take_away, through_team = LOST[how]
    data = live.scene.data
    team = await data.a_team(live.centre)
    loser, header = await live.somebody(team_ids=(team,) if through_team else ())
    after, _ = await live.somebody()
    stage = await set_stage(live, advisor=live.scene.advisor if through_team else loser, team=team)
    happens, _ = HAPPENS[name]
    given: dict[str, Any] = variables_of(name, stage, "own")
    async with following.follow(header, document(name), after=await live.head(), **given) as follower:
        await happens(stage, "own")
        (before,) = await follower.everything_until(await live.head())
        assert before["__typename"].endswith("Event")
        case = write_id("case", stage.cases["own"])
        await take_away(stage, case, write_id("membership", after.user_id))
        (gone,) = await follower.everything_until(await live.head())
        assert (gone["__typename"], gone["id"]) == ("Removed", case)
        for happening in (Stage.retitle, Stage.put_off, Stage.read):
            await happening(stage, "own")
        assert await follower.everything_until(await live.head()) == []
