"""A vulnerable client's case of high risk is ended by two people; and what a case owes a lawyer before its end."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import ApprovalRequired, Forbidden, Invalid
from cma_graphql.domain.cases.models import CaseStatus, ClosureReason, ResolutionType
from cma_graphql.domain.casework.board import Move, change_case_status
from cma_graphql.domain.casework.cancel import cancel_case
from cma_graphql.domain.casework.close import close_case
from cma_graphql.domain.casework.decide import decide_approval
from cma_graphql.domain.casework.propose import propose_closure, propose_resolution
from cma_graphql.domain.casework.resolve import resolve_case
from cma_graphql.domain.compliance.services.items import complete_item, mark_item_not_applicable, waive_item
from cma_graphql.domain.compliance.services.waiving import waive_checklist
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.counting import Decision
from cma_graphql.domain.workflow.services.asking import request_approval
from cma_graphql.domain.workflow.services.ending import cancel_workflow
from support.acting import Acting, Service
from support.compliance import begin_one, checklists, items
from support.data import Data
from support.stages import Floor, a_floor

COMPLETE: dict[str, Any] = {"reason": ClosureReason.ADVICE_COMPLETE}
RESOLUTION: dict[str, Any] = {"resolution_type": ResolutionType.ADVICE_GIVEN, "summary": "Plans made"}


@pytest.fixture
async def floor(data: Data, acting: Acting) -> Floor:
    """Set the scene: a case of high risk whose workflow was given up, so that nothing of it keeps the case."""
    floor = await a_floor(data, acting, risk_level="HIGH")
    workflow = await floor.workflow()
    given = {"workflow_id": workflow["id"], "version": workflow["version"], "reason": "Other plans"}
    await acting(floor.manager, cancel_workflow, **given)
    return floor


async def be_careful(floor: Floor) -> None:
    """Let the client be one who is reached with care alone."""
    await floor.acting.rows.execute("UPDATE clients SET safe_contact_note = '\\x01' WHERE id = $1", floor.client)


async def without_a_rule(floor: Floor) -> None:
    """Let the case run by no template, so that the usual rule says who approves."""
    await floor.acting.rows.execute(
        "UPDATE case_workflows SET template_version_id = NULL WHERE case_id = $1", floor.case_id
    )


async def status(floor: Floor) -> str:
    return str((await floor.acting.case(floor.case_id))["status"])


async def test_one_person_alone_does_not_close_it_whoever_it_is(floor: Floor) -> None:
    await be_careful(floor)
    for person in (floor.advisor, floor.manager):
        with pytest.raises(ApprovalRequired) as refused:
            await floor.on_case(close_case, person, **COMPLETE)
        assert (refused.value.permission, refused.value.propose_by) == ("CASE_APPROVE", "caseProposeClosure")
        assert "propose to close it, and somebody else approves" in str(refused.value)
    assert await status(floor) == "IN_PROGRESS"
    assert await floor.approvals() == []


@pytest.mark.parametrize(
    ("service", "given", "proposal"),
    [
        (resolve_case, RESOLUTION, "caseProposeResolution"),
        (cancel_case, {"reason": "Never came"}, "caseProposeClosure"),
    ],
)
async def test_no_other_end_goes_round_it(floor: Floor, service: Service, given: dict[str, Any], proposal: str) -> None:
    await be_careful(floor)
    with pytest.raises(ApprovalRequired) as refused:
        await floor.on_case(service, floor.manager, **given)
    assert (refused.value.permission, refused.value.propose_by) == ("CASE_APPROVE", proposal)
    assert await status(floor) == "IN_PROGRESS"
    assert "case.status_changed" not in await floor.events()
    await floor.acting.rows.execute("UPDATE cases SET risk_level = 'MEDIUM' WHERE id = $1", floor.case_id)
    await floor.on_case(service, floor.manager, **given)
    assert await status(floor) in {"RESOLVED", "CANCELLED"}


async def test_two_resolve_it_as_two_close_it(floor: Floor) -> None:
    await be_careful(floor)
    await floor.on_case(propose_resolution, **RESOLUTION, satisfaction=4)
    approval = await floor.approval()
    assert (approval["subject"], approval["roles"]) == ("CASE_RESOLUTION", ["COMPLIANCE_OFFICER"])
    with pytest.raises(Forbidden):
        await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    await floor.on_approval(decide_approval, floor.officer, decision=Decision.APPROVE)
    case = await floor.acting.case(floor.case_id)
    assert (case["status"], case["resolution_summary"], case["satisfaction"]) == ("RESOLVED", "Plans made", 4)
    with pytest.raises(ApprovalRequired) as refused:
        await floor.on_case(close_case, floor.manager, **COMPLETE)
    assert refused.value.propose_by == "caseProposeClosure"


async def test_who_proposes_to_resolve_it_does_not_approve_it(floor: Floor) -> None:
    await be_careful(floor)
    await without_a_rule(floor)
    await floor.on_case(propose_resolution, floor.manager, **RESOLUTION)
    assert (await floor.approval())["roles"] == ["CENTRE_MANAGER"]
    with pytest.raises(Invalid) as own:
        await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    assert own.value.rule == "own-work"
    assert await status(floor) == "IN_PROGRESS"
    await floor.on_approval(decide_approval, floor.second, decision=Decision.APPROVE)
    assert await status(floor) == "RESOLVED"


@pytest.mark.parametrize(
    ("risk", "reason", "careful"),
    [
        ("MEDIUM", ClosureReason.ADVICE_COMPLETE, True),
        ("CRITICAL", ClosureReason.DECEASED, True),
        ("CRITICAL", ClosureReason.ADVICE_COMPLETE, False),
    ],
)
async def test_others_are_closed_by_their_advisor(
    floor: Floor, risk: str, reason: ClosureReason, *, careful: bool
) -> None:
    await floor.acting.rows.execute("UPDATE cases SET risk_level = $2 WHERE id = $1", floor.case_id, risk)
    if careful:
        await be_careful(floor)
    await floor.on_case(close_case, reason=reason)
    assert await status(floor) == "CLOSED"


@pytest.mark.parametrize("code", ["VULN-05", "VULN-03"])
async def test_a_circumstance_that_the_checklist_tells_of_makes_a_client_vulnerable(floor: Floor, code: str) -> None:
    (row,) = await floor.acting.rows.fetch(
        "SELECT id FROM compliance_checklists WHERE centre_id = $1 AND code = 'VULN'", floor.centre
    )
    await begin_one(floor.data, floor.manager, floor.case_id, row["id"])
    item = (await items(floor.data, floor.case_id))[code]
    given: dict[str, Any] = {"item_id": item["id"], "version": 1}
    if code == "VULN-05":
        await floor.acting(floor.advisor, complete_item, **given, evidence_note="Moratorium considered")
        expected = "ApprovalRequired"
    else:
        await floor.acting(floor.manager, mark_item_not_applicable, **given, reason="Nothing of the kind")
        expected = "done"
    mine = (await checklists(floor.data, floor.case_id))["VULN"]
    waiver = {"case_compliance_id": mine["id"], "version": mine["version"], "reason": "Client gone"}
    await floor.acting(floor.manager, waive_checklist, **waiver)
    closing = {"case_id": floor.case_id, "version": (await floor.acting.case(floor.case_id))["version"], **COMPLETE}
    assert await floor.acting.attempt(floor.advisor, close_case, **closing) == expected


async def test_a_manager_who_did_not_ask_approves_and_that_closes_it(floor: Floor) -> None:
    await be_careful(floor)
    await without_a_rule(floor)
    await floor.on_case(propose_closure, floor.manager, **COMPLETE, note="All done")
    approval = await floor.approval()
    assert (approval["subject"], approval["roles"]) == ("CASE_CLOSURE", ["CENTRE_MANAGER"])
    with pytest.raises(Invalid) as own:
        await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    assert own.value.rule == "own-work"
    with pytest.raises(Invalid) as pending:
        await floor.on_case(close_case, floor.second, **COMPLETE)
    assert pending.value.rule == "approval-pending"
    await floor.on_approval(decide_approval, floor.second, decision=Decision.APPROVE)
    case = await floor.acting.case(floor.case_id)
    assert (case["status"], case["closure_note"]) == ("CLOSED", "All done")


async def test_the_template_says_who_approves_where_the_centre_has_such_people(floor: Floor) -> None:
    await be_careful(floor)
    await floor.on_case(propose_closure, **COMPLETE)
    assert (await floor.approval())["roles"] == ["COMPLIANCE_OFFICER"]
    with pytest.raises(Forbidden):
        await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    await floor.on_approval(decide_approval, floor.officer, decision=Decision.REJECT, comment="Ring the client first")
    assert await status(floor) == "IN_PROGRESS"
    officer = floor.officer.user_id
    await floor.acting.rows.execute("UPDATE memberships SET status = 'DEACTIVATED' WHERE user_id = $1", officer)
    await floor.on_case(propose_closure, **COMPLETE)
    assert (await floor.approval())["roles"] == ["CENTRE_MANAGER"]
    await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    assert await status(floor) == "CLOSED"


async def test_nobody_waives_what_their_own_case_owes(floor: Floor) -> None:
    case_id = await floor.data.a_case(floor.centre, advisor=floor.manager)
    (row,) = await floor.acting.rows.fetch(
        "SELECT id FROM compliance_checklists WHERE centre_id = $1 AND code = 'VULN'", floor.centre
    )
    await begin_one(floor.data, floor.second, case_id, row["id"])
    item = {"item_id": (await items(floor.data, case_id))["VULN-01"]["id"], "version": 1, "reason": "Client gone"}
    mine = (await checklists(floor.data, case_id))["VULN"]
    whole = {"case_compliance_id": mine["id"], "version": mine["version"], "reason": "Client gone"}
    trials: list[tuple[Service, dict[str, Any]]] = [
        (waive_item, item),
        (mark_item_not_applicable, item),
        (waive_checklist, whole),
    ]
    for service, given in trials:
        with pytest.raises(Invalid) as refused:
            await floor.acting(floor.manager, service, **given)
        assert refused.value.rule == "own-work"
        assert await floor.acting.attempt(floor.officer, service, **given) == "done"


async def test_it_is_not_asked_for_by_hand(floor: Floor) -> None:
    subject = ApprovalSubject.VULNERABLE_HIGH_RISK_CLOSURE
    with pytest.raises(Invalid) as refused:
        await floor.acting(floor.advisor, request_approval, case_id=floor.case_id, subject=subject, note="May I?")
    assert refused.value.rule == "not-by-hand"


@pytest.mark.parametrize(
    ("target", "given", "proposal"),
    [
        (CaseStatus.CLOSED, {"closure_reason": ClosureReason.ADVICE_COMPLETE}, "caseProposeClosure"),
        (
            CaseStatus.RESOLVED,
            {"resolution_type": ResolutionType.ADVICE_GIVEN, "summary": "Plans"},
            "caseProposeResolution",
        ),
        (CaseStatus.REFERRED, {}, None),
    ],
)
async def test_the_board_names_the_proposal_to_a_trainee(
    floor: Floor, target: CaseStatus, given: dict[str, Any], proposal: str | None
) -> None:
    version = (await floor.acting.case(floor.case_id))["version"]
    move = Move(case_id=floor.case_id, version=version, **given)
    with pytest.raises(ApprovalRequired) as refused:
        await floor.acting(floor.trainee, change_case_status, status=target, move=move)
    assert refused.value.propose_by == proposal


async def test_the_board_names_it_to_an_advisor_who_may_not_close_alone(floor: Floor) -> None:
    await be_careful(floor)
    version = (await floor.acting.case(floor.case_id))["version"]
    move = Move(case_id=floor.case_id, version=version, closure_reason=ClosureReason.ADVICE_COMPLETE)
    with pytest.raises(ApprovalRequired) as refused:
        await floor.acting(floor.advisor, change_case_status, status=CaseStatus.CLOSED, move=move)
    assert refused.value.propose_by == "caseProposeClosure"


@pytest.mark.parametrize(("decision", "answer"), [(Decision.APPROVE, "done"), (Decision.REJECT, "Invalid")])
async def test_a_case_that_needs_a_legal_review_is_closed_once_it_is_approved(
    floor: Floor, decision: Decision, answer: str
) -> None:
    await floor.acting.rows.execute("UPDATE cases SET legal_review_required = true WHERE id = $1", floor.case_id)
    with pytest.raises(Invalid) as refused:
        await floor.on_case(close_case, **COMPLETE)
    assert (refused.value.rule, refused.value.params) == ("legal-review-missing", {"subject": "LEGAL_REVIEW"})
    asked = {"subject": ApprovalSubject.LEGAL_REVIEW, "note": "Is it good?", "role": Role.COMPLIANCE_OFFICER}
    await floor.acting(floor.advisor, request_approval, case_id=floor.case_id, **asked)
    await floor.on_approval(decide_approval, floor.officer, decision=decision, comment="Read it")
    version = (await floor.acting.case(floor.case_id))["version"]
    closing = {"case_id": floor.case_id, "version": version}
    assert await floor.acting.attempt(floor.advisor, close_case, **closing, **COMPLETE) == answer
    excused = {**closing, "reason": ClosureReason.OPENED_IN_ERROR}
    assert await floor.acting.attempt(floor.advisor, close_case, **excused) == "done"


async def test_a_stage_of_the_workflow_may_be_the_legal_review(floor: Floor) -> None:
    await floor.acting.rows.execute("UPDATE cases SET legal_review_required = true WHERE id = $1", floor.case_id)
    await floor.acting.rows.execute(
        "UPDATE case_stages SET condition = 'LEGAL_REVIEW', state = 'COMPLETED', completed_at = now() "
        "WHERE case_id = $1 AND code = 'OPTIONS'",
        floor.case_id,
    )
    await floor.on_case(close_case, **COMPLETE)
    assert await status(floor) == "CLOSED"
