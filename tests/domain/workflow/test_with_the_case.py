"""How a workflow comes and goes with its case, and what keeps a case from its end."""

from typing import Any

import pytest

from cma_graphql.core.errors import ApprovalRequired, Invalid, NotFound
from cma_graphql.domain.cases.models import CaseStage, ClosureReason, ResolutionType
from cma_graphql.domain.casework.assign import assign_case
from cma_graphql.domain.casework.cancel import cancel_case
from cma_graphql.domain.casework.close import close_case
from cma_graphql.domain.casework.decide import decide_approval
from cma_graphql.domain.casework.delete import delete_case, restore_case
from cma_graphql.domain.casework.delete_document import delete_document
from cma_graphql.domain.casework.open import open_case
from cma_graphql.domain.casework.propose import propose_closure, propose_resolution
from cma_graphql.domain.casework.reopen import reopen_case
from cma_graphql.domain.casework.resolve import resolve_case
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.counting import Decision
from cma_graphql.domain.workflow.services.asking import request_approval
from cma_graphql.domain.workflow.services.ending import cancel_workflow
from cma_graphql.domain.workflow.services.people import delegate_stage, reassign_stage
from cma_graphql.domain.workflow.services.progress import reopen_stage, start_stage
from support.acting import Acting, Service
from support.compliance import a_paper
from support.data import Data
from support.stages import Floor, a_floor, a_task

RESOLUTION: dict[str, Any] = {"resolution_type": ResolutionType.ADVICE_GIVEN, "summary": "Plans made"}


async def cancelled(floor: Floor) -> None:
    """Have the workflow given up, so that nothing of it keeps the case."""
    workflow = await floor.workflow()
    given = {"workflow_id": workflow["id"], "version": workflow["version"], "reason": "Client gone"}
    await floor.acting(floor.manager, cancel_workflow, **given)


async def test_a_case_opens_with_the_workflow_of_its_type(data: Data, acting: Acting) -> None:
    floor = await a_floor(data, acting, begun=False)
    kind = (await acting.case(floor.case_id))["case_type_id"]
    given = {"client_id": floor.client, "case_type_id": kind, "title": "Rent", "description": "Arrears"}
    floor.case_id = await acting(floor.advisor, open_case, **given)
    assert (await floor.states())["TRIAGE"] == "READY"
    assert (await floor.workflow())["state"] == "ACTIVE"
    assert "workflow.begun" in await floor.events()


async def test_a_case_neither_resolves_nor_closes_around_an_open_required_stage(floor: Floor) -> None:
    with pytest.raises(Invalid) as refused:
        await floor.on_case(resolve_case, **RESOLUTION)
    assert refused.value.rule == "stages-open"
    assert refused.value.params["number"] == 13
    with pytest.raises(Invalid) as refused:
        await floor.on_case(close_case, reason=ClosureReason.CLIENT_DISENGAGED)
    assert refused.value.rule == "stages-open"
    await cancelled(floor)
    assert (await floor.workflow())["state"] == "CANCELLED"
    await floor.on_case(resolve_case, **RESOLUTION)
    assert (await acting_case(floor))["status"] == "RESOLVED"


async def acting_case(floor: Floor) -> dict[str, object]:
    return await floor.acting.case(floor.case_id)


async def test_a_case_opened_in_error_closes_and_its_workflow_goes_with_it(floor: Floor) -> None:
    await floor.on("TRIAGE", start_stage)
    await floor.on_case(close_case, reason=ClosureReason.OPENED_IN_ERROR, note="Wrong client")
    assert set((await floor.states()).values()) == {"CANCELLED"}
    await floor.on_case(reopen_case, reason="Right client")
    assert (await floor.states())["TRIAGE"] == "READY"
    assert (await floor.workflow())["state"] == "ACTIVE"
    assert (await floor.events())[-2:] != ["case.status_changed", "case.status_changed"]


async def test_a_pending_approval_keeps_a_case_from_every_end_but_an_error(floor: Floor) -> None:
    await cancelled(floor)
    await floor.acting(
        floor.advisor, request_approval, case_id=floor.case_id, subject=ApprovalSubject.DRO_SUBMISSION, note="Ready"
    )
    ends: list[tuple[Service, dict[str, Any]]] = [
        (resolve_case, RESOLUTION),
        (close_case, {"reason": ClosureReason.CLIENT_WITHDREW}),
        (cancel_case, {"reason": "Never came"}),
    ]
    for service, given in ends:
        with pytest.raises(Invalid) as refused:
            await floor.on_case(service, floor.manager, **given)
        assert (refused.value.rule, refused.value.params) == (
            "approval-pending",
            {"number": 1, "subjects": ["DRO_SUBMISSION"]},
        )
    await floor.on_case(close_case, floor.manager, reason=ClosureReason.OPENED_IN_ERROR, note="Wrong client")
    approval = await floor.approval()
    assert (approval["state"], approval["settled_note"]) == ("WITHDRAWN", "Wrong client")


async def test_a_case_has_its_documents_before_it_is_closed(floor: Floor) -> None:
    await cancelled(floor)
    await floor.acting.rows.execute(
        "UPDATE case_workflows SET documents = '{ADVICE_LETTER}' WHERE case_id = $1", floor.case_id
    )
    with pytest.raises(Invalid) as refused:
        await floor.on_case(close_case, reason=ClosureReason.ADVICE_COMPLETE)
    assert (refused.value.rule, refused.value.params) == ("documents-missing", {"types": ["ADVICE_LETTER"]})
    await a_paper(floor.data, floor.centre, floor.case_id)
    await floor.on_case(close_case, reason=ClosureReason.ADVICE_COMPLETE)
    assert (await acting_case(floor))["status"] == "CLOSED"


async def test_a_trainee_proposes_and_a_managers_approval_resolves(floor: Floor) -> None:
    await cancelled(floor)
    with pytest.raises(ApprovalRequired) as refused:
        await floor.on_case(resolve_case, floor.trainee, **RESOLUTION)
    assert refused.value.propose_by == "caseProposeResolution"
    await floor.on_case(propose_resolution, floor.trainee, **RESOLUTION, satisfaction=5)
    assert (await acting_case(floor))["status"] == "IN_PROGRESS"
    with pytest.raises(Invalid) as twice:
        await floor.on_case(propose_closure, floor.trainee, reason=ClosureReason.ADVICE_COMPLETE)
    assert twice.value.rule == "approval-pending"
    await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    case = await acting_case(floor)
    assert (case["status"], case["resolution_summary"], case["satisfaction"]) == ("RESOLVED", "Plans made", 5)
    steps = await floor.acting.rows.fetch("SELECT * FROM case_status_history WHERE case_id = $1", floor.case_id)
    assert [step["changed_by"] for step in steps] == [floor.manager.user_id]
    await floor.on_case(propose_closure, floor.trainee, reason=ClosureReason.ADVICE_COMPLETE, note="Letter sent")
    await floor.on_approval(decide_approval, floor.manager, decision=Decision.REJECT, comment="No letter")
    assert (await acting_case(floor))["status"] == "RESOLVED"
    await floor.on_case(propose_closure, floor.trainee, reason=ClosureReason.ADVICE_COMPLETE, note="Letter sent")
    await floor.on_approval(decide_approval, floor.second, decision=Decision.APPROVE)
    case = await acting_case(floor)
    assert (case["status"], case["closure_reason"], case["closure_note"]) == (
        "CLOSED",
        "ADVICE_COMPLETE",
        "Letter sent",
    )


async def test_an_approval_is_refused_where_the_step_is_not_open_any_more(floor: Floor) -> None:
    await cancelled(floor)
    await floor.on_case(propose_resolution, floor.trainee, **RESOLUTION)
    await floor.on("TRIAGE", reopen_stage, reason="Not yet")
    with pytest.raises(Invalid) as refused:
        await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    assert refused.value.rule == "stages-open"
    assert (await floor.approval())["state"] == "PENDING"
    assert (await acting_case(floor))["status"] == "IN_PROGRESS"


async def test_a_deleted_cases_workflow_goes_with_it_and_comes_back(data: Data, acting: Acting) -> None:
    floor = await a_floor(data, acting, status="NEW")
    await floor.on("TRIAGE", start_stage)
    with pytest.raises(Invalid) as refused:
        await floor.on_case(delete_case, floor.manager, reason="Twice")
    assert (refused.value.rule, refused.value.params) == ("workflow-active", {"stages": ["TRIAGE"]})
    await floor.on_case(close_case, reason=ClosureReason.DUPLICATE)
    await floor.on_case(delete_case, floor.manager, reason="Twice")
    assert all(stage["deleted_at"] is not None for stage in (await floor.stages()).values())
    assert (await floor.workflow())["deleted_at"] is not None
    assert len(await floor.steps("TRIAGE")) == 4
    with pytest.raises(NotFound):
        await floor.on("TRIAGE", reopen_stage, floor.manager, reason="Back")
    await floor.on_case(restore_case, floor.manager)
    assert all(stage["deleted_at"] is None for stage in (await floor.stages()).values())


async def test_a_stage_follows_the_cases_advisor(floor: Floor) -> None:
    colleague = await floor.data.a_member(floor.centre)
    await floor.on_case(assign_case, floor.manager, advisor_id=colleague.user_id, reason="Leave")
    assert (await floor.stages())["TRIAGE"]["assignee_id"] == colleague.user_id
    assert (await floor.events())[-1] == "stage.assigned"


async def test_a_stage_is_given_to_who_may_do_it(floor: Floor) -> None:
    stranger = await floor.data.a_member(floor.centre)
    with pytest.raises(Invalid) as refused:
        await floor.on("TRIAGE", delegate_stage, member_id=stranger.user_id, reason="Leave")
    assert (refused.value.field, refused.value.rule) == ("member_id", "not-on-case")
    await floor.on("TRIAGE", delegate_stage, member_id=floor.trainee.user_id, reason="Leave")
    with pytest.raises(Exception, match="Only whose stage it is"):
        await floor.on("TRIAGE", delegate_stage, member_id=floor.manager.user_id, reason="Leave")
    await floor.on("TRIAGE", reassign_stage, member_id=floor.manager.user_id, reason="Leave")
    assert (await floor.stages())["TRIAGE"]["assignee_id"] == floor.manager.user_id


async def test_a_document_that_shows_a_stage_is_not_deleted(floor: Floor) -> None:
    await floor.own(a_task("Appraise", advice_stage=CaseStage.ADVICE))
    paper = await a_paper(floor.data, floor.centre, floor.case_id)
    await floor.do("Appraise", evidence_document_id=paper)
    with pytest.raises(Invalid) as refused:
        await floor.acting(floor.manager, delete_document, document_id=paper, version=1, reason="Old")
    assert (refused.value.rule, refused.value.params) == ("evidence", {"stages": ["Appraise"]})
