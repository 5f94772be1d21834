"""What each mutation of cases costs is what its document says, reads and writes together."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.case_scene import DEEDS, Scene, opened
from support.operations import document
from support.prices import Count, counted_writing


@pytest.fixture
def writing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Count]:
    """Count the statements of units of work."""
    with counted_writing(monkeypatch) as count:
        yield count


async def runs(scene: Scene, acting: Acting) -> dict[str, tuple[UUID | None, dict[str, Any]]]:
    """Answer a run of every mutation that succeeds: its case, and what is said; advisors wherever they may."""
    helper = await scene.data.a_member(scene.centre)
    member = write_id("membership", helper.user_id)
    team = write_id("team", await scene.data.a_team(scene.centre))
    deleted = await scene.a_case(status="CLOSED")
    await scene.on("caseDelete", deleted, reason="Twice")
    item = {"id": write_id("case", await scene.a_case(advisor=None)), "expectedVersion": 1}
    held = {"id": write_id("case", await scene.a_case()), "expectedVersion": 1}
    assignment = {"advisorId": member, "reason": "Leave"}
    made: dict[str, tuple[UUID | None, dict[str, Any]]] = {
        "caseOpen": (None, await opened(scene, acting, advisorId=member, teamId=team)),
        "caseAssign": (await scene.a_case(status="REOPENED"), assignment),
        "caseAssignMany": (None, {"items": [item], **assignment}),
        "caseChangeStatusMany": (
            None,
            {"items": [held], "status": "ON_HOLD", "reason": "Waits", "reviewOn": "2099-03-31"},
        ),
        "caseTeamMemberAdd": (await scene.a_case(), {"memberId": member, "as_": scene.advisor}),
        "caseTeamMemberRemove": (
            await scene.a_case(team_members=(helper,)),
            {"memberId": member, "as_": scene.advisor},
        ),
        "caseSetTeam": (await scene.a_case(), {"teamId": team, "as_": scene.advisor}),
        "caseDelete": (await scene.a_case(status="CLOSED"), {"reason": "Twice"}),
        "caseRestore": (deleted, {"version": 2}),
    }
    for name, (before, given, _) in DEEDS.items():
        actor = {} if name in {"caseUpdateLegal", "caseCancel"} else {"as_": scene.advisor}
        case_id = await scene.a_case(**before)
        made[name] = (case_id, {**await scene.said(case_id, given), **actor})
    return made


async def test_each_mutation_keeps_the_price_of_its_document(scene: Scene, acting: Acting, writing: Count) -> None:
    spent, promised = {}, {}
    for name, (case_id, given) in (await runs(scene, acting)).items():
        writing.statements = 0
        if case_id is None:
            payload = await scene.ask(name, **given, idempotencyKey="k")
        else:
            payload = await scene.on(name, case_id, **given, idempotencyKey="k")
        assert payload["errors"] == [], name
        spent[name] = writing.statements + scene.last.statements
        found = re.match(r"# statements: (\d+)", document(name))
        promised[name] = int(found.group(1)) if found else 0
    assert spent == promised
