"""What is told of tasks, to whom: one that is given to somebody else may leave sight by that."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, today
from cma_graphql.domain.tasks.upkeep import reminders_due
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.writing import unit_of_work
from graph.live.conftest import Live
from support.following import Following
from support.notes import a_note, a_task
from support.operations import document

EVENTS = document("taskEvents")

pytestmark = pytest.mark.usefixtures("soon")


async def on_task(live: Live, name: str, task: str, as_: Actor, version: int = 1, **given: Any) -> None:
    payload = await live.scene.ask(name, as_, id=task, expectedVersion=version, **given)
    assert payload["errors"] == []


def told(answers: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Tell what answers are, and of which task."""
    return [(each.get("name") or each["__typename"], each.get("id") or each["task"]["id"]) for each in answers]


async def the_task(live: Live, case: UUID) -> str:
    """Find the one task of a case."""
    answer = await live.scene.graph.run(
        "query Q($id: ID!) { case(id: $id) { tasks { edges { node { id } } } } }",
        as_=live.scene.manager,
        id=write_id("case", case),
    )
    (edge,) = answer.data["case"]["tasks"]["edges"]
    key: str = edge["node"]["id"]
    return key


async def test_my_tasks_are_told_and_that_one_is_given_away(live: Live, following: Following) -> None:
    data = live.scene.data
    advisor, header = await live.somebody()
    member, other = await live.somebody()
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=advisor, team_members=(member,))
    start = await live.head()
    mine = write_id("task", await a_task(data, advisor, case))
    theirs = write_id("task", await a_task(data, member, case))
    of_the_advisor = write_id("task", await a_task(data, member, case, for_advisor=True))
    to_member: dict[str, Any] = {"assigneeId": write_id("membership", member.user_id)}
    await on_task(live, "taskAssign", mine, advisor, **to_member)
    await on_task(live, "taskAssign", of_the_advisor, advisor, **to_member)
    await on_task(live, "taskUpdate", mine, member, version=2, title="Write to the bank")
    head = await live.head()

    async def heard(header: str, **chosen: Any) -> list[tuple[str, str]]:
        async with following.follow(header, EVENTS, after=start, filter=chosen) as follower:
            return told(await follower.everything_until(head))

    # The task is shown as it is now: given away, of its earlier events none is the former's any more.
    assert await heard(header, mine=True) == [("task.assigned", mine), ("task.assigned", of_the_advisor)]
    everything = [
        ("task.created", mine),
        ("task.created", theirs),
        ("task.created", of_the_advisor),
        ("task.assigned", mine),
        ("task.assigned", of_the_advisor),
        ("task.updated", mine),
    ]
    assert await heard(other, mine=True) == everything == await heard(header)
    assert await heard(header, assignee=[write_id("membership", advisor.user_id)]) == [("task.assigned", mine)]
    assert await heard(header, names=["UPDATED"]) == everything[-1:]
    assert await heard(header, kind=["COURT"]) == []
    assert await heard(header, client=[write_id("client", await data.a_client(live.centre))]) == []
    assert await heard(header, client=[write_id("client", live.scene.client)], priority=["MEDIUM"]) == everything


async def test_a_confidential_task_that_is_given_away_is_removed_where_it_leaves_sight(
    live: Live, following: Following
) -> None:
    team = await live.scene.data.a_team(live.centre)
    advisor, _ = await live.somebody()
    colleague, header = await live.somebody(team_ids=(team,))
    trainee, learning = await live.somebody(Role.TRAINEE)
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=advisor, team_id=team, team_members=(trainee,))
    await a_note(live.scene.data, advisor, case, confidential=True, follow_up_on=today() + timedelta(days=2))
    task = await the_task(live, case)
    start = await live.head()
    await on_task(live, "taskAssign", task, advisor, assigneeId=write_id("membership", colleague.user_id))
    async with following.follow(header, EVENTS, after=start) as follower, following.follow(learning, EVENTS) as third:
        assert told(await follower.everything_until(await live.head())) == [("task.assigned", task)]
        await on_task(live, "taskAssign", task, advisor, version=2, assigneeId=write_id("membership", advisor.user_id))
        assert told(await follower.everything_until(await live.head())) == [("Removed", task)]
        await on_task(live, "taskSnooze", task, advisor, version=3, reason="Ill", dueOn="2099-03-31")
        assert await follower.everything_until(await live.head()) == []
        assert await third.everything_until(await live.head()) == []


async def test_a_task_of_nobodys_case_is_told_to_its_people(live: Live, following: Following) -> None:
    advisor, header = await live.somebody()
    helper, helping = await live.somebody(Role.TRAINEE)
    _, stranger = await live.somebody()
    start = await live.head()
    task = write_id("task", await a_task(live.scene.data, advisor, None, assignee_id=helper.user_id))
    await on_task(live, "taskAssign", task, advisor, assigneeId=write_id("membership", advisor.user_id))
    head, heard = await live.head(), []
    for each in (header, helping, stranger):
        async with following.follow(each, EVENTS, after=start) as follower:
            heard.append(told(await follower.everything_until(head)))
    assert heard == [[("task.created", task), ("task.assigned", task)], [("Removed", task)], []]


async def test_that_a_task_is_due_is_told(live: Live, following: Following) -> None:
    advisor, header = await live.somebody()
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=advisor)
    task = write_id("task", await a_task(live.scene.data, advisor, case))
    async with following.follow(header, EVENTS, filter={"mine": True}) as follower:
        async with unit_of_work(live.scene.data.database, live.scene.data.keys, system_of(live.centre)) as uow:
            assert await reminders_due(uow, now()) == 1
        (answer,) = await follower.everything_until(await live.head())
    assert (answer["name"], answer["task"]["id"], answer["actorKind"]) == ("task.due", task, "SYSTEM")
