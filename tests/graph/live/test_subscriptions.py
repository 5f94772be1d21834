"""Subscriptions to cases: what is told, in which order, from which cursor on, and what begins no subscription."""

from dataclasses import replace
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Forbidden, Unauthenticated
from cma_graphql.core.ids import PLATFORM_CENTRE, new_id
from cma_graphql.graph.live.cursors import write_event_cursor
from cma_graphql.graph.node import write_id
from cma_graphql.graph.refusals import RequestRefused
from graph.live.conftest import Live
from support.following import CASE_EVENTS, Following

NEXT_REVIEW: dict[str, Any] = {"reason": "Bank statements", "reviewOn": "2099-03-31"}
CASE_CHANGED = """
subscription ($id: ID!, $after: String) {
  caseChanged(id: $id, after: $after) {
    __typename
    ... on CaseEvent { name actorKind actor { id } case { id caseNumber } }
    ... on Removed { id }
  }
}
"""


async def test_what_happens_is_told_in_order_with_the_case_and_a_cursor(live: Live, following: Following) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with following.follow(manager) as follower:
        await live.scene.on("caseHold", case, **NEXT_REVIEW)
        await live.scene.on("caseStart", case, version=2)
        first, second = await follower.take(2)
    assert [first["name"], second["name"]] == ["case.status_changed"] * 2
    assert second["case"] == {"id": write_id("case", case), "status": "IN_PROGRESS"}
    assert first["cursor"] != second["cursor"]


async def test_from_a_cursor_on_everything_is_told_and_nothing_twice(live: Live, following: Following) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    cursor = (await live.scene.graph.run("{ eventCursor }", as_=live.scene.manager)).data["eventCursor"]
    await live.scene.on("caseHold", case, **NEXT_REVIEW)
    await live.scene.on("caseStart", case, version=2)
    async with following.follow(manager, after=cursor) as follower:
        first, second = await follower.take(2)
        await live.scene.on("caseHold", case, version=3, **NEXT_REVIEW)
        (third,) = await follower.take()
    async with following.follow(manager, after=first["cursor"]) as again:
        assert [event["cursor"] for event in await again.take(2)] == [second["cursor"], third["cursor"]]
    async with following.follow(manager, after=cursor, resume_after=second["cursor"]) as resumed:
        assert [event["cursor"] for event in await resumed.take()] == [third["cursor"]]
        assert await following_beat(following, manager, third["cursor"]) == third["cursor"]


async def following_beat(following: Following, header: str, cursor: str) -> str | None:
    async with following.follow(header, after=cursor) as follower:
        return follower.cursor


async def test_the_snapshot_of_a_query_and_its_cursor_are_of_one_moment(live: Live, following: Following) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    read = await live.scene.graph.run(
        "query ($id: ID!) { eventCursor case(id: $id) { status } }", as_=live.scene.manager, id=write_id("case", case)
    )
    await live.scene.on("caseHold", case, **NEXT_REVIEW)
    async with following.follow(manager, after=read.data["eventCursor"]) as follower:
        (event,) = await follower.take()
    assert (read.data["case"]["status"], event["case"]["status"]) == ("IN_PROGRESS", "ON_HOLD")


async def test_only_events_that_are_asked_for_but_every_removal(live: Live, following: Following) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with following.follow(manager, filter={"names": ["STAGE_CHANGED"]}) as follower:
        await live.scene.on("caseHold", case, **NEXT_REVIEW)
        await live.scene.on("caseChangeStage", case, version=2, stage="BUDGET")
        (stage,) = await follower.take()
        await live.scene.on("caseCancel", case, version=3, reason="Twice")
        await live.scene.on("caseDelete", case, version=4, reason="Twice")
        (removed,) = await follower.take()
    assert stage["name"] == "case.stage_changed"
    assert (removed["__typename"], removed["id"]) == ("Removed", write_id("case", case))


async def test_one_case_with_its_parts_and_no_other(live: Live, following: Following) -> None:
    somebody, manager = await live.somebody(Role.CENTRE_MANAGER)
    case, other = await live.scene.a_case(status="IN_PROGRESS"), await live.scene.a_case(status="IN_PROGRESS")
    async with following.follow(manager, CASE_CHANGED, id=write_id("case", case)) as follower:
        await live.scene.on("caseHold", other, **NEXT_REVIEW)
        added = await live.scene.ask(
            "assetAdd",
            replace(somebody, session_id=None),
            caseId=write_id("case", case),
            assetType="VEHICLE",
            description="A van",
            estimatedValue="900.00",
        )
        assert added["errors"] == []
        await live.scene.on("caseHold", case, **NEXT_REVIEW)
        part, whole = await follower.take(2)
    assert [part["name"], whole["name"]] == ["asset.added", "case.status_changed"]
    assert part["actor"] == {"id": write_id("membership", somebody.user_id)}
    assert part["actorKind"] == "STAFF"


@pytest.mark.parametrize("malformed", ["case_none", "client_" + "0" * 32, ""])
async def test_a_case_of_nobodys_is_followed_in_silence(live: Live, following: Following, malformed: str) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    async with (
        following.follow(manager, CASE_CHANGED, id=malformed) as nothing,
        following.follow(manager) as everything,
    ):
        await live.scene.on("caseHold", case, **NEXT_REVIEW)
        await everything.take()
        assert nothing.answers == []


# What begins none


async def refusal(following: Following, header: str | None, text: str = CASE_EVENTS, **variables: Any) -> Any:
    with pytest.raises(RequestRefused) as raised:
        await following.begin(header, text, **variables)
    (error,) = raised.value.errors
    return error


async def test_cursors_that_are_none(live: Live, following: Following, data: Any) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    vault, other = live.scene.graph.keys.vault, await data.a_centre()
    good = write_event_cursor(vault, live.centre, 0)
    for text in ["", "x", good[:-1], good + "A", good[:10] + ("A" if good[10] != "A" else "B") + good[11:], "é" * 32]:
        error = await refusal(following, manager, after=text)
        assert (error.original_error.rule, error.original_error.field) == ("event-cursor", "after"), text
    for foreign in (write_event_cursor(vault, other, 0), write_event_cursor(vault, new_id(), 0)):
        assert (await refusal(following, manager, after=foreign)).original_error.rule == "event-cursor"
    ahead = write_event_cursor(vault, live.centre, 10**6)
    assert (await refusal(following, manager, after=ahead)).original_error.rule == "event-cursor-ahead"
    assert (await refusal(following, manager, resume_after="x")).original_error.rule == "event-cursor"
    assert following.updates.subscriptions == 0


async def test_the_anonymous_and_those_without_the_permission(live: Live, following: Following) -> None:
    with pytest.raises(Unauthenticated):
        await following.begin(None)
    with pytest.raises(Unauthenticated):
        await following.begin("Bearer x")
    _, administrator = await an_administrator(live)
    with pytest.raises(Forbidden):
        await following.begin(administrator)


async def an_administrator(live: Live) -> tuple[Any, str]:
    person = await live.signing_in.a_person(PLATFORM_CENTRE, Role.SYSTEM_ADMIN)
    header = (await live.signing_in.log_in(person)).header
    return await live.signing_in.actor(header), header


async def test_variables_that_do_not_fit_and_operations_that_are_no_subscriptions(
    live: Live, following: Following
) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    error = await refusal(following, manager, filter={"names": ["NONE"]})
    assert error.extensions["code"] == "BAD_USER_INPUT"
    assert (await refusal(following, manager, "{ eventCursor }")).extensions["code"] == "OPERATION_NOT_SERVED"
