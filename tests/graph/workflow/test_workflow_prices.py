"""Each mutation of workflows costs what its document says."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates.kinds import ApprovalType
from cma_graphql.graph.node import write_id
from graph.cases.test_case_prices import writing
from graph.workflow.conftest import Shop
from support.operations import document
from support.prices import Count
from support.stages import a_task, an_approved_task

__all__ = ["writing"]
Run = tuple[str, Actor | None, str | None, dict[str, Any]]
"""A mutation, who runs it, the stage it is about, what is said."""


async def runs(shop: Shop) -> AsyncIterator[Run]:
    """Answer a run of every mutation that succeeds, in this order."""
    floor = shop.floor
    manager, second = floor.manager, floor.second
    case = write_id("case", floor.case_id)
    fresh = await floor.data.a_case(floor.centre, client_id=floor.client, advisor=floor.advisor, status="IN_PROGRESS")
    yield "caseWorkflowBegin", None, None, {"caseId": write_id("case", fresh)}
    workflow = await floor.workflow()
    yield (
        "caseWorkflowCancel",
        manager,
        None,
        {"id": write_id("caseworkflow", workflow["id"]), "expectedVersion": workflow["version"], "reason": "Gone"},
    )
    await floor.plan(
        a_task("Task"),
        a_task("Courtesy", required=False),
        *(an_approved_task(f"Work {number}", ApprovalType.ANY, Role.CENTRE_MANAGER, least=2) for number in range(2)),
    )
    stage = write_id("workflowstage", (await floor.stages())["Work 1"]["id"])
    added = {"caseId": case, "name": "More", "adviceStage": "REVIEW", "afterId": stage}
    yield "workflowStageAdd", None, None, added
    yield "workflowStageSetDeadline", None, "Task", {"deadlineOn": "2099-01-01"}
    trainee = write_id("membership", floor.trainee.user_id)
    yield "workflowStageReassign", manager, "Task", {"memberId": trainee, "reason": "Leave"}
    back = write_id("membership", floor.advisor.user_id)
    yield "workflowStageDelegate", floor.trainee, "Task", {"memberId": back, "reason": "Leave"}
    yield "workflowStageStart", None, "Task", {}
    yield "workflowStageComplete", None, "Task", {"notes": "Done"}
    yield "workflowStageReopen", None, "Task", {"reason": "Again"}
    yield "workflowStageSkip", None, "Courtesy", {"reason": "No need"}
    asked: dict[str, Any] = {"caseId": case, "subject": "DATA_EXPORT", "note": "Court", "role": "CENTRE_MANAGER"}
    yield "approvalRequest", None, None, asked
    yield "approvalAbstain", manager, "approval", {}
    yield "approvalWithdraw", None, "approval", {"reason": "Settled"}
    await shop.ask("approvalRequest", **asked)
    other = write_id("membership", second.user_id)
    yield "approvalDelegate", manager, "approval", {"memberId": other}
    yield "approvalReject", second, "approval", {"comment": "No"}
    await shop.ask("approvalRequest", **asked)
    yield "approvalRequestChanges", manager, "approval", {"comment": "Spelling"}
    await shop.ask("approvalRequest", **asked)
    yield "approvalApprove", manager, "approval", {}
    free = await floor.data.a_case(floor.centre, client_id=floor.client, advisor=floor.trainee, status="IN_PROGRESS")
    on = {"id": write_id("case", free), "expectedVersion": 1}
    result = {**on, "resolutionType": "SELF_HELP", "summary": "Writes"}
    yield "caseProposeResolution", floor.trainee, None, result
    other_case = await floor.data.a_case(
        floor.centre, client_id=floor.client, advisor=floor.trainee, status="IN_PROGRESS"
    )
    closing = {"id": write_id("case", other_case), "expectedVersion": 1, "reason": "ADVICE_COMPLETE"}
    yield "caseProposeClosure", floor.trainee, None, closing


async def test_each_mutation_keeps_the_price_of_its_document(shop: Shop, writing: Count) -> None:
    spent, promised = {}, {}
    async for name, person, about, given in runs(shop):
        said: dict[str, Any] = {**given, "idempotencyKey": f"{name}"}
        writing.statements = 0
        if about is None:
            payload = await shop.ask(name, person, **said)
        elif about == "approval":
            payload = await shop.decide(name, person or shop.floor.advisor, **said)
        else:
            payload = await shop.on(name, about, person, **said)
        assert payload["errors"] == [], name
        spent[name] = writing.statements + shop.last.statements
        found = re.match(r"# statements: (\d+)", document(name))
        promised[name] = int(found.group(1)) if found else 0
    assert spent == promised


pytestmark = pytest.mark.usefixtures("writing")
