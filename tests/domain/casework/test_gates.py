"""What an advice stage is left through, where the records that a gate looks at are there and where they are not."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import DomainError, Invalid
from cma_graphql.domain.case_templates.kinds import ApprovalType, StageType
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.casework.complete_stage import complete_stage
from cma_graphql.domain.casework.decide import decide_approval
from cma_graphql.domain.compliance.services.items import complete_item
from cma_graphql.domain.outcomes.codes import OutcomeCode
from cma_graphql.domain.outcomes.details import OutcomeDetails
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.counting import Decision
from cma_graphql.domain.workflow.services.asking import request_approval
from cma_graphql.domain.workflow.services.progress import skip_stage, start_stage
from support.acting import Acting, faults_of
from support.appointments import an_appointment
from support.budgets import a_sheet
from support.compliance import a_paper, begin, items
from support.data import Data
from support.outcomes import an_outcome
from support.stages import Floor, a_floor, a_task, an_approved_task


@pytest.fixture
async def floor(data: Data, acting: Acting) -> Floor:
    """Set the scene."""
    return await a_floor(data, acting)


async def told(floor: Floor, name: str, **given: Any) -> set[tuple[str, str]]:
    """Tell what keeps a stage that was begun from ending: fields and rules."""
    with pytest.raises(DomainError) as refused:
        await floor.on(name, complete_stage, **given)
    return faults_of(refused.value)


async def test_an_appointment_that_was_attended_opens_its_gate(floor: Floor) -> None:
    await floor.own(a_task("Meet", advice_stage=CaseStage.APPOINTMENT))
    await floor.on("Meet", start_stage)
    at: dict[str, Any] = {"advisor": floor.advisor, "client_id": floor.client}
    other = await floor.data.a_case(floor.centre, client_id=floor.client, advisor=floor.advisor)
    await an_appointment(floor.data, floor.centre, case_id=other, status="ATTENDED", **at)
    await an_appointment(floor.data, floor.centre, case_id=floor.case_id, status="NO_SHOW", **at)
    paper = await a_paper(floor.data, floor.centre, floor.case_id)
    given: dict[str, Any] = {"notes": "The client came.", "evidence_document_id": paper}
    assert await told(floor, "Meet", **given) == {("id", "appointment-missing")}
    await an_appointment(floor.data, floor.centre, case_id=floor.case_id, status="ATTENDED", **at)
    await floor.on("Meet", complete_stage)
    assert (await floor.states())["Meet"] == "COMPLETED"


async def test_an_appointment_left_out_for_a_reason_opens_it_too(floor: Floor) -> None:
    await floor.own(
        a_task("Meet", advice_stage=CaseStage.APPOINTMENT, required=False),
        a_task("Write", advice_stage=CaseStage.APPOINTMENT),
    )
    await floor.on("Write", start_stage)
    assert await told(floor, "Write") == {("id", "appointment-missing")}
    await floor.on("Meet", skip_stage, reason="All was said at the door")
    await floor.on("Write", complete_stage)
    assert (await floor.workflow())["state"] == "COMPLETED"


async def test_an_approval_is_no_way_around_the_gate(floor: Floor) -> None:
    await floor.own(
        an_approved_task("Meet", ApprovalType.SINGLE, Role.CENTRE_MANAGER, advice_stage=CaseStage.APPOINTMENT)
    )
    await floor.on("Meet", start_stage)
    assert await told(floor, "Meet") == {("id", "appointment-missing")}
    seen = await an_appointment(
        floor.data,
        floor.centre,
        case_id=floor.case_id,
        status="ATTENDED",
        advisor=floor.advisor,
        client_id=floor.client,
    )
    await floor.on("Meet", complete_stage)
    await floor.acting.rows.execute("UPDATE appointments SET status = 'NO_SHOW' WHERE id = $1", seen)
    with pytest.raises(Invalid) as refused:
        await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    assert refused.value.rule == "appointment-missing"
    assert (await floor.approval())["state"] == "PENDING"


async def test_the_triage_takes_its_requirements_of_those_who_have_them(floor: Floor) -> None:
    await begin(floor.data, floor.centre, floor.case_id)
    await floor.do("TRIAGE")
    await floor.on("CONSENT-PACK", start_stage)
    with pytest.raises(Invalid) as refused:
        await floor.on("CONSENT-PACK", complete_stage)
    owed = {"DP-01", "DP-02", "QF-04", "VULN-01"}
    assert (refused.value.rule, set(refused.value.params["codes"])) == ("compliance-open", owed)  # type: ignore[arg-type]
    paper = await a_paper(floor.data, floor.centre, floor.case_id)
    found = await items(floor.data, floor.case_id)
    for code in owed:
        shown: dict[str, Any] = {"evidence_document_id": paper} if code == "DP-01" else {}
        await floor.acting(floor.advisor, complete_item, item_id=found[code]["id"], version=1, **shown)
    await floor.on("CONSENT-PACK", complete_stage)
    assert (await floor.acting.case(floor.case_id))["stage"] == "FACT_FIND"


@pytest.mark.parametrize("risk", ["LOW", "HIGH"])
async def test_a_recommendation_of_high_risk_is_approved_wherever_no_stage_asks_for_it(
    data: Data, acting: Acting, risk: str
) -> None:
    floor = await a_floor(data, acting, risk_level=risk)
    await floor.own(a_task("Recommend", advice_stage=CaseStage.RECOMMENDATION))
    await floor.on("Recommend", start_stage)
    assert ("notes", "required") in await told(floor, "Recommend")
    paper = await a_paper(data, floor.centre, floor.case_id)
    done: dict[str, Any] = {"notes": "Accepts.", "evidence_document_id": paper}
    if risk == "HIGH":
        assert await told(floor, "Recommend", **done) == {("id", "approval-missing")}
        asked: dict[str, Any] = {"subject": ApprovalSubject.TRAINEE_RECOMMENDATION, "note": "A plan of five years"}
        await acting(floor.advisor, request_approval, case_id=floor.case_id, **asked)
        assert await told(floor, "Recommend", **done) == {("id", "approval-missing")}
        await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    await floor.on("Recommend", complete_stage, **done)
    assert (await floor.states())["Recommend"] == "COMPLETED"


async def test_a_stage_that_is_approved_approves_the_recommendation(data: Data, acting: Acting) -> None:
    floor = await a_floor(data, acting, risk_level="HIGH")
    stage = an_approved_task("Plan", ApprovalType.SINGLE, Role.CENTRE_MANAGER, advice_stage=CaseStage.RECOMMENDATION)
    await floor.own(stage)
    paper = await a_paper(data, floor.centre, floor.case_id)
    await floor.do("Plan", notes="Accepts.", evidence_document_id=paper)
    await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    assert (await floor.states())["Plan"] == "COMPLETED"


async def test_the_closure_takes_an_outcome(floor: Floor) -> None:
    await floor.own(a_task("Close", advice_stage=CaseStage.CLOSURE))
    await floor.on("Close", start_stage)
    assert await told(floor, "Close") == {("id", "outcome-missing")}
    await an_outcome(floor.data, floor.advisor, floor.case_id, OutcomeDetails(code=OutcomeCode.NO_CHANGE))
    await floor.on("Close", complete_stage)
    assert (await floor.states())["Close"] == "COMPLETED"


async def test_a_trainees_statement_is_verified_or_reviewed(data: Data, acting: Acting) -> None:
    floor = await a_floor(data, acting)
    await floor.own(
        a_task("Budget", advice_stage=CaseStage.BUDGET),
        a_task("Check", advice_stage=CaseStage.BUDGET, stage_type=StageType.REVIEW),
    )
    await acting.rows.execute("UPDATE cases SET advisor_id = $2 WHERE id = $1", floor.case_id, floor.trainee.user_id)
    await a_sheet(data, floor.trainee, floor.case_id, status="CONFIRMED_BY_CLIENT")
    await floor.do("Budget", floor.trainee)
    await floor.on("Check", start_stage, floor.manager)
    await acting.rows.execute("UPDATE case_stages SET stage_type = 'TASK' WHERE case_id = $1", floor.case_id)
    assert await told(floor, "Check", as_=floor.manager) == {("id", "verification-missing")}
    await acting.rows.execute(
        "UPDATE case_stages SET stage_type = 'REVIEW' WHERE case_id = $1 AND name = 'Check'", floor.case_id
    )
    await floor.on("Check", complete_stage, floor.manager)
    assert (await floor.states())["Check"] == "COMPLETED"
