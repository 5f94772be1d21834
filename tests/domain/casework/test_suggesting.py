"""Whom a case suits is said by the very weighing that chooses automatically: the first is who would be chosen."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, stopped
from cma_graphql.core.errors import ApprovalRequired, Forbidden, Invalid
from cma_graphql.domain.cases.models import Level
from cma_graphql.domain.cases.triage import TriageReason
from cma_graphql.domain.casework.auto_assign import auto_assign_case
from cma_graphql.domain.casework.candidates import Candidate, Hindrance, Wanted, chosen, had_by, ranked, weighed
from cma_graphql.domain.casework.suggesting import Suggested, suggest_advisors
from cma_graphql.domain.staffing.models import AdvisorSkill
from cma_graphql.domain.staffing.needs import Needs
from cma_graphql.domain.staffing.profiles import set_profile
from cma_graphql.domain.staffing.workload import Load
from cma_graphql.domain.users.models import Membership
from cma_graphql.persistence.writing import unit_of_work
from support.acting import Acting
from support.data import Data
from support.staffing import a_week, an_absence

MONDAY = datetime(2026, 12, 7, 9, tzinfo=UTC)
SKILLS = [AdvisorSkill.HOUSING, AdvisorSkill.COMPLAINTS]
KEYS = [UUID(int=number) for number in range(1, 7)]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Stop the clock on a Monday morning."""
    with stopped(MONDAY):
        yield


# By themselves

candidates = st.lists(
    st.builds(
        Candidate,
        user_id=st.sampled_from(KEYS),
        capacity=st.sampled_from([None, 0, 3, 10]),
        load=st.builds(Load, open_cases=st.just(1), points=st.integers(0, 10)),
        accepts=st.booleans(),
        skills=st.sets(st.sampled_from([skill.value for skill in SKILLS])),
        languages=st.lists(st.sampled_from(["pl-PL", "cy", "pa-Arab"]), max_size=2),
        last_assigned_at=st.sampled_from([None, MONDAY, MONDAY - timedelta(days=1)]),
        days=st.sampled_from([None, 0, 1, 6]),
    ),
    unique_by=lambda each: each.user_id,
    max_size=6,
)
wants = st.builds(
    Wanted,
    needs=st.builds(
        Needs,
        skills=st.frozensets(st.sampled_from([skill.value for skill in SKILLS])),
        language=st.sampled_from([None, "pl", "cy"]),
    ),
    points=st.sampled_from([1, 5]),
    besides=st.sampled_from([None, *KEYS]),
)


def by_the_book(people: Sequence[Candidate], wanted: Wanted) -> UUID | TriageReason:
    """Choose as domain reference 5.4 tells it, step by step."""
    left = [one for one in people if one.user_id != wanted.besides and one.accepts]
    if not left:
        return TriageReason.NOBODY_ADVISES
    language = wanted.needs.language
    left = [
        one
        for one in left
        if wanted.needs.skills <= set(one.skills)
        and (language is None or language in {tag.split("-")[0] for tag in one.languages})
    ]
    if not left:
        return TriageReason.NOBODY_HAS_THE_SKILLS
    left = [one for one in left if one.capacity is None or one.load.points + wanted.points <= one.capacity]
    if not left:
        return TriageReason.NOBODY_HAS_ROOM
    days = [one.days for one in left if one.days is not None]
    if not days:
        return TriageReason.NOBODY_IS_AVAILABLE
    left = [one for one in left if one.days == min(days)]
    never = datetime.min.replace(tzinfo=UTC)
    return min(
        left,
        key=lambda one: (
            one.load.points / (50 if one.capacity is None else one.capacity or float("nan")),
            one.last_assigned_at or never,
            one.user_id,
        ),
    ).user_id


def present(people: Sequence[Candidate]) -> list[Candidate]:
    """Note who is not at work, as is done when that has been read."""
    return [
        one
        if one.days is not None
        else Candidate(
            **{
                **{name: getattr(one, name) for name in Candidate.__slots__},
                "hindrances": one.hindrances | {Hindrance.IS_NOT_AT_WORK},
            }
        )
        for one in people
    ]


@given(candidates, wants)
def test_the_first_of_the_ranked_is_whom_the_book_names(people: list[Candidate], wanted: Wanted) -> None:
    found = ranked(present(weighed(people, wanted)))
    expected = by_the_book(people, wanted)
    assert chosen(found) == expected
    eligible = [one.user_id for one in found if not one.hindrances]
    assert eligible[:1] == ([] if isinstance(expected, TriageReason) else [expected])
    assert [bool(one.hindrances) for one in found] == sorted(bool(one.hindrances) for one in found)
    assert {one.user_id for one in found} == {one.user_id for one in people}


@given(candidates, wants)
def test_who_is_at_work_need_not_be_read_of_those_whom_something_else_hinders(
    people: list[Candidate], wanted: Wanted
) -> None:
    everybody = weighed(people, wanted)
    fit = [one for one in everybody if not one.hindrances]
    assert chosen(present(fit) if fit else everybody) == chosen(present(everybody))


# In a centre

advisors = st.lists(
    st.fixed_dictionaries(
        {
            "capacity": st.sampled_from([None, 1, 4, 10]),
            "carries": st.integers(0, 2),
            "profile": st.fixed_dictionaries(
                {},
                optional={
                    "accepts_new_cases": st.booleans(),
                    "skills": st.lists(st.sampled_from(SKILLS), unique=True),
                    "languages": st.lists(st.sampled_from(["pl-PL", "cy"]), unique=True),
                },
            ),
            "works": st.sampled_from([None, 1, 3]),
            "away": st.sampled_from([0, 0, 0, 2, 20]),
        }
    ),
    max_size=4,
)


class Scene:
    """A centre whose advisors are as they are drawn."""

    def __init__(self, data: Data, acting: Acting) -> None:
        self.data, self.acting = data, acting
        self.advisors: list[Actor] = []

    async def make(self, people: Sequence[dict[str, Any]] = ()) -> "Scene":
        """Make it."""
        self.centre = await self.data.a_centre()
        self.manager = await self.data.a_member(self.centre, Role.CENTRE_MANAGER)
        for one in people:
            await self.advisor(**one)
        return self

    async def advisor(
        self,
        *,
        capacity: int | None = 10,
        carries: int = 0,
        profile: dict[str, Any] | None = None,
        works: int | None = None,
        away: int = 0,
    ) -> Actor:
        """Make an advisor with so many cases, who works on one day of the week alone, or is away for some days."""
        member = await self.data.a_member(self.centre, capacity_points=capacity)
        for _ in range(carries):
            await self.data.a_case(self.centre, advisor=member)
        if profile:
            await self.acting(self.manager, set_profile, user_id=member.user_id, version=1, values=profile)
        if works is not None:
            version = await self.acting.rows.fetchval(
                "SELECT version FROM memberships WHERE centre_id = $1 AND user_id = $2", self.centre, member.user_id
            )
            await a_week(self.data, self.manager, member.user_id, (works, "09:00", "17:00"), version=version)
        if away:
            last = MONDAY.date() + timedelta(days=away)
            await an_absence(self.data, self.manager, member.user_id, first_day=MONDAY.date(), last_day=last)
        self.advisors.append(member)
        return member

    async def suggested(self, case_id: UUID, as_: Actor | None = None, **more: Any) -> Suggested | None:
        """Ask whom a case suits."""
        async with self.acting.database.read(as_ or self.manager) as reader:
            return await suggest_advisors(reader, case_id, **more)

    async def assigned(self, case_id: UUID, **more: Any) -> UUID | str | None:
        """Give a case away; answer to whom, or why to nobody."""
        version = (await self.acting.case(case_id))["version"]
        try:
            await self.acting(self.manager, auto_assign_case, case_id=case_id, version=version, **more)
        except Invalid as refused:
            return str(refused.params["because"])
        row = await self.acting.case(case_id)
        found: UUID | str | None = row["triage_reason"] or row["advisor_id"]
        return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=advisors,
    case=st.fixed_dictionaries(
        {
            "language": st.sampled_from([None, "en-GB", "pl"]),
            "complexity": st.sampled_from(["LOW", "CRITICAL"]),
            "skills": st.lists(st.sampled_from(SKILLS), max_size=1),
            "held": st.booleans(),
        }
    ),
)
async def test_the_first_suggested_is_whom_the_case_is_given(
    data: Data, acting: Acting, people: list[dict[str, Any]], case: dict[str, Any]
) -> None:
    scene = await Scene(data, acting).make(people)
    client = await data.a_client(scene.centre, preferred_language=case["language"])
    present_one = scene.advisors[0] if case["held"] and scene.advisors else None
    case_id = await data.a_case(scene.centre, client_id=client, advisor=present_one, complexity=case["complexity"])
    skills = case["skills"]
    suggested = await scene.suggested(case_id, skills=skills)
    assert suggested is not None
    assert {one.user_id for one in suggested.candidates} == {one.user_id for one in scene.advisors}
    first = next((one.user_id for one in suggested.candidates if not one.hindrances), None)
    assert (first is None) is (suggested.triage_reason is not None)
    assert await scene.assigned(case_id, skills=skills) == (suggested.triage_reason or first)


async def test_what_keeps_people_from_a_case_is_said(data: Data, acting: Acting) -> None:
    scene = await Scene(data, acting).make()
    client = await data.a_client(scene.centre, preferred_language="pl")
    can: dict[str, Any] = {"skills": [AdvisorSkill.HOUSING], "languages": ["pl-PL"]}
    best = await scene.advisor(profile=can)
    later = await scene.advisor(profile=can, works=3)
    speechless = await scene.advisor(profile={**can, "languages": ["cy"]})
    unskilled = await scene.advisor(profile={**can, "skills": [AdvisorSkill.COMPLAINTS]})
    full = await scene.advisor(profile={**can, "accepts_new_cases": False}, capacity=2, carries=2)
    away = await scene.advisor(profile=can, away=20)
    case_id = await data.a_case(scene.centre, client_id=client, advisor=best, status="IN_PROGRESS")
    suggested = await scene.suggested(case_id, skills=[AdvisorSkill.HOUSING])
    assert suggested is not None
    assert (suggested.wanted.points, suggested.wanted.needs.language) == (1, "pl")
    assert {one.user_id: one.hindrances for one in suggested.candidates} == {
        best.user_id: {Hindrance.HAS_THE_CASE},
        later.user_id: set(),
        speechless.user_id: {Hindrance.LACKS_THE_LANGUAGE},
        unskilled.user_id: {Hindrance.LACKS_SKILLS},
        full.user_id: {Hindrance.TAKES_NO_NEW_CASES, Hindrance.HAS_NO_ROOM},
        away.user_id: {Hindrance.IS_NOT_AT_WORK},
    }
    assert suggested.candidates[0].user_id == later.user_id
    found = {one.user_id: one for one in suggested.candidates}
    assert (found[later.user_id].days, found[best.user_id].days, found[away.user_id].days) == (2, 0, None)
    assert found[away.user_id].away_until == datetime(2026, 12, 28, tzinfo=UTC)
    assert found[best.user_id].away_until is None
    assert found[best.user_id].load.points == 0  # the case itself does not count
    assert found[full.user_id].load == Load(open_cases=2, points=2)


@pytest.mark.parametrize("status", ["NEW", "REOPENED"])
def test_a_new_or_reopened_case_may_go_to_whoever_had_it(status: str) -> None:
    assert had_by(status, KEYS[0]) is None
    assert had_by("ON_HOLD", KEYS[0]) == KEYS[0]


async def test_only_who_may_give_a_case_away_is_told_and_of_open_cases_alone(data: Data, acting: Acting) -> None:
    scene = await Scene(data, acting).make()
    advisor = await scene.advisor()
    case_id = await data.a_case(scene.centre, advisor=advisor)
    stranger = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    for ended in ("CLOSED", "CANCELLED", "RESOLVED", "REFERRED"):
        assert await scene.suggested(await data.a_case(scene.centre, advisor=advisor, status=ended)) is None
    assert await scene.suggested(case_id, stranger) is None
    with pytest.raises(ApprovalRequired):
        await scene.suggested(case_id, advisor)
    for role in (Role.TRAINEE, Role.COMPLIANCE_OFFICER, Role.AUDITOR):
        with pytest.raises(Forbidden):
            await scene.suggested(case_id, await data.a_member(scene.centre, role))


async def test_suggesting_changes_nothing_and_locks_nobody(data: Data, acting: Acting) -> None:
    scene = await Scene(data, acting).make()
    advisor = await scene.advisor()
    case_id = await data.a_case(scene.centre, complexity=Level.CRITICAL.value)
    told = len(await acting.events(scene.centre))
    async with unit_of_work(data.database, data.keys, scene.manager) as uow:
        await uow.lock_all(Membership, [advisor.user_id])
        suggested = await scene.suggested(case_id)
    assert suggested is not None
    assert [one.user_id for one in suggested.candidates] == [advisor.user_id]
    assert len(await acting.events(scene.centre)) == told
    assert (await acting.case(case_id))["version"] == 1
    assert now() == MONDAY
