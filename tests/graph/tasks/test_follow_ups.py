"""The follow-up of a note makes a task, which keeps step with the note and is as confidential as it is."""

from datetime import timedelta
from typing import Any

from cma_graphql.core.clock import today
from cma_graphql.graph.node import read_id, write_id
from graph.tasks.conftest import Desk
from support.trail import events_of

SOON = (today() + timedelta(days=3)).isoformat()
LATER = (today() + timedelta(days=10)).isoformat()


async def a_note(desk: Desk, as_: Any = None, **given: Any) -> dict[str, Any]:
    category = await desk.acting.rows.fetchval(
        "SELECT id FROM note_categories WHERE centre_id = $1 AND code = 'GENERAL'", desk.scene.centre
    )
    said = {"caseId": write_id("case", desk.case_id), "categoryId": write_id("notecategory", category), "body": "Hm."}
    payload = await desk.scene.ask("noteWrite", as_ or desk.scene.advisor, **said, followUpOn=SOON, **given)
    assert payload["errors"] == []
    note: dict[str, Any] = payload["note"]
    return note


async def on_note(desk: Desk, name: str, note: dict[str, Any], **given: Any) -> None:
    version = await desk.acting.rows.fetchval("SELECT version FROM notes WHERE id = $1", read_id("note", note["id"]))
    payload = await desk.scene.ask(name, desk.scene.advisor, id=note["id"], expectedVersion=version, **given)
    assert payload["errors"] == []


async def tasks_of(desk: Desk) -> list[tuple[str, str, bool]]:
    rows = await desk.acting.rows.fetch("SELECT * FROM tasks WHERE centre_id = $1 ORDER BY id", desk.scene.centre)
    return [(row["state"], row["due_on"].isoformat(), row["confidential"]) for row in rows]


async def test_a_follow_up_makes_a_task_of_the_authors(desk: Desk) -> None:
    note = await a_note(desk, priority="URGENT")
    (key,) = await desk.seen(desk.scene.advisor, mine=True)
    answer = await desk.scene.graph.run(
        "query Q($id: ID!) { task(id: $id) { title kind origin rule priority dueOn source { id } } }",
        as_=desk.scene.advisor,
        id=key,
    )
    assert answer.data["task"] == {
        "title": "Follow up a note",
        "kind": "FOLLOW_UP",
        "origin": "FOLLOW_UP",
        "rule": "NOTE_FOLLOW_UP",
        "priority": "URGENT",
        "dueOn": SOON,
        "source": {"id": note["id"]},
    }
    assert [event.name for event in await events_of(desk.scene.data, desk.scene.centre)][-2:] == [
        "note.written",
        "task.created",
    ]


async def test_it_moves_with_the_note_goes_with_it_and_comes_again_with_another_day(desk: Desk) -> None:
    note = await a_note(desk)
    await on_note(desk, "noteUpdate", note, followUpOn=LATER)
    assert await tasks_of(desk) == [("OPEN", LATER, False)]
    await on_note(desk, "noteUpdate", note, followUpOn=None)
    assert await tasks_of(desk) == [("CANCELLED", LATER, False)]
    await on_note(desk, "noteUpdate", note, followUpOn=SOON)
    assert await tasks_of(desk) == [("CANCELLED", LATER, False), ("OPEN", SOON, False)]
    await on_note(desk, "noteDelete", note, reason="On the wrong case.")
    assert await tasks_of(desk) == [("CANCELLED", LATER, False), ("CANCELLED", SOON, False)]


async def test_one_that_is_done_stays_done(desk: Desk) -> None:
    note = await a_note(desk)
    (key,) = await desk.seen(desk.scene.advisor)
    await desk.on("taskComplete", {"id": key}, closedById=note["id"])
    await on_note(desk, "noteUpdate", note, followUpOn=SOON, tags=["x"])
    assert await tasks_of(desk) == [("DONE", SOON, False)]


async def test_that_of_a_confidential_note_leaves_no_trace_for_others(desk: Desk) -> None:
    await a_note(desk, confidential=True)
    assert await desk.seen(desk.colleague) == []
    (key,) = await desk.seen(desk.scene.advisor)
    for name in ("task", "node"):
        answer = await desk.scene.graph.run(
            f"query Q($id: ID!) {{ {name}(id: $id) {{ id }} }}", as_=desk.colleague, id=key
        )
        assert answer.data == {name: None}
    case = write_id("case", desk.case_id)
    answer = await desk.scene.graph.run(
        "query Q($id: ID!) { case(id: $id) { tasks { totalCount facets { byKind { count } } edges { node { id } } }"
        " notes { totalCount } history(first: 50) { edges { node { entity } } } } }",
        as_=desk.colleague,
        id=case,
    )
    shown = answer.data["case"]
    assert shown["tasks"] == {"totalCount": 0, "facets": {"byKind": []}, "edges": []}
    assert shown["notes"] == {"totalCount": 0}
    history = [] if shown["history"] is None else shown["history"]["edges"]
    assert {edge["node"]["entity"] for edge in history} <= {"case"}
    event = (await events_of(desk.scene.data, desk.scene.centre))[-1]
    assert (event.name, event.audience_after["team_id"], event.audience_after["restricted"]) == (
        "task.created",
        None,
        True,
    )
    answer = await desk.scene.graph.run(
        "query Q($from: Date!, $to: Date!) { diary(from: $from, to: $to, scope: CENTRE) { totalCount } }",
        as_=desk.colleague,
        **{"from": SOON, "to": SOON},
    )
    assert answer.data["diary"]["totalCount"] == 0


async def test_it_is_hidden_with_its_note(desk: Desk) -> None:
    note = await a_note(desk)
    assert len(await desk.seen(desk.colleague)) == 1
    await on_note(desk, "noteSetAccess", note, confidential=True)
    assert await desk.seen(desk.colleague) == []
    event = (await events_of(desk.scene.data, desk.scene.centre))[-1]
    assert (event.name, event.audience_before["restricted"], event.audience_after["restricted"]) == (
        "task.updated",
        False,
        True,
    )


async def test_the_author_who_sees_the_case_through_the_team_sees_the_own_task(desk: Desk) -> None:
    await a_note(desk, desk.colleague, confidential=True)
    assert len(await desk.seen(desk.colleague, mine=True)) == 1
    event = (await events_of(desk.scene.data, desk.scene.centre))[-1]
    assert str(desk.colleague.user_id) in event.audience_after["user_ids"]
