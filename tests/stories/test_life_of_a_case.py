"""The life of a case: from the first call to the file review, closed, and taken up again.

Alex Morgan owes rent and more. Ada, an advisor, opens the case and sees to triage; Maya, the centre's manager, gives
it to Tom, a trainee. Tom does the work of the debt-advice standard, stage by stage; what a trainee does is looked at:
Maya checks the budget and approves the recommendation, Raj, her deputy, approves what she asks for herself, and Olu,
the compliance officer, reviews the file. Maya's screen follows it all, and hears of each change in the order in which
it came. Whenever somebody goes too fast, does what is another's, or judges their own work, the API refuses it, says
what is allowed instead, and nothing happens.

Each chapter is a function; the test at the end reads as the table of contents.
"""

from datetime import timedelta

import pytest

from cma_graphql.core.clock import today
from stories.telling import Story
from support.appointments import working_day

NEXT_MONTH = (today() + timedelta(days=30)).isoformat()
MONDAY_AT_TEN = {"local": {"day": working_day().isoformat(), "time": "10:00"}}
RESULT = {"resolutionType": "SOLUTION_IMPLEMENTED", "summary": "Repayment by instalments, agreed by the landlord."}


async def the_centre_reviews_every_file(story: Story) -> None:
    """Maya makes the sample of file reviews the whole: a new version of the template, for cases opened from now on."""
    template, review = await story.find("caseTemplates", "DEBT-ADVICE-STANDARD"), story.cast.manager
    stage = {
        "name": "File review",
        "stageType": "REVIEW",
        "adviceStage": "CLOSURE",
        "role": "COMPLIANCE_OFFICER",
        "durationDays": 14,
        "condition": "SAMPLED",
        "samplePercent": 100,
    }
    said = {"id": template, "expectedVersion": 1, "code": "FILE-REVIEW", "stage": stage}
    changed = await story.do(review, "caseTemplateStageUpdate", **said)
    published = {"id": template, "expectedVersion": changed["version"], "note": "Every file is reviewed."}
    await story.do(review, "caseTemplatePublish", **published)


async def a_client_calls(story: Story) -> None:
    """Ada records the client and opens the case, which begins its thirteen stages."""
    ada = story.cast.advisor
    story.client_id = (await story.do(ada, "clientCreate", firstName="Alex", lastName="Morgan"))["id"]
    kind = await story.find("caseTypes", "DEBT_ADVICE")
    said = {"clientId": story.client_id, "caseTypeId": kind, "title": "Rent", "description": "Arrears since spring."}
    story.case_id = (await story.do(ada, "caseOpen", **said))["id"]
    opened = await story.where()
    assert (opened["status"], opened["stage"], opened["advisor"]["id"]) == ("ASSIGNED", "TRIAGE", ada.id)
    assert [(stage["code"], stage["adviceStage"]) for stage in opened["stages"]] == [
        ("TRIAGE", "TRIAGE"),
        ("CONSENT-PACK", "TRIAGE"),
        ("FACT-FIND", "FACT_FIND"),
        ("BUDGET", "BUDGET"),
        ("BUDGET-CHECK", "BUDGET"),
        ("OPTIONS", "ADVICE"),
        ("COA-LETTER", "RECOMMENDATION"),
        ("SUPERVISOR-APPROVAL", "RECOMMENDATION"),
        ("CLIENT-DECISION", "RECOMMENDATION"),
        ("IMPLEMENTATION", "IMPLEMENTATION"),
        ("REVIEW", "REVIEW"),
        ("CLOSURE", "CLOSURE"),
        ("FILE-REVIEW", "CLOSURE"),
    ]
    await story.heard(
        "case.created",
        "case.assigned",
        "compliance.begun",
        "workflow.begun",
        "stage.state_changed TRIAGE",
    )


async def ada_sees_to_triage(story: Story) -> None:
    """Ada may neither skip ahead nor leave triage out, and what she read must be what there is."""
    ada = story.cast.advisor
    start, skip = "workflowStageStart", "workflowStageSkip"
    assert await story.refused(ada, start, **await story.on_stage("BUDGET")) == [
        ("TransitionError", "PENDING", "IN_PROGRESS", "READY", "SKIPPED", "CANCELLED")
    ]
    assert await story.refused(ada, skip, **await story.on_stage("TRIAGE", reason="No time")) == [
        ("ValidationError", "stage-required")
    ]
    old = await story.on_stage("TRIAGE")
    await story.begin(ada, "TRIAGE")
    assert await story.refused(ada, "workflowStageComplete", **old) == [("ConflictError", 2)]
    await story.complete(ada, "TRIAGE", notes="No emergency. Face to face.")
    await story.heard(
        "stage.state_changed TRIAGE",
        "stage.state_changed TRIAGE",
        "stage.state_changed CONSENT-PACK",
    )


async def the_client_consents(story: Story) -> None:
    """Without consent to advice the work does not start; nor does triage end, or before its checklist is met."""
    ada = story.cast.advisor
    await story.begin(ada, "CONSENT-PACK")
    assert await story.refused(ada, "caseStart", **await story.on_case()) == [("ValidationError", "consent-missing")]
    assert await story.refused(ada, "workflowStageComplete", **await story.on_stage("CONSENT-PACK")) == [
        ("ValidationError", "consent-missing"),
        ("ValidationError", "compliance-open"),
    ]
    for purpose in ("ADVICE", "CREDITOR_CONTACT"):
        consent = {"clientId": story.client_id, "purpose": purpose, "channel": "IN_PERSON", "wordingVersion": "2026-01"}
        await story.do(ada, "clientConsentRecord", **consent)
    await story.do(ada, "caseStart", **await story.on_case())
    await story.meet(ada, "QF-04", "VULN-01", "DP-01", "DP-02", "DP-03")
    await story.complete(ada, "CONSENT-PACK")
    assert (await story.where())["stage"] == "FACT_FIND"
    await story.heard(
        "stage.state_changed CONSENT-PACK",
        "case.status_changed",
        "stage.state_changed CONSENT-PACK",
        "stage.state_changed FACT-FIND",
        "case.stage_changed",
        "compliance.realigned",
    )


async def the_case_goes_to_a_trainee(story: Story) -> None:
    """Maya gives the case to Tom, and the stage that is ready goes with it; Ada could only have asked for that."""
    maya, tom, ada = story.cast.manager, story.cast.trainee, story.cast.advisor
    given = {"advisorId": tom.id, "reason": "Learns with an easy one"}
    assert await story.refused(ada, "caseAssign", **await story.on_case(**given)) == [
        ("ApprovalRequiredError", "CASE_ASSIGN")
    ]
    await story.do(maya, "caseAssign", **await story.on_case(**given))
    stages = {stage["code"]: stage for stage in (await story.where())["stages"]}
    assert stages["FACT-FIND"]["assignee"]["id"] == tom.id
    await story.heard(
        "case.assigned",
        "stage.assigned FACT-FIND",
    )


async def they_meet(story: Story) -> None:
    """Tom books an hour, which nobody books again; he writes down what was said and what is to be done."""
    tom = story.cast.trainee
    hour = {"start": MONDAY_AT_TEN, "appointmentType": "ADVICE", "caseId": story.case_id}
    booked = await story.do(tom, "appointmentBook", **hour)
    assert await story.refused(tom, "appointmentBook", **hour) == [("SlotTakenError", True)]
    confirmed = await story.do(tom, "appointmentConfirm", id=booked["id"], expectedVersion=booked["version"])
    assert confirmed["status"] == "CONFIRMED"
    story.appointment_id = booked["id"]
    category = await story.find("noteCategories", "GENERAL")
    note = await story.do(tom, "noteWrite", caseId=story.case_id, categoryId=category, body="Brings the tenancy.")
    task = await story.do(tom, "taskCreate", caseId=story.case_id, title="Ring the landlord", dueOn=NEXT_MONTH)
    done = {"id": task["id"], "expectedVersion": task["version"], "outcome": "Will wait", "closedById": note["id"]}
    assert (await story.do(tom, "taskComplete", **done))["state"] == "DONE"
    await story.heard()


async def the_facts_are_found(story: Story) -> None:
    """Record household, debts and that there are no assets: the fact find does not end before."""
    tom, maya = story.cast.trainee, story.cast.manager
    await story.begin(tom, "FACT-FIND")
    assert await story.refused(tom, "workflowStageComplete", **await story.on_stage("FACT-FIND")) == [
        ("ValidationError", "household-missing"),
        ("ValidationError", "debts-missing"),
        ("ValidationError", "assets-missing"),
        ("ValidationError", "compliance-open"),
    ]
    await story.do(tom, "householdRecord", clientId=story.client_id, tenure="TENANT_PRIVATE", childrenUnder16=1)
    creditor = await story.do(maya, "creditorCreate", name="Harbour Lettings", kind="LANDLORD")
    kind = await story.find("debtTypes", "RENT_ARREARS")
    debt = {"caseId": story.case_id, "debtTypeId": kind, "creditorId": creditor["id"], "currentBalance": "1800"}
    await story.do(tom, "debtAdd", **debt)
    await story.meet(tom, "QF-05")
    await story.complete(tom, "FACT-FIND", notes="No assets; a sole tenancy.")
    await story.heard(
        "stage.state_changed FACT-FIND",
        "stage.state_changed FACT-FIND",
        "stage.state_changed BUDGET",
        "case.stage_changed",
        "compliance.realigned",
    )


async def the_budget_is_checked(story: Story) -> None:
    """Draw up the statement, which the client confirms and a manager checks: a trainee may not check it."""
    tom, maya = story.cast.trainee, story.cast.manager
    await story.begin(tom, "BUDGET")
    begun = {
        "caseId": story.case_id,
        "statementDate": today().isoformat(),
        "assetUseConsidered": True,
        "savingsConsidered": True,
    }
    sheet = await story.do(tom, "budgetSheetBegin", **begun)
    lines = [
        {"code": "INC.EARN.CLIENT", "amount": "1650", "frequency": "MONTHLY"},
        {"code": "FIX.HOME.RENT", "amount": "200", "frequency": "WEEKLY"},
    ]
    of_it = {"expectedVersion": sheet["version"]}
    sheet = await story.do(tom, "budgetLinesSet", sheetId=sheet["id"], **of_it, lines=lines)
    sheet = await story.do(tom, "budgetSheetSubmit", id=sheet["id"], expectedVersion=sheet["version"])
    await story.complete(tom, "BUDGET")
    assert await story.refused(tom, "workflowStageStart", **await story.on_stage("BUDGET-CHECK")) == [
        ("ForbiddenError", "WORKFLOW_PROGRESS")
    ]
    await story.begin(maya, "BUDGET-CHECK")
    assert await story.refused(maya, "workflowStageComplete", **await story.on_stage("BUDGET-CHECK")) == [
        ("ValidationError", "statement-missing")
    ]
    confirmed = {"channel": "TELEPHONE", "consentToSend": True}
    await story.do(tom, "budgetSheetConfirm", id=sheet["id"], expectedVersion=sheet["version"], **confirmed)
    await story.complete(maya, "BUDGET-CHECK", notes="Agrees with the payslips.")
    await story.heard(
        "stage.state_changed BUDGET",
        "stage.state_changed BUDGET",
        "stage.state_changed BUDGET-CHECK",
        "stage.state_changed BUDGET-CHECK",
        "stage.state_changed BUDGET-CHECK",
        "stage.state_changed OPTIONS",
        "case.stage_changed",
        "compliance.realigned",
    )


async def the_options_are_appraised(story: Story) -> None:
    """There are no records of an appraisal yet: a document shows it."""
    tom = story.cast.trainee
    await story.begin(tom, "OPTIONS")
    assert await story.refused(tom, "workflowStageComplete", **await story.on_stage("OPTIONS")) == [
        ("ValidationError", "evidence-missing"),
    ]
    appraisal = await story.paper(tom, "Options appraised", "OTHER")
    await story.complete(tom, "OPTIONS", evidenceDocumentId=appraisal)
    await story.heard(
        "stage.state_changed OPTIONS",
        "stage.state_changed OPTIONS",
        "stage.state_changed COA-LETTER",
        "case.stage_changed",
        "compliance.realigned",
    )


async def the_supervisor_approves_at_the_second_try(story: Story) -> None:
    """Write the letter of advice, twice: a manager, which neither Tom nor Ada is, sends the first one back."""
    tom, ada, maya = story.cast.trainee, story.cast.advisor, story.cast.manager
    await story.begin(tom, "COA-LETTER")
    assert await story.refused(tom, "workflowStageComplete", **await story.on_stage("COA-LETTER")) == [
        ("ValidationError", "evidence-missing"),
        ("ValidationError", "documents-missing"),
    ]
    letter = await story.paper(tom, "Confirmation of advice", "ADVICE_LETTER")
    await story.complete(tom, "COA-LETTER", evidenceDocumentId=letter)
    await story.begin(tom, "SUPERVISOR-APPROVAL")
    for who in (tom, ada):
        assert await story.refused(who, "approvalApprove", **await story.on_approval()) == [
            ("ForbiddenError", "CASE_APPROVE")
        ]
    back = await story.on_approval(comment="Say what happens if a payment is missed.")
    await story.do(maya, "approvalReject", **back)
    await story.heard(
        "stage.state_changed COA-LETTER",
        "stage.state_changed COA-LETTER",
        "stage.state_changed SUPERVISOR-APPROVAL",
        "stage.state_changed SUPERVISOR-APPROVAL",
        "approval.requested STAGE",
        "stage.state_changed SUPERVISOR-APPROVAL",
        "approval.decided STAGE",
        "stage.state_changed SUPERVISOR-APPROVAL",
        "stage.state_changed COA-LETTER",
    )
    better = await story.paper(tom, "Confirmation of advice, again", "ADVICE_LETTER")
    await story.complete(tom, "COA-LETTER", evidenceDocumentId=better)
    await story.begin(tom, "SUPERVISOR-APPROVAL")
    await story.do(maya, "approvalApprove", **await story.on_approval(comment="Clear."))
    await story.heard(
        "stage.state_changed COA-LETTER",
        "stage.state_changed SUPERVISOR-APPROVAL",
        "approval.requested STAGE",
        "stage.state_changed SUPERVISOR-APPROVAL",
        "approval.decided STAGE",
        "stage.state_changed SUPERVISOR-APPROVAL",
        "stage.state_changed CLIENT-DECISION",
        "stage.state_changed CLIENT-DECISION",
    )


async def the_client_decides(story: Story) -> None:
    """Write down what the client says to the letter: the wait for it began by itself."""
    await story.complete(story.cast.trainee, "CLIENT-DECISION", notes="Accepts.")
    await story.heard(
        "stage.state_changed CLIENT-DECISION",
        "stage.state_changed IMPLEMENTATION",
        "case.stage_changed",
        "compliance.realigned",
    )


async def the_plan_is_put_into_practice(story: Story) -> None:
    """Have the landlord agree, which a letter shows; nobody resolves or closes the case around what is left."""
    tom, maya = story.cast.trainee, story.cast.manager
    await story.begin(tom, "IMPLEMENTATION")
    assert await story.refused(maya, "caseResolve", **await story.on_case(**RESULT)) == [
        ("ValidationError", "stages-open")
    ]
    closing = await story.on_case(reason="ADVICE_COMPLETE")
    assert await story.refused(maya, "caseClose", **closing) == [
        ("ValidationError", "compliance-open"),
        ("ValidationError", "stages-open"),
        ("ValidationError", "appointments-to-come"),
    ]
    answer = await story.paper(tom, "The landlord agrees", "CREDITOR_LETTER")
    await story.complete(tom, "IMPLEMENTATION", evidenceDocumentId=answer)
    await a_second_pair_of_eyes(story)
    await story.do(tom, "outcomeRecord", caseId=story.case_id, code="EVICTION_PREVENTED")
    await story.heard(
        "stage.state_changed IMPLEMENTATION",
        "stage.state_changed IMPLEMENTATION",
        "stage.state_changed REVIEW",
        "stage.state_changed REVIEW",
        "case.stage_changed",
        "compliance.realigned",
        "approval.requested WRITE_OFF_OVER_LIMIT",
        "approval.decided WRITE_OFF_OVER_LIMIT",
    )


async def a_second_pair_of_eyes(story: Story) -> None:
    """Have a step approved that Maya asks for: she is a manager, but nobody approves what they asked for themselves."""
    maya, raj = story.cast.manager, story.cast.deputy
    asked = {"caseId": story.case_id, "subject": "WRITE_OFF_OVER_LIMIT", "note": "The landlord waives the fees."}
    await story.do(maya, "approvalRequest", **asked)
    assert await story.refused(maya, "approvalApprove", **await story.on_approval()) == [
        ("ValidationError", "own-work")
    ]
    await story.do(raj, "approvalApprove", **await story.on_approval())


async def the_solution_holds(story: Story) -> None:
    """Look at the solution after a while, and say what was seen; there is no need to meet once more."""
    tom = story.cast.trainee
    assert await story.refused(tom, "workflowStageComplete", **await story.on_stage("REVIEW")) == [
        ("ValidationError", "required")
    ]
    await story.complete(tom, "REVIEW", notes="Three payments, all in time.")
    called_off = {"id": story.appointment_id, "expectedVersion": 2, "byClient": True, "reason": "All is well."}
    assert (await story.do(tom, "appointmentCancel", **called_off))["status"] == "CANCELLED_BY_CLIENT"
    await story.heard(
        "stage.state_changed REVIEW",
        "stage.state_changed CLOSURE",
        "case.stage_changed",
        "compliance.realigned",
    )


async def the_file_is_reviewed(story: Story) -> None:
    """Olu reviews what Tom did, when nothing is owed on the checklists any more."""
    tom, olu = story.cast.trainee, story.cast.officer
    await story.begin(tom, "CLOSURE")
    await story.complete(tom, "CLOSURE")
    assert await story.refused(tom, "caseProposeResolution", **await story.on_case(**RESULT)) == [
        ("ValidationError", "stages-open")
    ]
    assert await story.refused(tom, "workflowStageStart", **await story.on_stage("FILE-REVIEW")) == [
        ("ForbiddenError", "WORKFLOW_PROGRESS")
    ]
    await story.begin(olu, "FILE-REVIEW")
    assert await story.refused(olu, "workflowStageComplete", **await story.on_stage("FILE-REVIEW")) == [
        ("ValidationError", "compliance-open")
    ]
    await story.meet(tom)
    await story.complete(olu, "FILE-REVIEW", notes="Good advice.")
    ended = await story.where()
    assert {stage["state"] for stage in ended["stages"]} == {"COMPLETED"}
    assert ended["workflow"]["state"] == "COMPLETED"
    await story.heard(
        "stage.state_changed CLOSURE",
        "stage.state_changed CLOSURE",
        "stage.state_changed FILE-REVIEW",
        "stage.state_changed FILE-REVIEW",
        "stage.state_changed FILE-REVIEW",
        "workflow.completed",
    )


async def the_case_is_resolved(story: Story) -> None:
    """Tom proposes, Maya approves; nobody closes around what she has still to decide."""
    tom, maya = story.cast.trainee, story.cast.manager
    assert await story.refused(tom, "caseResolve", **await story.on_case(**RESULT)) == [
        ("ApprovalRequiredError", "caseProposeResolution")
    ]
    await story.do(tom, "caseProposeResolution", **await story.on_case(**RESULT, satisfaction=5))
    assert await story.refused(maya, "caseClose", **await story.on_case(reason="ADVICE_COMPLETE")) == [
        ("ValidationError", "approval-pending")
    ]
    assert await story.refused(tom, "approvalApprove", **await story.on_approval()) == [
        ("ForbiddenError", "CASE_APPROVE")
    ]
    await story.do(maya, "approvalApprove", **await story.on_approval())
    assert (await story.where())["status"] == "RESOLVED"
    await story.heard(
        "approval.requested CASE_RESOLUTION",
        "approval.decided CASE_RESOLUTION",
        "case.status_changed",
    )


async def the_case_is_closed(story: Story) -> None:
    """Close it the same way; then it can only be reopened."""
    tom, maya = story.cast.trainee, story.cast.manager
    reason = {"reason": "ADVICE_COMPLETE", "note": "Closing letter sent."}
    assert await story.refused(tom, "caseClose", **await story.on_case(**reason)) == [
        ("ApprovalRequiredError", "caseProposeClosure")
    ]
    await story.do(tom, "caseProposeClosure", **await story.on_case(**reason))
    await story.do(maya, "approvalApprove", **await story.on_approval())
    closed = await story.where()
    assert (closed["status"], closed["closedOn"]) == ("CLOSED", today().isoformat())
    assert await story.refused(maya, "caseStart", **await story.on_case()) == [
        ("TransitionError", "CLOSED", "IN_PROGRESS", "REOPENED")
    ]
    await story.heard(
        "approval.requested CASE_CLOSURE",
        "approval.decided CASE_CLOSURE",
        "case.status_changed",
    )


async def the_case_is_taken_up_again(story: Story) -> None:
    """Maya reopens it, which Tom may not: its closing day goes, its history stays."""
    tom, maya = story.cast.trainee, story.cast.manager
    assert await story.refused(tom, "caseReopen", **await story.on_case(reason="New debts")) == [
        ("ForbiddenError", "CASE_REOPEN")
    ]
    await story.do(maya, "caseReopen", **await story.on_case(reason="New debts"))
    await story.do(tom, "caseStart", **await story.on_case())
    reopened = await story.where()
    assert (reopened["status"], reopened["closedOn"]) == ("IN_PROGRESS", None)
    assert [(step["fromStatus"], step["toStatus"]) for step in reopened["statusHistory"]] == [
        (None, "ASSIGNED"),
        ("ASSIGNED", "IN_PROGRESS"),
        ("IN_PROGRESS", "RESOLVED"),
        ("RESOLVED", "CLOSED"),
        ("CLOSED", "REOPENED"),
        ("REOPENED", "IN_PROGRESS"),
    ]
    await story.heard(
        "case.status_changed",
        "case.status_changed",
    )


@pytest.mark.usefixtures("soon")
async def test_the_life_of_a_case(story: Story) -> None:
    await the_centre_reviews_every_file(story)
    async with story.followed(story.cast.manager):
        await a_client_calls(story)
        await ada_sees_to_triage(story)
        await the_client_consents(story)
        await the_case_goes_to_a_trainee(story)
        await they_meet(story)
        await the_facts_are_found(story)
        await the_budget_is_checked(story)
        await the_options_are_appraised(story)
        await the_supervisor_approves_at_the_second_try(story)
        await the_client_decides(story)
        await the_plan_is_put_into_practice(story)
        await the_solution_holds(story)
        await the_file_is_reviewed(story)
        await the_case_is_resolved(story)
        await the_case_is_closed(story)
        await the_case_is_taken_up_again(story)
