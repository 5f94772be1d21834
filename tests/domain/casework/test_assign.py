"""A case is given to somebody who can take it, and to nobody beyond their capacity."""

from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Conflict, Invalid, LimitReached, NotFound, TransitionRefused
from cma_graphql.core.ids import new_id
from cma_graphql.domain.casework.assign import assign_case
from support.acting import Acting
from support.data import Data


async def people(data: Data) -> tuple[UUID, Actor, Actor, Actor]:
    """Make a centre with a manager and two advisors."""
    centre = await data.a_centre()
    return (
        centre,
        await data.a_member(centre, Role.CENTRE_MANAGER),
        await data.a_member(centre),
        await data.a_member(centre),
    )


def who(*actors: Actor) -> list[str]:
    return sorted(str(actor.user_id) for actor in actors)


async def test_a_new_case_is_assigned(data: Data, acting: Acting) -> None:
    centre, manager, advisor, _ = await people(data)
    case_id = await data.a_case(centre)
    await acting(manager, assign_case, case_id=case_id, version=1, advisor_id=advisor.user_id, reason="Speaks Polish")
    row = await acting.case(case_id)
    assert (row["status"], row["advisor_id"], row["version"]) == ("ASSIGNED", advisor.user_id, 2)
    assert row["created_at"] < row["assigned_at"] <= row["updated_at"]
    assert row["updated_by"] == manager.user_id
    assert await acting.steps(case_id) == [("NEW", "ASSIGNED", "Speaks Polish")]
    assigned, changed = await acting.events(centre)
    assert (assigned["name"], changed["name"]) == ("case.assigned", "case.status_changed")
    assert (assigned["version"], changed["version"]) == (2, 2)
    assert assigned["audience_before"]["user_ids"] == []
    assert assigned["audience_after"]["user_ids"] == who(advisor)
    assert changed["audience_before"] == changed["audience_after"] == assigned["audience_after"]
    assert assigned["changes"]["advisor_id"] == {"old": None, "new": str(advisor.user_id)}
    assert assigned["changes"]["reason"] is None
    assert (await acting.audit(centre))[0]["changes"]["reason"] == {"old": None, "new": "Speaks Polish"}


async def test_work_under_way_changes_hands_and_stays_in_its_state(data: Data, acting: Acting) -> None:
    centre, manager, advisor, other = await people(data)
    helper = await data.a_member(centre)
    for status in ("ASSIGNED", "IN_PROGRESS", "ON_HOLD"):
        case_id = await data.a_case(centre, advisor=advisor, team_members=(helper,), status=status)
        await acting(manager, assign_case, case_id=case_id, version=1, advisor_id=other.user_id, reason="Leave")
        row = await acting.case(case_id)
        assert (row["status"], row["advisor_id"]) == (status, other.user_id)
        assert await acting.steps(case_id) == []
        event = (await acting.events(centre))[-1]
        assert event["name"] == "case.assigned"
        assert event["audience_before"]["user_ids"] == who(advisor, helper)
        assert event["audience_after"]["user_ids"] == who(other, helper)


async def test_a_reopened_case_may_go_back_to_its_advisor(data: Data, acting: Acting) -> None:
    centre, manager, advisor, _ = await people(data)
    case_id = await data.a_case(centre, advisor=advisor, status="REOPENED")
    await acting(manager, assign_case, case_id=case_id, version=1, advisor_id=advisor.user_id, reason="Theirs before")
    assert (await acting.case(case_id))["status"] == "ASSIGNED"


@pytest.mark.parametrize("status", ["RESOLVED", "CLOSED", "REFERRED", "CANCELLED"])
async def test_a_case_at_its_end_is_not_assigned(data: Data, acting: Acting, status: str) -> None:
    centre, manager, advisor, other = await people(data)
    case_id = await data.a_case(centre, advisor=advisor, status=status)
    with pytest.raises(TransitionRefused) as refused:
        await acting(manager, assign_case, case_id=case_id, version=1, advisor_id=other.user_id, reason="Leave")
    assert (refused.value.source, refused.value.target) == (status, "ASSIGNED")
    assert await acting.events(centre) == []


async def test_who_cannot_be_given_a_case(data: Data, acting: Acting) -> None:
    centre, manager, advisor, _ = await people(data)
    client = await data.a_client(centre)
    refusals: list[tuple[UUID, type[Exception], str]] = [
        ((await data.a_member(centre, status="INVITED")).user_id, Invalid, "inactive"),
        ((await data.a_member(centre, status="DEACTIVATED")).user_id, Invalid, "inactive"),
        ((await data.a_member(centre, Role.AUDITOR)).user_id, Invalid, "lacks-permission"),
        ((await data.a_member(centre, Role.COMPLIANCE_OFFICER)).user_id, Invalid, "lacks-permission"),
        ((await data.a_member(centre, Role.CLIENT, client_id=client)).user_id, Invalid, "lacks-permission"),
        ((await data.a_member(await data.a_centre())).user_id, NotFound, ""),
        (new_id(), NotFound, ""),
        (advisor.user_id, Invalid, "same-advisor"),
    ]
    case_id = await data.a_case(centre, advisor=advisor)
    before = await acting.case(case_id)
    for user_id, kind, rule in refusals:
        with pytest.raises(kind) as refused:
            await acting(manager, assign_case, case_id=case_id, version=1, advisor_id=user_id, reason="Leave")
        error: Any = refused.value
        assert (error.field, getattr(error, "rule", "")) == ("advisor_id", rule)
    assert await acting.case(case_id) == before
    assert await acting.events(centre) == []


async def test_trainees_and_managers_can_be_given_cases(data: Data, acting: Acting) -> None:
    centre, manager, _, _ = await people(data)
    trainee = await data.a_member(centre, Role.TRAINEE)
    for receiver in (trainee, manager):
        case_id = await data.a_case(centre)
        await acting(manager, assign_case, case_id=case_id, version=1, advisor_id=receiver.user_id, reason="To learn")
        assert (await acting.case(case_id))["advisor_id"] == receiver.user_id


async def test_an_assignment_has_a_reason(data: Data, acting: Acting) -> None:
    centre, manager, advisor, _ = await people(data)
    case_id = await data.a_case(centre)
    with pytest.raises(Invalid) as refused:
        await acting(manager, assign_case, case_id=case_id, version=1, advisor_id=advisor.user_id, reason=" ")
    assert (refused.value.field, refused.value.rule) == ("reason", "blank")


async def test_a_case_that_moved_on_is_not_assigned(data: Data, acting: Acting) -> None:
    centre, manager, advisor, _ = await people(data)
    case_id = await data.a_case(centre)
    with pytest.raises(Conflict) as refused:
        await acting(manager, assign_case, case_id=case_id, version=2, advisor_id=advisor.user_id, reason="Leave")
    assert refused.value.current_version == 1


async def test_points_of_open_cases_use_up_the_capacity(data: Data, acting: Acting) -> None:
    centre, manager, _, _ = await people(data)
    full = await data.a_member(centre, capacity_points=11)
    for complexity in ("LOW", "MEDIUM", "HIGH"):
        await data.a_case(centre, advisor=full, complexity=complexity)
    # Neither what has ended, nor what is deleted, nor what others advise on counts.
    for status in ("RESOLVED", "CLOSED", "REFERRED", "CANCELLED"):
        await data.a_case(centre, advisor=full, complexity="CRITICAL", status=status)
    deleted = await data.a_case(centre, advisor=full, complexity="CRITICAL")
    await acting.rows.execute("UPDATE cases SET deleted_at = now() WHERE id = $1", deleted)
    await data.a_case(centre, advisor=manager, complexity="CRITICAL")
    first, second = await data.a_case(centre, complexity="CRITICAL"), await data.a_case(centre)
    given: dict[str, Any] = {"advisor_id": full.user_id, "version": 1, "reason": "Nearest"}
    await acting(manager, assign_case, case_id=first, **given)  # 1 + 2 + 3 + 5 = 11
    with pytest.raises(LimitReached) as refused:
        await acting(manager, assign_case, case_id=second, **given)
    assert (refused.value.limit, refused.value.maximum) == ("advisor-capacity", 11)
    assert "carries 11 of 11 points, and this case counts 1" in refused.value.message
    assert (await acting.case(second))["advisor_id"] is None
    await acting(manager, assign_case, case_id=second, **given, override_capacity_reason="No other DRO advisor")
    entry = next(row for row in await acting.audit(centre) if row["subject_id"] == second)
    assert entry["changes"]["override_capacity_reason"] == {"old": None, "new": "No other DRO advisor"}


async def test_a_case_that_is_taken_back_is_not_counted_twice(data: Data, acting: Acting) -> None:
    centre, manager, _, _ = await people(data)
    full = await data.a_member(centre, capacity_points=5)
    case_id = await data.a_case(centre, advisor=full, complexity="CRITICAL", status="REOPENED")
    await acting(manager, assign_case, case_id=case_id, version=1, advisor_id=full.user_id, reason="Theirs before")
