"""An advisor's cases go to others, each to whom it suits best."""

from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import CapacityReached, Conflict, Invalid, NotFound, TransitionRefused
from cma_graphql.core.ids import new_id
from cma_graphql.domain.casework.hand_over import hand_over_case
from support.acting import Acting
from support.data import Data


async def people(data: Data) -> tuple[UUID, Actor, Actor]:
    """Make a centre with a manager and an advisor who leaves."""
    centre = await data.a_centre()
    return centre, await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)


async def test_cases_are_spread_over_the_people_named(data: Data, acting: Acting) -> None:
    centre, manager, leaving = await people(data)
    others = [await data.a_member(centre, capacity_points=10) for _ in range(2)]
    await data.a_case(centre, advisor=others[0])
    await data.a_member(centre)  # carries nothing, but is not named
    received = []
    for _ in range(5):
        case_id = await data.a_case(centre, advisor=leaving, status="IN_PROGRESS")
        to = [other.user_id for other in others]
        given: dict[str, Any] = {"version": 1, "from_id": leaving.user_id, "to_ids": to, "reason": "Leaves"}
        await acting(manager, hand_over_case, case_id=case_id, **given)
        row = await acting.case(case_id)
        assert row["status"] == "IN_PROGRESS"
        received.append(row["advisor_id"])
    assert [received.count(other.user_id) for other in others] == [2, 3]
    event = (await acting.events(centre))[-1]
    assert (event["name"], event["changes"]["advisor_id"]["old"]) == ("case.assigned", str(leaving.user_id))


async def test_nobody_named_cases_go_by_score(data: Data, acting: Acting) -> None:
    centre, manager, leaving = await people(data)
    given: dict[str, Any] = {"version": 1, "from_id": leaving.user_id, "to_ids": [], "reason": "Leaves"}
    case_id = await data.a_case(centre, advisor=leaving)
    with pytest.raises(Invalid) as refused:
        await acting(manager, hand_over_case, case_id=case_id, **given)
    assert (refused.value.field, refused.value.rule) == ("id", "nobody-fits")
    free = await data.a_member(centre)
    await acting(manager, hand_over_case, case_id=case_id, **given)
    assert (await acting.case(case_id))["advisor_id"] == free.user_id


async def test_a_hand_over_is_refused(data: Data, acting: Acting) -> None:
    centre, manager, leaving = await people(data)
    other, full = await data.a_member(centre), await data.a_member(centre, capacity_points=1)
    auditor = await data.a_member(centre, Role.AUDITOR)
    await data.a_case(centre, advisor=full)
    case_id = await data.a_case(centre, advisor=leaving)
    closed = await data.a_case(centre, advisor=leaving, status="CLOSED")
    before = await acting.case(case_id)
    refusals: list[tuple[dict[str, Any], type[Exception], str, str]] = [
        ({"from_id": other.user_id}, Invalid, "id", "other-advisor"),
        ({"to_ids": [leaving.user_id]}, Invalid, "to", "same-advisor"),
        ({"to_ids": [other.user_id, auditor.user_id]}, Invalid, "to.1", "lacks-permission"),
        ({"to_ids": [new_id()]}, NotFound, "to.0", ""),
        ({"reason": " "}, Invalid, "reason", "blank"),
        ({"version": 2}, Conflict, "", ""),
        ({"case_id": closed}, TransitionRefused, "", ""),
        ({"to_ids": [full.user_id]}, CapacityReached, "", ""),
    ]
    given: dict[str, Any] = {
        "case_id": case_id,
        "version": 1,
        "from_id": leaving.user_id,
        "to_ids": [other.user_id],
        "reason": "Leaves",
    }
    for changed, kind, field, rule in refusals:
        with pytest.raises(kind) as refused:
            await acting(manager, hand_over_case, **{**given, **changed})
        error: Any = refused.value
        assert (getattr(error, "field", ""), getattr(error, "rule", "")) == (field, rule)
    assert await acting.case(case_id) == before
    over: dict[str, Any] = {**given, "to_ids": [full.user_id], "override_capacity_reason": "Only for a week"}
    await acting(manager, hand_over_case, **over)
    assert (await acting.case(case_id))["advisor_id"] == full.user_id
