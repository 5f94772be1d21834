"""Tasks made by hand: who does them, when they are due, how they are put off and ended."""

from datetime import date, timedelta
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.graph.node import read_id, write_id
from graph.tasks.conftest import Desk, rules
from support.compliance import a_paper
from support.notes import a_note
from support.trail import audit_of, events_of

NEXT_WEEK = (today() + timedelta(days=7)).isoformat()


async def test_a_task_is_made_and_told_of(desk: Desk) -> None:
    task = await desk.made(title=" Ring  the bank ", details="About the arrears.", kind="CALL", dueOn=NEXT_WEEK)
    shown = {
        "details": "About the arrears.",
        "kind": "CALL",
        "dueOn": NEXT_WEEK,
        "timed": False,
        "overdue": False,
        "state": "OPEN",
        "origin": "HAND",
        "rule": None,
        "version": 1,
        "case": {"id": write_id("case", desk.case_id)},
        "client": {"id": write_id("client", desk.scene.client)},
        "assignee": {"id": write_id("membership", desk.scene.advisor.user_id)},
        "source": None,
        "closedBy": None,
    }
    assert {name: task[name] for name in shown} == shown
    event = (await events_of(desk.scene.data, desk.scene.centre))[-1]
    assert (event.name, event.subject_id, event.case_id) == ("task.created", read_id("task", task["id"]), desk.case_id)
    assert event.changes["title"] is None  # no words in events
    assert event.audience_after["client_id"] is None  # the portal shows no tasks
    assert (await audit_of(desk.scene.data, desk.scene.centre))[-1].action == "task.created"


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"title": ""}, [("ValidationError", "title", "blank")]),
        ({"dueOn": "2020-01-01"}, [("ValidationError", "dueOn", "future")]),
        ({"dueOn": "9999-12-31"}, [("ValidationError", "dueOn", "too-late")]),
        ({"dueAt": "2020-01-01T09:00:00Z"}, [("ValidationError", "dueOn", "future")]),
        ({"dueOn": NEXT_WEEK, "dueAt": "2099-01-01T09:00:00Z"}, [("ValidationError", "dueOn", "one-due")]),
        ({"dueOn": None}, [("ValidationError", "dueOn", "one-due")]),
        ({"caseId": "case_x"}, [("NotFoundError", "caseId", None)]),
        ({"assigneeId": "membership_x"}, [("NotFoundError", "assigneeId", None)]),
        ({"caseId": None, "forAdvisor": True}, [("ValidationError", "forAdvisor", "for-advisor")]),
    ],
)
async def test_what_a_task_may_not_say(desk: Desk, given: dict[str, Any], refused: list[tuple[Any, ...]]) -> None:
    before = await desk.left()
    assert rules(await desk.create(**given)) == refused
    assert await desk.left() == before


async def test_no_task_is_made_on_an_ended_case_and_one_there_is_still_done(desk: Desk) -> None:
    task = await desk.made()
    await desk.acting.rows.execute(
        "UPDATE cases SET status = 'CLOSED', closed_on = $2 WHERE id = $1", desk.case_id, today()
    )
    assert rules(await desk.create()) == [("ValidationError", "caseId", "case-ended")]
    assert (await desk.on("taskComplete", task))["errors"] == []


async def test_a_task_is_given_to_who_sees_its_case(desk: Desk) -> None:
    task = await desk.made()
    given = write_id("membership", desk.colleague.user_id)
    payload = await desk.on("taskAssign", task, assigneeId=given)
    assert (payload["errors"], payload["task"]["assignee"]) == ([], {"id": given})
    assert (await events_of(desk.scene.data, desk.scene.centre))[-1].name == "task.assigned"
    data, centre = desk.scene.data, desk.scene.centre
    stranger, auditor = await data.a_member(centre), await data.a_member(centre, Role.AUDITOR)
    gone = await data.a_member(centre, status="DEACTIVATED")
    elsewhere = await data.a_member(await data.a_centre())
    before = await desk.left()
    for person, refused in (
        (stranger, ("ValidationError", "assigneeId", "out-of-sight")),
        (auditor, ("ValidationError", "assigneeId", "lacks-permission")),
        (gone, ("ValidationError", "assigneeId", "inactive")),
        (elsewhere, ("NotFoundError", "assigneeId", None)),
    ):
        said = write_id("membership", person.user_id)
        assert rules(await desk.on("taskAssign", task, assigneeId=said)) == [refused]
        assert rules(await desk.create(assigneeId=said)) == [refused]
    assert await desk.left() == before
    back = await desk.on("taskAssign", task)
    assert (back["errors"], back["task"]["assignee"]) == ([], None)


async def test_what_is_nobodys_is_the_advisors(desk: Desk) -> None:
    task = await desk.made(desk.colleague, forAdvisor=True)
    assert task["assignee"] is None
    assert await desk.seen(desk.scene.advisor, mine=True) == [task["id"]]
    assert await desk.seen(desk.colleague, mine=True) == []
    assert await desk.seen(desk.colleague, team=True) == [task["id"]]


async def test_a_task_changes_while_it_is_open(desk: Desk) -> None:
    task = await desk.made()
    payload = await desk.on("taskUpdate", task, title="Write to the bank", kind="LETTER", details=None, dueOn=NEXT_WEEK)
    shown = {"title": "Write to the bank", "kind": "LETTER", "details": None, "dueOn": NEXT_WEEK, "version": 2}
    assert (payload["errors"], {name: payload["task"][name] for name in shown}) == ([], shown)
    assert [
        error["currentVersion"] for error in (await desk.on("taskUpdate", task, title="x", expectedVersion=1))["errors"]
    ] == [2]
    await desk.on("taskCancel", task, reason="The bank rang.")
    refused = await desk.on("taskUpdate", task, title="x")
    assert [(error["__typename"], error["from"]) for error in refused["errors"]] == [("TransitionError", "CANCELLED")]


async def test_a_task_is_put_off_for_a_reason(desk: Desk) -> None:
    task = await desk.made()
    payload = await desk.on("taskSnooze", task, dueOn=NEXT_WEEK, reason="The bank is shut.")
    shown = {"dueOn": NEXT_WEEK, "snoozes": 1, "snoozeReason": "The bank is shut.", "state": "OPEN"}
    assert (payload["errors"], {name: payload["task"][name] for name in shown}) == ([], shown)
    assert rules(await desk.on("taskSnooze", task, dueOn=today().isoformat(), reason="x")) == [
        ("ValidationError", "dueOn", "later")
    ]
    assert rules(await desk.on("taskSnooze", task, dueOn=NEXT_WEEK, reason=" ")) == [
        ("ValidationError", "reason", "blank"),
        ("ValidationError", "dueOn", "later"),
    ]


async def test_a_task_is_done_by_a_record_of_its_case_and_opened_again(desk: Desk) -> None:
    task, data = await desk.made(), desk.scene.data
    paper = await a_paper(data, desk.scene.centre, desk.case_id)
    other = await a_paper(data, desk.scene.centre, await desk.scene.a_case(status="IN_PROGRESS"))
    secret = await a_note(data, desk.scene.advisor, desk.case_id, confidential=True)
    for record, refused in (
        (write_id("document", other), ("ValidationError", "closedById", "other-case")),
        (write_id("note", secret), ("ValidationError", "closedById", "confidential")),
        (write_id("case", desk.case_id), ("NotFoundError", "closedById", None)),
    ):
        assert rules(await desk.on("taskComplete", task, closedById=record)) == [refused]
    shown = write_id("document", paper)
    payload = await desk.on("taskComplete", task, outcome="They will write.", closedById=shown)
    done = payload["task"]
    assert (done["state"], done["outcome"], done["closedBy"]) == ("DONE", "They will write.", {"id": shown})
    assert done["completer"] == {"id": write_id("membership", desk.scene.advisor.user_id)}
    again = await desk.on("taskComplete", task)
    assert [(error["from"], error["to"], error["allowed"]) for error in again["errors"]] == [("DONE", "DONE", ["OPEN"])]
    opened = (await desk.on("taskReopen", task))["task"]
    assert (opened["state"], opened["outcome"], opened["closedBy"], opened["completedAt"]) == ("OPEN", None, None, None)
    names = [event.name for event in await events_of(data, desk.scene.centre)]
    assert names[-2:] == ["task.completed", "task.reopened"]


async def test_a_task_on_neither_is_its_peoples(desk: Desk) -> None:
    own = await desk.made(caseId=None)
    assert (own["case"], own["client"]) == (None, None)
    assert await desk.seen(desk.scene.advisor) == [own["id"]] == await desk.seen(desk.scene.manager)
    assert await desk.seen(desk.colleague) == []
    given = await desk.on("taskAssign", own, assigneeId=write_id("membership", desk.colleague.user_id))
    assert given["errors"] == []
    assert await desk.seen(desk.colleague, mine=True) == [own["id"]]
    assert rules(await desk.on("taskAssign", own)) == [("ValidationError", "assigneeId", "for-advisor")]


async def test_roles_and_centres_that_have_nothing_to_do_with_it(desk: Desk) -> None:
    data, centre, task = desk.scene.data, desk.scene.centre, await desk.made()
    client = await data.a_member(centre, Role.CLIENT, client_id=desk.scene.client)
    trainee, auditor = await data.a_member(centre, Role.TRAINEE), await data.a_member(centre, Role.AUDITOR)
    elsewhere = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    before = await desk.left()
    assert [await desk.seen(actor) for actor in (client, trainee, elsewhere)] == [[], [], []]
    assert await desk.seen(auditor) == [task["id"]]
    for actor, refused in (
        (client, "NotFoundError"),
        (trainee, "NotFoundError"),
        (elsewhere, "NotFoundError"),
        (auditor, "ForbiddenError"),
    ):
        payload = await desk.on("taskComplete", task, actor)
        assert [error["__typename"] for error in payload["errors"]] in ([refused], ["ForbiddenError"])
        assert payload["task"] is None
    assert await desk.left() == before


async def test_lists_are_filtered_and_counted(desk: Desk) -> None:
    call, letter = await desk.made(kind="CALL"), await desk.made(kind="LETTER", dueOn=NEXT_WEEK, priority="URGENT")
    await desk.acting.rows.execute(
        "UPDATE tasks SET due_on = $2, due_at = now() - interval '1 day' WHERE id = $1",
        read_id("task", call["id"]),
        date(2026, 1, 2),
    )
    manager = desk.scene.manager
    assert await desk.seen(manager) == [call["id"], letter["id"]]
    assert await desk.seen(manager, overdue=True) == [call["id"]]
    assert await desk.seen(manager, kind=["LETTER"]) == [letter["id"]]
    assert await desk.seen(manager, state=["DONE"]) == []
    assert await desk.seen(manager, dueFrom=NEXT_WEEK) == [letter["id"]]
    assert await desk.seen(manager, dueBefore=NEXT_WEEK) == [call["id"]]
    assert await desk.seen(manager, mine=True) == []
    assert await desk.seen(manager, case=[write_id("case", desk.case_id)]) == [call["id"], letter["id"]]
    await desk.on("taskComplete", call)
    answer = await desk.scene.graph.run(
        "query Q($id: ID!) { case(id: $id) { tasks(filter: {state: [OPEN]}) { totalCount facets {"
        " byState { state count } byKind { kind count } byPriority { priority count } } } } }",
        as_=manager,
        id=write_id("case", desk.case_id),
    )
    assert answer.errors == []
    tasks = answer.data["case"]["tasks"]
    assert tasks["totalCount"] == 1
    assert {each["state"]: each["count"] for each in tasks["facets"]["byState"]} == {"OPEN": 1, "DONE": 1}
    assert tasks["facets"]["byKind"] == [{"kind": "LETTER", "count": 1}]
    assert tasks["facets"]["byPriority"] == [{"priority": "URGENT", "count": 1}]
