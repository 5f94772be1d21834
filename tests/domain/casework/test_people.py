"""Who works on a case and who sees it: each change tells those who saw it before and those who do now."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Conflict, Invalid, LimitReached, NotFound
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.casework import people
from support.acting import Acting
from support.data import Data


async def test_a_team_member_gets_the_case_into_sight_and_loses_it(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor, helper = await data.a_member(centre), await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor)

    async def seen() -> bool:
        async with acting.database.read(helper) as reader:
            return (await cases_by_id(reader, [case_id]))[0] is not None

    assert not await seen()
    await acting(advisor, people.add_case_team_member, case_id=case_id, version=1, member_id=helper.user_id)
    assert await seen()
    assert (await acting.case(case_id))["version"] == 2
    await acting(helper, people.remove_case_team_member, case_id=case_id, version=2, member_id=helper.user_id)
    assert not await seen()
    assert (await acting.case(case_id))["version"] == 3
    added, removed = await acting.events(centre)
    both = sorted([str(advisor.user_id), str(helper.user_id)])
    assert (added["name"], removed["name"]) == ("case.team_changed", "case.team_changed")
    assert (added["audience_before"]["user_ids"], added["audience_after"]["user_ids"]) == ([str(advisor.user_id)], both)
    # Who leaves is told so, though the case is out of their own sight by then.
    assert (removed["audience_before"]["user_ids"], removed["audience_after"]["user_ids"]) == (
        both,
        [str(advisor.user_id)],
    )
    assert added["changes"] == {"team_member": {"old": None, "new": str(helper.user_id)}}
    assert removed["changes"] == {"team_member": {"old": str(helper.user_id), "new": None}}
    (row,) = await acting.rows.fetch("SELECT * FROM case_team_members WHERE case_id = $1", case_id)
    assert (row["added_by"], row["removed_by"]) == (advisor.user_id, helper.user_id)
    assert row["removed_at"] is not None
    await acting(advisor, people.add_case_team_member, case_id=case_id, version=3, member_id=helper.user_id)
    assert await seen()


async def test_who_is_not_put_on_a_team(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor, helper = await data.a_member(centre), await data.a_member(centre)
    client = await data.a_client(centre)
    case_id = await data.a_case(centre, client_id=client, advisor=advisor, team_members=(helper,))
    refusals: list[tuple[Any, type[Exception], str]] = [
        (advisor.user_id, Invalid, "already-advisor"),
        (helper.user_id, Invalid, "already-in-team"),
        ((await data.a_member(centre, status="DEACTIVATED")).user_id, Invalid, "inactive"),
        ((await data.a_member(centre, Role.CLIENT, client_id=client)).user_id, NotFound, ""),
        ((await data.a_member(centre, Role.AUDITOR)).user_id, Invalid, "lacks-permission"),
        ((await data.a_member(await data.a_centre())).user_id, NotFound, ""),
        (new_id(), NotFound, ""),
    ]
    for member_id, kind, rule in refusals:
        with pytest.raises(kind) as refused:
            await acting(advisor, people.add_case_team_member, case_id=case_id, version=1, member_id=member_id)
        error: Any = refused.value
        assert (error.field, getattr(error, "rule", "")) == ("member_id", rule)
    with pytest.raises(NotFound) as absent:
        await acting(advisor, people.remove_case_team_member, case_id=case_id, version=1, member_id=advisor.user_id)
    assert absent.value.field == "member_id"
    assert await acting.events(centre) == []


async def test_a_team_is_bounded(data: Data, acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "MOST_TEAM_MEMBERS", 1)
    centre = await data.a_centre()
    advisor, helper, other = [await data.a_member(centre) for _ in range(3)]
    case_id = await data.a_case(centre, advisor=advisor, team_members=(helper,))
    with pytest.raises(LimitReached) as refused:
        await acting(advisor, people.add_case_team_member, case_id=case_id, version=1, member_id=other.user_id)
    assert (refused.value.limit, refused.value.maximum) == ("case-team", 1)


async def test_a_compliance_officer_may_be_on_a_team(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor, officer = await data.a_member(centre), await data.a_member(centre, Role.COMPLIANCE_OFFICER)
    case_id = await data.a_case(centre, advisor=advisor)
    await acting(advisor, people.add_case_team_member, case_id=case_id, version=1, member_id=officer.user_id)
    assert (await acting.case(case_id))["version"] == 2


async def test_a_case_goes_from_team_to_team(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    team = await data.a_team(centre)
    case_id = await data.a_case(centre, advisor=advisor)
    await acting(advisor, people.set_case_team, case_id=case_id, version=1, team_id=team)
    assert (await acting.case(case_id))["team_id"] == team
    await acting(advisor, people.set_case_team, case_id=case_id, version=2, team_id=team)
    assert (await acting.case(case_id))["version"] == 2  # nothing changed, nothing is told
    await acting(advisor, people.set_case_team, case_id=case_id, version=2, team_id=None)
    assert [
        (event["name"], event["audience_before"]["team_id"], event["audience_after"]["team_id"])
        for event in await acting.events(centre)
    ] == [("case.team_changed", None, str(team)), ("case.team_changed", str(team), None)]
    elsewhere = await data.a_team(await data.a_centre())
    with pytest.raises(NotFound) as refused:
        await acting(advisor, people.set_case_team, case_id=case_id, version=3, team_id=elsewhere)
    assert refused.value.field == "team_id"


async def test_a_case_is_hidden_and_shown_again(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor)
    await acting(advisor, people.restrict_case, case_id=case_id, version=1)
    assert (await acting.case(case_id))["restricted"] is True
    await acting(advisor, people.restrict_case, case_id=case_id, version=2)
    await acting(advisor, people.unrestrict_case, case_id=case_id, version=2)
    assert (await acting.case(case_id))["restricted"] is False
    assert [
        (event["name"], event["audience_before"]["restricted"], event["audience_after"]["restricted"])
        for event in await acting.events(centre)
    ] == [("case.restricted", False, True), ("case.restricted", True, False)]
    with pytest.raises(Conflict):
        await acting(advisor, people.restrict_case, case_id=case_id, version=2)
