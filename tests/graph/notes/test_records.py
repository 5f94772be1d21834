"""What notes say, who changes them and until when, what belongs to them, and their being deleted and restored."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, stopped, today
from cma_graphql.graph.node import read_id, write_id
from graph.notes.conftest import Desk, rules
from support.documents import a_document
from support.trail import audit_of, events_of

LATER = timedelta(hours=24)


async def test_a_note_is_written_and_told_of(desk: Desk) -> None:
    follow_up = (today() + timedelta(days=3)).isoformat()
    note = await desk.written(
        body=" Rang\r\nthe bank. ", tags=["Bank", "bank ", "call"], priority="HIGH", followUpOn=follow_up
    )
    shown = {
        "body": "Rang\nthe bank.",
        "tags": ["bank", "call"],
        "priority": "HIGH",
        "followUpOn": follow_up,
        "confidential": False,
        "visibleToClient": False,
        "version": 1,
        "case": {"id": write_id("case", desk.case_id)},
        "client": {"id": write_id("client", desk.scene.client)},
        "author": {"id": write_id("membership", desk.scene.advisor.user_id)},
        "viewerCan": {"edit": True, "delete": True},
    }
    assert {name: note[name] for name in shown} == shown
    assert datetime.fromisoformat(note["lockedAt"]) - datetime.fromisoformat(note["writtenAt"]) == LATER
    event = next(item for item in await events_of(desk.scene.data, desk.scene.centre) if item.name == "note.written")
    assert (event.subject_id, event.case_id, event.version) == (read_id("note", note["id"]), desk.case_id, 1)
    assert (event.changes["body"], event.changes["tags"]) == (None, None)  # no words in events
    assert event.audience_before is None
    assert event.audience_after["client_id"] is None
    entry = next(item for item in await audit_of(desk.scene.data, desk.scene.centre) if item.action == "note.written")
    assert entry.changes["body"] == {"old": None, "new": "Rang\nthe bank."}


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"body": " "}, [("ValidationError", "body", "blank")]),
        ({"body": "x" * 20_001}, [("ValidationError", "body", "too-long")]),
        ({"tags": [str(number) for number in range(21)]}, [("ValidationError", "tags", "too-many")]),
        ({"followUpOn": "2020-01-01"}, [("ValidationError", "followUpOn", "future")]),
        ({"confidential": True, "visibleToClient": True}, [("ValidationError", "visibleToClient", "confidential")]),
        ({"categoryId": "notecategory_00000000000000000000000000000000"}, [("NotFoundError", "categoryId", None)]),
        ({"caseId": None}, [("ValidationError", "caseId", "one-place")]),
        ({"correctsId": "note_x"}, [("NotFoundError", "correctsId", None)]),
    ],
)
async def test_what_a_note_may_not_say(desk: Desk, given: dict[str, Any], refused: list[tuple[Any, ...]]) -> None:
    before = await desk.left()
    assert rules(await desk.write(**given)) == refused
    assert await desk.left() == before


async def test_words_are_the_authors_until_they_are_locked(desk: Desk) -> None:
    note = await desk.written()
    payload = await desk.on("noteUpdate", note, body="Rang the bank twice.")
    assert (payload["errors"], payload["note"]["body"], payload["note"]["version"]) == ([], "Rang the bank twice.", 2)
    refused = await desk.on("noteUpdate", note, desk.scene.manager, body="It was I who rang.")
    assert rules(refused) == [("ForbiddenError", "", None)]
    with stopped(now() + LATER):
        assert rules(await desk.on("noteUpdate", note, body="Never rang.")) == [
            ("ValidationError", "id", "note-locked")
        ]
        assert rules(await desk.on("noteDelete", note, reason="x")) == [("ValidationError", "id", "note-locked")]
        # What a note is to the work may change, and who sees it.
        changed = await desk.on("noteUpdate", note, tags=["done"], priority="LOW")
        assert (changed["errors"], changed["note"]["tags"]) == ([], ["done"])
        correction = await desk.written(body="It was the building society.", correctsId=note["id"])
    assert correction["corrects"] == {"id": note["id"]}


async def test_a_correction_stands_in_the_same_place(desk: Desk) -> None:
    note = await desk.written()
    elsewhere = await desk.scene.a_case(status="IN_PROGRESS")
    refused = await desk.write(caseId=write_id("case", elsewhere), correctsId=note["id"])
    assert rules(refused) == [("ValidationError", "correctsId", "other-place")]
    secret = await desk.written(confidential=True)
    refused = await desk.write(correctsId=secret["id"])
    assert rules(refused) == [("ValidationError", "confidential", "corrects-confidential")]


async def test_a_stale_version_is_a_conflict(desk: Desk) -> None:
    note = await desk.written()
    await desk.on("noteUpdate", note, tags=["x"])
    payload = await desk.on("noteUpdate", note, tags=["y"], expectedVersion=1)
    assert [(error["__typename"], error["currentVersion"]) for error in payload["errors"]] == [("ConflictError", 2)]


async def test_legal_notes_are_for_managers_and_compliance_officers_who_write_no_others(desk: Desk) -> None:
    officer = await desk.scene.data.a_member(desk.scene.centre, Role.COMPLIANCE_OFFICER)
    refused = await desk.write(category="LEGAL")
    assert [error["requiredPermission"] for error in refused["errors"]] == ["CASE_UPDATE_LEGAL"]
    for writer in (desk.scene.manager, officer):
        assert (await desk.write(writer, category="LEGAL"))["errors"] == []
    refused = await desk.write(officer, category="GENERAL")
    assert [error["requiredPermission"] for error in refused["errors"]] == ["CASE_UPDATE"]


async def test_a_document_of_the_case_belongs_to_a_note(desk: Desk) -> None:
    data, centre = desk.scene.data, desk.scene.centre
    paper = await a_document(data, centre, desk.case_id)
    hidden = await a_document(data, centre, desk.case_id, access_level="MANAGERS_AND_COMPLIANCE")
    other = await a_document(data, centre, await desk.scene.a_case(status="IN_PROGRESS"))
    note = await desk.written(documentIds=[write_id("document", paper)])
    assert [each["id"] for each in note["documents"]] == [write_id("document", paper)]
    assert rules(await desk.on("noteAttach", note, documentId=write_id("document", hidden))) == [
        ("NotFoundError", "documentId", None)
    ]
    assert rules(await desk.on("noteAttach", note, documentId=write_id("document", other))) == [
        ("ValidationError", "documentId", "other-case")
    ]
    attached = await desk.on("noteAttach", note, desk.scene.manager, documentId=write_id("document", hidden))
    assert len(attached["note"]["documents"]) == 2
    # Each reader sees those of the documents that are theirs to see.
    answer = await desk.scene.graph.run("{ notes { edges { node { documents { id } } } } }", as_=desk.scene.advisor)
    assert answer.data["notes"]["edges"][0]["node"]["documents"] == [{"id": write_id("document", paper)}]
    answer = await desk.scene.graph.run(
        "query Q($id: ID!) { document(id: $id) { notes { id } } }",
        as_=desk.scene.advisor,
        id=write_id("document", paper),
    )
    assert answer.data["document"]["notes"] == [{"id": note["id"]}]
    detached = await desk.on("noteDetach", note, documentId=write_id("document", paper))
    assert (detached["errors"], detached["note"]["documents"], detached["note"]["version"]) == ([], [], 3)
    names = [item.name for item in await events_of(data, centre)]
    assert names[-2:] == ["note.document_attached", "note.document_detached"]


async def test_a_note_is_deleted_and_restored(desk: Desk) -> None:
    note = await desk.written()
    assert rules(await desk.on("noteDelete", note, desk.colleague, reason="x")) == [("ForbiddenError", "", None)]
    payload = await desk.on("noteDelete", note, reason="Written on the wrong case.")
    assert (payload["errors"], payload["deletedNote"]["deletionReason"]) == ([], "Written on the wrong case.")
    assert await desk.seen(desk.scene.advisor) == set()
    answer = await desk.scene.graph.run("{ deletedNotes { edges { node { id } } } }", as_=desk.scene.advisor)
    assert answer.data["deletedNotes"]["edges"] == [{"node": {"id": note["id"]}}]
    assert rules(await desk.on("noteRestore", note)) == [("ForbiddenError", "", None)]
    restored = await desk.on("noteRestore", note, desk.scene.manager)
    assert (restored["errors"], restored["note"]["id"]) == ([], note["id"])
    assert await desk.seen(desk.scene.advisor) == {note["id"]}


async def test_a_note_on_a_client_is_seen_with_the_client(desk: Desk) -> None:
    client = write_id("client", desk.scene.client)
    note = await desk.written(clientId=client)
    assert (note["case"], note["client"]) == (None, {"id": client})
    assert note["id"] in await desk.seen(desk.colleague)
    assert rules(await desk.write(clientId=client, confidential=True)) == [
        ("ValidationError", "confidential", "without-case")
    ]
    stranger = await desk.scene.data.a_member(desk.scene.centre)
    assert await desk.seen(stranger) == set()
    assert rules(await desk.write(stranger, clientId=client)) == [("NotFoundError", "clientId", None)]


async def test_lists_are_filtered(desk: Desk) -> None:
    one = await desk.written(tags=["bank"], priority="URGENT", category="ADVICE")
    two = await desk.written(desk.scene.manager, tags=["court"], visibleToClient=True)

    async def found(**given: Any) -> list[str]:
        answer = await desk.scene.graph.run(
            "query Q($filter: NoteFilter) {"
            " notes(filter: $filter, orderBy: CREATED_AT_ASC) { edges { node { id } } } }",
            as_=desk.scene.manager,
            filter=given,
        )
        assert answer.errors == []
        return [edge["node"]["id"] for edge in answer.data["notes"]["edges"]]

    assert await found() == [one["id"], two["id"]]
    assert await found(tag=["BANK"]) == [one["id"]]
    assert await found(tag=["bank", "court"]) == [one["id"], two["id"]]
    assert await found(priority=["URGENT"]) == [one["id"]]
    assert await found(category=[await desk.category("ADVICE")]) == [one["id"]]
    assert await found(visibleToClient=True) == [two["id"]]
    assert await found(author=[write_id("membership", desk.scene.advisor.user_id)]) == [one["id"]]
    assert await found(confidential=True) == []
    assert await found(case=["case_x"]) == []
