"""The diary: tasks and key dates in the order of their time, each once, in the viewer's sight."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.core.clock import LONDON, now, today
from cma_graphql.domain.tasks.upkeep import keep_tasks_in_step
from graph.tasks.conftest import Desk
from support.debts import a_debt

QUERY = """query Q(
  $from: Date!, $to: Date!, $scope: DiaryScope!, $first: Int, $after: String, $last: Int, $before: String
) {
  diary(from: $from, to: $to, scope: $scope, first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { kind day timed task { title } debt { id } case { id } } } } }"""
DAY = today() + timedelta(days=14)


def day(offset: int) -> date:
    return DAY + timedelta(days=offset)


async def page(desk: Desk, as_: Actor, scope: str = "MINE", **given: Any) -> dict[str, Any]:
    said = {"from": today().isoformat(), "to": (today() + timedelta(days=60)).isoformat(), "scope": scope, **given}
    answer = await desk.scene.graph.run(QUERY, as_=as_, **said)
    assert answer.errors == []
    found: dict[str, Any] = answer.data["diary"]
    return found


async def entries(desk: Desk, as_: Actor, scope: str = "MINE", **given: Any) -> list[tuple[str, str]]:
    found = await page(desk, as_, scope, **given)
    shown = [(edge["node"]["kind"], edge["node"]["day"]) for edge in found["edges"]]
    if "first" not in given and "last" not in given:
        assert found["totalCount"] == len(shown)
    return shown


async def fill(desk: Desk) -> list[tuple[str, str]]:
    """Put one of each kind into the diary; answer them in order."""
    await desk.acting.rows.execute(
        "UPDATE cases SET next_review_at = $2 WHERE id = $1", desk.case_id, datetime.combine(day(1), time(9), LONDON)
    )
    await a_debt(desk.scene.data, desk.scene.centre, desk.case_id, next_action_on=day(2), due_key=day(2))
    await desk.made(dueOn=day(0).isoformat())
    await desk.made(desk.colleague, dueAt=datetime.combine(day(2), time(9), LONDON).isoformat())
    return [
        ("TASK", day(0).isoformat()),
        ("CASE_REVIEW", day(1).isoformat()),
        ("TASK", day(2).isoformat()),
        ("DEBT_DATE", day(2).isoformat()),
    ]


async def test_tasks_and_dates_stand_in_the_order_of_their_time(desk: Desk) -> None:
    everything = await fill(desk)
    assert await entries(desk, desk.scene.manager, "CENTRE") == everything
    assert await entries(desk, desk.scene.advisor) == [everything[0], everything[1], everything[3]]
    assert await entries(desk, desk.colleague) == [everything[2]]
    assert await entries(desk, desk.colleague, "TEAM") == everything
    assert await entries(desk, await desk.scene.data.a_member(desk.scene.centre), "CENTRE") == []
    only = {"from": day(1).isoformat(), "to": day(1).isoformat()}
    assert await entries(desk, desk.scene.manager, "CENTRE", **only) == [everything[1]]


async def test_a_date_for_which_a_task_stands_comes_once(desk: Desk) -> None:
    everything = await fill(desk)
    await desk.acting(system_of(desk.scene.centre), keep_tasks_in_step, at=now())
    found = await entries(desk, desk.scene.manager, "CENTRE")
    assert [at for _, at in found] == [at for _, at in everything]
    assert {kind for kind, _ in found} == {"TASK"}


async def test_it_pages_forwards_and_backwards(desk: Desk) -> None:
    everything = await fill(desk)
    manager, forwards, cursor = desk.scene.manager, [], None
    for _ in range(4):
        found = await page(desk, manager, "CENTRE", first=1, after=cursor)
        forwards += [(edge["node"]["kind"], edge["node"]["day"]) for edge in found["edges"]]
        cursor = found["pageInfo"]["endCursor"]
    assert (forwards, found["pageInfo"]["hasNextPage"], found["totalCount"]) == (everything, False, 4)
    last = await page(desk, manager, "CENTRE", last=2)
    assert [edge["node"]["kind"] for edge in last["edges"]] == [kind for kind, _ in everything[2:]]
    assert last["pageInfo"]["hasPreviousPage"] is True
    before = await page(desk, manager, "CENTRE", last=5, before=last["pageInfo"]["startCursor"])
    assert [edge["node"]["kind"] for edge in before["edges"]] == [kind for kind, _ in everything[:2]]


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"from": "2027-02-02", "to": "2027-02-01"}, "before-start"),
        ({"from": "2027-01-01", "to": "2027-12-31"}, "too-long"),
        ({"from": "2027-01-01", "to": "2027-01-02", "after": "x"}, "cursor"),
    ],
)
async def test_what_is_no_diary(desk: Desk, given: dict[str, Any], rule: str) -> None:
    answer = await desk.scene.graph.run(QUERY, as_=desk.scene.manager, scope="CENTRE", **given)
    assert [error.original_error.rule for error in answer.errors] == [rule]
