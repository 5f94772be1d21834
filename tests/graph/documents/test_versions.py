"""Further versions of a document: the present one stays what is downloaded until the next is there."""

from typing import Any

import pytest

from cma_graphql.domain.documents.services import request
from graph.documents.conftest import Desk, rules
from support.documents import PDF, fetched, hand_in, said_of
from support.trail import events_of

SECOND = PDF + b"% second\n"
THIRD = PDF + b"% third, longer\n"


async def test_the_present_version_stays_until_the_next_is_there(desk: Desk) -> None:
    document = await desk.handed_in(description="Kept")
    announced = await desk.on("documentVersionRequest", document, file=said_of(SECOND, file_name="letter 2.pdf"))
    assert (announced["errors"], announced["versionNumber"]) == ([], 2)
    waiting = announced["document"]
    assert (waiting["uploadState"], waiting["currentVersion"]) == ("PENDING", {"number": 1})
    assert [version["uploadState"] for version in waiting["versions"]] == ["PENDING", "AVAILABLE"]
    first = await desk.download(document)
    assert (first["download"]["versionNumber"], await fetched(desk.store, first["download"]["url"])) == (1, PDF)
    await hand_in(desk.store, announced["upload"]["url"], SECOND)
    done = (await desk.complete(announced))["document"]
    assert (done["uploadState"], done["currentVersion"], done["description"]) == ("AVAILABLE", {"number": 2}, "Kept")
    assert [version["fileName"] for version in done["versions"]] == ["letter 2.pdf", "letter.pdf"]
    newest, older = await desk.download(document), await desk.download(document, versionNumber=1)
    assert await fetched(desk.store, newest["download"]["url"]) == SECOND
    assert await fetched(desk.store, older["download"]["url"]) == PDF


async def test_versions_completed_out_of_order_leave_the_newest_current(desk: Desk) -> None:
    document = await desk.handed_in()
    second = await desk.on("documentVersionRequest", document, file=said_of(SECOND))
    third = await desk.on("documentVersionRequest", document, file=said_of(THIRD))
    await hand_in(desk.store, third["upload"]["url"], THIRD)
    await hand_in(desk.store, second["upload"]["url"], SECOND)
    assert (await desk.complete(third))["document"]["currentVersion"] == {"number": 3}
    late = (await desk.complete(second))["document"]
    assert (late["currentVersion"], late["uploadState"]) == ({"number": 3}, "AVAILABLE")
    assert await fetched(desk.store, (await desk.download(document))["download"]["url"]) == THIRD


async def test_a_refused_version_leaves_the_one_before_it(desk: Desk) -> None:
    document = await desk.handed_in()
    bad = b"MZ" + PDF
    announced = await desk.on("documentVersionRequest", document, file=said_of(bad))
    await hand_in(desk.store, announced["upload"]["url"], bad)
    payload = await desk.complete(announced)
    assert rules(payload) == [("ValidationError", "mediaType", "media-type-mismatch")]
    shown = payload["document"]
    assert (shown["uploadState"], shown["currentVersion"]) == ("QUARANTINED", {"number": 1})
    assert await fetched(desk.store, (await desk.download(document))["download"]["url"]) == PDF
    assert rules(await desk.download(document, versionNumber=2)) == [
        ("ValidationError", "versionNumber", "not-available")
    ]


async def test_what_is_told_of_a_version(desk: Desk) -> None:
    document = await desk.paper()
    await desk.on("documentVersionRequest", document, file=said_of(SECOND, file_name="secret.pdf"))
    event = (await events_of(desk.scene.data, desk.scene.centre))[-1]
    assert (event.name, event.version) == ("document.version_requested", 2)
    assert event.changes["versions_made"] == {"old": 1, "new": 2}
    assert event.changes["number"] == {"old": None, "new": 2}
    assert not {"storage_key", "document_id"} & set(event.changes)
    assert "secret" not in repr(event)


async def test_refusals(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    document = await desk.paper()
    before = await desk.left()

    async def refused(**given: object) -> list[tuple[object, ...]]:
        said: dict[str, Any] = {"file": said_of(SECOND), **given}
        return rules(await desk.on("documentVersionRequest", document, **said))

    assert await refused(expectedVersion=7) == [("ConflictError", "expectedVersion", None)]
    assert await refused(file={**said_of(SECOND), "size": 0}) == [("ValidationError", "file.size", "empty-file")]
    assert await refused(file={**said_of(SECOND), "fileName": "a.exe"}) == [
        ("ValidationError", "file.fileName", "file-extension")
    ]
    monkeypatch.setattr(request, "MOST_VERSIONS", 1)
    assert await refused() == [("LimitError", "", None)]
    monkeypatch.undo()
    await desk.acting.rows.execute("UPDATE cases SET status = 'CLOSED' WHERE id = $1", desk.case_id)
    assert await refused() == [("ValidationError", "id", "case-ended")]
    assert await desk.left() == before
