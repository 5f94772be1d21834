"""Announcing a file, handing it in and completing it: what is taken in, what is refused, what is left behind."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unavailable
from cma_graphql.core.ids import new_id
from cma_graphql.domain.documents.services import request
from cma_graphql.graph.node import read_id, write_id
from cma_graphql.integrations.storage.folder import FolderStore
from graph.documents.conftest import Desk, rules
from support.documents import LARGEST, PDF, SAMPLES, hand_in, pieces, smuggle, token_of
from support.trail import audit_of, events_of

EXE = b"MZ" + bytes(len(PDF) - 2)
FORGED = PDF[:-2] + b"!\n"
MISMATCH = ("ValidationError", "mediaType", "media-type-mismatch")


@pytest.mark.parametrize("media_type", SAMPLES)
async def test_every_kind_comes_in(desk: Desk, media_type: str) -> None:
    name, content = SAMPLES[media_type]
    document = await desk.handed_in(content, media_type=media_type, file_name=name)
    assert document["uploadState"] == "AVAILABLE"
    assert document["currentVersion"] == {"number": 1}
    (version,) = document["versions"]
    ring = await desk.store._keys_of(desk.scene.centre)
    assert version == {
        "number": 1,
        "fileName": name,
        "declaredMediaType": media_type,
        "verifiedMediaType": media_type,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "encryptionKeyId": str(ring.newest.key_id),
        "uploadState": "AVAILABLE",
        "requestedAt": version["requestedAt"],
        "completedAt": version["completedAt"],
        "fault": None,
        "uploader": {"id": write_id("membership", desk.scene.advisor.user_id)},
    }
    assert datetime.fromisoformat(version["completedAt"]) >= datetime.fromisoformat(version["requestedAt"])


async def test_what_is_announced_waits_for_its_file(desk: Desk) -> None:
    payload = await desk.announce(
        title=" A letter ",
        description="About the arrears.\r\nAll of them.",
        tags=["Rent", "rent ", "Bank"],
        accessLevel="CENTRE",
        sharedWithClient=True,
        file={"fileName": "C:\\me\\Brief Zoë.PDF", "sha256": hashlib.sha256(PDF).hexdigest().upper()},
    )
    assert payload["errors"] == []
    document = payload["document"]
    shown = {
        "title": "A letter",
        "type": "CREDITOR_LETTER",
        "accessLevel": "CENTRE",
        "sharedWithClient": True,
        "fromClient": False,
        "description": "About the arrears.\nAll of them.",
        "tags": ["bank", "rent"],
        "uploadState": "PENDING",
        "version": 1,
        "debts": [],
        "currentVersion": None,
    }
    assert {name: document[name] for name in shown} == shown
    (version,) = document["versions"]
    assert (version["fileName"], version["uploadState"]) == ("Brief Zoë.PDF", "PENDING")
    assert (version["verifiedMediaType"], version["encryptionKeyId"], version["completedAt"]) == (None, None, None)
    upload = payload["upload"]
    assert (payload["versionNumber"], upload["method"], upload["fields"]) == (1, "PUT", [])
    assert upload["headers"] == [{"name": "Content-Type", "value": "application/octet-stream"}]
    expires = datetime.fromisoformat(upload["expiresAt"])
    assert timedelta(minutes=14) < expires - now() <= timedelta(minutes=15)


async def test_where_a_file_is_kept_is_never_told(desk: Desk) -> None:
    document = await desk.handed_in()
    key = (await desk.version(document))["storage_key"]
    for row in (await desk.acting.events(desk.scene.centre), await desk.acting.audit(desk.scene.centre)):
        assert key not in repr(row)
    assert key not in repr(document)


def path_of(desk: Desk, part: str, storage_key: str) -> Path:
    return (desk.store._kept if part == "kept" else desk.store._incoming) / storage_key


async def test_each_step_is_an_event_without_words_and_an_audit_row(desk: Desk) -> None:
    await desk.handed_in(title="Secret title", description="Secret words", tags=["secret"], file_name="secret.pdf")
    told = [event for event in await events_of(desk.scene.data, desk.scene.centre) if event.entity == "document"]
    assert [event.name for event in told] == [
        "document.upload_requested",
        "document.scan_started",
        "document.uploaded",
    ]
    assert {event.case_id for event in told} == {desk.case_id}
    assert {event.client_id for event in told} == {desk.scene.client}
    assert [event.version for event in told] == [1, 2, 3]
    assert "secret" not in repr(told).lower()
    assert told[0].changes["title"] is None
    assert told[0].changes["file_name"] is None
    assert told[2].changes["upload_state"] == {"old": "SCANNING", "new": "AVAILABLE"}
    assert told[0].audience_after["user_ids"] == [str(desk.scene.advisor.user_id)]
    entries = [row for row in await audit_of(desk.scene.data, desk.scene.centre) if row.action.startswith("document.")]
    assert [entry.action for entry in entries] == [event.name for event in told]
    assert entries[0].changes["title"] == {"old": None, "new": "Secret title"}


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"title": " "}, [("title", "blank")]),
        ({"title": "x" * 201}, [("title", "too-long")]),
        ({"title": "a\x00b"}, [("title", "control-character")]),
        ({"description": "x" * 2_001}, [("description", "too-long")]),
        ({"tags": ["x"] * 21}, [("tags", "too-many")]),
        ({"tags": ["x" * 41]}, [("tags", "too-long")]),
        ({"type": "CASELOAD_CSV"}, [("type", "document-type")]),
        ({"file": {"size": 0}}, [("file.size", "empty-file")]),
        ({"file": {"size": -1}}, [("file.size", "empty-file")]),
        ({"file": {"size": LARGEST + 1}}, [("file.size", "too-large")]),
        ({"file": {"sha256": "abc"}}, [("file.sha256", "sha256")]),
        ({"file": {"sha256": "g" * 64}}, [("file.sha256", "sha256")]),
        ({"file": {"mediaType": "text/html"}}, [("file.mediaType", "media-type")]),
        ({"file": {"mediaType": "text/csv; charset=utf-16", "fileName": "a.csv"}}, [("file.mediaType", "charset")]),
        ({"file": {"fileName": "letter.exe"}}, [("file.fileName", "file-extension")]),
        ({"file": {"fileName": "letter\u202efdp.exe"}}, [("file.fileName", "file-extension")]),
        ({"file": {"fileName": "folder/"}}, [("file.fileName", "blank")]),
        (
            {"title": "", "file": {"size": 0, "sha256": "", "mediaType": "x", "fileName": ""}},
            [
                ("title", "blank"),
                ("file.fileName", "blank"),
                ("file.size", "empty-file"),
                ("file.sha256", "sha256"),
                ("file.mediaType", "media-type"),
            ],
        ),
    ],
)
async def test_bad_input_names_each_field_and_rule_and_writes_nothing(
    desk: Desk, given: dict[str, Any], refused: list[tuple[str, str]]
) -> None:
    before = await desk.left()
    payload = await desk.announce(**given)
    assert rules(payload) == [("ValidationError", field, rule) for field, rule in refused]
    assert (payload["document"], payload["upload"], payload["versionNumber"]) == (None, None, None)
    assert await desk.left() == before


async def test_the_largest_file_is_announced(desk: Desk) -> None:
    assert (await desk.announce(file={"size": LARGEST}))["errors"] == []


async def test_cases_that_take_no_papers(desk: Desk) -> None:
    elsewhere = await desk.scene.data.a_case(await desk.scene.data.a_centre())
    before = await desk.left()
    for case_id in (elsewhere, new_id()):
        assert rules(await desk.announce(caseId=write_id("case", case_id))) == [("NotFoundError", "caseId", None)]
    assert rules(await desk.announce(caseId=write_id("client", desk.scene.client))) == [
        ("NotFoundError", "caseId", None)
    ]
    assert await desk.left() == before
    for status in ("CLOSED", "CANCELLED", "REFERRED"):
        ended = await desk.scene.a_case(status=status)
        refused = rules(await desk.announce(caseId=write_id("case", ended)))
        assert refused == [("ValidationError", "caseId", "case-ended")]
    resolved = await desk.scene.a_case(status="RESOLVED")
    assert (await desk.announce(caseId=write_id("case", resolved)))["errors"] == []


async def test_a_caseload_belongs_to_no_case_and_is_the_managers(desk: Desk) -> None:
    csv: dict[str, Any] = {"media_type": "text/csv", "file_name": "a.csv", "type": "CASELOAD_CSV", "caseId": None}
    payload = await desk.announce(b"name,balance\n", desk.scene.manager, **csv)
    assert payload["errors"] == []
    document = payload["document"]
    assert (document["accessLevel"], document["type"]) == ("MANAGERS_AND_COMPLIANCE", "CASELOAD_CSV")
    (event,) = [one for one in await events_of(desk.scene.data, desk.scene.centre) if one.entity == "document"]
    assert (event.case_id, event.client_id, event.audience_after["restricted"]) == (None, None, True)
    assert event.audience_after["user_ids"] == []
    refused = await desk.announce(b"name,balance\n", **csv)
    assert [error["requiredPermission"] for error in refused["errors"]] == ["CASELOAD_IMPORT"]
    refused = await desk.announce(b"name\n", desk.scene.manager, **{**csv, "type": "OTHER"})
    assert rules(refused) == [("ValidationError", "type", "document-type")]
    for wider in ({"accessLevel": "CENTRE"}, {"sharedWithClient": True}):
        refused = await desk.announce(b"name\n", desk.scene.manager, **csv, **wider)
        assert rules(refused) == [("ValidationError", "accessLevel", "access-level")]


async def test_a_case_has_so_many_documents_and_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "MOST_DOCUMENTS", 2)
    first = await desk.paper()
    await desk.paper(access_level="MANAGERS_AND_COMPLIANCE")  # counts, though the advisor does not see it
    refused = await desk.announce()
    assert [(error["limit"], error["maximum"]) for error in refused["errors"]] == [("case-documents", 2)]
    await desk.on("documentDelete", first, reason="Twice")
    assert (await desk.announce())["errors"] == []
    assert rules(await desk.on("documentRestore", first)) == [("LimitError", "", None)]
    caseload = {"media_type": "text/csv", "file_name": "a.csv", "type": "CASELOAD_CSV", "caseId": None}
    for _ in range(2):
        assert (await desk.announce(b"a\n", desk.scene.manager, **caseload))["errors"] == []
    refused = await desk.announce(b"a\n", desk.scene.manager, **caseload)
    assert [error["limit"] for error in refused["errors"]] == ["centre-documents"]


async def test_completing_before_the_file_came(desk: Desk) -> None:
    announced = await desk.announce()
    before = await desk.left()
    payload = await desk.complete(announced)
    assert rules(payload) == [("ValidationError", "versionNumber", "upload-missing")]
    assert await desk.left() == before
    await hand_in(desk.store, announced["upload"]["url"], PDF)
    assert (await desk.complete(announced))["errors"] == []


@pytest.mark.parametrize(
    ("came", "refused", "state"),
    [
        (FORGED, ("ValidationError", "sha256", "sha256-mismatch"), "FAILED"),
        (PDF + b"more", ("ValidationError", "size", "size-mismatch"), "FAILED"),
        (PDF[:-1], ("ValidationError", "size", "size-mismatch"), "FAILED"),
    ],
)
async def test_another_file_than_the_one_announced(
    desk: Desk, came: bytes, refused: tuple[str, ...], state: str
) -> None:
    announced = await desk.announce()
    key = (await desk.version(announced["document"]))["storage_key"]
    await smuggle(desk.store, key, came)
    payload = await desk.complete(announced)
    assert rules(payload) == [refused]
    document = payload["document"]
    assert (document["uploadState"], document["currentVersion"]) == (state, None)
    (version,) = document["versions"]
    assert (version["uploadState"], version["encryptionKeyId"], version["verifiedMediaType"]) == (state, None, None)
    assert version["fault"] == {"field": refused[1], "rule": refused[2], "message": payload["errors"][0]["message"]}
    assert not path_of(desk, "kept", key).exists()
    assert not path_of(desk, "incoming", key).exists()
    # The same refusal every time it is asked for, whatever comes in meanwhile; and nothing to download.
    await smuggle(desk.store, key, PDF)
    assert rules(await desk.complete(announced)) == [refused]
    assert rules(await desk.download(document)) == [("ValidationError", "versionNumber", "not-available")]
    told = [one.name for one in await events_of(desk.scene.data, desk.scene.centre) if one.entity == "document"]
    assert told == ["document.upload_requested", "document.scan_started", "document.upload_refused"]


@pytest.mark.parametrize("real", [EXE, b"<html><script>alert(1)</script></html>", SAMPLES["image/png"][1]])
async def test_a_file_that_says_it_is_a_pdf_and_is_not(desk: Desk, real: bytes) -> None:
    announced = await desk.announce(real)
    await hand_in(desk.store, announced["upload"]["url"], real)
    payload = await desk.complete(announced)
    assert rules(payload) == [MISMATCH]
    parameters = {each["name"]: each["value"] for each in payload["errors"][0]["parameters"]}
    assert parameters["state"] == "QUARANTINED"
    document = payload["document"]
    assert (document["uploadState"], document["versions"][0]["fault"]["field"]) == ("QUARANTINED", "mediaType")
    key = (await desk.version(document))["storage_key"]
    assert not path_of(desk, "incoming", key).exists()
    assert rules(await desk.download(document, versionNumber=1)) == [
        ("ValidationError", "versionNumber", "not-available")
    ]


async def test_a_good_file_after_a_bad_one_is_a_new_version(desk: Desk) -> None:
    announced = await desk.announce(EXE)
    await hand_in(desk.store, announced["upload"]["url"], EXE)
    document = (await desk.complete(announced))["document"]
    again = await desk.on("documentVersionRequest", document, file=announced_file(PDF))
    assert again["errors"] == []
    await hand_in(desk.store, again["upload"]["url"], PDF)
    done = (await desk.complete(again))["document"]
    assert (done["uploadState"], done["currentVersion"]) == ("AVAILABLE", {"number": 2})
    assert [version["uploadState"] for version in done["versions"]] == ["AVAILABLE", "QUARANTINED"]


def announced_file(content: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    return {"fileName": "letter.pdf", "mediaType": "application/pdf", "size": len(content), "sha256": digest}


async def test_completing_twice_is_completing_once(desk: Desk) -> None:
    announced = await desk.announce()
    await hand_in(desk.store, announced["upload"]["url"], PDF)
    first = await desk.complete(announced)
    before = await desk.left()
    second = await desk.complete(announced)
    assert (second["errors"], second["document"]) == ([], first["document"])
    assert await desk.left() == before


async def test_a_file_that_was_replaced_while_it_was_looked_at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    announced = await desk.announce()
    await hand_in(desk.store, announced["upload"]["url"], PDF)
    key = (await desk.version(announced["document"]))["storage_key"]
    keep = FolderStore._keep

    def replaced(self: FolderStore, *given: Any) -> str:
        path = path_of(desk, "incoming", key)
        content = path.read_bytes()
        path.unlink()
        path.with_name("another").write_bytes(content)
        path.with_name("another").rename(path)
        return keep(self, *given)

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "_keep", replaced)
        payload = await desk.complete(announced)
    assert rules(payload) == [("ValidationError", "versionNumber", "upload-changed")]
    assert (await desk.version(announced["document"]))["upload_state"] == "SCANNING"
    done = await desk.complete(announced)  # it is looked at anew
    assert (done["errors"], done["document"]["uploadState"]) == ([], "AVAILABLE")


async def test_a_store_that_goes_away_leaves_what_can_be_completed_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced = await desk.announce()
    await hand_in(desk.store, announced["upload"]["url"], PDF)

    def away(*_: object) -> str:
        raise Unavailable

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "_keep", away)
        said = {"id": announced["document"]["id"], "versionNumber": 1}
        from_graph = await desk.scene.graph.run(COMPLETE, as_=desk.scene.advisor, input=said)
    assert from_graph.codes == ["UNAVAILABLE"]
    assert (await desk.version(announced["document"]))["upload_state"] == "SCANNING"
    assert (await desk.complete(announced))["document"]["uploadState"] == "AVAILABLE"


COMPLETE = "mutation ($input: DocumentUploadCompleteInput!) { documentUploadComplete(input: $input) { replayed } }"


async def test_versions_and_documents_that_are_not_there(desk: Desk) -> None:
    announced = await desk.announce()
    before = await desk.left()
    assert rules(await desk.complete(announced, versionNumber=2)) == [("NotFoundError", "versionNumber", None)]
    assert rules(await desk.complete(announced, versionNumber=-1)) == [("NotFoundError", "versionNumber", None)]
    for key in (write_id("document", new_id()), write_id("case", desk.case_id), "x"):
        assert rules(await desk.complete(announced, id=key)) == [("NotFoundError", "id", None)]
    assert await desk.left() == before


async def test_what_was_announced_is_completed_after_the_case_has_ended(desk: Desk) -> None:
    announced = await desk.announce()
    await hand_in(desk.store, announced["upload"]["url"], PDF)
    await desk.acting.rows.execute("UPDATE cases SET status = 'CLOSED' WHERE id = $1", desk.case_id)
    assert (await desk.complete(announced))["document"]["uploadState"] == "AVAILABLE"


async def test_the_same_key_announces_once_and_tells_the_same_address_again(desk: Desk) -> None:
    first = await desk.announce(idempotencyKey="k")
    before = await desk.left()
    second = await desk.announce(idempotencyKey="k")
    assert await desk.left() == before
    assert (second["replayed"], second["document"]) == (True, first["document"])
    await hand_in(desk.store, second["upload"]["url"], PDF)
    with pytest.raises(Exception, match=r"^$"):
        await desk.store.receive(token_of(first["upload"]["url"]), pieces(PDF))
    assert rules(await desk.announce(idempotencyKey="k", title="Another")) == [
        ("ValidationError", "idempotencyKey", "idempotency-key-reused")
    ]
    done = await desk.complete(first, idempotencyKey="c")
    again = await desk.complete(first, idempotencyKey="c")
    assert (done["replayed"], again["replayed"], again["document"]) == (False, True, done["document"])
    third = await desk.announce(idempotencyKey="k")
    assert (third["versionNumber"], third["upload"]) == (1, None)  # its file is settled: nothing is to be handed in


async def test_a_repetition_tells_of_its_own_version_and_not_of_a_later_one(desk: Desk) -> None:
    first = await desk.announce(idempotencyKey="k")
    document = read_id("document", first["document"]["id"])
    second = await desk.on("documentVersionRequest", document, file=announced_file(FORGED), idempotencyKey="v")
    assert second["versionNumber"] == 2
    replayed = await desk.announce(idempotencyKey="k")
    assert (replayed["replayed"], replayed["versionNumber"]) == (True, 1)
    await hand_in(desk.store, replayed["upload"]["url"], PDF)
    assert (await desk.complete(replayed))["errors"] == []


async def test_a_repetition_gives_no_address_to_whom_the_right_was_taken_from(desk: Desk) -> None:
    said: dict[str, Any] = {"idempotencyKey": "one", "accessLevel": "CENTRE"}
    announced = await desk.announce(**said)
    assert announced["upload"] is not None
    auditor = replace(desk.scene.advisor, roles=frozenset({Role.AUDITOR}))  # sees it still, and hands nothing in
    again = await desk.announce(as_=auditor, **said)
    assert (again["replayed"], again["document"]["id"]) == (True, announced["document"]["id"])
    assert again["upload"] is None
    assert (await desk.announce(**said))["upload"] is not None
