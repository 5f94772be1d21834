"""Fetching a file: on record before the address is told, for those who may, and for a minute."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unavailable
from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import read_id, write_id
from cma_graphql.integrations.storage.folder import FolderStore
from graph.documents.conftest import Desk, rules
from support.documents import PDF, fetched
from support.trail import audit_of, events_of


async def access_rows(desk: Desk) -> list[dict[str, Any]]:
    rows = await desk.acting.rows.fetch("SELECT * FROM access_log WHERE centre_id = $1", desk.scene.centre)
    return [dict(row) for row in rows]


async def test_the_file_that_was_handed_in_comes_out(desk: Desk) -> None:
    document = await desk.handed_in(file_name="Brief Zoë.pdf")
    payload = await desk.download(document)
    address = payload["download"]
    assert (payload["errors"], address["versionNumber"]) == ([], 1)
    assert await fetched(desk.store, address["url"]) == PDF
    assert timedelta(seconds=50) < datetime.fromisoformat(address["expiresAt"]) - now() <= timedelta(seconds=60)


async def test_it_is_on_record_to_whom_a_file_was_given(desk: Desk) -> None:
    document = await desk.handed_in()
    payload = await desk.download(document, desk.scene.manager)
    assert payload["errors"] == []
    (row,) = await access_rows(desk)
    assert (row["actor_kind"], row["actor_id"]) == ("STAFF", desk.scene.manager.user_id)
    assert (row["operation"], row["client_ids"]) == ("documentDownload", [desk.scene.client])
    assert (row["sensitive_fields"], row["request_id"]) == (["documents.file"], "test-request")
    entry = (await audit_of(desk.scene.data, desk.scene.centre))[-1]
    assert (entry.action, entry.actor_id) == ("document.downloaded", desk.scene.manager.user_id)
    assert (entry.subject_id, entry.changes) == (
        read_id("document", document["id"]),
        {"downloaded_version": {"old": None, "new": 1}},
    )
    event = (await events_of(desk.scene.data, desk.scene.centre))[-1]
    assert (event.name, event.case_id, event.version) == ("document.downloaded", desk.case_id, document["version"])
    assert payload["download"]["url"].rpartition("/")[2] not in repr((event, entry, row))


async def test_both_rows_are_there_before_the_address_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    document = await desk.handed_in()

    async def away(*_: object, **__: object) -> None:
        assert len(await access_rows(desk)) == 1
        assert (await audit_of(desk.scene.data, desk.scene.centre))[-1].action == "document.downloaded"
        raise Unavailable

    monkeypatch.setattr(FolderStore, "download_address", away)
    answer = await desk.scene.graph.run(
        "mutation ($id: ID!) { documentDownload(input: {id: $id}) { download { url } } }",
        as_=desk.scene.advisor,
        id=document["id"],
    )
    assert answer.codes == ["UNAVAILABLE"]


async def test_what_is_not_there_to_download(desk: Desk) -> None:
    pending = await desk.paper(upload_state="PENDING")
    available = await desk.paper()
    before = await desk.left()
    payload = await desk.download(pending)
    assert rules(payload) == [("ValidationError", "versionNumber", "not-available")]
    assert payload["errors"][0]["parameters"] == [{"name": "state", "value": "PENDING"}]
    assert rules(await desk.download(available, versionNumber=2)) == [("NotFoundError", "versionNumber", None)]
    assert rules(await desk.download(new_id())) == [("NotFoundError", "id", None)]
    assert rules(await desk.download({"id": "x"})) == [("NotFoundError", "id", None)]
    assert await desk.left() == before
    assert await access_rows(desk) == []


async def test_nobody_downloads_a_deleted_document(desk: Desk) -> None:
    document = await desk.handed_in()
    await desk.on("documentDelete", document, reason="Twice")
    assert rules(await desk.download(document)) == [("NotFoundError", "id", None)]
    await desk.on("documentRestore", document)
    payload = await desk.download(document)
    assert await fetched(desk.store, payload["download"]["url"]) == PDF


async def test_who_may_see_which_documents_there_are_and_not_what_is_in_them(desk: Desk) -> None:
    data, centre = desk.scene.data, desk.scene.centre
    document = await desk.paper(access_level="CENTRE")
    auditor = await data.a_member(centre, Role.AUDITOR)
    payload = await desk.download(document, auditor)
    assert [(error["__typename"], error["requiredPermission"]) for error in payload["errors"]] == [
        ("ForbiddenError", "DOCUMENT_ACCESS")
    ]
    service = await data.a_service(centre, Permission.CASE_READ)
    answer = await desk.scene.graph.run(
        "mutation ($id: ID!) { documentDownload(input: {id: $id}) { errors { code } } }",
        as_=service,
        id=write_id("document", document),
    )
    assert answer.data == {"documentDownload": {"errors": [{"code": "FORBIDDEN"}]}}
    stranger = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    assert rules(await desk.download(document, stranger)) == [("NotFoundError", "id", None)]
    assert await access_rows(desk) == []


async def test_a_colleague_of_the_team_downloads_what_is_open_to_the_centre(desk: Desk) -> None:
    data, centre = desk.scene.data, desk.scene.centre
    team = await data.a_team(centre)
    await desk.acting.rows.execute("UPDATE cases SET team_id = $2 WHERE id = $1", desk.case_id, team)
    colleague = await data.a_member(centre, team_ids=(team,))
    assert (await desk.download(await desk.paper(access_level="CENTRE"), colleague))["errors"] == []
    assert rules(await desk.download(await desk.paper(), colleague)) == [("NotFoundError", "id", None)]


async def test_the_client_downloads_what_is_shared_and_what_they_handed_in(desk: Desk) -> None:
    client = await desk.portal()
    for given in ({"shared_with_client": True}, {"from_client": True}):
        assert (await desk.download(await desk.paper(**given), client))["errors"] == []
    assert rules(await desk.download(await desk.paper(), client)) == [("NotFoundError", "id", None)]
    assert {row["actor_kind"] for row in await access_rows(desk)} == {"CLIENT"}


async def test_a_paper_of_the_centres_own(desk: Desk) -> None:
    csv = b"name,balance\n"
    given = {"media_type": "text/csv", "file_name": "a.csv", "type": "CASELOAD_CSV", "caseId": None}
    document = await desk.handed_in(csv, desk.scene.manager, **given)
    payload = await desk.download(document, desk.scene.manager)
    assert await fetched(desk.store, payload["download"]["url"]) == csv
    (row,) = await access_rows(desk)
    assert row["client_ids"] == []
    assert rules(await desk.download(document)) == [("NotFoundError", "id", None)]
