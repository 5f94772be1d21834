"""A confidential note changes no answer that somebody is given whom it is not for: not a figure, not an error."""

import json
from datetime import timedelta
from typing import Any

import pytest
from graphql import NonNullTypeNode, OperationDefinitionNode, parse

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import today
from cma_graphql.graph.node import read_id, write_id
from graph.notes.conftest import Desk, rules
from support.documents import a_document
from support.operations import document, queries
from support.trail import events_of

SOON = (today() + timedelta(days=3)).isoformat()
UNSTEADY = {"eventCursor", "events", "auditVerification", "securityLogs"}
"""What tells how much has happened in the centre, whatever it was; and that the viewers here were refused things."""
AROUND = """
query Around($case: ID!, $client: ID!, $paper: ID!) {
  case(id: $case) {
    version updatedAt
    notes { totalCount edges { node { id corrections { id } documents { id } } } }
    tasks { totalCount facets { byState { state count } byKind { kind count } byPriority { priority count } }
      edges { node { id source { id } closedBy { id } } } }
    history(first: 100) { totalCount edges { node { id action subjectNodeId changes { field old new } } } }
  }
  client(id: $client) {
    notes { totalCount } tasks { totalCount } history(first: 100) { totalCount edges { node { id action } } }
  }
  document(id: $paper) { version notes { id } history { totalCount } }
  noteCategories { id notes { totalCount } }
}
"""


def _is_asked_for(name: str) -> bool:
    """Tell whether a query can be asked without being given anything."""
    (operation,) = [each for each in parse(document(name)).definitions if isinstance(each, OperationDefinitionNode)]
    return all(
        each.default_value is not None or not isinstance(each.type, NonNullTypeNode)
        for each in operation.variable_definitions or ()
    )


ASKED = [name for name in queries() if name not in UNSTEADY and _is_asked_for(name)]


async def everything(desk: Desk, viewer: Actor, paper: str) -> dict[str, str]:
    """Answer all that somebody is told who asks for whatever there is."""
    place = {"case": write_id("case", desk.case_id), "client": write_id("client", desk.scene.client), "paper": paper}
    given: dict[str, tuple[str, dict[str, Any]]] = {name: (document(name), {}) for name in ASKED}
    given |= {
        "around": (AROUND, place),
        "timeline": (document("caseTimeline"), {"id": place["case"]}),
        "diary": (document("diary"), {"from": today().isoformat(), "to": SOON}),
        "search": (document("search"), {"query": "hidden"}),
        "chosen": (document("notes"), {"filter": {"confidential": True}}),
        "tagged": (document("notes"), {"filter": {"tag": ["hidden"]}}),
    }
    told = {}
    for name, (text, variables) in given.items():
        answer = await desk.scene.graph.run(text, as_=viewer, **variables)
        told[name] = json.dumps([answer.data, answer.codes], default=str)
    return told


async def strangers(desk: Desk) -> dict[str, Actor]:
    """Make everybody whom a confidential note on the case is not for."""
    data, centre = desk.scene.data, desk.scene.centre
    return {
        "trainee": desk.trainee,
        "colleague": desk.colleague,
        "auditor": await data.a_member(centre, Role.AUDITOR),
        "stranger": await data.a_member(centre),
        "learning auditor": await data.a_member(centre, Role.TRAINEE, Role.AUDITOR),
        "client": await desk.portal(),
        "program": await data.a_service(centre, *Permission),
    }


async def test_no_answer_changes_for_whom_it_is_not(desk: Desk) -> None:
    viewers = await strangers(desk)
    del viewers["stranger"]  # who does not see the case
    key = await a_document(desk.scene.data, desk.scene.centre, desk.case_id, access_level="CENTRE")
    paper = write_id("document", key)
    before = {name: await everything(desk, viewer, paper) for name, viewer in viewers.items()}
    of_advisor = await everything(desk, desk.scene.advisor, paper)
    said: dict[str, Any] = {
        "body": "hidden",
        "tags": ["hidden"],
        "followUpOn": SOON,
        "documentIds": [paper],
        "confidential": True,
    }
    note = await desk.written(**said)
    await desk.written(
        **(said | {"correctsId": note["id"], "followUpOn": None, "category": "LEGAL"}), as_=desk.scene.manager
    )
    await desk.on("noteDelete", await desk.written(confidential=True, body="hidden"), reason="hidden")
    for name, viewer in viewers.items():
        after = await everything(desk, viewer, paper)
        changed = {query for query in after if after[query] != before[name][query]}
        assert changed == set(), (name, changed)
    shown = await everything(desk, desk.scene.advisor, paper)
    changed = {query for query in shown if shown[query] != of_advisor[query]}
    assert changed >= {"around", "notes", "tasks", "diary", "chosen", "tagged", "deletedNotes"}


MUTATIONS: dict[str, dict[str, Any]] = {
    "noteUpdate": {"tags": ["x"]},
    "noteSetAccess": {"confidential": False},
    "noteDelete": {"reason": "x"},
    "noteRestore": {},
    "taskUpdate": {"title": "x"},
    "taskAssign": {"assigneeId": None},
    "taskSnooze": {"reason": "x", "dueOn": "2099-03-31"},
    "taskComplete": {"outcome": "x"},
    "taskCancel": {"reason": "x"},
    "taskReopen": {},
}


@pytest.mark.parametrize("name", MUTATIONS)
async def test_what_is_hidden_is_refused_like_what_is_not_there(name: str, desk: Desk) -> None:
    note = await desk.written(confidential=True, followUpOn=SOON)
    task = await desk.acting.rows.fetchval("SELECT id FROM tasks WHERE centre_id = $1", desk.scene.centre)
    prefix = "task" if name.startswith("task") else "note"
    there = note["id"] if prefix == "note" else write_id("task", task)
    absent = write_id(prefix, desk.scene.manager.user_id)
    for who, viewer in (await strangers(desk)).items():
        refusals = []
        for key in (there, absent):
            payload = await desk.scene.ask(name, viewer, id=key, expectedVersion=7, **MUTATIONS[name])
            refusals.append([{**error, "id": None} for error in payload["errors"]])
        assert refusals[0] == refusals[1] != [], who


async def test_what_is_hidden_cannot_be_corrected_closed_with_or_given_a_document(desk: Desk) -> None:
    note = await desk.written(confidential=True)
    keys = (note["id"], write_id("note", desk.scene.manager.user_id))
    answered = [rules(await desk.write(desk.trainee, correctsId=key)) for key in keys]
    assert answered[0] == answered[1] == [("NotFoundError", "correctsId", None)]
    task = await desk.scene.ask(
        "taskCreate", desk.trainee, title="Ring", caseId=write_id("case", desk.case_id), dueOn=SOON
    )
    closed = {"id": task["task"]["id"], "expectedVersion": 1, "closedById": note["id"]}
    refused = rules(await desk.scene.ask("taskComplete", desk.trainee, **closed))
    assert refused == [("NotFoundError", "closedById", None)]
    paper = await a_document(desk.scene.data, desk.scene.centre, desk.case_id, access_level="CENTRE")
    given = {"id": note["id"], "expectedVersion": 1, "documentId": write_id("document", paper)}
    refused = rules(await desk.scene.ask("noteAttach", desk.trainee, **given))
    assert refused == [("NotFoundError", "id", None)]


async def test_a_trainee_keeps_what_they_wrote_in_confidence(desk: Desk) -> None:
    own = await desk.written(desk.trainee, confidential=True, followUpOn=SOON)
    assert await desk.seen(desk.trainee) == {own["id"]}
    answer = await desk.scene.graph.run(
        AROUND.replace("document(id: $paper) { version notes { id } history { totalCount } }", "").replace(
            ", $paper: ID!", ""
        ),
        as_=desk.trainee,
        case=write_id("case", desk.case_id),
        client=write_id("client", desk.scene.client),
    )
    case = answer.data["case"]
    assert (case["notes"]["totalCount"], case["tasks"]["totalCount"]) == (1, 1)
    assert own["id"] in {edge["node"]["subjectNodeId"] for edge in case["history"]["edges"]}
    await desk.on("noteUpdate", own, desk.trainee, tags=["later"])
    # Also once the task has been given to somebody else, it is known to whoever wrote the note.
    key = case["tasks"]["edges"][0]["node"]["id"]
    given = {"id": key, "expectedVersion": 1, "assigneeId": write_id("membership", desk.scene.advisor.user_id)}
    assert (await desk.scene.ask("taskAssign", desk.trainee, **given))["errors"] == []
    assert (await desk.on("noteUpdate", own, desk.trainee, followUpOn="2099-03-31"))["errors"] == []


async def test_nobody_hides_anothers_note_from_themselves(desk: Desk) -> None:
    note = await desk.written()
    for viewer in (desk.trainee, desk.colleague):
        refused = (await desk.on("noteSetAccess", note, viewer, confidential=True))["errors"]
        assert [error["requiredPermission"] for error in refused] == ["NOTE_READ_CONFIDENTIAL"]
    of_trainee = await desk.written(desk.trainee)
    assert (await desk.on("noteSetAccess", of_trainee, confidential=True))["errors"] == []
    assert await desk.seen(desk.trainee) == {note["id"], of_trainee["id"]}


async def test_what_corrects_a_confidential_note_is_not_opened(desk: Desk) -> None:
    note = await desk.written(confidential=True)
    correction = await desk.written(confidential=True, correctsId=note["id"])
    refused = [("ValidationError", "confidential", "corrects-confidential")]
    assert rules(await desk.on("noteSetAccess", correction, confidential=False)) == refused
    assert (await desk.on("noteDelete", note, reason="Wrong case"))["errors"] == []
    assert rules(await desk.on("noteSetAccess", correction, confidential=False)) == refused
    open_one = await desk.written()
    beside = await desk.written(confidential=True, correctsId=open_one["id"])
    assert (await desk.on("noteSetAccess", beside, confidential=False))["errors"] == []


async def test_a_follow_up_that_has_ended_is_hidden_with_its_note_and_stays_so(desk: Desk) -> None:
    note = await desk.written(followUpOn=SOON)
    task = await desk.acting.rows.fetchval("SELECT id FROM tasks WHERE centre_id = $1", desk.scene.centre)
    done: dict[str, Any] = {"id": write_id("task", task), "expectedVersion": 1, "outcome": "He told me why."}
    assert (await desk.scene.ask("taskComplete", desk.scene.advisor, **done))["errors"] == []
    seen: list[list[bool]] = []
    for hidden in (True, False):
        assert (await desk.on("noteSetAccess", note, confidential=hidden))["errors"] == []
        seen.append([])
        for viewer in (desk.trainee, desk.colleague):
            answer = await desk.scene.graph.run(document("task"), as_=viewer, id=write_id("task", task))
            seen[-1].append(answer.data["task"] is not None)
    assert seen == [[False, False], [False, False]]
    told = [event for event in await events_of(desk.scene.data, desk.scene.centre) if event.name == "task.updated"]
    assert [event.audience_after["confidential"] for event in told] == [True]
    assert read_id("task", done["id"]) == task


async def test_the_portal_is_told_nobodys_reasons(desk: Desk) -> None:
    note, client = await desk.written(visibleToClient=True), await desk.portal()
    await desk.on("noteDelete", note, reason="On the wrong case.")
    answer = await desk.scene.graph.run(document("deletedNotes"), as_=client)
    assert answer.data["deletedNotes"] == {"totalCount": 0, "edges": []}
