"""While somebody is away, who covers sees and works on their cases, and not longer."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.casework.assign import assign_case
from cma_graphql.domain.casework.people import add_case_team_member, remove_case_team_member
from cma_graphql.domain.staffing.absences import cancel_absence, change_absence, record_absence
from cma_graphql.domain.staffing.models import AbsenceKind
from cma_graphql.domain.staffing.upkeep import see_to_cover
from support.acting import Acting
from support.data import Data

WEEK = timedelta(days=7)


async def sees(acting: Acting, actor: Actor, case_id: UUID) -> bool:
    async with acting.database.read(actor) as reader:
        return (await cases_by_id(reader, [case_id]))[0] is not None


class Scene:
    """A centre in which a trainee, who sees own cases only, covers for an advisor who leaves in a week."""

    def __init__(self, data: Data, acting: Acting) -> None:
        self.data, self.acting = data, acting

    async def make(self) -> "Scene":
        """Make the centre, its people, a case and the absence."""
        self.centre = await self.data.a_centre()
        self.manager = await self.data.a_member(self.centre, Role.CENTRE_MANAGER)
        self.ann = await self.data.a_member(self.centre)
        self.cover = await self.data.a_member(self.centre, Role.TRAINEE)
        self.case = await self.data.a_case(self.centre, advisor=self.ann)
        self.leaves = now() + WEEK
        given = {
            "kind": AbsenceKind.ANNUAL_LEAVE,
            "starts_at": self.leaves,
            "ends_at": self.leaves + WEEK,
            "cover_id": self.cover.user_id,
        }
        self.absence: UUID = await self.acting(self.ann, record_absence, user_id=self.ann.user_id, values=given)
        return self

    async def upkeep(self, at: datetime) -> int:
        """See to covers as the worker does; answer how many cases that changed."""
        done: int = await self.acting(system_of(self.centre), see_to_cover, at=at)
        return done

    async def version(self, case_id: UUID) -> int:
        """Answer a case's version."""
        found: int = (await self.acting.case(case_id))["version"]
        return found


async def test_a_cover_begins_and_ends_with_the_absence(data: Data, acting: Acting) -> None:
    scene = await Scene(data, acting).make()
    restricted = await data.a_case(scene.centre, advisor=scene.ann, restricted=True)
    closed = await data.a_case(scene.centre, advisor=scene.ann, status="CLOSED")
    others = await data.a_case(scene.centre, advisor=scene.manager)
    hour = timedelta(hours=1)
    assert await scene.upkeep(scene.leaves - hour) == 0
    assert not await sees(acting, scene.cover, scene.case)
    assert await scene.upkeep(scene.leaves) == 2
    assert await scene.upkeep(scene.leaves + hour) == 0
    for case_id, seen in ((scene.case, True), (restricted, True), (closed, False), (others, False)):
        assert await sees(acting, scene.cover, case_id) is seen
    # A case that comes meanwhile is covered, too.
    late = await data.a_case(scene.centre, advisor=scene.ann)
    assert await scene.upkeep(scene.leaves + hour) == 1
    assert await sees(acting, scene.cover, late)
    assert await scene.upkeep(scene.leaves + WEEK) == 3
    assert await scene.upkeep(scene.leaves + WEEK) == 0
    for case_id in (scene.case, restricted, late):
        assert not await sees(acting, scene.cover, case_id)
    told = [event for event in await acting.events(scene.centre) if event["case_id"] == scene.case]
    assert [event["name"] for event in told] == ["case.team_changed", "case.team_changed"]
    joined, left = told
    assert str(scene.cover.user_id) in joined["audience_after"]["user_ids"]
    assert str(scene.cover.user_id) not in left["audience_after"]["user_ids"]
    assert joined["actor_kind"] == "SYSTEM"


async def test_a_cover_ends_when_the_absence_is_cancelled_or_shortened_or_somebody_else_covers(
    data: Data, acting: Acting
) -> None:
    scene = await Scene(data, acting).make()
    other = await data.a_member(scene.centre, Role.TRAINEE)
    at = scene.leaves
    assert await scene.upkeep(at) == 1
    given: dict[str, Any] = {"absence_id": scene.absence}
    await acting(scene.ann, change_absence, **given, version=1, values={"cover_id": other.user_id})
    assert await scene.upkeep(at) == 2  # one leaves, the other joins
    assert [await sees(acting, who, scene.case) for who in (scene.cover, other)] == [False, True]
    sooner = {"starts_at": at - WEEK / 2, "ends_at": at}
    await acting(scene.ann, change_absence, **given, version=2, values=sooner)
    assert await scene.upkeep(at) == 1
    assert not await sees(acting, other, scene.case)
    assert await scene.upkeep(at - timedelta(hours=1)) == 1
    assert await sees(acting, other, scene.case)
    await acting(scene.manager, cancel_absence, **given, version=3)
    assert await scene.upkeep(at - timedelta(hours=1)) == 1
    assert not await sees(acting, other, scene.case)


async def test_a_cover_ends_when_the_case_changes_hands(data: Data, acting: Acting) -> None:
    scene = await Scene(data, acting).make()
    bob = await data.a_member(scene.centre)
    await scene.upkeep(scene.leaves)
    await acting(
        scene.manager,
        assign_case,
        case_id=scene.case,
        version=await scene.version(scene.case),
        advisor_id=bob.user_id,
        reason="For good",
    )
    assert await scene.upkeep(scene.leaves) == 1
    assert not await sees(acting, scene.cover, scene.case)


async def test_what_people_say_of_the_team_by_hand_stays(data: Data, acting: Acting) -> None:
    scene = await Scene(data, acting).make()
    helped = await data.a_case(scene.centre, advisor=scene.ann, team_members=(scene.cover,))
    assert await scene.upkeep(scene.leaves) == 1
    # Who is taken off the team stays off it.
    given: dict[str, Any] = {"case_id": scene.case, "member_id": scene.cover.user_id}
    await acting(scene.manager, remove_case_team_member, **given, version=await scene.version(scene.case))
    assert await scene.upkeep(scene.leaves) == 0
    assert not await sees(acting, scene.cover, scene.case)
    # Who was put on it by hand stays on it when the cover ends.
    await acting(scene.manager, add_case_team_member, **given, version=await scene.version(scene.case))
    assert await scene.upkeep(scene.leaves + WEEK) == 1
    assert await sees(acting, scene.cover, scene.case)
    assert await sees(acting, scene.cover, helped)


async def test_who_has_left_the_centre_covers_nothing(data: Data, acting: Acting) -> None:
    scene = await Scene(data, acting).make()
    await acting.rows.execute("UPDATE memberships SET status = 'DEACTIVATED' WHERE user_id = $1", scene.cover.user_id)
    assert await scene.upkeep(scene.leaves) == 0


async def test_the_cover_of_a_deleted_case_ends_once_it_is_restored(data: Data, acting: Acting) -> None:
    scene = await Scene(data, acting).make()
    await scene.upkeep(scene.leaves)
    await acting.rows.execute("UPDATE cases SET deleted_at = now() WHERE id = $1", scene.case)
    assert await scene.upkeep(scene.leaves + WEEK) == 0
    await acting.rows.execute("UPDATE cases SET deleted_at = NULL WHERE id = $1", scene.case)
    assert await scene.upkeep(scene.leaves + WEEK) == 1
    assert not await sees(acting, scene.cover, scene.case)
