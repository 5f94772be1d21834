"""What is told of the checklists of cases and their requirements, to whom."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.errors import Forbidden
from cma_graphql.graph.node import write_id
from graph.live.conftest import Live
from support.compliance import a_checklist, begin_one, checklists, items
from support.following import Following
from support.operations import document

ALERTS = document("complianceAlerts")

pytestmark = pytest.mark.usefixtures("soon")


async def on(live: Live, name: str, case: Any, code: str, **given: Any) -> dict[str, Any]:
    """Run a mutation of one requirement as the manager; answer the requirement's row as it was before."""
    item = (await items(live.scene.data, case))[code]
    payload = await live.scene.ask(
        name, id=write_id("complianceitem", item["id"]), expectedVersion=item["version"], **given
    )
    assert payload["errors"] == []
    return item


async def test_what_becomes_of_requirements_is_told_with_checklist_and_case(live: Live, following: Following) -> None:
    _, manager = await live.somebody(Role.CENTRE_MANAGER)
    case = await live.scene.a_case(status="IN_PROGRESS")
    checklist = await a_checklist(live.scene.data, live.scene.manager)
    async with following.follow(manager, ALERTS) as follower:
        await begin_one(live.scene.data, live.scene.manager, case, checklist)
        item = await on(live, "complianceItemComplete", case, "L-1", evidenceNote="Seen")
        (mine,) = (await checklists(live.scene.data, case)).values()
        waived = await live.scene.ask(
            "caseComplianceWaive",
            id=write_id("casecompliance", mine["id"]),
            expectedVersion=mine["version"],
            reason="Closed at once",
        )
        assert waived["errors"] == []
        await live.scene.on("caseHold", case, reason="Bank statements", reviewOn="2099-03-31")
        begun, completed, aside = await follower.everything_until(await live.head())
    assert [each["name"] for each in (begun, completed, aside)] == [
        "compliance.begun",
        "compliance.item_completed",
        "compliance.checklist_waived",
    ]
    assert {each["case"]["id"] for each in (begun, completed, aside)} == {write_id("case", case)}
    assert (begun["checklist"], begun["item"], completed["checklist"], aside["item"]) == (None, None, None, None)
    assert completed["item"]["id"] == write_id("complianceitem", item["id"])
    assert completed["item"]["state"] == "DONE"
    of_case = write_id("casecompliance", mine["id"])
    assert completed["item"]["caseCompliance"]["id"] == of_case
    assert aside["checklist"]["id"] == of_case


async def test_only_events_that_are_asked_for_but_every_removal(live: Live, following: Following) -> None:
    advisor, header = await live.somebody()
    after, _ = await live.somebody()
    case = await live.scene.a_case(status="IN_PROGRESS", advisor=advisor)
    await begin_one(live.scene.data, live.scene.manager, case, await a_checklist(live.scene.data, live.scene.manager))
    async with following.follow(header, ALERTS, filter={"names": ["ITEM_FAILED"]}) as follower:
        await on(live, "complianceItemComplete", case, "L-1", evidenceNote="Seen")
        await on(live, "complianceItemFail", case, "L-2", remedialAction="Ask again", deadlineOn="2099-03-31")
        (failed,) = await follower.everything_until(await live.head())
        await live.scene.on("caseAssign", case, reason="Ill", advisorId=write_id("membership", after.user_id))
        await on(live, "complianceItemReopen", case, "L-1", reason="Another note")
        (gone,) = await follower.everything_until(await live.head())
    assert failed["item"]["state"] == "FAILED"
    assert (gone["__typename"], gone["id"]) == ("Removed", write_id("case", case))


async def test_only_of_cases_that_the_viewer_sees(live: Live, following: Following) -> None:
    data, team = live.scene.data, await live.scene.data.a_team(live.centre)
    advisor, of_advisor = await live.somebody(team_ids=(team,))
    _, of_auditor = await live.somebody(Role.AUDITOR)
    _, of_client = await live.somebody(Role.CLIENT, client_id=live.scene.client)
    elsewhere = await data.a_client(live.centre)
    cases = {
        "own": await live.scene.a_case(status="IN_PROGRESS", advisor=advisor, restricted=True),
        "team": await live.scene.a_case(status="IN_PROGRESS", team_id=team, client_id=elsewhere),
        "hidden": await live.scene.a_case(status="IN_PROGRESS", team_id=team, restricted=True, client_id=elsewhere),
    }
    checklist = await a_checklist(data, live.scene.manager)
    start = await live.head()
    for case in cases.values():
        await begin_one(data, live.scene.manager, case, checklist)
    head = await live.head()
    seen = []
    for header in (of_advisor, of_auditor, of_client):
        async with following.follow(header, ALERTS, after=start) as follower:
            answers = await follower.everything_until(head)
        names = {write_id("case", key): name for name, key in cases.items()}
        seen.append([names[each["case"]["id"]] for each in answers])
    assert seen == [["own", "team"], ["team"], []]  # compliance is the centre's own work, not the portal's
    _, blind = await live.a_program(Permission.DOCUMENT_ACCESS)
    with pytest.raises(Forbidden):
        await following.begin(blind, ALERTS)
