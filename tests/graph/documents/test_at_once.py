"""Several people at one document at once: bounds hold, nothing is done twice, and nobody's act is lost."""

import asyncio
from typing import Any

import pytest

from cma_graphql.domain.documents.services import debts, request
from cma_graphql.graph.node import write_id
from graph.documents.conftest import Desk, rules
from support.debts import a_debt
from support.documents import PDF, fetched, hand_in, said_of
from support.trail import events_of


async def test_an_upload_that_is_completed_by_many_at_once_is_completed_once(desk: Desk) -> None:
    announced = await desk.announce()
    await hand_in(desk.store, announced["upload"]["url"], PDF)
    payloads = await asyncio.gather(*(desk.complete(announced) for _ in range(6)))
    assert [payload["errors"] for payload in payloads] == [[]] * 6
    assert {payload["document"]["uploadState"] for payload in payloads} == {"AVAILABLE"}
    told = [one.name for one in await events_of(desk.scene.data, desk.scene.centre) if one.entity == "document"]
    assert told == ["document.upload_requested", "document.scan_started", "document.uploaded"]
    assert (await desk.download(announced["document"]))["errors"] == []


async def test_a_bad_upload_that_is_completed_by_many_at_once_is_refused_once(desk: Desk) -> None:
    bad = b"MZ" + PDF
    announced = await desk.announce(bad)
    await hand_in(desk.store, announced["upload"]["url"], bad)
    payloads = await asyncio.gather(*(desk.complete(announced) for _ in range(6)))
    refused = {tuple(rules(payload)) for payload in payloads}
    # Who comes while the refused file is being deleted may be told that it is gone, and learns why by asking again.
    late = {(("ValidationError", "versionNumber", rule),) for rule in ("upload-missing", "upload-changed")}
    mismatch = (("ValidationError", "mediaType", "media-type-mismatch"),)
    assert mismatch in refused
    assert refused <= {mismatch, *late}
    assert rules(await desk.complete(announced)) == list(mismatch)
    told = [one.name for one in await events_of(desk.scene.data, desk.scene.centre) if one.entity == "document"]
    assert told == ["document.upload_requested", "document.scan_started", "document.upload_refused"]


async def test_two_further_versions_of_one_version_are_one_and_a_conflict(desk: Desk) -> None:
    paper = await desk.paper()
    payloads = await asyncio.gather(
        *(desk.on("documentVersionRequest", paper, file=said_of(PDF), expectedVersion=1) for _ in range(2))
    )
    assert sorted(rules(payload) for payload in payloads) == [[], [("ConflictError", "expectedVersion", None)]]
    assert (await desk.row(paper))["versions_made"] == 2


async def test_the_same_key_announces_one_document_for_those_who_send_it_at_once(desk: Desk) -> None:
    payloads = await asyncio.gather(*(desk.announce(idempotencyKey="k") for _ in range(4)))
    assert len({payload["document"]["id"] for payload in payloads}) == 1
    assert sorted(payload["replayed"] for payload in payloads) == [False, True, True, True]


async def test_the_bound_of_a_case_holds_for_those_who_announce_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request, "MOST_DOCUMENTS", 2)
    payloads = await asyncio.gather(*(desk.announce() for _ in range(5)))
    assert sum(payload["errors"] == [] for payload in payloads) == 2
    assert (await desk.left())[:2] == (2, 2)


async def test_the_bound_of_a_debt_holds_for_those_who_link_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debts, "MOST_LINKS", 2)
    debt = await a_debt(desk.scene.data, desk.scene.centre, desk.case_id)
    papers = [await desk.paper() for _ in range(5)]
    payloads = await asyncio.gather(
        *(desk.on("documentLinkDebt", paper, debtId=write_id("debt", debt), expectedVersion=1) for paper in papers)
    )
    assert sum(payload["errors"] == [] for payload in payloads) == 2
    linked = await desk.acting.rows.fetchval("SELECT count(*) FROM document_debts WHERE debt_id = $1", debt)
    assert linked == 2


async def test_a_version_that_comes_while_another_is_completed(desk: Desk) -> None:
    document = await desk.handed_in()
    second = await desk.on("documentVersionRequest", document, file=said_of(PDF + b"2"))
    await hand_in(desk.store, second["upload"]["url"], PDF + b"2")
    version = (await desk.row(await key_of(desk)))["version"]
    done, third, got = await asyncio.gather(
        desk.complete(second),
        desk.on("documentVersionRequest", document, file=said_of(PDF + b"3"), expectedVersion=version),
        desk.download(document),
    )
    assert done["errors"] == []
    assert rules(third) in ([], [("ConflictError", "expectedVersion", None)])
    assert await fetched(desk.store, got["download"]["url"]) in {PDF, PDF + b"2"}
    assert (await desk.row(await key_of(desk)))["current_version"] == 2


async def key_of(desk: Desk) -> Any:
    return await desk.acting.rows.fetchval("SELECT id FROM documents WHERE centre_id = $1", desk.scene.centre)
