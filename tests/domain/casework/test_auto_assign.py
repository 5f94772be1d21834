"""A case goes by itself to whoever is best placed; where nobody is, it waits for somebody to find an advisor."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, stopped
from cma_graphql.core.errors import ApprovalRequired, Forbidden, Invalid, TransitionRefused
from cma_graphql.domain.cases.triage import TriageReason
from cma_graphql.domain.casework.assign import assign_case
from cma_graphql.domain.casework.auto_assign import BY_SCORE, auto_assign_case
from cma_graphql.domain.casework.cancel import cancel_case
from cma_graphql.domain.casework.open import open_case
from cma_graphql.domain.staffing.absences import record_absence
from cma_graphql.domain.staffing.hours import GivenInterval
from cma_graphql.domain.staffing.models import AbsenceKind, AdvisorSkill
from cma_graphql.domain.staffing.profiles import set_profile, set_working_hours
from support.acting import Acting
from support.data import Data

MONDAY = datetime(2026, 12, 7, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Stop the clock on a Monday morning."""
    with stopped(MONDAY):
        yield


class Scene:
    """A centre with a manager; advisors are made as they are needed."""

    def __init__(self, data: Data, acting: Acting) -> None:
        self.data, self.acting = data, acting

    async def make(self) -> "Scene":
        """Make the centre and its manager."""
        self.centre = await self.data.a_centre()
        self.manager = await self.data.a_member(self.centre, Role.CENTRE_MANAGER)
        return self

    async def advisor(self, points: int = 0, **given: Any) -> Actor:
        """Make an advisor with so many points of open cases."""
        advisor = await self.data.a_member(self.centre, **{"capacity_points": 10, **given})
        for _ in range(points):
            await self.data.a_case(self.centre, advisor=advisor)
        return advisor

    async def can(self, advisor: Actor, **values: Any) -> None:
        """Say what an advisor can do."""
        await self.acting(self.manager, set_profile, user_id=advisor.user_id, version=1, values=values)

    async def assign(self, case_id: UUID | None = None, **more: Any) -> tuple[UUID | None, str | None]:
        """Give a case away; answer to whom, or why to nobody."""
        case_id = case_id or await self.data.a_case(self.centre)
        version = (await self.acting.case(case_id))["version"]
        await self.acting(self.manager, auto_assign_case, case_id=case_id, version=version, **more)
        row = await self.acting.case(case_id)
        return row["advisor_id"], row["triage_reason"]


@pytest.fixture
async def scene(data: Data, acting: Acting) -> Scene:
    """Make a centre."""
    return await Scene(data, acting).make()


async def test_who_carries_the_least_of_what_they_can_is_given_a_case(scene: Scene, acting: Acting) -> None:
    await scene.advisor(3)
    half = await scene.advisor(2)
    await scene.advisor(2, capacity_points=5)
    case_id = await scene.data.a_case(scene.centre)
    before = len(await acting.events(scene.centre))
    assert await scene.assign(case_id) == (half.user_id, None)
    assert (await acting.case(case_id))["status"] == "ASSIGNED"
    assert await acting.steps(case_id) == [("NEW", "ASSIGNED", BY_SCORE)]
    assert [event["name"] for event in (await acting.events(scene.centre))[before:]] == [
        "case.assigned",
        "case.status_changed",
    ]


async def test_of_two_alike_who_has_waited_longer_is_given_a_case(scene: Scene) -> None:
    advisors = {(await scene.advisor()).user_id for _ in range(3)}
    given = []
    for minute in range(6):
        with stopped(MONDAY + timedelta(minutes=minute)):
            given.append((await scene.assign())[0])
    assert set(given[:3]) == set(given[3:]) == advisors
    assert given[:3] == given[3:]


async def test_a_case_given_by_hand_counts_as_one_given(scene: Scene, acting: Acting) -> None:
    first, second = [await scene.advisor() for _ in range(2)]
    case_id = await scene.data.a_case(scene.centre, complexity="LOW")
    given: dict[str, Any] = {"case_id": case_id, "version": 1, "reason": "Nearest"}
    await acting(scene.manager, assign_case, **given, advisor_id=first.user_id)
    await acting.rows.execute("UPDATE cases SET status = 'CLOSED' WHERE id = $1", case_id)
    assert await scene.assign() == (second.user_id, None)


async def test_capacity_without_a_limit_is_compared_as_fifty_points(scene: Scene) -> None:
    unlimited = await scene.advisor(1, capacity_points=None)
    await scene.advisor(1, capacity_points=49)
    assert await scene.assign() == (unlimited.user_id, None)


async def test_only_active_advisors_who_take_new_cases_are_chosen(scene: Scene, data: Data) -> None:
    for role in (Role.TRAINEE, Role.COMPLIANCE_OFFICER, Role.AUDITOR):
        await data.a_member(scene.centre, role)
    await scene.advisor(status="INVITED")
    await scene.advisor(status="DEACTIVATED")
    await data.a_member(await data.a_centre())
    await scene.can(await scene.advisor(), accepts_new_cases=False)
    assert await scene.assign() == (None, "NOBODY_ADVISES")


async def test_a_debt_relief_order_goes_to_an_approved_intermediary(scene: Scene, acting: Acting) -> None:
    await scene.advisor()
    kind = await acting.rows.fetchval("SELECT id FROM case_types WHERE centre_id = $1 AND code = 'DRO'", scene.centre)
    case_id = await scene.data.a_case(scene.centre, case_type_id=kind)
    assert await scene.assign(case_id) == (None, "NOBODY_HAS_THE_SKILLS")
    approved = await scene.advisor(5)
    await scene.can(approved, skills=[AdvisorSkill.DRO_APPROVED_INTERMEDIARY])
    assert await scene.assign(case_id) == (approved.user_id, None)


async def test_a_client_is_advised_in_a_language_that_both_speak(scene: Scene, data: Data) -> None:
    await scene.advisor()
    polish = await scene.advisor(5)
    await scene.can(polish, languages=["pl-PL"])
    for language, more, speaks in (("pl", {}, True), ("pl", {"interpreter_needed": True}, False), ("en-GB", {}, False)):
        client = await data.a_client(scene.centre, preferred_language=language)
        case_id = await data.a_case(scene.centre, client_id=client)
        if more:
            await scene.acting.rows.execute("UPDATE clients SET interpreter_needed = true WHERE id = $1", client)
        assert ((await scene.assign(case_id))[0] == polish.user_id) is speaks


async def test_skills_that_are_asked_for_are_had(scene: Scene) -> None:
    await scene.advisor()
    housing = await scene.advisor(5)
    await scene.can(housing, skills=[AdvisorSkill.HOUSING, AdvisorSkill.BANKRUPTCY])
    assert await scene.assign(skills=[AdvisorSkill.HOUSING]) == (housing.user_id, None)
    assert await scene.assign(skills=[AdvisorSkill.HOUSING, AdvisorSkill.COMPLAINTS]) == (None, "NOBODY_HAS_THE_SKILLS")


async def test_nobody_is_given_more_than_they_can_carry(scene: Scene) -> None:
    await scene.advisor(9)
    await scene.advisor(0, capacity_points=0)
    heavy = await scene.data.a_case(scene.centre, complexity="MEDIUM")
    assert await scene.assign(heavy) == (None, "NOBODY_HAS_ROOM")
    assert (await scene.assign())[1] is None


async def test_who_is_at_work_today_comes_first(scene: Scene, acting: Acting) -> None:
    later, today = await scene.advisor(), await scene.advisor(5)

    async def works(advisor: Actor, weekday: int, version: int = 1) -> None:
        hours = [GivenInterval(weekday, "09:00", "17:00")]
        await acting(scene.manager, set_working_hours, user_id=advisor.user_id, version=version, hours=hours)

    await works(later, 3)
    await works(today, 1)
    assert (await scene.assign())[0] == today.user_id
    with stopped(MONDAY + DAY):  # nobody is in: the first to be so is given the case
        assert (await scene.assign())[0] == later.user_id
    with stopped(MONDAY + timedelta(hours=9)):  # the day is over
        assert (await scene.assign())[0] == later.user_id


async def test_who_is_away_is_given_nothing(scene: Scene, acting: Acting) -> None:
    away, other = await scene.advisor(), await scene.advisor(5)

    async def is_away(advisor: Actor, **times: Any) -> None:
        values = {"kind": AbsenceKind.ANNUAL_LEAVE, **times}
        await acting(scene.manager, record_absence, user_id=advisor.user_id, values=values)

    await is_away(away, first_day=MONDAY.date(), last_day=MONDAY.date() + 20 * DAY)
    assert (await scene.assign())[0] == other.user_id
    # Who is out for an hour is there today.
    await is_away(other, starts_at=MONDAY, ends_at=MONDAY + timedelta(hours=1))
    assert (await scene.assign())[0] == other.user_id
    with stopped(MONDAY + DAY):
        await is_away(other, first_day=MONDAY.date() + DAY, last_day=MONDAY.date() + 20 * DAY)
        assert await scene.assign() == (None, "NOBODY_IS_AVAILABLE")


async def test_a_case_waits_in_triage_until_somebody_advises(scene: Scene, acting: Acting) -> None:
    full = await scene.advisor(10)
    case_id = await scene.data.a_case(scene.centre)
    assert await scene.assign(case_id) == (None, "NOBODY_HAS_ROOM")
    row = await acting.case(case_id)
    assert (row["status"], row["triage_at"], row["version"]) == ("NEW", MONDAY, 2)
    event = (await acting.events(scene.centre))[-1]
    assert (event["name"], event["case_id"]) == ("case.triaged", case_id)
    assert event["changes"]["triage_reason"] == {"old": None, "new": "NOBODY_HAS_ROOM"}
    told = len(await acting.events(scene.centre))
    assert await scene.assign(case_id) == (None, "NOBODY_HAS_ROOM")
    assert len(await acting.events(scene.centre)) == told  # for the same reason it is told once
    await acting(
        scene.manager,
        assign_case,
        case_id=case_id,
        version=2,
        advisor_id=full.user_id,
        reason="Somebody has to",
        override_capacity_reason="Nobody has room",
    )
    row = await acting.case(case_id)
    assert (row["triage_reason"], row["triage_at"], row["advisor_id"]) == (None, None, full.user_id)


async def test_a_case_that_ends_waits_no_more(scene: Scene, acting: Acting) -> None:
    case_id = await scene.data.a_case(scene.centre)
    assert await scene.assign(case_id) == (None, "NOBODY_ADVISES")
    await acting(scene.manager, cancel_case, case_id=case_id, version=2, reason="Opened twice")
    assert (await acting.case(case_id))["triage_reason"] is None


async def test_a_case_with_an_advisor_goes_to_another_or_stays(scene: Scene, acting: Acting) -> None:
    present = await scene.advisor()
    case_id = await scene.data.a_case(scene.centre, advisor=present, status="IN_PROGRESS")
    with pytest.raises(Invalid) as refused:
        await scene.assign(case_id)
    assert (refused.value.field, refused.value.rule) == ("id", "nobody-fits")
    assert refused.value.params == {"because": TriageReason.NOBODY_ADVISES.value}
    other = await scene.advisor(5)
    assert await scene.assign(case_id, reason="Knows the landlord") == (other.user_id, None)
    assert (await acting.case(case_id))["status"] == "IN_PROGRESS"


async def test_who_may_give_cases_away_and_which(scene: Scene, acting: Acting) -> None:
    advisor = await scene.advisor()
    closed = await scene.data.a_case(scene.centre, advisor=advisor, status="CLOSED")
    given: dict[str, Any] = {"case_id": closed, "version": 1}
    with pytest.raises(TransitionRefused):
        await acting(scene.manager, auto_assign_case, **given)
    with pytest.raises(ApprovalRequired):
        await acting(advisor, auto_assign_case, **given)
    with pytest.raises(Forbidden):
        await acting(await scene.data.a_member(scene.centre, Role.TRAINEE), auto_assign_case, **given)


async def test_a_case_is_opened_for_whom_its_score_names(scene: Scene, acting: Acting) -> None:
    opener, free = await scene.advisor(3), await scene.advisor()
    kind = await acting.rows.fetchval(
        "SELECT id FROM case_types WHERE centre_id = $1 AND code = 'DEBT_ADVICE'", scene.centre
    )
    words: dict[str, Any] = {
        "client_id": await scene.data.a_client(scene.centre, recorded_by=opener.user_id),
        "case_type_id": kind,
        "title": "Rent arrears",
        "description": "Two months behind.",
        "auto_assign": True,
    }
    case_id = await acting(opener, open_case, **words)
    row = await acting.case(case_id)
    assert (row["advisor_id"], row["status"], row["assigned_at"]) == (free.user_id, "ASSIGNED", now())
    # The case is a colleague's now, and with it the client.
    waiting = await acting(scene.manager, open_case, **words, skills=[AdvisorSkill.COMPLAINTS])
    row = await acting.case(waiting)
    assert (row["advisor_id"], row["status"], row["triage_reason"]) == (None, "NEW", "NOBODY_HAS_THE_SKILLS")
    names = [event["name"] for event in await acting.events(scene.centre) if event["case_id"] == waiting]
    assert names[:1] == ["case.created"]
    assert "case.triaged" in names
    with pytest.raises(Invalid) as refused:
        await acting(scene.manager, open_case, **words, advisor_id=free.user_id)
    assert (refused.value.field, refused.value.rule) == ("advisor_id", "auto-assign")
