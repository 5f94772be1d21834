"""Notification rules of templates act: whom they mean is told, once for each occasion, by the worker or by upkeep."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from cma_graphql.access.actor import system_of
from cma_graphql.core.clock import now, today
from cma_graphql.domain.case_templates.definition import NotificationRule
from cma_graphql.domain.case_templates.kinds import Channel, NotificationMoment, Recipient
from cma_graphql.domain.casework.decide import decide_approval
from cma_graphql.domain.tasks import upkeep
from cma_graphql.domain.tasks.notices import LOOKED_BACK, give_notices
from cma_graphql.domain.workflow.counting import Decision
from cma_graphql.domain.workflow.services.progress import set_stage_deadline
from support.acting import Acting
from support.data import Data
from support.stages import Floor, a_floor
from support.templates import a_rule, with_rules
from support.trail import events_of

READY, DONE = NotificationMoment.STAGE_READY, NotificationMoment.STAGE_COMPLETED
ASKED, DECIDED = NotificationMoment.APPROVAL_REQUESTED, NotificationMoment.APPROVAL_DECIDED
NEAR, PASSED = NotificationMoment.DEADLINE_NEAR, NotificationMoment.DEADLINE_PASSED


@dataclass
class Told:
    """A case by a template with rules, and what came of them."""

    floor: Floor

    async def work(self) -> int:
        """Do what the job does."""
        done: int = await self.floor.acting(system_of(self.floor.centre), give_notices, case_id=self.floor.case_id)
        return done

    async def upkeep(self, at: datetime) -> int:
        """Do what falls due by an instant."""
        done: int = await self.floor.acting(system_of(self.floor.centre), upkeep.notices_of_deadlines, at=at)
        return done

    async def tasks(self, *, state: str = "OPEN") -> list[tuple[str, UUID, date]]:
        """Answer the tasks: title, whose, day due."""
        rows = await self.floor.acting.rows.fetch(
            "SELECT * FROM tasks WHERE case_id = $1 AND state = $2 AND rule = 'TEMPLATE_NOTICE' ORDER BY id",
            self.floor.case_id,
            state,
        )
        return [(row["title"], row["assignee_id"], row["due_on"]) for row in rows]

    async def notices(self) -> list[tuple[str, UUID | None]]:
        """Answer of which moment who was told."""
        rows = await self.floor.acting.rows.fetch(
            "SELECT * FROM notices WHERE case_id = $1 ORDER BY given_at, moment, user_id", self.floor.case_id
        )
        return [(row["moment"], row["user_id"]) for row in rows]

    async def queued(self) -> int:
        """Count the jobs that wait for the case."""
        count: int = await self.floor.acting.rows.fetchval(
            "SELECT count(*) FROM jobs.pgqueuer WHERE entrypoint = 'tasks.give_notices' "
            "AND convert_from(payload, 'UTF8')::jsonb -> 'ids' ->> 'case_id' = $1",
            str(self.floor.case_id),
        )
        return count


async def told(data: Data, acting: Acting, *rules: NotificationRule) -> Told:
    """Have a case with two stages run by a template with these rules."""
    floor = await a_floor(data, acting, begun=False)
    await with_rules(data, floor.manager, floor.case_id, rules)
    return Told(floor)


async def test_what_is_ready_is_its_doers_task_and_told_to_them_alone(data: Data, acting: Acting) -> None:
    case = await told(data, acting, a_rule(READY))
    floor = case.floor
    assert await case.queued() == 1
    assert [await case.work(), await case.work()] == [1, 0]
    by = today() + timedelta(days=5)
    assert await case.tasks() == [("Begin a stage that is ready: FIRST", floor.advisor.user_id, by)]
    assert await case.notices() == [("STAGE_READY", floor.advisor.user_id)]
    (event,) = [event for event in await events_of(data, floor.centre) if event.name == "stage.notified"]
    assert (event.actor_kind, event.case_id) == ("SYSTEM", floor.case_id)
    assert event.audience_after["user_ids"] == [str(floor.advisor.user_id)]
    assert (event.audience_after["restricted"], event.audience_after["team_id"]) == (True, None)
    assert event.audience_after["client_id"] is None


async def test_nothing_is_queued_of_which_no_rule_tells(data: Data, acting: Acting) -> None:
    case = await told(data, acting, a_rule(DONE), a_rule(READY, stage="SECOND"), a_rule(ASKED, Recipient.APPROVERS))
    assert await case.queued() == 0
    assert await case.work() == 0


async def test_a_case_that_changes_often_is_queued_once(data: Data, acting: Acting) -> None:
    case = await told(data, acting, a_rule(READY), a_rule(ASKED, Recipient.APPROVERS), a_rule(DECIDED))
    await case.floor.do("FIRST", notes="Done")
    await case.floor.on_approval(decide_approval, case.floor.manager, decision=Decision.APPROVE)
    assert await case.queued() == 1


async def test_what_is_told_later_is_queued_for_then_and_not_done_before(data: Data, acting: Acting) -> None:
    case = await told(data, acting, a_rule(READY, days=3))
    delay = await acting.rows.fetchval(
        "SELECT execute_after - created > interval '3 days' FROM jobs.pgqueuer WHERE entrypoint = 'tasks.give_notices' "
        "AND convert_from(payload, 'UTF8') LIKE $1",
        f"%{case.floor.case_id}%",
    )
    assert delay
    assert await case.work() == 0
    await acting.rows.execute(
        "UPDATE case_stage_history SET changed_at = changed_at - interval '3 days' WHERE case_id = $1",
        case.floor.case_id,
    )
    assert await case.work() == 1


async def test_approvers_are_asked_and_the_advisor_hears_what_they_decide(data: Data, acting: Acting) -> None:
    case = await told(data, acting, a_rule(ASKED, Recipient.APPROVERS), a_rule(DECIDED, Recipient.CASE_ADVISOR))
    floor = case.floor
    await floor.do("FIRST", notes="Done")
    assert await case.work() == 1
    managers = {floor.manager.user_id, floor.second.user_id}
    in_three_days = today() + timedelta(days=3)
    assert {task[1:] for task in await case.tasks()} == {(key, in_three_days) for key in managers}
    await floor.on_approval(decide_approval, floor.manager, decision=Decision.APPROVE)
    assert [await case.work(), await case.work()] == [1, 0]
    assert (await case.notices())[-1] == ("APPROVAL_DECIDED", floor.advisor.user_id)
    # What there is nothing to be done about any more is taken away: of the approval, and not what came of it.
    assert await acting(system_of(floor.centre), upkeep.keep_tasks_in_step, at=now()) == 2
    assert {task[1] for task in await case.tasks(state="CANCELLED")} == managers
    assert [task[1] for task in await case.tasks()] == [floor.advisor.user_id]


async def test_a_rejection_is_told(data: Data, acting: Acting) -> None:
    case = await told(data, acting, a_rule(NotificationMoment.STAGE_REJECTED, stage="FIRST"))
    await case.floor.do("FIRST", notes="Done")
    await case.floor.on_approval(decide_approval, case.floor.manager, decision=Decision.REJECT, comment="No")
    assert await case.work() == 1
    assert [task[0] for task in await case.tasks()] == ["Mend a stage that was not approved: FIRST"]


async def test_deadlines_are_told_of_before_and_after_once_for_each(data: Data, acting: Acting) -> None:
    case = await told(
        data,
        acting,
        a_rule(NEAR, days=2),
        a_rule(PASSED),
        a_rule(PASSED, Recipient.CENTRE_MANAGERS, Channel.EMAIL, days=3),
    )
    floor, deadline = case.floor, (await case.floor.stages())["FIRST"]["deadline_at"]
    assert await case.upkeep(now()) == 0
    assert [await case.upkeep(deadline - timedelta(days=1)) for _ in range(2)] == [1, 0]
    assert [await case.upkeep(deadline + timedelta(hours=1)) for _ in range(2)] == [1, 0]
    assert [await case.upkeep(deadline + timedelta(days=3, hours=2)) for _ in range(2)] == [1, 0]
    people = {*await case.notices()}
    assert people == {
        ("DEADLINE_NEAR", floor.advisor.user_id),
        ("DEADLINE_PASSED", floor.advisor.user_id),
        ("DEADLINE_PASSED", floor.manager.user_id),
        ("DEADLINE_PASSED", floor.second.user_id),
    }
    assert {task[1] for task in await case.tasks()} == {floor.advisor.user_id}
    assert len([event for event in await floor.events() if event == "stage.notified"]) == 4
    later = today() + timedelta(days=30)
    await floor.on("FIRST", set_stage_deadline, floor.manager, deadline_on=later)
    assert await case.upkeep(now() + timedelta(days=29)) == 1


async def test_an_approval_that_is_late_is_told_of(data: Data, acting: Acting) -> None:
    case = await told(data, acting, a_rule(NotificationMoment.APPROVAL_OVERDUE, Recipient.COMPLIANCE_OFFICERS))
    await case.floor.do("FIRST", notes="Done")
    deadline = (await case.floor.approval())["deadline_at"]
    assert await case.upkeep(deadline - timedelta(hours=1)) == 0
    assert [await case.upkeep(deadline + timedelta(hours=1)) for _ in range(2)] == [1, 0]
    assert await case.notices() == [("APPROVAL_OVERDUE", case.floor.officer.user_id)]


async def test_what_is_long_past_is_no_news(data: Data, acting: Acting) -> None:
    case = await told(data, acting, a_rule(PASSED))
    deadline = (await case.floor.stages())["FIRST"]["deadline_at"]
    assert await case.upkeep(deadline + LOOKED_BACK + timedelta(hours=1)) == 0


@pytest.mark.parametrize("recipient", [Recipient.CLIENT, Recipient.ASSIGNEE, Recipient.CASE_ADVISOR])
async def test_where_nobody_is_there_to_be_told_that_is_written_down(
    data: Data, acting: Acting, recipient: Recipient
) -> None:
    case = await told(data, acting, a_rule(READY, recipient, Channel.EMAIL))
    await acting.rows.execute(
        "UPDATE memberships SET status = 'DEACTIVATED' WHERE user_id = $1", case.floor.advisor.user_id
    )
    assert [await case.work(), await case.work()] == [1, 0]
    assert await case.notices() == [("STAGE_READY", None)]
    assert "stage.notified" not in await case.floor.events()


async def test_the_people_on_a_case_are_told_together(data: Data, acting: Acting) -> None:
    case = await told(data, acting, a_rule(READY, Recipient.CASE_TEAM))
    assert await case.work() == 1
    people = {case.floor.advisor.user_id, case.floor.trainee.user_id}
    assert {task[1] for task in await case.tasks()} == people


async def test_a_case_that_has_ended_tells_nothing(data: Data, acting: Acting) -> None:
    case = await told(data, acting, a_rule(READY))
    await acting.rows.execute(
        "UPDATE cases SET status = 'CANCELLED', closed_on = now() WHERE id = $1", case.floor.case_id
    )
    assert await case.work() == 0
