"""The figures of the dashboard: at once, anew as they change, of what the viewer sees, and few for many events."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core import clock
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Forbidden, Unauthenticated, Unavailable
from cma_graphql.graph.live import states
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.event_log import read_head
from graph.live.conftest import Live
from support.acting import Acting
from support.compliance import a_checklist, begin_one
from support.following import Follower, Following
from support.operations import document
from support.polling import until
from support.signing_in import LOGOUT

DASHBOARD = document("dashboard")
HOLD: dict[str, Any] = {"reason": "Bank statements", "reviewOn": "2099-03-31"}


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read again as soon as there is a reason to."""
    monkeypatch.setattr(states, "PAUSE_SECONDS", 0)


def by_status(figures: dict[str, Any]) -> dict[str, int]:
    """Answer the figures by status."""
    return {each["status"]: each["count"] for each in figures["cases"]["byStatus"]}


async def figures(follower: Follower, live: Live) -> dict[str, Any]:
    """Answer the figures that take in all that has happened; those before are passed over."""
    head = await live.head()
    async with asyncio.timeout(10):
        while True:
            (found,) = await follower.take()
            if found["cursor"] == head:
                return found


async def test_the_figures_come_at_once_and_again_as_they_change(live: Live, following: Following) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS", priority="URGENT")
    await live.scene.a_case(status="CLOSED", closed_on=clock.today())
    async with following.follow(manager, DASHBOARD) as follower:
        first = await figures(follower, live)
        assert by_status(first) == {"IN_PROGRESS": 1, "CLOSED": 1}
        assert first["caseCount"] == 1
        assert {each["priority"]: each["count"] for each in first["cases"]["byPriority"]} == {"URGENT": 1, "MEDIUM": 1}
        (of_advisor,) = first["cases"]["byAdvisor"]
        assert (of_advisor["count"], of_advisor["advisor"]["id"]) == (
            2,
            write_id("membership", live.scene.advisor.user_id),
        )
        assert set(first["compliance"].values()) == {0}
        await live.scene.on("caseHold", case, **HOLD)
        assert by_status(await figures(follower, live)) == {"ON_HOLD": 1, "CLOSED": 1}
        await begin_one(
            live.scene.data, live.scene.manager, case, await a_checklist(live.scene.data, live.scene.manager)
        )
        assert (await figures(follower, live))["compliance"]["pending"] == 1


async def test_only_what_the_viewer_sees_is_counted_and_told(live: Live, following: Following) -> None:
    advisor, header = await live.somebody()
    own = await live.scene.a_case(status="IN_PROGRESS", advisor=advisor)
    foreign = await live.scene.a_case(status="IN_PROGRESS")
    _, client = await live.somebody(Role.CLIENT, client_id=await live.scene.data.a_client(live.centre))
    async with following.follow(header, DASHBOARD) as theirs, following.follow(client, DASHBOARD) as portal:
        assert by_status(await figures(theirs, live)) == {"IN_PROGRESS": 1}
        assert by_status(await figures(portal, live)) == {}
        await live.scene.on("caseHold", foreign, **HOLD)
        await live.scene.on("caseHold", own, **HOLD)
        (second,) = await theirs.take()
        assert (by_status(second), second["cursor"]) == ({"ON_HOLD": 1}, await live.head())
        after, _ = await live.somebody()
        await live.scene.on("caseAssign", own, version=2, reason="Ill", advisorId=write_id("membership", after.user_id))
        (third,) = await theirs.take()
        assert by_status(third) == {}


async def test_a_burst_costs_few_readings_and_alike_viewers_share_them(
    live: Live, following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = [(await live.somebody(Role.CENTRE_MANAGER))[1] for _ in range(3)]
    case = await live.scene.a_case(status="IN_PROGRESS")
    told_on, held = following.updates._fanout.states, asyncio.Event()

    async def pause(_seconds: float) -> None:
        await held.wait()
        await asyncio.sleep(0)

    async with AsyncExitStack() as stack:
        followers = [await stack.enter_async_context(following.follow(each, DASHBOARD)) for each in headers]
        for each in followers:
            await figures(each, live)
        await until(lambda: told_on._task is not None and told_on._task.done())
        monkeypatch.setattr(told_on, "_wait", pause)
        begun = following.updates.counts["rendered"]
        taking = [asyncio.create_task(each.take()) for each in followers]
        await until(lambda: all(each.joined for each in following.updates._subscriptions))
        await live.scene.on("caseHold", case, **HOLD)
        assert {by_status(found)["ON_HOLD"] for (found,) in await asyncio.gather(*taking)} == {1}
        for version in range(2, 9):
            name = "caseHold" if version % 2 else "caseStart"
            await live.scene.on(name, case, version=version, **(HOLD if version % 2 else {}))
        await until(lambda: len(told_on._stale) == 3)
        held.set()
        for each in followers:
            assert by_status(await figures(each, live)) == {"IN_PROGRESS": 1}
        assert following.updates.counts["rendered"] - begun == 2  # of eight events, for three viewers
        assert len({id(each.texts[-1]) for each in followers}) == 1


async def test_whoever_does_not_take_the_figures_has_the_last_when_they_do(live: Live, following: Following) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with following.follow(manager, DASHBOARD) as slow, following.follow(manager, DASHBOARD) as quick:
        await figures(quick, live)
        for version in range(1, 7):
            name = "caseHold" if version % 2 else "caseStart"
            await live.scene.on(name, case, version=version, **(HOLD if version % 2 else {}))
            await figures(quick, live)
        assert following.updates.queued <= 1
        assert by_status(await figures(slow, live)) == {"IN_PROGRESS": 1}


async def test_after_a_cursor_only_once_something_has_changed_them(
    live: Live,
    following: Following,
    soon: None,  # noqa: ARG001 - a fixture for what it does
) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    start = await live.head()
    asked = await live.scene.ask("teamCreate", name="Another")
    assert asked["errors"] == []
    async with following.follow(manager, DASHBOARD, after=start) as follower:
        assert await follower.everything_until(await live.head()) == []
        await live.scene.on("caseHold", case, **HOLD)
        assert by_status(await figures(follower, live)) == {"ON_HOLD": 1}
    async with following.follow(manager, DASHBOARD, after=start) as follower:
        assert by_status(await figures(follower, live)) == {"ON_HOLD": 1}


async def test_the_turn_of_the_day_is_a_change(
    live: Live,
    following: Following,
    soon: None,  # noqa: ARG001 - the same
) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    async with following.follow(manager, DASHBOARD) as follower:
        (first,) = await follower.take()
        with clock.stopped(now() + timedelta(days=1)):
            (second,) = await follower.take()
    assert first["countedAt"] < second["countedAt"]


@pytest.mark.parametrize("how", ["logout", "suspended"])
async def test_whoever_may_not_look_any_more_is_shown_no_figures(
    live: Live, following: Following, acting: Acting, how: str
) -> None:
    _, header = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with following.follow(header, DASHBOARD) as follower:
        await follower.take()
        if how == "logout":
            await live.scene.graph.run(LOGOUT, authorization=header)
        else:
            await acting.rows.execute("UPDATE centres SET status = 'SUSPENDED' WHERE id = $1", live.centre)
        with clock.stopped(now() + timedelta(seconds=1)):
            await live.scene.on("caseHold", case, **HOLD)
            with pytest.raises(Unauthenticated):
                await follower.take()
        assert len(follower.answers) == 1


async def test_other_roles_mean_a_resync_and_figures_by_them(live: Live, following: Following, acting: Acting) -> None:
    somebody, header = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with following.follow(header, DASHBOARD) as follower:
        (first,) = await follower.take()
        await acting.rows.execute("UPDATE memberships SET roles = $2 WHERE user_id = $1", somebody.user_id, ["ADVISOR"])
        with clock.stopped(now() + timedelta(seconds=1)):
            await live.scene.on("caseHold", case, **HOLD)
            (resync,) = await follower.take()
            (second,) = await follower.take()
    assert (by_status(first), resync["reason"], by_status(second)) == ({"IN_PROGRESS": 1}, "RIGHTS_CHANGED", {})


async def test_a_fault_ends_those_whom_it_hits(
    live: Live, following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with following.follow(manager, DASHBOARD) as follower:
        await follower.take()

        def fails(*_: object) -> str:
            raise LookupError("a fault")

        with monkeypatch.context() as broken:
            broken.setattr(states, "write_event_cursor", fails)
            await live.scene.on("caseHold", case, **HOLD)
            with pytest.raises(Unavailable):
                await follower.take()


async def test_an_outage_is_waited_out(live: Live, following: Following, monkeypatch: pytest.MonkeyPatch) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    failures = [Unavailable(), Unavailable()]

    async def sometimes(reads: Any) -> int:
        if failures:
            raise failures.pop()
        return await read_head(reads)

    async with following.follow(manager, DASHBOARD) as follower:
        await follower.take()
        monkeypatch.setattr(states, "read_head", sometimes)
        await live.scene.on("caseHold", case, **HOLD)
        assert by_status(await figures(follower, live)) == {"ON_HOLD": 1}
        assert failures == []


async def test_whoever_reads_no_cases_is_shown_no_figures(live: Live, following: Following) -> None:
    _, blind = await live.a_program(Permission.DOCUMENT_ACCESS)
    with pytest.raises(Forbidden):
        await following.begin(blind, DASHBOARD)
