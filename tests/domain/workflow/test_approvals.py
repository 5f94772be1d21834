"""Approvals: who decides, how decisions count, what follows for the stage."""

import asyncio
from datetime import timedelta

import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, TransitionRefused
from cma_graphql.domain.case_templates.kinds import ApprovalType
from cma_graphql.domain.casework.complete_stage import complete_stage
from cma_graphql.domain.casework.decide import decide_approval
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.counting import Decision
from cma_graphql.domain.workflow.services.asking import request_approval, withdraw_approval
from cma_graphql.domain.workflow.services.progress import start_stage
from cma_graphql.domain.workflow.upkeep import escalate_approvals, tell_of_late_stages
from cma_graphql.persistence.writing import unit_of_work
from support.acting import Acting
from support.arena import Arena
from support.data import Data
from support.stages import Floor, a_floor, a_task, an_approved_task

MANAGER, OFFICER = Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER


async def asked(floor: Floor, kind: ApprovalType = ApprovalType.SINGLE, *roles: Role, least: int = 1) -> None:
    """Have a stage of the advisor's await its approval."""
    await floor.own(an_approved_task("Work", kind, *(roles or (MANAGER,)), least=least), a_task("Next"))
    await floor.do("Work", notes="Done")
    assert (await floor.states())["Work"] == "AWAITING_APPROVAL"


async def refused(floor: Floor, person: Actor, kind: Decision, **given: object) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        await floor.on_approval(decide_approval, person, decision=kind, **given)
    return refusal.value


async def test_an_approved_stage_is_completed_by_who_did_it(floor: Floor) -> None:
    await asked(floor)
    assert (await floor.states())["Next"] == "PENDING"
    await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE, comment="Well done")
    assert await floor.states() | {"Work": "COMPLETED", "Next": "READY"} == await floor.states()
    approval = await floor.approval()
    assert (approval["state"], approval["asked_roles"]) == ("APPROVED", [])
    assert (approval["settled_by"], approval["settled_note"]) == (floor.manager.user_id, "Well done")
    assert (await floor.stages())["Work"]["completed_by"] == floor.advisor.user_id
    assert [event for event in await floor.events() if event.startswith("approval")] == [
        "approval.requested",
        "approval.decided",
    ]


async def test_a_refused_stage_goes_back_with_what_was_said(floor: Floor) -> None:
    await asked(floor)
    refusal = await refused(floor, floor.manager, Decision.REJECT)
    assert isinstance(refusal, Invalid)
    assert (refusal.field, refusal.rule) == ("comment", "required")
    await floor.on_approval(decide_approval, floor.manager, decision=Decision.REJECT, comment="No warnings")
    assert (await floor.stages())["Work"]["reason"] == "No warnings"
    assert (await floor.states())["Work"] == "REJECTED"
    await floor.do("Work", notes="Warned")
    await floor.on_approval(decide_approval, floor.manager, decision=Decision.REQUEST_CHANGES, comment="Spelling")
    assert (await floor.states())["Work"] == "IN_PROGRESS"
    await floor.on("Work", complete_stage, notes="Spelt")
    await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    assert [approval["state"] for approval in await floor.approvals()] == ["REJECTED", "CHANGES_REQUESTED", "APPROVED"]
    assert [(before, after) for before, after, _ in await floor.steps("Work")] == [
        (None, "PENDING"),
        ("PENDING", "READY"),
        ("READY", "IN_PROGRESS"),
        ("IN_PROGRESS", "AWAITING_APPROVAL"),
        ("AWAITING_APPROVAL", "REJECTED"),
        ("REJECTED", "IN_PROGRESS"),
        ("IN_PROGRESS", "AWAITING_APPROVAL"),
        ("AWAITING_APPROVAL", "IN_PROGRESS"),
        ("IN_PROGRESS", "AWAITING_APPROVAL"),
        ("AWAITING_APPROVAL", "COMPLETED"),
    ]


async def test_nobody_approves_their_own_work(data: Data, acting: Acting) -> None:
    floor = await a_floor(data, acting)
    await floor.own(an_approved_task("Work", ApprovalType.SINGLE, MANAGER))
    await floor.on("Work", start_stage, floor.manager)
    await floor.on("Work", complete_stage, floor.manager, notes="Done")
    refusal = await refused(floor, floor.manager, Decision.APPROVE)
    assert isinstance(refusal, Invalid)
    assert (refusal.rule, refusal.params) == ("own-work", {"roles": ["CENTRE_MANAGER"]})
    await floor.on_approval(decide_approval, floor.second, decision=Decision.APPROVE)
    assert (await floor.states())["Work"] == "COMPLETED"


async def test_an_approval_is_for_its_role_in_its_centre(floor: Floor) -> None:
    await asked(floor)
    refusal = await refused(floor, floor.officer, Decision.APPROVE)
    assert isinstance(refusal, Forbidden)
    assert "CENTRE_MANAGER" in refusal.message
    assert isinstance(await refused(floor, floor.advisor, Decision.APPROVE), Forbidden)
    elsewhere = await floor.data.a_member(await floor.data.a_centre(), MANAGER)
    assert isinstance(await refused(floor, elsewhere, Decision.APPROVE), NotFound)
    assert (await floor.approval())["state"] == "PENDING"


async def test_any_takes_so_many_different_people(floor: Floor) -> None:
    await asked(floor, ApprovalType.ANY, MANAGER, least=2)
    await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    assert (await floor.approval())["state"] == "PENDING"
    refusal = await refused(floor, floor.manager, Decision.APPROVE)
    assert isinstance(refusal, Invalid)
    assert refusal.rule == "already-decided"
    await floor.on_approval(decide_approval, floor.second, decision=Decision.APPROVE)
    assert (await floor.states())["Work"] == "COMPLETED"


async def test_all_takes_everybody_but_who_abstains(floor: Floor) -> None:
    third = await floor.data.a_member(floor.centre, MANAGER)
    await asked(floor, ApprovalType.ALL, MANAGER)
    assert (await floor.approval())["needed"] == 3
    await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    await floor.on_approval(decide_approval, floor.second, decision=Decision.ABSTAIN)
    assert (await floor.approval())["state"] == "PENDING"
    await floor.on_approval(decide_approval, third, decision=Decision.APPROVE)
    assert (await floor.approval())["state"] == "APPROVED"


async def test_a_sequence_is_decided_in_its_order(floor: Floor) -> None:
    await asked(floor, ApprovalType.SEQUENTIAL, OFFICER, MANAGER)
    assert (await floor.approval())["asked_roles"] == ["COMPLIANCE_OFFICER"]
    assert isinstance(await refused(floor, floor.manager, Decision.APPROVE), Forbidden)
    await floor.on_approval(decide_approval, floor.officer, decision=Decision.APPROVE)
    assert (await floor.approval())["asked_roles"] == ["CENTRE_MANAGER"]
    await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    assert (await floor.states())["Work"] == "COMPLETED"


async def test_a_decision_is_given_to_another_who_may(floor: Floor) -> None:
    await asked(floor)
    for delegate, rule in ((floor.officer, "approver-role"), (floor.advisor, "own-work"), (None, "required")):
        refusal = await refused(
            floor, floor.manager, Decision.DELEGATE, delegate_id=None if delegate is None else delegate.user_id
        )
        assert isinstance(refusal, Invalid)
        assert (refusal.field, refusal.rule) == ("member_id", rule)
    await floor.on_approval(
        decide_approval, floor.manager, decision=Decision.DELEGATE, delegate_id=floor.second.user_id
    )
    assert (await floor.approval())["delegated_to"] == floor.second.user_id
    assert isinstance(await refused(floor, floor.manager, Decision.APPROVE), Invalid)
    await floor.on_approval(decide_approval, floor.second, decision=Decision.APPROVE)
    assert (await floor.states())["Work"] == "COMPLETED"


async def test_what_is_settled_stays_so(floor: Floor) -> None:
    await asked(floor)
    await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    refusal = await refused(floor, floor.second, Decision.REJECT, comment="Late")
    assert isinstance(refusal, TransitionRefused)
    assert (refusal.source, refusal.target, refusal.allowed) == ("APPROVED", "REJECTED", ())


async def test_too_few_approvers_are_told_when_it_is_asked_for(floor: Floor) -> None:
    await floor.own(an_approved_task("Work", ApprovalType.ANY, MANAGER, least=3))
    await floor.on("Work", start_stage)
    with pytest.raises(Invalid) as refusal:
        await floor.on("Work", complete_stage, notes="Done")
    assert (refusal.value.rule, refusal.value.params) == (
        "approvers-missing",
        {"roles": ["CENTRE_MANAGER"], "needed": 3, "there": 2},
    )
    assert (await floor.states())["Work"] == "IN_PROGRESS"


async def test_who_asked_takes_it_back(floor: Floor) -> None:
    await asked(floor)
    await floor.on_approval(withdraw_approval, floor.advisor, reason="Too soon")
    assert (await floor.approval())["state"] == "WITHDRAWN"
    assert (await floor.states())["Work"] == "IN_PROGRESS"


async def test_what_is_approved_by_hand_is_the_templates_rule(floor: Floor) -> None:
    await floor.acting(
        floor.advisor, request_approval, case_id=floor.case_id, subject=ApprovalSubject.ERASURE, note="As asked"
    )
    approval = await floor.approval()
    assert (approval["approval_type"], approval["roles"]) == ("SEQUENTIAL", ["COMPLIANCE_OFFICER", "CENTRE_MANAGER"])
    with pytest.raises(Invalid) as refusal:
        await floor.acting(
            floor.advisor, request_approval, case_id=floor.case_id, subject=ApprovalSubject.STAGE, note="So"
        )
    assert refusal.value.rule == "not-by-hand"


async def test_what_is_late_is_escalated_once_and_never_approved(floor: Floor) -> None:
    await floor.acting(
        floor.advisor,
        request_approval,
        case_id=floor.case_id,
        subject=ApprovalSubject.LEGAL_REVIEW,
        note="Court",
        role=OFFICER,
    )
    assert isinstance(await refused(floor, floor.manager, Decision.APPROVE), Forbidden)

    async def upkeep(days: int) -> tuple[int, int]:
        at = now() + timedelta(days=days)
        async with unit_of_work(floor.data.database, floor.data.keys, system_of(floor.centre)) as uow:
            escalated = await escalate_approvals(uow, at)
        async with unit_of_work(floor.data.database, floor.data.keys, system_of(floor.centre)) as uow:
            return escalated, await tell_of_late_stages(uow, at)

    assert await upkeep(0) == (0, 0)
    assert await upkeep(10) == (1, 1)
    assert await upkeep(11) == (0, 0)
    approval = await floor.approval()
    assert (approval["state"], approval["asked_roles"]) == ("PENDING", ["CENTRE_MANAGER", "COMPLIANCE_OFFICER"])
    assert (await floor.events())[-2:] == ["approval.escalated", "stage.overdue"]
    await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    assert (await floor.approval())["state"] == "APPROVED"


async def test_of_two_approvers_at_once_one_decides(arena: Arena) -> None:
    floor = await a_floor(arena.data, arena.acting)
    await asked(floor)
    approval = await floor.approval()
    given = {"approval_id": approval["id"], "version": approval["version"]}
    answers = await asyncio.gather(
        arena.acting(floor.manager, decide_approval, **given, decision=Decision.APPROVE),
        arena.acting(floor.second, decide_approval, **given, decision=Decision.REJECT, comment="No"),
        return_exceptions=True,
    )
    refusals = [answer for answer in answers if isinstance(answer, Exception)]
    assert [type(refusal) for refusal in refusals] == [Conflict]
    found = await arena.acting.rows.fetch("SELECT * FROM approval_decisions WHERE approval_id = $1", approval["id"])
    assert len(found) == 1
    settled = {"APPROVE": ("APPROVED", "COMPLETED"), "REJECT": ("REJECTED", "REJECTED")}[found[0]["decision"]]
    assert ((await floor.approval())["state"], (await floor.states())["Work"]) == settled


async def test_of_two_who_complete_a_stage_at_once_one_does(arena: Arena) -> None:
    floor = await a_floor(arena.data, arena.acting)
    await floor.on("TRIAGE", start_stage)
    stage = (await floor.stages())["TRIAGE"]
    given = {"stage_id": stage["id"], "version": stage["version"]}
    answers = await asyncio.gather(
        arena.acting(floor.advisor, complete_stage, **given),
        arena.acting(floor.manager, complete_stage, **given),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "UUID"]
    assert [after for _, after, _ in await floor.steps("TRIAGE")].count("COMPLETED") == 1
