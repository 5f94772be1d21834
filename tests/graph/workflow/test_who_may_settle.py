"""Nobody picks an easier approver than the template names, and nobody reviews who reviews nothing."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import write_id
from graph.workflow.conftest import Shop
from support.acting import Acting
from support.asking import Graph
from support.data import Data
from support.stages import a_floor


def asking(shop: Shop, subject: str, role: str | None) -> dict[str, Any]:
    """Say what an approval is asked for."""
    return {"caseId": write_id("case", shop.floor.case_id), "subject": subject, "note": "As asked", "role": role}


@pytest.mark.parametrize(
    ("subject", "role"),
    [("ERASURE", "CENTRE_MANAGER"), ("ERASURE", "COMPLIANCE_OFFICER"), ("LEGAL_REVIEW", "CENTRE_MANAGER")],
)
async def test_a_templates_approvers_are_not_chosen_away(shop: Shop, subject: str, role: str) -> None:
    refused = await shop.ask("approvalRequest", **asking(shop, subject, role))
    assert [(error["path"], error["rule"]) for error in refused["errors"]] == [(["input", "role"], "set-by-template")]
    assert await shop.floor.approvals() == []
    asked = await shop.ask("approvalRequest", **asking(shop, subject, None))
    assert (asked["errors"], asked["approval"]["askedRoles"]) == ([], ["COMPLIANCE_OFFICER"])


async def test_the_role_that_the_template_names_may_be_named(shop: Shop) -> None:
    asked = await shop.ask("approvalRequest", **asking(shop, "LEGAL_REVIEW", "COMPLIANCE_OFFICER"))
    assert (asked["errors"], asked["approval"]["askedRoles"]) == ([], ["COMPLIANCE_OFFICER"])


async def test_another_role_may_be_named_where_nobody_has_the_templates(shop: Shop) -> None:
    officer = shop.floor.officer.user_id
    await shop.floor.acting.rows.execute(
        "UPDATE memberships SET status = 'DEACTIVATED' WHERE centre_id = $1 AND user_id = $2",
        shop.floor.centre,
        officer,
    )
    asked = await shop.ask("approvalRequest", **asking(shop, "LEGAL_REVIEW", "CENTRE_MANAGER"))
    assert (asked["errors"], asked["approval"]["askedRoles"]) == ([], ["CENTRE_MANAGER"])


async def test_a_trainee_completes_no_review(shop: Shop) -> None:
    floor = shop.floor
    added = await shop.ask(
        "workflowStageAdd",
        caseId=write_id("case", floor.case_id),
        adviceStage="ENQUIRY",
        name="Second look",
        stageType="REVIEW",
    )
    assert added["errors"] == []
    assert (await shop.on("workflowStageStart", "Second look"))["errors"] == []
    (refused,) = (await shop.on("workflowStageComplete", "Second look", floor.trainee, notes="Fine"))["errors"]
    assert (refused["__typename"], refused["requiredPermission"]) == ("ForbiddenError", "FILE_REVIEW")
    colleague = await floor.data.a_member(floor.centre, Role.CENTRE_MANAGER)
    assert (await shop.on("workflowStageComplete", "Second look", colleague, notes="Fine"))["errors"] == []


async def test_no_case_begins_with_a_retired_template(graph: Graph, data: Data, acting: Acting) -> None:
    floor = await a_floor(data, acting, begun=False)
    shop = Shop(graph, floor)
    version = await acting.rows.fetchval("SELECT id FROM case_template_versions WHERE centre_id = $1", floor.centre)
    await acting.rows.execute(
        "UPDATE case_templates SET active = false, is_default = false WHERE centre_id = $1", floor.centre
    )
    given: dict[str, Any] = {
        "caseId": write_id("case", floor.case_id),
        "templateVersionId": write_id("casetemplateversion", version),
    }
    refused = await shop.ask("caseWorkflowBegin", **given)
    assert [(error["path"], error["rule"]) for error in refused["errors"]] == [
        (["input", "templateVersionId"], "retired")
    ]


@pytest.mark.parametrize(
    ("day", "rule"), [("9999-12-31", "too-late"), ("2100-01-01", "too-late"), ("2001-01-01", "future")]
)
async def test_a_deadline_is_a_day_of_some_calendar(shop: Shop, day: str, rule: str) -> None:
    case = write_id("case", shop.floor.case_id)
    added: dict[str, Any] = {
        "caseId": case,
        "adviceStage": "ENQUIRY",
        "name": "More",
        "stageType": "TASK",
        "deadlineOn": day,
    }
    for payload in (
        await shop.on("workflowStageSetDeadline", "TRIAGE", deadlineOn=day),
        await shop.ask("workflowStageAdd", **added),
        await shop.ask("approvalRequest", caseId=case, subject="DATA_EXPORT", note="Asked", deadlineOn=day),
    ):
        assert [(error["path"], error["rule"]) for error in payload["errors"]] == [(["input", "deadlineOn"], rule)]
    assert (await shop.on("workflowStageSetDeadline", "TRIAGE", deadlineOn="2099-12-31"))["errors"] == []
