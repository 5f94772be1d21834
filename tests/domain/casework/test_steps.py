"""Every step of the table can be taken, every other one is refused, and each leaves its mark."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.core.errors import TransitionRefused
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import CaseStatus, ClosureReason, ResolutionType
from cma_graphql.domain.cases.transitions import following
from cma_graphql.domain.casework.board import Move, change_case_status
from support.acting import Acting
from support.data import Data
from support.referrals import a_referral


def everything(case_id: UUID, version: int, advisor_id: UUID, referral_id: UUID) -> Move:
    """Say all that any state needs."""
    return Move(
        case_id=case_id,
        version=version,
        reason="The client asked for it",
        review_on=today() + timedelta(days=14),
        resolution_type=ResolutionType.ADVICE_GIVEN,
        summary="Payment plans with four creditors",
        closure_reason=ClosureReason.ADVICE_COMPLETE,
        note="Letter sent",
        referral_id=referral_id,
        advisor_id=advisor_id,
    )


SAID = {
    CaseStatus.ASSIGNED: "The client asked for it",
    CaseStatus.IN_PROGRESS: None,
    CaseStatus.ON_HOLD: "The client asked for it",
    CaseStatus.RESOLVED: "Payment plans with four creditors",
    CaseStatus.CLOSED: "Letter sent",
    CaseStatus.REOPENED: "The client asked for it",
    CaseStatus.REFERRED: "The client asked for it",
    CaseStatus.CANCELLED: "The client asked for it",
}


@pytest.mark.parametrize("source", list(CaseStatus))
async def test_the_steps_from_a_state(data: Data, acting: Acting, source: CaseStatus) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    advisor = await data.a_member(centre)
    client = await data.a_client(centre)
    for purpose in ("ADVICE", "REFERRAL"):
        await data.a_consent(centre, client, purpose)
    for target in CaseStatus:
        case_id = await data.a_case(centre, client_id=client, advisor=advisor, status=source.value)
        before, told = await acting.case(case_id), await acting.events(centre)
        to_come = source is not CaseStatus.REFERRED and target is not CaseStatus.CANCELLED
        referral = None if not to_come else await a_referral(data, centre, case_id)
        move = everything(case_id, 1, advisor.user_id, referral or new_id())
        if target in following(source):
            await acting(manager, change_case_status, status=target, move=move)
            after = await acting.case(case_id)
            assert (after["status"], after["version"]) == (target, 2)
            assert await acting.steps(case_id) == [(source, target, SAID[target])]
            new = (await acting.events(centre))[len(told) :]
            assert [event["name"] for event in new][-1] == "case.status_changed"
            assert new[-1]["changes"]["status"] == {"old": source, "new": target}
            assert {event["version"] for event in new} == {2}
            assert (await acting.audit(centre))[-1]["changes"]["status"] == {"old": source, "new": target}
        else:
            with pytest.raises(TransitionRefused) as refused:
                await acting(manager, change_case_status, status=target, move=move)
            assert refused.value.allowed == tuple(following(source))
            assert (await acting.case(case_id), await acting.events(centre)) == (before, told)
            assert await acting.steps(case_id) == []


MARKS: dict[CaseStatus, dict[str, Any]] = {
    CaseStatus.RESOLVED: {
        "resolution_type": "ADVICE_GIVEN",
        "resolution_summary": "Payment plans with four creditors",
    },
    CaseStatus.CLOSED: {"closure_reason": "ADVICE_COMPLETE", "closure_note": "Letter sent"},
    CaseStatus.REFERRED: {"referred_to": "Shelter"},
    CaseStatus.CANCELLED: {"cancellation_reason": "The client asked for it"},
    CaseStatus.ON_HOLD: {"hold_reason": "The client asked for it"},
}


async def test_a_state_sets_its_marks_and_reopening_takes_those_of_an_end(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    advisor = await data.a_member(centre)
    client = await data.a_client(centre)
    for purpose in ("ADVICE", "REFERRAL"):
        await data.a_consent(centre, client, purpose)
    case_id = await data.a_case(centre, client_id=client, advisor=advisor, status="IN_PROGRESS")
    blank = {name for marks in MARKS.values() for name in marks} | {"resolved_at", "closed_on", "next_review_at"}
    untouched = dict.fromkeys(blank)
    version, referral = 1, await a_referral(data, centre, case_id)

    async def go(*targets: CaseStatus) -> dict[str, Any]:
        nonlocal version
        for target in targets:
            move = everything(case_id, version, advisor.user_id, referral)
            await acting(manager, change_case_status, status=target, move=move)
            version += 1
        row = await acting.case(case_id)
        return {name: row[name] for name in blank}

    held = await go(CaseStatus.ON_HOLD)
    assert held == {**untouched, **MARKS[CaseStatus.ON_HOLD], "next_review_at": held["next_review_at"]}
    assert await go(CaseStatus.IN_PROGRESS) == untouched
    resolved = await go(CaseStatus.RESOLVED)
    assert resolved["resolved_at"] is not None
    assert resolved == {**untouched, **MARKS[CaseStatus.RESOLVED], "resolved_at": resolved["resolved_at"]}
    closed = await go(CaseStatus.CLOSED)
    assert closed == {**resolved, **MARKS[CaseStatus.CLOSED], "closed_on": today()}
    assert await go(CaseStatus.REOPENED) == untouched
    assert await go(CaseStatus.REFERRED) == {**untouched, **MARKS[CaseStatus.REFERRED]}
    await acting.rows.execute("UPDATE referrals SET state = 'EXPIRED' WHERE id = $1", referral)
    assert await go(CaseStatus.REOPENED) == untouched
    assert await go(CaseStatus.CANCELLED) == {**untouched, **MARKS[CaseStatus.CANCELLED]}
    assert await go(CaseStatus.REOPENED) == untouched
    assert [to for _, to, _ in await acting.steps(case_id)] == [
        "ON_HOLD",
        "IN_PROGRESS",
        "RESOLVED",
        "CLOSED",
        "REOPENED",
        "REFERRED",
        "REOPENED",
        "CANCELLED",
        "REOPENED",
    ]
