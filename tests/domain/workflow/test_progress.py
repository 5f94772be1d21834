"""Stages as people take them."""

from datetime import timedelta

import pytest

from cma_graphql.core.clock import today
from cma_graphql.core.errors import Conflict, Forbidden, Invalid, NotFound, TransitionRefused
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.casework.complete_stage import complete_stage
from cma_graphql.domain.casework.update import change_case_stage
from cma_graphql.domain.workflow.services.begin import begin_by_hand
from cma_graphql.domain.workflow.services.progress import (
    reopen_stage,
    set_stage_deadline,
    skip_stage,
    start_stage,
)
from support.acting import Acting, faults_of
from support.compliance import a_paper
from support.data import Data
from support.stages import Floor, a_floor, a_task


async def test_a_workflow_begins_with_its_first_stage_ready_and_the_advisors(floor: Floor) -> None:
    stages = await floor.stages()
    assert len(stages) == 13
    assert [code for code, stage in stages.items() if stage["state"] == "READY"] == ["TRIAGE"]
    assert {stage["state"] for code, stage in stages.items() if code != "TRIAGE"} == {"PENDING"}
    assert stages["TRIAGE"]["assignee_id"] == floor.advisor.user_id
    assert stages["TRIAGE"]["deadline_at"] is not None
    assert (await floor.acting.case(floor.case_id))["stage"] == "TRIAGE"
    assert await floor.events() == ["workflow.begun", "stage.state_changed", "case.stage_changed"]
    assert await floor.steps("TRIAGE") == [(None, "PENDING", None), ("PENDING", "READY", None)]


async def test_a_case_has_one_workflow(floor: Floor) -> None:
    with pytest.raises(Invalid) as refused:
        await floor.acting(floor.manager, begin_by_hand, case_id=floor.case_id)
    assert refused.value.rule == "already-begun"


async def test_a_completed_stage_lets_the_next_one_come_and_moves_the_case(floor: Floor) -> None:
    await floor.do("TRIAGE")
    await floor.do("CONSENT-PACK")
    stages = await floor.stages()
    assert (stages["TRIAGE"]["state"], stages["CONSENT-PACK"]["state"]) == ("COMPLETED", "COMPLETED")
    assert stages["FACT-FIND"]["state"] == "READY"
    assert stages["TRIAGE"]["completed_by"] == floor.advisor.user_id
    assert (await floor.acting.case(floor.case_id))["stage"] == "FACT_FIND"


async def test_a_stage_waits_for_the_required_ones_before_it(floor: Floor) -> None:
    with pytest.raises(TransitionRefused) as refused:
        await floor.on("BUDGET", start_stage)
    assert (refused.value.source, refused.value.allowed) == ("PENDING", ("READY", "SKIPPED", "CANCELLED"))
    with pytest.raises(TransitionRefused):
        await floor.on("TRIAGE", complete_stage)
    assert (await floor.states())["BUDGET"] == "PENDING"


async def test_a_required_stage_is_not_skipped(floor: Floor) -> None:
    with pytest.raises(Invalid) as refused:
        await floor.on("TRIAGE", skip_stage, reason="No time")
    assert refused.value.rule == "stage-required"
    await floor.own(a_task("Nice to have", required=False), a_task("Needed"))
    await floor.on("Nice to have", skip_stage, reason="No time")
    assert await floor.steps("Nice to have") == [
        (None, "PENDING", None),
        ("PENDING", "READY", None),
        ("READY", "SKIPPED", "No time"),
    ]


async def test_the_gate_of_an_advice_stage_is_asked_of_its_last_stage(data: Data, acting: Acting) -> None:
    floor = await a_floor(data, acting)
    await acting.rows.execute("UPDATE client_consents SET withdrawn_at = now() WHERE client_id = $1", floor.client)
    await floor.do("TRIAGE")
    with pytest.raises(Invalid) as refused:
        await floor.do("CONSENT-PACK")
    assert (refused.value.rule, refused.value.params) == ("consent-missing", {"purpose": "ADVICE"})
    assert (await floor.states())["CONSENT-PACK"] == "IN_PROGRESS"


async def test_the_fact_find_takes_debts_assets_household_and_authority(floor: Floor) -> None:
    await floor.do("TRIAGE")
    await floor.do("CONSENT-PACK")
    with pytest.raises(Exception) as refused:  # noqa: PT011 - several faults at once
        await floor.do("FACT-FIND")
    assert faults_of(refused.value) == {  # type: ignore[arg-type]
        ("id", "household-missing"),
        ("id", "debts-missing"),
        ("notes", "assets-missing"),
        ("evidence_document_id", "authority-missing"),
    }


async def test_evidence_is_a_document_of_the_case_that_can_be_read(floor: Floor) -> None:
    await floor.own(a_task("Appraise", advice_stage=CaseStage.ADVICE))
    await floor.on("Appraise", start_stage)
    other = await floor.data.a_case(floor.centre, advisor=floor.advisor)
    cases = (
        (None, "evidence-missing"),
        (await a_paper(floor.data, floor.centre, other), "evidence-of-another-case"),
        (
            await a_paper(floor.data, floor.centre, floor.case_id, current_version=None, upload_state="PENDING"),
            "evidence-unavailable",
        ),
    )
    for document, rule in cases:
        with pytest.raises(Invalid) as refused:
            await floor.on("Appraise", complete_stage, evidence_document_id=document)
        assert (refused.value.field, refused.value.rule) == ("evidence_document_id", rule)
    paper = await a_paper(floor.data, floor.centre, floor.case_id)
    await floor.on("Appraise", complete_stage, evidence_document_id=paper)
    assert (await floor.workflow())["state"] == "COMPLETED"


async def test_a_stage_opens_again_and_what_is_behind_it_waits(floor: Floor) -> None:
    await floor.own(a_task("First"), a_task("Second"))
    await floor.do("First", notes="Done")
    assert await floor.states() | {"First": "COMPLETED", "Second": "READY"} == await floor.states()
    await floor.on("First", reopen_stage, reason="Income changed")
    assert await floor.states() | {"First": "IN_PROGRESS", "Second": "PENDING"} == await floor.states()
    with pytest.raises(TransitionRefused):
        await floor.on("First", reopen_stage, reason="Again")


async def test_work_begun_is_not_completed_before_what_was_opened_again(floor: Floor) -> None:
    await floor.own(a_task("First"), a_task("Second"))
    await floor.do("First", notes="Done")
    await floor.on("Second", start_stage)
    await floor.on("First", reopen_stage, reason="Income changed")
    with pytest.raises(Invalid) as refused:
        await floor.on("Second", complete_stage, notes="Done")
    assert (refused.value.rule, refused.value.params) == ("stage-blocked", {"stages": ["First"]})


async def test_a_stale_version_is_a_conflict(floor: Floor) -> None:
    with pytest.raises(Conflict) as refused:
        await floor.on("TRIAGE", start_stage, version=99)
    assert refused.value.current_version == (await floor.stages())["TRIAGE"]["version"]


async def test_only_who_works_on_the_case_moves_its_stages(floor: Floor) -> None:
    stranger = await floor.data.a_member(floor.centre)
    with pytest.raises(NotFound):
        await floor.on("TRIAGE", start_stage, stranger)
    elsewhere = await a_floor(floor.data, floor.acting)
    with pytest.raises(NotFound):
        await floor.on("TRIAGE", start_stage, elsewhere.manager)
    await floor.on("TRIAGE", start_stage, floor.trainee)
    assert (await floor.states())["TRIAGE"] == "IN_PROGRESS"


async def test_a_stage_of_a_role_is_for_that_role(floor: Floor) -> None:
    await floor.acting.rows.execute(
        "UPDATE case_stages SET role = 'COMPLIANCE_OFFICER' WHERE case_id = $1 AND code = 'TRIAGE'", floor.case_id
    )
    with pytest.raises(Forbidden):
        await floor.on("TRIAGE", start_stage)
    await floor.on("TRIAGE", start_stage, floor.officer)


async def test_a_deadline_is_no_day_past(floor: Floor) -> None:
    with pytest.raises(Invalid) as refused:
        await floor.on("TRIAGE", set_stage_deadline, deadline_on=today() - timedelta(days=1))
    assert (refused.value.field, refused.value.params) == ("deadline_on", {"after": today().isoformat()})
    before = (await floor.stages())["TRIAGE"]["deadline_at"]
    await floor.on("TRIAGE", set_stage_deadline, deadline_on=today() + timedelta(days=30))
    after = (await floor.stages())["TRIAGE"]["deadline_at"]
    assert before < after
    await floor.on("TRIAGE", set_stage_deadline, deadline_on=None)
    assert (await floor.stages())["TRIAGE"]["deadline_at"] is None
    assert (await floor.events())[-2:] == ["stage.deadline_set", "stage.deadline_set"]


async def test_by_hand_a_case_goes_back_but_does_not_pass_over_a_stage(floor: Floor) -> None:
    with pytest.raises(Invalid) as refused:
        await floor.on_case(change_case_stage, stage=CaseStage.BUDGET)
    assert (refused.value.rule, refused.value.params) == (
        "stages-open",
        {"stages": ["TRIAGE", "CONSENT-PACK", "FACT-FIND"]},
    )
    await floor.on_case(change_case_stage, stage=CaseStage.ENQUIRY)
    assert (await floor.acting.case(floor.case_id))["stage"] == "ENQUIRY"
    await floor.do("TRIAGE")
    assert (await floor.acting.case(floor.case_id))["stage"] == "TRIAGE"


async def test_a_review_is_not_by_whose_work_it_is(data: Data, acting: Acting) -> None:
    floor = await a_floor(data, acting)
    await acting.rows.execute(
        "UPDATE case_stages SET stage_type = 'REVIEW' WHERE case_id = $1 AND code = 'TRIAGE'", floor.case_id
    )
    await floor.on("TRIAGE", start_stage)
    with pytest.raises(Invalid) as refused:
        await floor.on("TRIAGE", complete_stage)
    assert (refused.value.rule, refused.value.params) == ("own-work", {"roles": ["ADVISOR", "CENTRE_MANAGER"]})
    await floor.on("TRIAGE", complete_stage, floor.manager)
