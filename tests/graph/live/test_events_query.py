"""`events` tells what subscriptions tell, page by page, for those who cannot hold a connection."""

from typing import Any

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.graph.live import page_queries
from cma_graphql.graph.live.cursors import write_event_cursor
from cma_graphql.graph.node import write_id
from graph.live.conftest import Live
from support.acting import Acting
from support.compliance import a_checklist, begin_one
from support.documents import a_document
from support.following import Following
from support.operations import document

HOLD: dict[str, Any] = {"reason": "Bank statements", "reviewOn": "2099-03-31"}


async def page(live: Live, viewer: Actor, after: str | None, first: int = 50) -> dict[str, Any]:
    answer = await live.scene.graph.run(document("events"), as_=viewer, after=after, first=first)
    assert answer.errors == []
    found: dict[str, Any] = answer.data["events"]
    return found


async def test_pages_tell_what_a_subscription_tells(live: Live, following: Following) -> None:
    before, header = await live.somebody()
    after = await live.scene.data.a_member(live.centre)
    start = await live.head()
    case, kept = [await live.scene.a_case(status="IN_PROGRESS", advisor=before) for _ in range(2)]
    foreign = await live.scene.a_case(status="IN_PROGRESS")
    await live.scene.on("caseHold", foreign, **HOLD)
    await live.scene.on("caseHold", case, **HOLD)
    await live.scene.on("caseHold", kept, **HOLD)
    await live.scene.on("caseAssign", case, version=2, reason="Ill", advisorId=write_id("membership", after.user_id))
    await live.scene.on("caseStart", kept, version=2)
    everything, cursor = [], start
    while True:
        one = await page(live, before, cursor, first=1)
        everything += one["items"]
        cursor = one["cursor"]
        if not one["hasNextPage"]:
            break
    whole = await page(live, before, start)
    assert whole == {"items": everything, "cursor": cursor, "hasNextPage": False}
    async with following.follow(header, after=start) as follower:
        told = await follower.take(3)
    assert [(each["__typename"], each["cursor"]) for each in told] == [
        (each["__typename"], each["cursor"]) for each in everything
    ]
    assert [each["__typename"] for each in everything] == ["CaseEvent", "Removed", "CaseEvent"]
    for behind in (cursor, None):
        assert await page(live, before, behind) == {"items": [], "cursor": cursor, "hasNextPage": False}


async def test_a_new_advisor_is_told_and_whoever_assigns_has_how_to_reach_them(live: Live) -> None:
    advisor = await live.scene.data.a_member(live.centre, first_name="Ann", last_name="Ashe", phone="+441632960003")
    start = await live.head()
    case = await live.scene.a_case(advisor=None)
    payload = await live.scene.on(
        "caseAssign", case, reason="Nearest", advisorId=write_id("membership", advisor.user_id)
    )
    (told,) = (await page(live, advisor, start))["items"][:1]
    assert (told["__typename"], told["name"], told["case"]["id"]) == (
        "CaseEvent",
        "case.assigned",
        write_id("case", case),
    )
    shown = payload["case"]["advisor"]
    assert (shown["fullName"], shown["phone"], "@" in shown["email"]) == ("Ann Ashe", "+441632960003", True)


async def test_a_page_that_looks_through_much_that_is_not_the_viewers_goes_on(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_queries, "_LOOKED_THROUGH", 1)
    advisor, _ = await live.somebody()
    start = await live.head()
    foreign = await live.scene.a_case(status="IN_PROGRESS")
    own = await live.scene.a_case(status="IN_PROGRESS", advisor=advisor)
    await live.scene.on("caseHold", foreign, **HOLD)
    await live.scene.on("caseHold", own, **HOLD)
    first = await page(live, advisor, start)
    assert (first["items"], first["hasNextPage"]) == ([], True)
    second = await page(live, advisor, first["cursor"])
    assert [item["case"]["id"] for item in second["items"]] == [write_id("case", own)]


async def test_out_of_retention_and_cursors_that_are_none(live: Live, acting: Acting) -> None:
    manager, _ = await live.somebody(Role.CENTRE_MANAGER)
    start = await live.head()
    case = await live.scene.a_case(status="IN_PROGRESS")
    await live.scene.on("caseHold", case, **HOLD)
    await acting.rows.execute("DELETE FROM event_log WHERE centre_id = $1", live.centre)
    lost = await page(live, manager, start)
    assert [(item["__typename"], item["reason"]) for item in lost["items"]] == [("ResyncRequired", "OUT_OF_RETENTION")]
    assert lost["cursor"] == await live.head()
    ahead = write_event_cursor(live.scene.graph.keys.vault, live.centre, 10**6)
    for text, first, field in (("x", 50, "after"), (ahead, 50, "after"), (start, 0, "first"), (start, 101, "first")):
        answer = await live.scene.graph.run(document("events"), as_=manager, after=text, first=first)
        assert [error.original_error.field for error in answer.errors] == [field]


async def test_documents_and_checklists_are_told_of_in_the_order_of_the_log(live: Live) -> None:
    data, team = live.scene.data, await live.scene.data.a_team(live.centre)
    advisor, _ = await live.somebody(team_ids=(team,))
    after, _ = await live.somebody()
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=advisor, team_id=team)
    paper = await a_document(data, live.centre, case, access_level="CENTRE")
    checklist = await a_checklist(data, live.scene.manager)
    start = await live.head()
    updated: dict[str, Any] = {"id": write_id("document", paper), "expectedVersion": 1, "title": "From the bank"}
    assert (await live.scene.ask("documentUpdate", **updated))["errors"] == []
    await begin_one(data, live.scene.manager, case, checklist)
    await live.scene.on("caseAssign", case, reason="Ill", advisorId=write_id("membership", after.user_id))
    await live.scene.on("caseRestrict", case, version=2)
    whole = (await page(live, advisor, start))["items"]
    assert [each["__typename"] for each in whole] == ["Removed", "Removed"]  # it is hidden now
    await live.scene.on("caseUnrestrict", case, version=3)
    whole = (await page(live, advisor, start))["items"]
    assert [(each["__typename"], each.get("name")) for each in whole] == [
        ("DocumentEvent", "document.updated"),
        ("CaseEvent", "compliance.begun"),
        ("ComplianceEvent", "compliance.begun"),
        ("Removed", None),  # of the papers, those of the case's own people; the case is the team's still
        ("CaseEvent", "case.assigned"),
        ("Removed", None),
        ("CaseEvent", "case.restricted"),
    ]
    assert {each["id"] for each in whole if each["__typename"] == "Removed"} == {write_id("case", case)}
    split = []
    cursor: str | None = start
    while True:
        one = await page(live, advisor, cursor, first=1)
        split += one["items"]
        cursor = one["cursor"]
        if not one["hasNextPage"]:
            break
    assert split == whole
    auditor, _ = await live.somebody(Role.AUDITOR)
    names = [each.get("name") for each in (await page(live, auditor, start))["items"]]
    assert names == [
        "document.updated",
        "compliance.begun",
        "compliance.begun",
        "case.assigned",
        None,
        "case.restricted",
    ]


async def test_whoever_reads_no_cases_is_told_of_none(live: Live, data: Any) -> None:
    administrator = await data.an_administrator()
    cursor = (await live.scene.graph.run("{ eventCursor }", as_=administrator)).data["eventCursor"]
    assert (await page(live, administrator, cursor))["items"] == []
