"""What a centre's compliance looks like: the overview, its counts, and a case by all of its checklists."""

from datetime import date, timedelta
from typing import Any

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.domain.compliance.services.checklists import NewRequirement
from cma_graphql.graph.node import write_id
from graph.compliance.conftest import Desk
from support.acting import Acting
from support.compliance import a_checklist, a_framework, begin_one
from support.operations import document

NOTHING = {"pending": 0, "inProgress": 0, "compliant": 0, "nonCompliant": 0, "overdue": 0, "waived": 0}


async def ask(desk: Desk, as_: Actor | None = None, **given: Any) -> Any:
    answer = await desk.scene.graph.run(document("complianceOverview"), as_=as_ or desk.scene.manager, **given)
    assert answer.errors == []
    return answer.data["complianceOverview"]


def keys(overview: Any) -> list[str]:
    return [edge["node"]["case"]["id"] for edge in overview["edges"]]


async def five(desk: Desk, acting: Acting) -> list[str]:
    """Put four more cases beside the desk's: due last week, due tomorrow, failed, and nothing due."""
    scene = desk.scene
    checklist = (await desk.checklist())["checklist_id"]
    cases = [await scene.a_case() for _ in range(4)]
    for case_id in cases:
        await begin_one(scene.data, scene.manager, case_id, checklist)
    late, soon, failed, waived = (Desk(scene, case_id) for case_id in cases)
    for one, day in ((late, today() - timedelta(days=7)), (soon, today() + timedelta(days=1))):
        await _due(acting, one, day)
    remedy: dict[str, Any] = {"remedialAction": "Write", "deadlineOn": (today() + timedelta(days=9)).isoformat()}
    await failed.on("complianceItemFail", "L-1", **remedy)
    for code in ("L-1", "L-2"):
        await waived.on("complianceItemWaive", code, scene.manager, reason="Not needed")
    for code in ("L-3", "L-4"):
        await waived.on("complianceItemMarkNotApplicable", code, scene.manager, reason="No")
    await desk.on("complianceItemComplete", "L-1", evidenceNote="Said so")
    return [write_id("case", key) for key in (cases[0], cases[1], cases[2], desk.case_id, cases[3])]


async def _due(acting: Acting, desk: Desk, day: date) -> None:
    for table, column in (("case_compliance", "due_on"), ("case_compliance_items", "deadline_on")):
        await acting.rows.execute(f"UPDATE {table} SET {column} = $1 WHERE case_id = $2", day, desk.case_id)  # noqa: S608


async def test_the_overview_has_the_most_urgent_first(desk: Desk, acting: Acting) -> None:
    late, soon, failed, begun, waived = await five(desk, acting)
    overview = await ask(desk)
    assert keys(overview) == [late, soon, failed, begun, waived]
    shown = [(edge["node"]["status"], edge["node"]["overdue"]) for edge in overview["edges"]]
    assert shown == [
        ("OVERDUE", True),
        ("PENDING", False),
        ("NON_COMPLIANT", False),
        ("IN_PROGRESS", False),
        ("WAIVED", False),
    ]
    assert overview["edges"][3]["node"]["dueOn"] is None
    assert overview["totalCount"] == 5
    counts = {"pending": 1, "inProgress": 1, "nonCompliant": 1, "overdue": 1, "waived": 1}
    assert overview["counts"] == {**NOTHING, **counts}
    first = await ask(desk, first=2)
    rest = await ask(desk, first=3, after=first["pageInfo"]["endCursor"])
    assert keys(first) + keys(rest) == keys(overview)
    assert keys(await ask(desk, last=2)) == [begun, waived]


async def test_the_overview_is_filtered(desk: Desk, acting: Acting) -> None:
    late, soon, failed, begun, waived = await five(desk, acting)
    scene, data = desk.scene, desk.scene.data
    row = await desk.checklist()
    tomorrow, later = ((today() + timedelta(days=days)).isoformat() for days in (1, 2))
    colleague = await data.a_member(scene.centre)
    team = await data.a_team(scene.centre)
    theirs = await scene.a_case(advisor=colleague, team_id=team)
    other = await a_checklist(
        data,
        scene.manager,
        [NewRequirement(code="X-1", text="Another.")],
        framework_id=await a_framework(data, scene.manager, code="OTHER"),
    )
    await begin_one(data, scene.manager, theirs, other)
    mine, their = [late, soon, failed, begun, waived], write_id("case", theirs)
    for given, expected in (
        ({"status": ["OVERDUE"]}, [late]),
        ({"status": ["PENDING", "WAIVED"]}, [soon, waived, their]),
        ({"status": []}, []),
        ({"overdue": True}, [late]),
        ({"dueBefore": tomorrow}, [late]),
        ({"dueBefore": later}, [late, soon]),
        ({"advisor": [write_id("membership", colleague.user_id)]}, [their]),
        ({"team": [write_id("team", team)]}, [their]),
        ({"checklist": [write_id("compliancechecklist", other)]}, [their]),
        ({"framework": [write_id("complianceframework", row["framework_id"])]}, mine),
        ({"framework": ["case_1"]}, []),
    ):
        overview = await ask(desk, filter=given)
        assert sorted(keys(overview)) == sorted(expected), given
        assert overview["totalCount"] == sum(overview["counts"].values()) == len(expected)


async def test_each_role_looks_over_its_own_cases(desk: Desk) -> None:
    scene, data = desk.scene, desk.scene.data
    colleague = await data.a_member(scene.centre)
    stranger = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    portal = await data.a_member(scene.centre, Role.CLIENT, client_id=scene.client)
    for viewer, seen in ((scene.advisor, 1), (colleague, 0), (stranger, 0), (portal, 0)):
        overview = await ask(desk, viewer)
        assert (len(overview["edges"]), overview["totalCount"], sum(overview["counts"].values())) == (seen,) * 3
    auditor = await data.a_member(scene.centre, Role.AUDITOR)
    (edge,) = (await ask(desk, auditor))["edges"]
    assert edge["node"]["viewerCan"] == {"tick": False, "waive": False}
    (edge,) = (await ask(desk, scene.advisor))["edges"]
    assert edge["node"]["viewerCan"] == {"tick": True, "waive": False}
    (edge,) = (await ask(desk))["edges"]
    assert edge["node"]["viewerCan"] == {"tick": True, "waive": True}


async def test_a_page_costs_the_same_whatever_its_size(desk: Desk, acting: Acting) -> None:
    await five(desk, acting)
    spent = set()
    for size in (1, 5):
        answer = await desk.scene.graph.run(document("complianceOverview"), as_=desk.scene.advisor, first=size)
        assert len(answer.data["complianceOverview"]["edges"]) == size
        spent.add(answer.statements)
    assert len(spent) == 1
    bare = "{ complianceOverview { edges { node { id } } } }"
    assert (await desk.scene.graph.run(bare, as_=desk.scene.manager)).statements == 1


async def test_a_case_shows_where_it_stands(desk: Desk) -> None:
    scene = desk.scene
    operation = (
        "query ($id: ID!, $stage: CaseStage) { case(id: $id) { complianceStatus compliancePercentage "
        "compliance { status } openMandatoryItems(stage: $stage) { code } } }"
    )
    key = write_id("case", desk.case_id)
    await desk.on("complianceItemComplete", "L-1", evidenceNote="Said so")
    shown = (await scene.graph.run(operation, as_=scene.advisor, id=key)).data["case"]
    assert shown == {
        "complianceStatus": "IN_PROGRESS",
        "compliancePercentage": "50.00",
        "compliance": [{"status": "IN_PROGRESS"}],
        "openMandatoryItems": [{"code": "L-2"}],
    }
    gateless = (await scene.graph.run(operation, as_=scene.advisor, id=key, stage="CLOSURE")).data["case"]
    assert gateless["openMandatoryItems"] == []
    await scene.ask("caseComplianceBegin", scene.advisor, caseId=key)
    for stage, expected in (("TRIAGE", {"TRIAGE"}), ("FACT_FIND", {"TRIAGE", "FACT_FIND"})):
        blocking = (
            "query ($id: ID!, $stage: CaseStage) { case(id: $id) { openMandatoryItems(stage: $stage) { gateStage } } }"
        )
        found = (await scene.graph.run(blocking, as_=scene.advisor, id=key, stage=stage)).data["case"]
        assert {item["gateStage"] for item in found["openMandatoryItems"]} == expected
    bare = write_id("case", await scene.a_case())
    without = (await scene.graph.run(operation, as_=scene.advisor, id=bare)).data["case"]
    assert without == {
        "complianceStatus": None,
        "compliancePercentage": None,
        "compliance": [],
        "openMandatoryItems": [],
    }
