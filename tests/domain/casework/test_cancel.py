"""A case is cancelled that has led to nothing, and of which nothing is to be decided or answered any more."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.core.errors import Conflict, Invalid, InvalidInput
from cma_graphql.domain.cases.models import CaseStatus, ClosureReason
from cma_graphql.domain.casework.board import Move, change_case_status
from cma_graphql.domain.casework.cancel import cancel_case
from cma_graphql.domain.casework.propose import propose_closure
from cma_graphql.domain.outcomes.codes import ENDED_BY, STATUTORY, OutcomeCode
from cma_graphql.domain.outcomes.details import OutcomeDetails
from cma_graphql.domain.outcomes.services import record_outcome, withdraw_outcome
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.services.asking import request_approval
from support.acting import Acting, faults_of
from support.arena import Arena
from support.data import Data
from support.debts import a_debt
from support.outcomes import an_outcome
from support.referrals import a_referral
from support.stages import Floor, a_floor


@pytest.fixture
async def floor(data: Data, acting: Acting) -> Floor:
    """Set the scene: an advisor's case in progress, without a workflow."""
    return await a_floor(data, acting, begun=False)


async def cancel(floor: Floor) -> None:
    await floor.on_case(cancel_case, floor.manager, reason="Never came")


async def refused(floor: Floor) -> Invalid:
    """Try to cancel it; answer the one fault that keeps it."""
    with pytest.raises(Invalid) as refusal:
        await cancel(floor)
    assert (await floor.acting.case(floor.case_id))["status"] == "IN_PROGRESS"
    assert "case.status_changed" not in await floor.events()
    return refusal.value


async def came_about(floor: Floor, code: OutcomeCode, days_ago: int = 0) -> UUID:
    details = OutcomeDetails(code=code, occurred_on=today() - timedelta(days=days_ago))
    return await an_outcome(floor.data, floor.advisor, floor.case_id, details)


@pytest.mark.parametrize("code", sorted(STATUTORY))
async def test_a_solution_of_the_law_keeps_a_case_from_being_cancelled(floor: Floor, code: OutcomeCode) -> None:
    outcome_id = await came_about(floor, code)
    fault = await refused(floor)
    assert (fault.field, fault.rule, fault.params) == ("", "solution-active", {"outcomes": [code.value]})
    await floor.acting(floor.manager, withdraw_outcome, outcome_id=outcome_id, version=1, reason="Another client's")
    await cancel(floor)
    assert (await floor.acting.case(floor.case_id))["status"] == "CANCELLED"


@pytest.mark.parametrize("code", [OutcomeCode.DRO_REFUSED, OutcomeCode.DMP_STARTED, OutcomeCode.NO_CHANGE])
async def test_other_outcomes_do_not(floor: Floor, code: OutcomeCode) -> None:
    await came_about(floor, code)
    await cancel(floor)


async def test_a_solution_that_was_revoked_does_not_unless_there_is_another(floor: Floor) -> None:
    assert ENDED_BY == {OutcomeCode.DRO_MADE: OutcomeCode.DRO_REVOKED}
    await came_about(floor, OutcomeCode.DRO_REVOKED, days_ago=9)
    await came_about(floor, OutcomeCode.DRO_MADE, days_ago=5)
    assert (await refused(floor)).params == {"outcomes": ["DRO_MADE"]}
    await came_about(floor, OutcomeCode.DRO_REVOKED, days_ago=2)
    bankrupt = await came_about(floor, OutcomeCode.BANKRUPTCY_ORDER)
    assert (await refused(floor)).params == {"outcomes": ["BANKRUPTCY_ORDER"]}
    await floor.acting(floor.manager, withdraw_outcome, outcome_id=bankrupt, version=1, reason="Another client's")
    await cancel(floor)


@pytest.mark.parametrize("status", ["IN_SOLUTION", "IN_BREATHING_SPACE"])
async def test_a_debt_in_a_solution_keeps_it(floor: Floor, status: str) -> None:
    debt = await a_debt(floor.data, floor.centre, floor.case_id, status=status)
    await a_debt(floor.data, floor.centre, floor.case_id)
    fault = await refused(floor)
    assert (fault.rule, fault.params) == ("debts-in-solution", {"number": 1, "states": [status]})
    await floor.acting.rows.execute("UPDATE debts SET status = 'ACTIVE' WHERE id = $1", debt)
    await cancel(floor)


@pytest.mark.parametrize("hands_over", [True, False])
@pytest.mark.parametrize("state", ["SENT", "ACCEPTED"])
async def test_a_referral_under_way_keeps_it(floor: Floor, state: str, *, hands_over: bool) -> None:
    referral = await a_referral(floor.data, floor.centre, floor.case_id, state=state, hands_over=hands_over)
    fault = await refused(floor)
    assert (fault.rule, fault.params) == ("referral-under-way", {"number": 1})
    await floor.acting.rows.execute("UPDATE referrals SET state = 'EXPIRED' WHERE id = $1", referral)
    await cancel(floor)


async def test_everything_in_the_way_is_named_at_once(floor: Floor) -> None:
    await came_about(floor, OutcomeCode.IVA_APPROVED)
    await a_debt(floor.data, floor.centre, floor.case_id, status="IN_SOLUTION")
    await a_referral(floor.data, floor.centre, floor.case_id)
    asked: dict[str, Any] = {"case_id": floor.case_id, "subject": ApprovalSubject.DRO_SUBMISSION, "note": "Ready"}
    await floor.acting(floor.advisor, request_approval, **asked)
    with pytest.raises(InvalidInput) as refusal:
        await cancel(floor)
    expected = {
        ("", "solution-active"),
        ("", "debts-in-solution"),
        ("", "approval-pending"),
        ("", "referral-under-way"),
    }
    assert faults_of(refusal.value) == expected
    move = Move(case_id=floor.case_id, version=(await floor.acting.case(floor.case_id))["version"], reason="So")
    with pytest.raises(InvalidInput) as of_board:
        await floor.acting(floor.manager, change_case_status, status=CaseStatus.CANCELLED, move=move)
    assert faults_of(of_board.value) == expected
    assert (await floor.acting.case(floor.case_id))["status"] == "IN_PROGRESS"


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.TRAINEE, Role.COMPLIANCE_OFFICER])
async def test_what_is_in_the_way_is_told_to_managers_alone(floor: Floor, role: Role) -> None:
    await came_about(floor, OutcomeCode.IVA_APPROVED)
    person = {
        Role.ADVISOR: floor.advisor,
        Role.TRAINEE: floor.trainee,
        Role.COMPLIANCE_OFFICER: floor.officer,
    }[role]
    given = {"case_id": floor.case_id, "version": 1, "reason": "Never came"}
    assert await floor.acting.attempt(person, cancel_case, **given) == "Forbidden"


@pytest.mark.own_database
async def test_a_case_is_cancelled_or_its_closing_proposed_not_both(arena: Arena) -> None:
    floor = await a_floor(arena.data, arena.acting, begun=False)
    of_case: dict[str, Any] = {"case_id": floor.case_id, "version": 1}
    answers = await asyncio.gather(
        arena.acting(floor.manager, cancel_case, **of_case, reason="Never came"),
        arena.acting(floor.second, cancel_case, **of_case, reason="Twice"),
        arena.acting(floor.advisor, propose_closure, **of_case, reason=ClosureReason.CLIENT_WITHDREW),
        return_exceptions=True,
    )
    assert [each for each in answers if not isinstance(each, UUID | Conflict | Invalid)] == []
    status = (await arena.acting.case(floor.case_id))["status"]
    done = [answer for answer in answers[:2] if isinstance(answer, UUID)]
    pending = [each for each in await floor.approvals() if each["state"] == "PENDING"]
    assert (status, len(done), len(pending)) in {("CANCELLED", 1, 0), ("IN_PROGRESS", 0, 1)}


@pytest.mark.own_database
async def test_a_solution_that_comes_about_meanwhile_is_seen(arena: Arena) -> None:
    floor = await a_floor(arena.data, arena.acting, begun=False)
    details = OutcomeDetails(code=OutcomeCode.DRO_MADE)
    answers = await asyncio.gather(
        arena.acting(floor.manager, cancel_case, case_id=floor.case_id, version=1, reason="Never came"),
        arena.acting(floor.advisor, record_outcome, case_id=floor.case_id, details=details),
        return_exceptions=True,
    )
    cancelled, recorded = answers[0], answers[1]
    assert isinstance(recorded, UUID)  # a ledger goes on after the end
    names = [name for name in await floor.events() if name in {"case.status_changed", "outcome.recorded"}]
    if isinstance(cancelled, UUID):
        assert names == ["case.status_changed", "outcome.recorded"]
    else:
        assert isinstance(cancelled, Invalid | Conflict)
        assert names == ["outcome.recorded"]
