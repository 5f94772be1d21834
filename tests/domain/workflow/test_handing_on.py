"""Approvals whose approvers leave, or lose the role: others decide, and nothing is approved by nobody."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Conflict, Forbidden, Invalid
from cma_graphql.domain.case_templates.kinds import ApprovalType
from cma_graphql.domain.casework.deactivate_membership import deactivate_membership
from cma_graphql.domain.casework.decide import decide_approval
from cma_graphql.domain.casework.update_membership import update_membership
from cma_graphql.domain.casework.upkeep import answer_for_leavers
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.counting import Decision
from cma_graphql.domain.workflow.services.asking import request_approval
from support.arena import Arena
from support.stages import Floor, a_floor, a_task, an_approved_task

MANAGER, OFFICER = Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER


async def asked(floor: Floor, kind: ApprovalType, *roles: Role, least: int = 1) -> None:
    """Have a stage of the advisor's await its approval."""
    await floor.own(an_approved_task("Work", kind, *roles, least=least), a_task("Next"))
    await floor.do("Work", notes="Done")


async def asked_by_hand(floor: Floor, person: Actor, role: Role = OFFICER) -> None:
    given: dict[str, Any] = {"case_id": floor.case_id, "subject": ApprovalSubject.LEGAL_REVIEW, "note": "Court"}
    await floor.acting(person, request_approval, **given, role=role)


async def version_of(floor: Floor, person: Actor) -> int:
    row = await floor.acting.rows.fetchval(
        "SELECT version FROM memberships WHERE centre_id = $1 AND user_id = $2", floor.centre, person.user_id
    )
    return int(row)


async def leaves(floor: Floor, person: Actor, *, by: Actor | None = None) -> None:
    given: dict[str, Any] = {"user_id": person.user_id, "version": await version_of(floor, person)}
    await floor.acting(by or floor.manager, deactivate_membership, **given, reason="Left")


async def becomes(floor: Floor, person: Actor, *roles: Role) -> None:
    given: dict[str, Any] = {"user_id": person.user_id, "version": await version_of(floor, person)}
    await floor.acting(floor.manager, update_membership, **given, values={"roles": list(roles)})


async def decide(floor: Floor, person: Actor, decision: Decision = Decision.APPROVE, **given: Any) -> None:
    await floor.on_approval(decide_approval, person, decision=decision, **given)


async def told(floor: Floor) -> list[dict[str, Any]]:
    return [event for event in await floor.acting.events(floor.centre) if event["name"] == "approval.handed_on"]


@pytest.mark.parametrize("act", ["leaves", "loses the role"])
async def test_what_nobody_of_the_role_is_left_to_decide_the_managers_do(floor: Floor, act: str) -> None:
    await asked_by_hand(floor, floor.advisor)
    with pytest.raises(Forbidden):
        await decide(floor, floor.manager)
    if act == "leaves":
        await leaves(floor, floor.officer)
    else:
        await becomes(floor, floor.officer, Role.AUDITOR)
    approval = await floor.approval()
    assert (approval["state"], approval["roles"]) == ("PENDING", ["COMPLIANCE_OFFICER"])
    assert approval["asked_roles"] == ["CENTRE_MANAGER", "COMPLIANCE_OFFICER"]
    assert approval["handed_on_at"] is not None
    assert (approval["escalated_at"], approval["version"]) == (None, 2)
    (event,) = await told(floor)
    assert event["changes"]["role"] == {"old": None, "new": "CENTRE_MANAGER"}
    assert event["audience_after"]["user_ids"] == sorted([str(floor.advisor.user_id), str(floor.trainee.user_id)])
    history = [row for row in await floor.acting.audit(floor.centre) if row["subject_id"] == approval["id"]]
    assert [row["action"] for row in history] == ["approval.requested", "approval.handed_on"]
    await decide(floor, floor.second)
    assert (await floor.approval())["settled_by"] == floor.second.user_id


async def test_what_somebody_else_of_the_role_may_decide_stays_theirs(floor: Floor) -> None:
    other = await floor.data.a_member(floor.centre, OFFICER)
    await asked_by_hand(floor, floor.advisor)
    await leaves(floor, floor.officer)
    approval = await floor.approval()
    assert (approval["asked_roles"], approval["handed_on_at"], approval["version"]) == (["COMPLIANCE_OFFICER"], None, 1)
    assert await told(floor) == []
    await decide(floor, other)


async def test_another_role_that_is_taken_changes_nothing(floor: Floor) -> None:
    await asked_by_hand(floor, floor.advisor)
    await becomes(floor, floor.officer, OFFICER, Role.AUDITOR)
    assert (await floor.approval())["version"] == 1
    assert await told(floor) == []


async def test_of_all_who_has_gone_is_not_waited_for(floor: Floor) -> None:
    third = await floor.data.a_member(floor.centre, MANAGER)
    await asked(floor, ApprovalType.ALL, MANAGER)
    assert (await floor.approval())["needed"] == 3
    await decide(floor, floor.manager)
    await leaves(floor, third)
    approval = await floor.approval()
    assert (approval["state"], approval["needed"], approval["handed_on_at"]) == ("PENDING", 2, None)
    (event,) = await told(floor)
    assert event["changes"]["needed"] == {"old": 3, "new": 2}
    await decide(floor, floor.second)
    assert (await floor.states())["Work"] == "COMPLETED"


async def test_of_all_the_last_ones_leaving_approves_nothing(floor: Floor) -> None:
    await asked(floor, ApprovalType.ALL, MANAGER)
    await decide(floor, floor.manager)
    await leaves(floor, floor.second)
    approval = await floor.approval()
    assert (approval["state"], approval["needed"]) == ("PENDING", 2)
    assert approval["handed_on_at"] is not None
    assert (await floor.states())["Work"] == "AWAITING_APPROVAL"
    with pytest.raises(Invalid) as again:
        await decide(floor, floor.manager)
    assert again.value.rule == "already-decided"
    new = await floor.data.a_member(floor.centre, MANAGER)
    await decide(floor, new)
    assert (await floor.states())["Work"] == "COMPLETED"


async def test_of_all_who_abstained_is_counted_once(floor: Floor) -> None:
    third = await floor.data.a_member(floor.centre, MANAGER)
    fourth = await floor.data.a_member(floor.centre, MANAGER)
    await asked(floor, ApprovalType.ALL, MANAGER)
    await decide(floor, floor.manager, Decision.ABSTAIN)
    await decide(floor, floor.second)
    await leaves(floor, third)
    assert (await floor.approval())["needed"] == 3
    await decide(floor, fourth)
    assert (await floor.approval())["state"] == "APPROVED"


async def test_any_two_are_two_yet(floor: Floor) -> None:
    other = await floor.data.a_member(floor.centre, OFFICER)
    await asked(floor, ApprovalType.ANY, OFFICER, least=2)
    await leaves(floor, other)
    approval = await floor.approval()
    assert (approval["needed"], approval["asked_roles"]) == (2, ["CENTRE_MANAGER", "COMPLIANCE_OFFICER"])
    await decide(floor, floor.manager)
    assert (await floor.approval())["state"] == "PENDING"
    await decide(floor, floor.officer)
    assert (await floor.states())["Work"] == "COMPLETED"


async def test_a_step_of_a_sequence_is_done_by_a_manager_and_the_next_by_another(floor: Floor) -> None:
    await asked(floor, ApprovalType.SEQUENTIAL, OFFICER, MANAGER)
    await leaves(floor, floor.officer)
    await decide(floor, floor.manager)
    assert (await floor.approval())["asked_roles"] == ["CENTRE_MANAGER"]
    with pytest.raises(Invalid) as twice:
        await decide(floor, floor.manager)
    assert twice.value.rule == "already-decided"
    await decide(floor, floor.second)
    assert (await floor.states())["Work"] == "COMPLETED"


async def test_what_was_given_to_who_leaves_is_whose_it_was_again(floor: Floor) -> None:
    await asked(floor, ApprovalType.SINGLE, MANAGER)
    await decide(floor, floor.manager, Decision.DELEGATE, delegate_id=floor.second.user_id)
    with pytest.raises(Invalid):
        await decide(floor, floor.manager)
    await leaves(floor, floor.second)
    approval = await floor.approval()
    assert (approval["delegated_to"], approval["handed_on_at"]) == (None, None)
    (event,) = await told(floor)
    assert event["changes"]["delegated_to"] == {"old": str(floor.second.user_id), "new": None}
    third = await floor.data.a_member(floor.centre, MANAGER)
    await decide(floor, floor.manager, Decision.DELEGATE, delegate_id=third.user_id)
    await leaves(floor, third)
    await decide(floor, floor.manager)
    assert (await floor.states())["Work"] == "COMPLETED"
    said = await floor.acting.rows.fetch(
        "SELECT user_id, decision FROM approval_decisions WHERE approval_id = $1 ORDER BY decided_at", approval["id"]
    )
    assert [(row["user_id"], row["decision"]) for row in said] == [
        (floor.manager.user_id, "DELEGATE"),
        (floor.manager.user_id, "DELEGATE"),
        (floor.manager.user_id, "APPROVE"),
    ]


async def test_who_once_gave_it_away_may_be_given_it(floor: Floor) -> None:
    third = await floor.data.a_member(floor.centre, MANAGER)
    await asked(floor, ApprovalType.SINGLE, MANAGER)
    await decide(floor, floor.manager, Decision.DELEGATE, delegate_id=floor.second.user_id)
    await leaves(floor, floor.second)
    await decide(floor, third, Decision.DELEGATE, delegate_id=floor.manager.user_id)
    await decide(floor, floor.manager)
    assert (await floor.approval())["state"] == "APPROVED"


async def test_nobody_approves_their_own_work_though_nobody_else_is_left(floor: Floor) -> None:
    await asked_by_hand(floor, floor.manager)
    await leaves(floor, floor.second)
    await leaves(floor, floor.officer)
    approval = await floor.approval()
    assert approval["state"] == "PENDING"
    with pytest.raises(Invalid) as own:
        await decide(floor, floor.manager)
    assert own.value.rule == "own-work"
    assert len(await told(floor)) == 1
    assert await floor.acting(system_of(floor.centre), answer_for_leavers, at=now()) == 0
    new = await floor.data.a_member(floor.centre, MANAGER)
    await decide(floor, new)
    assert (await floor.approval())["state"] == "APPROVED"


async def test_what_became_so_unseen_is_found_by_upkeep_once(floor: Floor) -> None:
    await asked_by_hand(floor, floor.advisor)
    await floor.acting.rows.execute(
        "UPDATE memberships SET status = 'DEACTIVATED' WHERE user_id = $1", floor.officer.user_id
    )
    system = system_of(floor.centre)
    assert await floor.acting(system, answer_for_leavers, at=now()) == 1
    assert (await floor.approval())["asked_roles"] == ["CENTRE_MANAGER", "COMPLIANCE_OFFICER"]
    assert await floor.acting(system, answer_for_leavers, at=now()) == 0
    assert len(await told(floor)) == 1


async def test_who_leaves_with_several_leaves_all_of_them(floor: Floor) -> None:
    other = Floor(**{**vars(floor), "case_id": await floor.data.a_case(floor.centre, advisor=floor.advisor)})
    for each in (floor, other):
        await asked_by_hand(each, floor.advisor)
    await leaves(floor, floor.officer)
    assert len(await told(floor)) == 2
    assert {(await each.approval())["version"] for each in (floor, other)} == {2}


@pytest.mark.own_database
async def test_somebody_decides_or_has_gone_before(arena: Arena) -> None:
    floor = await a_floor(arena.data, arena.acting)
    await asked_by_hand(floor, floor.advisor)
    approval = await floor.approval()
    given: dict[str, Any] = {"approval_id": approval["id"], "version": 1, "decision": Decision.APPROVE}
    answers = await asyncio.gather(
        arena.acting(floor.officer, decide_approval, **given),
        arena.acting(floor.manager, deactivate_membership, user_id=floor.officer.user_id, version=1, reason="Left"),
        return_exceptions=True,
    )
    decided, left = answers[0], answers[1]
    assert isinstance(left, UUID)
    approval = await floor.approval()
    if isinstance(decided, UUID):
        assert (approval["state"], approval["settled_by"]) == ("APPROVED", floor.officer.user_id)
        assert await told(floor) == []
    else:
        assert isinstance(decided, Conflict)
        assert (approval["state"], len(await told(floor))) == ("PENDING", 1)


@pytest.mark.own_database
async def test_two_who_leave_at_once_leave_nothing_to_nobody(arena: Arena) -> None:
    floor = await a_floor(arena.data, arena.acting)
    other = await arena.data.a_member(floor.centre, OFFICER)
    await asked_by_hand(floor, floor.advisor)
    answers = await asyncio.gather(
        *(
            arena.acting(floor.manager, deactivate_membership, user_id=each.user_id, version=1, reason="Left")
            for each in (floor.officer, other)
        )
    )
    assert len(answers) == 2
    await arena.acting(system_of(floor.centre), answer_for_leavers, at=now())
    assert (await floor.approval())["asked_roles"] == ["CENTRE_MANAGER", "COMPLIANCE_OFFICER"]
    assert len(await told(floor)) == 1
