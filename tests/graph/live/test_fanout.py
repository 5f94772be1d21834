"""One event, one text for all who are alike; slow subscribers; what the access log is told."""

import json
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core import clock
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unavailable
from cma_graphql.graph.live import fanout, feed, subscription
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.access_log import AccessRecorder
from cma_graphql.persistence.bus import Bus
from graph.live.conftest import Live
from support.acting import Acting
from support.following import CASE_EVENTS, Follower, Following
from support.polling import until

HOLD: dict[str, Any] = {"reason": "Bank statements", "reviewOn": "2099-03-31"}
A_MOMENT = 0.02
PERSONAL = """
subscription {
  caseEvents {
    __typename
    ... on CaseEvent { case { id viewerCan { conclude } client { nationalInsuranceNumber } } }
  }
}
"""


PEOPLE = """
subscription {
  caseEvents { __typename ... on CaseEvent { actor { id fullName } case { id advisor { id fullName } team { id } } } }
}
"""


@pytest.fixture(autouse=True)
def _soon(following: Following) -> None:
    """Have signs of life come soon."""
    following.updates._heartbeat_seconds = A_MOMENT


async def followers(
    stack: AsyncExitStack, following: Following, headers: list[str], text: str = CASE_EVENTS, **variables: Any
) -> list[Follower]:
    """Follow as each of these."""
    return [await stack.enter_async_context(following.follow(header, text, **variables)) for header in headers]


async def settle(following: Following, *everybody: Follower) -> None:
    """Wait until all have joined the feed: whoever has nothing to read waits for the next event, or a sign of life."""
    for each in everybody:
        await each.beat()
    assert all(each.joined for each in following.updates._subscriptions)


async def test_colleagues_of_the_same_roles_share_one_text(live: Live, following: Following) -> None:
    managers = [(await live.somebody(Role.CENTRE_MANAGER))[1] for _ in range(3)]
    _, officer = await live.somebody(Role.COMPLIANCE_OFFICER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with AsyncExitStack() as stack:
        alike = await followers(stack, following, managers)
        (other,) = await followers(stack, following, [officer])
        await settle(following, *alike, other)
        before = following.updates.counts["rendered"]
        await live.scene.on("caseHold", case, **HOLD)
        for each in (*alike, other):
            await each.take()
        assert following.updates.counts["rendered"] - before == 2  # one a role
        assert len({id(each.texts[-1]) for each in alike}) == 1
        assert alike[0].texts[-1] == other.texts[-1]


async def test_subscribers_after_different_cursors_share_too(live: Live, following: Following) -> None:
    headers = [(await live.somebody(Role.CENTRE_MANAGER))[1] for _ in range(2)]
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with AsyncExitStack() as stack:
        (first,) = await followers(stack, following, headers[:1])
        await settle(following, first)
        (second,) = await followers(
            stack, following, headers[1:], after=first.cursor, filter={"names": ["STATUS_CHANGED"]}
        )
        await settle(following, first, second)
        before = following.updates.counts["rendered"]
        await live.scene.on("caseHold", case, **HOLD)
        await first.take()
        await second.take()
        assert following.updates.counts["rendered"] - before == 1


async def test_what_depends_on_the_viewer_is_made_for_each(live: Live, following: Following, data: Any) -> None:
    team = await data.a_team(live.centre)
    own, own_header = await live.somebody(team_ids=(team,))
    _, team_header = await live.somebody(team_ids=(team,))
    client = await data.a_client(live.centre, national_insurance_number="AB123456C")
    case = await live.scene.a_case(client_id=client, status="IN_PROGRESS", advisor=own, team_id=team)
    async with AsyncExitStack() as stack:
        seen = await followers(stack, following, [own_header, team_header], PERSONAL)
        await live.scene.on("caseHold", case, **HOLD)
        ours, theirs = [(await each.take())[0]["case"] for each in seen]
    assert ours == {
        "id": write_id("case", case),
        "viewerCan": {"conclude": True},
        "client": {"nationalInsuranceNumber": "AB123456C"},
    }
    assert theirs == {
        "id": write_id("case", case),
        "viewerCan": {"conclude": False},
        "client": {"nationalInsuranceNumber": "******56C"},
    }
    (redacted,) = seen[1].answers[-1]["extensions"]["redacted"]
    assert redacted["requiredPermission"] == "CLIENT_READ_IDENTITY"
    assert "extensions" not in seen[0].answers[-1]


async def test_who_did_it_and_whose_case_it_is_depend_on_no_colleague(
    live: Live, following: Following, data: Any
) -> None:
    team = await data.a_team(live.centre)
    headers = [(await live.somebody(team_ids=(team,)))[1] for _ in range(2)]
    case = await live.scene.a_case(status="IN_PROGRESS", team_id=team)
    async with AsyncExitStack() as stack:
        both = await followers(stack, following, headers, PEOPLE)
        await settle(following, *both)
        await live.scene.on("caseHold", case, **HOLD)
        for each in both:
            (event,) = await each.take()
            assert event["actor"]["id"] == write_id("membership", live.scene.manager.user_id)
            assert event["case"]["advisor"]["id"] == write_id("membership", live.scene.advisor.user_id)
        assert len({id(each.texts[-1]) for each in both}) == 1


async def test_for_managers_the_same_depends_on_nobody(live: Live, following: Following) -> None:
    headers = [(await live.somebody(Role.CENTRE_MANAGER))[1] for _ in range(2)]
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with AsyncExitStack() as stack:
        both = await followers(stack, following, headers, PERSONAL)
        await settle(following, *both)
        await live.scene.on("caseHold", case, **HOLD)
        for each in both:
            await each.take()
        assert len({id(each.texts[-1]) for each in both}) == 1


async def test_whoever_does_not_take_what_waits_reads_it_later_in_order(
    live: Live, following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "MOST_QUEUED", 3)
    monkeypatch.setattr(feed, "OWN_PORTION", 2)
    _, header = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with following.follow(header) as slow, following.follow(header) as quick:
        await settle(following, slow, quick)
        expected = []
        for version in range(1, 11):
            name = "caseHold" if version % 2 else "caseStart"
            await live.scene.on(name, case, version=version, **(HOLD if version % 2 else {}))
            expected += [each["cursor"] for each in await quick.take()]
        await until(lambda: following.updates.counts["overflowed"])
        assert following.updates.queued == 0
        assert [each["cursor"] for each in await slow.take(10)] == expected
        assert following.updates.counts["resync_out_of_retention"] == 0


async def test_a_subscriber_that_falls_out_of_retention_is_told_so(
    live: Live, following: Following, acting: Acting
) -> None:
    _, header = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    old = (await live.scene.graph.run("{ eventCursor }", as_=live.scene.manager)).data["eventCursor"]
    await live.scene.on("caseHold", case, **HOLD)
    await live.scene.on("caseStart", case, version=2)
    await acting.rows.execute("DELETE FROM event_log_default WHERE centre_id = $1", live.centre)
    await acting.rows.execute("DELETE FROM event_log WHERE centre_id = $1", live.centre)
    async with following.follow(header, after=old) as follower:
        (resync,) = await follower.take()
        assert (resync["__typename"], resync["reason"]) == ("ResyncRequired", "OUT_OF_RETENTION")
        assert resync["cursor"] == follower.cursor
        await live.scene.on("caseHold", case, version=3, **HOLD)
        (event,) = await follower.take()
    assert event["case"]["status"] == "ON_HOLD"


async def test_the_end_frees_everything_at_once(live: Live, following: Following, bus: Bus) -> None:
    _, header = await live.somebody(Role.CENTRE_MANAGER)
    async with following.follow(header), following.follow(header):
        assert (following.updates.subscriptions, bus.centres) == (2, 1)
    assert (following.updates.subscriptions, bus.centres, following.updates._feeds) == (0, 0, {})
    begun = await following.begin(header)  # and never read
    await begun.deliveries.aclose()
    assert following.updates.subscriptions == 0


async def test_when_the_server_stops_subscriptions_end_without_an_error(live: Live, following: Following) -> None:
    _, header = await live.somebody(Role.CENTRE_MANAGER)
    async with following.follow(header) as follower:
        await following.updates.close()
        with pytest.raises(StopAsyncIteration):
            await follower.take()


async def test_silence_is_broken_by_signs_of_life_whose_cursor_moves_on(live: Live, following: Following) -> None:
    advisor, header = await live.somebody()
    foreign = await live.scene.a_case(status="IN_PROGRESS")
    async with following.follow(header) as follower:
        first = follower.cursor
        await live.scene.on("caseHold", foreign, **HOLD)
        later = first
        while later == first:
            later = await follower.beat()
        case = await live.scene.a_case(status="IN_PROGRESS", advisor=advisor)
        await live.scene.on("caseHold", case, **HOLD)
        await follower.take()
    async with following.follow(header, after=later) as again:
        assert (await again.take())[0]["case"]["id"] == write_id("case", case)


async def test_the_access_log_is_told_of_each_viewer_once_a_minute(
    live: Live, following: Following, acting: Acting, access_log: AccessRecorder
) -> None:
    people = [await live.somebody(Role.CENTRE_MANAGER) for _ in range(2)]
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with AsyncExitStack() as stack:
        both = await followers(stack, following, [header for _, header in people])
        for version, name in ((1, "caseHold"), (2, "caseStart")):
            await live.scene.on(name, case, version=version, **(HOLD if version == 1 else {}))
            for each in both:
                await each.take()
        with clock.stopped(now() + timedelta(minutes=1)):
            await live.scene.on("caseHold", case, version=3, **HOLD)
            for each in both:
                await each.take()
        await until(lambda: access_log.written == 4)
    rows = await acting.rows.fetch(
        "SELECT actor_id, operation, client_ids FROM access_log WHERE centre_id = $1 AND operation = 'CaseEvents'",
        live.centre,
    )
    assert sorted(row["actor_id"] for row in rows) == sorted([person.user_id for person, _ in people] * 2)
    assert {tuple(row["client_ids"]) for row in rows} == {(live.scene.client,)}


async def test_an_error_in_a_field_stands_in_its_answer_and_ends_nothing(
    live: Live, following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, header = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    text = "subscription { caseEvents { __typename ... on CaseEvent { name case { client { fullName } } } } }"
    async with following.follow(header, text) as follower:
        with monkeypatch.context() as broken:
            broken.setattr("cma_graphql.graph.cases.types.clients_by_id", _fails)
            await live.scene.on("caseHold", case, **HOLD)
            (event,) = await follower.take()
        assert event["case"]["client"] is None
        (error,) = follower.answers[-1]["errors"]
        assert (error["path"], error["extensions"]["code"]) == (["caseEvents", "case", "client"], "INTERNAL")
        await live.scene.on("caseStart", case, version=2)
        (event,) = await follower.take()
    assert json.loads(follower.texts[-1])["data"]["caseEvents"]["case"]["client"] is not None


async def _fails(*_: Any) -> Any:
    raise ValueError("a fault of ours")


def _fails_at_once(*_: Any) -> Any:
    raise ValueError("a fault of ours")


async def test_a_fault_of_ours_ends_those_whom_the_event_was_for_and_nobody_else(
    live: Live, following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, header = await live.somebody(Role.CENTRE_MANAGER)
    advisor, other = await live.somebody()
    case = await live.scene.a_case(status="IN_PROGRESS")
    own = await live.scene.a_case(status="IN_PROGRESS", advisor=advisor)
    async with following.follow(header) as hit, following.follow(other) as spared:
        await settle(following, hit, spared)
        with monkeypatch.context() as broken:
            broken.setattr(fanout, "sees", _fails_at_once)
            await live.scene.on("caseHold", case, **HOLD)
            with pytest.raises(Unavailable):
                await hit.take()
        await live.scene.on("caseHold", own, **HOLD)
        assert (await spared.take())[0]["case"]["id"] == write_id("case", own)
