"""A client of the portal hands papers in and sees those, and what was shared; the rest is the centre's."""

from typing import Any

import pytest

from cma_graphql.domain.documents.services import request
from cma_graphql.graph.node import write_id
from graph.documents.conftest import Desk, rules
from support.documents import PDF, fetched, hand_in, said_of
from support.operations import document as operation
from support.trail import events_of


async def test_a_client_hands_a_paper_in(desk: Desk) -> None:
    client = await desk.portal()
    document = await desk.handed_in(as_=client, description="My payslip", type="PROOF_OF_INCOME")
    assert (document["fromClient"], document["accessLevel"], document["sharedWithClient"]) == (True, "CASE_TEAM", False)
    assert document["uploadState"] == "AVAILABLE"
    payload = await desk.download(document, client)
    assert await fetched(desk.store, payload["download"]["url"]) == PDF
    event = (await events_of(desk.scene.data, desk.scene.centre))[0]
    assert (event.name, event.audience_after["client_id"]) == ("document.upload_requested", str(desk.scene.client))
    assert event.audience_after["user_ids"] == [str(desk.scene.advisor.user_id)]
    payload = await desk.download(document)  # the advisor reads it
    assert payload["errors"] == []


async def test_a_client_hands_in_a_further_version_of_their_own_paper(desk: Desk) -> None:
    client = await desk.portal()
    document = await desk.handed_in(as_=client)
    announced = await desk.on("documentVersionRequest", document, client, file=said_of(PDF + b"2"))
    await hand_in(desk.store, announced["upload"]["url"], PDF + b"2")
    done = await desk.complete(announced, client)
    assert done["document"]["currentVersion"] == {"number": 2}
    shared = await desk.paper(shared_with_client=True)
    refused = await desk.on("documentVersionRequest", shared, client, file=said_of(PDF))
    assert rules(refused) == [("ForbiddenError", "", None)]


async def test_what_the_centre_decides(desk: Desk) -> None:
    client = await desk.portal()
    before = await desk.left()
    decided: list[dict[str, Any]] = [
        {"accessLevel": "CENTRE"},
        {"accessLevel": "CASE_TEAM"},
        {"sharedWithClient": True},
        {"tags": ["mine"]},
    ]
    for given in decided:
        assert rules(await desk.announce(as_=client, **given)) == [("ForbiddenError", "", None)], given
    caseload: dict[str, Any] = {"caseId": None, "type": "CASELOAD_CSV", "media_type": "text/csv", "file_name": "a.csv"}
    assert rules(await desk.announce(as_=client, **caseload)) == [("ForbiddenError", "", None)]
    others = await desk.scene.data.a_case(desk.scene.centre)
    assert rules(await desk.announce(as_=client, caseId=write_id("case", others))) == [
        ("NotFoundError", "caseId", None)
    ]
    assert await desk.left() == before
    theirs = await desk.paper(from_client=True)
    for name, given in (
        ("documentUpdate", {"title": "x"}),
        ("documentSetAccess", {"sharedWithClient": True}),
        ("documentLinkDebt", {"debtId": write_id("debt", theirs)}),
    ):
        assert rules(await desk.on(name, theirs, client, **given)) == [("ForbiddenError", "", None)], name


async def test_only_who_announced_a_file_completes_it(desk: Desk) -> None:
    client = await desk.portal()
    announced = await desk.announce(sharedWithClient=True)
    await hand_in(desk.store, announced["upload"]["url"], PDF)
    assert rules(await desk.complete(announced, client)) == [("ForbiddenError", "", None)]
    theirs = await desk.announce(as_=client)
    await hand_in(desk.store, theirs["upload"]["url"], PDF)
    assert (await desk.complete(theirs))["errors"] == []  # the advisor does it for them


async def test_what_a_client_is_shown_of_a_paper(desk: Desk) -> None:
    client = await desk.portal()
    document = await desk.handed_in(sharedWithClient=True)
    answer = await desk.scene.graph.run(operation("document"), as_=client, id=document["id"])
    assert answer.errors == []
    shown = answer.data["document"]
    assert shown["viewerCan"] == {
        "download": True,
        "update": False,
        "addVersion": False,
        "setAccess": False,
        "makeConfidential": False,
        "delete": False,
    }
    assert len(shown["versions"]) == 1
    assert shown["case"] == {"id": write_id("case", desk.case_id)}


async def test_a_client_does_not_use_up_the_papers_of_a_case(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "MOST_FROM_CLIENT", 2)
    client = await desk.portal()
    for _ in range(2):
        assert (await desk.announce(as_=client))["errors"] == []
    before = await desk.left()
    (error,) = (await desk.announce(as_=client))["errors"]
    assert (error["__typename"], error["limit"], error["maximum"]) == ("LimitError", "case-documents-from-client", 2)
    assert await desk.left() == before
    assert (await desk.announce())["errors"] == []  # the staff's are no matter of the client's
